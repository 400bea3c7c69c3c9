import { registerEnumType } from '@nestjs/graphql';

export enum AppointmentStatus {
  HELD = 'HELD', BOOKED = 'BOOKED', ARRIVED = 'ARRIVED', CALLED = 'CALLED', SKIPPED = 'SKIPPED', IN_CONSULT = 'IN_CONSULT',
  COMPLETED = 'COMPLETED', CANCELLED = 'CANCELLED', NO_SHOW = 'NO_SHOW', EXPIRED = 'EXPIRED',
}
registerEnumType(AppointmentStatus, {
  name: 'AppointmentStatus',
  description: 'How far an appointment has come.',
  valuesMap: {
    HELD: { description: 'The place is kept for a while, until it is booked.' },
    BOOKED: { description: 'Booked.' },
    ARRIVED: { description: 'The patient has come and waits.' },
    CALLED: { description: 'The patient was called.' },
    SKIPPED: { description: 'The patient was called and did not come; they may be called again.' },
    IN_CONSULT: { description: 'The patient is with the doctor.' },
    COMPLETED: { description: 'The consultation is over.' },
    CANCELLED: { description: 'Cancelled, or rescheduled: then another appointment takes its place.' },
    NO_SHOW: { description: 'The patient did not come.' },
    EXPIRED: { description: 'Held, and not booked in time.' },
  },
});

export enum VisitType { NEW = 'NEW', RETURNING = 'RETURNING', FOLLOW_UP = 'FOLLOW_UP', REPORT = 'REPORT' }
registerEnumType(VisitType, {
  name: 'VisitType',
  description: 'What a visit is.',
  valuesMap: {
    NEW: { description: 'The patient comes to this doctor for the first time.' },
    RETURNING: { description: 'The patient has been with this doctor before.' },
    FOLLOW_UP: { description: 'The patient comes again about the same matter, as agreed.' },
    REPORT: { description: 'The patient shows reports.' },
  },
});

export enum BookingChannel { DESK = 'DESK', PHONE = 'PHONE', ONLINE = 'ONLINE', WALK_IN = 'WALK_IN' }
registerEnumType(BookingChannel, {
  name: 'BookingChannel',
  description: 'How an appointment was booked.',
  valuesMap: {
    DESK: { description: 'At the desk, for another time.' },
    PHONE: { description: 'By telephone.' },
    ONLINE: { description: 'By the patient, online.' },
    WALK_IN: { description: 'The patient came without an appointment.' },
  },
});
