import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Emergency access: who opened it, why and until when. The database reckons the end, an hour ahead at most, and opening
 * it cannot be parted from saying why: no runtime role can write either place, save by the functions here.
 */
export class EmergencyAccess1795000048000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.emergency_accesses (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  session_id uuid not null,
  reason bytea not null,
  started_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  end_reason text constraint emergency_accesses__end_reason check (end_reason in ('ENDED', 'RENEWED', 'SESSION_ENDED')),
  constraint emergency_accesses__pkey primary key (tenant_id, id),
  constraint emergency_accesses__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id),
  constraint emergency_accesses__period check (ends_at > started_at and ends_at <= started_at + interval '1 hour'),
  constraint emergency_accesses__end check ((ended_at is null) = (end_reason is null))
);
create index emergency_accesses__open on clinic.emergency_accesses (tenant_id, member_id) where ended_at is null;
comment on table clinic.emergency_accesses is 'Times in which a member read beyond their role because an emergency demanded it.';
comment on column clinic.emergency_accesses.tenant_id is 'The practice.';
comment on column clinic.emergency_accesses.id is 'UUIDv7.';
comment on column clinic.emergency_accesses.member_id is 'Who.';
comment on column clinic.emergency_accesses.session_id is 'The session in which it was opened; when that ends, so does this.';
comment on column clinic.emergency_accesses.reason is 'Sealed JSON: why.';
comment on column clinic.emergency_accesses.started_at is 'When it was opened.';
comment on column clinic.emergency_accesses.ends_at is 'When it is over by itself, an hour later at most.';
comment on column clinic.emergency_accesses.ended_at is 'When it ended before its time; null when it did not.';
comment on column clinic.emergency_accesses.end_reason is 'What ended it before its time.';
call platform.secure_tenant_table('clinic.emergency_accesses');
grant select on clinic.emergency_accesses to sinduk_app;

create function clinic.begin_emergency(p_id uuid, p_session uuid, p_minutes integer, p_reason bytea) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tenant uuid := platform.current_tenant();
  member uuid := platform.current_member();
begin
  -- The member first: who opens two at once opens one after the other.
  update clinic.members m set emergency_until = now() + make_interval(mins => p_minutes) where m.tenant_id = tenant and m.id = member;
  update clinic.emergency_accesses a set ended_at = now(), end_reason = 'RENEWED'
  where a.tenant_id = tenant and a.member_id = member and a.ended_at is null and a.ends_at > now();
  return query
    insert into clinic.emergency_accesses (tenant_id, id, member_id, session_id, reason, started_at, ends_at)
    values (tenant, p_id, member, p_session, p_reason, now(), now() + make_interval(mins => p_minutes)) returning *;
end $$;
comment on function clinic.begin_emergency(uuid, uuid, integer, bytea) is 'Opens emergency access for the member who entered, for an hour at most; one that was open is over.';

create function clinic.end_emergency(p_member uuid) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.members m set emergency_until = null where m.tenant_id = platform.current_tenant() and m.id = p_member and m.emergency_until > now();
  return query
    update clinic.emergency_accesses a set ended_at = now(), end_reason = 'ENDED'
    where a.tenant_id = platform.current_tenant() and a.member_id = p_member and a.ended_at is null and a.ends_at > now() returning a.*;
end $$;
comment on function clinic.end_emergency(uuid) is 'Ends the emergency access of a member of the practice that was entered; gives it, if there was one.';

create function clinic.end_emergency_of_session() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare entered text := current_setting('sinduk.context', true);
begin
  -- Sessions belong to no practice's context: it is entered for this alone, and whatever was entered before comes back.
  perform platform.set_context(old.tenant_id, old.member_id);
  update clinic.emergency_accesses a set ended_at = now(), end_reason = 'SESSION_ENDED'
  where a.tenant_id = old.tenant_id and a.member_id = old.member_id and a.session_id = old.id and a.ended_at is null and a.ends_at > now();
  -- Whoever is being deactivated can do nothing anyway, and their row is the one whose change ends the session.
  if found and new.end_reason is distinct from 'DEACTIVATED' then
    update clinic.members m set emergency_until = null where m.tenant_id = old.tenant_id and m.id = old.member_id;
  end if;
  perform set_config('sinduk.context', coalesce(entered, ''), true);
  return null;
end $$;
create trigger end_emergency after update of ended_at, tenant_id on auth.sessions
  for each row when (new.ended_at is not null and old.ended_at is null or new.tenant_id <> old.tenant_id)
  execute function clinic.end_emergency_of_session();

grant execute on function clinic.begin_emergency(uuid, uuid, integer, bytea), clinic.end_emergency(uuid) to sinduk_app;
grant execute on function audit.first_id_at(timestamptz) to sinduk_app;

-- Where the partitions of this index were made before, one by one and without a lock, this finds and takes them.
create index entries__emergency on audit.entries (tenant_id, id) where position('EMERGENCY' in actor_roles) > 0;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop index audit.entries__emergency;
revoke execute on function audit.first_id_at(timestamptz) from sinduk_app;
drop trigger end_emergency on auth.sessions;
drop function clinic.end_emergency_of_session(); drop function clinic.end_emergency(uuid); drop function clinic.begin_emergency(uuid, uuid, integer, bytea);
drop table clinic.emergency_accesses;
`);
  }
}
