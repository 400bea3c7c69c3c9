import { NumberSeries, SessionMode, SessionStatus } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type OfferFacts, nextOffer } from './offer-plan.js';
import type { WaitlistRow } from './waitlist-rows.js';

const at = (local: string): Date => new Date(`2026-11-${local}:00+06:00`);
const waits = (id: string, visitType = 'NEW'): WaitlistRow => ({ id, patient_id: `patient ${id}`, visit_type: visitType }) as WaitlistRow;
const serial = { id: 's', mode: SessionMode.SERIAL, status: SessionStatus.PLANNED, starts_at: at('23T17:00'), ends_at: at('23T20:00'), capacity: 2, slot_minutes: null, delay_minutes: 0, overbook_limit: 0 } as SessionRow;
const slots: SessionRow = { ...serial, mode: SessionMode.SLOT, slot_minutes: 60, capacity: 3 };
const facts = (changes: Partial<OfferFacts> = {}): OfferFacts => ({
  session: serial, now: at('20T10:00'), timeZone: 'Asia/Dhaka', quiet: { from: 22 * 60, until: 7 * 60 }, numbers: [{ series: NumberSeries.GENERAL, first: 1, last: 2, next: 2 }, { series: 'OVERFLOW', first: 3, last: 99, next: 3 }],
  taken: [{ series: NumberSeries.GENERAL, overbooked: false, slot_from: null, slot_until: null, count: 1 }], waiting: [waits('a'), waits('b')], elsewhere: [], ...changes,
});
const held = (changes: Partial<OfferFacts>): string | undefined => nextOffer(facts(changes))?.heldUntil.toISOString();

describe('the next offer of a session', () => {
  it('is for whoever waits longest, and has no place there', () => {
    expect(nextOffer(facts())).toMatchObject({ entry: { id: 'a' }, place: { number: 2, from: 1 }, slot: null });
    expect(nextOffer(facts({ elsewhere: [{ id: 'x', session_id: 's', patient_id: 'patient a', slot_from: null, slot_until: null }] }))).toMatchObject({ entry: { id: 'b' } });
  });

  it('is none when every place is taken', () => {
    expect(nextOffer(facts({ taken: [{ ...facts().taken[0]!, count: 2 }] }))).toBeUndefined();
  });

  it('is held for half an hour in which the patient can be told', () => {
    expect(held({})).toBe(at('20T10:30').toISOString());
    expect(held({ now: at('20T23:00') })).toBe(at('21T07:30').toISOString());
    expect(held({ now: at('20T23:00'), quiet: { from: 0, until: 0 } })).toBe(at('20T23:30').toISOString());
  });

  it('is held no longer than until the session or the slot, and is none when there is no time to take it', () => {
    expect(held({ now: at('23T19:45') })).toBe(at('23T20:00').toISOString());
    expect(held({ now: at('23T19:51') })).toBeUndefined();
    expect(held({ now: at('23T19:51'), session: { ...serial, delay_minutes: 30 } })).toBe(at('23T20:21').toISOString());
    const ofSlots = { session: slots, numbers: [{ series: NumberSeries.GENERAL, first: 1, last: 3, next: 1 }], taken: [] };
    expect(held({ ...ofSlots, now: at('23T16:45') })).toBe(at('23T17:00').toISOString());
    expect(nextOffer(facts({ ...ofSlots, now: at('23T16:55') }))).toMatchObject({ slot: { from: at('23T18:00') }, heldUntil: at('23T17:25') });
    expect(held({ session: { ...serial, ends_at: at('23T07:05') }, now: at('23T05:00') })).toBeUndefined();
  });
});
