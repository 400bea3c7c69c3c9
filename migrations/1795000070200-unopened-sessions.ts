import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Whoever had booked in a session that was never opened did not come, as far as anybody knows; the session itself stays as it was planned. */
export class UnopenedSessions1795000070200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function platform.note_no_shows(p_tenant uuid, p_session uuid, p_ids uuid[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare entered text := coalesce(current_setting('sinduk.context', true), ''); noted integer;
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  perform from clinic.sessions s join clinic.chambers c on c.tenant_id = p_tenant and c.id = s.chamber_id
    where s.tenant_id = p_tenant and s.id = p_session and s.status = 'PLANNED' and s.local_date < (now() at time zone c.time_zone)::date
      and s.ends_at + s.delay_minutes * interval '1 minute' <= now() for no key update of s;
  if found then
    update clinic.appointments a set status = 'NO_SHOW', ended_at = now(), version = a.version + 1
      where a.tenant_id = p_tenant and a.session_id = p_session and a.id = any (p_ids) and a.status = 'BOOKED';
    get diagnostics noted = row_count;
  end if;
  if noted is distinct from cardinality(p_ids) then raise exception using errcode = 'SK064', message = 'the session has changed meanwhile'; end if;
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.note_no_shows(uuid, uuid, uuid[]) is
  'Notes who had booked in a session that was never opened and whose day is over as not having come. Raises SK064 unless that is so of all of them.';
revoke execute on function platform.note_no_shows(uuid, uuid, uuid[]) from public;
grant execute on function platform.note_no_shows(uuid, uuid, uuid[]) to sinduk_audit;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function platform.note_no_shows(uuid, uuid, uuid[]);');
  }
}
