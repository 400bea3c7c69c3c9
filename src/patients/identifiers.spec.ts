import fc from 'fast-check';
import { IDENTIFIER_KINDS, InvalidIdentifier, luhnDigit, normaliseIdentifier, type IdentifierKind } from './identifiers.js';

function refusal(kind: IdentifierKind, raw: string): string {
  try {
    return `accepted as ${normaliseIdentifier(kind, raw).value}`;
  } catch (error) {
    if (error instanceof InvalidIdentifier) return `${error.kind} ${error.reason}`;
    throw error;
  }
}

describe('normaliseIdentifier', () => {
  it.each<[IdentifierKind, string, string]>([
    ['NID', '0123456789', '0123456789'],
    ['NID', '012 345 6789', '0123456789'],
    ['NID', '০১২৩৪৫৬৭৮৯', '0123456789'],
    ['NID', '0012345678901', '0012345678901'],
    ['NID', '19800012345678901', '19800012345678901'],
    ['BIRTH_REGISTRATION', '২০১৫০০১২৩৪৫৬৭৮৯০১', '20150012345678901'],
    ['PASSPORT', 'zz0123456', 'ZZ0123456'],
    ['PASSPORT', ' zz 012-3456 ', 'ZZ0123456'],
    ['PASSPORT', 'A১২৩৪৫', 'A12345'],
    ['EMIRATES_ID', '784-1990-0012345-7', '784199000123457'],
    ['EMIRATES_ID', '784–1990–0012345–7', '784199000123457'],
    ['EMIRATES_ID', '٧٨٤١٩٩٠٠٠١٢٣٤٥٧', '784199000123457'],
  ])('reads %s %j as %s without a warning', (kind, raw, value) => {
    expect(normaliseIdentifier(kind, raw)).toEqual({ value, warnings: [] });
  });

  it.each<[IdentifierKind, string, string]>([
    ['NID', '', 'EMPTY'],
    ['NID', ' - ', 'EMPTY'],
    ['NID', '123456789', 'WRONG_LENGTH'],
    ['NID', '12345678901', 'WRONG_LENGTH'],
    ['NID', '123456789012345678', 'WRONG_LENGTH'],
    ['NID', '12345O7890', 'WRONG_CHARACTERS'],
    ['NID', '0123456789\u0000', 'WRONG_CHARACTERS'],
    ['NID', '0000000000', 'PLACEHOLDER'],
    ['NID', '১১১১১১১১১১', 'PLACEHOLDER'],
    ['BIRTH_REGISTRATION', '0123456789', 'WRONG_LENGTH'],
    ['PASSPORT', 'AB123', 'WRONG_LENGTH'],
    ['PASSPORT', 'AB12345678', 'WRONG_LENGTH'],
    ['PASSPORT', 'AB_12345', 'WRONG_CHARACTERS'],
    ['PASSPORT', 'কখ12345', 'WRONG_CHARACTERS'],
    ['PASSPORT', 'straße1', 'WRONG_CHARACTERS'],
    ['PASSPORT', 'xXxXxXx', 'PLACEHOLDER'],
    ['EMIRATES_ID', '784-1990-0012345', 'WRONG_LENGTH'],
    ['EMIRATES_ID', '783-1990-0012345-6', 'WRONG_FORMAT'],
    ['EMIRATES_ID', '784-0190-0012345-6', 'WRONG_FORMAT'],
  ])('refuses %s %j: %s', (kind, raw, reason) => {
    expect(refusal(kind, raw)).toBe(`${kind} ${reason}`);
  });

  it('keeps an Emirates ID whose check digit fails, with a warning', () => {
    expect(normaliseIdentifier('EMIRATES_ID', '784-1990-0012345-6')).toEqual({
      value: '784199000123456',
      warnings: ['EMIRATES_ID_CHECK_DIGIT'],
    });
  });

  it('warns about every single mistyped digit of an Emirates ID', () => {
    const payload = fc.integer({ min: 0, max: 9_999_999 }).map((n) => `7841990${String(n).padStart(7, '0')}`);
    fc.assert(
      fc.property(payload, fc.integer({ min: 7, max: 14 }), fc.integer({ min: 1, max: 9 }), (digits, at, shift) => {
        const right = digits + luhnDigit(digits);
        const wrong = right.slice(0, at) + String((Number(right[at]) + shift) % 10) + right.slice(at + 1);
        expect(normaliseIdentifier('EMIRATES_ID', right).warnings).toEqual([]);
        expect(normaliseIdentifier('EMIRATES_ID', wrong).warnings).toEqual(['EMIRATES_ID_CHECK_DIGIT']);
      }),
    );
  });

  it('returns a value that normalises to itself', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'0123456789০٥abZ- '), minLength: 5, maxLength: 19 });
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 9, maxLength: 17 });
    fc.assert(
      fc.property(fc.constantFrom(...IDENTIFIER_KINDS), fc.oneof(typed, digits), (kind, raw) => {
        const first = refusal(kind, raw);
        const value = first.startsWith('accepted as ') ? first.slice('accepted as '.length) : raw;
        expect(refusal(kind, value)).toBe(first);
      }),
    );
  });

  it('never repeats the value in its message', () => {
    expect(() => normaliseIdentifier('PASSPORT', 'AB123')).toThrow(/^Invalid PASSPORT: WRONG_LENGTH$/);
  });
});

describe('luhnDigit', () => {
  it('completes the example number in common use', () => {
    expect(luhnDigit('7992739871')).toBe('3');
  });
});
