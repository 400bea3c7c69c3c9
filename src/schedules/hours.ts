import { InputCheck } from '../platform/input-check.js';
import type { Reserved } from './number-stretches.model.js';
import { NumberSeries, SessionMode } from './schedule-enums.model.js';
import type { ReservedNumbersInput } from './schedule.inputs.js';
import { minutesOfClock } from './wall-time.model.js';

const SHORTEST_MINUTES = 5;
const MOST_RESERVED = 10;

/** Hours of a day, as they are asked for. */
export interface HoursAsked {
  roomId?: string | null;
  startsAt: string;
  endsAt: string;
  mode: SessionMode;
  capacity?: number | null;
  slotMinutes?: number | null;
  overbookLimit: number;
  reserved: ReservedNumbersInput[];
  online: boolean;
}

/** The same as they are kept: times in minutes by the chamber's clock. */
export interface Hours {
  roomId: string | null;
  starts: number;
  minutes: number;
  mode: SessionMode;
  capacity: number;
  slotMinutes: number | null;
  overbookLimit: number;
  reserved: Reserved[];
  online: boolean;
}

/** Reads hours and notes what is wrong with them; what it gives is of use only when nothing is. */
export function hoursFrom(check: InputCheck, asked: HoursAsked): Hours {
  const starts = clock(check, 'startsAt', asked.startsAt);
  const ends = clock(check, 'endsAt', asked.endsAt);
  const minutes = ends > starts ? ends - starts : ends + 1440 - starts;
  if (minutes < SHORTEST_MINUTES) check.blame(['endsAt'], 'TOO_SHORT', { min: SHORTEST_MINUTES });
  const slotMinutes = asked.mode === SessionMode.SLOT ? slotOf(check, asked.slotMinutes, minutes) : null;
  const capacity = slotMinutes === null ? serialCapacity(check, asked) : Math.max(1, Math.floor(minutes / slotMinutes));
  if (asked.mode === SessionMode.SLOT && typeof asked.capacity === 'number') check.blame(['capacity'], 'NOT_IN_THIS_MODE');
  within(check, ['overbookLimit'], asked.overbookLimit, 0, 100);
  return {
    roomId: asked.roomId ?? null, starts, minutes, mode: asked.mode, capacity, slotMinutes, overbookLimit: asked.overbookLimit,
    reserved: reservedFrom(check, asked, capacity), online: asked.online,
  };
}

function clock(check: InputCheck, field: string, text: string): number {
  const minutes = minutesOfClock(text);
  if (minutes === undefined) check.blame([field], 'NOT_A_TIME');
  return minutes ?? 0;
}

function slotOf(check: InputCheck, asked: number | null | undefined, minutes: number): number {
  if (typeof asked !== 'number') {
    check.blame(['slotMinutes'], 'NEEDED');
    return minutes;
  }
  within(check, ['slotMinutes'], asked, 5, 240);
  if (asked > minutes) check.blame(['slotMinutes'], 'LONGER_THAN_SESSION');
  return asked;
}

function serialCapacity(check: InputCheck, { capacity, slotMinutes }: HoursAsked): number {
  if (typeof slotMinutes === 'number') check.blame(['slotMinutes'], 'NOT_IN_THIS_MODE');
  if (typeof capacity !== 'number') check.blame(['capacity'], 'NEEDED');
  else within(check, ['capacity'], capacity, 1, 500);
  return capacity ?? 1;
}

function reservedFrom(check: InputCheck, { mode, reserved }: HoursAsked, capacity: number): Reserved[] {
  if (check.tooMany('reserved', reserved, MOST_RESERVED)) return [];
  if (mode === SessionMode.SLOT && reserved.length) check.blame(['reserved'], 'NOT_IN_THIS_MODE');
  reserved.forEach(({ series, first, last }, index) => {
    const at = ['reserved', String(index)];
    if (series === NumberSeries.GENERAL) check.blame([...at, 'series'], 'GENERAL_IS_THE_REST');
    within(check, [...at, 'first'], first, 1, capacity);
    within(check, [...at, 'last'], last, first, capacity);
    if (reserved.slice(0, index).some((other) => first <= other.last && other.first <= last)) check.blame([...at, 'first'], 'OVERLAPS');
  });
  return reserved.map(({ series, first, last }) => ({ series, first, last }));
}

function within(check: InputCheck, path: string[], value: number, min: number, max: number): void {
  if (value < min || value > max) check.blame(path, 'OUT_OF_RANGE', { min, max });
}
