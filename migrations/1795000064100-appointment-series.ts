import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was asked for when several appointments were booked together, and on which days there was no place. */
export class AppointmentSeries1795000064100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.appointment_series (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  unit text not null constraint appointment_series__unit check (unit in ('WEEK', 'MONTH')),
  every smallint not null constraint appointment_series__every check (every between 1 and 12),
  first_day date not null,
  last_day date not null,
  missed jsonb not null,
  booked_by uuid not null,
  created_at timestamptz not null default now(),
  constraint appointment_series__pkey primary key (tenant_id, id),
  constraint appointment_series__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint appointment_series__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint appointment_series__booked_by foreign key (tenant_id, booked_by) references clinic.members (tenant_id, id),
  constraint appointment_series__days check (last_day >= first_day)
);
comment on table clinic.appointment_series is 'Appointments that were booked together, one each week or month.';
comment on column clinic.appointment_series.tenant_id is 'The practice.';
comment on column clinic.appointment_series.id is 'UUIDv7; the appointments have it as their recurrence_id.';
comment on column clinic.appointment_series.chamber_id is 'Where.';
comment on column clinic.appointment_series.doctor_id is 'With whom.';
comment on column clinic.appointment_series.unit is 'WEEK: on the same day of the week; MONTH: on the same one of those days in a month.';
comment on column clinic.appointment_series.every is 'Each how many weeks or months.';
comment on column clinic.appointment_series.first_day is 'The first day that was asked for.';
comment on column clinic.appointment_series.last_day is 'The last one.';
comment on column clinic.appointment_series.missed is 'The days on which there was no place, and why: [{"localDate", "obstacle"}].';
comment on column clinic.appointment_series.booked_by is 'The member who booked it.';
comment on column clinic.appointment_series.created_at is 'When.';

call platform.secure_tenant_table('clinic.appointment_series');
grant select, insert on clinic.appointment_series to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table clinic.appointment_series;');
  }
}
