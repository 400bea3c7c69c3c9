import { randomUUID } from 'node:crypto';
import type { Api } from './api.js';

/** Where something is billed, in which currency. */
export interface DemoTill {
  chamberId: string;
  currency: 'BDT' | 'AED';
}

/** What visits cost, in whole units of the currency; showing reports is free for a week, a follow-up for a fortnight. */
const FEES = { BDT: { NEW: 1_000, RETURNING: 700, FOLLOW_UP: 500, REPORT: 200 }, AED: { NEW: 300, RETURNING: 250, FOLLOW_UP: 150, REPORT: 100 } };
const FREE_DAYS: Record<string, number> = { FOLLOW_UP: 14, REPORT: 7 };
const DRESSING = { BDT: 350, AED: 90 };
const FLOAT = { BDT: 2_000, AED: 500 };

/** Says what visits cost, and bills those who were seen: one paid in cash, one by card, one in part, with a dressing and a discount, and one who still owes it. The last is not billed yet. */
export async function seedBilling(api: Api, token: string, { chamberId, currency }: DemoTill, seen: ReadonlyArray<{ id: string; patientId: string }>): Promise<void> {
  const money = (units: number) => ({ amount: units * 100, currency });
  for (const [visitType, fee] of Object.entries(FEES[currency])) {
    await api('mutation ($input: AddFeeRuleInput!) { addFeeRule(input: $input) { id } }', { input: { visitType, amount: money(fee), taxCategory: 'EXEMPT', freeDays: FREE_DAYS[visitType], idempotencyKey: randomUUID() } }, token);
  }
  await api('mutation ($input: OpenDrawerInput!) { openDrawer(input: $input) { id } }', { input: { chamberId, openingFloat: money(FLOAT[currency]), idempotencyKey: randomUUID() } }, token);
  const bill = async ({ id, patientId }: { id: string; patientId: string }, ...more: object[]): Promise<{ id: string; patientId: string; due: number }> => {
    const { draftInvoice } = await api<{ draftInvoice: { id: string; version: number } }>('mutation ($input: DraftInvoiceInput!) { draftInvoice(input: $input) { id version } }',
      { input: { patientId, chamberId, appointmentId: id, lines: [{ kind: 'CONSULTATION' }, ...more], idempotencyKey: randomUUID() } }, token);
    const { issueInvoice } = await api<{ issueInvoice: { due: { amount: number } } }>('mutation ($id: UUID!, $version: Int!) { issueInvoice(id: $id, version: $version) { due { amount } } }', { ...draftInvoice }, token);
    return { id: draftInvoice.id, patientId, due: issueInvoice.due.amount };
  };
  const take = ({ id, patientId, due }: { id: string; patientId: string; due: number }, how: object, part = 1): Promise<unknown> => {
    const amount = { amount: due * part, currency };
    return api('mutation ($input: TakePaymentInput!) { takePayment(input: $input) { id } }', { input: { patientId, chamberId, amount, allocations: [{ invoiceId: id, amount }], idempotencyKey: randomUUID(), ...how } }, token);
  };
  const [first, second, third, fourth] = seen as [typeof seen[0], typeof seen[0], typeof seen[0], typeof seen[0]];
  await take(await bill(first), { method: 'CASH' });
  await take(await bill(second), { method: 'CARD', provider: 'City terminal', reference: 'T-000001' });
  await take(await bill(third, { kind: 'SERVICE', description: 'Dressing', unitPrice: money(DRESSING[currency]), discountRate: 1_000, taxCategory: 'EXEMPT' }), { method: 'CASH' }, 0.5);
  await bill(fourth);
}
