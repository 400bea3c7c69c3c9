import { placeIn, windowOf } from './visit-window.js';

const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);
const session = { starts_at: at('11:00:00'), ends_at: at('14:00:00'), slot_from: null, slot_until: null, delay_minutes: 0 };
const slot = { ...session, slot_from: at('12:00:00'), slot_until: at('12:30:00') };

describe('the window of a visit by video', () => {
  it.each([
    ['a slot', slot, '11:45:00', '13:00:00'],
    ['a slot of a doctor who is late', { ...slot, delay_minutes: 40 }, '11:45:00', '13:40:00'],
    ['a number in a session', session, '10:45:00', '14:30:00'],
  ])('of %s is from 15 minutes before it until 30 minutes after', (_, times, opens, closes) => {
    expect(windowOf(times)).toEqual({ opensAt: at(opens), closesAt: at(closes) });
  });

  it.each([['11:44:59', 'EARLY'], ['11:45:00', 'OPEN'], ['12:59:59', 'OPEN'], ['13:00:00', 'OVER']])('is at %s %s', (time, place) => {
    expect(placeIn(windowOf(slot), at(time))).toBe(place);
  });
});
