import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Statuses in which an appointment still keeps its place. */
const WAITING = `('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT')`;
/** Statuses in which it takes up the time of its slot. */
const TAKING = `('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED')`;

const added = `(values
  ('DOCTOR', 'appointments:overbook'), ('MANAGER', 'appointments:overbook')
) as added (role, permission)`;

// The update itself changes nothing; its trigger computes the permissions anew. Every tenant has data keys.
const settle = `
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.chamber_assignments set role = role where tenant_id = s.scope;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;`;

/**
 * Appointments. The database itself knows which steps there are, keeps a doctor, a room and a patient from being in two
 * places at once, and gives a patient one place in a session.
 */
export class Appointments1795000061000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
insert into platform.role_permissions (role, permission) select role, permission from ${added};
${settle}

create table platform.appointment_transitions (
  from_status text not null,
  to_status text not null,
  constraint appointment_transitions__pkey primary key (from_status, to_status)
);
comment on table platform.appointment_transitions is 'Every step that an appointment may take from one status to another; from NONE it is made.';
comment on column platform.appointment_transitions.from_status is 'Where it is.';
comment on column platform.appointment_transitions.to_status is 'Where it may go.';
insert into platform.appointment_transitions (from_status, to_status) values
  ('NONE', 'HELD'), ('NONE', 'BOOKED'), ('NONE', 'ARRIVED'),
  ('HELD', 'BOOKED'), ('HELD', 'EXPIRED'), ('HELD', 'CANCELLED'),
  ('BOOKED', 'ARRIVED'), ('BOOKED', 'CANCELLED'), ('BOOKED', 'NO_SHOW'),
  ('ARRIVED', 'CALLED'), ('ARRIVED', 'CANCELLED'), ('ARRIVED', 'NO_SHOW'),
  ('CALLED', 'IN_CONSULT'), ('CALLED', 'SKIPPED'), ('CALLED', 'CANCELLED'), ('CALLED', 'NO_SHOW'),
  ('SKIPPED', 'CALLED'), ('SKIPPED', 'CANCELLED'), ('SKIPPED', 'NO_SHOW'),
  ('IN_CONSULT', 'COMPLETED');

alter table clinic.sessions add constraint sessions__place unique (tenant_id, id, chamber_id, local_date);

create table clinic.appointments (
  tenant_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  doctor_id uuid not null,
  room_id uuid,
  patient_id uuid,
  status text not null constraint appointments__status check (status in
    ('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'EXPIRED')),
  visit_type text not null constraint appointments__visit_type check (visit_type in ('NEW', 'RETURNING', 'FOLLOW_UP', 'REPORT')),
  channel text not null constraint appointments__channel check (channel in ('DESK', 'PHONE', 'ONLINE', 'WALK_IN')),
  series text not null constraint appointments__series check (series in ('GENERAL', 'PHONE', 'ONLINE', 'REPORT')),
  number smallint not null,
  call_order numeric not null,
  slot_from timestamptz,
  slot_until timestamptz,
  overbooked boolean not null default false,
  video boolean not null default false,
  held_until timestamptz,
  details bytea not null,
  rescheduled_from uuid,
  recurrence_id uuid,
  skips smallint not null default 0 constraint appointments__skips check (skips between 0 and 3),
  told_from timestamptz,
  told_until timestamptz,
  booked_by uuid,
  created_at timestamptz not null default now(),
  arrived_at timestamptz,
  called_at timestamptz,
  consult_at timestamptz,
  completed_at timestamptz,
  ended_at timestamptz,
  version integer not null default 1,
  constraint appointments__pkey primary key (tenant_id, id),
  constraint appointments__session foreign key (tenant_id, session_id, chamber_id, local_date) references clinic.sessions (tenant_id, id, chamber_id, local_date),
  constraint appointments__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint appointments__room foreign key (tenant_id, chamber_id, room_id) references clinic.rooms (tenant_id, chamber_id, id),
  constraint appointments__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint appointments__rescheduled_from foreign key (tenant_id, rescheduled_from) references clinic.appointments (tenant_id, id),
  constraint appointments__booked_by foreign key (tenant_id, booked_by) references clinic.members (tenant_id, id),
  constraint appointments__number unique (tenant_id, session_id, number),
  constraint appointments__slot check ((slot_from is null) = (slot_until is null) and (slot_from is null or slot_until > slot_from)),
  constraint appointments__held check (status <> 'HELD' or held_until is not null),
  constraint appointments__doctor__excl exclude using gist (tenant_id with =, doctor_id with =, tstzrange(slot_from, slot_until) with &&)
    where (slot_from is not null and not overbooked and status in ${TAKING}),
  constraint appointments__room__excl exclude using gist (tenant_id with =, room_id with =, tstzrange(slot_from, slot_until) with &&)
    where (slot_from is not null and room_id is not null and not overbooked and status in ${TAKING}),
  constraint appointments__patient__excl exclude using gist (tenant_id with =, patient_id with =, tstzrange(slot_from, slot_until) with &&)
    where (slot_from is not null and patient_id is not null and status in ${TAKING})
);
create unique index appointments__one_place on clinic.appointments (tenant_id, session_id, patient_id) where patient_id is not null and status in ${WAITING};
create unique index appointments__rescheduled_once on clinic.appointments (tenant_id, rescheduled_from) where rescheduled_from is not null;
create index appointments__by_session on clinic.appointments (tenant_id, session_id, call_order);
create index appointments__by_patient on clinic.appointments (tenant_id, patient_id, local_date);
create index appointments__by_day on clinic.appointments (tenant_id, chamber_id, local_date);
create index appointments__by_recurrence on clinic.appointments (tenant_id, recurrence_id) where recurrence_id is not null;
create index appointments__held on clinic.appointments (held_until) where status = 'HELD';
comment on table clinic.appointments is 'A patient''s place in a session: a number to be called by, and in SLOT mode a time.';
comment on column clinic.appointments.tenant_id is 'The practice.';
comment on column clinic.appointments.id is 'UUIDv7, or what a client made.';
comment on column clinic.appointments.session_id is 'The session.';
comment on column clinic.appointments.chamber_id is 'The chamber of the session.';
comment on column clinic.appointments.local_date is 'The day of the session, where the chamber is.';
comment on column clinic.appointments.doctor_id is 'The doctor of the session.';
comment on column clinic.appointments.room_id is 'The room of the session.';
comment on column clinic.appointments.patient_id is 'Whose; null for who booked online until somebody at the desk has seen who they are.';
comment on column clinic.appointments.status is 'How far it has come; what may follow is in platform.appointment_transitions.';
comment on column clinic.appointments.visit_type is 'What the visit is.';
comment on column clinic.appointments.channel is 'How it was booked.';
comment on column clinic.appointments.series is 'Which places of the session it takes up.';
comment on column clinic.appointments.number is 'The number to be called by; never given again in its session.';
comment on column clinic.appointments.call_order is 'In which order patients are called: the number itself, the time of the slot, or where the desk put it.';
comment on column clinic.appointments.slot_from is 'When its slot begins; null in SERIAL mode.';
comment on column clinic.appointments.slot_until is 'When its slot is over.';
comment on column clinic.appointments.overbooked is 'Whether it was booked beyond the capacity, on purpose.';
comment on column clinic.appointments.video is 'Whether it is a visit by video.';
comment on column clinic.appointments.held_until is 'Until when a HELD one keeps its place.';
comment on column clinic.appointments.details is 'Sealed JSON: what it is about, and why it was cancelled; who booked, while that is no patient.';
comment on column clinic.appointments.rescheduled_from is 'The appointment that it takes the place of.';
comment on column clinic.appointments.recurrence_id is 'The same for all that were booked together as a series.';
comment on column clinic.appointments.skips is 'How often the patient was called and did not come.';
comment on column clinic.appointments.told_from is 'On arrival, from when the patient was told to expect their turn.';
comment on column clinic.appointments.told_until is 'On arrival, until when.';
comment on column clinic.appointments.booked_by is 'The member who booked it; null for who booked online.';
comment on column clinic.appointments.created_at is 'When it was made.';
comment on column clinic.appointments.arrived_at is 'When the patient came.';
comment on column clinic.appointments.called_at is 'When they were last called.';
comment on column clinic.appointments.consult_at is 'When the consultation began.';
comment on column clinic.appointments.completed_at is 'When it was over.';
comment on column clinic.appointments.ended_at is 'When it was cancelled, expired, or the patient was noted as not having come.';
comment on column clinic.appointments.version is 'Counts the edits.';

create function clinic.guard_appointment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare came_from text := case when tg_op = 'INSERT' then 'NONE' else old.status end;
begin
  if tg_op = 'UPDATE' and new.status = old.status then
    -- What is over stays as it was; a merge of patients still names its survivor, and new keys seal its details anew.
    if old.status in ('COMPLETED', 'CANCELLED', 'NO_SHOW', 'EXPIRED') and (to_jsonb(new) - '{patient_id,details,version}'::text[]) <> (to_jsonb(old) - '{patient_id,details,version}'::text[]) then
      raise exception using errcode = 'SK061', message = 'an appointment that is ' || old.status || ' stays as it is';
    end if;
    return null;
  end if;
  if not exists (select from platform.appointment_transitions t where t.from_status = came_from and t.to_status = new.status) then
    raise exception using errcode = 'SK061', message = 'an appointment cannot go from ' || came_from || ' to ' || new.status;
  end if;
  return null;
end $$;
-- After the row, so that whose it is has been looked at before.
create trigger guard after insert or update on clinic.appointments for each row execute function clinic.guard_appointment();

-- The session's row tells everybody who waits for news of the queue, once for each change.
create function clinic.tell_appointment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id;
  if tg_op = 'UPDATE' and new.session_id <> old.session_id then
    raise exception using errcode = 'SK061', message = 'an appointment stays in its session';
  end if;
  return null;
end $$;
create trigger tell after insert or update on clinic.appointments for each row execute function clinic.tell_appointment();

call platform.secure_tenant_table('clinic.appointments');
call clinic.keep_off_merged_patients('clinic.appointments', 'patient_id');
grant select, insert, update (patient_id, room_id, doctor_id, status, call_order, held_until, details, skips, told_from, told_until, arrived_at, called_at, consult_at, completed_at, ended_at, video, version)
  on clinic.appointments to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.appointments;
drop function clinic.tell_appointment(); drop function clinic.guard_appointment();
alter table clinic.sessions drop constraint sessions__place;
drop table platform.appointment_transitions;
delete from platform.role_permissions r using ${added} where r.role = added.role and r.permission = added.permission;
${settle}
`);
  }
}
