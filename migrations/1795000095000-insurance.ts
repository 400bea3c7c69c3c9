import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who pays for patients, by which policies, and under which licence a chamber bills them. */
export class Insurance1795000095000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.payers (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null constraint payers__kind check (kind in ('INSURER', 'TPA', 'OTHER')),
  name text not null constraint payers__name_length check (length(name) between 1 and 200),
  payer_code text not null constraint payers__payer_code check (payer_code ~ '^[A-Za-z0-9][A-Za-z0-9/-]{1,29}$'),
  receiver_code text not null constraint payers__receiver_code check (receiver_code ~ '^[A-Za-z0-9][A-Za-z0-9/-]{1,29}$'),
  archived_at timestamptz,
  version integer not null default 1,
  constraint payers__pkey primary key (tenant_id, id),
  constraint payers__name unique (tenant_id, name),
  constraint payers__codes unique (tenant_id, payer_code, receiver_code),
  constraint payers__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.payers is 'Insurers and others who pay for patients.';
comment on column clinic.payers.tenant_id is 'The practice.';
comment on column clinic.payers.id is 'UUIDv7.';
comment on column clinic.payers.kind is 'INSURER; TPA, who administers policies of an insurer; or OTHER.';
comment on column clinic.payers.name is 'Its name.';
comment on column clinic.payers.payer_code is 'The number of the insurer with the health authority, PayerID in claims.';
comment on column clinic.payers.receiver_code is 'The number of who takes the claims, ReceiverID: the insurer itself or its administrator.';
comment on column clinic.payers.archived_at is 'When it was archived; no new policy names it.';
comment on column clinic.payers.version is 'Counts the edits.';

create table clinic.facility_licences (
  tenant_id uuid not null,
  chamber_id uuid not null,
  authority text not null constraint facility_licences__authority check (authority in ('DHA', 'DOH')),
  licence text not null constraint facility_licences__licence check (licence ~ '^[A-Za-z0-9][A-Za-z0-9/-]{1,29}$'),
  version integer not null default 1,
  constraint facility_licences__pkey primary key (tenant_id, chamber_id),
  constraint facility_licences__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
comment on table clinic.facility_licences is 'Under which licence a chamber bills insurers in the United Arab Emirates.';
comment on column clinic.facility_licences.tenant_id is 'The practice.';
comment on column clinic.facility_licences.chamber_id is 'The chamber.';
comment on column clinic.facility_licences.authority is 'DHA, Dubai; or DOH, Abu Dhabi.';
comment on column clinic.facility_licences.licence is 'Its number, SenderID and FacilityID in claims.';
comment on column clinic.facility_licences.version is 'Counts the edits.';

create table clinic.patient_policies (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  payer_id uuid not null,
  details bytea not null,
  valid_until date,
  co_payment integer not null constraint patient_policies__co_payment check (co_payment between 0 and 10000),
  co_payment_most bigint constraint patient_policies__co_payment_most check (co_payment_most between 0 and 100000000000),
  archived_at timestamptz,
  added_by uuid not null default platform.current_member(),
  added_at timestamptz not null default now(),
  version integer not null default 1,
  constraint patient_policies__pkey primary key (tenant_id, id),
  constraint patient_policies__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint patient_policies__payer foreign key (tenant_id, payer_id) references clinic.payers (tenant_id, id),
  constraint patient_policies__added_by foreign key (tenant_id, added_by) references clinic.members (tenant_id, id)
);
create index patient_policies__by_patient on clinic.patient_policies (tenant_id, patient_id, added_at, id);
comment on table clinic.patient_policies is 'By which policies patients are insured.';
comment on column clinic.patient_policies.tenant_id is 'The practice.';
comment on column clinic.patient_policies.id is 'UUIDv7.';
comment on column clinic.patient_policies.patient_id is 'Who is insured.';
comment on column clinic.patient_policies.payer_id is 'Who pays.';
comment on column clinic.patient_policies.details is 'Sealed JSON: the patient''s number with the payer.';
comment on column clinic.patient_policies.valid_until is 'The last day of cover; null when nobody said.';
comment on column clinic.patient_policies.co_payment is 'The part that the patient pays, in basis points.';
comment on column clinic.patient_policies.co_payment_most is 'The most that the patient pays of an invoice, in minor units; null for no limit.';
comment on column clinic.patient_policies.archived_at is 'When it was put aside: it counts no more.';
comment on column clinic.patient_policies.added_by is 'Who added it; set by the database.';
comment on column clinic.patient_policies.added_at is 'When; set by the database.';
comment on column clinic.patient_policies.version is 'Counts the edits.';

call platform.secure_tenant_table('clinic.payers');
call platform.secure_tenant_table('clinic.facility_licences');
call platform.secure_tenant_table('clinic.patient_policies');
call clinic.keep_off_merged_patients('clinic.patient_policies', 'patient_id');
grant select, insert (tenant_id, id, kind, name, payer_code, receiver_code), update (kind, name, payer_code, receiver_code, archived_at, version) on clinic.payers to sinduk_app;
grant select, insert (tenant_id, chamber_id, authority, licence), update (authority, licence, version) on clinic.facility_licences to sinduk_app;
grant select, insert (tenant_id, id, patient_id, payer_id, details, valid_until, co_payment, co_payment_most), update (patient_id, details, valid_until, co_payment, co_payment_most, archived_at, version)
  on clinic.patient_policies to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table clinic.patient_policies, clinic.facility_licences, clinic.payers');
  }
}
