import { InputCheck } from '../../platform/input-check.js';
import { dayOf } from '../../platform/local-days.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type Period, daysAfter, minutesOf, minutesOfClock, periodOf } from '../../schedules/wall-time.model.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { SessionChangeKind } from './session-change.enums.js';
import { LONGEST_DELAY, type SessionChangeInput } from './session-change.inputs.js';

const FARTHEST_DAYS = 366;
const SHORTEST_MINUTES = 5;

/** A change of a session, as it is asked for, with what its kind needs. */
export type WantedChange = { reason: string; cancelRest: boolean } & (
  | { kind: SessionChangeKind.DELAY; minutes: number }
  | { kind: SessionChangeKind.SHIFT; localDate: string; period: Period; capacity: number }
  | { kind: SessionChangeKind.CANCEL }
  | { kind: SessionChangeKind.MOVE; toSessionId: string });

const fieldsOf: Readonly<Record<SessionChangeKind, ReadonlyArray<'minutes' | 'localDate' | 'startsAt' | 'endsAt' | 'toSessionId'>>> = {
  DELAY: ['minutes'], SHIFT: ['localDate', 'startsAt', 'endsAt'], CANCEL: [], MOVE: ['toSessionId'],
};

/** Notes what is wrong with a change whatever the session is like, and throws BAD_USER_INPUT; gives its reason. */
export function checkedReason(input: SessionChangeInput): string {
  const check = new InputCheck();
  const reason = check.line(['reason'], input.reason, LONGEST_NOTE);
  for (const field of ['minutes', 'localDate', 'startsAt', 'endsAt', 'toSessionId'] as const) {
    const told = input[field] !== undefined && input[field] !== null;
    if (told && !fieldsOf[input.kind].includes(field)) check.blame([field], 'NOT_FOR_THIS_KIND');
    if (!told && fieldsOf[input.kind].includes(field) && ['minutes', 'startsAt', 'toSessionId'].includes(field)) check.blame([field], 'NEEDED');
  }
  const { minutes, startsAt, endsAt, toSessionId, sessionId } = input;
  if (typeof minutes === 'number' && (minutes < 0 || minutes > LONGEST_DELAY)) check.blame(['minutes'], 'OUT_OF_RANGE', { min: 0, max: LONGEST_DELAY });
  if (typeof startsAt === 'string' && minutesOfClock(startsAt) === undefined) check.blame(['startsAt'], 'NOT_A_TIME');
  if (typeof endsAt === 'string' && minutesOfClock(endsAt) === undefined) check.blame(['endsAt'], 'NOT_A_TIME');
  if (toSessionId === sessionId) check.blame(['toSessionId'], 'SAME_SESSION');
  check.throwIfAny();
  return reason!;
}

/** The change of one session; throws BAD_USER_INPUT for a time at which the session cannot be. */
export function wantedChange(input: SessionChangeInput, reason: string, session: SessionRow, timeZone: string, now: Date): WantedChange {
  const { cancelRest } = input;
  switch (input.kind) {
    case SessionChangeKind.DELAY: return { kind: input.kind, reason, cancelRest, minutes: input.minutes! };
    case SessionChangeKind.CANCEL: return { kind: input.kind, reason, cancelRest };
    case SessionChangeKind.MOVE: return { kind: input.kind, reason, cancelRest, toSessionId: input.toSessionId! };
    case SessionChangeKind.SHIFT: return { kind: input.kind, reason, cancelRest, ...shiftOf(input, session, timeZone, now) };
  }
}

function shiftOf(input: SessionChangeInput, session: SessionRow, timeZone: string, now: Date): { localDate: string; period: Period; capacity: number } {
  const check = new InputCheck();
  const localDate = input.localDate ?? session.local_date;
  const starts = minutesOfClock(input.startsAt!)!;
  const ends = typeof input.endsAt === 'string' ? minutesOfClock(input.endsAt)! : undefined;
  const minutes = ends === undefined ? minutesOf({ startsAt: session.starts_at, endsAt: session.ends_at }) : ends > starts ? ends - starts : ends + 1440 - starts;
  const period = periodOf(localDate, starts, minutes, timeZone);
  const capacity = session.slot_minutes === null ? session.capacity : Math.floor(minutesOf(period) / session.slot_minutes);
  if (ends !== undefined && minutes < Math.max(SHORTEST_MINUTES, session.slot_minutes ?? 0)) check.blame(['endsAt'], 'TOO_SHORT', { min: Math.max(SHORTEST_MINUTES, session.slot_minutes ?? 0) });
  else if (minutesOf(period) <= 0 || capacity < 1) check.blame(['localDate'], 'NO_SUCH_TIME');
  if (period.endsAt <= now) check.blame(['localDate'], 'PAST');
  if (localDate > daysAfter(dayOf(now, timeZone), FARTHEST_DAYS)) check.blame(['localDate'], 'TOO_FAR');
  if (period.startsAt.getTime() === session.starts_at.getTime() && period.endsAt.getTime() === session.ends_at.getTime()) check.blame(['startsAt'], 'SAME_TIME');
  check.throwIfAny();
  return { localDate, period, capacity };
}
