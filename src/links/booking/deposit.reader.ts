import { Injectable } from '@nestjs/common';
import { FORMER_APPOINTMENTS } from '../../appointments/former-appointments.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import type { OnlineDeposit } from './deposit.model.js';

/** Of what was booked, wherever that was moved to: $1 tenant, $2 appointments */
const DEPOSITS = `
${FORMER_APPOINTMENTS}
select f.of_id as id, b.id as "appointmentId", b.deposit as amount, b.currency, b.deposit_paid_at as "paidAt",
  case when d.id is null then b.deposit_paid_at is not null and a.status in ('CANCELLED', 'EXPIRED')
    else coalesce(o.status, d.status) = 'REFUNDABLE' and coalesce((select sum(r.amount) from clinic.refunds r where r.tenant_id = $1 and r.payment_id = d.id and r.status = 'PAID'), 0) < d.amount end as "toBeReturned"
from former f join clinic.online_bookings b on b.tenant_id = $1 and b.id = f.id join clinic.appointments a on a.tenant_id = $1 and a.id = clinic.latest_appointment($1, b.id)
left join lateral (select x.* from clinic.deposits x where x.tenant_id = $1 and x.appointment_id = b.id order by x.held_at, x.id limit 1) d on true left join lateral clinic.deposit_outcome($1, d.id) o on true
where b.deposit is not null`;

/** Reads what is to be paid before appointments are booked, of all of an answer at once. */
@Injectable()
export class Deposits {
  constructor(private readonly db: TenantDb) {}

  /** The deposit of an appointment; null for one without. */
  async of(ctx: Ctx, appointmentId: string): Promise<OnlineDeposit | null> {
    return (await loadBatched(ctx, this.#deposits, appointmentId)) ?? null;
  }

  readonly #deposits = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, OnlineDeposit>> => {
    const [rows] = await this.db.read(ctx, { text: DEPOSITS, values: [ctx.tenantId, ids] });
    return new Map((rows as unknown as Array<OnlineDeposit & { id: string }>).map(({ id, ...deposit }) => [id, deposit]));
  };
}
