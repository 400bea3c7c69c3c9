import { createHash } from 'node:crypto';
import { SessionMode, SessionStatus } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import type { AppointmentRow } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { keepsPlace } from '../appointment-status.js';
import { type SeenElsewhere, otherOf } from '../elsewhere.js';
import type { NewPlace } from '../moved-appointments.service.js';
import { type NextNumbers, type TakenPlaces, placeForMoved, placesOf, slotsOf, takePlace } from '../places.model.js';
import { turnsIn } from '../session-queue.model.js';
import { AppointmentOutcome, ChangeObstacle, SessionChangeKind } from './session-change.enums.js';
import type { WantedChange } from './wanted-change.js';

const { HELD, ARRIVED, CALLED, BOOKED, IN_CONSULT } = AppointmentStatus;
const { LATER, MOVED, CANCELLED, RELEASED, NOT_MOVED } = AppointmentOutcome;
const MINUTE_MS = 60_000;

/** A session into which others are moved, with everybody in it, the next of its numbers, and what of it is taken. */
interface Target {
  session: SessionRow;
  rows: readonly AppointmentRow[];
  numbers: readonly NextNumbers[];
  taken: readonly TakenPlaces[];
}

/** What a change is planned from; `rows` are the session's appointments in the order in which they are called. */
export interface ChangeFacts {
  session: SessionRow;
  rows: readonly AppointmentRow[];
  elsewhere: readonly SeenElsewhere[];
  target?: Target | undefined;
  now: Date;
}

/** Where somebody is to be. `from` is the first number of the stretch of which their number is taken; undefined when it is the number that they have. */
interface PlannedPlace extends NewPlace {
  from?: number;
}

/** What is to become of one appointment. `from` and `until` are when the patient's turn is then to be expected. */
export interface PlannedFate {
  row: AppointmentRow;
  outcome: AppointmentOutcome;
  obstacle: ChangeObstacle | null;
  obstacleId: string | null;
  place: PlannedPlace | null;
  from: Date | null;
  until: Date | null;
}

/** Those of a session who have a place in it at an instant. */
export const affected = ({ rows, now }: Pick<ChangeFacts, 'rows' | 'now'>): AppointmentRow[] =>
  rows.filter(({ status, held_until: until }) => keepsPlace.includes(status) && (status !== HELD || until! > now));

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
    return fate(row, LATER, { from, until, ...(other && { obstacle: ChangeObstacle.PATIENT_IS_ELSEWHERE, obstacleId: seen(other) }) });
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
    return other ? without(row, cancelRest, ChangeObstacle.PATIENT_IS_ELSEWHERE, seen(other)) : fate(row, MOVED, { place: { ...kept, slotFrom: from, slotUntil: until }, from, until });
  });
}

function moved(cancelRest: boolean, { rows, elsewhere, target, now }: ChangeFacts): PlannedFate[] {
  const places = placesOf(target!.session, target!.numbers, target!.taken);
  const slots = slotsOf(target!.session, target!.taken, now).filter(({ free }) => free);
  const fates = affected({ rows, now }).map((row) => {
    const there = leaving(row);
    if (there) return there;
    const second = elsewhere.find((other) => other.session_id === target!.session.id && other.patient_id === row.patient_id);
    if (second) return without(row, cancelRest, ChangeObstacle.BOOKED_ALREADY, seen(second));
    const place = placeForMoved(places, row.series);
    const slot = target!.session.mode === SessionMode.SERIAL ? null : slots.find(({ from, until }) => !otherOf(row, from, until, elsewhere));
    if (!place || slot === undefined) return without(row, cancelRest, slots.length && place ? ChangeObstacle.PATIENT_IS_ELSEWHERE : ChangeObstacle.NO_PLACE);
    takePlace(places, place);
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

const seen = ({ id, may }: SeenElsewhere): string | null => (may ? id : null);

const without = (row: AppointmentRow, cancelRest: boolean, obstacle: ChangeObstacle, obstacleId: string | null = null): PlannedFate =>
  fate(row, cancelRest ? CANCELLED : NOT_MOVED, { obstacle, obstacleId });
