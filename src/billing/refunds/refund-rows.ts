import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import type { PaymentMethod } from '../payments/payment.enums.js';
import type { RefundStatus } from './refund.enums.js';

const TABLE = 'clinic.refunds';

/** A row of `clinic.refunds`, with the patient and chamber of its payment; `bigint` arrives as text. */
export interface RefundRow {
  id: string;
  payment_id: string;
  patient_id: string | null;
  chamber_id: string;
  method: PaymentMethod;
  provider: string;
  reference: string | null;
  amount: string;
  currency: Currency;
  status: RefundStatus;
  /** The number of its receipt; null until it is paid. */
  code: string | null;
  /** Whether somebody else must approve it before it is paid. */
  needs_approval: boolean;
  /** Whether the caller takes payments in its chamber, manages finances there, and asked for it. */
  may_take: boolean;
  may_manage: boolean;
  is_own: boolean;
  details: Buffer;
  requested_by: string;
  requested_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  paid_by: string | null;
  paid_at: Date | null;
  local_date: string | null;
  version: number;
}

/** What is sealed in `clinic.refunds.details`. */
export interface RefundDetails {
  reason: string;
}

/** A refund, opened. */
export interface RefundRecord {
  row: RefundRow;
  details: RefundDetails;
}

const COLUMNS = `r.id, r.payment_id, p.patient_id, p.chamber_id, r.method, r.provider, r.reference, r.amount, t.currency, r.status, r.code, r.details, r.requested_by, r.requested_at, r.decided_by, r.decided_at, r.paid_by, r.paid_at, r.local_date::text as local_date, r.version,
  clinic.may_in(r.tenant_id, platform.current_member(), p.chamber_id, 'payments:take') as may_take, clinic.may_in(r.tenant_id, platform.current_member(), p.chamber_id, 'finances:manage') as may_manage, r.requested_by = platform.current_member() as is_own,
  clinic.refund_needs_approval(r.tenant_id, r.id) as needs_approval`;
const FROM = `from ${TABLE} r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id join clinic.tenants t on t.id = r.tenant_id`;

/** Locks the payment of a refund, and then itself; gives rows of the one and of the other. */
export const lockRefund = (tenantId: string, id: string): Statement[] => [
  { text: `select p.id from clinic.payments p where p.tenant_id = $1 and p.id = (select r.payment_id from ${TABLE} r where r.tenant_id = $1 and r.id = $2) for no key update`, values: [tenantId, id] },
  { text: `select ${COLUMNS} ${FROM} where r.tenant_id = $1 and r.id = $2 for no key update of r`, values: [tenantId, id] },
];

export const refundsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} ${FROM} where r.tenant_id = $1 and r.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** The refunds of payments, the first first. */
export const refundsOf = (tenantId: string, paymentIds: readonly string[]): Statement => ({ text: `select ${COLUMNS} ${FROM} where r.tenant_id = $1 and r.payment_id = any ($2::uuid[]) order by r.requested_at, r.id`, values: [tenantId, paymentIds] });

const OPEN = `where r.tenant_id = $1 and p.chamber_id = $2 and r.status in ('REQUESTED', 'APPROVED', 'PENDING')`;

/** `count` refunds of a chamber that are not paid out yet, after one of them, the first asked for first. */
export const pageOfOpenRefunds = (tenantId: string, chamberId: string, count: number, after: string | null): Statement => ({
  text: `select ${COLUMNS} ${FROM} ${OPEN} and ($4::uuid is null or (r.requested_at, r.id) > (select y.requested_at, y.id from ${TABLE} y where y.tenant_id = $1 and y.id = $4)) order by r.requested_at, r.id limit $3`,
  values: [tenantId, chamberId, count, after],
});

/** How many there are: a row of `total`. */
export const countOpenRefunds = (tenantId: string, chamberId: string): Statement => ({ text: `select count(*)::integer as total ${FROM} ${OPEN}`, values: [tenantId, chamberId] });

/** A refund to ask for. */
export interface NewRefund extends Pick<RefundRow, 'id' | 'payment_id' | 'method' | 'provider' | 'reference'> {
  amount: bigint;
  details: RefundDetails;
}

/** Asks for a refund, sealed. The database refuses, with SK092, more than is left of the payment. */
export const insertRefund = (tenantId: string, keys: ScopeKeys, { details, ...of }: NewRefund): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, payment_id, method, provider, reference, amount, details) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [tenantId, of.id, of.payment_id, of.method, of.provider, of.reference, of.amount, keys.seal(TABLE, of.id, 'details', details)],
});

/** Takes a refund a step; the database stamps who and when, and posts what is paid. */
export const stepRefund = (tenantId: string, id: string, status: RefundStatus, paid: { drawerId: string | null; reference: string | null } = { drawerId: null, reference: null }): Statement => ({
  text: `update ${TABLE} r set status = $3, drawer_id = $4, reference = coalesce(r.reference, $5), version = r.version + 1 where r.tenant_id = $1 and r.id = $2`,
  values: [tenantId, id, status, paid.drawerId, paid.reference],
});

/** Asks of the chamber of a refund whether the caller takes payments and manages finances there, and for their open drawer: `takes`, `manages`, `drawer_id`. */
export const askRefunder = (tenantId: string, paymentId: string | null, refundId: string | null): Statement => ({
  text: `
select clinic.may_in($1, platform.current_member(), p.chamber_id, 'payments:take') as takes, clinic.may_in($1, platform.current_member(), p.chamber_id, 'finances:manage') as manages,
  (select d.id from clinic.drawers d where d.tenant_id = $1 and d.chamber_id = p.chamber_id and d.cashier_id = platform.current_member() and d.status = 'OPEN') as drawer_id
from clinic.payments p where p.tenant_id = $1 and p.id = coalesce($2::uuid, (select r.payment_id from ${TABLE} r where r.tenant_id = $1 and r.id = $3))`,
  values: [tenantId, paymentId, refundId],
});

/** The rows of a statement, as what they are. */
export const refundRows = (rows: Row[] | undefined): RefundRow[] => (rows ?? []) as unknown as RefundRow[];

/** Opens a row that one of the statements above gave. */
export const openRefund = (keys: ScopeKeys, row: RefundRow): RefundRecord => ({ row, details: keys.open<RefundDetails>(TABLE, row.id, 'details', row.details) });
