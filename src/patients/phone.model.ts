import {
  isSupportedCountry,
  ParseError,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { toAsciiDigits } from '../platform/digits.js';

export type InvalidPhoneReason = 'EMPTY' | 'NOT_A_NUMBER' | 'TOO_SHORT' | 'TOO_LONG' | 'INVALID_FOR_COUNTRY';

/** A telephone number that cannot be dialled; the message never repeats the number, which is personal data. */
export class InvalidPhone extends Error {
  override readonly name = 'InvalidPhone';

  constructor(readonly reason: InvalidPhoneReason) {
    super(`Invalid telephone number: ${reason}`);
  }
}

/**
 * Returns the E.164 form (ITU-T E.164) of a number written as people write it in `country` (ISO 3166-1 alpha-2);
 * a number with its own country code keeps it. Throws InvalidPhone for anything that is not one whole valid number.
 */
export function normalisePhone(raw: string, country: string): string {
  // Numbers pasted from a contact list often arrive wrapped in invisible direction marks.
  const text = toAsciiDigits(raw).replace(/\p{Cf}/gu, '').trim();
  if (text === '') throw new InvalidPhone('EMPTY');

  const region = country.toUpperCase();
  if (!isSupportedCountry(region)) throw new InvalidPhone('INVALID_FOR_COUNTRY');

  const phone = parse(text, region);
  // E.164 has no room for an extension, and dropping it silently would ring somebody else.
  if (phone.ext !== undefined) throw new InvalidPhone('NOT_A_NUMBER');
  if (!phone.isValid()) throw new InvalidPhone(whyInvalid(text, region));
  return phone.number;
}

/** The country of an E.164 number (ISO 3166-1 alpha-2), and whether it is one of a mobile telephone; where those cannot be told from others, as in North America, it may be one. */
export function kindOfPhone(e164: string): { country: string | undefined; isMobile: boolean } {
  const phone = parsePhoneNumberWithError(e164);
  return { country: phone.country, isMobile: ['MOBILE', 'FIXED_LINE_OR_MOBILE'].includes(phone.getType() ?? '') };
}

/** Whether this is a country that has telephone numbers, by its two capital letters (ISO 3166-1 alpha-2). */
export const hasPhones = (country: string): boolean => isSupportedCountry(country);

/** The last four digits of an E.164 number: what may be shown to tell numbers apart without revealing them. */
export function lastFour(e164: string): string {
  return e164.slice(-4);
}

function parse(text: string, defaultCountry: CountryCode): PhoneNumber {
  try {
    return parsePhoneNumberWithError(text, { defaultCountry, extract: false });
  } catch (error) {
    if (error instanceof ParseError) throw new InvalidPhone(reasonOf(error.message));
    throw error;
  }
}

function whyInvalid(text: string, defaultCountry: CountryCode): InvalidPhoneReason {
  return reasonOf(validatePhoneNumberLength(text, defaultCountry));
}

function reasonOf(problem: string | undefined): InvalidPhoneReason {
  if (problem === 'NOT_A_NUMBER' || problem === 'TOO_SHORT' || problem === 'TOO_LONG') return problem;
  return 'INVALID_FOR_COUNTRY';
}
