import { SessionStatus } from '../schedules/schedule-enums.model.js';
import type { SessionRow } from '../schedules/session-rows.model.js';
import type { AppointmentRow } from './appointment-rows.js';
import { AppointmentStatus } from './appointment.enums.js';
import { type Expected, type InLine, expectedTurns, paceOf } from './estimates.js';

const { BOOKED, ARRIVED, CALLED, IN_CONSULT, COMPLETED } = AppointmentStatus;
const MINUTE_MS = 60_000;
const NEXT = 'the next';

/** What of a session the line depends on. */
export type SessionInLine = Pick<SessionRow, 'status' | 'starts_at' | 'ends_at' | 'delay_minutes' | 'slot_minutes' | 'capacity'>;

/** What of an appointment does. */
export type PlaceInLine = Pick<AppointmentRow, 'id' | 'status' | 'consult_at' | 'completed_at' | 'slot_from'>;

/** A place in the line, with how many are before it and when its turn is to be expected. */
export interface Turn extends Expected {
  ahead: number;
}

/** When the turn of everybody who waits in a session, or is to come, is to be expected; `rows` are its appointments in the order in which they are called. */
export function turnsIn(session: SessionInLine, rows: readonly PlaceInLine[], now: Date): Map<string, Turn> {
  const inside = rows.filter(({ status }) => status === IN_CONSULT);
  const called = rows.filter(({ status }) => status === CALLED);
  const waiting = rows.filter(({ status }) => status === ARRIVED || status === BOOKED);
  const line: InLine[] = [
    ...inside.map(({ id, consult_at: since }): InLine => ({ id, state: 'IN_CONSULT', sinceMinutes: (now.getTime() - since!.getTime()) / MINUTE_MS })),
    ...called.map(({ id }): InLine => ({ id, state: 'HERE' })),
    ...waiting.map(({ id, status, slot_from: notBefore }): InLine => ({ id, state: status === ARRIVED ? 'HERE' : 'TO_COME', notBefore })),
  ];
  const turns = expectedTurns(line, paceOf(rows.flatMap(tookMinutes), plannedMinutes(session)), startOf(session, now));
  return new Map(waiting.map(({ id }, index) => [id, { ...turns.get(id)!, ahead: called.length + index }]));
}

/** Somebody in the line of a session, with their number. */
export type NumberInLine = PlaceInLine & Pick<AppointmentRow, 'number'>;

/** When whoever gets a number in SERIAL mode has their turn: they come into the line, which is in the order of its numbers, where that number is called. */
export function turnOfNext(session: SessionInLine, line: readonly NumberInLine[], number: number, now: Date): Turn {
  const later = line.findIndex((one) => one.number > number);
  const next: NumberInLine = { id: NEXT, number, status: BOOKED, consult_at: null, completed_at: null, slot_from: null };
  return turnsIn(session, line.toSpliced(later < 0 ? line.length : later, 0, next), now).get(NEXT)!;
}

/** How many patients were told a time when they came, and for how many it was kept. */
export function toldTimesOf(rows: readonly AppointmentRow[]): { told: number; kept: number } {
  const told = rows.filter((row) => row.told_from !== null && row.consult_at !== null);
  return { told: told.length, kept: told.filter((row) => row.consult_at! >= row.told_from! && row.consult_at! <= row.told_until!).length };
}

const tookMinutes = ({ status, consult_at: from, completed_at: until }: PlaceInLine): number[] =>
  status === COMPLETED ? [(until!.getTime() - from!.getTime()) / MINUTE_MS] : [];

const plannedMinutes = ({ slot_minutes: slot, starts_at: from, ends_at: until, capacity }: SessionInLine): number =>
  slot ?? (until.getTime() - from.getTime()) / MINUTE_MS / capacity;

// Before the doctor has begun: when they are expected.
function startOf({ status, starts_at: startsAt, delay_minutes: delay }: SessionInLine, now: Date): Date {
  const begun = status === SessionStatus.RUNNING || status === SessionStatus.PAUSED;
  return begun ? now : new Date(Math.max(now.getTime(), startsAt.getTime() + delay * MINUTE_MS));
}
