import fc from 'fast-check';
import { joinedStrength, partsOf, strengthsIn, writeStrength } from './strength.js';

describe('a strength', () => {
  it.each([
    ['500mg', '500 mg'], [' 500  mg ', '500 mg'], ['500 mg+125 mg', '500 mg + 125 mg'], ['125mg / 5ml', '125 mg/5 ml'], ['1 %', '1%'], ['100mcg/puff', '100 mcg/puff'], ['1200000 units', '1200000 units'], ['', ''],
  ])('%j is written %j', (raw, written) => {
    expect(writeStrength(raw)).toBe(written);
  });

  it.each([
    ['500 mg', 1, ['500 mg']], ['500 mg + 125 mg', 2, ['500 mg', '125 mg']], ['200 mg + 40 mg/5 ml', 2, ['200 mg/5 ml', '40 mg/5 ml']], ['10 mg/ml + 20 mg/ml', 2, ['10 mg/ml', '20 mg/ml']],
    ['', 3, ['', '', '']], ['500 mg', 2, undefined], ['500 mg + 125 mg', 1, undefined],
  ])('%j of %i ingredients is %j', (strength, count, strengths) => {
    expect(strengthsIn(strength, count)).toEqual(strengths);
  });

  it('is the same when put together again', () => {
    const amount = fc.tuple(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom('mg', 'mcg', 'g')).map(([number, unit]) => `${number} ${unit}`);
    fc.assert(fc.property(fc.array(amount, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '/5 ml', '/ml', '/puff'), (amounts, per) => {
      const strengths = amounts.map((each) => each + per);
      const written = joinedStrength(strengths);
      expect(strengthsIn(written, strengths.length)).toEqual(strengths);
      expect(writeStrength(written)).toBe(written);
      expect(partsOf(written)).toHaveLength(strengths.length);
    }));
  });
});
