import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { type EmergencyAccess, type EmergencyRow, toEmergencyAccess } from './emergency-access.model.js';

/** Up to how many patients of one emergency access are counted. */
export const MOST_OPENED = 1_000;

/** $1 tenant, $2 only below this id, $3 how many */
const PAGE = `select a.id, a.member_id, a.session_id, a.reason, a.started_at, a.ends_at, a.ended_at, a.end_reason, a.ends_at <= now() as time_up
from clinic.emergency_accesses a where a.tenant_id = $1 and ($2::uuid is null or a.id < $2) order by a.id desc limit $3`;
const COUNT = 'select count(*)::integer as count from clinic.emergency_accesses a where a.tenant_id = $1';

/** The patients whose records were shown or changed in these accesses, by what the trail says: $1 tenant, $2 accesses */
const OPENED = `
select a.id, opened.patients
from clinic.emergency_accesses a
join clinic.members m on m.tenant_id = a.tenant_id and m.id = a.member_id
cross join lateral (
  select coalesce(array_agg(p.patient_id order by p.first), '{}') as patients
  from (
    select r.patient_id, min(e.id::text) as first
    -- "Offset 0" keeps the planner from reading the records of the whole trail once, instead of those of each entry.
    from audit.entries e cross join lateral (select s.patient_id from audit.entry_records s where s.tenant_id = $1 and s.entry_id = e.id offset 0) r
    where e.tenant_id = $1 and e.actor_user_id = m.user_id and e.actor_member_id = a.member_id and e.outcome = 'SUCCESS' and position('EMERGENCY' in e.actor_roles) > 0
      and e.id >= audit.first_id_at(a.started_at) and e.id < audit.first_id_at(coalesce(a.ended_at, a.ends_at)) and r.patient_id is not null
    group by r.patient_id order by 2 limit ${MOST_OPENED}
  ) p
) opened
where a.tenant_id = $1 and a.id = any ($2::uuid[])`;

/** Tells who opened emergency access, why, and which patients' records they then saw. */
@Injectable()
export class EmergencyReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Every emergency access of the practice, the latest first. */
  async list(ctx: Ctx, args: PageArgs): Promise<Page<EmergencyAccess>> {
    const [rows] = await this.db.read(ctx, { text: PAGE, values: [ctx.tenantId, idOfCursor(args.after), args.first + 1] });
    const found = rows as unknown as EmergencyRow[];
    const keys = await this.keyring.of(ctx.tenantId, found.map(({ reason }) => reason));
    const accesses = found.map((row) => toEmergencyAccess(row, keys.open<{ reason: string }>('clinic.emergency_accesses', row.id, 'reason', row.reason).reason));
    const page = pageOf(accesses, args, async () => {
      const [counted] = await this.db.read(ctx, { text: COUNT, values: [ctx.tenantId] });
      return counted![0]!['count'] as number;
    });
    page.edges.forEach(({ node }) => ctx.disclose('emergency-access', node.id));
    return page;
  }

  /** The patients whose records were shown or changed in one access, in the order in which they were opened, MOST_OPENED at most; read with all that the answer asks for at this moment. */
  async opened(ctx: Ctx, id: string): Promise<string[]> {
    const patients = (await loadBatched(ctx, this.#opened, id)) ?? [];
    patients.forEach((patientId) => ctx.disclose('audit-of-patient', patientId, patientId));
    return patients;
  }

  readonly #opened = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, string[]>> => {
    const [rows] = await this.db.read(ctx, { text: OPENED, values: [ctx.tenantId, ids] });
    return new Map(rows!.map((row) => [row['id'] as string, row['patients'] as string[]]));
  };
}
