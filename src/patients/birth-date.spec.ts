import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { ageOn, birthFromInput, InvalidBirthDate, isMinorOn, monthsOn, majorityOn, type BirthDate, type BirthInput } from './birth-date.js';

const TODAY = '2026-03-10';
const bornOn = (date: string): BirthDate => ({ precision: 'DAY', date });

function refusal(input: BirthInput, today = TODAY): string {
  try {
    return `accepted as ${birthFromInput(input, today).date}`;
  } catch (error) {
    if (error instanceof InvalidBirthDate) return `${error.field} ${error.reason}`;
    throw error;
  }
}

describe('birthFromInput', () => {
  it('keeps an exact day', () => {
    expect(birthFromInput({ date: '1990-07-21' }, TODAY)).toEqual({ precision: 'DAY', date: '1990-07-21' });
  });

  it('puts a year on 1 January', () => {
    expect(birthFromInput({ year: 1962 }, TODAY)).toEqual({ precision: 'YEAR', date: '1962-01-01' });
  });

  it('keeps the stated age and the day it was stated', () => {
    expect(birthFromInput({ ageYears: 40 }, TODAY)).toEqual({
      precision: 'AGE_ESTIMATE',
      date: '1986-03-10',
      asOf: TODAY,
      ageYears: 40,
    });
  });

  it('takes an explicit null as absent', () => {
    expect(birthFromInput({ date: null, year: 1962, ageYears: null }, TODAY).date).toBe('1962-01-01');
  });

  it.each([
    [{ date: '২০২৪-০২-২৯' }, '2024-02-29'],
    [{ date: ' 2000-02-29 ' }, '2000-02-29'],
    [{ date: TODAY }, TODAY],
    [{ date: '1895-03-11' }, '1895-03-11'],
    [{ year: 2026 }, '2026-01-01'],
    [{ year: 1896 }, '1896-01-01'],
    [{ ageYears: 0 }, TODAY],
    [{ ageYears: 130 }, '1896-03-10'],
  ])('accepts %j as %s', (input, date) => {
    expect(birthFromInput(input, TODAY).date).toBe(date);
  });

  it.each<[BirthInput, string]>([
    [{}, 'birth EXACTLY_ONE_REQUIRED'],
    [{ date: null }, 'birth EXACTLY_ONE_REQUIRED'],
    [{ date: '1990-01-01', year: 1990 }, 'birth EXACTLY_ONE_REQUIRED'],
    [{ year: 1990, ageYears: 0 }, 'birth EXACTLY_ONE_REQUIRED'],
    [{ date: '2026-03-11' }, 'date FUTURE'],
    [{ year: 2027 }, 'year FUTURE'],
    [{ date: '1895-03-10' }, 'date TOO_LONG_AGO'],
    [{ year: 1895 }, 'year TOO_LONG_AGO'],
    [{ ageYears: 131 }, 'ageYears TOO_LONG_AGO'],
    [{ year: -1 }, 'year NEGATIVE'],
    [{ ageYears: -1 }, 'ageYears NEGATIVE'],
    [{ year: 1990.5 }, 'year NOT_A_DATE'],
    [{ year: Number.NaN }, 'year NOT_A_DATE'],
    [{ ageYears: 0.5 }, 'ageYears NOT_A_DATE'],
    [{ ageYears: Number.POSITIVE_INFINITY }, 'ageYears NOT_A_DATE'],
    [{ date: '' }, 'date NOT_A_DATE'],
    [{ date: '2023-02-29' }, 'date NOT_A_DATE'],
    [{ date: '1900-02-29' }, 'date NOT_A_DATE'],
    [{ date: '2023-04-31' }, 'date NOT_A_DATE'],
    [{ date: '2023-13-01' }, 'date NOT_A_DATE'],
    [{ date: '2023-2-8' }, 'date NOT_A_DATE'],
    [{ date: '20230208' }, 'date NOT_A_DATE'],
    [{ date: '08/02/2023' }, 'date NOT_A_DATE'],
    [{ date: '2023-02-08T10:00' }, 'date NOT_A_DATE'],
    [{ date: '+002023-02-08' }, 'date NOT_A_DATE'],
  ])('refuses %j: %s', (input, expected) => {
    expect(refusal(input)).toBe(expected);
  });

  it('estimates from 29 February without leaving the month', () => {
    const birth = birthFromInput({ ageYears: 1 }, '2024-02-29');
    expect(birth.date).toBe('2023-02-28');
    expect(ageOn(birth, '2024-02-29').years).toBe(1);
  });

  it('gives back the stated age on the day it was stated', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 130 }), (today, ageYears) => {
        expect(ageOn(birthFromInput({ ageYears }, today), today)).toEqual({ years: ageYears, estimated: true });
      }),
    );
  });
});

describe('ageOn', () => {
  it.each([
    ['1990-07-21', '2026-07-20', 35],
    ['1990-07-21', '2026-07-21', 36],
    ['1990-12-31', '2026-01-01', 35],
    ['2026-03-10', '2026-03-10', 0],
    ['2026-03-10', '2026-03-09', 0],
    ['2004-02-29', '2022-02-28', 17],
    ['2004-02-29', '2022-03-01', 18],
    ['2004-02-29', '2024-02-28', 19],
    ['2004-02-29', '2024-02-29', 20],
    ['2004-02-28', '2024-02-29', 20],
    ['2005-03-01', '2024-02-29', 18],
  ])('someone born on %s has on %s completed %i years', (birth, day, years) => {
    expect(ageOn(bornOn(birth), day)).toEqual({ years, estimated: false });
  });

  it('says when the age is only an estimate', () => {
    expect(ageOn(birthFromInput({ year: 2000 }, TODAY), TODAY)).toEqual({ years: 26, estimated: true });
    expect(ageOn(birthFromInput({ ageYears: 40 }, '2020-05-01'), '2026-04-30')).toEqual({ years: 45, estimated: true });
    expect(ageOn(birthFromInput({ ageYears: 40 }, '2020-05-01'), '2026-05-01')).toEqual({ years: 46, estimated: true });
  });

  it('agrees with Temporal and never falls from one day to the next', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (one, other) => {
        const [birth, day] = one < other ? [one, other] : [other, one];
        const years = ageOn(bornOn(birth), day).years;
        expect(years).toBe(Temporal.PlainDate.from(birth).until(day, { largestUnit: 'years' }).years);
        expect(ageOn(bornOn(birth), addDays(day, 1)).years - years).toBeLessThanOrEqual(1);
        expect(ageOn(bornOn(birth), addDays(day, 1)).years).toBeGreaterThanOrEqual(years);
      }),
    );
  });
});

describe('isMinorOn', () => {
  it.each([
    ['2008-03-11', TODAY, true],
    ['2008-03-10', TODAY, false],
    ['2004-02-29', '2022-02-28', true],
    ['2004-02-29', '2022-03-01', false],
  ])('someone born on %s is on %s a minor: %s', (birth, day, minor) => {
    expect(isMinorOn(bornOn(birth), day)).toBe(minor);
  });
});

describe('majorityOn', () => {
  const year: BirthDate = { precision: 'YEAR', date: '2008-01-01' };
  const stated: BirthDate = { precision: 'AGE_ESTIMATE', date: '2009-03-10', asOf: TODAY, ageYears: 17 };
  it.each([
    ['a day', bornOn('2008-03-11'), TODAY, 'MINOR'], ['a day', bornOn('2008-03-10'), TODAY, 'ADULT'],
    ['a year', year, '2025-12-31', 'MINOR'], ['a year', year, '2026-01-01', 'UNCERTAIN'], ['a year', year, '2026-12-30', 'UNCERTAIN'], ['a year', year, '2026-12-31', 'ADULT'],
    ['a stated age', stated, TODAY, 'MINOR'], ['a stated age', stated, '2026-03-11', 'UNCERTAIN'], ['a stated age', stated, '2027-03-09', 'UNCERTAIN'], ['a stated age', stated, '2027-03-10', 'ADULT'],
  ] as const)('tells by %s what can be told: %j on %s is %s', (_, birth, day, majority) => {
    expect(majorityOn(birth, day)).toBe(majority);
  });
});

const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

const anyDay = fc.oneof(
  fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1900-01-01', days)),
  fc.constantFrom('1904-02-29', '2000-02-29', '2004-02-29', '2023-02-28', '2023-03-01', '2024-02-29'),
);

describe('monthsOn', () => {
  it('counts completed months from an exact day', () => {
    const born = bornOn('2024-01-31');
    expect(['2024-01-30', '2024-02-29', '2024-03-01', '2024-03-31', '2025-01-30', '2025-01-31'].map((day) => monthsOn(born, day).least)).toEqual([0, 0, 1, 2, 11, 12]);
    expect(monthsOn(born, '2025-01-31')).toEqual({ least: 12, most: 12 });
  });

  it('spans the year of which any day may be meant', () => {
    expect(monthsOn({ precision: 'YEAR', date: '2020-01-01' }, '2024-07-15')).toEqual({ least: 42, most: 54 });
    expect(monthsOn({ precision: 'YEAR', date: '2024-01-01' }, '2024-07-15')).toEqual({ least: 0, most: 6 });
  });

  it('spans the year by which a stated age may have been passed already', () => {
    const { least, most } = monthsOn(birthFromInput({ ageYears: 3 }, TODAY), TODAY);
    expect([least, most]).toEqual([36, 47]);
    expect(monthsOn(birthFromInput({ ageYears: 0 }, TODAY), TODAY)).toEqual({ least: 0, most: 11 });
  });

  it('never lets the span miss what the exact day would say', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1930-01-01'), max: new Date('2026-03-01'), noInvalidDate: true }), (birth) => {
      const day = birth.toISOString().slice(0, 10);
      const { least: exact } = monthsOn(bornOn(day), TODAY);
      for (const known of [{ year: Number(day.slice(0, 4)) }, { ageYears: ageOn(bornOn(day), TODAY).years }]) {
        const { least, most } = monthsOn(birthFromInput(known, TODAY), TODAY);
        expect([day, least <= exact, exact <= most]).toEqual([day, true, true]);
      }
    }));
  });
});
