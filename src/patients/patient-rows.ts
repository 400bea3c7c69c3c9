import type { PatientStatus } from './patient.enums.js';

/** A row of `clinic.patients` as the driver gives it. */
export interface PatientRow {
  id: string;
  /** bigint, as text */
  mrn: string;
  identity: Buffer;
  clinical: Buffer;
  status: PatientStatus;
  merged_into: string | null;
  registered_at: Date;
  updated_at: Date;
  version: number;
}

/** The columns of a PatientRow, of clinic.patients as p. */
export const COLUMNS = 'p.id, p.mrn, p.identity, p.clinical, p.status, p.merged_into, p.registered_at, p.updated_at, p.version';

/** A patient whom a key finds; for one who is found by what a patient merged into them was known by, that one's id and identity too. */
export interface FoundRow extends PatientRow {
  found_as: string | null;
  found_by: Buffer | null;
}

/**
 * The patient k of the tenant $1 whom a condition tells, and beside them the patient p whom that finds: k, or whoever k was
 * merged into. LIMIT, and a column of its own for whom it is, keep the planner on the primary key.
 */
export const whoItIs = (condition: string): string => `(
  select k.*, coalesce(k.merged_into, k.id) as who from clinic.patients k where k.tenant_id = $1 and ${condition} limit 1
) k cross join lateral (
  select p.* from clinic.patients p where p.tenant_id = $1 and p.id = k.who limit 1
) p`;
export const FOUND_COLUMNS = `${COLUMNS}, case when k.id <> p.id then k.id end as found_as, case when k.id <> p.id then k.identity end as found_by`;

export const PATIENT_BY_ID = `select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id = $2`;

/** $1 tenant, $2 ids */
export const PATIENTS_BY_ID = `select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id = any ($2::uuid[])`;

export const PATIENT_BY_MRN = `select ${FOUND_COLUMNS} from ${whoItIs('k.mrn = $2')}`;

/** The patients whose ids a query tells: $1 tenant, $2 the query's own */
export const patientsOf = (ids: string): string => `
select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id in (${ids})`;

/**
 * The same to be changed. The rows come, and are locked, in the order of their
 * ids, so that two who want the same patients never wait for each other in a circle. The lock is the strongest one, for it
 * must keep off rows that are being written for these patients.
 */
export const patientsToMerge = (ids: string): string => `
select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.id in (${ids}) order by p.id for update of p`;

// The lock makes two edits of one version meet: the later one then sees the version that the earlier one left.
export const PATIENT_TO_CHANGE = `${PATIENT_BY_ID} for no key update`;

/** Each patient once: $1 tenant, $2 field, $3 token, $4 how many, $5 id of the patient after whom to go on, or null */
export const PATIENTS_BY_TOKEN = `
select distinct on (p.mrn) ${FOUND_COLUMNS} from clinic.patient_tokens t
cross join lateral ${whoItIs('k.id = t.patient_id')}
where t.tenant_id = $1 and t.field = $2 and t.token = $3
  and ($5::uuid is null or p.mrn < (select c.mrn from clinic.patients c where c.tenant_id = $1 and c.id = $5))
order by p.mrn desc, k.id <> p.id limit $4`;

/** Those who were merged into these patients, in the order of their registration: $1 tenant, $2 patients */
export const MERGED_INTO = `select ${COLUMNS} from clinic.patients p where p.tenant_id = $1 and p.merged_into = any ($2::uuid[]) order by p.mrn`;

/** Who is found by a telephone number that one of these patients is found by too, save those merged into others, the newest first: $1 tenant, $2 patients, $3 how many for each */
export const PATIENTS_SHARING_PHONES = `
select w.id as of_id, s.* from unnest($2::uuid[]) as w (id) cross join lateral (
  select ${COLUMNS} from clinic.patients p
  where p.tenant_id = $1 and p.id <> w.id and p.merged_into is null and p.id in (
    select o.patient_id from clinic.patient_tokens t
    join clinic.patient_tokens o on o.tenant_id = t.tenant_id and o.field = t.field and o.token = t.token
    where t.tenant_id = $1 and t.patient_id = w.id and t.field = 'phone')
  order by p.mrn desc limit $3) s`;

/** $1 tenant, $2 status, $3 how many. Medical record numbers rise with registration, and ids made by clients do not. */
export const NEWEST_PATIENTS = `
select ${COLUMNS} from clinic.patients p
where p.tenant_id = $1 and p.status = $2
order by p.mrn desc limit $3`;

/** $1 tenant, $2 status, $3 how many, $4 id of the patient after whom to go on */
export const NEXT_PATIENTS = `
select ${COLUMNS} from clinic.patients p
where p.tenant_id = $1 and p.status = $2
  and p.mrn < (select c.mrn from clinic.patients c where c.tenant_id = $1 and c.id = $4)
order by p.mrn desc limit $3`;

export const COUNT_PATIENTS = 'select count(*)::integer as total from clinic.patients p where p.tenant_id = $1 and p.status = $2';

/**
 * Registers one patient, all or nothing: takes the idempotency key, then the next medical record number. Gives no row when
 * the key was used before, or the id is taken. The counter's row lock is held until the commit, which is what makes the
 * numbers gap-free; the key comes first, so that a repeated request takes no number.
 * $1 tenant, $2 id, $3 identity, $4 clinical, $5 member, $6 token fields, $7 tokens, $8 idempotency key or null, $9 request hash,
 * $10 version of the tokens
 */
export const REGISTER_PATIENT = `
with fresh as (
  insert into clinic.idempotency_keys (tenant_id, key, operation, request_hash, record_id)
  select $1::uuid, $8::uuid, 'registerPatient', $9::bytea, $2::uuid where $8::uuid is not null
  on conflict do nothing returning key
), number as (
  insert into clinic.counters as c (tenant_id, name, value)
  select $1::uuid, 'mrn', 1 where $8::uuid is null or exists (select from fresh)
  on conflict (tenant_id, name) do update set value = c.value + 1
  returning c.value
), patient as (
  insert into clinic.patients as p (tenant_id, id, mrn, identity, clinical, registered_by, search_version)
  select $1::uuid, $2::uuid, number.value, $3::bytea, $4::bytea, $5::uuid, $10::smallint from number
  on conflict on constraint patients__pkey do nothing
  returning ${COLUMNS}
), tokens as (
  insert into clinic.patient_tokens (tenant_id, field, token, patient_id)
  select $1::uuid, t.field, t.token, patient.id from patient, unnest($6::text[], $7::bytea[]) as t (field, token)
  on conflict do nothing
)
select ${COLUMNS} from patient p`;

/** What a used idempotency key stands for, and the patient when it stands for one: $1 tenant, $2 key */
export const PATIENT_BY_IDEMPOTENCY_KEY = `
select k.operation, k.request_hash, ${COLUMNS}
from clinic.idempotency_keys k left join clinic.patients p on p.tenant_id = k.tenant_id and p.id = k.record_id
where k.tenant_id = $1 and k.key = $2`;

/** $1 tenant, $2 id, $3 identity, $4 clinical, $5 status, $6 version of the tokens when they are made anew, or null, $7 the patient merged into, or null */
export const CHANGE_PATIENT = `
update clinic.patients p set identity = $3, clinical = $4, status = $5, search_version = coalesce($6, p.search_version), merged_into = $7, updated_at = now(), version = p.version + 1
where p.tenant_id = $1 and p.id = $2
returning ${COLUMNS}`;

/** Drops the tokens that a patient is no longer found by: $1 tenant, $2 id, $3 fields and $4 tokens that stay */
export const DROP_TOKENS = `
delete from clinic.patient_tokens t
where t.tenant_id = $1 and t.patient_id = $2
  and not exists (select from unnest($3::text[], $4::bytea[]) as w (field, token) where w.field = t.field and w.token = t.token)`;

/** Takes identifiers from those who were merged into a patient: $1 tenant, $2 id of the patient, $3 fields, $4 tokens */
export const TAKE_IDENTIFIERS = `
delete from clinic.patient_tokens t using unnest($3::text[], $4::bytea[]) as w (field, token)
where t.tenant_id = $1 and t.field = w.field and t.token = w.token
  and exists (select from clinic.patients d where d.tenant_id = $1 and d.id = t.patient_id and d.merged_into = $2)`;

/** Adds tokens, save those that the patient has or, for identifiers, another one holds: $1 tenant, $2 id, $3 fields, $4 tokens */
export const ADD_TOKENS = `
insert into clinic.patient_tokens (tenant_id, field, token, patient_id)
select $1::uuid, w.field, w.token, $2::uuid from unnest($3::text[], $4::bytea[]) as w (field, token)
on conflict do nothing`;

/**
 * The places, from 1, of the identifiers that did not become the patient's own because another one holds them, and who that
 * is: for one who was merged, the survivor. A statement of its own, so that it sees what a concurrent transaction has committed meanwhile.
 * $1 tenant, $2 id, $3 fields, $4 tokens
 */
export const IDENTIFIERS_OF_OTHERS = `
select w.place, coalesce(h.merged_into, t.patient_id) as patient_id
from unnest($3::text[], $4::bytea[]) with ordinality as w (field, token, place)
left join clinic.patient_tokens t on t.tenant_id = $1 and t.field = w.field and t.token = w.token
left join clinic.patients h on h.tenant_id = $1 and h.id = t.patient_id
where t.patient_id is distinct from $2
order by w.place`;

/**
 * Locks the counter of medical record numbers until the commit, and makes it where there is none. A statement of its own, so
 * that the next one sees every registration that held the lock before. $1 tenant
 */
export const HOLD_MRN_COUNTER = `
insert into clinic.counters as c (tenant_id, name, value) values ($1, 'mrn', 0)
on conflict (tenant_id, name) do update set value = c.value`;

/**
 * Registers many patients in their order, save those whose id or identifier another one has; gives the number of each. The
 * counter must be held: who would take a number meanwhile waits. Each identifier is looked up by itself, whatever the planner
 * thinks of the table.
 * $1 tenant, $2 member, $3 ids, $4 identities, $5 clinicals; of the tokens $6 patients, $7 fields, $8 tokens, $9 their version;
 * of the identifiers among them $10 patients, $11 fields, $12 tokens
 */
export const REGISTER_PATIENTS = `
with held as (
  select w.id from unnest($10::uuid[], $11::text[], $12::bytea[]) as w (id, field, token)
  cross join lateral (
    select from clinic.patient_tokens t where t.tenant_id = $1 and t.field = w.field and t.token = w.token limit 1) as holder
), used as (
  select w.id from unnest($3::uuid[]) as w (id)
  cross join lateral (select from clinic.patients p where p.tenant_id = $1 and p.id = w.id limit 1) as other
), fit as (
  select w.*, row_number() over (order by w.place) as nth
  from unnest($3::uuid[], $4::bytea[], $5::bytea[]) with ordinality as w (id, identity, clinical, place)
  where w.id not in (select held.id from held) and w.id not in (select used.id from used)
), number as (
  update clinic.counters c set value = c.value + (select count(*) from fit) where c.tenant_id = $1 and c.name = 'mrn'
  returning c.value - (select count(*) from fit) as before
), patient as (
  insert into clinic.patients as p (tenant_id, id, mrn, identity, clinical, registered_by, search_version)
  select $1, fit.id, number.before + fit.nth, fit.identity, fit.clinical, $2, $9::smallint from fit, number
  returning p.id, p.mrn
), tokens as (
  insert into clinic.patient_tokens (tenant_id, field, token, patient_id)
  select $1, w.field, w.token, w.id from unnest($6::uuid[], $7::text[], $8::bytea[]) as w (id, field, token)
  where w.id in (select fit.id from fit)
  on conflict do nothing
)
select id, mrn from patient`;

/** Who else has identifiers, for one who was merged the survivor: $1 tenant, $2 patients, $3 fields, $4 tokens, $5 their index in the identity */
export const HOLDERS_OF_IDENTIFIERS = `
select w.id, w.index, holder.id as holder_id
from unnest($2::uuid[], $3::text[], $4::bytea[], $5::integer[]) as w (id, field, token, index)
cross join lateral (
  select t.patient_id, coalesce(h.merged_into, h.id) as id from clinic.patient_tokens t
  join clinic.patients h on h.tenant_id = t.tenant_id and h.id = t.patient_id
  where t.tenant_id = $1 and t.field = w.field and t.token = w.token limit 1) as holder
where holder.patient_id <> w.id`;

/** Patients by any of many telephones, the newest 20 of each; for one who was merged `stands_for` is the survivor: $1 tenant, $2 tokens */
export const PATIENTS_OF_PHONES = `
with sharing as (
  select distinct newest.patient_id from unnest($2::bytea[]) as w (token)
  cross join lateral (
    select t.patient_id from clinic.patient_tokens t
    where t.tenant_id = $1 and t.field = 'phone' and t.token = w.token
    order by t.patient_id desc limit 20) as newest
)
select sharing.patient_id as id, one.identity, one.stands_for from sharing
cross join lateral (
  select p.identity, coalesce(p.merged_into, p.id) as stands_for from clinic.patients p
  where p.tenant_id = $1 and p.id = sharing.patient_id limit 1) as one`;
