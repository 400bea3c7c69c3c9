import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';

/** $1 tenant, $2 chambers */
const DOCTORS = `
select c.id as chamber_id, m.id from clinic.chambers c
join clinic.members m on m.tenant_id = $1 and m.status = 'ACTIVE' and clinic.sees_patients($1, m.id, c.id)
where c.tenant_id = $1 and c.id = any ($2::uuid[]) order by m.id`;

/** Finds out who sees patients where. */
@Injectable()
export class ChamberDoctors {
  constructor(private readonly db: TenantDb) {}

  /** The members who see patients in a chamber, now or from a day to come, in the order in which they came; read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, chamberId: string): Promise<string[]> {
    const doctors = (await loadBatched(ctx, this.#doctors, chamberId)) ?? [];
    doctors.forEach((id) => ctx.disclose('member', id));
    return doctors;
  }

  readonly #doctors = async (ctx: Ctx, chamberIds: readonly string[]): Promise<Map<string, string[]>> => {
    const [rows] = await this.db.read(ctx, { text: DOCTORS, values: [ctx.tenantId, chamberIds] });
    const found = new Map<string, string[]>();
    for (const { chamber_id: chamberId, id } of rows as unknown as Array<{ chamber_id: string; id: string }>) found.set(chamberId, [...(found.get(chamberId) ?? []), id]);
    return found;
  };
}
