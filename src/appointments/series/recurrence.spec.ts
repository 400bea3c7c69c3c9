import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { MOST_OCCURRENCES, recurringDays, sameTimeOn } from './recurrence.js';

const days = (first: string, unit: 'WEEK' | 'MONTH', every: number, count: number | null, until: string | null = null) => recurringDays(first, { unit, every, count, until });

describe('days that recur', () => {
  it('come each week, or each so many weeks, until there are enough of them or the last day is past', () => {
    expect(days('2026-12-19', 'WEEK', 1, 3)).toEqual(['2026-12-19', '2026-12-26', '2027-01-02']);
    expect(days('2026-12-19', 'WEEK', 2, null, '2027-01-16')).toEqual(['2026-12-19', '2027-01-02', '2027-01-16']);
    expect(days('2026-12-19', 'WEEK', 1, null, '2026-12-18')).toEqual([]);
  });

  it('stay the same one of their weekday in a month, and the last where there is no fifth', () => {
    expect(days('2026-11-10', 'MONTH', 1, 3)).toEqual(['2026-11-10', '2026-12-08', '2027-01-12']);
    expect(days('2026-10-31', 'MONTH', 1, 4)).toEqual(['2026-10-31', '2026-11-28', '2026-12-26', '2027-01-30']);
  });

  it('are never more than one too many, always of one weekday, and each later than the one before', () => {
    fc.assert(fc.property(fc.date({ min: new Date('2024-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }), fc.constantFrom('WEEK' as const, 'MONTH' as const), fc.integer({ min: 1, max: 12 }),
      (from, unit, every) => {
        const first = from.toISOString().slice(0, 10);
        const all = days(first, unit, every, null, '9999-12-31');
        expect(all).toHaveLength(MOST_OCCURRENCES + 1);
        expect(all[0]).toBe(first);
        expect(new Set(all.map((day) => Temporal.PlainDate.from(day).dayOfWeek)).size).toBe(1);
        expect([...all].sort()).toEqual(all);
        expect(new Set(all).size).toBe(all.length);
      }));
  });
});

describe('the same time on another day', () => {
  it('is the same on the clock, also where that is put forward, and past midnight', () => {
    expect(sameTimeOn('2026-03-30', new Date('2026-03-23T16:00:00Z'), '2026-03-23', 'Europe/London')).toEqual(new Date('2026-03-30T15:00:00Z'));
    // The clock goes from 01:00 to 02:00 that night: half past one is the moment at which it goes.
    expect(sameTimeOn('2026-03-29', new Date('2026-03-22T01:30:00Z'), '2026-03-22', 'Europe/London')).toEqual(new Date('2026-03-29T01:00:00Z'));
    expect(sameTimeOn('2026-11-28', new Date('2026-11-21T18:15:00Z'), '2026-11-21', 'Asia/Dhaka')).toEqual(new Date('2026-11-28T18:15:00Z'));
  });
});
