import { auditActions, auditOutcomes } from '../platform/context/audit-trail.js';
import type { Statement } from '../platform/database/statement-group.js';
import { addressRange } from './address-range.js';

/** Which entries are asked for; what is not given is not filtered by. */
export interface EntryFilter {
  actorUserId?: string | null;
  actorMemberId?: string | null;
  patientId?: string | null;
  recordId?: string | null;
  sessionId?: string | null;
  action?: string[] | null;
  outcome?: string[] | null;
  operation?: string | null;
  chamberId?: string | null;
  ip?: string | null;
  from?: Date | null;
  to?: Date | null;
}

/** A set of entries that no later entry can join, whatever id it has. */
export interface ClosedSet {
  /** What was committed when the set was closed: a `pg_snapshot` as text. */
  snapshot: string;
  /** The highest id in the set. */
  highestId: string;
  /** Below this id, entries of a restored backup count too: their transactions may have numbers that this server has not come to yet. */
  restoredBelow: string;
}

/** What to search, in which order, from where. */
export interface Search {
  tenantId: string;
  filter: EntryFilter;
  order: 'asc' | 'desc';
  /** Only what follows this id in that order. */
  after?: string | null;
  within?: ClosedSet;
}

/** How many of an entry's records are listed; an export may name thousands. */
export const RECORDS_SHOWN = 200;

/** How many entries one statement looks at to find those that meet conditions without an index of their own. */
export const SEARCHED_AT_ONCE = 20_000;

/** Up to how many entries are counted. */
export const COUNTED = 10_000;

const LATEST_ID_TIME = 2 ** 48 - 1;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The lowest UUIDv7 (RFC 9562) of an instant's millisecond: every entry from then on has this id or a higher one. */
export function firstIdAt(instant: Date): string {
  const time = Math.min(Math.max(instant.getTime(), 0), LATEST_ID_TIME).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** The first `limit` entries, with their records, all in one statement. They may be fewer though more follow: see `frontierStatement`. */
export function pageStatement(search: Search, limit: number): Statement {
  const { order } = search;
  const { candidates, rest, values, param } = planOf(search);
  const found = rest.length
    ? `select f.* from (select c.id from (${candidates(ASKED, param(SEARCHED_AT_ONCE))}) c where ${allOf(rest)} order by c.id ${order} limit ${param(limit)}) chosen
      cross join lateral (select e.* from audit.entries e where e.tenant_id = $1 and e.id = chosen.id offset 0) f`
    : candidates('e.*', param(limit));
  return {
    text: `
select p.id, p.occurred_at, p.chamber_id, p.actor_user_id, p.actor_member_id, p.actor_roles, p.session_id, p.action, p.operation,
  p.outcome, p.error_code, p.request_id, p.ip, p.payload, p.payload_hash, named.record_count, named.names_patient, named.records,
  named.hash = p.records_hash as records_intact, m.id as member_id, m.profile as member_profile,
  coalesce((select c.time_zone from clinic.chambers c where c.tenant_id = $1 and c.id = p.chamber_id), ${practiceTimeZone}) as time_zone
from (${found}) p
left join clinic.members m on m.tenant_id = $1 and m.user_id = p.actor_user_id
cross join lateral (
  select count(*)::integer as record_count,
    coalesce(bool_or(r.patient_id is not null), false) as names_patient,
    coalesce(jsonb_agg(jsonb_build_object('type', r.record_type, 'id', r.record_id, 'patientId', r.patient_id) order by r.place)
      filter (where r.place <= ${RECORDS_SHOWN}), '[]') as records,
    sha256(convert_to(coalesce(string_agg(r.record_type || '|' || r.record_id || '|' || coalesce(r.patient_id::text, ''), E'\\n' order by r.place), ''), 'UTF8')) as hash
  from (select s.*, row_number() over (order by s.record_type collate "C", s.record_id) as place
    from audit.entry_records s where s.tenant_id = $1 and s.entry_id = p.id) r
) named
order by p.id ${order}`,
    values,
  };
}

/** The clock of the practice's first chamber, or else of its country. */
export const practiceTimeZone = `coalesce((select c.time_zone from clinic.chambers c where c.tenant_id = $1 order by c.created_at, c.id limit 1),
  (select case t.country when 'BD' then 'Asia/Dhaka' when 'AE' then 'Asia/Dubai' end from clinic.tenants t where t.id = $1))`;

/** The last entry that `pageStatement` looked at, when it stopped before the end; no row when it came to the end. Undefined when a page cannot stop early. */
export function frontierStatement(search: Search): Statement | undefined {
  const { candidates, rest, values, param } = planOf(search);
  if (!rest.length) return undefined;
  const last = SEARCHED_AT_ONCE - 1;
  return { text: `select c.id from (${candidates('e.id', param(SEARCHED_AT_ONCE))}) c order by c.id ${search.order} offset ${param(last)}`, values };
}

/** How many entries the filter lets through among those looked at, and whether that was all: counting ends at COUNTED, and after SEARCHED_AT_ONCE entries. */
export function countStatement(search: Search): Statement {
  const { candidates, rest, values, param } = planOf(search);
  const most = rest.length ? SEARCHED_AT_ONCE : COUNTED;
  const matching = rest.length ? `count(*) filter (where ${allOf(rest)})` : 'count(*)';
  return {
    text: `select least(${matching}, ${COUNTED})::integer as count, ${matching} <= ${COUNTED} and count(*) <= ${most} as exact from (${candidates(ASKED, param(most + 1))}) c`,
    values,
  };
}

/** The newest entries, `most` at the most, that the leading condition finds, each with whether it meets all the others. */
export function entriesToSum(search: Search, most: number): Statement & { values: unknown[] } {
  const { candidates, rest, values, param } = planOf(search);
  const columns = `${ASKED}, e.occurred_at`;
  return { text: `select c.*, ${rest.length ? allOf(rest) : 'true'} as matching from (${candidates(columns, param(most))}) c`, values };
}

/** The columns that conditions are about: candidates may be many, and a whole row is long. */
const ASKED = 'e.id, e.tx, e.actor_user_id, e.session_id, e.action, e.outcome, e.operation, e.chamber_id, e.ip';

type Param = (value: unknown) => string;

const allOf = (conditions: Array<() => string>): string => conditions.map((condition) => condition()).join(' and ');

interface Plan {
  /** The entries that the leading condition finds, in order, `limit` at most. */
  candidates: (columns: string, limit: string) => string;
  /** The conditions, on `c`, that are asked of each candidate; a statement takes the parameters of those that it writes. */
  rest: Array<() => string>;
  values: unknown[];
  param: Param;
}

/**
 * One condition leads: it has an index in the order of ids, so that the first entries it finds cost the same however many
 * there are. The others are asked of what it finds. Which one leads is decided here, not by the planner: with values it
 * does not see it would walk the whole trail for something rare.
 */
function planOf({ tenantId, filter, order, after, within }: Search): Plan {
  const values: unknown[] = [];
  const param: Param = (value) => `$${values.push(value)}`;
  const tenant = param(tenantId);
  const inRange = rangeOf(filter, order, after, param);
  const entries = (columns: string, condition: string, limit: string): string => {
    const conditions = [`e.tenant_id = ${tenant}`, inRange('e.id'), ...(condition ? [condition] : []), ...(within ? [closedBy(within, 'e', param)] : [])];
    return `select ${columns} from audit.entries e where ${conditions.join(' and ')} order by e.id ${order} limit ${limit}`;
  };

  const conditions = conditionsOf(filter, tenant, param);
  const pairs = pairsOf(filter);
  if (filter.patientId || filter.recordId) {
    const [leading, other] = filter.recordId ? [filter.recordId, filter.patientId] : [filter.patientId!, null];
    const subject = param(leading);
    const kind = filter.recordId ? 'record' : 'patient';
    const named = (limit: string): string => namedIn(tenant, inRange('r.entry_id'), subject, kind, `order by r.entry_id ${order} limit ${limit}`);
    const rest = [...conditions.map(({ on }) => () => on('c')), ...restOfPairs(filter, param), ...(other ? [() => namesToo(tenant, param(other))] : []), ...(within ? [() => closedBy(within, 'c', param)] : [])];
    return {
      values, param, rest,
      // "Offset 0" keeps the planner from walking the whole trail in order and asking each entry whether it names the record.
      candidates: (columns, limit) => `select ${columns} from (select distinct n.entry_id from (${named(limit)}) n order by n.entry_id ${order} limit ${limit}) named
        cross join lateral (select e.* from audit.entries e where e.tenant_id = ${tenant} and e.id = named.entry_id offset 0) e order by named.entry_id ${order}`,
    };
  }
  const actor = conditions.find(({ name }) => name === 'actor');
  const first = conditions[0]?.leads ? conditions[0] : undefined;
  const others = (leading: Condition | undefined): Array<() => string> => conditions.filter((condition) => condition !== leading).map(({ on }) => () => on('c'));
  if (pairs && first?.name !== 'session' && (!first || actor || !pairs.some(isEveryday))) {
    const [actions, outcomes] = [param(pairs.map(({ action }) => action)), param(pairs.map(({ outcome }) => outcome))];
    const condition = `e.action = pair.action and e.outcome = pair.outcome and ${NOTABLE}${actor ? ` and ${actor.on('e')}` : ''}`;
    return {
      values, param, rest: others(actor),
      candidates: (columns, limit) => `select ${columns} from unnest(${actions}::text[], ${outcomes}::text[]) pair (action, outcome)
        cross join lateral (${entries(columns, condition, limit)}) e order by e.id ${order} limit ${limit}`,
    };
  }
  return { values, param, rest: [...others(first), ...restOfPairs(filter, param)], candidates: (columns, limit) => entries(columns, first?.on('e') ?? '', limit) };
}

/** What the partial indexes by action and outcome hold: everything but the successful views, which are most of a trail. */
const NOTABLE = `(e.action <> 'VIEWED' or e.outcome <> 'SUCCESS')`;

const everyOutcome: readonly string[] = auditOutcomes;
const everyAction: readonly string[] = auditActions;

/** A combination that entries can have. */
interface Pair {
  action: string;
  outcome: string;
}

const everyday = new Set(['VIEWED', 'CREATED', 'UPDATED', 'SIGNED_IN', 'SIGNED_OUT', 'REFRESHED']);

/** What succeeds all day long; of everything else there is less than of what any other condition finds. */
const isEveryday = ({ action, outcome }: Pair): boolean => outcome === 'SUCCESS' && everyday.has(action);

/** The combinations of action and outcome that are asked for, when the partial indexes hold all of them. */
function pairsOf({ action, outcome }: EntryFilter): Pair[] | undefined {
  if (!action && !outcome) return undefined;
  const pairs = [...new Set(action ?? everyAction)].flatMap((one) => [...new Set(outcome ?? everyOutcome)].map((other) => ({ action: one, outcome: other })));
  return pairs.some((pair) => pair.action === 'VIEWED' && pair.outcome === 'SUCCESS') ? undefined : pairs;
}

const restOfPairs = ({ action, outcome }: EntryFilter, param: Param): Array<() => string> => [
  ...(action ? [() => `c.action = any(${param(action)})`] : []),
  ...(outcome ? [() => `c.outcome = any(${param(outcome)})`] : []),
];

interface Condition {
  name: string;
  /** Whether an index finds what meets it in the order of ids. */
  leads: boolean;
  on: (entry: string) => string;
}

/** The conditions on single columns, the one that commonly finds least first. */
function conditionsOf(filter: EntryFilter, tenant: string, param: Param): Condition[] {
  const conditions: Condition[] = [];
  const add = (name: string, test: () => string, leads = true): void => void conditions.push({ name, leads, on: (entry) => `${entry}.${test()}` });
  const { sessionId, actorUserId, actorMemberId, operation, chamberId, ip } = filter;
  const address = typeof ip === 'string' ? addressRange(ip) : undefined;
  if (sessionId) add('session', () => `session_id = ${param(sessionId)}`);
  if (actorUserId) add('actor', () => `actor_user_id = ${param(actorUserId)}`);
  // A failed sign-in or a refresh knows the user only; within a practice the two are one.
  if (actorMemberId) add('actor', () => `actor_user_id = (select m.user_id from clinic.members m where m.tenant_id = ${tenant} and m.id = ${param(actorMemberId)})`);
  if (address && !address.isRange) add('ip', () => `ip = ${param(address.text)}::inet`);
  if (operation) add('operation', () => `operation = ${param(operation)}`);
  if (chamberId) add('chamber', () => `chamber_id = ${param(chamberId)}`);
  if (address?.isRange) add('ip', () => `ip <<= ${param(address.text)}::inet`, false);
  return conditions;
}

/** The entries that name a patient or a record: of each of the two indexes what the other leaves out. */
function namedIn(tenant: string, inRange: string, subject: string, kind: 'patient' | 'record', first: string): string {
  const naming = (condition: string): string => `(select distinct r.entry_id from audit.entry_records r where r.tenant_id = ${tenant} and ${inRange} and ${condition} ${first})`;
  // A request that was refused names the id it asked for without knowing whose it is.
  const asPatient = kind === 'patient' ? `r.patient_id = ${subject}` : `r.patient_id = ${subject} and r.record_id = ${subject}`;
  return `${naming(asPatient)} union all ${naming(`r.record_id = ${subject} and r.patient_id is distinct from r.record_id`)}`;
}

// "Limit 1" keeps the planner from reading the records of the whole trail once, instead of those of each candidate.
const namesToo = (tenant: string, patient: string): string =>
  `(select true from audit.entry_records r where r.tenant_id = ${tenant} and r.entry_id = c.id and (r.patient_id = ${patient} or r.record_id = ${patient}) limit 1)`;

const closedBy = ({ snapshot, highestId, restoredBelow }: ClosedSet, entry: string, param: Param): string => {
  const at = `${param(snapshot)}::pg_snapshot`;
  return `${entry}.id <= ${param(highestId)} and (pg_visible_in_snapshot(${entry}.tx, ${at}) or (${entry}.tx >= pg_snapshot_xmax(${at}) and ${entry}.id < ${param(restoredBelow)}))`;
};

function rangeOf(filter: EntryFilter, order: Search['order'], after: string | null | undefined, param: Param): (id: string) => string {
  const lowest = filter.from ? firstIdAt(filter.from) : LOWEST_ID;
  const highest = filter.to ? firstIdAt(filter.to) : HIGHEST_ID;
  const continues = Boolean(after) && (order === 'asc' ? after! >= lowest : after! < highest);
  const [above, below] = [param(continues && order === 'asc' ? after : lowest), param(continues && order === 'desc' ? after : highest)];
  return (id) => `${id} ${continues && order === 'asc' ? '>' : '>='} ${above} and ${id} < ${below}`;
}

/** How many entries the filter lets through, `most + 1` at the most, up to which id, and the snapshot in which they were counted. */
export function measureStatement(search: Search, most: number): Statement {
  const { candidates, rest, values, param } = planOf(search);
  const matching = rest.length ? ` where ${allOf(rest)}` : '';
  return {
    text: `select count(*)::integer as entries, max(m.id::text collate "C")::uuid as highest_id, pg_current_snapshot()::text as snapshot, now() as now
      from (select c.id from (${candidates(rest.length ? ASKED : 'e.id', 'null')}) c${matching} limit ${param(most + 1)}) m`,
    values,
  };
}
