import { InvalidDate, approximateDate, endsBefore } from './approximate-date.js';

const days = { today: '2026-03-01', bornBy: (day: string) => day >= '1970-06-15' };

const read = (date: string, precision: 'YEAR' | 'MONTH' | 'DAY'): string => {
  try {
    return approximateDate({ date, precision }, days).date;
  } catch (error) {
    if (error instanceof InvalidDate) return error.reason;
    throw error;
  }
};

describe('a day, as well as it is known', () => {
  it.each([
    ['2020-02-29', 'DAY', '2020-02-29'], ['2020-02-29', 'MONTH', '2020-02-01'], ['2020-02-29', 'YEAR', '2020-01-01'],
    ['2026-03-01', 'DAY', '2026-03-01'], ['2026-03-02', 'DAY', 'FUTURE'], ['2026-03-31', 'MONTH', '2026-03-01'], ['2026-12-31', 'YEAR', '2026-01-01'], ['2026-04-01', 'MONTH', 'FUTURE'], ['2027-01-01', 'YEAR', 'FUTURE'],
    ['1970-06-15', 'DAY', '1970-06-15'], ['1970-06-14', 'DAY', 'BEFORE_BIRTH'], ['1970-06-01', 'MONTH', '1970-06-01'], ['1970-05-31', 'MONTH', 'BEFORE_BIRTH'], ['1970-01-01', 'YEAR', '1970-01-01'], ['1969-01-01', 'YEAR', 'BEFORE_BIRTH'],
    ['1895-12-31', 'DAY', 'TOO_LONG_AGO'],
  ] as const)('%s by its %s is %s', (date, precision, expected) => {
    expect(read(date, precision)).toBe(expected);
  });

  it.each([
    ['2020-01-01', 'YEAR', '2021-01-01', true], ['2020-01-01', 'YEAR', '2020-12-31', false], ['2020-02-01', 'MONTH', '2020-03-01', true], ['2020-02-01', 'MONTH', '2020-02-29', false], ['2020-02-28', 'DAY', '2020-02-29', true], ['2020-02-28', 'DAY', '2020-02-28', false],
  ] as const)('%s by its %s ends before %s: %s', (date, precision, other, expected) => {
    expect(endsBefore({ date, precision }, { date: other, precision: 'DAY' })).toBe(expected);
  });
});
