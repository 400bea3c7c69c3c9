import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Follow-ups that become appointments: the day of one is known without opening the prescription, so that the desk, which sees nothing clinical, can book it. */
export class FollowUps1795000086200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.prescriptions add column follow_up_on date,
  add constraint prescriptions__follow_up_on check (follow_up_on is null or status not in ('DRAFT', 'DISCARDED'));
comment on column clinic.prescriptions.follow_up_on is 'The day on which the patient is to come again, where the chamber is; set when it is signed.';
create index prescriptions__follow_ups on clinic.prescriptions (tenant_id, chamber_id, follow_up_on, id) where status = 'SIGNED' and follow_up_on is not null;
grant update (follow_up_on) on clinic.prescriptions to sinduk_app;

create function clinic.standing_follow_up(p_tenant uuid, p_appointment uuid) returns uuid
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select a.id from clinic.appointments a
    where p_appointment is not null and a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, p_appointment) and a.status not in ('CANCELLED', 'EXPIRED', 'NO_SHOW');
  end;
comment on function clinic.standing_follow_up(uuid, uuid) is 'The appointment that stands of a follow-up, which is the one that was booked or what it was moved to; null when that was cancelled, or nobody came.';

create function clinic.keep_follow_up() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> 'SIGNED' or new.follow_up_on is null or clinic.standing_follow_up(old.tenant_id, old.follow_up_appointment_id) is not null
    or not exists (select from clinic.appointments a where a.tenant_id = new.tenant_id and a.id = new.follow_up_appointment_id and a.patient_id = new.patient_id) then
    raise exception using errcode = 'SK074', message = 'only a follow-up of a prescription in force is booked, for its patient, and once';
  end if;
  return new;
end $$;
comment on function clinic.keep_follow_up() is 'Refuses, with SK074, an appointment for a follow-up that is not due: of no prescription in force, of another patient, or booked already.';
create trigger keep_follow_up before update on clinic.prescriptions for each row
  when (old.status <> 'DRAFT' and new.follow_up_appointment_id is distinct from old.follow_up_appointment_id) execute function clinic.keep_follow_up();
grant execute on function clinic.standing_follow_up(uuid, uuid) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger keep_follow_up on clinic.prescriptions;
drop function clinic.keep_follow_up(), clinic.standing_follow_up(uuid, uuid);
alter table clinic.prescriptions drop column follow_up_on;
`);
  }
}
