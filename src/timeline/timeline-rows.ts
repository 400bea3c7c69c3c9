import type { Statement } from '../platform/database/statement-group.js';
import { type TimelineKind, branchOf, timelineKinds } from './timeline-branches.js';

/** What a timeline tells of an item before its record is read. */
export interface TimelineRow {
  patient_id: string;
  kind: TimelineKind;
  id: string;
  at: Date;
  /** The same instant in microseconds since 1970, as text: a Date would lose some. */
  micros: string;
  by: string;
}

/** Which items: of these kinds, from an instant on and before another one, struck-out ones or not. */
export type Which = [kinds: TimelineKind[], from: string, before: string, includeEnteredInError: boolean];

/** Where a page begins: after the item at this instant (in microseconds), of this id and kind. */
export type After = [micros: string, id: string, kind: string];

/** After nothing: an instant of the year 2255. */
export const FROM_THE_NEWEST: After = ['9000000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', ''];

const chosen = (kind: TimelineKind): string => {
  const { table, patient = 'patient_id', at, stands, only = 'true' } = branchOf(kind);
  // A kind that was not asked for is not looked at: its first condition does not depend on any row.
  return `from ${table} e where '${kind}' = any ($3::text[]) and e.tenant_id = $1 and e.${patient} = p.id and ${only}
    and e.${at} >= $4 and e.${at} < $5 and (${stands} or $6)`;
};

const slice = (kind: TimelineKind): string => {
  const { at, by } = branchOf(kind);
  return `(select '${kind}' as kind, e.id, e.${at} as at, e.${by} as by ${chosen(kind)}
    and (e.${at}, e.id, '${kind}') < (timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::uuid, $9)
  order by e.${at} desc, e.id desc limit $10)`;
};

const ORDER = 'at desc, id desc, kind desc';

const PAGE = `
select p.id as patient_id, i.kind, i.id, i.at, (extract(epoch from i.at) * 1000000)::bigint as micros, i.by
from unnest($2::uuid[]) as p (id) cross join lateral (
  ${timelineKinds.map(slice).join('\n  union all\n  ')}
  order by ${ORDER} limit $10) i
order by ${ORDER}`;

const COUNT = `
select p.id, (${timelineKinds.map((kind) => `(select count(*) ${chosen(kind)})`).join(' + ')})::integer as total
from unnest($2::uuid[]) as p (id)`;

/** `count` items of each of these patients, the latest first. Each kind gives its own `count` latest at most. */
export const timelinePage = (tenantId: string, patientIds: readonly string[], which: Which, after: After, count: number): Statement =>
  ({ text: PAGE, values: [tenantId, patientIds, ...which, ...after, count] });

/** How many items each of these patients has: rows of `id` and `total`. */
export const timelineCount = (tenantId: string, patientIds: readonly string[], which: Which): Statement =>
  ({ text: COUNT, values: [tenantId, patientIds, ...which] });
