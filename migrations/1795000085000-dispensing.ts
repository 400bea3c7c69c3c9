import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ENTERED = `entered text := coalesce(current_setting('sinduk.context', true), '')`;
/** What was entered before is put back in the end: the practice is entered for this call alone. */
const LEAVE = `perform set_config('sinduk.context', entered, true);`;

/**
 * Verifying prescriptions, and what pharmacies handed out, for whoever holds the paper. The code on it names no practice, so that it stays short:
 * a table outside of all practices leads from its hash to the row, and nobody but two functions, which take the code itself, can look there.
 */
export class Dispensing1795000085000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table platform.prescription_codes (
  code_hash bytea not null constraint prescription_codes__length check (octet_length(code_hash) = 32),
  tenant_id uuid not null,
  prescription_id uuid not null,
  constraint prescription_codes__pkey primary key (code_hash)
);
comment on table platform.prescription_codes is 'Where the code of a signed prescription leads. No role of the running server can read or write it.';
comment on column platform.prescription_codes.code_hash is 'SHA-256 of the code, which holds 130 random bits.';
comment on column platform.prescription_codes.tenant_id is 'The practice.';
comment on column platform.prescription_codes.prescription_id is 'The prescription.';
drop index clinic.prescriptions__by_code;

create function platform.keep_prescription_code() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into platform.prescription_codes (code_hash, tenant_id, prescription_id) values (new.code_hash, new.tenant_id, new.id);
  return null;
end $$;
comment on function platform.keep_prescription_code() is 'Keeps where the code of a prescription leads that is being signed.';
create trigger keep_prescription_code after update on clinic.prescriptions for each row when (old.status = 'DRAFT' and new.status = 'SIGNED') execute function platform.keep_prescription_code();

do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '${NOBODY}' loop
    perform platform.set_context(s.scope, '${NOBODY}');
    insert into platform.prescription_codes select p.code_hash, p.tenant_id, p.id from clinic.prescriptions p where p.tenant_id = s.scope and p.code_hash is not null;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;

create table clinic.dispensings (
  tenant_id uuid not null,
  id uuid not null,
  prescription_id uuid not null,
  item_ids uuid[] not null,
  quantities numeric(9, 3)[] not null,
  pharmacy bytea not null,
  request_key uuid not null,
  request_hash bytea not null,
  recorded_at timestamptz not null default now(),
  voided_by uuid,
  voided_at timestamptz,
  void_reason bytea,
  constraint dispensings__pkey primary key (tenant_id, id),
  constraint dispensings__request unique (tenant_id, prescription_id, request_key),
  constraint dispensings__items check (cardinality(item_ids) between 1 and 30 and cardinality(item_ids) = cardinality(quantities) and 0 < all (quantities)),
  constraint dispensings__voided check (num_nonnulls(voided_by, voided_at, void_reason) in (0, 3)),
  constraint dispensings__prescription foreign key (tenant_id, prescription_id) references clinic.prescriptions (tenant_id, id),
  constraint dispensings__voided_by foreign key (tenant_id, voided_by) references clinic.members (tenant_id, id)
);
comment on table clinic.dispensings is 'What pharmacies said that they handed out. Nothing of it changes but that the practice may declare it void.';
comment on column clinic.dispensings.tenant_id is 'The practice.';
comment on column clinic.dispensings.id is 'UUIDv7.';
comment on column clinic.dispensings.prescription_id is 'The version that was dispensed.';
comment on column clinic.dispensings.item_ids is 'The items of it that something was handed out of.';
comment on column clinic.dispensings.quantities is 'How much of each, in the unit of the item.';
comment on column clinic.dispensings.pharmacy is 'Sealed JSON: who handed it out, as they said.';
comment on column clinic.dispensings.request_key is 'The key of the request, by which it is recorded once.';
comment on column clinic.dispensings.request_hash is 'Keyed hash of the request, which tells it from another one under the same key.';
comment on column clinic.dispensings.recorded_at is 'When it was recorded.';
comment on column clinic.dispensings.voided_by is 'The member who declared it void; set by the database.';
comment on column clinic.dispensings.voided_at is 'When it was declared void; set by the database.';
comment on column clinic.dispensings.void_reason is 'Sealed JSON: why.';
call platform.secure_tenant_table('clinic.dispensings');

create function clinic.keep_dispensing() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
-- Rotating keys seals it anew. Another tenant is for row security to refuse.
declare resealed constant text[] := array['tenant_id', 'pharmacy', 'void_reason'];
begin
  if current_user <> 'sinduk_app' then
    if to_jsonb(new) - resealed = to_jsonb(old) - resealed then return new; end if;
  elsif old.voided_at is null and new.void_reason is not null then
    new.voided_by := platform.current_member();
    new.voided_at := now();
    return new;
  end if;
  raise exception using errcode = 'SK085', message = 'what was recorded as handed out stays, and is declared void once';
end $$;
comment on function clinic.keep_dispensing() is 'Refuses, with SK085, every change of what was handed out but to declare it void; stamps who did, and when.';
create trigger keep_dispensing before update on clinic.dispensings for each row execute function clinic.keep_dispensing();
grant select, update (void_reason) on clinic.dispensings to sinduk_app;

create function platform.prescription_by_code(p_code bytea)
  returns table (tenant_id uuid, id uuid, patient_id uuid, status text, number bigint, content_hash bytea, signed bytea, signing_key_id uuid, public_key bytea, dispensed jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; c platform.prescription_codes;
begin
  select k.* into c from platform.prescription_codes k where k.code_hash = sha256(p_code);
  if c.code_hash is null then return; end if;
  perform platform.set_context(c.tenant_id, '${NOBODY}');
  return query
    with recursive versions as (
      select p.*, 0 as depth from clinic.prescriptions p where p.tenant_id = c.tenant_id and p.id = c.prescription_id and p.code_hash = c.code_hash
      union all
      select p.*, v.depth + 1 from versions v join clinic.prescriptions p on p.tenant_id = c.tenant_id and p.id = v.amends)
    select v.tenant_id, v.id, v.patient_id, v.status, v.number, v.content_hash, v.signed, v.signing_key_id, k.public_key, coalesce(d.items, '[]')
    from versions v
    join clinic.signing_keys k on k.tenant_id = c.tenant_id and k.id = v.signing_key_id
    cross join lateral (
      select jsonb_agg(jsonb_build_object('itemId', i.item_id, 'quantity', i.quantity::text)) as items
      from (select u.item_id, sum(u.quantity) as quantity from clinic.dispensings x, unnest(x.item_ids, x.quantities) as u (item_id, quantity)
        where x.tenant_id = c.tenant_id and x.prescription_id = v.id and x.voided_at is null group by 1) i) d
    where v.depth = 0 or d.items is not null
    order by v.depth;
  ${LEAVE}
end $$;
comment on function platform.prescription_by_code(bytea) is
  'For whoever has the code of a prescription: what is signed, by which key, and what was handed out of each item; and the same of those versions before it of which something was handed out. No row when there is no such code.';

create function platform.record_dispensing(p_code bytea, p_id uuid, p_key uuid, p_hash bytea, p_pharmacy bytea, p_items uuid[], p_quantities numeric[], p_most numeric[])
  returns table (outcome text, dispensing_id uuid, recorded_at timestamptz, item_id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; c platform.prescription_codes; p clinic.prescriptions; before clinic.dispensings;
begin
  select k.* into c from platform.prescription_codes k where k.code_hash = sha256(p_code);
  if c.code_hash is null then return; end if;
  perform platform.set_context(c.tenant_id, '${NOBODY}');
  -- One after the other, so that nobody hands out what somebody else has just handed out, nor of a version that is just being superseded.
  select x.* into p from clinic.prescriptions x where x.tenant_id = c.tenant_id and x.id = c.prescription_id for no key update;
  select d.* into before from clinic.dispensings d where d.tenant_id = c.tenant_id and d.prescription_id = p.id and d.request_key = p_key;
  if before.id is not null then
    outcome := case when before.request_hash = p_hash then 'KNOWN' else 'KEY_USED' end;
    dispensing_id := before.id; recorded_at := before.recorded_at;
  elsif p.status <> 'SIGNED' then
    outcome := p.status;
  else
    select g.item_id into item_id from unnest(p_items, p_quantities, p_most) with ordinality as g (item_id, quantity, most, place)
    where g.most is not null and g.quantity + coalesce((
      select sum(u.quantity) from clinic.dispensings d, unnest(d.item_ids, d.quantities) as u (item_id, quantity)
      where d.tenant_id = c.tenant_id and d.prescription_id = p.id and d.voided_at is null and u.item_id = g.item_id), 0) > g.most
    order by g.place limit 1;
    outcome := case when item_id is null then 'RECORDED' else 'MORE_THAN_LEFT' end;
    if item_id is null then
      insert into clinic.dispensings as d (tenant_id, id, prescription_id, item_ids, quantities, pharmacy, request_key, request_hash)
      values (c.tenant_id, p_id, p.id, p_items, p_quantities, p_pharmacy, p_key, p_hash) returning d.id, d.recorded_at into dispensing_id, recorded_at;
    end if;
  end if;
  ${LEAVE}
  return next;
end $$;
comment on function platform.record_dispensing(bytea, uuid, uuid, bytea, bytea, uuid[], numeric[], numeric[]) is
  'Records what was handed out, for whoever has the code: RECORDED; KNOWN when the same request did before; KEY_USED; the status of a prescription that is not in force; MORE_THAN_LEFT when an item would get beyond the most of it that is handed out of this version. No row when there is no such code.';
grant execute on function platform.prescription_by_code(bytea), platform.record_dispensing(bytea, uuid, uuid, bytea, bytea, uuid[], numeric[], numeric[]) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.record_dispensing(bytea, uuid, uuid, bytea, bytea, uuid[], numeric[], numeric[]), platform.prescription_by_code(bytea);
drop table clinic.dispensings;
drop function clinic.keep_dispensing();
drop trigger keep_prescription_code on clinic.prescriptions;
drop function platform.keep_prescription_code();
drop table platform.prescription_codes;
create index prescriptions__by_code on clinic.prescriptions (code_hash);
`);
  }
}
