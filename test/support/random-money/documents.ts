import type { World } from '../world.js';

interface Invoice { id: string; kind: 'INVOICE' | 'CREDIT_NOTE'; credits: string | null; status: string; patient_id: string; gross: number; discount: number; tax: number; total: number; rounding: number; discount_approved: number | null; discount_approved_by: string | null; updated_by: string; fiscal_year: number; number: number | null; local_date: string; issued_at: string; version: number }
interface InvoiceLine { invoice_id: string; no: number; kind: string; doctor_id: string | null; quantity: number; unit_price: number; discount: number; tax: number; full_tax: number; tax_included: boolean; appointment_id: string | null; credits_no: number | null }
interface Payment { id: string; patient_id: string | null; deposit_of: string | null; taken_by: string | null; method: string; provider: string; reference: string | null; drawer_id: string | null; amount: number; status: string; local_date: string; captured_at: string | null; fiscal_year: number; number: number | null }
interface Allocation { id: string; payment_id: string; invoice_id: string; amount: number; local_date: string; allocated_at: string }
interface Refund { id: string; payment_id: string; method: string; provider: string; reference: string | null; drawer_id: string | null; amount: number; status: string; requested_by: string; requested_at: string; decided_by: string | null; local_date: string; version: number; fiscal_year: number; number: number | null }
interface Drawer { id: string; cashier_id: string; status: string; opening_float: number; local_date: string; counted: number; expected: number; closed_on: string }
interface MoneyMove { id: string; from_account: string; to_account: string; amount: number; local_date: string }
interface Expense { id: string; amount: number; status: string; requested_by: string; requested_on: string; decided_by: string | null; decided_at: string | null; paid_from: string | null; drawer_id: string | null; paid_on: string; version: number }
interface ShareRule { id: string; doctor_id: string; chamber_id: string | null; kind: string; rate: number; amount: number; valid_from: string; valid_until: string | null; created_at: string }
interface Payout { id: string; doctor_id: string; source: string; amount: number; local_date: string }
interface Deposit { id: string; appointment_id: string; terms_id: string; amount: number; status: string; forfeited: number; local_date: string }
interface Policy { id: string; version: number; late_points: number; no_show_points: number }
interface Claim { id: string; invoice_id: string; code: string; status: string; corrections: number; net: number; paid: number; written_off: number; returned: number; made_at: string; version: number }
interface ClaimLine { claim_id: string; no: number; net: number; paid: number }
interface Settlement { id: string; remittance_id: string; claim_id: string; paid: number; payment_reference: string; line_nos: number[]; line_paid: number[] }
interface Remittance { id: string; local_date: string }
interface Closing { id: string; local_date: string; totals: Record<string, { debits: number; credits: number; balance: number }> }
interface Entry { id: string; kind: string; source_id: string; local_date: string }
interface Line { entry_id: string; account: string; doctor_id: string | null; local_date: string; amount: number }
interface Appointment { id: string; session_id: string; patient_id: string | null; status: string; version: number; ended_by: string | null }
interface WalletPayment { id: string; flag: string | null; next_ask_at: string | null; ended_by: string | null; ended_at: string | null }
interface Statement { id: string }
interface StatementLine { id: string; statement_id: string; transaction_id: string; kind: 'PAYMENT' | 'REFUND'; amount: number; fee: number; finding: string; payment_id: string | null; refund_id: string | null }

/** All that there is of money in a practice, as the tables have it. */
export interface Documents {
  invoices: Invoice[];
  invoice_lines: InvoiceLine[];
  payments: Payment[];
  allocations: Allocation[];
  refunds: Refund[];
  drawers: Drawer[];
  money_moves: MoneyMove[];
  expenses: Expense[];
  share_rules: ShareRule[];
  doctor_payouts: Payout[];
  deposits: Deposit[];
  deposit_policies: Policy[];
  claims: Claim[];
  claim_lines: ClaimLine[];
  claim_settlements: Settlement[];
  claim_remittances: Remittance[];
  day_closings: Closing[];
  ledger_entries: Entry[];
  ledger_lines: Line[];
  appointments: Appointment[];
  wallet_payments: WalletPayment[];
  wallet_statements: Statement[];
  wallet_statement_lines: StatementLine[];
  /** What the database says of deposits that are held: what is to become of them, if it is time. */
  outcomes: Record<string, string>;
}

const TABLES = ['invoices', 'invoice_lines', 'payments', 'allocations', 'refunds', 'drawers', 'money_moves', 'expenses', 'share_rules', 'doctor_payouts', 'deposits', 'deposit_policies', 'claims', 'claim_lines',
  'claim_settlements', 'claim_remittances', 'day_closings', 'ledger_entries', 'ledger_lines', 'appointments', 'wallet_payments', 'wallet_statements', 'wallet_statement_lines'];

/** What has no id of its own comes by what it belongs to. */
const ORDER: Record<string, string> = { invoice_lines: 't.invoice_id, t.no', claim_lines: 't.claim_id, t.no', ledger_lines: 't.entry_id, t.no', day_closings: 't.local_date' };
const documentsIn = (tenant: string): string => `select platform.set_context('${tenant}', '00000000-0000-0000-0000-000000000000'); select json_build_object(${TABLES.map((table) => `'${table}', (select coalesce(json_agg(t order by ${ORDER[table] ?? 't.id'}), '[]') from clinic.${table} t where t.tenant_id = '${tenant}')`).join(', ')},
  'outcomes', (select coalesce(json_object_agg(d.id, (clinic.deposit_outcome(d.tenant_id, d.id)).status), '{}') from clinic.deposits d where d.tenant_id = '${tenant}' and d.status = 'HELD')) as documents`;

/** Reads all of a practice at one moment. */
export async function documentsOf(world: World, tenantId: string): Promise<Documents> {
  const [{ documents }] = (await world.sql<{ documents: Documents }>('superuser', documentsIn(tenantId))) as [{ documents: Documents }];
  return documents;
}

/** Tables in which days and instants of money stand, and what it is for. */
const AGEING = [...TABLES, 'day_accounts', 'day_documents', 'day_receivables', 'wallet_refunds', 'sessions', 'online_bookings', 'billing_settings'].map((table) => `clinic.${table}`);

/** Lets a day go by: whatever was done today was done yesterday. What a payer wrote in a file stays as it was written. */
export async function nextDay(world: World, tenantId: string): Promise<void> {
  const ages = await world.sql<{ age: string }>('superuser', `
    select format('update %s set %s where tenant_id = ''${tenantId}''', a.attrelid::regclass, string_agg(format('%I = %1$I + %s', a.attname, case a.atttypid when 'date'::regtype then 'DAYS' else 'interval ''DAYS days''' end), ', ')) as age
    from pg_attribute a where a.attrelid = any ($1::text[]::regclass[]) and a.atttypid in ('date'::regtype, 'timestamptz'::regtype) and not a.attisdropped and a.attgenerated = '' and a.attname <> 'settled_at' group by a.attrelid`, [AGEING]);
  // Far away first, so that no day meets the one before it on the way; nor does a rule without an end.
  const statements = [-1_000, 999].flatMap((days) => ages.flatMap(({ age }) => {
    const shifted = age.replaceAll('DAYS', `${days}`);
    const parts = [' and valid_until is not null', ' and valid_until is null'].map((part) => shifted + part);
    return !age.includes('share_rules') ? [shifted] : days < 0 ? parts : parts.reverse();
  }));
  await world.sql('superuser', `set session_replication_role = replica; ${statements.join('; ')}`);
}
