import type { ScopeKeys } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { PrescriptionContent } from './prescription-content.js';
import type { PrescriptionStatus } from './prescription.enums.js';

const TABLE = 'clinic.prescriptions';

/** A row of `clinic.prescriptions`, with which draft or version amends it. */
export interface PrescriptionRow {
  id: string;
  patient_id: string;
  chamber_id: string;
  doctor_id: string;
  appointment_id: string | null;
  status: PrescriptionStatus;
  content: Buffer;
  amends: string | null;
  amended_by: string | null;
  reason: Buffer | null;
  number: string | null;
  content_hash: Buffer | null;
  signed_by: string | null;
  signed_at: Date | null;
  cancelled_by: string | null;
  cancelled_at: Date | null;
  cancel_reason: Buffer | null;
  /** The appointment that stands of its follow-up. */
  follow_up_appointment_id: string | null;
  drafted_by: string;
  drafted_at: Date;
  updated_by: string;
  updated_at: Date;
  version: number;
}

/** A prescription, opened. */
export interface PrescriptionRecord {
  row: PrescriptionRow;
  content: PrescriptionContent;
  reason: string | null;
  cancelReason: string | null;
}

/** What is sealed in `clinic.prescriptions.signed`: the signed form, and the code by which it is verified. */
export interface SealedSignature {
  jws: string;
  code: string;
}

const COLUMNS = `p.id, p.patient_id, p.chamber_id, p.doctor_id, p.appointment_id, p.status, p.content, p.amends, p.reason, p.number, p.content_hash, p.signed_by, p.signed_at,
  p.cancelled_by, p.cancelled_at, p.cancel_reason, clinic.standing_follow_up(p.tenant_id, p.follow_up_appointment_id) as follow_up_appointment_id, p.drafted_by, p.drafted_at, p.updated_by, p.updated_at, p.version,
  (select a.id from clinic.prescriptions a where a.tenant_id = p.tenant_id and a.amends = p.id and a.status <> 'DISCARDED') as amended_by`;

// The patient is locked before what is written of them, as in a merge.
const LOCK = 'for no key update';

/** Locks a patient who is prescribed something: $1 tenant, $2 patient */
export const lockPatient = (tenantId: string, patientId: string): Statement =>
  ({ text: `select p.id from clinic.patients p where p.tenant_id = $1 and p.id = $2 ${LOCK}`, values: [tenantId, patientId] });

/** Locks the patient of a prescription, and then itself; gives rows of the one and of the other. */
export const lockPrescription = (tenantId: string, id: string): Statement[] => [
  { text: `select p.id from clinic.patients p where p.tenant_id = $1 and p.id = (select r.patient_id from ${TABLE} r where r.tenant_id = $1 and r.id = $2) ${LOCK}`, values: [tenantId, id] },
  { text: `select ${COLUMNS} from ${TABLE} p where p.tenant_id = $1 and p.id = $2 ${LOCK}`, values: [tenantId, id] },
];

export const prescriptionsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} from ${TABLE} p where p.tenant_id = $1 and p.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** Asks what a paper of a prescription shows besides its row: `signed`, sealed, and the number of the version that was signed in its place. */
export const askPaper = (tenantId: string, id: string): Statement => ({
  text: `
select p.signed, (select a.number from ${TABLE} a where a.tenant_id = p.tenant_id and a.amends = p.id and a.number is not null) as superseded_by
from ${TABLE} p where p.tenant_id = $1 and p.id = $2`,
  values: [tenantId, id],
});

// $3 one status or null for all but those discarded.
const LISTED = `p.tenant_id = $1 and p.patient_id = t.id and case when $3::text is null then p.status <> 'DISCARDED' else p.status = $3 end`;

/** `count` prescriptions of each of these patients after one of them, the last begun first. */
export const pagesOf = (tenantId: string, patientIds: readonly string[], status: PrescriptionStatus | null, count: number, after: string | null): Statement => ({
  text: `
select e.* from unnest($2::uuid[]) as t (id) cross join lateral (
  select ${COLUMNS} from ${TABLE} p
  where ${LISTED} and ($5::uuid is null or (p.drafted_at, p.id) < (select a.drafted_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $5))
  order by p.drafted_at desc, p.id desc limit $4) e
order by e.drafted_at desc, e.id desc`,
  values: [tenantId, patientIds, status, count, after],
});

/** How many prescriptions each of these patients has: rows of `id` and `total`. */
export const countsOf = (tenantId: string, patientIds: readonly string[], status: PrescriptionStatus | null): Statement => ({
  text: `select t.id, (select count(*) from ${TABLE} p where ${LISTED})::integer as total from unnest($2::uuid[]) as t (id)`,
  values: [tenantId, patientIds, status],
});

// $2 doctor or null for the caller, $3 chamber or null for all.
const UNSIGNED = `from ${TABLE} p where p.tenant_id = $1 and p.status = 'DRAFT' and p.doctor_id = coalesce($2, platform.current_member()) and ($3::uuid is null or p.chamber_id = $3)`;

/** `count` drafts that wait for a doctor after one of them, the longest waiting first; of the caller's when no doctor is told. */
export const unsignedOf = (tenantId: string, doctorId: string | null, chamberId: string | null, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${UNSIGNED} and ($5::uuid is null or (p.drafted_at, p.id) > (select a.drafted_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $5))
order by p.drafted_at, p.id limit $4`,
  values: [tenantId, doctorId, chamberId, count, after],
});

/** How many drafts wait for a doctor: a row of `total`. */
export const countUnsigned = (tenantId: string, doctorId: string | null, chamberId: string | null): Statement => ({ text: `select count(*)::integer as total ${UNSIGNED}`, values: [tenantId, doctorId, chamberId] });

// A duration is of 24 months at most.
const LONGEST_COURSE_DAYS = 730;

/** The signed prescriptions of a patient of the last two years save these, the last signed first, `count` at most. */
export const signedBefore = (tenantId: string, patientId: string, besides: readonly string[], count: number): Statement => ({
  text: `
select ${COLUMNS} from ${TABLE} p
where p.tenant_id = $1 and p.patient_id = $2 and p.status = 'SIGNED' and p.id <> all ($3::uuid[]) and p.signed_at >= now() - make_interval(days => ${LONGEST_COURSE_DAYS})
order by p.signed_at desc, p.id desc limit $4`,
  values: [tenantId, patientId, besides, count],
});

/** A prescription to begin. */
export interface NewDraft extends Pick<PrescriptionRow, 'id' | 'patient_id' | 'chamber_id' | 'doctor_id' | 'appointment_id' | 'amends'> {
  content: PrescriptionContent;
  reason: string | null;
}

/** Begins a prescription, sealed; gives its row. */
export const insertDraft = (tenantId: string, keys: ScopeKeys, { id, content, reason, ...draft }: NewDraft): Statement => ({
  text: `
insert into ${TABLE} as p (tenant_id, id, patient_id, chamber_id, doctor_id, appointment_id, content, amends, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
  values: [tenantId, id, draft.patient_id, draft.chamber_id, draft.doctor_id, draft.appointment_id, sealContent(keys, id, content), draft.amends, reason && keys.seal(TABLE, id, 'reason', { reason })],
});

/** Writes what a draft says anew; gives its row. */
export const updateDraft = (tenantId: string, keys: ScopeKeys, id: string, doctorId: string, content: PrescriptionContent): Statement => ({
  text: `update ${TABLE} p set content = $3, doctor_id = $4, version = p.version + 1 where p.tenant_id = $1 and p.id = $2 returning ${COLUMNS}`,
  values: [tenantId, id, sealContent(keys, id, content), doctorId],
});

export const discardDraft = (tenantId: string, id: string): Statement =>
  ({ text: `update ${TABLE} p set status = 'DISCARDED', version = p.version + 1 where p.tenant_id = $1 and p.id = $2 returning ${COLUMNS}`, values: [tenantId, id] });

/** What makes a draft a signed prescription. */
export interface Signature extends SealedSignature {
  number: string;
  hash: Buffer;
  codeHash: Buffer;
  followUpOn: string | null;
  keyId: string;
}

/** Signs a draft, which takes over the appointment that was made of the follow-up of what it amends; gives its row. The database stamps who and when, and supersedes what it amends. */
export const signDraft = (tenantId: string, keys: ScopeKeys, id: string, { number, hash, codeHash, keyId, followUpOn, jws, code }: Signature): Statement => ({
  text: `
update ${TABLE} p set status = 'SIGNED', number = $3, signed = $4, content_hash = $5, code_hash = $6, signing_key_id = $7, follow_up_on = $8,
  follow_up_appointment_id = case when $8::date is not null then (select a.follow_up_appointment_id from ${TABLE} a where a.tenant_id = p.tenant_id and a.id = p.amends) end, signed_by = platform.current_member(), signed_at = now(), version = p.version + 1
where p.tenant_id = $1 and p.id = $2 returning ${COLUMNS}`,
  values: [tenantId, id, number, keys.seal(TABLE, id, 'signed', { jws, code } satisfies SealedSignature), hash, codeHash, keyId, followUpOn],
});

/** Cancels what was signed, for a reason that is sealed; gives its row. The database stamps who and when. */
export const cancelSigned = (tenantId: string, keys: ScopeKeys, id: string, reason: string): Statement => ({
  text: `
update ${TABLE} p set status = 'CANCELLED', cancelled_by = platform.current_member(), cancelled_at = now(), cancel_reason = $3, version = p.version + 1
where p.tenant_id = $1 and p.id = $2 returning ${COLUMNS}`,
  values: [tenantId, id, keys.seal(TABLE, id, 'cancel_reason', { reason })],
});

/** The rows of a statement, as what they are. */
export const prescriptionRows = (rows: Row[] | undefined): PrescriptionRow[] => (rows ?? []) as unknown as PrescriptionRow[];

/** The sealed values of rows, for the keyring. */
export const sealedIn = (rows: readonly PrescriptionRow[]): Buffer[] => rows.flatMap(({ content, reason, cancel_reason }) => [content, reason, cancel_reason].filter((value) => value !== null));

/** Opens a row that one of the statements above gave. */
export const openPrescription = (keys: ScopeKeys, row: PrescriptionRow): PrescriptionRecord => ({
  row,
  content: keys.open<PrescriptionContent>(TABLE, row.id, 'content', row.content),
  reason: row.reason && keys.open<{ reason: string }>(TABLE, row.id, 'reason', row.reason).reason,
  cancelReason: row.cancel_reason && keys.open<{ reason: string }>(TABLE, row.id, 'cancel_reason', row.cancel_reason).reason,
});

/** Asks for the number of a prescription and what was signed. */
export const askSigned = (tenantId: string, id: string): Statement => ({ text: `select p.patient_id, p.status, p.number, p.signed from ${TABLE} p where p.tenant_id = $1 and p.id = $2`, values: [tenantId, id] });

/** The signature of a prescription and its code, sealed in its row. */
export const openSignature = (keys: ScopeKeys, id: string, signed: Buffer): SealedSignature => keys.open<SealedSignature>(TABLE, id, 'signed', signed);

const sealContent = (keys: ScopeKeys, id: string, content: PrescriptionContent): Buffer => keys.seal(TABLE, id, 'content', content);
