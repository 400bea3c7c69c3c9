import { AppointmentStatus } from './appointment.enums.js';

const { HELD, BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT, COMPLETED, CANCELLED, NO_SHOW, EXPIRED } = AppointmentStatus;

/** Every step that an appointment may take; NONE is before it is made. The database holds the same table and refuses any other step. */
export const appointmentTransitions: Readonly<Record<AppointmentStatus | 'NONE', readonly AppointmentStatus[]>> = {
  NONE: [HELD, BOOKED, ARRIVED],
  HELD: [BOOKED, EXPIRED, CANCELLED],
  BOOKED: [ARRIVED, CANCELLED, NO_SHOW],
  ARRIVED: [CALLED, CANCELLED, NO_SHOW],
  CALLED: [IN_CONSULT, SKIPPED, CANCELLED, NO_SHOW],
  SKIPPED: [CALLED, CANCELLED, NO_SHOW],
  IN_CONSULT: [COMPLETED],
  COMPLETED: [],
  CANCELLED: [],
  NO_SHOW: [],
  EXPIRED: [],
};

/** How often a patient may be called in vain; then they are noted as not having come. */
export const MOST_SKIPS = 3;

/** Statuses in which an appointment keeps its place in the session. */
export const waiting: readonly AppointmentStatus[] = [HELD, BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT];
