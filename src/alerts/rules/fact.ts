import type { RuleName } from './alert-rule.js';

/** What the plain columns of one entry of the trail say, with the patients whose records it showed or changed. */
export interface Fact {
  id: string;
  at: Date;
  tenantId: string;
  chamberId: string | null;
  userId: string | null;
  memberId: string | null;
  sessionId: string | null;
  ip: string | null;
  action: string;
  operation: string;
  outcome: string;
  errorCode: string | null;
  /** At most 2,000 of them. */
  patients: string[];
  patientCount: number;
  /** Whether a sign-in came from a device on which the person never signed in before. */
  newDevice: boolean;
}

/** Facts of one kind in a stretch of time, counted. */
export interface Window {
  count: number;
  first: string;
  last: string;
}

/** Something that somebody should look at. The same subject and window under the same rule is the same alert. */
export interface Finding {
  rule: RuleName;
  subject: string;
  window: string;
  count: number;
  /** What the count was held against; undefined where one event suffices. */
  threshold?: number;
  userId: string | null;
  memberId: string | null;
  sessionId: string | null;
  address: string | null;
  first: string;
  last: string;
}

/** The instant in the id of an entry, which is a UUIDv7 (RFC 9562). */
export const instantOf = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

/** A finding about who did the last of some facts. */
export function findingOf(rule: RuleName, last: Fact, found: Pick<Finding, 'subject' | 'window'> & Partial<Finding>): Finding {
  const { userId, memberId, sessionId, ip } = last;
  return { rule, count: 1, userId, memberId, sessionId, address: ip, first: last.id, last: last.id, ...found };
}

/** The hour of an instant (UTC): the window of what is counted over minutes, so that an attack makes one alert in an hour and not one in a second. */
export const hourOf = (at: Date): string => at.toISOString().slice(0, 13);
