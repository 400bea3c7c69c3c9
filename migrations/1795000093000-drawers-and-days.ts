import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Drawers are counted blind and closed, days are closed with their totals, and money is moved between safe, bank and owner. */
export class DrawersAndDays1795000093000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.drawers
  add column denominations bigint[],
  add column pieces integer[],
  add column counted bigint,
  add column expected bigint,
  add column closed_by uuid,
  add column closed_at timestamptz,
  add column closed_on date,
  add constraint drawers__is_closed check (num_nonnulls(denominations, pieces, counted, expected, closed_by, closed_at, closed_on) = case status when 'CLOSED' then 7 else 0 end),
  add constraint drawers__pieces check (cardinality(denominations) = cardinality(pieces) and 0 < all (pieces)),
  add constraint drawers__closed_by foreign key (tenant_id, closed_by) references clinic.members (tenant_id, id) not valid;
comment on column clinic.drawers.denominations is 'Which notes and coins were counted when it was closed, in minor units.';
comment on column clinic.drawers.pieces is 'How many of each.';
comment on column clinic.drawers.counted is 'What was counted, in minor units; set by the database.';
comment on column clinic.drawers.expected is 'What should have been in it by the books; set by the database.';
comment on column clinic.drawers.closed_by is 'Who counted and closed it; set by the database.';
comment on column clinic.drawers.closed_at is 'When; set by the database.';
comment on column clinic.drawers.closed_on is 'The day that the closing counts for, where the chamber is; set by the database.';
grant update (status, denominations, pieces) on clinic.drawers to sinduk_app;

create function clinic.drawer_holds(p_tenant uuid, p_drawer uuid) returns bigint
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(sum(l.amount), 0)::bigint
    from clinic.ledger_entries e join clinic.ledger_lines l on l.tenant_id = p_tenant and l.entry_id = e.id and l.account = 'DRAWER'
    where e.tenant_id = p_tenant and e.source_id in (
      select p_drawer
      union all select p.id from clinic.payments p where p.tenant_id = p_tenant and p.drawer_id = p_drawer
      union all select r.id from clinic.refunds r where r.tenant_id = p_tenant and r.drawer_id = p_drawer);
  end;
comment on function clinic.drawer_holds(uuid, uuid) is 'What should be in a drawer, by what was posted of it.';

create function clinic.denominations(p_currency text) returns bigint[]
  language sql immutable set search_path = pg_catalog, pg_temp
  begin atomic
    select case p_currency when 'BDT' then array[100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100] else array[100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 100, 50, 25] end::bigint[];
  end;
comment on function clinic.denominations(text) is 'The notes and coins of a currency that are in use, in minor units.';

create function clinic.keep_drawer() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  closing constant text[] := array['tenant_id', 'status', 'denominations', 'pieces'];
  me constant uuid := platform.current_member();
  manages constant boolean := coalesce(clinic.may_in(old.tenant_id, me, old.chamber_id, 'finances:manage'), false);
begin
  -- Another tenant is for row security to refuse.
  if to_jsonb(new) - 'tenant_id' = to_jsonb(old) - 'tenant_id' then
    return new;
  end if;
  if old.status <> 'OPEN' or new.status <> 'CLOSED' or to_jsonb(new) - closing <> to_jsonb(old) - closing then
    raise exception using errcode = 'SK091', message = 'a drawer is counted and closed once, and changes no other way';
  end if;
  if not manages and not (me = old.cashier_id and coalesce(clinic.may_in(old.tenant_id, me, old.chamber_id, 'payments:take'), false)) then
    raise exception using errcode = 'SK096', message = 'a drawer is closed by its cashier, or by who manages the finances of the chamber';
  end if;
  if (select count(distinct d) <> count(d) or not coalesce(bool_and(d = any (clinic.denominations(t.currency))), true)
      from clinic.tenants t left join unnest(new.denominations) as d on true where t.id = new.tenant_id group by t.id) then
    raise exception using errcode = 'SK097', message = 'notes and coins of the currency are counted, each once';
  end if;
  new.counted := (select coalesce(sum(u.d * u.p), 0) from unnest(new.denominations, new.pieces) as u (d, p));
  new.expected := clinic.drawer_holds(old.tenant_id, old.id);
  new.closed_by := me; new.closed_at := now(); new.closed_on := clinic.books_today(old.tenant_id, old.chamber_id);
  perform clinic.post_entry(old.tenant_id, old.chamber_id, new.closed_on, 'DRAWER_CLOSED', old.id,
    array[row('SAFE', null, new.counted), row('DRAWER', null, -new.expected), row('OVER_SHORT', null, new.expected - new.counted)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.keep_drawer() is
  'Closes a drawer by what was counted: that goes into the safe, and what is over or short is posted. Refuses, with SK091, every other change; with SK096, whoever may not; with SK097, what is no count of notes and coins.';
create trigger keep_drawer before update on clinic.drawers for each row execute function clinic.keep_drawer();

alter table clinic.day_closings
  add column id uuid not null default gen_random_uuid(),
  add column totals jsonb not null default '{}',
  add constraint day_closings__id unique (tenant_id, id);
comment on column clinic.day_closings.id is 'A random UUID, made by the database.';
comment on column clinic.day_closings.totals is 'By account: debits and credits of the day, and the balance at its end, in minor units; set by the database.';

create function clinic.close_day() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.closed_by, new.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'a day is closed by who manages the finances of the chamber';
  end if;
  -- Whatever is being posted comes before, and is in the totals; whatever comes after finds the day closed.
  perform pg_advisory_xact_lock(hashtextextended('clinic.books ' || new.tenant_id || ' ' || new.chamber_id, 0));
  if new.local_date > clinic.books_today(new.tenant_id, new.chamber_id) or clinic.day_obstacles(new.tenant_id, new.chamber_id, new.local_date) <> '{}' then
    raise exception using errcode = 'SK095', message = 'a day is closed when it has come, its drawers are closed, and nothing waits for a provider';
  end if;
  new.totals := (
    select coalesce(jsonb_object_agg(b.account, jsonb_build_object('debits', b.debits, 'credits', b.credits, 'balance', b.balance)), '{}')
    from (
      select l.account, coalesce(sum(l.amount) filter (where l.local_date = new.local_date and l.amount > 0), 0) as debits, coalesce(-sum(l.amount) filter (where l.local_date = new.local_date and l.amount < 0), 0) as credits, sum(l.amount) as balance
      from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.chamber_id = new.chamber_id and l.local_date <= new.local_date group by l.account) b);
  return new;
end $$;
comment on function clinic.close_day() is 'Closes the books of a day with their totals. Refuses, with SK095, one that is not done; with SK096, whoever may not.';

create function clinic.day_obstacles(p_tenant uuid, p_chamber uuid, p_day date) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select jsonb_strip_nulls(jsonb_build_object(
      'drawerIds', (select jsonb_agg(d.id order by d.opened_at, d.id) from clinic.drawers d where d.tenant_id = p_tenant and d.chamber_id = p_chamber and d.status = 'OPEN' and d.local_date <= p_day),
      'paymentIds', (select jsonb_agg(p.id order by p.created_at, p.id) from clinic.payments p join clinic.chambers c on c.tenant_id = p_tenant and c.id = p_chamber
        where p.tenant_id = p_tenant and p.chamber_id = p_chamber and p.status = 'PENDING' and p.created_at < (p_day + 1)::timestamp at time zone c.time_zone),
      'refundIds', (select jsonb_agg(r.id order by r.requested_at, r.id) from clinic.refunds r join clinic.payments p on p.tenant_id = p_tenant and p.id = r.payment_id join clinic.chambers c on c.tenant_id = p_tenant and c.id = p_chamber
        where r.tenant_id = p_tenant and p.chamber_id = p_chamber and r.status = 'PENDING' and r.requested_at < (p_day + 1)::timestamp at time zone c.time_zone)));
  end;
comment on function clinic.day_obstacles(uuid, uuid, date) is 'What keeps a day of a chamber from being closed: drawers that are open since then, payments and refunds of until then that wait for a provider.';
create trigger close_day before insert on clinic.day_closings for each row execute function clinic.close_day();
create trigger keep_closing before update or delete on clinic.day_closings for each row execute function clinic.keep_ledger();
create trigger keep_closings_whole before truncate on clinic.day_closings for each statement execute function clinic.keep_ledger();
grant insert (tenant_id, chamber_id, local_date) on clinic.day_closings to sinduk_app;

create function clinic.keep_day_closed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.hold_books(new.tenant_id, new.chamber_id);
  if exists (select from clinic.day_closings c where c.tenant_id = new.tenant_id and c.chamber_id = new.chamber_id and c.local_date = new.local_date) then
    raise exception using errcode = 'SK090', message = format('the books of %s are closed', new.local_date);
  end if;
  return new;
end $$;
comment on function clinic.keep_day_closed() is 'Refuses, with SK090, an entry for a day that is closed, whoever makes it.';
create trigger keep_day_closed before insert on clinic.ledger_entries for each row execute function clinic.keep_day_closed();

create table clinic.money_moves (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  from_account text not null constraint money_moves__from check (from_account in ('SAFE', 'BANK', 'OWNER')),
  to_account text not null constraint money_moves__to check (to_account in ('SAFE', 'BANK', 'OWNER')),
  amount bigint not null constraint money_moves__amount check (amount between 1 and 100000000000),
  details bytea not null,
  local_date date not null,
  moved_by uuid not null default platform.current_member(),
  moved_at timestamptz not null default now(),
  constraint money_moves__pkey primary key (tenant_id, id),
  constraint money_moves__elsewhere check (from_account <> to_account),
  constraint money_moves__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint money_moves__moved_by foreign key (tenant_id, moved_by) references clinic.members (tenant_id, id)
);
create index money_moves__by_chamber on clinic.money_moves (tenant_id, chamber_id, moved_at, id);
comment on table clinic.money_moves is 'Money that was moved between the safe of a chamber, its bank, and the owner. It never changes: what was wrong is moved back.';
comment on column clinic.money_moves.tenant_id is 'The practice.';
comment on column clinic.money_moves.id is 'UUIDv7.';
comment on column clinic.money_moves.chamber_id is 'The chamber in whose books it is.';
comment on column clinic.money_moves.from_account is 'Where it came from.';
comment on column clinic.money_moves.to_account is 'Where it went.';
comment on column clinic.money_moves.amount is 'How much, in minor units.';
comment on column clinic.money_moves.details is 'Sealed JSON: a note.';
comment on column clinic.money_moves.local_date is 'The day that it counts for, where the chamber is; set by the database.';
comment on column clinic.money_moves.moved_by is 'Who moved it; set by the database.';
comment on column clinic.money_moves.moved_at is 'When; set by the database.';

create function clinic.move_money() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.moved_by, new.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'money is moved by who manages the finances of the chamber';
  end if;
  new.local_date := clinic.books_today(new.tenant_id, new.chamber_id);
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, 'MONEY_MOVED', new.id, array[row(new.to_account, null, new.amount), row(new.from_account, null, -new.amount)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.move_money() is 'Posts money that was moved. Refuses, with SK096, whoever may not.';
create trigger move_money before insert on clinic.money_moves for each row execute function clinic.move_money();

create function clinic.keep_money_move() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- Rotating keys seals it anew. Another tenant is for row security to refuse.
  if current_user <> 'sinduk_app' and to_jsonb(new) - array['tenant_id', 'details'] = to_jsonb(old) - array['tenant_id', 'details'] then
    return new;
  end if;
  raise exception using errcode = 'SK091', message = 'money that was moved is moved back';
end $$;
comment on function clinic.keep_money_move() is 'Refuses, with SK091, to change money that was moved.';
create trigger keep_money_move before update on clinic.money_moves for each row execute function clinic.keep_money_move();
call platform.secure_tenant_table('clinic.money_moves');
grant select, insert (tenant_id, id, chamber_id, from_account, to_account, amount, details) on clinic.money_moves to sinduk_app;
grant execute on function clinic.drawer_holds(uuid, uuid), clinic.denominations(text), clinic.day_obstacles(uuid, uuid, date) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.money_moves;
drop function clinic.keep_money_move(), clinic.move_money();
drop trigger keep_day_closed on clinic.ledger_entries;
drop trigger close_day on clinic.day_closings; drop trigger keep_closing on clinic.day_closings; drop trigger keep_closings_whole on clinic.day_closings;
revoke insert (tenant_id, chamber_id, local_date) on clinic.day_closings from sinduk_app;
drop function clinic.keep_day_closed(), clinic.close_day(), clinic.day_obstacles(uuid, uuid, date);
alter table clinic.day_closings drop column id, drop column totals;
drop trigger keep_drawer on clinic.drawers;
revoke update (status, denominations, pieces) on clinic.drawers from sinduk_app;
drop function clinic.keep_drawer(), clinic.denominations(text), clinic.drawer_holds(uuid, uuid);
alter table clinic.drawers drop column denominations, drop column pieces, drop column counted, drop column expected, drop column closed_by, drop column closed_at, drop column closed_on;
`);
  }
}
