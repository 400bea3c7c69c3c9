import type { Statement } from '../platform/database/statement-group.js';
import { ASKED, type Search, allOf, planOf } from './search-plan.js';

/** How many of an entry's records are listed; an export may name thousands. */
export const RECORDS_SHOWN = 200;

/** How many entries one statement looks at to find those that meet conditions without an index of their own. */
export const SEARCHED_AT_ONCE = 20_000;

/** Up to how many entries are counted. */
export const COUNTED = 10_000;

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
${presentMember('p.actor_user_id')}
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

/** Joins as `m` the last membership that a person had in the practice: whoever left and was hired again has several. */
export const presentMember = (userId: string): string =>
  `left join lateral (select w.id, w.profile from clinic.members w where w.tenant_id = $1 and w.user_id = ${userId} order by w.created_at desc limit 1) m on true`;

/** The clock of the practice's first chamber, or else of its country. */
export const practiceTimeZone = `coalesce((select c.time_zone from clinic.chambers c where c.tenant_id = $1 order by c.created_at, c.id limit 1),
  (select case t.country when 'BD' then 'Asia/Dhaka' when 'AE' then 'Asia/Dubai' end from clinic.tenants t where t.id = $1))`;

/** The last entry that `pageStatement` looked at, when it stopped before the end; no row when it came to the end. Undefined when a page cannot stop early. */
export function frontierStatement(search: Search): Statement | undefined {
  const { ids, rest, values, param } = planOf(search);
  if (!rest.length) return undefined;
  return { text: `select c.id from (${ids(param(SEARCHED_AT_ONCE))}) c order by c.id ${search.order} offset ${param(SEARCHED_AT_ONCE - 1)}`, values };
}

/** How many entries the filter lets through among those looked at, and whether that was all: counting ends at COUNTED, and after SEARCHED_AT_ONCE entries. */
export function countStatement(search: Search): Statement {
  const { candidates, rest, values, param } = planOf(search);
  const most = rest.length ? SEARCHED_AT_ONCE : COUNTED;
  const matching = `count(*) filter (where ${allOf(rest)})`;
  return {
    text: `select least(${matching}, ${COUNTED})::integer as count, ${matching} <= ${COUNTED} and count(*) <= ${most} as exact from (${candidates(rest.length ? ASKED : 'e.id', param(most + 1))}) c`,
    values,
  };
}

/** The newest entries, `most` at the most, that the leading condition finds, each with whether it meets all the others. */
export function entriesToSum(search: Search, most: number): Statement & { values: unknown[] } {
  const { candidates, rest, values, param } = planOf(search);
  return { text: `select c.*, ${allOf(rest)} as matching from (${candidates(`${ASKED}, e.occurred_at`, param(most))}) c`, values };
}

/** How many entries the filter lets through, `most + 1` at the most, up to which id, and the snapshot in which they were counted. */
export function measureStatement(search: Search, most: number): Statement {
  const { candidates, rest, values, param } = planOf(search);
  return {
    text: `select count(*)::integer as entries, max(m.id::text collate "C")::uuid as highest_id, pg_current_snapshot()::text as snapshot, now() as now
      from (select c.id from (${candidates(rest.length ? ASKED : 'e.id', 'null')}) c where ${allOf(rest)} limit ${param(most + 1)}) m`,
    values,
  };
}
