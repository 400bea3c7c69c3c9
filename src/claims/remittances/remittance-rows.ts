import { v7 as uuidv7 } from 'uuid';
import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { moneyOf } from '../../platform/money/money.model.js';
import type { Remittance } from './remittance.model.js';

const TABLE = 'clinic.claim_remittances';

/** What a payer answered to a claim, by the numbers of its lines. */
export interface Settlement {
  claimId: string;
  paid: bigint;
  denialCode: string | null;
  payerReference: string;
  paymentReference: string;
  settledAt: Date | null;
  lines: ReadonlyArray<{ no: number; paid: bigint; denialCode: string | null }>;
}

/** Where a remittance is imported: the clock and licence of the chamber, and whether the caller manages its finances. Its files are imported one after another. */
export const askFacility = (tenantId: string, chamberId: string): Statement => ({
  text: `
select c.time_zone, l.licence, clinic.may_in($1, platform.current_member(), c.id, 'finances:manage') as may
from clinic.chambers c left join clinic.facility_licences l on l.tenant_id = c.tenant_id and l.chamber_id = c.id where c.tenant_id = $1 and c.id = $2 for no key update of c`,
  values: [tenantId, chamberId],
});

/** Whether a file was imported before: a row if it was. */
export const askImported = (tenantId: string, fileToken: Buffer): Statement => ({ text: `select r.id from ${TABLE} r where r.tenant_id = $1 and r.file_token = $2`, values: [tenantId, fileToken] });

/** What payments of these references, however they are written, paid of lines of claims: a row of each line and reference, as it is given here, with the `days` in a time zone, null for one that was not told. */
export const askPaidBefore = (tenantId: string, claimIds: readonly string[], references: readonly string[], timeZone: string): Statement => ({
  text: `
select s.claim_id, l.no, f.reference, array_agg((s.settled_at at time zone $4)::date::text) as days
from clinic.claim_settlements s cross join unnest(s.line_nos, s.line_paid) as l (no, paid) join unnest($3::text[]) as f (reference) on clinic.folded(f.reference) = clinic.folded(s.payment_reference)
where s.tenant_id = $1 and s.claim_id = any ($2::uuid[]) and l.paid > 0 group by s.claim_id, l.no, f.reference`,
  values: [tenantId, claimIds, [...new Set(references)], timeZone],
});

/** Keeps a file. */
export const insertRemittance = (tenantId: string, keys: ScopeKeys, id: string, chamberId: string, fileToken: Buffer, file: string, claims: number): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, chamber_id, file_token, file, claims) values ($1, $2, $3, $4, $5, $6)`,
  values: [tenantId, id, chamberId, fileToken, keys.seal(TABLE, id, 'file', { file }), claims],
});

/** Keeps what a file answers; the database books it. Arrays of one length cannot hold lists, so each claim is a row of JSON. */
export const insertSettlements = (tenantId: string, remittanceId: string, settlements: readonly Settlement[]): Statement => ({
  text: `
insert into clinic.claim_settlements (tenant_id, remittance_id, id, claim_id, paid, denial_code, payer_reference, payment_reference, settled_at, line_nos, line_paid, line_denials)
select $1, $2, s.id, s.claim_id, s.paid, s.denial_code, s.payer_reference, s.payment_reference, s.settled_at, s.line_nos, s.line_paid, s.line_denials
from jsonb_to_recordset($3) as s (id uuid, claim_id uuid, paid bigint, denial_code text, payer_reference text, payment_reference text, settled_at timestamptz, line_nos smallint[], line_paid bigint[], line_denials text[])
order by s.claim_id`,
  values: [tenantId, remittanceId, JSON.stringify(settlements.map((one) => ({
    id: uuidv7(), claim_id: one.claimId, paid: String(one.paid), denial_code: one.denialCode, payer_reference: one.payerReference, payment_reference: one.paymentReference, settled_at: one.settledAt,
    line_nos: one.lines.map(({ no }) => no), line_paid: one.lines.map(({ paid }) => Number(paid)), line_denials: one.lines.map(({ denialCode }) => denialCode),
  })))],
});

const COLUMNS = `r.id, r.local_date::text as local_date, r.claims, r.imported_by, r.imported_at, t.currency,
  (select sum(s.paid) from clinic.claim_settlements s where s.tenant_id = r.tenant_id and s.remittance_id = r.id)::bigint as paid from ${TABLE} r join clinic.tenants t on t.id = r.tenant_id`;

/** A remittance. */
export const remittanceById = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} where r.tenant_id = $1 and r.id = $2`, values: [tenantId, id] });

/** `count` remittances of a chamber after one of them, the last imported first. */
export const pageOfRemittances = (tenantId: string, chamberId: string, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} where r.tenant_id = $1 and r.chamber_id = $2 and ($4::uuid is null or (r.imported_at, r.id) < (select b.imported_at, b.id from ${TABLE} b where b.tenant_id = $1 and b.id = $4))
order by r.imported_at desc, r.id desc limit $3`,
  values: [tenantId, chamberId, count, after],
});

/** How many remittances of a chamber there are: a row of `total`. */
export const countRemittances = (tenantId: string, chamberId: string): Statement => ({ text: `select count(*)::integer as total from ${TABLE} r where r.tenant_id = $1 and r.chamber_id = $2`, values: [tenantId, chamberId] });

/** A row that one of the statements above gave. */
export const toRemittance = (row: Row): Remittance => ({
  id: row['id'] as string, localDate: row['local_date'] as string, paid: moneyOf(row['paid'], row['currency']), count: row['claims'] as number, importedBy: { id: row['imported_by'] as string }, importedAt: row['imported_at'] as Date,
});
