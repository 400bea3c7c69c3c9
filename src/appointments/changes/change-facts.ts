import type { Row, Statement } from '../../platform/database/statement-group.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { SessionStatus } from '../../schedules/schedule-enums.model.js';
import { SESSION_OBSTACLES } from '../../schedules/session-obstacle.model.js';
import type { ClosableDay } from '../../schedules/closed-day.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { isEnded } from '../../schedules/session-status.model.js';
import { type AppointmentRow, COUNTED_IN_SESSION } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { sessionIs } from '../appointments.errors.js';
import { refuseClosedDay, refuseToBook } from '../booking-session.js';
import type { SeenElsewhere } from '../elsewhere.js';
import { LEASED_IN_SESSION } from '../offline/lease-rows.js';
import { askPlaces } from '../place-rows.js';
import type { NextNumbers, TakenPlaces } from '../places.model.js';
import type { ChangeFacts } from './planned-change.js';
import { SessionChangeKind } from './session-change.enums.js';
import type { SessionChangeInput } from './session-change.inputs.js';
import { ELSEWHERE, SESSIONS_IN_THE_WAY } from './session-change-rows.js';
import { type WantedChange, wantedChange } from './wanted-change.js';

/** The sessions of a change, and the change itself. */
export interface ChangeOfSessions {
  session: SessionRow;
  target: (SessionRow & ClosableDay) | undefined;
  wanted: WantedChange;
  now: Date;
}

/** Another session of the doctor, or in the room, and whether the caller may see it: it can be in another chamber. */
export type SessionInTheWay = SessionRow & { may: boolean };

/** What a preview tells besides of everybody: which other sessions are at the new time, how many were seen already, and how many numbers devices have along. */
export interface Besides {
  inTheWay: SessionInTheWay[];
  seen: number;
  leased: number;
}

/** The ids of the sessions that a change concerns. */
export const sessionsOf = ({ sessionId, toSessionId }: SessionChangeInput): string[] => (toSessionId ? [sessionId, toSessionId] : [sessionId]);

/** Reads the sessions; throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, or CONFLICT when the one to be changed is over. */
export function sessionsFrom(rows: Row[], input: SessionChangeInput, reason: string): ChangeOfSessions {
  const [session, target] = sessionsOf(input).map((id) => {
    const row = rows.find((one) => one['id'] === id);
    if (!row) throw notFound();
    if (!row['may']) throw forbidden('appointments:manage');
    return row;
  });
  const now = session!['now'] as Date;
  const before = session as unknown as SessionRow;
  if (isEnded(before.status)) throw sessionIs(before.status);
  // Who has begun is no longer late.
  if (input.kind === SessionChangeKind.DELAY && ![SessionStatus.PLANNED, SessionStatus.OPEN].includes(before.status)) throw sessionIs(before.status);
  return { session: before, target: target as unknown as ChangeOfSessions['target'], now, wanted: wantedChange(input, reason, before, session!['time_zone'] as string, now) };
}

/** Asks for what a change is planned from; `factsFrom` reads the answers. */
export function askFacts(tenantId: string, { session, target, wanted }: ChangeOfSessions): Statement[] {
  const day = wanted.kind === SessionChangeKind.SHIFT ? wanted.localDate : (target ?? session).local_date;
  const [from, until] = periodAfter(session, wanted);
  return [
    { text: COUNTED_IN_SESSION, values: [tenantId, session.id] },
    { text: ELSEWHERE, values: [tenantId, session.id, day] },
    { text: SESSIONS_IN_THE_WAY, values: [tenantId, session.id, from, until] },
    { text: LEASED_IN_SESSION, values: [tenantId, session.id] },
    ...(target ? [{ text: COUNTED_IN_SESSION, values: [tenantId, target.id] }, ...askPlaces(tenantId, [target.id]), { text: SESSION_OBSTACLES, values: [tenantId, [target.id]] }] : []),
  ];
}

/** What a change is planned from, and what a preview tells besides; throws CONFLICT when the session into which others are to be moved takes nobody. */
export async function factsFrom([rows, elsewhere, inTheWay, leased, ofTarget, numbers, taken, obstacles]: Row[][], { session, target, wanted, now }: ChangeOfSessions): Promise<ChangeFacts & Besides> {
  if (target) {
    refuseToBook(target, obstacles!);
    await refuseClosedDay(target);
  }
  const counted = rows as unknown as AppointmentRow[];
  return {
    session, now, rows: counted, elsewhere: elsewhere as unknown as SeenElsewhere[],
    inTheWay: wanted.kind === SessionChangeKind.DELAY || wanted.kind === SessionChangeKind.SHIFT ? (inTheWay as unknown as SessionInTheWay[]) : [],
    seen: counted.filter(({ status }) => status === AppointmentStatus.COMPLETED).length, leased: leased![0]!['count'] as number,
    target: target && { session: target, rows: ofTarget as unknown as AppointmentRow[], numbers: numbers as unknown as NextNumbers[], taken: taken as unknown as TakenPlaces[] },
  };
}

function periodAfter({ starts_at: startsAt, ends_at: endsAt }: SessionRow, wanted: WantedChange): [Date, Date] {
  if (wanted.kind === SessionChangeKind.SHIFT) return [wanted.period.startsAt, wanted.period.endsAt];
  const by = wanted.kind === SessionChangeKind.DELAY ? wanted.minutes * 60_000 : 0;
  return [new Date(startsAt.getTime() + by), new Date(endsAt.getTime() + by)];
}
