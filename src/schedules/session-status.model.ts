import { SessionStatus } from './schedule-enums.model.js';

const { OPEN, RUNNING, PAUSED, CLOSED, CANCELLED } = SessionStatus;

/** Every step that a session may take. The database holds the same table and refuses any other step. */
export const sessionTransitions: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  PLANNED: [OPEN, CANCELLED],
  OPEN: [RUNNING, CLOSED, CANCELLED],
  RUNNING: [PAUSED, CLOSED, CANCELLED],
  PAUSED: [RUNNING, CLOSED, CANCELLED],
  CLOSED: [],
  CANCELLED: [],
};

/** Whether a session in this status is over for good. */
export const isEnded = (status: SessionStatus): boolean => !sessionTransitions[status].length;
