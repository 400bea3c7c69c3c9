import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput } from '../platform/errors.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import type { IncidentInput, IncidentPatient, IncidentRecords } from './incident.model.js';
import { firstIdAt } from './search-plan.js';

/** By what an incident is told from everything else in its time; $4 is the value. Each has an index in the order of what it looks for. */
const leads = {
  memberId: `e.actor_user_id = (select m.user_id from clinic.members m where m.tenant_id = $1 and m.id = $4::uuid) and (e.actor_member_id is null or e.actor_member_id = $4::uuid)`,
  userId: 'e.actor_user_id = $4::uuid',
  sessionId: 'e.session_id = $4::uuid',
  // As a range of addresses, which is one of the index.
  address: 'e.ip >= host(network($4::inet))::inet and e.ip <= host(broadcast($4::inet))::inet',
} as const;
type Lead = keyof typeof leads;

const READING = `('VIEWED', 'EXPORTED', 'PRINTED')`;

/** $1 tenant, $2 lowest and $3 highest id of the time, $4 who or from where */
const concerned = (lead: Lead): string => `
with chosen as materialized (
  select e.id, e.occurred_at, e.action, e.outcome = 'SUCCESS' as done from audit.entries e where e.tenant_id = $1 and e.id >= $2 and e.id < $3 and ${leads[lead]}
), named as (
  select c.id, c.occurred_at, c.action, c.done, r.record_type, coalesce(r.patient_id, r.record_id) as patient_id
  -- "Offset 0" keeps the planner from reading the records of the whole trail once, instead of those of each entry.
  from chosen c cross join lateral (select s.record_type, s.record_id, s.patient_id from audit.entry_records s where s.tenant_id = $1 and s.entry_id = c.id offset 0) r
  -- What was refused names ids without knowing whose they are.
  where r.patient_id is not null or (not c.done and r.record_type like 'requested:%')
), kinds as (
  select k.patient_id, jsonb_agg(jsonb_build_object('type', k.record_type, 'seen', k.seen, 'changed', k.changed) order by k.record_type) as records
  from (select n.patient_id, n.record_type, count(distinct n.id) filter (where n.action in ${READING}) as seen, count(distinct n.id) filter (where n.action not in ${READING}) as changed
    from named n where n.done group by n.patient_id, n.record_type) k
  group by k.patient_id
), patients as (
  select n.patient_id as id, bool_or(n.done) as affected, min(n.occurred_at) as first_at, max(n.occurred_at) as last_at,
    coalesce(bool_or(n.action = 'EXPORTED') filter (where n.done), false) as exported, coalesce(bool_or(n.action = 'PRINTED') filter (where n.done), false) as printed,
    count(distinct n.id) filter (where not n.done)::integer as refused
  from named n join clinic.patients p on p.tenant_id = $1 and p.id = n.patient_id group by n.patient_id
)`;

const patientsOf = (lead: Lead): string => `${concerned(lead)}
select p.id, p.affected, p.first_at, p.last_at, p.exported, p.printed, p.refused, coalesce(k.records, '[]') as records
from patients p left join kinds k on k.patient_id = p.id where ($5::uuid is null or p.id > $5) order by p.id limit $6`;

const counts = (lead: Lead): string => `${concerned(lead)} select count(*)::integer as total, (count(*) filter (where p.affected))::integer as affected from patients p`;

interface PatientRow {
  id: string;
  affected: boolean;
  first_at: Date;
  last_at: Date;
  exported: boolean;
  printed: boolean;
  refused: number;
  records: IncidentRecords[];
}

/** A page of patients whom an incident concerns. */
export interface IncidentPage extends Page<IncidentPatient> {
  affected: () => Promise<number>;
}

/** Tells from the trail which patients an incident concerns. Whoever is told of is in the audit entry of the answer. */
@Injectable()
export class IncidentReader {
  constructor(private readonly db: TenantDb) {}

  /** The patients concerned, in the order in which they were registered. */
  async page(ctx: Ctx, incident: IncidentInput, args: PageArgs): Promise<IncidentPage> {
    const patients = await this.#read(ctx, incident, idOfCursor(args.after), args.first + 1);
    let counting: Promise<{ total: number; affected: number }> | undefined;
    const counted = (): Promise<{ total: number; affected: number }> => (counting ??= this.#count(ctx, incident));
    const shown = pageOf(patients, args, async () => (await counted()).total);
    shown.edges.forEach(({ node }) => ctx.disclose('audit-of-patient', node.id, node.id));
    return Object.assign(shown, { affected: async () => (await counted()).affected });
  }

  /** All the patients concerned. */
  async all(ctx: Ctx, incident: IncidentInput): Promise<IncidentPatient[]> {
    const patients = await this.#read(ctx, incident, null, null);
    patients.forEach(({ id }) => ctx.disclose('audit-of-patient', id, id));
    return patients;
  }

  async #read(ctx: Ctx, incident: IncidentInput, after: string | null, limit: number | null): Promise<IncidentPatient[]> {
    const [rows] = await this.db.read(ctx, incidentStatement(ctx.tenantId, incident, after, limit));
    return (rows as unknown as PatientRow[]).map((row) => ({
      id: row.id, affected: row.affected, records: row.records, firstAt: row.first_at, lastAt: row.last_at, exported: row.exported, printed: row.printed, refusedAttempts: row.refused,
    }));
  }

  async #count(ctx: Ctx, incident: IncidentInput): Promise<{ total: number; affected: number }> {
    const { lead, values } = asked(ctx.tenantId, incident);
    const [rows] = await this.db.read(ctx, { text: counts(lead), values });
    return rows![0] as { total: number; affected: number };
  }
}

/** The patients whom an incident concerns, after an id, `limit` at most. */
export function incidentStatement(tenantId: string, incident: IncidentInput, after: string | null, limit: number | null): Statement {
  const { lead, values } = asked(tenantId, incident);
  return { text: patientsOf(lead), values: [...values, after, limit] };
}

function asked(tenantId: string, incident: IncidentInput): { lead: Lead; values: unknown[] } {
  const given = (Object.keys(leads) as Lead[]).filter((lead) => typeof incident[lead] === 'string');
  const [lead, ...others] = given;
  if (!lead || others.length) throw badInput([{ path: ['incident'], reason: 'EXACTLY_ONE_REQUIRED' }]);
  return { lead, values: [tenantId, firstIdAt(incident.from), firstIdAt(incident.to), incident[lead]] };
}
