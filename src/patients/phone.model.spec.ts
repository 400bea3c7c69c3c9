import fc from 'fast-check';
import { InvalidPhone, kindOfPhone, lastFour, normalisePhone } from './phone.model.js';

function refusal(raw: string, country: string): string {
  try {
    return `accepted as ${normalisePhone(raw, country)}`;
  } catch (error) {
    if (error instanceof InvalidPhone) return error.reason;
    throw error;
  }
}

describe('normalisePhone', () => {
  it.each([
    ['01100123456', 'BD', '+8801100123456'],
    ['1100123456', 'BD', '+8801100123456'],
    ['০১১০০-১২৩৪৫৬', 'BD', '+8801100123456'],
    ['+৮৮০ ১১০০ ১২৩৪৫৬', 'BD', '+8801100123456'],
    ['8801100123456', 'BD', '+8801100123456'],
    ['+88 01100123456', 'BD', '+8801100123456'],
    ['0088 01100 123456', 'BD', '+8801100123456'],
    ['  +880 1100 123456  ', 'AE', '+8801100123456'],
    ['\u202A+880 1100-123456\u202C', 'BD', '+8801100123456'],
    ['050 012 3456', 'AE', '+971500123456'],
    ['٠٥٠٠١٢٣٤٥٦', 'AE', '+971500123456'],
    ['00971 50 012 3456', 'AE', '+971500123456'],
    ['+971 50 012 3456', 'BD', '+971500123456'],
    ['050 012 3456', 'ae', '+971500123456'],
  ])('reads %j in %s as %s', (raw, country, expected) => {
    expect(normalisePhone(raw, country)).toBe(expected);
  });

  it.each([
    ['', 'BD', 'EMPTY'],
    ['   ', 'BD', 'EMPTY'],
    ['\u200B\u202A', 'BD', 'EMPTY'],
    ['abc', 'BD', 'NOT_A_NUMBER'],
    ['call 01100123456 please', 'BD', 'NOT_A_NUMBER'],
    ['01100123456 ext 5', 'BD', 'NOT_A_NUMBER'],
    ['01100123456\u0000', 'BD', 'NOT_A_NUMBER'],
    ['01100123456\n01100123457', 'BD', 'NOT_A_NUMBER'],
    ["01100123456' OR 1=1", 'BD', 'NOT_A_NUMBER'],
    ['-1', 'BD', 'TOO_SHORT'],
    ['0', 'BD', 'TOO_SHORT'],
    ['999', 'BD', 'TOO_SHORT'],
    ['+880', 'BD', 'TOO_SHORT'],
    ['01100', 'BD', 'TOO_SHORT'],
    ['011001234567', 'BD', 'TOO_LONG'],
    ['1'.repeat(400), 'BD', 'TOO_LONG'],
    ['00000000000', 'BD', 'INVALID_FOR_COUNTRY'],
    ['01000000000', 'BD', 'INVALID_FOR_COUNTRY'],
    ['0510123456', 'AE', 'INVALID_FOR_COUNTRY'],
    ['+9990000000000', 'BD', 'INVALID_FOR_COUNTRY'],
    ['01100123456', 'XX', 'INVALID_FOR_COUNTRY'],
  ])('refuses %j in %s: %s', (raw, country, reason) => {
    expect(refusal(raw, country)).toBe(reason);
  });

  it('never repeats the number in its message', () => {
    expect(() => normalisePhone('01100', 'BD')).toThrow(/^Invalid telephone number: TOO_SHORT$/);
  });

  it('gives the same E.164 number however its digits are spaced and scripted, and accepts its own answer', () => {
    const subscriber = fc.integer({ min: 0, max: 9_999_999 }).map((n) => `0110${String(n).padStart(7, '0')}`);
    const separator = fc.constantFrom('', ' ', '-');
    fc.assert(
      fc.property(subscriber, separator, fc.boolean(), (local, gap, bangla) => {
        const spaced = `${local.slice(0, 5)}${gap}${local.slice(5)}`;
        const typed = bangla ? spaced.replace(/\d/g, (d) => String.fromCharCode(0x09e6 + Number(d))) : spaced;
        const e164 = normalisePhone(typed, 'BD');
        expect(e164).toBe(`+880${local.slice(1)}`);
        expect(normalisePhone(e164, 'AE')).toBe(e164);
      }),
    );
  });

  it('answers any text with an E.164 number or an InvalidPhone, nothing else', () => {
    const noisy = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(...'0123456789০১٥+-() ;x'), maxLength: 25 }),
    );
    fc.assert(
      fc.property(noisy, fc.constantFrom('BD', 'AE', 'ZZ', ''), (raw, country) => {
        expect(refusal(raw, country)).toMatch(
          /^(accepted as \+[1-9]\d{5,14}|EMPTY|NOT_A_NUMBER|TOO_SHORT|TOO_LONG|INVALID_FOR_COUNTRY)$/,
        );
      }),
    );
  });
});

describe('kindOfPhone', () => {
  it.each([
    ['+8801712345678', 'BD', true],
    ['+880255012345', 'BD', false],
    ['+8809612345678', 'BD', false],
    ['+971501234567', 'AE', true],
    ['+18095550123', 'DO', true],
    ['+882161234567', undefined, false],
  ])('of %s tells %s, mobile %s', (e164, country, isMobile) => expect(kindOfPhone(e164)).toEqual({ country, isMobile }));
});

describe('lastFour', () => {
  it('shows only the last four digits', () => {
    expect(lastFour('+8801100123456')).toBe('3456');
  });
});
