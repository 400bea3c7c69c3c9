import fc from 'fast-check';
import { dosings } from '../support/dosings.js';
import { DoseFault, doseFaultReasons } from '../../src/prescriptions/dose/dose-fault.js';
import { allSpellings } from '../../src/prescriptions/dose/dose-words.js';
import { doseLimits } from '../../src/prescriptions/dose/dosing.js';
import { parseDose } from '../../src/prescriptions/dose/parse-dose.js';
import { writeDose } from '../../src/prescriptions/dose/write-dose.js';

const canonical = (text: string): string => writeDose(parseDose(text));

function faultOf(text: string): [string, number, number] | string {
  try {
    return canonical(text);
  } catch (error) {
    if (!(error instanceof DoseFault)) throw error;
    return [error.reason, error.offset, error.length];
  }
}

describe('a dose notation', () => {
  it.each([
    ['1+0+1', '1+0+1'], ['১+০+১', '1+0+1'], [' 1 + 0+1 x 5 days', '1+0+1 ×5d'], ['½+0+½ ×5d then 0+0+1 ×7d', '½+0+½ ×5d then 0+0+1 ×7d'], ['½+০+½ ৫ দিন তারপর ০+০+১ × ৭ দিন', '½+0+½ ×5d then 0+0+1 ×7d'],
    ['1/2+0+1 1/2', '½+0+1½'], ['0.5+0+1.50', '½+0+1½'], ['1+1+1+1 চলবে', '1+1+1+1 cont'], ['1+0+0+1', '1+0+1'], ['0+0+1+0', '0+0+1+0'], ['5ml+0+5ml', '5+0+5 ml'], ['1+0+1 tsp', '5+0+5 ml'], ['½ চামচ tds', '2.5 ml tds'], ['১ চামচ ৩ বার দৈনিক ৫ দিন', '5 ml tds ×5d'],
    ['1 tab BD', '1 tab bd'], ['1 OD', '1 od'], ['1 daily', '1 od'], ['1 daily 5 days', '1 od ×5d'], ['2 hs', '0+0+2'], ['1 cap 5 times daily', '1 cap 5 times daily'], ['১টি দৈনিক ২ বার', '1 bd'],
    ['1 q8h', '1 every 8 h'], ['1 tab 6 hourly x3d', '1 tab every 6 h ×3d'], ['১টি প্রতি ৮ ঘণ্টা পরপর', '1 every 8 h'], ['1 every 2 d', '1 every 2 d'], ['1 od every 2 d', '1 every 2 d'], ['1 weekly ×8w', '1 every 7 d ×8w'], ['1 alternate days', '1 every 2 d'], ['1 on sun', '1 on sun'],
    ['1 every 2 weeks', '1 every 14 d'], ['1+0+1 on fri,mon,fri', '1+0+1 on mon,fri'], ['1+0+0 every 3 d ×1 month', '1+0+0 every 3 d ×1mo'], ['2 stat then 1 bd ×5d', '2 stat then 1 bd ×5d'],
    ['SOS', '1 sos'], ['1 SOS', '1 sos'], ['1 tab prn every 6h max 4/d x3d', '1 tab sos every 6 h max 4/d ×3d'], ['১টি প্রয়োজনে সর্বোচ্চ ৪/দিন', '1 sos max 4/d'], ['2 tsp bd ×2d then 5 ml od ×1d then 2.5 od ×1d', '10 ml bd ×2d then 5 ml od ×1d then 2.5 ml od ×1d'],
    ['1 tsp bd x2d then 1 od x1d', '5 ml bd ×2d then 5 ml od ×1d'], ['12 units+0+8 units', '12+0+8 unit'], ['0.125 mg od', '0.125 mg od'], ['2 puffs bd', '2 puff bd'], ['1½ tab od', '1½ tab od'],
  ])('%j is %j', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  it.each([
    ['', 'DOSE_EMPTY', 0, 0], ['  ', 'DOSE_EMPTY', 2, 0], ['x'.repeat(201), 'DOSE_TOO_LONG', 200, 1], ['1+0+1 foo', 'DOSE_UNKNOWN_WORD', 6, 3], ['1+0+1 😀', 'DOSE_UNKNOWN_WORD', 6, 2], ['1+0+1 -', 'DOSE_UNKNOWN_WORD', 6, 1],
    ['+1', 'DOSE_AMOUNT_EXPECTED', 0, 1], ['1+', 'DOSE_AMOUNT_EXPECTED', 2, 0], ['1+0+', 'DOSE_AMOUNT_EXPECTED', 4, 0], ['tab', 'DOSE_AMOUNT_EXPECTED', 0, 3], ['1+0', 'DOSE_THREE_OR_FOUR_PARTS', 0, 3], ['1+0+1+0+1', 'DOSE_THREE_OR_FOUR_PARTS', 0, 9],
    ['0+0+0', 'DOSE_NOTHING_TAKEN', 0, 5], ['0 bd', 'DOSE_NOTHING_TAKEN', 0, 1], ['1', 'DOSE_TIMES_EXPECTED', 1, 0], ['1 tab', 'DOSE_TIMES_EXPECTED', 5, 0], ['1 3 times', 'DOSE_TIMES_EXPECTED', 9, 0], ['1 tab x 5d', 'DOSE_TIMES_EXPECTED', 6, 1],
    ['⅓+0+0', 'DOSE_NOT_EXACT', 0, 1], ['1 1/3+0+0', 'DOSE_NOT_EXACT', 0, 5], ['1/0 bd', 'DOSE_NOT_EXACT', 0, 3], ['0.1234+0+0', 'DOSE_TOO_PRECISE', 0, 6], ['1001 od', 'DOSE_OUT_OF_RANGE', 0, 4], ['99999999 od', 'DOSE_OUT_OF_RANGE', 0, 8], ['1 every 73 h', 'DOSE_OUT_OF_RANGE', 8, 2],
    ['201 tsp od', 'DOSE_OUT_OF_RANGE', 0, 3], ['1+0+201 tsp', 'DOSE_OUT_OF_RANGE', 0, 1], ['1 every 0 h', 'DOSE_OUT_OF_RANGE', 8, 1], ['1 every 1.5 h', 'DOSE_OUT_OF_RANGE', 8, 3], ['1 every 91 d', 'DOSE_OUT_OF_RANGE', 8, 2], ['1 bd ×731d', 'DOSE_OUT_OF_RANGE', 6, 3], ['1 bd ×25mo', 'DOSE_OUT_OF_RANGE', 6, 2], ['1 13 times daily', 'DOSE_OUT_OF_RANGE', 2, 2], ['2 sos max 1/d', 'DOSE_OUT_OF_RANGE', 10, 1],
    ['1+0+1 ×', 'DOSE_NUMBER_EXPECTED', 7, 0], ['1+0+1 ×d', 'DOSE_NUMBER_EXPECTED', 7, 1], ['1+0+1 ×5', 'DOSE_UNIT_OF_TIME_EXPECTED', 8, 0], ['1+0+1 ×5h', 'DOSE_UNIT_OF_TIME_EXPECTED', 8, 1], ['1 sos max 4', 'DOSE_UNIT_OF_TIME_EXPECTED', 11, 0], ['1 every 3 mo', 'DOSE_UNIT_OF_TIME_EXPECTED', 10, 2],
    ['1 od on', 'DOSE_WEEKDAY_EXPECTED', 7, 0], ['1 od on 5', 'DOSE_WEEKDAY_EXPECTED', 8, 1], ['1 tab+0+5ml', 'DOSE_MIXED_UNITS', 9, 2], ['1 bd every 2 d', 'DOSE_PARTS_NEEDED', 5, 9], ['1 bd ×2d then 1 tab od', 'DOSE_MIXED_UNITS', 14, 8], ['1 then 1', 'DOSE_TIMES_EXPECTED', 2, 4], ['1 bd then 1 od', 'DOSE_DURATION_NEEDED', 5, 4],
    ['1 bd cont then 1 od', 'DOSE_DURATION_NEEDED', 10, 4], ['1 bd ×1d then', 'DOSE_AMOUNT_EXPECTED', 13, 0], ['1 stat x5d', 'DOSE_UNEXPECTED', 7, 1], ['1 every 8 h every 2 d', 'DOSE_UNEXPECTED', 12, 5], ['1+0+1 2', 'DOSE_UNIT_OF_TIME_EXPECTED', 7, 0],
    [Array(11).fill('1 od ×1d').join(' then '), 'DOSE_TOO_MANY_STEPS', 140, 1],
  ])('%j is refused: %s at %i, %i long', (text, ...fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('reads as what it was written from', () => {
    fc.assert(fc.property(dosings, (dosing) => {
      expect(parseDose(writeDose(dosing))).toEqual(dosing);
    }), { numRuns: 2000 });
  });

  it('says where it is at fault, whatever is typed', () => {
    const pieces = fc.constantFrom(...allSpellings, '1', '½', '0', '2.5', '1/3', '৫', '+', '/', ',', ' ', '.', '٣', '\u200d', '😀', '\ud800', 'z');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 30 }), (typed) => {
      const text = typed.join('');
      const found = faultOf(text);
      if (typeof found === 'string') return expect(canonical(found)).toBe(found);
      expect(doseFaultReasons).toContain(found[0]);
      expect(found[1]).toBeLessThanOrEqual(Math.min(text.length, doseLimits.characters));
      expect(found[1] + found[2]).toBeLessThanOrEqual(text.length);
    }), { numRuns: 5000 });
  });
});
