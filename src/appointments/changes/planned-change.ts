import { createHash } from 'node:crypto';
import { SessionMode, SessionStatus } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import type { AppointmentRow } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { waiting } from '../appointment-status.js';
import type { LeasedPlaces } from '../offline/lease-rows.js';
import { type NextNumbers, type Places, placeIn } from '../places.js';
import { turnsIn } from '../session-queue.model.js';
import { AppointmentOutcome, ChangeObstacle, SessionChangeKind } from './session-change.enums.js';
import type { WantedChange } from './wanted-change.js';

const { HELD, ARRIVED, CALLED, BOOKED, IN_CONSULT, COMPLETED } = AppointmentStatus;
const { LATER, MOVED, CANCELLED, RELEASED, NOT_MOVED } = AppointmentOutcome;
const MINUTE_MS = 60_000;

/** Where else a patient is. */
export interface Elsewhere {
  id: string;
  session_id: string;
  patient_id: string;
  slot_from: Date | null;
  slot_until: Date | null;
}

/** What counts of somebody in a session, when others want a place in it. */
export type PlaceTaken = Pick<AppointmentRow, 'status' | 'held_until' | 'overbooked' | 'series' | 'slot_from'>;

/** A session into which others are moved, with everybody in it, the next of its numbers, and how many places devices took along. */
export interface Target<Taken extends PlaceTaken = AppointmentRow> {
  session: SessionRow;
  rows: readonly Taken[];
  numbers: readonly NextNumbers[];
  leased: ReadonlyArray<Pick<LeasedPlaces, 'series' | 'count'>>;
}

/** What a change is planned from; `rows` are the session's appointments in the order in which they are called. */
export interface ChangeFacts {
  session: SessionRow;
  rows: readonly AppointmentRow[];
  elsewhere: readonly Elsewhere[];
  target?: Target | undefined;
  now: Date;
}

/** A place in the session in which an appointment is to be. */
export interface NewPlace {
  number: number;
  series: AppointmentRow['series'];
  overbooked: boolean;
  slotFrom: Date | null;
  slotUntil: Date | null;
  /** The first number of the stretch of which the number is taken; undefined when it is the number that the patient has. */
  from?: number;
}

/** What is to become of one appointment. `from` and `until` are when the patient's turn is then to be expected. */
export interface PlannedFate {
  row: AppointmentRow;
  outcome: AppointmentOutcome;
  obstacle: ChangeObstacle | null;
  obstacleId: string | null;
  place: NewPlace | null;
  from: Date | null;
  until: Date | null;
}

/** Those of a session who have a place in it at an instant. */
export const affected = ({ rows, now }: Pick<ChangeFacts, 'rows' | 'now'>): AppointmentRow[] =>
  rows.filter(({ status, held_until: until }) => waiting.includes(status) && (status !== HELD || until! > now));

/** What would become of everybody who has a place in a session, in the order in which they are called. */
export function planChange(wanted: WantedChange, facts: ChangeFacts): PlannedFate[] {
  switch (wanted.kind) {
    case SessionChangeKind.DELAY: return delayed(wanted.minutes, facts);
    case SessionChangeKind.CANCEL: return affected(facts).map((row) => leaving(row) ?? fate(row, CANCELLED));
    case SessionChangeKind.SHIFT: return shifted(wanted, facts);
    case SessionChangeKind.MOVE: return moved(wanted.cancelRest, facts);
  }
}

/** Tells two plans apart, whatever the reason: the same text only for the same session, appointments and outcomes. */
export function fingerprintOf({ reason: _reason, ...wanted }: WantedChange, session: SessionRow, fates: readonly PlannedFate[]): string {
  const plan = [wanted, session.id, session.version, fates.map(({ row, outcome, obstacle, place }) => [row.id, row.version, outcome, obstacle, place?.slotFrom ?? null])];
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url');
}

/** The status of somebody who waits here, in a session that is open or not. */
export const statusAfter = (before: AppointmentStatus, isOpen: boolean): AppointmentStatus => (isOpen && [ARRIVED, CALLED].includes(before) ? ARRIVED : BOOKED);

/** A session as it will be at its new time; patients who have come that day stay noted as arrived. */
export const shiftedStatus = (session: SessionRow, localDate: string): SessionStatus.OPEN | SessionStatus.PLANNED =>
  session.status !== SessionStatus.PLANNED && session.local_date === localDate ? SessionStatus.OPEN : SessionStatus.PLANNED;

const fate = (row: AppointmentRow, outcome: AppointmentOutcome, rest: Partial<PlannedFate> = {}): PlannedFate =>
  ({ row, outcome, obstacle: null, obstacleId: null, place: null, from: null, until: null, ...rest });

// Who is with the doctor stays until they are finished, and a hold is let go.
function leaving(row: AppointmentRow): PlannedFate | undefined {
  if (row.status === IN_CONSULT) return fate(row, NOT_MOVED, { obstacle: ChangeObstacle.WITH_DOCTOR });
  return row.status === HELD ? fate(row, RELEASED) : undefined;
}

function delayed(minutes: number, { session, rows, elsewhere, now }: ChangeFacts): PlannedFate[] {
  const turns = turnsIn({ ...session, delay_minutes: minutes }, rows, now);
  const later = (at: Date): Date => new Date(at.getTime() + minutes * MINUTE_MS);
  return affected({ rows, now }).map((row) => {
    const [from, until] = row.slot_from ? [later(row.slot_from), later(row.slot_until!)] : [turns.get(row.id)?.from ?? null, turns.get(row.id)?.until ?? null];
    const other = row.slot_from && otherOf(row, from!, until!, elsewhere);
    return fate(row, LATER, { from, until, ...(other && { obstacle: ChangeObstacle.PATIENT_IS_ELSEWHERE, obstacleId: other.id }) });
  });
}

function shifted({ localDate, period, capacity, cancelRest }: WantedChange & { kind: SessionChangeKind.SHIFT }, { session, rows, elsewhere, now }: ChangeFacts): PlannedFate[] {
  const status = shiftedStatus(session, localDate);
  const turns = turnsIn({ ...session, status, starts_at: period.startsAt, ends_at: period.endsAt, delay_minutes: 0 }, rows, now);
  const by = period.startsAt.getTime() - session.starts_at.getTime();
  const end = period.startsAt.getTime() + capacity * (session.slot_minutes ?? 0) * MINUTE_MS;
  return affected({ rows, now }).map((row) => {
    const kept = { number: row.number, series: row.series, overbooked: row.overbooked };
    const there = leaving(row);
    if (there) return there;
    if (!row.slot_from) return fate(row, MOVED, { place: { ...kept, slotFrom: null, slotUntil: null }, from: turns.get(row.id)?.from ?? null, until: turns.get(row.id)?.until ?? null });
    const [from, until] = [new Date(row.slot_from.getTime() + by), new Date(row.slot_until!.getTime() + by)];
    if (until.getTime() > end || until <= now) return without(row, cancelRest, ChangeObstacle.NO_PLACE);
    const other = otherOf(row, from, until, elsewhere);
    return other ? without(row, cancelRest, ChangeObstacle.PATIENT_IS_ELSEWHERE, other.id) : fate(row, MOVED, { place: { ...kept, slotFrom: from, slotUntil: until }, from, until });
  });
}

function moved(cancelRest: boolean, { session: _from, rows, elsewhere, target, now }: ChangeFacts): PlannedFate[] {
  const places = placesLeft(target!, now);
  const slots = target!.session.mode === SessionMode.SLOT ? freeSlots(target!, now) : [];
  const fates = affected({ rows, now }).map((row) => {
    const there = leaving(row);
    if (there) return there;
    const second = elsewhere.find((other) => other.session_id === target!.session.id && other.patient_id === row.patient_id);
    if (second) return without(row, cancelRest, ChangeObstacle.BOOKED_ALREADY, second.id);
    const place = placeIn(places, row.series);
    const slot = target!.session.mode === SessionMode.SERIAL ? null : slots.find(({ from, until }) => !otherOf(row, from, until, elsewhere));
    if (!place || slot === undefined) return without(row, cancelRest, slots.length && place ? ChangeObstacle.PATIENT_IS_ELSEWHERE : ChangeObstacle.NO_PLACE);
    takePlace(places, place.series, place.from);
    if (slot) slots.splice(slots.indexOf(slot), 1);
    return fate(row, MOVED, {
      place: { number: place.number, series: place.series, overbooked: false, from: place.from, slotFrom: slot?.from ?? null, slotUntil: slot?.until ?? null },
      from: slot?.from ?? null, until: slot?.until ?? null,
    });
  });
  return target!.session.mode === SessionMode.SLOT ? fates : withTurns(fates, target!, now);
}

// In SERIAL mode they are expected after those who have a number there already.
function withTurns(fates: PlannedFate[], { session, rows }: Target, now: Date): PlannedFate[] {
  const behind = fates.filter(({ place }) => place).map(({ row, place }) => ({ ...row, status: BOOKED, number: place!.number, slot_from: null, slot_until: null }));
  const turns = turnsIn(session, [...rows, ...behind], now);
  return fates.map((one) => (one.place ? { ...one, from: turns.get(one.row.id)!.from, until: turns.get(one.row.id)!.until } : one));
}

const without = (row: AppointmentRow, cancelRest: boolean, obstacle: ChangeObstacle, obstacleId: string | null = null): PlannedFate =>
  fate(row, cancelRest ? CANCELLED : NOT_MOVED, { obstacle, obstacleId });

/** The appointment that a patient has elsewhere at a time. */
export const otherOf = ({ id, patient_id: patientId }: Pick<AppointmentRow, 'id' | 'patient_id'>, from: Date, until: Date, elsewhere: readonly Elsewhere[]): Elsewhere | undefined =>
  elsewhere.find((other) => other.id !== id && other.patient_id === patientId && other.slot_from !== null && other.slot_from < until && other.slot_until! > from);

const takesPlace = ({ status, held_until: until }: PlaceTaken, now: Date): boolean => (waiting.includes(status) && (status !== HELD || until! > now)) || status === COMPLETED;

/** What a session has to give, as it is used up. */
type PlacesLeft = Places & { stretches: NextNumbers[]; taken: { bySeries: Map<AppointmentRow['series'], number>; overbooked: number } };

/** What a session has to give at an instant. */
export function placesLeft({ session, rows, numbers, leased }: Target<PlaceTaken>, now: Date): PlacesLeft {
  const taking = rows.filter((row) => takesPlace(row, now));
  const bySeries = new Map<AppointmentRow['series'], number>(leased.map(({ series, count }) => [series, count]));
  for (const { series } of taking.filter(({ overbooked }) => !overbooked)) bySeries.set(series, (bySeries.get(series) ?? 0) + 1);
  return {
    capacity: session.capacity, overbookLimit: session.overbook_limit, stretches: numbers.map((one) => ({ ...one })),
    taken: { bySeries, overbooked: taking.filter(({ overbooked }) => overbooked).length },
  };
}

function takePlace(places: PlacesLeft, series: AppointmentRow['series'], from: number): void {
  places.taken.bySeries.set(series, (places.taken.bySeries.get(series) ?? 0) + 1);
  places.stretches.find(({ first }) => first === from)!.next++;
}

/** The slots of a session that nobody has and that are not over, in their order. */
export function freeSlots({ session, rows }: Pick<Target<PlaceTaken>, 'session' | 'rows'>, now: Date): Array<{ from: Date; until: Date }> {
  const length = session.slot_minutes! * MINUTE_MS;
  const taken = new Set(rows.filter((row) => takesPlace(row, now) && !row.overbooked).map((row) => row.slot_from!.getTime()));
  return Array.from({ length: session.capacity }, (_, index) => session.starts_at.getTime() + index * length)
    .filter((from) => !taken.has(from) && from + length > now.getTime()).map((from) => ({ from: new Date(from), until: new Date(from + length) }));
}
