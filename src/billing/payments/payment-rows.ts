import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import { type Row, type Statement, oneOf } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import { type PaymentMethod, PaymentStatus } from './payment.enums.js';

const TABLE = 'clinic.payments';

/** A row of `clinic.payments`, with what of it is allocated, given back, held and forfeited; `bigint` arrives as text. */
export interface PaymentRow {
  id: string;
  chamber_id: string;
  /** Null for what was paid online, as long as nobody said who comes. */
  patient_id: string | null;
  deposit_of: string | null;
  method: PaymentMethod;
  provider: string;
  reference: string | null;
  drawer_id: string | null;
  amount: string;
  allocated: string;
  refunded: string;
  /** What of it is held as the deposit of a booking. */
  held: string;
  /** What of it was forfeited as one. */
  forfeited: string;
  currency: Currency;
  /** Whether the caller takes payments in its chamber. */
  may_take: boolean;
  status: PaymentStatus;
  /** The number of its receipt; null until it is captured. */
  code: string | null;
  details: Buffer;
  local_date: string | null;
  captured_at: Date | null;
  failed_at: Date | null;
  taken_by: string | null;
  created_at: Date;
  version: number;
}

/** What is sealed in `clinic.payments.details`. */
export interface PaymentDetails {
  /** Who paid, if not the patient. */
  paidBy: string | null;
}

/** A payment, opened. */
export interface PaymentRecord {
  row: PaymentRow;
  details: PaymentDetails;
}

const MAY_TAKE = `clinic.may_in(p.tenant_id, platform.current_member(), p.chamber_id, 'payments:take')`;

/** What is read of a payment `p`, of a practice `t`. */
export const paymentColumns = `p.id, p.chamber_id, p.patient_id, p.deposit_of, p.method, p.provider, p.reference, p.drawer_id, p.amount, t.currency, p.status, p.code, p.details, p.local_date::text as local_date, p.captured_at, p.failed_at, p.taken_by, p.created_at, p.version,
  (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.tenant_id = p.tenant_id and a.payment_id = p.id)::bigint as allocated,
  (select coalesce(sum(r.amount), 0) from clinic.refunds r where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.status not in ('REJECTED', 'FAILED'))::bigint as refunded,
  case when d.status = 'HELD' then d.amount else 0 end as held, coalesce(d.forfeited, 0) as forfeited, ${MAY_TAKE} as may_take`;
export const paymentsFrom = `from ${TABLE} p join clinic.tenants t on t.id = p.tenant_id left join clinic.deposits d on d.tenant_id = p.tenant_id and d.id = p.id`;

/** Locks a payment. Its patient is locked before, by `lockPatientOfPayment`, and invoices too. */
export const lockPayment = (tenantId: string, id: string): Statement => ({ text: `select ${paymentColumns} ${paymentsFrom} where p.tenant_id = $1 and p.id = $2 for no key update of p`, values: [tenantId, id] });

/** Locks the patient of a payment, as a merge does. */
export const lockPatientOfPayment = (tenantId: string, id: string): Statement =>
  ({ text: `select s.id from clinic.patients s where s.tenant_id = $1 and s.id = (select p.patient_id from ${TABLE} p where p.tenant_id = $1 and p.id = $2) for no key update`, values: [tenantId, id] });

export const paymentsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${paymentColumns} ${paymentsFrom} where p.tenant_id = $1 and p.id = ${oneOf('$2')}`, values: [tenantId, ids] });

/** `count` payments of each of these patients after one of them, where the caller takes payments, the last begun first. */
export const pagesOf = (tenantId: string, patientIds: readonly string[], count: number, after: string | null): Statement => ({
  text: `
select e.* from unnest($2::uuid[]) as o (id) cross join lateral (
  select ${paymentColumns} ${paymentsFrom}
  where p.tenant_id = $1 and p.patient_id = o.id and ${MAY_TAKE} and ($4::uuid is null or (p.created_at, p.id) < (select a.created_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $4))
  order by p.created_at desc, p.id desc limit $3) e
order by e.created_at desc, e.id desc`,
  values: [tenantId, patientIds, count, after],
});

/** How many payments each of these patients has: rows of `id` and `total`. */
export const countsOf = (tenantId: string, patientIds: readonly string[]): Statement =>
  ({ text: `select o.id, (select count(*) from ${TABLE} p where p.tenant_id = $1 and p.patient_id = o.id and ${MAY_TAKE})::integer as total from unnest($2::uuid[]) as o (id)`, values: [tenantId, patientIds] });

/** A payment to begin. */
export interface NewPayment extends Pick<PaymentRow, 'id' | 'chamber_id' | 'patient_id' | 'deposit_of' | 'method' | 'provider' | 'reference' | 'drawer_id'> {
  amount: bigint;
  details: PaymentDetails;
}

/** What is sealed in a payment. */
export const sealedPayment = (keys: ScopeKeys, id: string, details: PaymentDetails): Buffer => keys.seal(TABLE, id, 'details', details);

/** Begins a payment, sealed; PENDING. */
export const insertPayment = (tenantId: string, keys: ScopeKeys, { details, ...of }: NewPayment): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, chamber_id, patient_id, deposit_of, method, provider, reference, drawer_id, amount, details) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  values: [tenantId, of.id, of.chamber_id, of.patient_id, of.deposit_of, of.method, of.provider, of.reference, of.drawer_id, of.amount, sealedPayment(keys, of.id, details)],
});

/** Notes that the money of a payment was had; the database stamps when and for which day, and posts it. */
export const capturePayment = (tenantId: string, id: string): Statement => ({ text: `update ${TABLE} p set status = 'CAPTURED', version = p.version + 1 where p.tenant_id = $1 and p.id = $2`, values: [tenantId, id] });

/** Asks for the open drawer of the caller in a chamber: a row of `id`. */
export const askDrawer = (tenantId: string, chamberId: string): Statement =>
  ({ text: `select d.id from clinic.drawers d where d.tenant_id = $1 and d.chamber_id = $2 and d.cashier_id = platform.current_member() and d.status = 'OPEN'`, values: [tenantId, chamberId] });

/** The same in the chamber of a payment. */
export const askDrawerFor = (tenantId: string, paymentId: string): Statement => ({
  text: `select d.id from clinic.drawers d join clinic.payments p on p.tenant_id = d.tenant_id and p.chamber_id = d.chamber_id where d.tenant_id = $1 and p.id = $2 and d.cashier_id = platform.current_member() and d.status = 'OPEN'`,
  values: [tenantId, paymentId],
});

/** The rows of a statement, as what they are. */
export const paymentRows = (rows: Row[] | undefined): PaymentRow[] => (rows ?? []) as unknown as PaymentRow[];

/** What of a payment pays nothing, and may be given back, in minor units: the patient’s advance. */
export const leftOf = ({ status, amount, allocated, refunded, held, forfeited }: PaymentRow): bigint =>
  (status === PaymentStatus.CAPTURED ? BigInt(amount) - BigInt(allocated) - BigInt(refunded) - BigInt(held) - BigInt(forfeited) : 0n);

/** Opens a row that one of the statements above gave. */
export const openPayment = (keys: ScopeKeys, row: PaymentRow): PaymentRecord => ({ row, details: keys.open<PaymentDetails>(TABLE, row.id, 'details', row.details) });
