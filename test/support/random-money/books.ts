import type { Documents } from './documents.js';
import { Reckoned, SOME_DAY, captured, cashIn, dueOf, issued, paidBack, reckon, sum } from './reckoning.js';

type Faults = string[];
type Told = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is wrong with the books, as texts; nothing, as it should be. `told` is what somebody was told that it was made, by table and idempotency key. */
export const faultsOf = (now: Documents, timeZone: string, told: Told): Faults => [
  ...ledgerFaults(now, timeZone), ...numberFaults(now), ...allocationFaults(now), ...voidFaults(now), ...stepFaults(now), ...approvalFaults(now), ...drawerFaults(now), ...depositFaults(now), ...claimFaults(now), ...walletFaults(now), ...closingFaults(now), ...toldFaults(now, told),
];

const faulty = <T extends { id: string }>(of: readonly T[], fault: string, is: (one: T) => boolean): Faults => of.filter(is).map(({ id }) => `${fault}: ${id}`);

function ledgerFaults(now: Documents, timeZone: string): Faults {
  const unsettled = now.ledger_entries.flatMap(({ id }) => {
    const lines = now.ledger_lines.filter(({ entry_id }) => entry_id === id);
    return lines.length < 2 || sum(lines) !== 0 ? [`an entry does not sum to zero: ${id}`] : [];
  });
  const entries = new Map(now.ledger_entries.map((entry) => [entry.id, entry]));
  const rejected = new Set(now.expenses.filter(({ status }) => status === 'REJECTED').map(({ id }) => id));
  const inBooks = new Reckoned();
  for (const { entry_id, account, doctor_id, local_date, amount } of now.ledger_lines) {
    const { kind, source_id } = entries.get(entry_id)!;
    // What was approved and then rejected comes to nothing, on whatever days that was.
    inBooks.add(rejected.has(source_id) || kind === 'CLAIM_ENDED' || kind === 'SETTLEMENT' ? SOME_DAY : local_date, account, amount, doctor_id);
  }
  const byDocuments = reckon(now, timeZone);
  const differing = [...new Set([...inBooks.amounts.keys(), ...byDocuments.amounts.keys()])].sort().flatMap((key) => {
    const [books, documents] = [inBooks.amounts.get(key) ?? 0, byDocuments.amounts.get(key) ?? 0];
    return books === documents ? [] : [`${key} is ${books} in the books and ${documents} by the documents`];
  });
  return [...unsettled, ...differing];
}

function numberFaults(now: Documents): Faults {
  const series = new Map<string, number[]>();
  const numbered = [...issued(now), ...captured(now).map((payment) => ({ ...payment, kind: 'RECEIPT' })), ...paidBack(now).map((refund) => ({ ...refund, kind: 'REFUND' }))];
  for (const { kind, fiscal_year, number } of numbered) series.set(`${kind} ${fiscal_year}`, [...(series.get(`${kind} ${fiscal_year}`) ?? []), number!]);
  return [...series].filter(([, numbers]) => numbers.sort((a, b) => a - b).some((number, at) => number !== at + 1)).map(([of, numbers]) => `numbers of ${of} are ${numbers.join(' ')}`);
}

function allocationFaults(now: Documents): Faults {
  const used = (paymentId: string): number => sum(now.allocations.filter(({ payment_id }) => payment_id === paymentId)) + sum(now.refunds.filter(({ payment_id, status }) => payment_id === paymentId && status !== 'REJECTED' && status !== 'FAILED'))
    + now.deposits.filter(({ id }) => id === paymentId).reduce((kept, { status, amount, forfeited }) => kept + (status === 'HELD' ? amount : forfeited), 0);
  const pairs = new Map<string, number>();
  for (const { payment_id, invoice_id, amount } of now.allocations) pairs.set(`${payment_id} ${invoice_id}`, (pairs.get(`${payment_id} ${invoice_id}`) ?? 0) + amount);
  const references = [...now.payments.map(({ provider, reference }) => reference && `payment ${provider} ${reference}`), ...now.refunds.map(({ provider, reference }) => reference && `refund ${provider} ${reference}`)].filter((one) => one !== null);
  return [
    ...faulty(issued(now).filter(({ kind }) => kind === 'INVOICE'), 'an invoice is paid beyond its rest', (invoice) => dueOf(now, invoice) < 0),
    ...faulty(now.payments, 'a payment is spent twice', ({ id, amount }) => used(id) > amount),
    ...faulty(now.payments, 'what was not captured is spent', ({ id, status }) => status !== 'CAPTURED' && used(id) > 0),
    ...[...pairs].filter(([, amount]) => amount < 0).map(([pair]) => `more was released than was allocated: ${pair}`),
    ...references.filter((one, at) => references.indexOf(one) !== at).map((one) => `a reference is counted twice: ${one}`),
  ];
}

/** What is void was credited whole, and every account of every doctor is where it was before it was issued. */
function voidFaults(now: Documents): Faults {
  const grossOf = ({ quantity, unit_price }: Documents['invoice_lines'][number]): number => quantity * unit_price;
  const notesOf = (id: string): Set<string> => new Set(issued(now).filter(({ credits }) => credits === id).map((note) => note.id));
  const isWhole = (id: string): boolean => {
    const credited = now.invoice_lines.filter(({ invoice_id }) => notesOf(id).has(invoice_id));
    return now.invoice_lines.filter(({ invoice_id }) => invoice_id === id).every((line) => grossOf(line) === credited.filter(({ credits_no }) => credits_no === line.no).reduce((total, each) => total + grossOf(each), 0));
  };
  const isLeft = (id: string): boolean => {
    const sources = notesOf(id).add(id);
    const entries = new Set(now.ledger_entries.filter(({ source_id }) => sources.has(source_id)).map((entry) => entry.id));
    const left = new Reckoned();
    for (const { entry_id, account, amount, doctor_id } of now.ledger_lines) if (entries.has(entry_id)) left.add(SOME_DAY, account, amount, doctor_id);
    return [...left.amounts.values()].some((amount) => amount !== 0);
  };
  const invoices = issued(now).filter(({ kind }) => kind === 'INVOICE');
  return [
    ...faulty(invoices.filter(({ gross }) => gross > 0), 'what is void is not what was credited whole', ({ id, status }) => (status === 'VOID') !== isWhole(id)),
    ...faulty(invoices.filter(({ status }) => status === 'VOID'), 'a void invoice leaves something in an account', ({ id }) => isLeft(id)),
  ];
}

/** Each step of a document has one entry. */
function stepFaults(now: Documents): Faults {
  const steps = [
    ...issued(now).filter(({ gross }) => gross !== 0).map(({ id, kind }) => `${kind} ${id}`), ...captured(now).map(({ id }) => `PAYMENT ${id}`), ...now.allocations.map(({ id }) => `ALLOCATION ${id}`), ...paidBack(now).map(({ id }) => `REFUND ${id}`),
    ...now.money_moves.map(({ id }) => `MONEY_MOVED ${id}`), ...now.expenses.filter(({ status }) => status === 'PAID').flatMap(({ id }) => [`EXPENSE ${id}`, `EXPENSE_PAID ${id}`]), ...now.doctor_payouts.map(({ id }) => `PAYOUT ${id}`),
    ...now.claims.map(({ id }) => `CLAIM ${id}`), ...now.deposits.filter(({ status }) => status !== 'HELD').map(({ id, status }) => `DEPOSIT_${status === 'REFUNDABLE' ? 'CARRIED' : status} ${id}`),
    ...now.wallet_statement_lines.filter(({ finding }) => finding === 'MATCHED').map(({ id }) => `SETTLEMENT ${id}`),
  ];
  const posted = now.ledger_entries.map(({ kind, source_id }) => `${kind} ${source_id}`);
  return [...steps.filter((step) => !posted.includes(step)).map((step) => `there is no entry for ${step}`), ...posted.filter((entry, at) => posted.indexOf(entry) !== at).map((entry) => `there are two entries for ${entry}`)];
}

const LIMIT = 100_000;

function approvalFaults(now: Documents): Faults {
  const undecided = now.expenses.filter(({ status, decided_by }) => status === 'PAID' && decided_by === null);
  const spent = new Map<string, number>();
  for (const { requested_by, requested_on, amount } of undecided) spent.set(`${requested_by} ${requested_on}`, (spent.get(`${requested_by} ${requested_on}`) ?? 0) + amount);
  const lines = (id: string): number => now.invoice_lines.filter(({ invoice_id }) => invoice_id === id).length;
  return [
    ...faulty(now.refunds, 'a refund was approved by who asked for it', ({ status, requested_by, decided_by }) => status !== 'REJECTED' && requested_by === decided_by),
    ...faulty(captured(now), 'what nobody approved was given back above the limit', ({ id }) => sum(paidBack(now).filter(({ payment_id, decided_by }) => payment_id === id && decided_by === null)) > LIMIT),
    ...faulty(paidBack(now), 'what nobody approved was given back to one patient within 24 hours above the limit', (refund) => refund.decided_by === null && sum(unapprovedWithin24Hours(now, refund)) > LIMIT),
    ...faulty(paidBack(now), 'what did not come in cash was given back in cash, approved by nobody', ({ payment_id, method, decided_by }) => method === 'CASH' && decided_by === null && now.payments.find(({ id }) => id === payment_id)!.method !== 'CASH'),
    ...faulty(now.wallet_payments, 'a payment was ended by who took it', ({ id, ended_by }) => ended_by !== null && now.payments.find((payment) => payment.id === id)!.taken_by === ended_by),
    ...faulty(now.expenses, 'an expense was approved by who asked for it', ({ status, requested_by, decided_by }) => status !== 'REJECTED' && requested_by === decided_by),
    ...[...spent].filter(([, amount]) => amount > LIMIT).map(([who, amount]) => `${amount} was spent unapproved by ${who}`),
    ...faulty(issued(now).filter(({ kind }) => kind === 'INVOICE'), 'a discount above the limit was approved by nobody else', ({ id, discount, gross, discount_approved, discount_approved_by, updated_by }) =>
      discount * 10 > gross + 5 * lines(id) && ((discount_approved ?? 0) < discount || discount_approved_by === updated_by)),
  ];
}

/** What nobody approved that was given back to the same patient and asked for in the 24 hours before a refund, which is the last of them. */
function unapprovedWithin24Hours(now: Documents, { payment_id, requested_at }: Documents['refunds'][number]): Documents['refunds'] {
  const whose = (id: string): string => { const payment = now.payments.find((one) => one.id === id)!; return payment.patient_id ?? payment.id; };
  const until = Date.parse(requested_at);
  return paidBack(now).filter((other) => other.decided_by === null && whose(other.payment_id) === whose(payment_id) && Date.parse(other.requested_at) <= until && Date.parse(other.requested_at) > until - 24 * 3_600_000);
}

function drawerFaults(now: Documents): Faults {
  const open = now.drawers.filter(({ status }) => status === 'OPEN').map(({ cashier_id }) => cashier_id);
  return [
    ...faulty(now.drawers, 'a drawer was expected to hold something else', (drawer) => drawer.status === 'CLOSED' && drawer.expected !== cashIn(now, drawer)),
    ...open.filter((cashier, at) => open.indexOf(cashier) !== at).map((cashier) => `${cashier} has two open drawers`),
  ];
}

/** What is forfeited is what the version of the policy says that held when the deposit was taken. */
function depositFaults(now: Documents): Faults {
  return faulty(now.deposits.filter(({ status }) => status === 'FORFEITED'), 'a deposit is forfeited otherwise than its policy says', ({ appointment_id, terms_id, amount, forfeited }) => {
    const policy = now.deposit_policies.find(({ id }) => id === terms_id);
    const points = now.appointments.find(({ id }) => id === appointment_id)!.status === 'NO_SHOW' ? policy?.no_show_points : policy?.late_points;
    return forfeited !== Math.floor((amount * (points ?? 0) + 5_000) / 10_000);
  });
}

/** What one payment of a payer pays of a line is booked once. */
function claimFaults(now: Documents): Faults {
  const paid = now.claim_settlements.flatMap(({ claim_id, payment_reference, line_nos, line_paid }) => line_nos.filter((_, at) => line_paid[at]! > 0).map((no) => `${claim_id} ${no} ${payment_reference}`));
  return paid.filter((one, at) => paid.indexOf(one) !== at).map((one) => `a payer paid it twice: ${one}`);
}

/** Statements settle what is in the books, once; and what was captured after it was ended by hand is told. */
function walletFaults(now: Documents): Faults {
  const lines = now.wallet_statement_lines;
  const matched = lines.filter(({ finding }) => finding === 'MATCHED');
  const settled = matched.map(({ kind, payment_id, refund_id }) => `${kind} ${payment_id ?? refund_id}`);
  const inBooks = [...captured(now).map(({ id, reference, amount }) => `PAYMENT ${id} ${reference} ${amount}`), ...paidBack(now).map(({ id, reference, amount }) => `REFUND ${id} ${reference} ${amount}`)];
  return [
    ...settled.filter((one, at) => settled.indexOf(one) !== at).map((one) => `statements settle it twice: ${one}`),
    ...faulty(matched, 'a statement settles what is not in the books', ({ kind, payment_id, refund_id, transaction_id, amount }) => !inBooks.includes(`${kind} ${payment_id ?? refund_id} ${transaction_id} ${amount}`)),
    ...faulty(lines.filter(({ finding }) => finding === 'SEEN_BEFORE'), 'what no other statement settled is said to be', (line) =>
      !matched.some((other) => other.statement_id !== line.statement_id && other.transaction_id === line.transaction_id && other.kind === line.kind && other.amount === line.amount)),
    ...faulty(lines.filter(({ finding }) => finding === 'REUSED'), 'what is there once is said to be reused', (line) => !lines.some((other) => other.id !== line.id && other.transaction_id === line.transaction_id)),
    ...faulty(now.wallet_payments, 'what was captured after it was ended is not told', ({ id, ended_at, flag }) => ended_at !== null && flag !== 'CAPTURED_LATE' && captured(now).some((payment) => payment.id === id)),
  ];
}

/** What was closed is as it was when it was closed, and nothing of it is open. */
function closingFaults(now: Documents): Faults {
  return now.day_closings.flatMap(({ local_date, totals }) => {
    const accounts = new Map<string, { debits: number; credits: number; balance: number }>();
    for (const line of now.ledger_lines.filter((each) => each.local_date <= local_date)) {
      const account = accounts.get(line.account) ?? { debits: 0, credits: 0, balance: 0 };
      const isToday = line.local_date === local_date;
      accounts.set(line.account, { debits: account.debits + (isToday && line.amount > 0 ? line.amount : 0), credits: account.credits - (isToday && line.amount < 0 ? line.amount : 0), balance: account.balance + line.amount });
    }
    const differing = [...new Set([...accounts.keys(), ...Object.keys(totals)])].filter((account) => JSON.stringify(accounts.get(account)) !== JSON.stringify(totals[account] && { debits: totals[account].debits, credits: totals[account].credits, balance: totals[account].balance }));
    return [...differing.map((account) => `${account} of ${local_date} is ${JSON.stringify(accounts.get(account))} and was ${JSON.stringify(totals[account])} when the day was closed`),
      ...faulty(now.drawers, `a drawer of ${local_date} is open, which is closed`, ({ status, local_date: opened }) => status === 'OPEN' && opened <= local_date)];
  });
}

const MADE = ['invoices', 'payments', 'refunds', 'drawers', 'money_moves', 'expenses', 'doctor_payouts', 'claims', 'wallet_statements'] as const;

/** Whatever is there was told to somebody, once, and what was told is there. */
function toldFaults(now: Documents, told: Told): Faults {
  return MADE.flatMap((table) => {
    const [there, ids] = [new Set(now[table].map(({ id }) => id)), [...(told.get(table)?.values() ?? [])]];
    return [
      ...ids.filter((id, at) => !there.has(id) || ids.indexOf(id) !== at).map((id) => `one of ${table} is not there, or was made by two keys: ${id}`),
      ...[...there].filter((id) => !ids.includes(id)).map((id) => `nobody was told of one of ${table}: ${id}`),
    ];
  });
}
