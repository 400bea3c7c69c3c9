import { type QuietHours, endOfQuiet } from '../../messages/quiet-hours.model.js';
import { SessionMode } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { BookingChannel } from '../appointment.enums.js';
import { usualSeries } from '../booking-session.js';
import { type Elsewhere, otherOf } from '../elsewhere.js';
import { type NextNumbers, type Place, type Slot, type TakenPlaces, placeIn, placesOf, slotsOf } from '../places.model.js';
import type { WaitlistRow } from './waitlist-rows.js';

/** For how long an offered place is held, in minutes; quiet hours do not count. */
export const OFFER_MINUTES = 30;
/** Nobody is offered what they would have to take within less, in minutes. */
const SHORTEST_OFFER_MINUTES = 10;

const MINUTE_MS = 60_000;

/** A session at a moment, with what of it is taken, and those who wait for a place in it, the longest first. */
export interface OfferFacts {
  session: SessionRow;
  now: Date;
  timeZone: string;
  quiet: QuietHours;
  numbers: readonly NextNumbers[];
  taken: readonly TakenPlaces[];
  waiting: readonly WaitlistRow[];
  elsewhere: readonly Elsewhere[];
}

/** A place to be held, for whom, and until when. */
export interface Offer {
  entry: WaitlistRow;
  place: Place;
  slot: Pick<Slot, 'from' | 'until'> | null;
  heldUntil: Date;
}

/** The next place that a session has to offer, for whoever waits longest and can come; undefined when there is none, or nobody. */
export function nextOffer({ session, now, timeZone, quiet, numbers, taken, waiting, elsewhere }: OfferFacts): Offer | undefined {
  const places = placesOf(session, numbers, taken);
  const slots = slotsOf(session, taken, now).filter(({ free }) => free);
  const end = new Date(session.ends_at.getTime() + session.delay_minutes * MINUTE_MS);
  const answerBy = new Date((endOfQuiet(quiet, now, timeZone) ?? now).getTime() + OFFER_MINUTES * MINUTE_MS);
  for (const entry of waiting) {
    if (elsewhere.some((other) => other.session_id === session.id && other.patient_id === entry.patient_id)) continue;
    const place = placeIn(places, usualSeries(BookingChannel.DESK, entry.visit_type));
    if (!place) continue;
    for (const slot of session.mode === SessionMode.SLOT ? slots : [null]) {
      const heldUntil = heldFor(answerBy, slot?.from ?? end, now);
      if (heldUntil && !(slot && otherOf(entry, slot.from, slot.until, elsewhere))) return { entry, place, slot, heldUntil };
    }
  }
  return undefined;
}

// By when it must be taken; undefined when that is too soon.
function heldFor(answerBy: Date, last: Date, now: Date): Date | undefined {
  const until = answerBy < last ? answerBy : last;
  const told = answerBy.getTime() - OFFER_MINUTES * MINUTE_MS;
  return until.getTime() - Math.max(told, now.getTime()) >= SHORTEST_OFFER_MINUTES * MINUTE_MS ? until : undefined;
}
