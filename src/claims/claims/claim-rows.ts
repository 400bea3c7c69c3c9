import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import type { HealthAuthority } from '../insurance/facility-licence.model.js';
import type { ClaimCodeSystem, ClaimResubmission, ClaimStatus } from './claim.enums.js';

const TABLE = 'clinic.claims';
const LINES = 'clinic.claim_lines';

/** What is sealed in `clinic.claims.details`. */
export interface ClaimDetails {
  memberNumber: string;
  /** Codes of ICD-10, the principal one first. */
  diagnoses: string[];
  priorAuthorization: string | null;
  /** What is told the payer with a resubmission. */
  comment: string | null;
  /** Why it was closed. */
  closedBecause: string | null;
}

/** A code of what was done. */
export interface LineCode {
  system: ClaimCodeSystem;
  code: string;
}

/** What is sealed in `clinic.claim_lines.details`. */
export interface ClaimLineDetails {
  description: string;
  code: LineCode | null;
}

/** A row of `clinic.claims`, with whom and where it is of; `bigint` arrives as text. */
export interface ClaimRow {
  id: string;
  chamber_id: string;
  time_zone: string;
  patient_id: string;
  invoice_id: string;
  policy_id: string;
  payer_id: string;
  payer_name: string;
  payer_code: string;
  receiver_code: string;
  authority: HealthAuthority | null;
  licence: string | null;
  /** First moment of the visit, and its end. */
  starts_at: Date;
  ends_at: Date;
  local_date: string;
  code: string;
  status: ClaimStatus;
  gross: string;
  net: string;
  paid: string;
  written_off: string;
  returned: string;
  currency: Currency;
  resubmission: ClaimResubmission | null;
  corrections: number;
  sendings: number;
  payer_reference: string | null;
  details: Buffer;
  made_by: string;
  made_at: Date;
  version: number;
  /** Whether the caller takes payments in its chamber. */
  may_take: boolean;
}

/** A claim, opened. */
export interface ClaimRecord {
  row: ClaimRow;
  details: ClaimDetails;
}

/** A line of a claim, opened. */
export interface ClaimLineRecord extends ClaimLineDetails {
  id: string;
  claimId: string;
  no: number;
  doctorId: string | null;
  quantity: bigint;
  gross: bigint;
  net: bigint;
  paid: bigint;
  denialCode: string | null;
}

const COLUMNS = `c.id, c.chamber_id, h.time_zone, c.patient_id, c.invoice_id, c.policy_id, c.payer_id, p.name as payer_name, p.payer_code, p.receiver_code, l.authority, l.licence,
  least(coalesce(a.arrived_at, a.consult_at, i.issued_at), i.issued_at) as starts_at, greatest(coalesce(a.completed_at, i.issued_at), coalesce(a.arrived_at, a.consult_at, i.issued_at)) as ends_at, i.local_date::text as local_date,
  c.code, c.status, c.billed as gross, c.net, c.paid, c.written_off, c.returned, t.currency, c.resubmission, c.corrections, c.sendings, c.payer_reference, c.details, c.made_by, c.made_at, c.version,
  clinic.may_in(c.tenant_id, platform.current_member(), c.chamber_id, 'payments:take') as may_take`;
const FROM = `from ${TABLE} c join clinic.tenants t on t.id = c.tenant_id join clinic.chambers h on h.tenant_id = c.tenant_id and h.id = c.chamber_id
  join clinic.payers p on p.tenant_id = c.tenant_id and p.id = c.payer_id join clinic.invoices i on i.tenant_id = c.tenant_id and i.id = c.invoice_id
  left join clinic.appointments a on a.tenant_id = i.tenant_id and a.id = i.appointment_id left join clinic.facility_licences l on l.tenant_id = c.tenant_id and l.chamber_id = c.chamber_id`;

export const claimsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** A claim and its lines, locked. */
export const lockClaim = (tenantId: string, id: string): Statement[] => [
  { text: `select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.id = $2 for no key update of c`, values: [tenantId, id] }, claimLinesOf(tenantId, [id]),
];

/** The claims of a chamber and payer that are ready, the first made first, locked. */
export const lockReady = (tenantId: string, chamberId: string, payerId: string, most: number): Statement => ({
  text: `select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.chamber_id = $2 and c.payer_id = $3 and c.status = 'READY' order by c.made_at, c.id limit $4 for no key update of c`, values: [tenantId, chamberId, payerId, most],
});

/** The claims of a chamber by their numbers, locked after their patients and invoices, as whatever moves money is; the last rows are the claims. */
export const lockByCodes = (tenantId: string, chamberId: string, codes: readonly string[]): Statement[] => {
  const values = [tenantId, chamberId, codes];
  const named = `from ${TABLE} c where c.tenant_id = $1 and c.chamber_id = $2 and c.code = any ($3::text[])`;
  return [
    { text: `select p.id from clinic.patients p where p.tenant_id = $1 and p.id in (select c.patient_id ${named}) order by p.id for no key update`, values },
    { text: `select i.id from clinic.invoices i where i.tenant_id = $1 and i.id in (select c.invoice_id ${named}) order by i.id for no key update`, values },
    { text: `select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.chamber_id = $2 and c.code = any ($3::text[]) order by c.id for no key update of c`, values },
  ];
};

/** `count` claims of a chamber after one of them, the last made first: all, or those in a status. */
export const claimsOfChamber = (tenantId: string, chamberId: string, status: ClaimStatus | null, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.chamber_id = $2 and ($3::text is null or c.status = $3)
  and ($5::uuid is null or (c.made_at, c.id) < (select b.made_at, b.id from ${TABLE} b where b.tenant_id = $1 and b.id = $5))
order by c.made_at desc, c.id desc limit $4`,
  values: [tenantId, chamberId, status, count, after],
});

/** How many claims of a chamber there are: all, or those in a status. */
export const countClaims = (tenantId: string, chamberId: string, status: ClaimStatus | null): Statement =>
  ({ text: `select count(*)::integer as total from ${TABLE} c where c.tenant_id = $1 and c.chamber_id = $2 and ($3::text is null or c.status = $3)`, values: [tenantId, chamberId, status] });

/** `count` claims of each of these patients after one of them, the last made first. */
export const pagesOf = (tenantId: string, patientIds: readonly string[], count: number, after: string | null): Statement => ({
  text: `
select e.* from unnest($2::uuid[]) as o (id) cross join lateral (
  select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.patient_id = o.id and ($4::uuid is null or (c.made_at, c.id) < (select b.made_at, b.id from ${TABLE} b where b.tenant_id = $1 and b.id = $4))
  order by c.made_at desc, c.id desc limit $3) e
order by e.made_at desc, e.id desc`,
  values: [tenantId, patientIds, count, after],
});

/** How many claims each of these patients has: rows of `id` and `total`. */
export const countsOf = (tenantId: string, patientIds: readonly string[]): Statement =>
  ({ text: `select o.id, (select count(*) from ${TABLE} c where c.tenant_id = $1 and c.patient_id = o.id)::integer as total from unnest($2::uuid[]) as o (id)`, values: [tenantId, patientIds] });

/** The claims that remittances answer, by the id of the remittance: `remittance_id`. */
export const claimsOfRemittances = (tenantId: string, remittanceIds: readonly string[]): Statement => ({
  text: `select s.remittance_id, ${COLUMNS} ${FROM} join clinic.claim_settlements s on s.tenant_id = c.tenant_id and s.claim_id = c.id where c.tenant_id = $1 and s.remittance_id = any ($2::uuid[]) order by s.claim_id`, values: [tenantId, remittanceIds],
});

/** The lines of claims, in their order. */
export const claimLinesOf = (tenantId: string, claimIds: readonly string[]): Statement => ({
  text: `select l.id, l.claim_id, l.no, l.doctor_id, l.quantity, l.billed as gross, l.net, l.paid, l.denial_code, l.details from ${LINES} l where l.tenant_id = $1 and l.claim_id = any ($2::uuid[]) order by l.claim_id, l.no`,
  values: [tenantId, claimIds],
});

/** A claim to be made. */
export interface NewClaim {
  id: string;
  chamberId: string;
  patientId: string;
  invoiceId: string;
  policyId: string;
  payerId: string;
  gross: bigint;
  net: bigint;
  details: ClaimDetails;
}

export const insertClaim = (tenantId: string, keys: ScopeKeys, { id, chamberId, patientId, invoiceId, policyId, payerId, gross, net, details }: NewClaim): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, chamber_id, patient_id, invoice_id, policy_id, payer_id, billed, net, details) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  values: [tenantId, id, chamberId, patientId, invoiceId, policyId, payerId, gross, net, keys.seal(TABLE, id, 'details', details)],
});

export const insertClaimLines = (tenantId: string, keys: ScopeKeys, claimId: string, lines: ReadonlyArray<Omit<ClaimLineRecord, 'claimId' | 'paid' | 'denialCode'>>): Statement => ({
  text: `
insert into ${LINES} (tenant_id, claim_id, id, no, doctor_id, quantity, billed, net, details)
select $1, $2, l.* from unnest($3::uuid[], $4::smallint[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bytea[]) as l`,
  values: [
    tenantId, claimId, lines.map(({ id }) => id), lines.map(({ no }) => no), lines.map(({ doctorId }) => doctorId), lines.map(({ quantity }) => quantity), lines.map(({ gross }) => gross), lines.map(({ net }) => net),
    lines.map(({ id, description, code }) => keys.seal(LINES, id, 'details', { description, code } satisfies ClaimLineDetails)),
  ],
});

/** Gives lines of a draft other codes. */
export const changeCodes = (tenantId: string, keys: ScopeKeys, lines: readonly ClaimLineRecord[]): Statement => ({
  text: `update ${LINES} l set details = n.details from unnest($2::uuid[], $3::bytea[]) as n (id, details) where l.tenant_id = $1 and l.id = n.id`,
  values: [tenantId, lines.map(({ id }) => id), lines.map(({ id, description, code }) => keys.seal(LINES, id, 'details', { description, code } satisfies ClaimLineDetails))],
});

/** Takes a claim a step, with what is told of it; the database refuses what is none. */
export const stepClaim = (tenantId: string, keys: ScopeKeys, id: string, status: ClaimStatus, details: ClaimDetails, { resubmission, writtenOff, returned }: { resubmission: ClaimResubmission | null; writtenOff: bigint; returned: bigint }): Statement => ({
  text: `update ${TABLE} c set status = $3, details = $4, resubmission = $5, written_off = $6, returned = $7, version = c.version + 1 where c.tenant_id = $1 and c.id = $2`,
  values: [tenantId, id, status, keys.seal(TABLE, id, 'details', details), resubmission, writtenOff, returned],
});

/** Notes that claims were sent. */
export const sendClaims = (tenantId: string, ids: readonly string[]): Statement => ({
  text: `update ${TABLE} c set status = case when c.sendings = 0 then 'SUBMITTED' else 'RESUBMITTED' end, version = c.version + 1 where c.tenant_id = $1 and c.id = any ($2::uuid[])`, values: [tenantId, ids],
});

/** The rows of a statement, as what they are. */
export const claimRows = (rows: Row[] | undefined): ClaimRow[] => (rows ?? []) as unknown as ClaimRow[];

/** Opens a row. */
export const openClaim = (keys: ScopeKeys, row: ClaimRow): ClaimRecord => ({ row, details: keys.open<ClaimDetails>(TABLE, row.id, 'details', row.details) });

/** Opens a line that `claimLinesOf` gave. */
export const openClaimLine = (keys: ScopeKeys, row: Row): ClaimLineRecord => ({
  id: row['id'] as string, claimId: row['claim_id'] as string, no: row['no'] as number, doctorId: row['doctor_id'] as string | null, quantity: BigInt(row['quantity'] as string), gross: BigInt(row['gross'] as string),
  net: BigInt(row['net'] as string), paid: BigInt(row['paid'] as string), denialCode: row['denial_code'] as string | null, ...keys.open<ClaimLineDetails>(LINES, row['id'] as string, 'details', row['details'] as Buffer),
});

/** The sealed values of rows, for the keyring. */
export const sealedInClaims = (rows: ReadonlyArray<{ details?: unknown }>): Buffer[] => rows.map(({ details }) => details as Buffer);

/** The number of an activity in files: a correction has others than what it corrects. */
export const activityIdOf = (corrections: number, no: number): string => (corrections ? `${no}-${corrections}` : String(no));
