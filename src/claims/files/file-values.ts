import { Temporal } from 'temporal-polyfill';

const AMOUNT = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;
const STAMP = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{1,2}):(\d{1,2}))?$/;

/** Minor units as the files have amounts: 7840 is `78.40`. */
export function decimalOf(minorUnits: bigint): string {
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(3, '0');
  return `${minorUnits < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The minor units of an amount in a file; null when it is none, or has fractions of a minor unit. */
export function minorUnitsOf(text: string): bigint | null {
  const [, sign, whole, places = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined || !/^\d{0,2}0*$/.test(places)) return null;
  const amount = BigInt(whole + places.slice(0, 2).padEnd(2, '0'));
  return sign ? -amount : amount;
}

/** An instant as the files have it, `23/11/2026 09:05`: the clock of the facility, without seconds. */
export function stampOf(instant: Date, timeZone: string): string {
  const { day, month, year, hour, minute } = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return `${two(day)}/${two(month)}/${String(year).padStart(4, '0')} ${two(hour)}:${two(minute)}`;
}

/** The instant of such a text, midnight when it is only a day; null when there is none such. */
export function instantOf(text: string, timeZone: string): Date | null {
  const [day, month, year, hour = 0, minute = 0] = (STAMP.exec(text)?.slice(1) ?? []).map((part) => (part === undefined ? undefined : Number(part)));
  if (day === undefined || month === undefined || year === undefined) return null;
  try {
    return new Date(Temporal.PlainDateTime.from({ day, month, year, hour, minute }, { overflow: 'reject' }).toZonedDateTime(timeZone).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const two = (number: number): string => String(number).padStart(2, '0');
