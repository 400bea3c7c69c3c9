import { Temporal } from 'temporal-polyfill';
import type { Documents } from './documents.js';

type Invoice = Documents['invoices'][number];
type Line = Documents['invoice_lines'][number];

/** What should stand in the books: amounts by day, account and doctor. */
export class Reckoned {
  readonly amounts = new Map<string, number>();

  add(day: string, account: string, amount: number, doctorId: string | null = null): void {
    const key = [day, account, doctorId ?? ''].join(' ');
    this.amounts.set(key, (this.amounts.get(key) ?? 0) + amount);
  }

  /** From one account to another. */
  move(day: string, from: string, to: string, amount: number): void {
    this.add(day, from, -amount);
    this.add(day, to, amount);
  }
}

const MONEY: Record<string, string> = { CASH: 'DRAWER', CARD: 'CARD_CLEARING', BANK: 'BANK', BKASH: 'WALLET_CLEARING', WALLET: 'WALLET_CLEARING' };
/** The day of what no document tells the day of. */
export const SOME_DAY = 'some day';

/** Reckons what the books should hold from the documents alone, every account, day by day. */
export function reckon(now: Documents, timeZone: string): Reckoned {
  const books = new Reckoned();
  const dayOf = (instant: string): string => Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  for (const invoice of issued(now)) reckonInvoice(now, invoice, books);
  for (const { method, amount, local_date, deposit_of } of captured(now)) books.move(local_date, deposit_of ? 'DEPOSIT' : 'ADVANCE', MONEY[method]!, amount);
  for (const { amount, local_date } of now.allocations) books.move(local_date, 'RECEIVABLE', 'ADVANCE', amount);
  for (const { method, amount, local_date } of paidBack(now)) books.move(local_date, MONEY[method]!, 'ADVANCE', amount);
  for (const drawer of now.drawers) {
    books.move(drawer.local_date, 'SAFE', 'DRAWER', drawer.opening_float);
    if (drawer.status === 'OPEN') continue;
    books.move(drawer.closed_on, 'DRAWER', 'SAFE', drawer.counted);
    books.move(drawer.closed_on, 'DRAWER', 'OVER_SHORT', cashIn(now, drawer) - drawer.counted);
  }
  for (const { from_account, to_account, amount, local_date } of now.money_moves) books.move(local_date, from_account, to_account, amount);
  for (const { status, amount, decided_at, paid_on, paid_from } of now.expenses) {
    if (status === 'APPROVED' || status === 'PAID') books.move(decided_at ? dayOf(decided_at) : paid_on, 'EXPENSES_PAYABLE', 'EXPENSE', amount);
    if (status === 'PAID') books.move(paid_on, paid_from!, 'EXPENSES_PAYABLE', amount);
  }
  for (const { status, amount, forfeited, local_date } of now.deposits.filter((deposit) => deposit.status !== 'HELD')) {
    books.move(local_date, 'FORFEITED', 'DEPOSIT', status === 'FORFEITED' ? forfeited : 0);
    books.move(local_date, 'ADVANCE', 'DEPOSIT', amount - forfeited);
  }
  for (const { made_at, net, written_off, returned } of now.claims) {
    books.move(dayOf(made_at), 'RECEIVABLE', 'CLAIMS_RECEIVABLE', net);
    books.move(SOME_DAY, 'CLAIMS_RECEIVABLE', 'WRITE_OFF', written_off);
    books.move(SOME_DAY, 'CLAIMS_RECEIVABLE', 'RECEIVABLE', returned);
  }
  for (const { remittance_id, paid } of now.claim_settlements) books.move(dayOfRemittance(now, remittance_id), 'CLAIMS_RECEIVABLE', 'BANK', paid);
  for (const { kind, amount, fee } of now.wallet_statement_lines.filter(({ finding }) => finding === 'MATCHED')) {
    books.move(SOME_DAY, 'WALLET_CLEARING', 'BANK', kind === 'PAYMENT' ? amount : -amount);
    books.move(SOME_DAY, 'BANK', 'FEES', fee);
  }
  reckonShares(now, books);
  for (const { doctor_id, source, amount, local_date } of now.doctor_payouts) {
    books.add(local_date, source, -amount);
    books.add(local_date, 'DOCTOR_PAYABLE', amount, doctor_id);
  }
  return books;
}

function reckonInvoice(now: Documents, { id, kind, total, tax, local_date }: Invoice, books: Reckoned): void {
  const sign = kind === 'INVOICE' ? 1 : -1;
  const lines = linesOf(now, id);
  books.add(local_date, 'RECEIVABLE', sign * total);
  books.add(local_date, 'TAX', -sign * tax);
  books.add(local_date, 'ROUNDING', -sign * (total - tax - lines.reduce((net, line) => net + netOf(line), 0)));
  for (const line of lines) {
    books.add(local_date, 'REVENUE', -sign * (line.quantity * line.unit_price - (line.tax_included ? line.full_tax : 0)), line.doctor_id);
    books.add(local_date, 'DISCOUNT', sign * (line.discount - (line.tax_included ? line.full_tax - line.tax : 0)));
  }
}

/** A day's shares are what was earned by its end, less what was by the end of the day before. */
function reckonShares(now: Documents, books: Reckoned): void {
  const days = [...new Set([...issued(now), ...now.allocations, ...now.claim_remittances].map(({ local_date }) => local_date))].sort();
  for (const doctorId of new Set(now.share_rules.map(({ doctor_id }) => doctor_id))) {
    let before = 0;
    for (const day of days) {
      const earned = earnedBy(now, doctorId, day);
      books.add(day, 'DOCTOR_SHARE', earned - before, doctorId);
      books.add(day, 'DOCTOR_PAYABLE', before - earned, doctorId);
      before = earned;
    }
  }
}

/** What a doctor has earned by the end of a day, of what patients and insurers had paid by then. */
function earnedBy(now: Documents, doctorId: string, day: string): number {
  const paidSessions = new Map<string, number>();
  let earned = 0n;
  for (const invoice of issued(now).filter(({ kind, local_date }) => kind === 'INVOICE' && local_date <= day)) {
    const rule = now.share_rules.filter((one) => one.doctor_id === doctorId && one.valid_from <= invoice.local_date && (one.valid_until ?? '9999') >= invoice.local_date && one.created_at <= invoice.issued_at)
      .sort((a, b) => Number(b.chamber_id !== null) - Number(a.chamber_id !== null))[0];
    if (!rule) continue;
    const notes = issued(now).filter(({ credits, local_date }) => credits === invoice.id && local_date <= day);
    const credited = (line: Line, what: (line: Line) => number): number => notes.flatMap(({ id }) => linesOf(now, id)).filter(({ credits_no }) => credits_no === line.no).reduce((sum, each) => sum + what(each), 0);
    const own = linesOf(now, invoice.id).filter(({ doctor_id }) => doctor_id === doctorId);
    const visits = own.filter((line) => line.kind === 'CONSULTATION' && priceOf(line) > credited(line, priceOf));
    const net = own.reduce((sum, line) => sum + netOf(line) - credited(line, netOf), 0);
    const paid = sum(now.allocations.filter(({ invoice_id, local_date }) => invoice_id === invoice.id && local_date <= day)) + insured(now, invoice.id, day);
    const rest = invoice.total - notes.reduce((sum, { total }) => sum + total, 0);
    if (rule.kind === 'SESSIONAL') {
      for (const { appointment_id } of paid > 0 ? visits : []) paidSessions.set(now.appointments.find(({ id }) => id === appointment_id)!.session_id, rule.amount);
    } else if (rest > 0) {
      earned += rule.kind === 'PERCENTAGE' ? half(BigInt(net) * BigInt(rule.rate) * BigInt(paid), 10_000n * BigInt(rest)) : half(BigInt(visits.length * rule.amount) * BigInt(paid), BigInt(rest));
    }
  }
  return Number(earned) + [...paidSessions.values()].reduce((sum, amount) => sum + amount, 0);
}

/** What insurers have paid of an invoice by the end of a day. */
function insured(now: Documents, invoiceId: string, day: string): number {
  const claims = new Set(now.claims.filter(({ invoice_id }) => invoice_id === invoiceId).map(({ id }) => id));
  return now.claim_settlements.filter(({ claim_id, remittance_id }) => claims.has(claim_id) && dayOfRemittance(now, remittance_id) <= day).reduce((total, { paid }) => total + paid, 0);
}

const dayOfRemittance = (now: Documents, remittanceId: string): string => now.claim_remittances.find(({ id }) => id === remittanceId)!.local_date;
const half = (above: bigint, below: bigint): bigint => (2n * above + below) / (2n * below);
const priceOf = ({ quantity, unit_price, discount }: Line): number => quantity * unit_price - discount;
const netOf = (line: Line): number => priceOf(line) - (line.tax_included ? line.tax : 0);
const linesOf = (now: Documents, invoiceId: string): Line[] => now.invoice_lines.filter(({ invoice_id }) => invoice_id === invoiceId);
export const issued = (now: Documents): Invoice[] => now.invoices.filter(({ status }) => status === 'ISSUED' || status === 'VOID');
export const captured = (now: Documents): Documents['payments'] => now.payments.filter(({ status }) => status === 'CAPTURED');
export const paidBack = (now: Documents): Documents['refunds'] => now.refunds.filter(({ status }) => status === 'PAID');
export const sum = (of: ReadonlyArray<{ amount: number }>): number => of.reduce((total, { amount }) => total + amount, 0);

/** What should be in a drawer, or was in it when it was counted. */
export const cashIn = (now: Documents, { id, opening_float }: Documents['drawers'][number]): number => {
  const ofDrawer = (of: ReadonlyArray<{ drawer_id: string | null; amount: number }>): number => sum(of.filter(({ drawer_id }) => drawer_id === id));
  return opening_float + ofDrawer(captured(now)) - ofDrawer(paidBack(now)) - ofDrawer(now.expenses);
};

/** What the patient is still to pay of an invoice. */
export const dueOf = (now: Documents, { id, total }: Invoice): number => total - sum(now.allocations.filter(({ invoice_id }) => invoice_id === id))
  - issued(now).filter(({ credits }) => credits === id).reduce((credited, note) => credited + note.total, 0)
  - now.claims.filter(({ invoice_id }) => invoice_id === id).reduce((claimed, { net, returned }) => claimed + net - returned, 0);

/** What a doctor is to be paid by the books. */
export const payableTo = (now: Documents, doctorId: string): number => -sum(now.ledger_lines.filter(({ account, doctor_id }) => account === 'DOCTOR_PAYABLE' && doctor_id === doctorId));
