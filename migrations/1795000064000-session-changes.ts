import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was done to whole sessions, and what became of each appointment in them, so that it can be told and, for a while, undone. */
export class SessionChanges1795000064000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.session_changes (
  tenant_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  kind text not null constraint session_changes__kind check (kind in ('DELAY', 'SHIFT', 'CANCEL', 'MOVE')),
  status_before text not null constraint session_changes__status_before check (status_before in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED')),
  minutes smallint,
  minutes_before smallint,
  to_session_id uuid,
  occasion integer not null,
  details bytea not null,
  made_by uuid not null,
  made_at timestamptz not null default now(),
  undo_until timestamptz not null,
  undone_at timestamptz,
  undone_by uuid,
  restored_session_id uuid,
  constraint session_changes__pkey primary key (tenant_id, id),
  constraint session_changes__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id) on delete cascade,
  constraint session_changes__to_session foreign key (tenant_id, to_session_id) references clinic.sessions (tenant_id, id) on delete set null (to_session_id),
  constraint session_changes__restored_session foreign key (tenant_id, restored_session_id) references clinic.sessions (tenant_id, id),
  constraint session_changes__made_by foreign key (tenant_id, made_by) references clinic.members (tenant_id, id),
  constraint session_changes__undone_by foreign key (tenant_id, undone_by) references clinic.members (tenant_id, id),
  constraint session_changes__minutes check ((kind = 'DELAY') = (minutes is not null) and (kind = 'DELAY') = (minutes_before is not null)),
  constraint session_changes__undone check ((undone_at is null) = (undone_by is null))
);
create index session_changes__by_session on clinic.session_changes (tenant_id, session_id);
create index session_changes__by_to_session on clinic.session_changes (tenant_id, to_session_id) where to_session_id is not null;
comment on table clinic.session_changes is 'A doctor was late, or a session was shifted, cancelled, or everybody in it moved to another one.';
comment on column clinic.session_changes.tenant_id is 'The practice.';
comment on column clinic.session_changes.id is 'UUIDv7.';
comment on column clinic.session_changes.session_id is 'The session that was changed; cancelled, unless it was only delayed.';
comment on column clinic.session_changes.kind is 'DELAY: the doctor is late; SHIFT: it takes place at another time; CANCEL: not at all; MOVE: everybody in it is in another one.';
comment on column clinic.session_changes.status_before is 'How far the session had come.';
comment on column clinic.session_changes.minutes is 'By how much the doctor is late.';
comment on column clinic.session_changes.minutes_before is 'By how much the doctor was to be late before.';
comment on column clinic.session_changes.to_session_id is 'The session in which those who were moved are.';
comment on column clinic.session_changes.occasion is 'Version, after the change, of the session in which the appointments then are: tells the messages about it from those about other changes.';
comment on column clinic.session_changes.details is 'Sealed JSON: why.';
comment on column clinic.session_changes.made_by is 'The member who did it.';
comment on column clinic.session_changes.made_at is 'When.';
comment on column clinic.session_changes.undo_until is 'Until when it can be undone; messages leave after it.';
comment on column clinic.session_changes.undone_at is 'When it was undone; null while it stands.';
comment on column clinic.session_changes.undone_by is 'The member who undid it.';
comment on column clinic.session_changes.restored_session_id is 'The session that then took the place of the cancelled one.';

create table clinic.session_change_appointments (
  tenant_id uuid not null,
  change_id uuid not null,
  appointment_id uuid not null,
  outcome text not null constraint session_change_appointments__outcome check (outcome in ('LATER', 'MOVED', 'CANCELLED', 'RELEASED')),
  obstacle text constraint session_change_appointments__obstacle check (obstacle in ('NO_PLACE', 'PATIENT_IS_ELSEWHERE', 'BOOKED_ALREADY', 'GONE_ON')),
  status_before text not null,
  to_appointment_id uuid,
  restored_id uuid,
  constraint session_change_appointments__pkey primary key (tenant_id, change_id, appointment_id),
  constraint session_change_appointments__change foreign key (tenant_id, change_id) references clinic.session_changes (tenant_id, id) on delete cascade,
  constraint session_change_appointments__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint session_change_appointments__to_appointment foreign key (tenant_id, to_appointment_id) references clinic.appointments (tenant_id, id),
  constraint session_change_appointments__restored foreign key (tenant_id, restored_id) references clinic.appointments (tenant_id, id),
  constraint session_change_appointments__moved check ((outcome = 'MOVED') = (to_appointment_id is not null))
);
comment on table clinic.session_change_appointments is 'What became of an appointment when its session was changed.';
comment on column clinic.session_change_appointments.tenant_id is 'The practice.';
comment on column clinic.session_change_appointments.change_id is 'The change.';
comment on column clinic.session_change_appointments.appointment_id is 'The appointment as it was before.';
comment on column clinic.session_change_appointments.outcome is 'LATER: it stands, at a later time; MOVED: another one takes its place; CANCELLED: the patient has none any more; RELEASED: it was only held, and is let go.';
comment on column clinic.session_change_appointments.obstacle is 'What stood in the way of moving it, or of bringing it back.';
comment on column clinic.session_change_appointments.status_before is 'How far it had come.';
comment on column clinic.session_change_appointments.to_appointment_id is 'The appointment that took its place.';
comment on column clinic.session_change_appointments.restored_id is 'The appointment that took its place when the change was undone.';

call platform.secure_tenant_table('clinic.session_changes');
call platform.secure_tenant_table('clinic.session_change_appointments');
grant select, insert, update (undone_at, undone_by, restored_session_id) on clinic.session_changes to sinduk_app;
grant select, insert, update (obstacle, restored_id) on clinic.session_change_appointments to sinduk_app;
-- What tells of a change that is undone is withdrawn, and waits as long as a delay can be undone.
grant update (state, reason) on clinic.messages to sinduk_app;
grant select (tenant_id, session_id, kind, undo_until, undone_at) on clinic.session_changes to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
revoke update (state, reason) on clinic.messages from sinduk_app;
drop table clinic.session_change_appointments, clinic.session_changes;
`);
  }
}
