import { randomInt } from 'node:crypto';
import { shorterName, smsLength } from '../../messages/sms-length.model.js';
import { toAsciiDigits } from '../../platform/digits.js';

/** A fresh code of six digits. */
export const newBookingCode = (): string => String(randomInt(0, 1_000_000)).padStart(6, '0');

/** A code as somebody typed it, in ASCII digits; undefined for what is none. */
export function typedCode(raw: string): string | undefined {
  const code = toAsciiDigits(raw.trim());
  return /^\d{6}$/.test(code) ? code : undefined;
}

/** The message with a code, in one segment of an SMS: the name of the practice is cut as far as that needs. Both scripts have the code in digits that every keyboard has. */
export function bookingCodeText(code: string, practice: string, locale: string): string {
  const head = locale.startsWith('bn') ? `${code} আপনার বুকিং কোড, ১০ মিনিট চলবে।` : `${code} is your booking code, for 10 minutes.`;
  for (let name = practice; ; name = shorterName(name, locale)) {
    const text = `${head} ${name}`.trim();
    if (smsLength(text).segments === 1) return text;
  }
}
