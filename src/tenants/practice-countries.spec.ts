import { Temporal } from 'temporal-polyfill';
import { PracticeCountries, todayIn } from './practice-countries.reader.js';

describe('todayIn', () => {
  it.each([
    ['BD', '2026-03-01T17:59:59Z', '2026-03-01'],
    ['BD', '2026-03-01T18:00:00Z', '2026-03-02'],
    ['AE', '2026-03-01T19:59:59Z', '2026-03-01'],
    ['AE', '2026-03-01T20:00:00Z', '2026-03-02'],
  ] as const)('in %s at %s is %s', (country, instant, day) => {
    expect(todayIn(country, Temporal.Instant.from(instant))).toBe(day);
  });
});

describe('PracticeCountries', () => {
  it('asks about a practice until it was answered', () => {
    const countries = new PracticeCountries();
    expect(countries.ask('a')).toHaveLength(1);
    expect(() => countries.answer('a', undefined)).toThrow('was not asked for');
    expect(countries.answer('a', [{ country: 'AE' }])).toBe('AE');
    expect(countries.ask('a')).toEqual([]);
    expect(countries.answer('a', undefined)).toBe('AE');
    expect(countries.ask('b')).toHaveLength(1);
  });
});
