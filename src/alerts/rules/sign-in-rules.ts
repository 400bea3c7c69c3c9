import { type AlertSettings, thresholdOf } from './alert-rule.js';
import { type Fact, type Finding, type Window, findingOf, hourOf } from './fact.js';

/** How far back refused sign-ins are counted, in milliseconds. */
export const FAILURES_MS = 15 * 60_000;

/** How many people one address may fail for, for each failure that one person may have: a whole chamber may share an address. */
const PEOPLE_AT_AN_ADDRESS = 2;

/** Where a person proves who they are: on signing in, in both of its steps; within a session; for a new password. */
const proofs: ReadonlySet<string> = new Set(['SIGNED_IN', 'STEPPED_UP', 'PASSWORD_CHANGED']);
const refused: ReadonlySet<string | null> = new Set(['SIGN_IN_REFUSED', 'THROTTLED']);

/** Whether a fact is a refused proof of identity; `audit.refusals` counts the same. */
export const isFailure = ({ action, errorCode }: Fact): boolean => proofs.has(action) && refused.has(errorCode);

/** Proofs of identity refused again and again to one person. */
export function failuresOfPerson(last: Fact, window: Window, settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'REPEATED_FAILURES');
  if (!last.userId || window.count < threshold) return undefined;
  return findingOf('REPEATED_FAILURES', last, { subject: last.userId, window: hourOf(last.at), count: window.count, threshold, first: window.first });
}

/** Proofs of identity refused again and again at one address, whoever was tried. */
export function failuresAtAddress(last: Fact, window: Window, settings: AlertSettings): Finding | undefined {
  const threshold = thresholdOf(settings, 'REPEATED_FAILURES') * PEOPLE_AT_AN_ADDRESS;
  if (!last.ip || window.count < threshold) return undefined;
  return findingOf('REPEATED_FAILURES', last, { subject: last.ip, window: hourOf(last.at), count: window.count, threshold, first: window.first, userId: null, memberId: null });
}

/** A refresh token that was used twice: one of the two was not its owner. */
export const refreshReused = (fact: Fact): Finding | undefined =>
  fact.action === 'SESSION_ENDED' && fact.operation === 'Mutation.refreshSession' && fact.outcome === 'SUCCESS'
    ? findingOf('REFRESH_REUSED', fact, { subject: fact.sessionId ?? fact.id, window: fact.id }) : undefined;

/** Somebody who was deactivated and whose token, or password, is still tried: once a day. `leftAt` is when the person's last membership ended; undefined for who is a member. */
export const endedAccessUsed = (fact: Fact, leftAt: Date | undefined): Finding | undefined =>
  leftAt && fact.outcome === 'DENIED' && fact.userId
    ? findingOf('ENDED_ACCESS_USED', fact, { subject: fact.userId, window: fact.at.toISOString().slice(0, 10) }) : undefined;

/** A sign-in on a device that is new to a person who has signed in here before, once a day: the first one of all is on a new device always. */
export const newDevice = (fact: Fact, signedInBefore: boolean): Finding | undefined =>
  fact.action === 'SIGNED_IN' && fact.outcome === 'SUCCESS' && fact.newDevice && signedInBefore && fact.userId
    ? findingOf('NEW_DEVICE', fact, { subject: fact.userId, window: fact.at.toISOString().slice(0, 10) }) : undefined;
