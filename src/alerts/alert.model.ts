import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { AuditConditions, auditConditions } from '../audit/saved-filter.model.js';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { type RuleName, type Severity, ruleNames, severities } from './rules/alert-rule.js';

const enumOf = <T extends string>(values: readonly T[]): { [K in T]: K } =>
  Object.fromEntries(values.map((value) => [value, value])) as { [K in T]: K };

/** What an alert is about, as a GraphQL enum. */
export const AlertRule = enumOf(ruleNames);
registerEnumType(AlertRule, {
  name: 'AlertRule',
  description: 'What an alert is about. Where a count is held against a threshold, the threshold can be set.',
  valuesMap: {
    REPEATED_FAILURES: { description: 'Sign-ins, or proofs of identity within a session or for a new password, were refused as often within 15 minutes: to one person, or twice as often at one address. Unless set: 5.' },
    REFRESH_REUSED: { description: 'A refresh token was used twice, so that one of the two was not its owner; the session was ended.' },
    ENDED_ACCESS_USED: { description: 'Somebody who was deactivated tried to come in.' },
    NEW_DEVICE: { description: 'A member signed in on a device on which they had never signed in: once a day. Their first sign-in of all is none.' },
    ODD_HOURS: { description: 'A member signed in or saw patients while the practice was closed: once for each member and night.' },
    TWO_PLACES: { description: 'One session went to and fro between addresses, coming back as often within 10 minutes. Unless set: 4.' },
    IMPOSSIBLE_PACE: { description: 'More patients were opened one by one in one minute than a person can read. Unless set: 20.' },
    MASS_READING: { description: 'More patients were opened one by one on one day, and more than twice as many as on the busiest of the member’s last 28 active days. Unless set: 250.' },
    MASS_LISTING: { description: 'The same of patients that were shown in any way, such as in lists. Unless set: 3,000.' },
    MASS_EXPORT: { description: 'The same of patients that were exported or printed. Unless set: 20.' },
    UNRELATED_PATIENTS: { description: 'As many patients were opened on one day of whom nobody recorded anything in the 90 days before, or until an hour after. Unless set: 10.' },
    REPEATED_DENIALS: { description: 'A member was refused as often within 15 minutes what is not theirs. Unless set: 10.' },
    EMERGENCY_ACCESS: { description: 'A member opened emergency access.' },
  } satisfies Record<RuleName, { description: string }>,
});

/** How urgent an alert is, as a GraphQL enum. */
export const AlertSeverity = enumOf(severities);
registerEnumType(AlertSeverity, {
  name: 'AlertSeverity',
  description: 'How urgent an alert is.',
  valuesMap: {
    LOW: { description: 'For whoever looks at the list.' },
    MEDIUM: { description: 'To be looked at on the same day; owners are told by mail.' },
    HIGH: { description: 'To be looked at now; owners are told by mail.' },
  } satisfies Record<Severity, { description: string }>,
});

@ObjectType({ description: 'Something in the audit trail that somebody should look at.' })
@Classified('security')
export class Alert {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => AlertRule, { description: 'What it is about.' })
  rule: RuleName;

  @Field(() => AlertSeverity, { description: 'How urgent it is.' })
  severity: Severity;

  @Field(() => Int, { description: 'How many there were when it was last looked at; it may still grow.' })
  count: number;

  @Field(() => Int, { nullable: true, description: 'What the count was held against; null where one event suffices.' })
  threshold: number | null;

  @Field(() => MemberName, { nullable: true, description: 'The member concerned; null where it is an address, or nobody of the practice.' })
  member: MemberName | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The session concerned.' })
  sessionId: string | null;

  @Field(() => String, { nullable: true, description: 'The internet address concerned.' })
  address: string | null;

  @Field(() => DateTimeScalar, { description: 'When the first entry was made that counts.' })
  firstAt: Date;

  @Field(() => DateTimeScalar, { description: 'When the last one was.' })
  lastAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it was noticed.' })
  raisedAt: Date;

  @Field({ description: 'Whether nobody has looked at it yet.' })
  open: boolean;

  @Field(() => MemberName, { nullable: true, description: 'Who looked at it; null while it is open.' })
  acknowledgedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When they did.' })
  acknowledgedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'What they noted.' })
  note: string | null;

  @Field(() => Int, { description: 'Send it with `acknowledgeAlert`.' })
  version: number;

  /** What finds its entries in the trail. */
  conditions: AuditConditions;
}

export const AlertConnection = ConnectionOf(Alert, 'Alert');

@ObjectType({ description: 'How it stands with the open alerts of the practice.' })
@Classified('security')
export class OpenAlerts {
  @Field(() => Int, { description: 'Counts the events of this subscription, from 1.' })
  version: number;

  @Field(() => [Alert], { description: 'The open alerts, the latest first, 20 at most.' })
  alerts: Alert[];

  @Field(() => Int, { description: 'How many are open in all.' })
  count: number;
}

/** A row of clinic.alerts. */
export interface AlertRow {
  id: string;
  rule: RuleName;
  severity: Severity;
  count: number;
  threshold: number | null;
  user_id: string | null;
  member_id: string | null;
  session_id: string | null;
  address: string | null;
  first_at: Date;
  last_at: Date;
  raised_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  note: Buffer | null;
  version: number;
}

/** An alert as the practice sees it, with its note opened. */
export const toAlert = (row: AlertRow, note: string | null): Alert => ({
  id: row.id, rule: row.rule, severity: row.severity, count: row.count, threshold: row.threshold,
  member: row.member_id ? { id: row.member_id } : null, sessionId: row.session_id, address: row.address,
  firstAt: row.first_at, lastAt: row.last_at, raisedAt: row.raised_at,
  open: row.acknowledged_at === null, acknowledgedBy: row.acknowledged_by ? { id: row.acknowledged_by } : null, acknowledgedAt: row.acknowledged_at, note, version: row.version,
  conditions: auditConditions({
    ...(row.user_id ? { actorUserId: row.user_id } : { ip: row.address }),
    from: row.first_at, to: new Date(row.last_at.getTime() + 1),
  }),
});
