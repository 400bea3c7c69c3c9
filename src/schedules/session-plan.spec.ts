import fc from 'fast-check';
import { type WeeklyHours, sessionsOf } from './session-plan.js';

const hours = (changes: Partial<WeeklyHours> = {}): WeeklyHours => ({
  id: 'hours', chamberId: 'uttara', doctorId: 'nasrin', weekday: 6, starts: 17 * 60, minutes: 180, capacity: 40, slotMinutes: null,
  validFrom: '2026-01-01', validUntil: null, ...changes,
});
const plan = (one: WeeklyHours, first: string, last: string, timeZone = 'Asia/Dhaka', closed: string[] = []) => sessionsOf([one], [], new Set(closed), timeZone, first, last);
const times = (sessions: ReturnType<typeof plan>): string[] => sessions.map(({ startsAt, endsAt }) => `${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(11, 16)}`);

describe('sessions planned from weekly hours', () => {
  it('are on their day of the week, by the clock of the chamber', () => {
    expect(times(plan(hours(), '2026-11-21', '2026-12-05'))).toEqual(['2026-11-21T11:00 14:00', '2026-11-28T11:00 14:00', '2026-12-05T11:00 14:00']);
    expect(times(plan(hours(), '2026-11-21', '2026-11-21', 'Asia/Dubai'))).toEqual(['2026-11-21T13:00 16:00']);
  });

  it('begin and end with the hours themselves', () => {
    const sessions = plan(hours({ validFrom: '2026-11-28', validUntil: '2026-12-05' }), '2026-11-01', '2026-12-31');
    expect(sessions.map(({ localDate }) => localDate)).toEqual(['2026-11-28', '2026-12-05']);
  });

  it('stay on the day on which they begin when they last past midnight', () => {
    const [session] = plan(hours({ starts: 22 * 60, minutes: 240 }), '2026-11-21', '2026-11-21');
    expect(session).toMatchObject({ localDate: '2026-11-21', startsAt: new Date('2026-11-21T16:00Z'), endsAt: new Date('2026-11-21T20:00Z') });
  });

  it('are left out on holidays', () => {
    expect(plan(hours(), '2026-11-21', '2026-11-28', 'Asia/Dhaka', ['2026-11-21']).map(({ localDate }) => localDate)).toEqual(['2026-11-28']);
  });

  it.each([
    ['the chamber', { chamberId: 'uttara', doctorId: null }, 0],
    ['the doctor, everywhere', { chamberId: null, doctorId: 'nasrin' }, 0],
    ['the doctor, in this chamber', { chamberId: 'uttara', doctorId: 'nasrin' }, 0],
    ['another chamber', { chamberId: 'dhanmondi', doctorId: null }, 1],
    ['another doctor', { chamberId: 'uttara', doctorId: 'kamal' }, 1],
    ['the doctor, in another chamber', { chamberId: 'dhanmondi', doctorId: 'nasrin' }, 1],
  ])('are left out when a closure is of %s, and of nobody else', (_, whose, left) => {
    const closure = { ...whose, firstDay: '2026-11-20', lastDay: '2026-11-22' };
    expect(sessionsOf([hours()], [closure], new Set(), 'Asia/Dhaka', '2026-11-21', '2026-11-21')).toHaveLength(left);
    expect(sessionsOf([hours()], [{ ...closure, lastDay: '2026-11-20' }], new Set(), 'Asia/Dhaka', '2026-11-21', '2026-11-21')).toHaveLength(1);
  });

  describe('where the clock is put forward at 01:00 (Europe/London, 2026-03-29)', () => {
    const london = (starts: number, minutes: number, slotMinutes: number | null = null) =>
      plan(hours({ weekday: 7, starts, minutes, slotMinutes }), '2026-03-29', '2026-03-29', 'Europe/London');

    it('begin when it jumps, if it jumps over their beginning', () => expect(times(london(90, 120))).toEqual(['2026-03-29T01:00 02:30']));
    it('end when it jumps, if it jumps over their end', () => expect(times(london(30, 45))).toEqual(['2026-03-29T00:30 01:00']));
    it('have as many slots as there is time', () => expect(london(30, 150, 30)).toMatchObject([{ capacity: 3 }]));
    it('are none when the clock jumps over the whole of them', () => expect(london(60, 60)).toEqual([]));
  });

  describe('where an hour comes twice (Europe/London, 2026-10-25)', () => {
    const london = (starts: number, minutes: number, slotMinutes: number | null = null) =>
      plan(hours({ weekday: 7, starts, minutes, slotMinutes }), '2026-10-25', '2026-10-25', 'Europe/London');

    it('begin the first time', () => expect(times(london(90, 15))).toEqual(['2026-10-25T00:30 00:45']));
    it('last through both when they end after', () => expect(london(60, 60, 30)).toMatchObject([{ capacity: 4, startsAt: new Date('2026-10-25T00:00Z'), endsAt: new Date('2026-10-25T02:00Z') }]));
  });

  it('never overlap when the hours do not, whatever the zone and the day', () => {
    fc.assert(fc.property(
      fc.constantFrom('Asia/Dhaka', 'Asia/Dubai', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe'),
      fc.uniqueArray(fc.integer({ min: 0, max: 287 }), { minLength: 3, maxLength: 8 }),
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
      (zone, marks, day) => {
        const bounds = marks.sort((a, b) => a - b).map((mark) => mark * 5);
        const all = bounds.slice(1).map((end, index) => hours({ id: String(index), weekday: 7, starts: bounds[index]!, minutes: end - bounds[index]! }));
        const sessions = sessionsOf(all, [], new Set(), zone, day, day);
        sessions.slice(1).forEach((later, index) => expect(later.startsAt.getTime()).toBeGreaterThanOrEqual(sessions[index]!.endsAt.getTime()));
      }));
  });
});
