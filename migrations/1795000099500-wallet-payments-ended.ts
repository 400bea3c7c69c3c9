import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const ENDED = (tenant: string, id: string) => `exists (select from clinic.wallet_payments w where w.tenant_id = ${tenant} and w.id = ${id} and w.ended_at is not null)`;

// What was ended by hand can have been paid all the same: only background work, which asked the provider, says so.
const late = [
  [`old.status <> 'PENDING' or new.version <> old.version + 1`, `not (old.status = 'PENDING' or (old.status = 'FAILED' and new.status = 'CAPTURED' and session_user <> 'sinduk_app' and ${ENDED('old.tenant_id', 'old.id')})) or new.version <> old.version + 1`],
  ['    new.captured_at := now();', '    new.captured_at := now(); new.failed_at := null;'],
] as const;
const byHand = [['begin\n  raise exception', `begin\n  if new.status = 'FAILED' and ${ENDED('new.tenant_id', 'new.id')} then\n    return new;\n  end if;\n  raise exception`]] as const;
const capturing = [
  [`p.status is distinct from 'PENDING' or w.flag is not null then`, `not coalesce(p.status = 'PENDING' or (p.status = 'FAILED' and w.ended_at is not null), false) or w.flag is not null then`],
  [`next_ask_at = null, outcome = 'CAPTURED' where`, `next_ask_at = null, outcome = 'CAPTURED', flag = case p.status when 'FAILED' then 'CAPTURED_LATE' end, flagged_at = case p.status when 'FAILED' then now() end where`],
] as const;
const flagging = [[`p.status = 'PENDING' for no key update`, `(p.status = 'PENDING' or ${ENDED('p_tenant', 'p_payment')}) for no key update`]] as const;
// A statement that has a payment which nobody knows of has the provider asked at once about those that were given up.
const judging = [[`    else 'MATCHED' end;\n  return new;`, `    else 'MATCHED' end;
  if new.finding = 'UNKNOWN' and new.kind = 'PAYMENT' then
    update clinic.wallet_payments w set next_ask_at = now() from clinic.payments p
    where w.tenant_id = new.tenant_id and w.provider = wallet and w.ended_at is not null and w.checkout_id is not null and w.flag is null and p.tenant_id = w.tenant_id and p.id = w.id and p.status = 'FAILED' and p.amount = new.amount;
  end if;
  return new;`]] as const;
const closing = [['its drawers are closed, and nothing waits for a provider', 'and its drawers are closed']] as const;

const whenCaptured = (before: string): string => `
drop trigger post_payment on clinic.payments;
create trigger post_payment after update on clinic.payments for each row when (${before} and new.status = 'CAPTURED') execute function clinic.post_payment();
drop trigger hold_deposit on clinic.payments;
create trigger hold_deposit after update on clinic.payments for each row when (${before} and new.status = 'CAPTURED' and new.deposit_of is not null) execute function clinic.hold_deposit();`;

const flags = (values: string): string => `alter table clinic.wallet_payments drop constraint wallet_payments__flag, add constraint wallet_payments__flag check (flag in (${values}));`;
const FLAGS = `'AMOUNT_DIFFERS', 'OTHER_CURRENCY', 'OTHER_ORDER', 'REUSED'`;

const obstacles = (waiting: string): string => `
create or replace function clinic.day_obstacles(p_tenant uuid, p_chamber uuid, p_day date) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select jsonb_strip_nulls(jsonb_build_object(
      'drawerIds', (select jsonb_agg(d.id order by d.opened_at, d.id) from clinic.drawers d where d.tenant_id = p_tenant and d.chamber_id = p_chamber and d.status = 'OPEN' and d.local_date <= p_day)${waiting}));
  end;`;

/**
 * What a provider never says anything of, or says otherwise than it was to be, is ended by hand by somebody who did not take it, with a reason, once the provider was asked once more; what it captured all the same is
 * never lost. And nothing that waits for a provider keeps a day from being closed: it counts for the first day that is open.
 */
export class WalletPaymentsEnded1795000099500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.wallet_payments add column ending bytea, add column ended_by uuid, add column ended_at timestamptz,
  add constraint wallet_payments__is_ended check (num_nonnulls(ending, ended_by, ended_at) in (0, 3)),
  add constraint wallet_payments__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id) not valid;
comment on column clinic.wallet_payments.ending is 'Sealed JSON: why it was ended by hand; null unless it was.';
comment on column clinic.wallet_payments.ended_by is 'By whom; set by the database.';
comment on column clinic.wallet_payments.ended_at is 'When; set by the database. What the provider captured all the same is captured here, and flagged.';
create index wallet_payments__ended on clinic.wallet_payments (tenant_id, provider) where ended_at is not null;
${flags(`${FLAGS}, 'CAPTURED_LATE'`)}
grant update (ending) on clinic.wallet_payments to sinduk_app;

create function clinic.end_wallet_payment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare me constant uuid := platform.current_member(); p clinic.payments;
begin
  -- New keys seal it anew, by the owner; another tenant is for row security to refuse.
  if session_user <> 'sinduk_app' or new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select * into p from clinic.payments x where x.tenant_id = new.tenant_id and x.id = new.id for no key update;
  if not coalesce(clinic.may_in(new.tenant_id, me, p.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who manages the finances of the chamber ends a payment by hand';
  end if;
  if p.taken_by = me then
    raise exception using errcode = 'SK093', message = 'nobody ends what they took themselves';
  end if;
  if p.status <> 'PENDING' or old.ending is not null or new.ending is null or coalesce(old.asked_at < now() - interval '5 minutes', true) then
    raise exception using errcode = 'SK095', message = 'a payment is ended by hand while it is pending, once its provider was asked once more';
  end if;
  new.ended_by := me; new.ended_at := now(); new.outcome := 'ENDED';
  new.next_ask_at := case when old.flag is null and old.checkout_id is not null then now() + interval '1 day' end;
  return new;
end $$;
comment on function clinic.end_wallet_payment() is 'Ends a payment at a provider by hand. Refuses, with SK093, whoever took it; with SK095, one that is not pending, or whose provider was not just asked; with SK096, who may not.';
create trigger end_by_hand before update of ending on clinic.wallet_payments for each row execute function clinic.end_wallet_payment();

create function clinic.fail_ended_payment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.payments p set status = 'FAILED', version = p.version + 1 where p.tenant_id = new.tenant_id and p.id = new.id and p.status = 'PENDING';
  return null;
end $$;
comment on function clinic.fail_ended_payment() is 'Fails a payment that was ended by hand.';
create trigger fail_ended after update of ending on clinic.wallet_payments for each row when (old.ended_at is null and new.ended_at is not null) execute function clinic.fail_ended_payment();
${changeFunction('clinic.keep_payment()', late)}
${changeFunction('clinic.keep_to_provider()', byHand)}
${changeFunction('platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text)', capturing)}
${changeFunction('platform.flag_wallet_payment(uuid, uuid, text, text, bigint)', flagging)}
${changeFunction('clinic.judge_statement_line()', judging)}
${changeFunction('clinic.close_day()', closing)}
${whenCaptured(`old.status <> 'CAPTURED'`)}
${obstacles('')}
comment on function clinic.day_obstacles(uuid, uuid, date) is 'What keeps a day of a chamber from being closed: drawers that are open since then.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${obstacles(`,
      'paymentIds', (select jsonb_agg(p.id order by p.created_at, p.id) from clinic.payments p join clinic.chambers c on c.tenant_id = p_tenant and c.id = p_chamber
        where p.tenant_id = p_tenant and p.chamber_id = p_chamber and p.status = 'PENDING' and p.created_at < (p_day + 1)::timestamp at time zone c.time_zone),
      'refundIds', (select jsonb_agg(r.id order by r.requested_at, r.id) from clinic.refunds r join clinic.payments p on p.tenant_id = p_tenant and p.id = r.payment_id join clinic.chambers c on c.tenant_id = p_tenant and c.id = p_chamber
        where r.tenant_id = p_tenant and p.chamber_id = p_chamber and r.status = 'PENDING' and r.requested_at < (p_day + 1)::timestamp at time zone c.time_zone)`)}
comment on function clinic.day_obstacles(uuid, uuid, date) is 'What keeps a day of a chamber from being closed: drawers that are open since then, payments and refunds of until then that wait for a provider.';
${whenCaptured(`old.status = 'PENDING'`)}
${changeFunction('clinic.close_day()', undone(closing))}
${changeFunction('clinic.judge_statement_line()', undone(judging))}
${changeFunction('platform.flag_wallet_payment(uuid, uuid, text, text, bigint)', undone(flagging))}
${changeFunction('platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text)', undone(capturing))}
${changeFunction('clinic.keep_to_provider()', undone(byHand))}
${changeFunction('clinic.keep_payment()', undone(late))}
drop trigger fail_ended on clinic.wallet_payments;
drop trigger end_by_hand on clinic.wallet_payments;
drop function clinic.fail_ended_payment(), clinic.end_wallet_payment();
revoke update (ending) on clinic.wallet_payments from sinduk_app;
${flags(FLAGS)}
alter table clinic.wallet_payments drop column ending, drop column ended_by, drop column ended_at;
`);
  }
}
