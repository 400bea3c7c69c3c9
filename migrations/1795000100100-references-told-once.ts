import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const beginning = [[`    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber takes one';
  end if;`, `    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber takes one';
  end if;
  if (new.method = 'BKASH') <> (new.provider = 'BKASH') or (new.method = 'CASH' and (new.provider <> 'CASH' or new.reference is not null)) then
    raise exception using errcode = 'SK095', message = 'a payment has the references of whom it was paid by, and cash has none';
  end if;`]] as const;
const asking = [[`or (new.method <> 'CASH' and new.provider <> p.provider) then`, `or new.provider <> (case new.method when 'CASH' then 'CASH' else p.provider end) or (new.method = 'CASH' and new.reference is not null) then`]] as const;

/**
 * A transaction is counted once, however its id is written, and nothing but what a provider of wallets says has that provider's references. What was written before stays.
 */
export class ReferencesToldOnce1795000100100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.folded(p_text text) returns text
  language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
  begin atomic
    select regexp_replace(upper(normalize(p_text, nfkc) collate "C"), E'[[:space:][:punct:]\\u2010-\\u2015\\u2212]', '', 'g');
  end;
comment on function clinic.folded(text) is 'A text without what makes no difference where somebody types it off a slip: letter case, width, spaces and signs.';
grant execute on function clinic.folded(text) to sinduk_app;
create index payments__by_folded_reference on clinic.payments (tenant_id, (clinic.folded(reference))) where reference is not null;

create function clinic.count_reference_once() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('clinic.payments ' || new.tenant_id || ' ' || clinic.folded(new.reference), 0));
  if exists (select from clinic.payments p where p.tenant_id = new.tenant_id and p.id <> new.id and p.reference is not null and clinic.folded(p.reference) = clinic.folded(new.reference) and clinic.folded(p.provider) = clinic.folded(new.provider)) then
    raise exception using errcode = 'unique_violation', constraint = 'payments__reference_once', schema = 'clinic', table = 'payments', message = 'another payment has this reference of the provider';
  end if;
  return new;
end $$;
comment on function clinic.count_reference_once() is 'Refuses, as payments__reference_once does, the reference that another payment of the provider has, written in another way.';
create trigger with_reference_once before insert or update of reference on clinic.payments for each row when (new.reference is not null) execute function clinic.count_reference_once();
${changeFunction('clinic.begin_payment()', beginning)}
comment on function clinic.begin_payment() is 'Refuses, with SK096, who may not take payments there; with SK095, the references of somebody else than it is paid by.';
${changeFunction('clinic.request_refund()', asking)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.request_refund()', undone(asking))}
${changeFunction('clinic.begin_payment()', undone(beginning))}
comment on function clinic.begin_payment() is 'Refuses, with SK096, who may not take payments there.';
drop trigger with_reference_once on clinic.payments;
drop function clinic.count_reference_once();
drop index clinic.payments__by_folded_reference;
drop function clinic.folded(text);
`);
  }
}
