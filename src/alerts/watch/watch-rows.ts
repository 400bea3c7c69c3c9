import type { Row, Statement } from '../../platform/database/statement-group.js';
import { type AlertSettings, type Severity, rules, usualSettings } from '../rules/alert-rule.js';
import { DENIALS_MS } from '../rules/conduct-rules.js';
import { type Fact, type Finding, type Window, instantOf } from '../rules/fact.js';
import { type MemberDay, newDay } from '../rules/member-day.js';
import { HABIT_DAYS, type Habit } from '../rules/reading-rules.js';
import { FAILURES_MS } from '../rules/sign-in-rules.js';

/** How many entries are looked at in one transaction. */
export const FACTS_AT_ONCE = 5_000;

/** Takes the next stretch of the trail, when no other server has it. */
export const TAKE: Statement = { text: 'select done::text, doing::text, after_id from platform.take_watch()' };

/** A stretch of the trail. */
export interface Stretch {
  done: string;
  doing: string;
  after_id: string | null;
}

/** The next facts of a stretch. */
export const factsOf = ({ done, doing, after_id: after }: Stretch): Statement => ({
  text: `select id, at, tenant_id, chamber_id, user_id, member_id, session_id, ip, action, operation, outcome, error_code, patients, patient_count, new_device
    from audit.facts($1::pg_snapshot, $2::pg_snapshot, $3, $4)`,
  values: [done, doing, after, FACTS_AT_ONCE],
});

/** Notes how far a stretch was looked at. */
export const noteWatched = ({ done, doing }: Stretch, facts: readonly Fact[]): Statement => ({
  text: 'select platform.note_watch($1::pg_snapshot, $2::pg_snapshot, $3)',
  values: facts.length < FACTS_AT_ONCE ? [doing, null, null] : [done, doing, facts.at(-1)!.id],
});

/** A row of `factsOf`. */
export const toFact = (row: Row): Fact => ({
  id: row['id'] as string, at: row['at'] as Date, tenantId: row['tenant_id'] as string, chamberId: row['chamber_id'] as string | null,
  userId: row['user_id'] as string | null, memberId: row['member_id'] as string | null, sessionId: row['session_id'] as string | null, ip: row['ip'] as string | null,
  action: row['action'] as string, operation: row['operation'] as string, outcome: row['outcome'] as string, errorCode: row['error_code'] as string | null,
  patients: row['patients'] as string[], patientCount: row['patient_count'] as number, newDevice: row['new_device'] as boolean,
});

const SETTINGS = 'select s.rules, s.open_from, s.open_until, s.open_days, s.webhook is not null as has_webhook from clinic.alert_settings s where s.tenant_id = $1';
const ZONES = `select t.name, t.country, (select json_object_agg(c.id, c.time_zone) from clinic.chambers c where c.tenant_id = $1) as zones,
  (select c.time_zone from clinic.chambers c where c.tenant_id = $1 order by c.created_at, c.id limit 1) as zone from clinic.tenants t where t.id = $1`;
const MEMBERS = `select distinct on (m.user_id) m.user_id, m.id, m.status, m.deactivated_at from clinic.members m
  where m.tenant_id = $1 and m.user_id = any ($2::uuid[]) order by m.user_id, m.status = 'ACTIVE' desc, m.deactivated_at desc`;

/** What is to be known of a practice and of the people who acted. */
export const practiceStatements = (tenantId: string, userIds: readonly string[]): Statement[] => [
  { text: SETTINGS, values: [tenantId] }, { text: ZONES, values: [tenantId] }, { text: MEMBERS, values: [tenantId, userIds] },
];

/** A person's last membership in a practice: `leftAt` for who is no member any more. */
export interface Membership {
  memberId: string;
  leftAt: Date | undefined;
}

/** What `practiceStatements` found. */
export interface PracticeFacts {
  name: string;
  settings: AlertSettings;
  hasWebhook: boolean;
  zoneOf: (chamberId: string | null) => string;
  members: ReadonlyMap<string, Membership>;
}

const COUNTRY_ZONES: Record<string, string> = { BD: 'Asia/Dhaka', AE: 'Asia/Dubai' };

/** The rows of `practiceStatements`, read. */
export function toPracticeFacts([settings = [], zones = [], members = []]: Row[][]): PracticeFacts {
  const { name, country, zones: byChamber, zone } = zones[0] as { name: string; country: string; zones: Record<string, string> | null; zone: string | null };
  const practiceZone = zone ?? COUNTRY_ZONES[country]!;
  return {
    name,
    settings: toSettings(settings[0]),
    hasWebhook: settings[0]?.['has_webhook'] === true,
    zoneOf: (chamberId) => (chamberId && byChamber?.[chamberId]) || practiceZone,
    members: new Map(members.map((row) => [row['user_id'] as string, {
      memberId: row['id'] as string, leftAt: row['status'] === 'DEACTIVATED' ? (row['deactivated_at'] as Date) : undefined,
    }])),
  };
}

/** A row of clinic.alert_settings; without one, the usual. */
export const toSettings = (row: Row | undefined): AlertSettings => (row ? {
  rules: row['rules'] as AlertSettings['rules'],
  hours: { from: row['open_from'] as number, until: row['open_until'] as number, days: row['open_days'] as number[] },
} : usualSettings);

const DAYS = `select w.member_id, w.day::text as day, d.opened, d.listed, d.exported, d.state, h.opened as most_opened, h.listed as most_listed, h.exported as most_exported
from unnest($2::uuid[], $3::date[]) w (member_id, day)
left join clinic.member_days d on d.tenant_id = $1 and d.member_id = w.member_id and d.day = w.day
cross join lateral (
  select coalesce(max(b.opened), 0) as opened, coalesce(max(b.listed), 0) as listed, coalesce(max(b.exported), 0) as exported from (
    select m.opened, m.listed, m.exported from clinic.member_days m
    where m.tenant_id = $1 and m.member_id = w.member_id and m.day < w.day order by m.day desc limit ${HABIT_DAYS}) b) h`;

/** Which day of whom. */
export interface DayKey {
  memberId: string;
  day: string;
}

/** Days of members as they are so far, with what is usual for each. */
export const daysStatement = (tenantId: string, keys: readonly DayKey[]): Statement =>
  ({ text: DAYS, values: [tenantId, keys.map(({ memberId }) => memberId), keys.map(({ day }) => day)] });

/** A row of `daysStatement`. */
export function toDay(row: Row): { key: DayKey; day: MemberDay; habit: Habit } {
  const day = row['opened'] === null ? newDay() : {
    opened: row['opened'] as number, listed: row['listed'] as number, exported: row['exported'] as number, state: (row['state'] ?? {}) as MemberDay['state'],
  };
  return {
    key: { memberId: row['member_id'] as string, day: row['day'] as string }, day,
    habit: { opened: row['most_opened'] as number, listed: row['most_listed'] as number, exported: row['most_exported'] as number },
  };
}

const KEEP_DAY = `insert into clinic.member_days as d (tenant_id, member_id, day, opened, listed, exported, state) values ($1, $2, $3, $4, $5, $6, $7)
on conflict on constraint member_days__pkey do update set opened = excluded.opened, listed = excluded.listed, exported = excluded.exported, state = excluded.state`;
const FORGET_STATES = 'update clinic.member_days d set state = null where d.tenant_id = $1 and d.member_id = $2 and d.day < $3::date - 1 and d.state is not null';
const FORGET_DAYS = `delete from clinic.member_days d where d.tenant_id = $1 and d.member_id = $2 and d.day < $3::date - 400`;

/** Keeps a day. A day that is new has the details of those before forgotten. */
export function keepDay(tenantId: string, { memberId, day }: DayKey, { opened, listed, exported, state }: MemberDay, isNew: boolean): Statement[] {
  const keep = { text: KEEP_DAY, values: [tenantId, memberId, day, opened, listed, exported, JSON.stringify(state)] };
  return isNew ? [keep, { text: FORGET_STATES, values: [tenantId, memberId, day] }, { text: FORGET_DAYS, values: [tenantId, memberId, day] }] : [keep];
}

const WINDOW = 'select count, first, last from';

/** How often sign-ins were refused to a person up to a fact. */
export const refusalsOfPerson = ({ tenantId, userId, at, id }: Fact): Statement =>
  ({ text: `${WINDOW} audit.refusals($1, $2, null, $3, $4)`, values: [tenantId, userId, before(at, FAILURES_MS), id] });

/** How often they were refused at an address. */
export const refusalsAtAddress = ({ tenantId, ip, at, id }: Fact): Statement =>
  ({ text: `${WINDOW} audit.refusals($1, null, $2, $3, $4)`, values: [tenantId, ip, before(at, FAILURES_MS), id] });

/** How often a person was denied something up to a fact. */
export const denialsOf = ({ tenantId, userId, at, id }: Fact): Statement =>
  ({ text: `${WINDOW} audit.denials($1, $2, $3, $4)`, values: [tenantId, userId, before(at, DENIALS_MS), id] });

/** Whether a person had signed in before a fact. */
export const signedInBefore = ({ tenantId, userId, id }: Fact): Statement =>
  ({ text: 'select audit.signed_in_before($1, $2, $3) as before', values: [tenantId, userId, id] });

/** The row of one of the counting statements. */
export const toWindow = (rows: Row[]): Window => rows[0] as unknown as Window;

const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms);

// An alert that is there already counts on; nobody is told of it twice.
const RAISE = `insert into clinic.alerts as a (tenant_id, id, rule, severity, subject, stretch, count, threshold, user_id, member_id, session_id, address, first_entry, last_entry, first_at, last_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict on constraint alerts__once do update set count = greatest(a.count, excluded.count), last_entry = greatest(a.last_entry, excluded.last_entry), last_at = greatest(a.last_at, excluded.last_at)
returning a.id, a.id = $2 as is_new`;

/** Raises an alert, or adds to the one there is. */
export const raise = (tenantId: string, id: string, { rule, subject, window, count, threshold, userId, memberId, sessionId, address, first, last }: Finding): Statement => {
  const severity: Severity = rules[rule].severity;
  return { text: RAISE, values: [tenantId, id, rule, severity, subject, window, count, threshold ?? null, userId, memberId, sessionId, address, first, last, instantOf(first), instantOf(last)] };
};

/** Puts an alert on its way to the webhook of the practice that was entered. */
export const queueWebhook = (alertId: string): Statement => ({ text: 'select platform.queue_alert_webhook($1)', values: [alertId] });

/** The owners of a practice, sealed. */
export const owners = (tenantId: string): Statement => ({
  text: `select m.id, m.profile from clinic.members m where m.tenant_id = $1 and m.is_owner and m.status = 'ACTIVE'`, values: [tenantId],
});

/** How many of those whom somebody opened in a stretch of time nobody recorded anything of since. */
export const unrelatedStatement = (tenantId: string, userId: string, from: Date, to: Date, since: Date): Statement =>
  ({ text: 'select count, first, last from audit.unrelated($1, $2, $3, $4, $5)', values: [tenantId, userId, from, to, since] });
