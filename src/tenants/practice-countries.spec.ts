import { PracticeCountries, dayIn, todayIn } from './practice-countries.reader.js';

describe('dayIn', () => {
  it.each([
    ['BD', '2026-03-01T17:59:59Z', '2026-03-01'],
    ['BD', '2026-03-01T18:00:00Z', '2026-03-02'],
    ['AE', '2026-03-01T19:59:59Z', '2026-03-01'],
    ['AE', '2026-03-01T20:00:00Z', '2026-03-02'],
  ] as const)('in %s at %s is %s', (country, instant, day) => {
    expect(dayIn(country, new Date(instant))).toBe(day);
  });

  it('is today at present, and another day once that has begun', () => {
    jest.useFakeTimers({ now: new Date('2026-03-01T17:59:59.999Z') });
    expect(todayIn('BD')).toBe('2026-03-01');
    jest.setSystemTime(new Date('2026-03-01T18:00:00Z'));
    expect([todayIn('BD'), todayIn('AE')]).toEqual(['2026-03-02', '2026-03-01']);
    jest.useRealTimers();
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
