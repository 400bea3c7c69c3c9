import type { Row, Statement } from '../../platform/database/statement-group.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
import type { Deposit, DepositStatus } from './deposit.model.js';

// One that is to be given back, and was, is REFUNDED.
const COLUMNS = `d.id, x.status, d.appointment_id, d.chamber_id, p.patient_id, d.amount, t.currency, d.forfeited, o.status as outcome, o.forfeits, d.invoice_id, d.terms_id, d.held_at, d.settled_by, d.settled_at, d.local_date::text as local_date,
  clinic.may_in(d.tenant_id, platform.current_member(), d.chamber_id, 'payments:take') as may_take`;
const FROM = `from clinic.deposits d join clinic.payments p on p.tenant_id = d.tenant_id and p.id = d.id join clinic.tenants t on t.id = d.tenant_id
left join lateral clinic.deposit_outcome(d.tenant_id, d.id) o on true
cross join lateral (select case when d.status = 'REFUNDABLE' and d.amount <= (
  select coalesce(sum(r.amount), 0) from clinic.refunds r where r.tenant_id = d.tenant_id and r.payment_id = d.id and r.status = 'PAID') then 'REFUNDED' else d.status end as status) x`;

export const depositsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} ${FROM} where d.tenant_id = $1 and d.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** The deposits of appointments as they were booked, the first first. */
export const depositsOfAppointments = (tenantId: string, ids: readonly string[]): Statement =>
  ({ text: `select ${COLUMNS} ${FROM} where d.tenant_id = $1 and d.appointment_id = any ($2::uuid[]) order by d.held_at, d.id`, values: [tenantId, ids] });

/** Locks the session of the visit as it is now, as whoever cancels or moves it does; its patient, or, as long as nobody said who that is, the one who is told; and then the deposit, which it gives. */
export const lockSessionOfDeposit = (tenantId: string, id: string): Statement => ({
  text: `
select s.id from clinic.sessions s where s.tenant_id = $1 and s.id = (
  select a.session_id from clinic.deposits d join clinic.appointments a on a.tenant_id = d.tenant_id and a.id = clinic.latest_appointment(d.tenant_id, d.appointment_id) where d.tenant_id = $1 and d.id = $2)
for no key update`,
  values: [tenantId, id],
});
export const lockPatientOfDeposit = (tenantId: string, id: string, patientId: string | null): Statement => ({
  text: 'select s.id from clinic.patients s where s.tenant_id = $1 and s.id = coalesce((select p.patient_id from clinic.payments p where p.tenant_id = $1 and p.id = $2), $3::uuid) for no key update',
  values: [tenantId, id, patientId],
});
export const lockDeposit = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where d.tenant_id = $1 and d.id = $2 for no key update of d`, values: [tenantId, id] });

/** Says for whom a deposit was paid online, as long as nobody has. */
export const namePatient = (tenantId: string, id: string, patientId: string): Statement => ({ text: 'update clinic.payments p set patient_id = $3 where p.tenant_id = $1 and p.id = $2 and p.patient_id is null', values: [tenantId, id, patientId] });

/** Settles a deposit; the database refuses, with SK095, what its policy does not say, and posts it. */
export const stepDeposit = (tenantId: string, id: string, status: DepositStatus): Statement => ({ text: 'update clinic.deposits d set status = $3 where d.tenant_id = $1 and d.id = $2', values: [tenantId, id, status] });

/** Which deposits were applied to an invoice: rows of `id`. */
export const depositsAppliedTo = (tenantId: string, invoiceId: string): Statement => ({
  text: `select d.id from clinic.payments p join clinic.deposits d on d.tenant_id = p.tenant_id and d.id = p.id
where p.tenant_id = $1 and p.patient_id = (select i.patient_id from clinic.invoices i where i.tenant_id = $1 and i.id = $2) and p.deposit_of is not null and d.invoice_id = $2 order by d.id`,
  values: [tenantId, invoiceId],
});

/** What is due for a booking, and where: a row of `chamber_id`, `patient_id`, `deposit`, and the open drawer of the caller there. */
export const askBookedPlace = (tenantId: string, appointmentId: string): Statement => ({
  text: `
select a.chamber_id, a.patient_id, b.deposit,
  (select d.id from clinic.drawers d where d.tenant_id = $1 and d.chamber_id = a.chamber_id and d.cashier_id = platform.current_member() and d.status = 'OPEN') as drawer_id
from clinic.appointments a left join clinic.online_bookings b on b.tenant_id = a.tenant_id and b.id = a.id where a.tenant_id = $1 and a.id = $2`,
  values: [tenantId, appointmentId],
});

/** Locks the patient of an appointment, as a merge does, or, as long as nobody said who comes, the one who is told. */
export const lockPatientOfBooking = (tenantId: string, appointmentId: string, patientId: string | null): Statement => ({
  text: `
select p.id from clinic.patients p where p.tenant_id = $1 and p.id = coalesce((select a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.id = $2), $3::uuid) for no key update`,
  values: [tenantId, appointmentId, patientId],
});

// $2 chamber, $3 status or null for any, $4 whether only those to be settled.
const LISTED = `${FROM} where d.tenant_id = $1 and d.chamber_id = $2 and ($3::text is null or x.status = $3) and (not $4::boolean or o.status is not null)`;

/** Which deposits of a chamber. */
export interface Which {
  chamberId: string;
  status?: DepositStatus | null;
  toSettle?: boolean | null;
}

const listed = (tenantId: string, { chamberId, status, toSettle }: Which): unknown[] => [tenantId, chamberId, status ?? null, toSettle === true];

/** `count` deposits after one of them, those had first first. */
export const pageOfDeposits = (tenantId: string, which: Which, count: number, after: string | null): Statement => ({
  text: `select ${COLUMNS} ${LISTED} and ($6::uuid is null or (d.held_at, d.id) > (select y.held_at, y.id from clinic.deposits y where y.tenant_id = $1 and y.id = $6)) order by d.held_at, d.id limit $5`,
  values: [...listed(tenantId, which), count, after],
});

/** How many there are: a row of `total`. */
export const countDeposits = (tenantId: string, which: Which): Statement => ({ text: `select count(*)::integer as total ${LISTED}`, values: listed(tenantId, which) });

/** The deposits of rows that one of the statements above gave. */
export const depositsFrom = (rows: Row[] | undefined): Deposit[] => rows!.map((row) => {
  const money = (amount: unknown): Money => moneyOf(amount, row['currency']);
  const [outcome, settledBy] = [row['outcome'] as DepositStatus | null, row['settled_by'] as string | null];
  return {
    id: row['id'] as string, status: row['status'] as DepositStatus, appointmentId: row['appointment_id'] as string, chamberId: row['chamber_id'] as string, patientId: row['patient_id'] as string | null,
    amount: money(row['amount']), forfeited: money(row['forfeited']), outcome, forfeits: outcome === null ? null : money(row['forfeits']), invoiceId: row['invoice_id'] as string | null, policyId: row['terms_id'] as string | null,
    heldAt: row['held_at'] as Date, settledBy: settledBy === null ? null : { id: settledBy }, settledAt: row['settled_at'] as Date | null, settledOn: row['local_date'] as string | null,
  };
});
