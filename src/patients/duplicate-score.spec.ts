import fc from 'fast-check';
import type { BirthDate } from './birth-date.js';
import { scoreDuplicate } from './duplicate-score.js';
import { type Identity, nobody } from './patient-identity.js';

const day = (date: string): BirthDate => ({ precision: 'DAY', date });
const year = (date: string): BirthDate => ({ precision: 'YEAR', date: `${date}-01-01` });
const stated = (date: string): BirthDate => ({ precision: 'AGE_ESTIMATE', date, asOf: '2026-03-10', ageYears: 1 });
const person = (nameEn: string | null, more: Partial<Identity> = {}): Identity => ({ ...nobody, nameEn, ...more });
const phone = (...numbers: string[]): Pick<Identity, 'phones'> => ({ phones: numbers.map((number) => ({ number, label: 'OWN' })) });
const guardian = (name: string, number: string | null = null): Pick<Identity, 'guardian'> => ({ guardian: { name, relation: 'FATHER', phone: number } });
const address = (line: string): Pick<Identity, 'address'> => ({ address: { line, area: null, city: 'Dhaka', district: null, postalCode: null, country: 'BD' } });
const HOME = { ...phone('+8801100123456'), ...address('House 12, Road 5') };

describe('scoreDuplicate', () => {
  it.each<[string, Identity, Identity, number, string[]]>([
    ['all the same', person('Md. Karim Hossain', { ...HOME, sex: 'MALE', birth: day('1980-05-17') }), person('Md. Karim Hossain', { ...HOME, sex: 'MALE', birth: day('1980-05-17') }), 99, ['SAME_NAME', 'SAME_BIRTH', 'SAME_PHONE', 'SAME_ADDRESS']],
    ['the same telephone and name, spelt otherwise', person('Mohammad Karim Hossain', phone('+8801100123456')), person('Md Korim Hosen', phone('+8801100123456')), 90, ['SAME_NAME', 'SAME_PHONE']],
    ['the same telephone and name, in the other script', person('Rahima Khatun', phone('+8801100123456')), person(null, { nameBn: 'রহিমা খাতুন', ...phone('+8801100123456') }), 70, ['SAME_NAME', 'SAME_PHONE']],
    ['the same name and day of birth, another telephone', person('Karim Hossain', { ...phone('+8801100123456'), birth: day('1980-05-17') }), person('Karim Hossain', { ...phone('+8801100999999'), birth: day('1980-05-17') }), 85, ['SAME_NAME', 'SAME_BIRTH']],
    ['a slip in the name, the same telephone, about the same age', person('Kobirul Islam', { ...phone('+8801100123456'), birth: stated('1980-03-10') }), person('Kobirul Islan', { ...phone('+8801100123456'), birth: stated('1981-06-01') }), 90, ['SIMILAR_NAME', 'NEAR_AGE', 'SAME_PHONE']],
    ['a word left out, the same telephone', person('Tahmina Zubaida', phone('+8801100123456')), person('Zubaida', phone('+8801100123456')), 90, ['SIMILAR_NAME', 'SAME_PHONE']],
    ['the day and the month swapped', person('Karim Hossain', { ...HOME, birth: day('1980-05-04') }), person('Karim Hossain', { ...HOME, birth: day('1980-04-05') }), 99, ['SAME_NAME', 'NEAR_AGE', 'SAME_PHONE', 'SAME_ADDRESS']],
    ['an identifier, whatever else', person('Karim', { identifiers: [{ kind: 'NID', value: '12345678901234567', warnings: [] }] }), person('Rahim', { identifiers: [{ kind: 'BIRTH_REGISTRATION', value: '12345678901234567', warnings: [] }] }), 100, ['SAME_IDENTIFIER']],
    ['Shah Jahan and Shahjahan', person('Shah Jahan Kobir', phone('+8801100123456')), person('Shahjahan Kobir', phone('+8801100123456')), 90, ['SAME_NAME', 'SAME_PHONE']],
  ])('thinks it likely: %s', (_, one, other, least, reasons) => {
    const { score, reasons: found } = scoreDuplicate(one, other);
    expect(found).toEqual(reasons);
    expect(score).toBeGreaterThanOrEqual(least);
  });

  it.each<[string, Identity, Identity]>([
    ['a telephone that two share', person('Karim Hossain', phone('+8801100123456')), person('Nasrin Sultana', phone('+8801100123456'))],
    ['husband and wife', person('Karim Hossain', { ...HOME, sex: 'MALE', birth: day('1980-05-17') }), person('Rahima Hossain', { ...HOME, sex: 'FEMALE', birth: day('1984-11-02') })],
    ['brothers', person('Karim Hossain', { ...HOME, ...guardian('Abdul Hossain'), sex: 'MALE', birth: day('2015-05-17') }), person('Jamal Hossain', { ...HOME, ...guardian('Abdul Hossain'), sex: 'MALE', birth: day('2017-11-02') })],
    ['twins', person('Karim Hossain', { ...HOME, ...guardian('Abdul Hossain'), sex: 'MALE', birth: day('2015-05-17') }), person('Jamal Hossain', { ...HOME, ...guardian('Abdul Hossain'), sex: 'MALE', birth: day('2015-05-17') })],
    ['twins, the father’s telephone only', person('Hasan', { ...guardian('Abdul Hossain', '+8801100123456'), birth: day('2015-05-17') }), person('Hossain', { ...guardian('Abdul Hossain', '+8801100123456'), birth: day('2015-05-17') })],
    ['grandfather and grandson of one name', person('Karim Hossain', { ...HOME, sex: 'MALE', birth: stated('1950-03-10') }), person('Karim Hossain', { ...HOME, sex: 'MALE', birth: stated('2005-03-10') })],
    ['a common name and about the same age', person('Md. Karim Hossain', { birth: stated('1980-03-10') }), person('Md. Karim Hossain', { birth: stated('1981-03-10') })],
    ['a common name', person('Md. Karim Hossain'), person('Md. Karim Hossain')],
    ['a title', person('Mst. Begum', phone('+8801100123456')), person('Mst. Begum', phone('+8801100999999'))],
    ['the same year given as 1 January, another name', person('Karim Hossain', { ...HOME, birth: day('1980-01-01') }), person('Jamal Hossain', { ...HOME, birth: day('1980-01-01') })],
    ['two NIDs of one length', person('Karim Hossain', { birth: day('1980-05-17'), identifiers: [{ kind: 'NID', value: '1234567890', warnings: [] }] }), person('Karim Hossain', { birth: day('1981-05-19'), identifiers: [{ kind: 'NID', value: '1234567899', warnings: [] }] })],
  ])('does not think it likely: %s', (_, one, other) => {
    expect(scoreDuplicate(one, other).score).toBeLessThan(40);
  });

  it('is surer with each thing that agrees, and less sure with each that does not', () => {
    const base = person('Karim Hossain', { ...phone('+8801100123456') });
    const scoreWith = (one: Partial<Identity>, other: Partial<Identity>) => scoreDuplicate({ ...base, ...one }, { ...base, phones: [], ...other }).score;
    const alone = scoreWith({ birth: stated('1980-03-10') }, { birth: stated('1980-03-10') });
    expect(scoreWith({ birth: day('1980-05-17') }, { birth: day('1980-05-17') })).toBeGreaterThan(alone);
    expect(scoreWith({ birth: year('1980') }, { birth: day('1980-05-17') })).toBeGreaterThanOrEqual(alone);
    expect(scoreWith({ birth: day('1980-05-17'), sex: 'MALE' }, { birth: day('1980-05-17'), sex: 'FEMALE' })).toBeLessThan(scoreWith({ birth: day('1980-05-17') }, { birth: day('1980-05-17') }));
  });

  it('says the same reason either way when two pairs of names weigh the same', () => {
    const [one, other] = [person('রহিমা Kobir Md.', { nameBn: 'Shah' }), person('Shah', { nameBn: 'রহিমা Jahan Kobir' })];
    expect(scoreDuplicate(one, other).reasons).toEqual(['SAME_NAME']);
    expect(scoreDuplicate(other, one).reasons).toEqual(['SAME_NAME']);
  });

  const date = fc.date({ min: new Date('1940-01-02'), max: new Date('2020-12-31'), noInvalidDate: true }).map((instant) => instant.toISOString().slice(0, 10));
  const birth = fc.option(fc.oneof(date.map(day), date.map((each) => year(each.slice(0, 4))), date.map(stated)), { nil: null });
  const name = fc.array(fc.constantFrom('Md.', 'Karim', 'Rahima', 'Hossain', 'Kobir', 'Begum', 'Shah', 'Jahan', 'রহিমা'), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
  const anybody: fc.Arbitrary<Identity> = fc.record({
    nameEn: fc.option(name, { nil: null }), nameBn: fc.option(name, { nil: null }), sex: fc.constantFrom('MALE' as const, 'FEMALE' as const, 'UNKNOWN' as const), birth,
    phones: fc.uniqueArray(fc.constantFrom('+8801100123456', '+8801100123457')).map((numbers) => phone(...numbers).phones), identifiers: fc.constant([]),
    address: fc.option(fc.constantFrom('House 1', 'house-1', 'House 2').map((line) => address(line).address!), { nil: null }),
    guardian: fc.option(name.map((each) => guardian(each).guardian!), { nil: null }),
  });

  it('says the same whichever of the two it is asked about, from 0 to 100', () => {
    fc.assert(fc.property(anybody, anybody, (one, other) => {
      const { score, bits, reasons } = scoreDuplicate(one, other);
      expect(scoreDuplicate(other, one)).toEqual({ score, reasons, bits: expect.closeTo(bits) });
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      expect(Number.isInteger(score)).toBe(true);
    }), { numRuns: 1_000 });
  });
});
