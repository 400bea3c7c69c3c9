import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const issuing = [[
  `select s.discount_limit into points from clinic.billing_settings_of(new.tenant_id) s;`,
  `points := clinic.limit_for(new.tenant_id, old.updated_by, 'DISCOUNT');`,
]] as const;

const USUAL = `select t.id, u.fiscal_month, u.rounding_unit, u.prices_include_tax, u.tax_rate, 1000, u.refund_limit, u.expense_limit, null, 0
    from clinic.tenants t
    join (values ('BD', 7::smallint, 100::bigint, false, 1500, 100000::bigint, 200000::bigint), ('AE', 1::smallint, 1::bigint, true, 500, 10000::bigint, 20000::bigint))
      as u (country, fiscal_month, rounding_unit, prices_include_tax, tax_rate, refund_limit, expense_limit) on u.country = t.country
    where t.id = p_tenant`;

const settings = (usual: string): string => `
create or replace function clinic.billing_settings_of(p_tenant uuid) returns clinic.billing_settings
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select s.* from clinic.billing_settings s where s.tenant_id = p_tenant
    union all
    ${usual} and not exists (select from clinic.billing_settings s where s.tenant_id = p_tenant);
  end;`;

const approvals = (refundLimit: string, expenseLimit: string): string => `
create or replace function clinic.refund_needs_approval(p_tenant uuid, p_refund uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select r.status = 'REQUESTED' and ((r.method = 'CASH' and p.method <> 'CASH') or ${refundLimit} < (
      select sum(o.amount) from clinic.payments y join clinic.refunds o on o.tenant_id = p_tenant and o.payment_id = y.id
      where y.tenant_id = p_tenant and (y.id = p.id or y.patient_id = p.patient_id) and o.decided_at is null and o.status not in ('REJECTED', 'FAILED')
        and (o.payment_id = r.payment_id or o.requested_at > r.requested_at - interval '24 hours')))
    from clinic.refunds r join clinic.payments p on p.tenant_id = p_tenant and p.id = r.payment_id cross join clinic.billing_settings_of(p_tenant) s
    where r.tenant_id = p_tenant and r.id = p_refund;
  end;
create or replace function clinic.expense_needs_approval(p_tenant uuid, p_expense uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select x.status = 'REQUESTED' and x.amount + coalesce((
        select sum(o.amount) from clinic.expenses o
        where o.tenant_id = p_tenant and o.requested_by = x.requested_by and o.requested_on = x.requested_on and o.status = 'PAID' and o.decided_at is null), 0) > ${expenseLimit}
    from clinic.expenses x cross join clinic.billing_settings_of(p_tenant) s where x.tenant_id = p_tenant and x.id = p_expense;
  end;`;

/** Who raises a limit above which somebody else must approve does not profit from it: for them the limit before holds, until somebody else has set it too. */
export class RaisedLimits1795000104000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.raised_limits (
  tenant_id uuid not null,
  name text not null constraint raised_limits__name check (name in ('DISCOUNT', 'REFUND', 'EXPENSE')),
  former bigint not null,
  raised_by uuid not null,
  raised_at timestamptz not null default now(),
  constraint raised_limits__pkey primary key (tenant_id, name),
  constraint raised_limits__settings foreign key (tenant_id) references clinic.billing_settings (tenant_id),
  constraint raised_limits__raised_by foreign key (tenant_id, raised_by) references clinic.members (tenant_id, id)
);
comment on table clinic.raised_limits is 'Limits of what needs an approval that one person raised, and nobody else has set since; written by the database.';
comment on column clinic.raised_limits.tenant_id is 'The practice.';
comment on column clinic.raised_limits.name is 'Which limit of billing_settings: DISCOUNT, REFUND or EXPENSE.';
comment on column clinic.raised_limits.former is 'The limit before, which still holds for whoever raised it: basis points of a discount, and minor units.';
comment on column clinic.raised_limits.raised_by is 'Who raised it.';
comment on column clinic.raised_limits.raised_at is 'When they did so first.';
call platform.secure_tenant_table('clinic.raised_limits');
grant select, delete on clinic.raised_limits to sinduk_app;
create trigger guard before insert or update or delete on clinic.raised_limits for each row execute function clinic.keep_to_permitted('finances:manage');

create function clinic.keep_raised_limit() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- What the database forgets itself follows from an edit of the settings.
  if session_user = 'sinduk_app' and pg_trigger_depth() = 1 and old.raised_by = platform.current_member() then
    raise exception using errcode = 'SK093', message = 'a limit that was raised is confirmed by somebody else';
  end if;
  return old;
end $$;
comment on function clinic.keep_raised_limit() is 'Refuses, with SK093, that whoever raised a limit confirms it themselves.';
create trigger keep_raised_limit before delete on clinic.raised_limits for each row execute function clinic.keep_raised_limit();

create function clinic.usual_billing_settings(p_tenant uuid) returns clinic.billing_settings
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    ${USUAL};
  end;
comment on function clinic.usual_billing_settings(uuid) is 'How a practice of its country usually bills, with version 0.';
${settings('select u.* from clinic.usual_billing_settings(p_tenant) u where u.tenant_id = p_tenant')}

create function clinic.limit_for(p_tenant uuid, p_member uuid, p_limit text) returns bigint
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select least(case p_limit when 'DISCOUNT' then s.discount_limit::bigint when 'REFUND' then s.refund_limit when 'EXPENSE' then s.expense_limit end,
      (select r.former from clinic.raised_limits r where r.tenant_id = p_tenant and r.name = p_limit and r.raised_by = p_member))
    from clinic.billing_settings_of(p_tenant) s;
  end;
comment on function clinic.limit_for(uuid, uuid, text) is 'Above what that which a member asks for needs an approval: DISCOUNT in basis points, REFUND and EXPENSE in minor units. Where they raised the limit themselves, it is the one before.';

create function clinic.note_raised_limits() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  former clinic.billing_settings := case tg_op when 'UPDATE' then old else clinic.usual_billing_settings(new.tenant_id) end;
  me constant uuid := platform.current_member();
  l record;
begin
  for l in
    select v.name, v.before, v.now
    from (values ('DISCOUNT', former.discount_limit::bigint, new.discount_limit::bigint), ('REFUND', former.refund_limit, new.refund_limit), ('EXPENSE', former.expense_limit, new.expense_limit)) as v (name, before, now)
    where v.before <> v.now
  loop
    -- Somebody else has set it now, or its raiser took it back.
    delete from clinic.raised_limits r where r.tenant_id = new.tenant_id and r.name = l.name and (r.raised_by <> me or l.now <= r.former);
    if l.now > l.before and exists (select from clinic.members m where m.tenant_id = new.tenant_id and m.id <> me and clinic.may_where(new.tenant_id, m.id, null, 'finances:manage')) then
      -- Raised in steps, it is still the one before the first that holds for them.
      insert into clinic.raised_limits (tenant_id, name, former, raised_by) values (new.tenant_id, l.name, l.before, me) on conflict on constraint raised_limits__pkey do nothing;
    end if;
  end loop;
  return null;
end $$;
comment on function clinic.note_raised_limits() is 'Notes who raised a limit, and what it was before, where there is somebody else who could have; forgets it when somebody else sets that limit, or it is no higher any more.';
create trigger note_raised_limits after insert or update on clinic.billing_settings for each row execute function clinic.note_raised_limits();
${approvals(`clinic.limit_for(p_tenant, r.requested_by, 'REFUND')`, `clinic.limit_for(p_tenant, x.requested_by, 'EXPENSE')`).replaceAll(' cross join clinic.billing_settings_of(p_tenant) s', '')}
${changeFunction('clinic.keep_invoice()', issuing)}
grant execute on function clinic.usual_billing_settings(uuid), clinic.limit_for(uuid, uuid, text) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.keep_invoice()', undone(issuing))}
${approvals('s.refund_limit', 's.expense_limit')}
drop trigger note_raised_limits on clinic.billing_settings;
${settings(USUAL)}
drop function clinic.note_raised_limits(), clinic.limit_for(uuid, uuid, text);
drop function clinic.usual_billing_settings(uuid);
drop table clinic.raised_limits;
drop function clinic.keep_raised_limit();
`);
  }
}
