import { randomInt } from 'node:crypto';
import { toAsciiDigits } from '../../platform/digits.js';

/** A fresh code of six digits. */
export const newBookingCode = (): string => String(randomInt(0, 1_000_000)).padStart(6, '0');

/** A code as somebody typed it, in ASCII digits; undefined for what is none. */
export function typedCode(raw: string): string | undefined {
  const code = toAsciiDigits(raw.trim());
  return /^\d{6}$/.test(code) ? code : undefined;
}

/** The message with a code; both scripts have the code in digits that every keyboard has. One segment of an SMS as long as the name of the practice is not over 100 letters, or 30 in Bangla. */
export const bookingCodeText = (code: string, practice: string, locale: string): string =>
  locale.startsWith('bn') ? `${code} আপনার বুকিং কোড, ১০ মিনিট চলবে। ${practice}` : `${code} is your booking code, for 10 minutes. ${practice}`;
