import { hashOf } from '../../platform/crypto/secrets.js';
import type { Statement } from '../../platform/database/statement-group.js';

/** How long a browser may be away at Google, in seconds. */
export const TRIP_SECONDS = 10 * 60;

/** How long the code of a browser that came back is good, in seconds. */
export const CODE_SECONDS = 60;

/** What a trip to Google is for. */
export type TripPurpose = 'SIGN_IN' | 'JOIN' | 'LINK' | 'STEP_UP';

/** A trip, without what tells it. */
export interface TripRow {
  id: string;
  details: Buffer;
}

/** An account at Google that is linked to somebody. */
export interface IdentityRow {
  id: string;
  user_id: string;
  details: Buffer;
  linked_at: Date;
  last_used_at: Date | null;
}

/** Keeps a trip under the hashes of its state and of its browser's secret. */
export const addTrip = (trip: TripRow & { state: string; browser: string; purpose: TripPurpose; sessionId: string | null }): Statement => ({
  text: `
insert into auth.google_trips (id, state_hash, browser_hash, purpose, session_id, details, expires_at)
values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) returning expires_at`,
  values: [trip.id, hashOf(trip.state), hashOf(trip.browser), trip.purpose, trip.sessionId, trip.details, TRIP_SECONDS],
});

/** Takes a browser back from its trip, once; no row comes back when the state is not of this browser, or the trip is over. */
export const takeTrip = (state: string, browsers: string[]): Statement => ({
  text: `
update auth.google_trips set returned_at = now()
where state_hash = $1 and browser_hash = any ($2::bytea[]) and returned_at is null and expires_at > now() returning id, details`,
  values: [hashOf(state), browsers.map(hashOf)],
});

/** Keeps who Google says it is, for whoever shows the code from the same browser. */
export const returnTrip = ({ id, details }: TripRow, code: string): Statement => ({
  text: 'update auth.google_trips set details = $2, code_hash = $3, expires_at = now() + make_interval(secs => $4) where id = $1',
  values: [id, details, hashOf(code), CODE_SECONDS],
});

/** Uses a code up and forgets its trip; no row comes back unless it is this browser's, for this purpose and session. */
export const finishTrip = (code: string, browsers: string[], purpose: TripPurpose, sessionId: string | null): Statement => ({
  text: `
delete from auth.google_trips
where code_hash = $1 and browser_hash = any ($2::bytea[]) and purpose = $3 and session_id is not distinct from $4 and expires_at > now()
returning id, details`,
  values: [hashOf(code), browsers.map(hashOf), purpose, sessionId],
});

/** The person to whom an account is linked. */
export const identityOf = (issuer: string, subjectToken: Buffer): Statement => ({
  text: 'select user_id from auth.identities where issuer = $1 and subject_token = $2', values: [issuer, subjectToken],
});

/** The accounts that are linked to a person, oldest first. */
export const identitiesOf = (userId: string): Statement => ({
  text: 'select id, user_id, details, linked_at, last_used_at from auth.identities where user_id = $1 order by id', values: [userId],
});

/** Links an account to a person; no row comes back when it is linked already, to whomever. */
export const addIdentity = (identity: Pick<IdentityRow, 'id' | 'user_id' | 'details'> & { issuer: string; subjectToken: Buffer }): Statement => ({
  text: `
insert into auth.identities (id, user_id, issuer, subject_token, details) values ($1, $2, $3, $4, $5)
on conflict (issuer, subject_token) do nothing returning id, user_id, details, linked_at, last_used_at`,
  values: [identity.id, identity.user_id, identity.issuer, identity.subjectToken, identity.details],
});

/** The person to whom an account is linked, who signs in by it. */
export const useIdentity = (issuer: string, subjectToken: Buffer): Statement => ({
  text: 'update auth.identities set last_used_at = now() where issuer = $1 and subject_token = $2 returning user_id', values: [issuer, subjectToken],
});

/** Unlinks an account from a person. */
export const dropIdentity = (id: string, userId: string): Statement => ({
  text: 'delete from auth.identities where id = $1 and user_id = $2 returning id, details', values: [id, userId],
});
