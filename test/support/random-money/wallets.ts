import fc from 'fast-check';
import { WalletSettling } from '../../../src/billing/payments/wallets/wallet-settling.service.js';
import { DomainError, ErrorCode } from '../../../src/platform/errors.js';
import type { BkashPayment, Mishap } from '../bkash-server.js';
import { type Scene, amount, anybody, deed, one, which } from './deed.js';

const mishap = fc.option(fc.constantFrom<Mishap>('CUT', 'HTTP_500', 'NO_JSON', 'LOST_BEFORE'), { freq: 2 });

/** Begins a payment by bKash, for an invoice or as an advance; its answer may be lost on the way. */
export const startWallet = deed<{ patient: number; amount: number; invoice: number | null; mishap: Mishap | null; who: number }>(4, { patient: which, amount, invoice: fc.option(which, { freq: 2 }), mishap, who: which }, async ({ patient, amount: much, invoice, mishap: lost, who }, scene) => {
  const { clinic, now, ask } = scene;
  if (clinic.country !== 'BD') return;
  const patientId = one(clinic.patients, patient)!;
  const paid = invoice === null ? undefined : one(now.invoices.filter(({ kind, status, patient_id }) => kind === 'INVOICE' && status === 'ISSUED' && patient_id === patientId), invoice);
  clinic.bkash.mishap('create', ...(lost ? [lost] : []));
  await ask.keyed('startWalletPayment', { provider: 'BKASH', chamberId: clinic.chamberId, patientId, amount: clinic.money(much), ...(paid && { invoiceId: paid.id }) }, anybody(scene, who));
});

/** What the payer does at bKash, whose answer may be lost after it took the money; their browser comes back as often as it likes. */
export const payAtWallet = deed<{ payment: number; did: BkashPayment['payer']; callbacks: number; mishap: Mishap | null; refund: Mishap | null }>(6,
  { payment: which, did: fc.constantFrom('AGREED', 'AGREED', 'AGREED', 'CANCELLED', 'HAS_TOO_LITTLE'), callbacks: fc.nat({ max: 3 }), mishap, refund: mishap },
  async ({ payment, did, callbacks, mishap: lost, refund }, scene) => {
    const { clinic } = scene;
    const open = one(openAt(scene), payment);
    if (!open) return;
    if (lost) {
      clinic.bkash.mishap('execute', lost);
      clinic.bkash.mishap('payment/status', 'CUT');
    }
    if (refund) clinic.bkash.mishap('refund/transaction', refund);
    const back = new URL(clinic.bkash.payer(open.paymentID, did));
    scene.ask.count(`payer at bKash ${did}`);
    await Promise.all(Array.from({ length: callbacks }, () => come(scene, back.pathname + back.search)));
  });

/** Somebody forges a callback, or asks about a payment. */
export const callBack = deed<{ payment: number; forged: boolean; who: number }>(2, { payment: which, forged: fc.boolean(), who: which }, async ({ payment, forged, who }, scene) => {
  const { clinic, now, ask } = scene;
  const pending = one(now.payments.filter(({ method, status }) => method === 'BKASH' && (status === 'PENDING' || payment % 7 === 0)), payment);
  if (!pending) return;
  if (forged) {
    ask.count('forged callback');
    await come(scene, `/wallets/bkash/${clinic.tenantId}/${pending.id}?status=success&trxID=FORGED${payment}&paymentID=${payment}`);
  } else {
    await ask.other('checkWalletPayment', 'mutation ($id: UUID!) { answer: checkWalletPayment(id: $id) { outcome } }', { id: pending.id }, anybody(scene, who));
  }
});

/** The job asks bKash about all that is pending, as if it were time to, or, when it comes `late`, as if whoever was at it before had given up. */
export const askWallets = deed<{ late: boolean }>(2, { late: fc.boolean() }, async ({ late }, scene) => {
  if (scene.clinic.country === 'BD') await askAll(scene, late);
});

export async function askAll({ world, clinic: { tenantId }, ask }: Scene, late: boolean): Promise<void> {
  const given = late ? `, sent_at = sent_at - interval '11 minutes'` : '';
  await world.sql('superuser', `update clinic.wallet_payments set next_ask_at = now()${late ? `, executing_at = executing_at - interval '11 minutes'` : ''} where next_ask_at is not null and tenant_id = '${tenantId}';
    update clinic.wallet_refunds set next_ask_at = now()${given} where next_ask_at is not null and tenant_id = '${tenantId}'`);
  await world.app.get(WalletSettling, { strict: false }).askAll().catch((error: unknown) => {
    // It comes again in a minute.
    if (!(error instanceof DomainError && error.code === ErrorCode.UNAVAILABLE)) throw error;
    ask.count('job UNAVAILABLE');
  });
}

const openAt = ({ clinic, now }: Scene): BkashPayment[] => {
  const pending = new Set(now.payments.filter(({ status }) => status === 'PENDING').map(({ id }) => id));
  return [...clinic.bkash.payments.values()].filter(({ merchantInvoiceNumber, payer }) => payer === 'AWAY' && pending.has(merchantInvoiceNumber));
};

/** A browser comes to the server; after a crash it may be told that something went wrong. */
const come = ({ world }: Scene, url: string): Promise<unknown> => world.app.inject({ method: 'GET', url });
