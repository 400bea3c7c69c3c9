import { Temporal } from 'temporal-polyfill';
import { type AlertSettings, type OpeningHours, thresholdOf } from './alert-rule.js';
import { type Fact, type Finding, type Window, findingOf, hourOf } from './fact.js';
import type { Place } from './member-day.js';

/** How far back denials are counted, in milliseconds. */
export const DENIALS_MS = 15 * 60_000;
/** Within what time a session that goes to and fro between addresses is in two places at once, in milliseconds. */
const TWO_PLACES_MS = 10 * 60_000;
const MINUTES_OF_DAY = 1_440;

/** What tells that somebody reached for what is not theirs; a proof of identity that is due tells nothing. */
const telling = new Set(['FORBIDDEN', 'NOT_FOUND', 'ABOVE_OWN_RIGHTS', 'LAST_OWNER']);

/** Whether a fact is a denial that is counted. */
export const isDenial = ({ outcome, errorCode, memberId }: Fact): boolean => outcome === 'DENIED' && memberId !== null && telling.has(errorCode ?? '');

/** One member who is refused again and again. */
export function repeatedDenials(last: Fact, window: Window, settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'REPEATED_DENIALS');
  if (!last.memberId || window.count < threshold) return undefined;
  return findingOf('REPEATED_DENIALS', last, { subject: last.memberId, window: hourOf(last.at), count: window.count, threshold, first: window.first });
}

/** Emergency access, each time that it is opened. */
export const emergencyAccess = (fact: Fact): Finding | undefined =>
  fact.action === 'EMERGENCY_BEGUN' && fact.outcome === 'SUCCESS' && fact.memberId ? findingOf('EMERGENCY_ACCESS', fact, { subject: fact.memberId, window: fact.id }) : undefined;

/** A sign-in, or patients seen, while the practice is closed: once for each member and night. */
export function oddHours(fact: Fact, { hours }: AlertSettings, timeZone: string): Finding | undefined {
  if (!fact.memberId || fact.outcome !== 'SUCCESS' || !(fact.action === 'SIGNED_IN' || fact.patientCount > 0) || isOpen(fact.at, hours, timeZone)) return undefined;
  // Nights are told apart by the day on which they began.
  const night = Temporal.Instant.fromEpochMilliseconds(fact.at.getTime()).toZonedDateTimeISO(timeZone).subtract({ minutes: hours.from }).toPlainDate().toString();
  return findingOf('ODD_HOURS', fact, { subject: fact.memberId, window: night });
}

/** The calendar day (yyyy-mm-dd) on which an instant falls where a practice is. */
export const localDay = (at: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** Whether a practice is open at an instant, by the clock where it is. */
export function isOpen(at: Date, { from, until, days }: OpeningHours, timeZone: string): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const minute = local.hour * 60 + local.minute;
  const yesterday = local.dayOfWeek === 1 ? 7 : local.dayOfWeek - 1;
  return (days.includes(local.dayOfWeek) && minute >= from && minute < until) || (days.includes(yesterday) && minute + MINUTES_OF_DAY < until);
}

/** A session that is used from one address, from another one, and from the first again, all within minutes: whoever moves does not move back so fast. */
export function twoPlaces(last: Fact, places: readonly Place[], settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'TWO_PLACES');
  const since = new Date(last.at.getTime() - TWO_PLACES_MS).toISOString();
  const own = places.filter(({ session, at }) => session === last.sessionId && at >= since);
  const returns = own.filter(({ ip }, index) => own.slice(0, index).some((earlier) => earlier.ip === ip)).length;
  if (!last.sessionId || returns < threshold) return undefined;
  return findingOf('TWO_PLACES', last, { subject: last.sessionId, window: hourOf(last.at), count: returns, threshold, first: own[0]!.entry });
}
