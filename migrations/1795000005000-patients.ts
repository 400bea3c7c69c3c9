import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Patients with sealed identity and clinical values, their exact-match tokens, counters and idempotency keys. */
export class Patients1795000005000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.counters (
  tenant_id uuid not null,
  name text not null,
  value bigint not null,
  constraint counters__pkey primary key (tenant_id, name),
  constraint counters__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.counters is 'Locked counters: a number is taken by the transaction that uses it.';

create table clinic.patients (
  tenant_id uuid not null,
  id uuid not null,
  mrn bigint not null,
  identity bytea not null,
  clinical bytea not null,
  status text not null default 'ACTIVE' constraint patients__status check (status in ('ACTIVE', 'ARCHIVED')),
  registered_by uuid not null,
  registered_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint patients__pkey primary key (tenant_id, id),
  constraint patients__mrn unique (tenant_id, mrn),
  constraint patients__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint patients__registered_by foreign key (tenant_id, registered_by) references clinic.members (tenant_id, id)
);
create index patients__status on clinic.patients (tenant_id, status, mrn);
comment on table clinic.patients is 'A patient of one practice.';
comment on column clinic.patients.mrn is 'Medical record number, counted per practice; shown as P-000123.';
comment on column clinic.patients.identity is 'Sealed JSON: names, sex, birth, phones, identifiers, address, guardian.';
comment on column clinic.patients.clinical is 'Sealed JSON: blood group and clinical notes.';

create table clinic.patient_tokens (
  tenant_id uuid not null,
  field text not null,
  token bytea not null,
  patient_id uuid not null,
  constraint patient_tokens__pkey primary key (tenant_id, field, token, patient_id),
  constraint patient_tokens__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id)
);
create index patient_tokens__by_patient on clinic.patient_tokens (tenant_id, patient_id);
create unique index patient_tokens__identifier on clinic.patient_tokens (tenant_id, field, token) where field like 'identifier:%';
comment on table clinic.patient_tokens is 'Keyed hashes of phones, their last four digits, and identifiers, for exact match.';

create table clinic.idempotency_keys (
  tenant_id uuid not null,
  key uuid not null,
  operation text not null,
  request_hash bytea not null,
  record_id uuid not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys__pkey primary key (tenant_id, key),
  constraint idempotency_keys__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.idempotency_keys is 'Which record a client''s request made, so that the same request sent again answers the same.';
comment on column clinic.idempotency_keys.request_hash is 'Keyed hash of the request, so that a key cannot be used for another request.';

call platform.secure_tenant_table('clinic.counters');
call platform.secure_tenant_table('clinic.patients');
call platform.secure_tenant_table('clinic.patient_tokens');
call platform.secure_tenant_table('clinic.idempotency_keys');

grant select, insert, update on clinic.counters to sinduk_app;
grant select, insert on clinic.patients to sinduk_app;
grant update (identity, clinical, status, updated_at, version) on clinic.patients to sinduk_app;
grant select, insert, delete on clinic.patient_tokens to sinduk_app;
grant select, insert on clinic.idempotency_keys to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.idempotency_keys, clinic.patient_tokens, clinic.patients, clinic.counters;
`);
  }
}
