import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import { moneyOf } from '../../platform/money/money.model.js';
import type { PatientPolicy } from './policy.model.js';

const TABLE = 'clinic.patient_policies';

/** What is sealed in `clinic.patient_policies.details`. */
interface PolicyDetails {
  memberNumber: string;
}

/** A row of `clinic.patient_policies`; `bigint` arrives as text. */
export interface PolicyRow {
  id: string;
  patient_id: string;
  payer_id: string;
  payer_name: string;
  details: Buffer;
  valid_until: string | null;
  co_payment: number;
  co_payment_most: string | null;
  currency: Currency;
  archived: boolean;
  version: number;
}

/** What a policy says, to be saved. */
export interface PolicyTerms extends PolicyDetails {
  validUntil: string | null;
  coPayment: number;
  coPaymentMost: bigint | null;
}

const COLUMNS = `o.id, o.patient_id, o.payer_id, p.name as payer_name, o.details, o.valid_until::text as valid_until, o.co_payment, o.co_payment_most, t.currency, o.archived_at is not null as archived, o.version`;
const FROM = (policies: string) => `from ${policies} o join clinic.payers p on p.tenant_id = o.tenant_id and p.id = o.payer_id join clinic.tenants t on t.id = o.tenant_id`;

/** The policies of patients, those added last first. */
export const policiesOf = (tenantId: string, patientIds: readonly string[]): Statement =>
  ({ text: `select ${COLUMNS} ${FROM(TABLE)} where o.tenant_id = $1 and o.patient_id = any ($2::uuid[]) order by o.added_at desc, o.id desc`, values: [tenantId, patientIds] });

/** A policy, locked. */
export const policyToChange = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM(TABLE)} where o.tenant_id = $1 and o.id = $2 for no key update of o`, values: [tenantId, id] });

/** Asks of a payer whether it may be named, and of the currency. */
export const askPayer = (tenantId: string, payerId: string): Statement =>
  ({ text: 'select t.currency, p.id, p.archived_at is not null as archived from clinic.tenants t left join clinic.payers p on p.tenant_id = t.id and p.id = $2 where t.id = $1', values: [tenantId, payerId] });

export const insertPolicy = (tenantId: string, keys: ScopeKeys, id: string, patientId: string, payerId: string, { memberNumber, validUntil, coPayment, coPaymentMost }: PolicyTerms): Statement => ({
  text: `
with o as (insert into ${TABLE} (tenant_id, id, patient_id, payer_id, details, valid_until, co_payment, co_payment_most) values ($1, $2, $3, $4, $5, $6, $7, $8) returning *)
select ${COLUMNS} ${FROM('o')}`.replace('from o o', 'from o'),
  values: [tenantId, id, patientId, payerId, keys.seal(TABLE, id, 'details', { memberNumber } satisfies PolicyDetails), validUntil, coPayment, coPaymentMost],
});

export const changePolicy = (tenantId: string, keys: ScopeKeys, id: string, { memberNumber, validUntil, coPayment, coPaymentMost }: PolicyTerms, archived: boolean): Statement => ({
  text: `
with o as (
  update ${TABLE} c set details = $3, valid_until = $4, co_payment = $5, co_payment_most = $6, archived_at = case when $7 then coalesce(c.archived_at, now()) end, version = c.version + 1
  where c.tenant_id = $1 and c.id = $2 returning c.*)
select ${COLUMNS} ${FROM('o')}`.replace('from o o', 'from o'),
  values: [tenantId, id, keys.seal(TABLE, id, 'details', { memberNumber } satisfies PolicyDetails), validUntil, coPayment, coPaymentMost, archived],
});

/** The rows of a statement, as what they are. */
export const policyRows = (rows: Row[] | undefined): PolicyRow[] => (rows ?? []) as unknown as PolicyRow[];

/** The sealed values of rows, for the keyring. */
export const sealedInPolicies = (rows: readonly PolicyRow[]): Buffer[] => rows.map(({ details }) => details);

/** Opens a row. */
export const openPolicy = (keys: ScopeKeys, row: PolicyRow): PatientPolicy => ({
  id: row.id, patientId: row.patient_id, payerId: row.payer_id, payerName: row.payer_name, ...keys.open<PolicyDetails>(TABLE, row.id, 'details', row.details), validUntil: row.valid_until,
  coPayment: row.co_payment, coPaymentMost: row.co_payment_most === null ? null : moneyOf(row.co_payment_most, row.currency), archived: row.archived, version: row.version,
});
