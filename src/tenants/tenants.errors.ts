import { DomainError, ErrorCode, conflict } from '../platform/errors.js';

/** Refuses to give or take what the caller does not hold. */
export const aboveOwnRights = () =>
  new DomainError(ErrorCode.ABOVE_OWN_RIGHTS, 'Nobody gives or takes away more than they hold themselves.');

/** Refuses to leave a practice without an owner. */
export const lastOwner = () => new DomainError(ErrorCode.LAST_OWNER, 'The last owner stays. Make somebody else an owner first.');

/** Refuses to archive a chamber in which somebody has a place, and names the sessions; a hundred at most. */
export const chamberHasPatients = (sessionIds: readonly string[]) => conflict('CHAMBER_HAS_PATIENTS', 'Sessions of this chamber still have patients.', { sessionIds });

/** Refuses a value that another record of the practice has. */
export const alreadyExists = (path: string[]) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'This value is taken in the practice.', { faults: [{ path, reason: 'TAKEN' }] });

/** Refuses another time zone while sessions are to come. */
export const sessionsToCome = (count: number) => conflict('SESSIONS_TO_COME', 'The chamber has sessions to come. setChamberTimeZone plans them anew.', { count });
