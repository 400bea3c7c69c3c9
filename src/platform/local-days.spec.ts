import { dayOf, endOfDay, lastDayBefore, startOfDay } from './local-days.js';

describe('clinic days', () => {
  it('begin and end at the midnights of the chamber’s zone', () => {
    expect(startOfDay('2026-03-01', 'Asia/Dhaka').toISOString()).toBe('2026-02-28T18:00:00.000Z');
    expect(endOfDay('2026-03-01', 'Asia/Dhaka').toISOString()).toBe('2026-03-01T18:00:00.000Z');
    expect(startOfDay('2026-03-01', 'Asia/Dubai').toISOString()).toBe('2026-02-28T20:00:00.000Z');
  });

  it('are shorter or longer where clocks change', () => {
    const hours = (day: string) => (endOfDay(day, 'Europe/Berlin').getTime() - startOfDay(day, 'Europe/Berlin').getTime()) / 3_600_000;
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([24, 23, 25]);
  });

  it('give back the day of an instant, and the last day of a period that ends at one', () => {
    expect(dayOf(new Date('2026-02-28T18:00:00Z'), 'Asia/Dhaka')).toBe('2026-03-01');
    expect(dayOf(new Date('2026-02-28T17:59:59Z'), 'Asia/Dhaka')).toBe('2026-02-28');
    expect(lastDayBefore(endOfDay('2026-03-01', 'Asia/Dhaka'), 'Asia/Dhaka')).toBe('2026-03-01');
  });
});
