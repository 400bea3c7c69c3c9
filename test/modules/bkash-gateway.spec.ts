import { BkashApi, type BkashCredentials } from '../../src/billing/payments/gateways/bkash/bkash-api.js';
import { BkashGateway } from '../../src/billing/payments/gateways/bkash/bkash-gateway.js';
import { type WalletAccount, WalletSite } from '../../src/billing/payments/gateways/wallet-gateway.js';
import { BkashServer, MERCHANT, type Mishap } from '../support/bkash-server.js';

const ACCOUNT: WalletAccount<BkashCredentials> = { tenantId: '0190a6f0-0000-7000-8000-000000000001', version: 1, site: WalletSite.LIVE, credentials: MERCHANT };
const ORDER = { orderNumber: '01a2b3', payerReference: '01a2b3', amount: 50_050n, callbackUrl: 'https://clinic.example/wallets/bkash/callback' };

describe('the gateway to bKash', () => {
  let bkash: BkashServer;
  let gateway: BkashGateway;

  beforeAll(async () => {
    bkash = await BkashServer.start();
  });
  afterAll(() => bkash.stop());
  beforeEach(() => {
    bkash.reset();
    gateway = new BkashGateway(new BkashApi({ LIVE: bkash.url }, 10_000));
  });

  const open = async (): Promise<string> => {
    const opened = await gateway.open(ACCOUNT, ORDER);
    if (opened.kind !== 'OPENED') throw new Error(opened.code);
    return opened.checkoutId;
  };
  const paid = async (): Promise<{ checkoutId: string; transactionId: string }> => {
    const checkoutId = await open();
    bkash.payer(checkoutId, 'AGREED');
    const outcome = await gateway.execute(ACCOUNT, checkoutId);
    if (outcome.kind !== 'CAPTURED') throw new Error(outcome.kind);
    return { checkoutId, transactionId: outcome.transactionId };
  };
  const captured = (checkoutId: string) => ({ kind: 'CAPTURED', checkoutId, orderNumber: '01a2b3', transactionId: expect.stringMatching(/^BK\d{8}$/), amount: 50_050n, currency: 'BDT' });

  it('opens a checkout with what bKash wants to know', async () => {
    const opened = await gateway.open(ACCOUNT, ORDER);
    expect(opened).toEqual({ kind: 'OPENED', checkoutId: expect.stringMatching(/^TR0011/), checkoutUrl: expect.stringContaining('/redirect/tokenized/?paymentID=TR0011') });
    expect(bkash.to('/tokenized/checkout/create')[0]).toMatchObject({
      path: '/v1.2.0-beta/tokenized/checkout/create', headers: { authorization: expect.stringMatching(/^id-/), 'x-app-key': 'app-key-1', 'content-type': 'application/json' },
      body: { mode: '0011', intent: 'sale', amount: '500.50', currency: 'BDT', merchantInvoiceNumber: '01a2b3', payerReference: '01a2b3', callbackURL: ORDER.callbackUrl },
    });
  });

  it('tells what was paid, to the paisa, when executing and when asking', async () => {
    const checkoutId = await open();
    expect(await gateway.query(ACCOUNT, checkoutId)).toEqual({ kind: 'WAITING' });
    bkash.payer(checkoutId, 'AGREED');
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
    expect(await gateway.query(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
  });

  it('asks what a payment came to that was executed before', async () => {
    const { checkoutId } = await paid();
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
    expect(bkash.to('/execute')).toHaveLength(2);
    expect(bkash.to('/payment/status')).toHaveLength(1);
  });

  it.each([['AWAY', { kind: 'WAITING' }], ['CANCELLED', { kind: 'WAITING' }], ['HAS_TOO_LITTLE', { kind: 'FAILED', code: '2023' }]] as const)('takes nothing from a payer who is %s', async (payer, outcome) => {
    const checkoutId = await open();
    bkash.payer(checkoutId, payer);
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual(outcome);
    expect(bkash.payments.get(checkoutId)!.trxID).toBeUndefined();
  });

  const mishaps: Array<[Mishap, string]> = [['CUT', 'UNREACHABLE'], ['HTTP_500', 'HTTP_500'], ['NO_JSON', 'UNREADABLE'], ['LOST_BEFORE', 'UNREACHABLE']];
  it.each(mishaps)('knows nothing of a payment when the answer is lost (%s), neither that it was made nor that it was not', async (mishap, code) => {
    const checkoutId = await open();
    bkash.payer(checkoutId, 'AGREED');
    bkash.mishap('execute', mishap);
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual({ kind: 'UNKNOWN', code });
    expect(await gateway.query(ACCOUNT, checkoutId)).toEqual(mishap === 'LOST_BEFORE' ? { kind: 'WAITING' } : captured(checkoutId));
  });

  it('knows nothing of a payment when the answer does not end in time', async () => {
    const checkoutId = await open();
    bkash.payer(checkoutId, 'AGREED');
    bkash.mishap('execute', 'HANG');
    // With a token already, so that the little time is for executing alone.
    const hasty = new BkashGateway(new BkashApi({ LIVE: bkash.url }, 1_000));
    await hasty.query(ACCOUNT, checkoutId);
    expect(await hasty.execute(ACCOUNT, checkoutId)).toEqual({ kind: 'UNKNOWN', code: 'TIMEOUT' });
    expect(await gateway.query(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
  });

  it.each<[string, (answer: Record<string, unknown>) => Record<string, unknown>]>([
    ['is about another payment', (answer) => ({ ...answer, paymentID: 'TR0011other' })],
    ['names no transaction', ({ trxID: _, ...answer }) => answer],
    ['has an amount with fractions of a paisa', (answer) => ({ ...answer, amount: '500.505' })],
    ['has an amount that is none', (answer) => ({ ...answer, amount: '5e2' })],
    ['has a status that nobody knows', (answer) => ({ ...answer, transactionStatus: 'Authorized' })],
    ['has a code that nobody knows', (answer) => ({ ...answer, statusCode: '9999' })],
    ['is a list', () => [] as never],
    ['is too long', (answer) => ({ ...answer, padding: 'x'.repeat(200_000) })],
  ])('does not believe an answer that %s', async (_, twist) => {
    const checkoutId = await open();
    bkash.payer(checkoutId, 'AGREED');
    bkash.twists.set('execute', twist);
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual({ kind: 'UNKNOWN', code: expect.stringMatching(/^(UNREADABLE|UNREACHABLE|9999)$/) });
  });

  it('tells the amount that bKash tells, whatever was asked for', async () => {
    const checkoutId = await open();
    bkash.payer(checkoutId, 'AGREED');
    bkash.twists.set('execute', (answer) => ({ ...answer, amount: '500.5' }));
    expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
    bkash.twists.set('payment/status', (answer) => ({ ...answer, amount: '5' }));
    expect(await gateway.query(ACCOUNT, checkoutId)).toMatchObject({ kind: 'CAPTURED', amount: 500n });
  });

  it('knows nothing of a payment that bKash does not know', async () => {
    expect(await gateway.execute(ACCOUNT, 'TR0011nobody')).toEqual({ kind: 'UNKNOWN', code: '2002' });
    expect(await gateway.query(ACCOUNT, 'TR0011nobody')).toEqual({ kind: 'UNKNOWN', code: '2002' });
  });

  it('tells why a checkout was not opened', async () => {
    bkash.twists.set('create', () => ({ statusCode: '2006', statusMessage: 'Invalid amount' }));
    expect(await gateway.open(ACCOUNT, ORDER)).toEqual({ kind: 'REFUSED', code: '2006' });
    bkash.twists.set('create', (answer) => ({ ...answer, bkashURL: 'javascript:alert(1)' }));
    expect(await gateway.open(ACCOUNT, ORDER)).toEqual({ kind: 'UNKNOWN', code: 'UNREADABLE' });
    bkash.mishap('create', 'CUT');
    expect(await gateway.open(ACCOUNT, ORDER)).toEqual({ kind: 'UNKNOWN', code: 'UNREACHABLE' });
  });

  describe('with its token', () => {
    const grants = (): [number, number] => [bkash.to('/token/grant').length, bkash.to('/token/refresh').length];

    it('is granted one for many calls at a time, each practice its own', async () => {
      await Promise.all(Array.from({ length: 10 }, () => open()));
      expect(grants()).toEqual([1, 0]);
      expect(bkash.to('/token/grant')[0]).toMatchObject({ path: '/v1.2.0-beta/tokenized/checkout/token/grant', headers: { username: 'clinic-merchant', password: MERCHANT.password }, body: { app_key: 'app-key-1', app_secret: MERCHANT.appSecret } });
      await gateway.open({ ...ACCOUNT, tenantId: '0190a6f0-0000-7000-8000-000000000002' }, ORDER);
      expect(grants()).toEqual([2, 0]);
    });

    it('refreshes it before it is over', async () => {
      bkash.tokensHold = 60;
      await open();
      await open();
      expect(grants()).toEqual([1, 1]);
      expect(bkash.to('/token/refresh')[0]!.body).toMatchObject({ app_key: 'app-key-1', refresh_token: expect.stringMatching(/^refresh-/) });
    });

    it('takes another one once when it is refused, and sends the call again', async () => {
      const checkoutId = await open();
      bkash.payer(checkoutId, 'AGREED');
      bkash.forgetTokens();
      expect(await gateway.execute(ACCOUNT, checkoutId)).toEqual(captured(checkoutId));
      expect(grants()).toEqual([1, 1]);
    });

    it('takes another one when the account is another one', async () => {
      await open();
      bkash.merchant = { ...MERCHANT, username: 'another-merchant' };
      await gateway.open({ ...ACCOUNT, version: 2, credentials: bkash.merchant }, ORDER);
      expect(grants()).toEqual([2, 0]);
    });

    it('tells that it was refused, and nothing secret', async () => {
      bkash.merchant = { ...MERCHANT, password: 'changed' };
      const refused = await gateway.open(ACCOUNT, ORDER);
      expect(refused).toEqual({ kind: 'REFUSED', code: 'NOT_ACCEPTED' });
      expect(bkash.to('/create')).toHaveLength(0);
      bkash.merchant = MERCHANT;
      expect(await gateway.open(ACCOUNT, ORDER)).toMatchObject({ kind: 'OPENED' });
    });

    it('is at no system that was not set up', async () => {
      expect(await gateway.open({ ...ACCOUNT, site: WalletSite.SANDBOX }, ORDER)).toEqual({ kind: 'REFUSED', code: 'NOT_SET_UP' });
      expect(bkash.calls).toEqual([]);
    });
  });

  describe('giving money back', () => {
    const refund = (payment: { checkoutId: string; transactionId: string }, amount: bigint) => gateway.refund(ACCOUNT, { ...payment, amount, refundNumber: 'r-1' });

    it('gives it back in parts, and lists them', async () => {
      const payment = await paid();
      expect(await gateway.refundsOf(ACCOUNT, payment)).toEqual({ kind: 'KNOWN', refunds: [] });
      const first = await refund(payment, 20_000n);
      expect(first).toEqual({ kind: 'REFUNDED', transactionId: expect.stringMatching(/^BK/), amount: 20_000n });
      await refund(payment, 30_050n);
      expect(await gateway.refundsOf(ACCOUNT, payment)).toEqual({ kind: 'KNOWN', refunds: [{ transactionId: (first as { transactionId: string }).transactionId, amount: 20_000n }, { transactionId: expect.any(String), amount: 30_050n }] });
      expect(bkash.to('/refund/payment/transaction')[0]).toMatchObject({ path: '/v2/tokenized-checkout/refund/payment/transaction', body: { paymentId: payment.checkoutId, trxId: payment.transactionId, refundAmount: '200.00', sku: 'r-1', reason: 'Refund' } });
    });

    it('tells that more than is left was refused', async () => {
      expect(await refund(await paid(), 50_051n)).toEqual({ kind: 'REFUSED', code: '2072' });
    });

    it.each(mishaps)('knows nothing of a refund whose answer is lost (%s)', async (mishap, code) => {
      const payment = await paid();
      bkash.mishap('refund/transaction', mishap);
      expect(await refund(payment, 50_050n)).toEqual({ kind: 'UNKNOWN', code });
      expect(await gateway.refundsOf(ACCOUNT, payment)).toEqual({ kind: 'KNOWN', refunds: mishap === 'LOST_BEFORE' ? [] : [{ transactionId: expect.any(String), amount: 50_050n }] });
    });

    it('knows nothing while a refund is on its way', async () => {
      const payment = await paid();
      await refund(payment, 100n);
      bkash.payments.get(payment.checkoutId)!.refunds[0]!.refundTransactionStatus = 'Pending';
      expect(await gateway.refundsOf(ACCOUNT, payment)).toEqual({ kind: 'UNKNOWN', code: 'UNREADABLE' });
    });
  });

  it('finds a transaction by its id', async () => {
    const { transactionId } = await paid();
    expect(await gateway.find(ACCOUNT, transactionId)).toEqual({ kind: 'FOUND', amount: 50_050n, currency: 'BDT' });
    expect(await gateway.find(ACCOUNT, 'BK99999999')).toEqual({ kind: 'MISSING' });
  });
});
