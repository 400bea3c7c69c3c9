import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a day begins where a chamber is. */
const NOT_BEGUN = `
  select from clinic.chambers c where c.tenant_id = new.tenant_id and c.id = new.chamber_id and new.local_date::timestamp at time zone c.time_zone > now()`;

/** Nothing of a session happens before its day begins where its chamber is: nobody comes, is called, or stays away. */
export class NotBeforeTheDay1795000072000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.guard_session_day() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.status = old.status then return null; end if;
  if exists (${NOT_BEGUN}) then
    raise exception using errcode = 'SK060', message = 'the day of the session has not begun';
  end if;
  return null;
end $$;
comment on function clinic.guard_session_day() is 'Refuses to open, start, pause or close a session before its day.';
create trigger guard_day after insert or update of status on clinic.sessions for each row
  when (new.status in ('OPEN', 'RUNNING', 'PAUSED', 'CLOSED')) execute function clinic.guard_session_day();

create function clinic.guard_appointment_day() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.status = old.status then return null; end if;
  if exists (${NOT_BEGUN}) then
    raise exception using errcode = 'SK061', message = 'the day of the appointment has not begun';
  end if;
  return null;
end $$;
comment on function clinic.guard_appointment_day() is 'Refuses to note before the day of an appointment that the patient has come, was called, or has not come.';
create trigger guard_day after insert or update of status on clinic.appointments for each row
  when (new.status in ('ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED', 'NO_SHOW')) execute function clinic.guard_appointment_day();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger guard_day on clinic.appointments; drop trigger guard_day on clinic.sessions;
drop function clinic.guard_appointment_day(); drop function clinic.guard_session_day();
`);
  }
}
