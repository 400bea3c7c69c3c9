import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const deciding = [[`  -- Small ones add up: the limit is for all that is given back of a payment.
  if old.status = 'REQUESTED' and (select s.refund_limit from clinic.billing_settings_of(new.tenant_id) s) < (
    select coalesce(sum(r.amount), 0) from clinic.refunds r where r.tenant_id = new.tenant_id and r.payment_id = new.payment_id and r.decided_at is null and r.status not in ('REJECTED', 'FAILED')) then
    raise exception using errcode = 'SK093', message = 'a refund above the limit needs an approval';
  end if;`, `  if old.status = 'REQUESTED' then
    -- One after the other, for small ones add up.
    perform pg_advisory_xact_lock(hashtextextended('clinic.refunds ' || new.tenant_id || ' ' || coalesce(p.patient_id, p.id), 0));
    if clinic.refund_needs_approval(new.tenant_id, new.id) then
      raise exception using errcode = 'SK093', message = 'a refund above the limit, or in cash of what came otherwise, needs an approval';
    end if;
  end if;`]] as const;

/**
 * Which refunds somebody else must approve: what is given back to a patient adds up, and so does what is given back of a payment. Cash for what did not come in cash always needs it:
 * whoever sits at the drawer could otherwise write down a payment by card that nobody made, and take its cash.
 */
export class RefundsAddUp1795000100000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.refund_needs_approval(p_tenant uuid, p_refund uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select r.status = 'REQUESTED' and ((r.method = 'CASH' and p.method <> 'CASH') or s.refund_limit < (
      select sum(o.amount) from clinic.payments y join clinic.refunds o on o.tenant_id = p_tenant and o.payment_id = y.id
      where y.tenant_id = p_tenant and (y.id = p.id or y.patient_id = p.patient_id) and o.decided_at is null and o.status not in ('REJECTED', 'FAILED')
        and (o.payment_id = r.payment_id or o.requested_at > r.requested_at - interval '24 hours')))
    from clinic.refunds r join clinic.payments p on p.tenant_id = p_tenant and p.id = r.payment_id cross join clinic.billing_settings_of(p_tenant) s
    where r.tenant_id = p_tenant and r.id = p_refund;
  end;
comment on function clinic.refund_needs_approval(uuid, uuid) is
  'Whether somebody else must approve a refund before it is paid: one in cash of what came otherwise; and one above the limit, with all that is given back without an approval of the same payment, or to the same patient within 24 hours.';
grant execute on function clinic.refund_needs_approval(uuid, uuid) to sinduk_app;
${changeFunction('clinic.keep_refund()', deciding)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.keep_refund()', undone(deciding))}
drop function clinic.refund_needs_approval(uuid, uuid);
`);
  }
}
