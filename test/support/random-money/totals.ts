import type { World } from '../world.js';
import type { Clinic } from './clinic.js';
import type { Documents } from './documents.js';
import { sum } from './reckoning.js';

const M = '{ amount }';
const TOTALS = `invoices invoiced ${M} creditNotes credited ${M} payments captured ${M} refunds refunded ${M}`;
const ASKED = `query ($chamberId: UUID!, $day: LocalDate!) {
  report: financialReport(chamberId: $chamberId, from: $day, until: $day) { totals { ${TOTALS} } days { on ${TOTALS} } methods { method payments captured ${M} refunds refunded ${M} } doctors { doctor { id } revenue ${M} share ${M} paidOut ${M} } discounts { amount ${M} } accounts { account debits ${M} credits ${M} } }
  receivables(chamberId: $chamberId, on: $day) { due ${M} }
  ledgerBalances(chamberId: $chamberId, on: $day) { account balance ${M} }
  payments(first: 100, filter: { chamberId: $chamberId, from: $day, until: $day }) { totalCount edges { node { id amount ${M} } } }
  invoices(first: 100, filter: { chamberId: $chamberId, from: $day, until: $day }) { totalCount edges { node { id } } }
}`;
const DUE = `
select i.id, coalesce(o.due, 0) as kept, i.total - coalesce((select sum(a.amount) from clinic.allocations a where a.invoice_id = i.id), 0)::bigint - coalesce((select sum(n.total) from clinic.invoices n where n.credits = i.id and n.status = 'ISSUED'), 0)::bigint
  - coalesce((select sum(c.net - c.returned) from clinic.claims c where c.invoice_id = i.id), 0)::bigint as due
from clinic.invoices i left join clinic.open_invoices o on o.id = i.id where i.tenant_id = $1 and i.kind = 'INVOICE' and i.status in ('ISSUED', 'VOID')`;
const MONEY = ['DRAWER', 'CARD_CLEARING', 'BANK', 'WALLET_CLEARING'];

/** What the API says of some days that the books do not; nothing, as it should be. */
export async function totalFaults(world: World, { chamberId, tenantId, owner }: Clinic, now: Documents, days: readonly string[]): Promise<string[]> {
  const told = await Promise.all(days.map((day) => world.ok(ASKED, { chamberId, day }, owner.token)));
  const open = await world.sql<{ id: string; kept: string; due: string }>('superuser', DUE, [tenantId]);
  const listed = (await world.ok('query ($chamberId: UUID!) { invoices(first: 1, filter: { chamberId: $chamberId, isDue: true }) { totalCount } }', { chamberId }, owner.token)).invoices.totalCount as number;
  const faults = open.filter(({ kept, due }) => kept !== due).map(({ id, kept, due }) => `of invoice ${id} ${kept} is kept as due, not ${due}`);
  const unpaid = open.filter(({ due }) => due !== '0').length;
  if (listed !== unpaid) faults.push(`${listed} invoices are listed as due, of ${unpaid}`);
  return faults.concat(days.flatMap((day, at) => differences(told[at], expectedOf(now, day)).map((difference) => `the API says otherwise of ${day}: ${difference}`)));
}

/** The same totals, from the lines of the books alone. */
function expectedOf(now: Documents, day: string): Record<string, unknown> {
  const kinds = new Map(now.ledger_entries.map(({ id, kind }) => [id, kind]));
  const until = now.ledger_lines.filter(({ local_date }) => local_date <= day);
  const lines = until.filter(({ local_date }) => local_date === day);
  const of = (kind: string, accounts: string[]) => lines.filter((line) => kinds.get(line.entry_id) === kind && accounts.includes(line.account));
  const entriesOf = (kind: string): number => now.ledger_entries.filter((entry) => entry.kind === kind && entry.local_date === day).length;
  const totalOf = (account: string): number => sum(lines.filter((line) => line.account === account));
  const accounts = [...new Set(lines.map(({ account }) => account))].sort();
  const balances = [...new Set(until.map(({ account }) => account))].sort();
  return {
    invoiced: sum(of('INVOICE', ['RECEIVABLE'])), credited: -sum(of('CREDIT_NOTE', ['RECEIVABLE'])), captured: sum(of('PAYMENT', MONEY)), refunded: -sum(of('REFUND', MONEY)), payments: entriesOf('PAYMENT'), refunds: entriesOf('REFUND'),
    revenue: -totalOf('REVENUE'), share: totalOf('DOCTOR_SHARE'), payable: -totalOf('DOCTOR_PAYABLE'), discounts: totalOf('DISCOUNT'),
    accounts: accounts.map((account) => [account, totalOf(account)]), balances: balances.map((account) => [account, sum(until.filter((line) => line.account === account))]), due: sum(until.filter(({ account }) => account === 'RECEIVABLE')),
  };
}

type Money = { amount: number };

function differences(told: any, expected: Record<string, unknown>): string[] {
  const { totals, days, methods, doctors, discounts, accounts } = told.report;
  const total = (of: Array<Record<string, Money>>, field: string): number => of.reduce((all, one) => all + one[field]!.amount, 0);
  const said: Record<string, unknown> = {
    invoiced: totals.invoiced.amount, credited: totals.credited.amount, captured: totals.captured.amount, refunded: totals.refunded.amount, payments: totals.payments, refunds: totals.refunds,
    revenue: total(doctors, 'revenue'), share: total(doctors, 'share'), payable: total(doctors, 'share') - total(doctors, 'paidOut'), discounts: total(discounts, 'amount'),
    accounts: (accounts as Array<{ account: string; debits: Money; credits: Money }>).map(({ account, debits, credits }) => [account, debits.amount - credits.amount]),
    balances: (told.ledgerBalances as Array<{ account: string; balance: Money }>).map(({ account, balance }) => [account, balance.amount]), due: total(told.receivables, 'due'),
  };
  const parts: Array<[string, number, number]> = [
    ['days', total(days, 'captured'), totals.captured.amount], ['methods', total(methods, 'captured') - total(methods, 'refunded'), totals.captured.amount - totals.refunded.amount],
    ['payments listed', (told.payments.edges as Array<{ node: { amount: Money } }>).reduce((all, { node }) => all + node.amount.amount, 0), totals.captured.amount], ['payments counted', told.payments.totalCount, totals.payments],
    ['invoices counted', told.invoices.totalCount, totals.invoices + totals.creditNotes],
  ];
  return [...Object.keys(expected).filter((key) => JSON.stringify(said[key]) !== JSON.stringify(expected[key])).map((key) => `${key} ${JSON.stringify(said[key])}, the books ${JSON.stringify(expected[key])}`),
    ...parts.filter(([, part, whole]) => part !== whole).map(([what, part, whole]) => `${what} ${part} of ${whole}`)];
}
