import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const GUARD = 'clinic.guard_appointment()';
const noVersion = [[`'{patient_id,details,version}'`, `'{patient_id,details}'`]] as const;

/** An appointment that is over stays as it is to the last field, none that goes on says when it ended, and only who was seen in a session follows it into the one in its place. */
export class OverIsOver1795000076200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(GUARD, noVersion)}
alter table clinic.appointments add constraint appointments__ended check ((ended_at is not null) = (status in ('CANCELLED', 'NO_SHOW', 'EXPIRED')));

create function clinic.guard_seen_before() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from clinic.appointments a
      join clinic.sessions o on o.tenant_id = new.tenant_id and o.id = a.session_id and o.status = 'CANCELLED'
      join clinic.sessions s on s.tenant_id = new.tenant_id and s.id = new.session_id and s.id <> o.id and s.doctor_id = o.doctor_id and s.chamber_id = o.chamber_id
      where a.tenant_id = new.tenant_id and a.id = new.appointment_id and a.status = 'COMPLETED')
    or exists (select from clinic.appointments a where a.tenant_id = new.tenant_id and a.session_id = new.session_id) then
    raise exception using errcode = 'SK061', message = 'nobody but who was seen follows into a session, when it takes the place of the one in which that was';
  end if;
  return null;
end $$;
comment on function clinic.guard_seen_before() is 'Lets only who was seen in a session of the same doctor that was cancelled be counted in another one, and only before anybody has a place in that.';
-- After the row, when the session that is made in the same statement is there.
create trigger guard after insert on clinic.seen_before for each row execute function clinic.guard_seen_before();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger guard on clinic.seen_before;
drop function clinic.guard_seen_before();
alter table clinic.appointments drop constraint appointments__ended;
${changeFunction(GUARD, undone(noVersion))}
`);
  }
}
