import { SessionStatus } from '../schedules/schedule-enums.model.js';
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

const { OPEN, RUNNING, PAUSED } = SessionStatus;

/** In which status a session must be for a step of an appointment. Who is with the doctor may finish while the session is paused. */
const sessionFor: Partial<Record<AppointmentStatus, readonly SessionStatus[]>> = {
  ARRIVED: [OPEN, RUNNING, PAUSED],
  CALLED: [RUNNING],
  IN_CONSULT: [RUNNING],
};

/** Whether a session in this status lets its appointments take a step. */
export const letsStep = (session: SessionStatus, to: AppointmentStatus): boolean => sessionFor[to]?.includes(session) ?? true;

/** What people at the desk make of an appointment. The others come by themselves, or when it is made. */
const byDesk: readonly AppointmentStatus[] = [ARRIVED, CALLED, SKIPPED, IN_CONSULT, COMPLETED, CANCELLED, NO_SHOW];

/** What the status of an appointment may become while its session is in this status, by somebody who may change it; before the day of the session it is cancelled alone. */
export const stepsFrom = (status: AppointmentStatus, session: SessionStatus, dayHasBegun: boolean): AppointmentStatus[] =>
  appointmentTransitions[status].filter((to) => byDesk.includes(to) && (to === CANCELLED || (dayHasBegun && letsStep(session, to))));

/** How often a patient may be called in vain; then they are noted as not having come. */
export const MOST_SKIPS = 3;

/** Statuses in which somebody keeps their place in a session, from when it is held until they have been seen. */
export const keepsPlace: readonly AppointmentStatus[] = [HELD, BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT];
