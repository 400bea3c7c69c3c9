import { appointmentTransitions, keepsPlace } from '../../../src/appointments/appointment-status.js';
import { AppointmentStatus } from '../../../src/appointments/appointment.enums.js';
import { leftInAll, leftOf, placeIn, placesOf } from '../../../src/appointments/places.model.js';
import { WaitlistStatus } from '../../../src/appointments/waitlist/waitlist.enums.js';
import { SessionStatus } from '../../../src/schedules/schedule-enums.model.js';
import { sessionTransitions } from '../../../src/schedules/session-status.model.js';
import type { AppointmentState, SessionState, State } from './state.js';

const { HELD, BOOKED, COMPLETED, CANCELLED, EXPIRED } = AppointmentStatus;

/** What is not as it must be at a moment, and in what was done since another one. */
export const faultsOf = (before: State, after: State): unknown[] => [...wrongPlaces(after), ...wrongRoom(after), ...wrongSteps(before, after), ...wrongEnds(after), ...wrongOffers(after), ...wrongLeases(after), ...wrongOnline(after)];

/** A session and those whose place it took, the first one last. */
function lineOf(sessions: readonly SessionState[], id: string | null): SessionState[] {
  const session = sessions.find((one) => one.id === id);
  return session ? [session, ...lineOf(sessions, session.former)] : [];
}

const isActive = (row: AppointmentState): boolean => (row.status === HELD ? row.is_held : keepsPlace.includes(row.status) || row.status === COMPLETED);

/** Whether somebody who was seen in a slot was at the time of another session. */
const isWithin = ({ slot_from: from, slot_until: until }: AppointmentState, { starts_at: starts, ends_at: ends }: SessionState): boolean =>
  from === null || (Date.parse(from) < Date.parse(ends) && Date.parse(until!) > Date.parse(starts));

/** Numbers given twice or passed over, sessions fuller than they may be, people in two places. */
function wrongPlaces({ sessions, appointments, leases }: State): unknown[] {
  const wrong: unknown[] = [];
  for (const session of sessions) {
    const here = appointments.filter(({ session_id: id }) => id === session.id);
    const along = leases.filter(({ session_id: id }) => id === session.id);
    const unused = (of: typeof along): number[] => of.flatMap(({ numbers }) => numbers.filter(({ used_by: by }) => by === null).map(({ number }) => number));
    const numbers = [...here.map(({ number }) => number), ...unused(along)].sort((x, y) => x - y);
    if (new Set(numbers).size !== numbers.length) wrong.push(['a number twice', session.id, numbers]);
    const given = session.numbers.flatMap(({ first, next }) => Array.from({ length: next - first }, (_, index) => first + index)).sort((x, y) => x - y);
    // What devices have along of it is counted where it went.
    if (!session.kept_numbers && !session.is_replaced && given.join() !== numbers.join()) wrong.push(['numbers passed over', session.id, given, numbers]);
    const active = here.filter(isActive);
    const seen = lineOf(sessions, session.former).flatMap((former) => appointments.filter((row) => row.session_id === former.id && row.status === COMPLETED && isWithin(row, session)));
    const taking = [...active, ...seen];
    const ordinary = taking.filter(({ overbooked }) => !overbooked).length + unused(along.filter(({ is_live: isLive }) => isLive)).length;
    if (ordinary > session.capacity) wrong.push(['over capacity', session.id, ordinary, session.capacity]);
    if (taking.filter(({ overbooked }) => overbooked).length > session.overbook_limit) wrong.push(['overbooked too often', session.id]);
    const people = active.filter(({ status, patient_id: id }) => id && status !== COMPLETED).map(({ patient_id: id }) => id);
    if (new Set(people).size !== people.length) wrong.push(['two places for one patient', session.id]);
    const slots = active.filter(({ slot_from: from, overbooked }) => from && !overbooked).map(({ slot_from: from }) => Date.parse(from!));
    if (new Set(slots).size !== slots.length) wrong.push(['a slot twice', session.id]);
  }
  return wrong;
}

/** Places that are told as free without a number for them, or by the database otherwise than by the application. */
function wrongRoom({ sessions }: State): unknown[] {
  return sessions.flatMap(({ id, capacity, overbook_limit: limit, left, has_room: hasRoom, mode, stretches, taken }) => {
    const places = placesOf({ capacity, overbook_limit: limit }, stretches, taken);
    const wrong = left.filter((of) => of.places > of.numbers || leftOf(places, of.series) !== Math.max(0, of.places) || (of.places > 0) !== (placeIn(places, of.series)?.series === of.series));
    const isWrong = mode === 'SERIAL' ? hasRoom !== leftInAll(places) > 0 : hasRoom && leftInAll(places) === 0;
    return [...wrong, ...(isWrong ? ['room'] : [])].map((of) => ['free without a number, or not for all', id, of, stretches]);
  });
}

/** Steps that no table knows, what had ended and changed, and queues that changed without a new version. */
function wrongSteps(before: State, after: State): unknown[] {
  const wrong: unknown[] = [];
  const sessions = new Map(after.sessions.map((row) => [row.id, row]));
  for (const was of before.sessions) {
    const is = sessions.get(was.id);
    if (!is) {
      if (before.appointments.some(({ session_id: id }) => id === was.id)) wrong.push(['a session is gone', was]);
    } else if (is.status !== was.status && !reachable(sessionTransitions, was.status).has(is.status)) wrong.push(['a session went', was.status, is.status]);
  }
  const appointments = new Map(after.appointments.map((row) => [row.id, row]));
  const changed = new Set<string>();
  for (const was of before.appointments) {
    const is = appointments.get(was.id);
    if (!is) wrong.push(['an appointment is gone', was]);
    else if (is.status !== was.status) {
      changed.add(is.session_id);
      if (!reachable(appointmentTransitions, was.status).has(is.status)) wrong.push(['an appointment went', was.status, is.status]);
    }
    if (is && (is.number !== was.number || is.session_id !== was.session_id || (was.patient_id && is.patient_id !== was.patient_id))) wrong.push(['an appointment moved', was, is]);
  }
  for (const session of before.sessions) {
    if (changed.has(session.id) && sessions.get(session.id)!.queue_version <= session.queue_version) wrong.push(['a queue changed in silence', session.id]);
  }
  return wrong;
}

/** Sessions that ended with somebody in them, and appointments that go on beside the one that took their place. */
function wrongEnds({ sessions, appointments }: State): unknown[] {
  const over = new Set(sessions.filter(({ status }) => status === SessionStatus.CLOSED || status === SessionStatus.CANCELLED).map(({ id }) => id));
  const left = appointments.filter((row) => over.has(row.session_id) && keepsPlace.includes(row.status));
  const byId = new Map(appointments.map((row) => [row.id, row]));
  const doubled = appointments.filter(({ rescheduled_from: from }) => from && keepsPlace.includes(byId.get(from)?.status ?? CANCELLED));
  const taken = appointments.map(({ rescheduled_from: from }) => from).filter((from) => from !== null);
  return [
    ...left.map((row) => ['left in a session that is over', row]), ...doubled.map((row) => ['the former goes on', row]),
    ...(new Set(taken).size === taken.length ? [] : [['two took one’s place', taken]]),
  ];
}

/** Offers of a place that is not held for whoever has them, and places that are held for nobody. */
function wrongOffers({ entries, appointments }: State): unknown[] {
  const byId = new Map(appointments.map((row) => [row.id, row]));
  const offered = entries.filter(({ status }) => status === WaitlistStatus.OFFERED);
  const wrong: unknown[] = [];
  for (const entry of entries) {
    const place = byId.get(entry.offered_id ?? '');
    if (entry.status === WaitlistStatus.WAITING ? entry.offered_id !== null : entry.offered_id !== null && place?.patient_id !== entry.patient_id) wrong.push(['not their offer', entry, place]);
    if (entry.status === WaitlistStatus.BOOKED && [HELD, EXPIRED].includes(place!.status)) wrong.push(['booked in vain', entry, place]);
    if ([WaitlistStatus.LAPSED, WaitlistStatus.LEFT].includes(entry.status) && place?.status === HELD) wrong.push(['still held for who is gone', entry, place]);
  }
  for (const place of appointments.filter(({ status, channel }) => status === HELD && channel !== 'ONLINE')) {
    if (offered.filter(({ offered_id: id }) => id === place.id).length !== 1) wrong.push(['held for nobody', place]);
  }
  return wrong;
}

/** Numbers that a device took along and that stand for another appointment, are still to be given to others, or hold where nobody is any more. */
function wrongLeases({ leases, appointments, sessions }: State): unknown[] {
  const firstOf = (id: string): string | undefined => lineOf(sessions, id).at(-1)?.id;
  const replaced = new Set(sessions.filter((one) => one.is_replaced).map(({ id }) => id));
  const left = leases.filter(({ is_live: isLive, session_id: id, numbers }) => isLive && replaced.has(id) && numbers.some(({ used_by: by }) => by === null));
  const byId = new Map(appointments.map((row) => [row.id, row]));
  const wrong = leases.flatMap((lease) => lease.numbers.filter(({ number, used_by: by }) => {
    const row = by === null ? undefined : byId.get(by);
    const stretch = sessions.find(({ id }) => id === lease.session_id)?.numbers.findLast(({ first }) => first <= number);
    return (by !== null && (row?.number !== number || firstOf(row.session_id) !== firstOf(lease.session_id))) || (stretch !== undefined && number >= stretch.next);
  }).map((number) => ['another’s number', lease.id, number]));
  return [...wrong, ...left.map((lease) => ['numbers left behind', lease])];
}

/** Numbers of telephones with more bookings to come than they may have. What the desk moves counts, but may go beyond. */
function wrongOnline({ online, appointments }: State): unknown[] {
  const latest = (id: string): AppointmentState | undefined => {
    const next = appointments.find(({ rescheduled_from: from }) => from === id);
    return next ? latest(next.id) : appointments.find((row) => row.id === id);
  };
  const toCome = online.filter(({ id }) => {
    const row = latest(id);
    return row?.status === BOOKED || row?.is_held;
  });
  const phones = [...new Set(toCome.map(({ phone }) => phone))];
  return phones.filter((one) => toCome.filter(({ phone }) => phone === one).length > toCome[0]!.most).map((phone) => ['too many of one number', phone]);
}

function reachable<S extends string>(table: Readonly<Record<string, readonly S[]>>, from: S, seen = new Set<S>()): Set<S> {
  for (const to of table[from] ?? []) {
    if (seen.has(to)) continue;
    seen.add(to);
    reachable(table, to, seen);
  }
  return seen;
}
