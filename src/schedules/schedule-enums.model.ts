import { registerEnumType } from '@nestjs/graphql';

export enum Weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY }
registerEnumType(Weekday, {
  name: 'Weekday',
  description: 'A day of the week.',
  valuesMap: {
    MONDAY: { description: 'Monday.' }, TUESDAY: { description: 'Tuesday.' }, WEDNESDAY: { description: 'Wednesday.' }, THURSDAY: { description: 'Thursday.' },
    FRIDAY: { description: 'Friday.' }, SATURDAY: { description: 'Saturday.' }, SUNDAY: { description: 'Sunday.' },
  },
});

export enum SessionMode { SERIAL = 'SERIAL', SLOT = 'SLOT' }
registerEnumType(SessionMode, {
  name: 'SessionMode',
  description: 'How patients are given their turn.',
  valuesMap: {
    SERIAL: { description: 'By serial numbers: patients come within the session and are called by number.' },
    SLOT: { description: 'By times: each patient has a slot of their own.' },
  },
});

export enum NumberSeries { GENERAL = 'GENERAL', PHONE = 'PHONE', ONLINE = 'ONLINE', REPORT = 'REPORT' }
registerEnumType(NumberSeries, {
  name: 'NumberSeries',
  description: 'For whom places of a session are kept.',
  valuesMap: {
    GENERAL: { description: 'For everybody.' },
    PHONE: { description: 'For who books by telephone.' },
    ONLINE: { description: 'For who books online; there are no more for them than these.' },
    REPORT: { description: 'For who comes to show reports.' },
  },
});

export enum SessionStatus { PLANNED = 'PLANNED', OPEN = 'OPEN', RUNNING = 'RUNNING', PAUSED = 'PAUSED', CLOSED = 'CLOSED', CANCELLED = 'CANCELLED' }
registerEnumType(SessionStatus, {
  name: 'SessionStatus',
  description: 'How far a session has come.',
  valuesMap: {
    PLANNED: { description: 'To come; patients may book.' },
    OPEN: { description: 'Patients may be noted as arrived.' },
    RUNNING: { description: 'The doctor sees patients.' },
    PAUSED: { description: 'The doctor has interrupted it.' },
    CLOSED: { description: 'Over. Whoever had booked and did not come is noted as NO_SHOW.' },
    CANCELLED: { description: 'It does not take place.' },
  },
});
