import { toAsciiDigits } from './digits.js';

const DECIMAL = /^(-?)0*(\d{1,15}(?:\.\d{1,15})?)$/;

/** A number without error: `over` divided by `under`, which is above zero. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/**
 * A decimal number as people type it, in ASCII and without leading zeros, its decimal places as they were: `০৩৭.৫০` becomes
 * `37.50`. Undefined for anything else, such as exponents, signs of thousands, and more than 15 digits on a side.
 */
export function plainDecimal(raw: string): string | undefined {
  const [, sign, digits] = DECIMAL.exec(toAsciiDigits(raw).trim()) ?? [];
  return digits === undefined ? undefined : `${sign}${digits}`;
}

/** How many decimal places a plain decimal number states. */
export const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** The exact value of a plain decimal number. */
export const exactly = (text: string): Fraction => ({ over: BigInt(text.replace('.', '')), under: 10n ** BigInt(placesOf(text)) });

/** The quotient of two whole numbers; the second is above zero. */
export const ratio = (over: number, under: number): Fraction => ({ over: BigInt(over), under: BigInt(under) });

/** The sum, exactly. */
export const sum = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });

/** The product, exactly. */
export const product = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });

/** The quotient of two numbers above zero, exactly. */
export const quotient = (a: Fraction, b: Fraction): Fraction => product(a, { over: b.under, under: b.over });

/** Below, at or above zero as `a` is below, at or above `b`. */
export const compared = (a: Fraction, b: Fraction): number => Number(a.over * b.under > b.over * a.under) - Number(a.over * b.under < b.over * a.under);

/** A number as decimal text, half a step rounded away from zero, without idle zeros: 37.277… to two places is `37.28`. */
export function rounded(value: Fraction, places: number): string {
  const { over, under } = product(value, { over: 10n ** BigInt(places), under: 1n });
  const negative = over < 0n;
  return asText(((negative ? -over : over) * 2n + under) / (under * 2n), places, negative);
}

/** The square root of a number that is not negative, as decimal text; half a step is rounded up. */
export function roundedRoot({ over, under }: Fraction, places: number): string {
  const twice = wholeRoot((over * 4n * 100n ** BigInt(places)) / under);
  return asText((twice + 1n) / 2n, places, false);
}

function asText(steps: bigint, places: number, negative: boolean): string {
  const digits = steps.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const rest = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${negative && steps > 0n ? '-' : ''}${whole}${rest && `.${rest}`}`;
}

/** The largest whole number whose square is not above `value` (Newton's method). */
function wholeRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
