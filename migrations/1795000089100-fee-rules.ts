import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a visit costs: rules by doctor, chamber, visit type and day, and the free visits after a consultation. */
export class FeeRules1795000089100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.fee_rules (
  tenant_id uuid not null,
  id uuid not null,
  doctor_id uuid,
  chamber_id uuid,
  visit_type text constraint fee_rules__visit_type check (visit_type in ('NEW', 'RETURNING', 'FOLLOW_UP', 'REPORT')),
  amount bigint not null constraint fee_rules__amount check (amount between 0 and 100000000000),
  tax_category text not null constraint fee_rules__tax_category check (tax_category in ('STANDARD', 'ZERO', 'EXEMPT', 'OUT_OF_SCOPE')),
  valid_from date not null,
  valid_until date,
  free_days smallint constraint fee_rules__free_days check (free_days between 1 and 365),
  free_visits smallint constraint fee_rules__free_visits check (free_visits between 1 and 50),
  created_by uuid not null default platform.current_member(),
  created_at timestamptz not null default now(),
  constraint fee_rules__pkey primary key (tenant_id, id),
  constraint fee_rules__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint fee_rules__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint fee_rules__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id),
  constraint fee_rules__valid check (valid_until is null or valid_until >= valid_from),
  constraint fee_rules__free check ((free_days is null) = (free_visits is null) and (free_days is null or (visit_type is not null and visit_type in ('FOLLOW_UP', 'REPORT')))),
  constraint fee_rules__excl exclude using gist (tenant_id with =, (coalesce(doctor_id, '00000000-0000-0000-0000-000000000000')) with =,
    (coalesce(chamber_id, '00000000-0000-0000-0000-000000000000')) with =, (coalesce(visit_type, '')) with =, daterange(valid_from, valid_until, '[]') with &&)
);
comment on table clinic.fee_rules is 'What a visit costs from a day on. No two of one doctor, chamber and visit type hold on the same day. Once it has begun it is ended and another one begins.';
comment on column clinic.fee_rules.tenant_id is 'The practice.';
comment on column clinic.fee_rules.id is 'UUIDv7.';
comment on column clinic.fee_rules.doctor_id is 'With whom; null for every doctor.';
comment on column clinic.fee_rules.chamber_id is 'Where; null for every chamber.';
comment on column clinic.fee_rules.visit_type is 'For what; null for every visit.';
comment on column clinic.fee_rules.amount is 'The fee, in minor units of the practice''s currency.';
comment on column clinic.fee_rules.tax_category is 'How it is taxed.';
comment on column clinic.fee_rules.valid_from is 'The first day on which it holds.';
comment on column clinic.fee_rules.valid_until is 'The last day; null while no end is known.';
comment on column clinic.fee_rules.free_days is 'Within so many days after a consultation the visit is free; null where none is.';
comment on column clinic.fee_rules.free_visits is 'How many such visits are free after one consultation.';
comment on column clinic.fee_rules.created_by is 'The member who made it; set by the database.';
comment on column clinic.fee_rules.created_at is 'When it was made.';
call platform.secure_tenant_table('clinic.fee_rules');

create function clinic.day_where(p_tenant uuid, p_chamber uuid) returns date
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(max((now() at time zone c.time_zone)::date), current_date) from clinic.chambers c where c.tenant_id = p_tenant and (p_chamber is null or c.id = p_chamber);
  end;
comment on function clinic.day_where(uuid, uuid) is 'The day that it is in a chamber, or, when none is told, the latest that it is in any chamber of the practice.';

create function clinic.keep_fee_rule() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Another tenant is for row security to refuse.
  changing constant text[] := array['tenant_id', 'valid_until'];
  rule clinic.fee_rules := coalesce(old, new);
  today constant date := clinic.day_where(rule.tenant_id, rule.chamber_id);
begin
  if (tg_op = 'INSERT' and new.valid_from >= today) or (tg_op = 'DELETE' and old.valid_from > today)
    or (tg_op = 'UPDATE' and to_jsonb(new) - changing = to_jsonb(old) - changing
      and (new.valid_until is not distinct from old.valid_until or (new.valid_until >= today and coalesce(old.valid_until >= today, true)))) then
    return coalesce(new, old);
  end if;
  raise exception using errcode = 'SK091', message = 'what a visit has cost until today stays: a rule that has begun is ended, and another begins';
end $$;
comment on function clinic.keep_fee_rule() is 'Refuses, with SK091, what would change what a visit cost before today, or a rule that has begun in anything but its end.';
create trigger keep_fee_rule before insert or update or delete on clinic.fee_rules for each row execute function clinic.keep_fee_rule();
grant select, delete, insert (tenant_id, id, doctor_id, chamber_id, visit_type, amount, tax_category, valid_from, valid_until, free_days, free_visits), update (valid_until) on clinic.fee_rules to sinduk_app;

create function clinic.free_visits_used(p_tenant uuid, p_consultation uuid, p_visit_type text, p_besides uuid) returns integer
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select 0;
  end;
comment on function clinic.free_visits_used(uuid, uuid, text, uuid) is 'How many visits of a type were free after a consultation, besides one. None is while nothing is invoiced.';

create function clinic.fee_of(p_tenant uuid, p_appointment uuid)
  returns table (rule_id uuid, amount bigint, tax_category text, reason text, free_of_appointment_id uuid)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select r.id, case when f.id is null then r.amount else 0 end, r.tax_category,
      case when r.id is null then 'NO_RULE' when f.id is not null then 'FREE_FOLLOW_UP'
        else 'RULE_OF_' || coalesce(nullif(concat_ws('_AND_', case when r.doctor_id is not null then 'DOCTOR' end, case when r.chamber_id is not null then 'CHAMBER' end, case when r.visit_type is not null then 'VISIT_TYPE' end), ''), 'PRACTICE') end,
      f.id
    from clinic.appointments a
    left join lateral (
      select x.* from clinic.fee_rules x
      where x.tenant_id = p_tenant and coalesce(x.doctor_id = a.doctor_id, true) and coalesce(x.chamber_id = a.chamber_id, true) and coalesce(x.visit_type = a.visit_type, true)
        and a.local_date >= x.valid_from and coalesce(a.local_date <= x.valid_until, true)
      order by x.doctor_id is null, x.chamber_id is null, x.visit_type is null limit 1) r on true
    left join lateral (
      select c.id from clinic.appointments c
      where r.free_days is not null and c.tenant_id = p_tenant and c.patient_id = a.patient_id and c.doctor_id = a.doctor_id and c.id <> a.id
        and c.visit_type in ('NEW', 'RETURNING') and c.status in ('IN_CONSULT', 'COMPLETED')
        and c.local_date between a.local_date - r.free_days and a.local_date and coalesce(c.consult_at < a.consult_at, true)
        and clinic.free_visits_used(p_tenant, c.id, a.visit_type, a.id) < r.free_visits
      order by c.local_date desc, c.consult_at desc, c.id desc limit 1) f on true
    where a.tenant_id = p_tenant and a.id = p_appointment;
  end;
comment on function clinic.fee_of(uuid, uuid) is
  'What an appointment costs by the rules of its day, the most specific first: one that names the doctor, then one that names the chamber, then one that names the visit type. Nothing, where the rule has free visits and one is left of the latest consultation of the patient with the doctor within its days. No row when there is no such appointment.';
grant execute on function clinic.day_where(uuid, uuid), clinic.free_visits_used(uuid, uuid, text, uuid), clinic.fee_of(uuid, uuid) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function clinic.fee_of(uuid, uuid);
drop function clinic.free_visits_used(uuid, uuid, text, uuid);
drop table clinic.fee_rules;
drop function clinic.keep_fee_rule();
drop function clinic.day_where(uuid, uuid);
`);
  }
}
