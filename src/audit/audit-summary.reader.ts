import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput } from '../platform/errors.js';
import { entriesToSum, practiceTimeZone, presentMember } from './audit-query.js';
import type { EntryFilter } from './search-plan.js';
import type { AuditSummary, AuditSummaryGroup, Grouping } from './audit-summary.model.js';
import { keysOpening, presentName } from './opened-entry.js';

/** How many entries one summary looks at. */
export const MOST_SUMMED = 100_000;

/** How many groups it tells. */
export const MOST_GROUPS = 500;

const MOST_GROUPINGS = 2;

interface SumRow {
  searched: number;
  matching: number;
  reached: Date | null;
  person: string | null;
  action: AuditAction | null;
  day: string | null;
  patient: string | null;
  entries: number | null;
  denied: number;
  failed: number;
  first_at: Date;
  last_at: Date;
  member_id: string | null;
  profile: Buffer | null;
}

const expressions: Record<Grouping, string> = {
  PERSON: 'c.actor_user_id', ACTION: 'c.action', DAY: `(c.occurred_at at time zone ${practiceTimeZone})::date`, PATIENT: 'n.patient_id',
};

const columns: Record<Grouping, string> = { PERSON: 'person', ACTION: 'action', DAY: 'day', PATIENT: 'patient' };
const nothing: Record<Grouping, string> = { PERSON: 'null::uuid', ACTION: 'null::text', DAY: 'null::date', PATIENT: 'null::uuid' };

/** Sums the trail up. */
@Injectable()
export class AuditSummaryReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Counts by one or two groupings, of the newest MOST_SUMMED entries at the most; in one statement. */
  async sum(ctx: Ctx, filter: EntryFilter, groupBy: Grouping[]): Promise<AuditSummary> {
    if (!groupBy.length || groupBy.length > MOST_GROUPINGS || new Set(groupBy).size < groupBy.length) {
      throw badInput([{ path: ['groupBy'], reason: 'ONE_OR_TWO_GROUPINGS' }]);
    }
    if (filter.patientId) ctx.disclose('audit-of-patient', filter.patientId, filter.patientId);
    const [rows] = await this.db.read(ctx, sumStatement(ctx.tenantId, filter, groupBy));
    const found = rows as unknown as SumRow[];
    const keys = await keysOpening(this.keyring, ctx.tenantId, found.flatMap(({ profile }) => profile ?? []));
    const groups = found.filter(({ entries }) => entries !== null).slice(0, MOST_GROUPS).map((row) => toGroup(row, keys));
    for (const { patientId } of groups) if (patientId) ctx.disclose('audit-of-patient', patientId, patientId);
    const { searched, matching, reached } = found[0]!;
    const sawAll = searched < MOST_SUMMED;
    return { groups, entries: matching, complete: sawAll && found.length <= MOST_GROUPS, from: sawAll ? null : reached };
  }
}

function sumStatement(tenantId: string, filter: EntryFilter, groupBy: Grouping[]): Statement {
  const { text, values } = entriesToSum({ tenantId, filter, order: 'desc' }, MOST_SUMMED);
  const selected = (Object.keys(columns) as Grouping[]).map((one) => `${groupBy.includes(one) ? expressions[one] : nothing[one]} as ${columns[one]}`).join(', ');
  const grouped = groupBy.map((one) => columns[one]).join(', ');
  const order = groupBy.includes('DAY') ? 'day desc, entries desc' : 'entries desc';
  const naming = `cross join lateral (select distinct r.patient_id from audit.entry_records r where r.tenant_id = $1 and r.entry_id = c.id and r.patient_id is not null) n`;
  return {
    text: `
with chosen as materialized (${text}),
totals as (select count(*)::integer as searched, count(*) filter (where c.matching)::integer as matching, min(c.occurred_at) as reached from chosen c),
groups as (
  select g.person, g.action, g.day, g.patient, count(*)::integer as entries, count(*) filter (where g.outcome = 'DENIED')::integer as denied,
    count(*) filter (where g.outcome = 'FAILED')::integer as failed, min(g.occurred_at) as first_at, max(g.occurred_at) as last_at
  from (select ${selected}, c.outcome, c.occurred_at from chosen c ${groupBy.includes('PATIENT') ? naming : ''} where c.matching) g
  group by g.person, g.action, g.day, g.patient order by ${order}, ${grouped} limit ${MOST_GROUPS + 1}
)
select t.*, g.person, g.action, g.day::text as day, g.patient, g.entries, g.denied, g.failed, g.first_at, g.last_at, m.id as member_id, m.profile
from totals t left join groups g on true ${presentMember('g.person')}
order by ${order}, ${grouped}`,
    values,
  };
}

const toGroup = (row: SumRow, keys: ScopeKeys): AuditSummaryGroup => ({
  person: row.person ? { userId: row.person, memberId: row.member_id, name: presentName(keys, row.member_id, row.profile) } : null,
  action: row.action, day: row.day, patientId: row.patient,
  entries: row.entries!, denied: row.denied, failed: row.failed, firstAt: row.first_at, lastAt: row.last_at,
});
