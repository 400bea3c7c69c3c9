import fc from 'fast-check';
import { type Scene, amount, anybody, atADrawer, deed, one, percent, which } from './deed.js';
import { dueOf } from './reckoning.js';

const METHODS = ['CASH', 'CASH', 'CARD', 'BANK'] as const;

/** Takes a payment from the patient or a relative, for an invoice in part or whole, or as an advance. References of terminals come twice at times. */
export const take = deed<{ patient: number; amount: number; method: number; reference: number; invoice: number; part: number; relative: boolean; who: number }>(8,
  { patient: which, amount, method: which, reference: fc.nat({ max: 40 }), invoice: which, part: fc.integer({ min: 0, max: 115 }), relative: fc.boolean(), who: which },
  async ({ patient, amount: much, method, reference, invoice, part, relative, who }, scene) => {
    const { clinic, now, ask } = scene;
    const patientId = one(clinic.patients, patient)!;
    const paid = one(now.invoices.filter(({ kind, status, patient_id }) => kind === 'INVOICE' && status === 'ISSUED' && patient_id === patientId), invoice);
    const share = paid && Math.floor((Math.min(dueOf(now, paid), much) * part) / 100);
    const by = one(METHODS, method)!;
    await ask.keyed('takePayment', {
      patientId, chamberId: clinic.chamberId, amount: clinic.money(much), method: by, ...(by !== 'CASH' && { reference: `T${reference}` }), ...(relative && { paidBy: 'Her brother' }),
      ...(paid && share && share > 0 && { allocations: [{ invoiceId: paid.id, amount: clinic.money(share) }] }),
    }, by === 'CASH' ? atADrawer(scene, who) : anybody(scene, who));
  });

/** Has what is left of a payment pay an invoice, or takes back what pays one. */
export const allocate = deed<{ payment: number; invoice: number; amount: number; back: boolean; who: number }>(3, { payment: which, invoice: which, amount, back: fc.boolean(), who: which }, async ({ payment, invoice, amount: much, back, who }, scene) => {
  const { clinic, now, ask } = scene;
  const paying = back ? one(now.allocations.filter((each) => each.amount > 0), payment) : undefined;
  const from = paying?.payment_id ?? one(now.payments.filter(({ status }) => status === 'CAPTURED'), payment)?.id;
  const patientId = now.payments.find(({ id }) => id === from)?.patient_id;
  const to = paying?.invoice_id ?? one(now.invoices.filter(({ kind, status, patient_id }) => kind === 'INVOICE' && (status === 'ISSUED' || status === 'VOID') && patient_id === patientId), invoice)?.id;
  if (from && to) await ask.keyed(back ? 'releasePayment' : 'allocatePayment', { paymentId: from, invoiceId: to, amount: clinic.money(much % 3 ? Math.min(much, 5_000) : much) }, anybody(scene, who));
});

/** Gives back of a payment, the way it came or in cash; above the limit it waits for somebody else. */
export const refund = deed<{ payment: number; part: number; cash: boolean; who: number }>(4, { payment: which, part: percent, cash: fc.boolean(), who: which }, async ({ payment, part, cash, who }, scene) => {
  const { clinic, now, ask } = scene;
  const chosen = one(now.payments.filter(({ status }) => status === 'CAPTURED'), payment);
  if (chosen?.method === 'BKASH') ask.count(`refund of bKash ${cash ? 'in cash' : 'by it'}`);
  if (chosen) await ask.keyed('refundPayment', { paymentId: chosen.id, amount: clinic.money(Math.max(1, Math.floor((chosen.amount * part) / 100))), reason: 'Too much', ...(cash && { method: 'CASH' }) }, cash ? atADrawer(scene, who) : anybody(scene, who));
});

/** Approves a refund, whoever asked for it, or rejects it; what was approved is paid out. */
export const decideRefund = deed<{ refund: number; approve: boolean; decider: number; who: number }>(2, { refund: which, approve: fc.constantFrom(true, true, false), decider: which, who: which }, async ({ refund: chosen, approve, decider, who }, scene) => {
  const asked = one(scene.now.refunds.filter(({ status }) => status === 'REQUESTED' || status === 'APPROVED'), chosen);
  if (!asked) return;
  if (asked.status === 'REQUESTED') {
    const { data } = await scene.ask.step(approve ? 'approveRefund' : 'rejectRefund', 'id', asked, anybody(scene, decider));
    if (!data || !approve) return;
  }
  await scene.ask.step('payRefund', 'id status', { id: asked.id, version: asked.version + (asked.status === 'REQUESTED' ? 1 : 0) }, payerOf(scene, asked.method, who));
});

const payerOf = (scene: Scene, method: string, who: number) => (method === 'CASH' ? atADrawer(scene, who) : anybody(scene, who));
