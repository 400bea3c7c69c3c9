import fc from 'fast-check';
import { toAsciiDigits } from './digits.js';

const written = (number: number, zero: string): string =>
  String(number).replace(/\d/g, (digit) => String.fromCharCode(zero.charCodeAt(0) + Number(digit)));

describe('toAsciiDigits', () => {
  it.each([
    ['০১২৩৪৫৬৭৮৯', '0123456789'],
    ['٠١٢٣٤٥٦٧٨٩', '0123456789'],
    ['۰۱۲۳۴۵۶۷۸۹', '0123456789'],
    ['বাসা ১২, Road ۵', 'বাসা 12, Road 5'],
    ['', ''],
  ])('reads %s as %s', (text, expected) => {
    expect(toAsciiDigits(text)).toBe(expected);
  });

  it('leaves the digits of other scripts alone', () => {
    expect(toAsciiDigits('१२३ ①')).toBe('१२३ ①');
  });

  it('reads any number back from any of the three scripts', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('০', '٠', '۰', '0'), (number, zero) => {
        expect(toAsciiDigits(written(number, zero))).toBe(String(number));
      }),
    );
  });

  it('keeps the length and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = toAsciiDigits(text);
        expect(once).toHaveLength(text.length);
        expect(toAsciiDigits(once)).toBe(once);
      }),
    );
  });
});
