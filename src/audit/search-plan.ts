import { auditActions, auditOutcomes } from '../platform/context/audit-trail.js';
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
  /** Whether done under emergency access. */
  emergency?: boolean | null;
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

const LATEST_ID_TIME = 2 ** 48 - 1;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The lowest UUIDv7 (RFC 9562) of an instant's millisecond: every entry from then on has this id or a higher one. */
export function firstIdAt(instant: Date): string {
  const time = Math.min(Math.max(instant.getTime(), 0), LATEST_ID_TIME).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** The columns that conditions are about: candidates may be many, and a whole row is long. */
export const ASKED = 'e.id, e.tx, e.actor_user_id, e.actor_member_id, e.session_id, e.action, e.outcome, e.operation, e.chamber_id, e.ip, e.actor_roles';

/** Takes a value and gives its place in the statement. */
export type Param = (value: unknown) => string;

/** The conditions as one; true when there are none. */
export const allOf = (conditions: Array<() => string>): string => conditions.map((condition) => condition()).join(' and ') || 'true';

/** How a search is done. */
export interface Plan {
  /** The entries that the leading condition finds, in order, `limit` at most. */
  candidates: (columns: string, limit: string) => string;
  /** Their ids alone, also where there are records without an entry. */
  ids: (limit: string) => string;
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
export function planOf(search: Search): Plan {
  const { tenantId, filter, order, after, within } = search;
  const values: unknown[] = [];
  const param: Param = (value) => `$${values.push(value)}`;
  const tenant = param(tenantId);
  const inRange = rangeOf(filter, order, after, param);
  const conditions = conditionsOf(filter, tenant, param);
  if (filter.patientId || filter.recordId) return { values, param, ...planByName(search, tenant, inRange, conditions, param) };

  const entries = (columns: string, leading: string[], limit: string): string => {
    const all = [`e.tenant_id = ${tenant}`, inRange('e.id'), ...leading, ...(within ? [closedBy(within, 'e', param)] : [])];
    return `select ${columns} from audit.entries e where ${all.join(' and ')} order by e.id ${order} limit ${limit}`;
  };
  const planned = (candidates: Plan['candidates'], rest: Plan['rest']): Plan => ({ values, param, rest, candidates, ids: (limit) => candidates('e.id', limit) });
  const first = conditions[0]?.leads ? conditions[0] : undefined;
  const actor = conditions.find(({ name }) => name === 'actor');
  const pairs = pairsOf(filter);
  if (pairs && first?.name !== 'session' && (!first || actor || !pairs.some(isEveryday))) {
    const [actions, outcomes] = [param(pairs.map(({ action }) => action)), param(pairs.map(({ outcome }) => outcome))];
    const leading = ['e.action = pair.action', 'e.outcome = pair.outcome', NOTABLE, ...(actor ? [actor.on('e')] : [])];
    return planned((columns, limit) => `select ${columns} from unnest(${actions}::text[], ${outcomes}::text[]) pair (action, outcome)
      cross join lateral (${entries(columns, leading, limit)}) e order by e.id ${order} limit ${limit}`, othersThan(conditions, actor));
  }
  return planned((columns, limit) => entries(columns, first ? [first.on('e')] : [], limit), [...othersThan(conditions, first), ...pairsOn(filter, param)]);
}

/** A patient or a record leads, along the indexes of the records. */
function planByName({ filter, order, within }: Search, tenant: string, inRange: (id: string) => string, conditions: Condition[], param: Param): Pick<Plan, 'candidates' | 'ids' | 'rest'> {
  const { patientId, recordId } = filter;
  const subject = param(recordId ?? patientId);
  const named = (limit: string): string => {
    const first = `order by r.entry_id ${order} limit ${limit}`;
    return recordId ? namingRecord(tenant, inRange('r.entry_id'), subject, first) : namingPatient(tenant, inRange('r.entry_id'), wholePatient(tenant, subject), first);
  };
  const ids = (limit: string): string => `select distinct n.entry_id as id from (${named(limit)}) n order by n.entry_id ${order} limit ${limit}`;
  return {
    ids,
    // "Offset 0" keeps the planner from walking the whole trail in order and asking each entry whether it names the record.
    candidates: (columns, limit) => `select ${columns} from (${ids(limit)}) named
      left join lateral (select e.* from audit.entries e where e.tenant_id = ${tenant} and e.id = named.id offset 0) e on true order by named.id ${order}`,
    rest: [
      // Records can be there without their entry, and must not hide the entries behind them.
      () => 'c.id is not null',
      ...othersThan(conditions, undefined), ...pairsOn(filter, param),
      ...(recordId && patientId ? [() => namesToo(tenant, param(patientId))] : []),
      ...(within ? [() => closedBy(within, 'c', param)] : []),
    ],
  };
}

const othersThan = (conditions: Condition[], leading: Condition | undefined): Plan['rest'] =>
  conditions.filter((condition) => condition !== leading).map(({ on }) => () => on('c'));

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

const pairsOn = ({ action, outcome }: EntryFilter, param: Param): Array<() => string> => [
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
  const { sessionId, actorUserId, actorMemberId, operation, chamberId, ip, emergency } = filter;
  const address = typeof ip === 'string' ? addressRange(ip) : undefined;
  if (sessionId) add('session', () => `session_id = ${param(sessionId)}`);
  if (emergency === true) conditions.push({ name: 'emergency', leads: true, on: inEmergency });
  if (actorUserId) add('actor', () => `actor_user_id = ${param(actorUserId)}`);
  // By the person, who has an index; among what they did, what they did in another membership is left out.
  if (actorMemberId) add('actor', () => `actor_user_id = (select m.user_id from clinic.members m where m.tenant_id = ${tenant} and m.id = ${param(actorMemberId)})`);
  if (address && !address.isRange) add('ip', () => `ip = ${param(address.text)}::inet`);
  if (operation) add('operation', () => `operation = ${param(operation)}`);
  if (chamberId) add('chamber', () => `chamber_id = ${param(chamberId)}`);
  // A refresh, or a request after the session ended, knows the person only.
  if (actorMemberId) conditions.push({ name: 'membership', leads: false, on: (entry) => `(${entry}.actor_member_id is null or ${entry}.actor_member_id = ${param(actorMemberId)})` });
  if (emergency === false) conditions.push({ name: 'emergency', leads: false, on: (entry) => `coalesce(not ${inEmergency(entry)}, true)` });
  if (address?.isRange) add('ip', () => `ip <<= ${param(address.text)}::inet`, false);
  return conditions;
}

/** As the index of such entries says it. */
const inEmergency = (entry: string): string => `position('EMERGENCY' in ${entry}.actor_roles) > 0`;

/** The entries that name a patient under any of these ids (rows with an `id`); `first` says in which order and how many. */
export const namingPatient = (tenant: string, inRange: string, ids: string, first: string): string =>
  // Beside each id, so that every look-up is an equality: an index in the order of ids serves one patient at a time.
  `select e.entry_id from (${ids}) s cross join lateral (${naming(tenant, inRange, 's.id', 'r.patient_id = s.id', first)}) e`;

/** The entries that name a record. */
const namingRecord = (tenant: string, inRange: string, id: string, first: string): string =>
  naming(tenant, inRange, id, `r.patient_id = ${id} and r.record_id = ${id}`, first);

// Of each of the two indexes what the other leaves out: a request that was refused names the id it asked for without knowing whose it is.
function naming(tenant: string, inRange: string, id: string, asPatient: string, first: string): string {
  const named = (condition: string): string => `(select distinct r.entry_id from audit.entry_records r where r.tenant_id = ${tenant} and ${inRange} and ${condition} ${first})`;
  return `${named(asPatient)} union all ${named(`r.record_id = ${id} and r.patient_id is distinct from r.record_id`)}`;
}

/** A patient and, while it stands, those who were merged into them: entries go on naming whom they named. */
const wholePatient = (tenant: string, patient: string): string =>
  `select ${patient}::uuid as id union all select d.id from clinic.patients d where d.tenant_id = ${tenant} and d.merged_into = ${patient}::uuid`;

// "Limit 1" keeps the planner from reading the records of the whole trail once, instead of those of each candidate.
const namesToo = (tenant: string, patient: string): string => {
  const ids = `array(${wholePatient(tenant, patient)})`;
  return `(select true from audit.entry_records r where r.tenant_id = ${tenant} and r.entry_id = c.id and (r.patient_id = any (${ids}) or r.record_id = any (${ids})) limit 1)`;
};

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
