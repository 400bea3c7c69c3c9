import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

type Changes = ReadonlyArray<readonly [before: string, after: string]>;
const causes: Changes = [['p_credit_note uuid, p_day', 'p_credit_note uuid, p_settlement uuid, p_day']];
const passedOn: Changes = [['p_allocation, p_credit_note, p_day', 'p_allocation, p_credit_note, p_settlement, p_day']];

/** The functions that accrue, each with what it is known by before and after, and what it is for. */
const accruing = [
  {
    name: 'accrue_share', before: 'clinic.invoices, uuid, uuid, uuid, bigint, uuid, uuid, date', after: 'clinic.invoices, uuid, uuid, uuid, bigint, uuid, uuid, uuid, date',
    changes: [...causes, ['allocation_id, credit_note_id, amount', 'allocation_id, credit_note_id, settlement_id, amount'], ['p_allocation, p_credit_note, p_amount', 'p_allocation, p_credit_note, p_settlement, p_amount']] as Changes,
    comment: 'Notes and posts by how much the share of a doctor changed.',
  },
  {
    name: 'accrue_sessions', before: 'clinic.invoices, uuid, clinic.share_rules, uuid, uuid, date', after: 'clinic.invoices, uuid, clinic.share_rules, uuid, uuid, uuid, date',
    changes: [...causes, ...passedOn, ['(select sum(p.amount) from clinic.allocations p where p.tenant_id = i.tenant_id and p.invoice_id = v.invoice_id) > 0', 'clinic.paid_of_invoice(i.tenant_id, v.invoice_id) > 0']] as Changes,
    comment: 'Accrues what a doctor gets for the sessions of an invoice with the first money that pays a visit of them, and takes it back when none is left.',
  },
  {
    name: 'accrue_shares', before: 'uuid, uuid, uuid, uuid, date', after: 'uuid, uuid, uuid, uuid, uuid, date',
    changes: [...causes, ...passedOn, [
      'select coalesce(sum(a.amount), 0) into paid from clinic.allocations a where a.tenant_id = p_tenant and a.invoice_id = p_invoice;', 'paid := clinic.paid_of_invoice(p_tenant, p_invoice);',
    ]] as Changes,
    comment: 'Accrues by how much the shares of doctors in an invoice changed: a share is of the lines of the doctor, without tax and what was credited, in the proportion in which the invoice is paid.',
  },
];
const allocation: Changes = [['new.id, null, new.local_date', 'new.id, null, null, new.local_date']];
const credit: Changes = [['null, new.id, new.local_date', 'null, new.id, null, new.local_date']];

/** What insurers pay of an invoice is money that was had for it: doctors get their share of it as of what patients pay. */
export class InsuredShares1795000101100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.paid_of_invoice(p_tenant uuid, p_invoice uuid) returns bigint
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select (coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = p_tenant and a.invoice_id = p_invoice), 0)
      + coalesce((select sum(c.paid) from clinic.claims c where c.tenant_id = p_tenant and c.invoice_id = p_invoice), 0))::bigint;
  end;
comment on function clinic.paid_of_invoice(uuid, uuid) is 'What payments pay of an invoice, and what insurers have paid of its claims, in minor units.';

alter table clinic.share_accruals
  add column settlement_id uuid,
  drop constraint share_accruals__because,
  add constraint share_accruals__because check (num_nonnulls(allocation_id, credit_note_id, settlement_id) = 1),
  add constraint share_accruals__settlement foreign key (tenant_id, settlement_id) references clinic.claim_settlements (tenant_id, id) not valid;
comment on column clinic.share_accruals.settlement_id is 'Or what an insurer paid of a claim of the invoice.';
${accruing.map(({ name, before, after, changes, comment }) => `${changeFunction(`clinic.${name}(${before})`, changes, { anew: true })}
comment on function clinic.${name}(${after}) is '${comment}';`).join('')}
${changeFunction('clinic.share_allocation()', allocation)}
${changeFunction('clinic.share_credit()', credit)}

create function clinic.share_settlement() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare invoice uuid := (select c.invoice_id from clinic.claims c where c.tenant_id = new.tenant_id and c.id = new.claim_id);
begin
  -- Somebody may pay it at the same moment.
  perform from clinic.invoices i where i.tenant_id = new.tenant_id and i.id = invoice for no key update;
  perform clinic.accrue_shares(new.tenant_id, invoice, null, null, new.id, (select r.local_date from clinic.claim_remittances r where r.tenant_id = new.tenant_id and r.id = new.remittance_id));
  return null;
end $$;
comment on function clinic.share_settlement() is 'Accrues shares when an insurer pays of a claim.';
create trigger share_settlement after insert on clinic.claim_settlements for each row when (new.paid > 0) execute function clinic.share_settlement();

-- What insurers have paid already is caught up on, for the first day that is open.
alter table clinic.tenants no force row level security;
do $catching_up$
declare tenant uuid; settled record;
begin
  for tenant in select t.id from clinic.tenants t order by t.id loop
    perform platform.set_context(tenant, '${NOBODY}');
    for settled in
      select distinct on (c.invoice_id) c.invoice_id, s.id, clinic.first_open_day(tenant, c.chamber_id) as day from clinic.claims c join clinic.claim_settlements s on s.tenant_id = c.tenant_id and s.claim_id = c.id
      where c.tenant_id = tenant and s.paid > 0 order by c.invoice_id, s.id desc
    loop
      perform clinic.accrue_shares(tenant, settled.invoice_id, null, null, settled.id, settled.day);
    end loop;
  end loop;
  set constraints all immediate;
  perform set_config('sinduk.context', '', true);
end $catching_up$;
alter table clinic.tenants force row level security;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger share_settlement on clinic.claim_settlements;
drop function clinic.share_settlement();
${changeFunction('clinic.share_credit()', undone(credit))}
${changeFunction('clinic.share_allocation()', undone(allocation))}
${accruing.map(({ name, before, after, changes, comment }) => `${changeFunction(`clinic.${name}(${after})`, undone(changes), { anew: true })}
comment on function clinic.${name}(${before}) is '${comment}';`).join('')}
alter table clinic.share_accruals
  drop constraint share_accruals__because,
  drop column settlement_id,
  add constraint share_accruals__because check (num_nonnulls(allocation_id, credit_note_id) = 1) not valid;
drop function clinic.paid_of_invoice(uuid, uuid);
`);
  }
}
