import { toAsciiDigits } from '../platform/digits.js';

export const IDENTIFIER_KINDS = ['NID', 'BIRTH_REGISTRATION', 'PASSPORT', 'EMIRATES_ID'] as const;

export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];
export type InvalidIdentifierReason = 'EMPTY' | 'WRONG_CHARACTERS' | 'WRONG_LENGTH' | 'WRONG_FORMAT' | 'PLACEHOLDER';
export type IdentifierWarning = 'EMIRATES_ID_CHECK_DIGIT';

/** An identifier that cannot be of its kind; the message never repeats the value, which is personal data. */
export class InvalidIdentifier extends Error {
  override readonly name = 'InvalidIdentifier';

  constructor(
    readonly kind: IdentifierKind,
    readonly reason: InvalidIdentifierReason,
  ) {
    super(`Invalid ${kind}: ${reason}`);
  }
}

interface Rule {
  characters: RegExp;
  lengths: readonly number[];
  format?: RegExp;
}

const RULES: Record<IdentifierKind, Rule> = {
  NID: { characters: /^\d+$/, lengths: [10, 13, 17] },
  BIRTH_REGISTRATION: { characters: /^\d+$/, lengths: [17] },
  PASSPORT: { characters: /^[A-Za-z0-9]+$/, lengths: [6, 7, 8, 9] },
  EMIRATES_ID: { characters: /^\d+$/, lengths: [15], format: /^784(19|20)/ },
};

/**
 * Returns the one spelling under which an identifier is stored and compared: ASCII, without spaces or hyphens, upper
 * case. A wrong Emirates ID check digit is only a warning, since the card in the hand outranks the arithmetic. Throws
 * InvalidIdentifier otherwise; a single character repeated is a stand-in typed to get past the form, and is refused.
 */
export function normaliseIdentifier(
  kind: IdentifierKind,
  raw: string,
): { value: string; warnings: IdentifierWarning[] } {
  const text = toAsciiDigits(raw).replace(/[\s\u2010-\u2015\p{Cf}-]/gu, '');
  const rule = RULES[kind];
  if (text === '') throw new InvalidIdentifier(kind, 'EMPTY');
  if (!rule.characters.test(text)) throw new InvalidIdentifier(kind, 'WRONG_CHARACTERS');
  if (!rule.lengths.includes(text.length)) throw new InvalidIdentifier(kind, 'WRONG_LENGTH');
  if (/^(.)\1+$/i.test(text)) throw new InvalidIdentifier(kind, 'PLACEHOLDER');
  if (rule.format && !rule.format.test(text)) throw new InvalidIdentifier(kind, 'WRONG_FORMAT');

  const value = text.toUpperCase();
  const doubtful = kind === 'EMIRATES_ID' && luhnDigit(value.slice(0, -1)) !== value.slice(-1);
  return { value, warnings: doubtful ? ['EMIRATES_ID_CHECK_DIGIT'] : [] };
}

/** The Luhn check digit (ISO/IEC 7812-1, annex B) that completes a string of ASCII digits. */
export function luhnDigit(payload: string): string {
  const sum = [...payload].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}
