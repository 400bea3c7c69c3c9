import fc from 'fast-check';
import { WalletSettling } from '../../../src/billing/payments/wallets/wallet-settling.service.js';
import { DomainError, ErrorCode } from '../../../src/platform/errors.js';
import type { BkashPayment, Mishap } from '../bkash-server.js';
import { type Scene, amount, anybody, deed, one, which } from './deed.js';

const mishap = fc.option(fc.constantFrom<Mishap>('CUT', 'HTTP_500', 'NO_JSON', 'LOST_BEFORE'), { freq: 2 });

/** Begins a payment by bKash, for an invoice or as an advance; its answer may be lost on the way. */
export const startWallet = deed<{ patient: number; amount: number; invoice: number | null; mishap: Mishap | null; who: number }>(6, { patient: which, amount, invoice: fc.option(which, { freq: 2 }), mishap, who: which }, async ({ patient, amount: much, invoice, mishap: lost, who }, scene) => {
  const { clinic, now, ask } = scene;
  if (clinic.country !== 'BD') return;
  const patientId = one(clinic.patients, patient)!;
  const paid = invoice === null ? undefined : one(now.invoices.filter(({ kind, status, patient_id }) => kind === 'INVOICE' && status === 'ISSUED' && patient_id === patientId), invoice);
  clinic.bkash.mishap('create', ...(lost ? [lost] : []));
  await ask.keyed('startWalletPayment', { provider: 'BKASH', chamberId: clinic.chamberId, patientId, amount: clinic.money(much), ...(paid && { invoiceId: paid.id }) }, anybody(scene, who));
});

/** What the payer does at bKash, whose answer may be lost after it took the money; their browser comes back as often as it likes. */
export const payAtWallet = deed<{ payment: number; did: BkashPayment['payer']; callbacks: number; mishap: Mishap | null; refund: Mishap | null }>(8,
  { payment: which, did: fc.constantFrom('AGREED', 'AGREED', 'AGREED', 'AGREED', 'AGREED', 'CANCELLED', 'HAS_TOO_LITTLE'), callbacks: fc.nat({ max: 3 }), mishap, refund: mishap },
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

const BROKEN = ['BK00000001,2026-11-24 10:00,12.345,Payment,0', 'BK00000001,yesterday,12.00,Payment,0', 'BK00000001,2026-11-24 10:00', 'BK00000001,2026-11-24 10:00,12.00,Cash out,0'];

/** bKash says what it took and gave back: some of it, with something odd at times, of which nothing is taken where a line is broken; it may be sent again. */
export const importStatement = deed<{ lines: number; fee: number; odd: string | null; twice: boolean; who: number }>(8, {
  lines: fc.integer({ min: 1, max: 1_023 }), fee: fc.nat({ max: 3 }), odd: fc.option(fc.constantFrom('BROKEN', 'BROKEN', 'REUSED', 'OTHER_AMOUNT', 'UNKNOWN'), { freq: 2 }), twice: fc.boolean(), who: which,
}, async ({ lines: chosen, fee, odd, twice, who }, scene) => {
  const { ask } = scene;
  const some = movementsAt(scene).filter((_, at) => (chosen >> at % 10) % 2);
  const [first] = some;
  const lines = [
    ...some, ...(odd === 'REUSED' && first ? [first] : []), ...(odd === 'OTHER_AMOUNT' && first ? [{ ...first, amount: first.amount + 1 }] : []),
    ...(odd === 'UNKNOWN' ? [{ id: `NOT${chosen}`, kind: 'Payment', amount: 100, isBooked: false }] : []),
  ];
  const broken = odd === 'BROKEN' ? one(BROKEN, chosen) : undefined;
  if (!lines.length && !broken) return;
  const texts = lines.map(({ id, kind, amount: much }) => [id, new Date().toISOString(), (much / 100).toFixed(2), kind, (Math.floor((much * fee) / 100) / 100).toFixed(2)].join(','));
  const content = ['Trx ID,Date Time,Amount,Type,Fee', ...texts, ...(broken ? [broken] : [])].join('\n');
  for (let times = 0; times < (twice ? 2 : 1); times++) {
    const { data } = await ask.keyed('importWalletStatement', { provider: 'BKASH', content }, anybody(scene, who + 1));
    if (!data) continue;
    if (broken) ask.count('statement refused');
    const findings = (data['statement']?.findings ?? []) as Array<{ finding: string; lines: number }>;
    for (const { finding } of findings) ask.count(`statement ${finding}`);
    const found = (is: (finding: string) => boolean): number => findings.filter(({ finding }) => is(finding)).reduce((sum, one) => sum + one.lines, 0);
    const isHalf = found(() => true) !== (broken ? 0 : lines.length) || Boolean(data['statement']) === (data['faults'].length > 0) || Boolean(broken) !== data['faults'].length > 0;
    if (isHalf) throw new Error(`a statement was not taken as it is: ${content}: ${JSON.stringify(data)}`);
    if (found((finding) => finding === 'UNKNOWN') > lines.filter(({ isBooked }) => !isBooked).length) throw new Error(`what is in the books was not found: ${content}: ${JSON.stringify(data)}`);
  }
});

/** bKash says all that it took and gave back, with a fee of so many in a hundred. */
export const statementOf = (scene: Scene, fee: number): Promise<unknown> => importStatement.act({ lines: 1_023, fee, odd: null, twice: false, who: 2 }, scene);

/** What bKash took and gave back so far, in minor units, and whether the books had it a moment ago. */
function movementsAt({ clinic, now }: Scene): Array<{ id: string; kind: string; amount: number; isBooked: boolean }> {
  const references = new Set([...now.payments.filter(({ status }) => status === 'CAPTURED'), ...now.refunds.filter(({ status }) => status === 'PAID')].map(({ reference }) => reference));
  const of = (id: string, kind: string, text: string) => ({ id, kind, amount: Math.round(Number(text) * 100), isBooked: references.has(id) });
  return [...clinic.bkash.payments.values()].flatMap(({ trxID, amount: paid, refunds }) => (trxID ? [of(trxID, 'Payment', paid), ...refunds.map((each) => of(each.refundTrxId, 'Refund', each.refundAmount))] : []));
}

/** Somebody ends by hand a payment that does not end, which bKash may have taken without our learning of it, or takes later; it may say nothing of it, or tell now. */
export const endWallet = deed<{ payment: number; unheard: boolean; silent: boolean; who: number }>(4, { payment: which, unheard: fc.constantFrom(true, true, true, false), silent: fc.constantFrom(true, true, false), who: which }, async ({ payment, unheard, silent, who }, scene) => {
  const { clinic, now, ask } = scene;
  const chosen = one(now.payments.filter(({ method, status }) => method === 'BKASH' && (status === 'PENDING' || payment % 7 === 0)), payment);
  if (!chosen) return;
  const open = openAt(scene).find(({ merchantInvoiceNumber }) => merchantInvoiceNumber === chosen.id);
  if (open && unheard) {
    clinic.bkash.mishap('execute', 'CUT');
    clinic.bkash.mishap('payment/status', 'CUT', 'CUT');
    const back = new URL(clinic.bkash.payer(open.paymentID, 'AGREED'));
    await come(scene, back.pathname + back.search);
  }
  clinic.bkash.mishap('payment/status', ...(silent ? ['CUT' as const] : []));
  const { outcome } = await ask.other('endWalletPayment', 'mutation ($input: EndWalletPaymentInput!) { answer: endWalletPayment(input: $input) { payment { status } } }', { input: { paymentId: chosen.id, reason: 'bKash does not know it' } }, anybody(scene, who + 1));
  if (outcome === 'done' && [...clinic.bkash.payments.values()].some(({ merchantInvoiceNumber, trxID }) => merchantInvoiceNumber === chosen.id && trxID)) ask.count('ended what was paid');
});

/** bKash answers again whatever it is asked. */
export function answerAgain({ bkash }: Scene['clinic']): void {
  for (const path of ['create', 'execute', 'payment/status', 'refund/transaction', 'refund/status']) bkash.mishap(path);
}

const openAt = ({ clinic, now }: Scene): BkashPayment[] => {
  const ended = new Set(now.wallet_payments.filter(({ ended_at }) => ended_at !== null).map(({ id }) => id));
  const pending = new Set(now.payments.filter(({ id, status }) => status === 'PENDING' || ended.has(id)).map(({ id }) => id));
  return [...clinic.bkash.payments.values()].filter(({ merchantInvoiceNumber, payer }) => payer === 'AWAY' && pending.has(merchantInvoiceNumber));
};

/** A browser comes to the server; after a crash it may be told that something went wrong. */
const come = ({ world }: Scene, url: string): Promise<unknown> => world.app.inject({ method: 'GET', url });
