import type { Row } from '../platform/database/statement-group.js';
import { conflict } from '../platform/errors.js';

// What is elsewhere stands in the way, and is not named to who may not see it.
const seen = (rows: readonly object[]): unknown[] => (rows as readonly Row[]).filter(({ may }) => may).map(({ id }) => id);

/** Refuses hours that a doctor has already, in this chamber or another; the rows tell `id`, and whether the caller `may` see it. */
export const schedulesOverlap = (rows: readonly object[] = []) => conflict('SCHEDULES_OVERLAP', 'The doctor has other hours at that time, here or in another chamber.', { scheduleIds: seen(rows) });

/** Refuses to work on in a chamber that was archived. */
export const chamberIsArchived = () => conflict('CHAMBER_ARCHIVED', 'The chamber is archived.');

/** Refuses a session at a time at which the doctor or the room has another one; the rows tell `id`, and whether the caller `may` see it. */
export const sessionsOverlap = (rows: readonly object[] = []) => conflict('SESSIONS_OVERLAP', 'The doctor or the room has another session at that time.', { sessionIds: seen(rows) });
