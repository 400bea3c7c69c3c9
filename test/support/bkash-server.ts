import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What bKash knows of a payment. */
export interface BkashPayment {
  paymentID: string;
  amount: string;
  merchantInvoiceNumber: string;
  payerReference: string;
  callbackURL: string;
  /** What the payer did on bKash's page. */
  payer: 'AWAY' | 'AGREED' | 'CANCELLED' | 'HAS_TOO_LITTLE';
  trxID: string | undefined;
  refunds: Array<{ refundTrxId: string; refundTransactionStatus: string; refundAmount: string; completedTime: string }>;
}

/** What becomes of the answer to a call once the call was done; `LOST_BEFORE` is not even done. */
export type Mishap = 'CUT' | 'HANG' | 'LOST_BEFORE' | 'HTTP_500' | 'NO_JSON';

/** A call as it came in. */
export interface BkashCall {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, string>;
}

export const MERCHANT = { username: 'clinic-merchant', password: 'Qzxbkash-password', appKey: 'app-key-1', appSecret: 'Qzxbkash-app-secret' };

const CHECKOUT = '/v1.2.0-beta/tokenized/checkout/';
const REFUND = '/v2/tokenized-checkout/refund/payment/';
const SUCCESSFUL = { statusCode: '0000', statusMessage: 'Successful' };

/** A server that behaves as bKash's tokenized checkout does by its documentation, for one merchant, and has the mishaps that a test asks for. */
export class BkashServer {
  readonly payments = new Map<string, BkashPayment>();
  readonly calls: BkashCall[] = [];
  /** How many seconds tokens hold. */
  tokensHold = 3_600;
  merchant = MERCHANT;
  /** Changes what is answered, by path without what comes before `create` and the like. */
  readonly twists = new Map<string, (answer: Record<string, unknown>) => Record<string, unknown>>();
  readonly #mishaps = new Map<string, Mishap[]>();
  readonly #tokens = new Map<string, number>();
  readonly #refreshTokens = new Set<string>();
  #serial = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<BkashServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bkash = new BkashServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => void bkash.#take(request, response));
    return bkash;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The settings of a server whose practices are paid here. */
  settings(): Record<string, string> {
    return { BKASH_LIVE_URL: this.url, BKASH_SANDBOX_URL: this.url };
  }

  /** Has the next calls of a path end so, one after the other. */
  mishap(path: string, ...mishaps: Mishap[]): void {
    this.#mishaps.set(path, mishaps);
  }

  /** Forgets tokens, as if their time were over before they said. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  /** Begins afresh. */
  reset(): void {
    this.calls.length = 0;
    this.payments.clear();
    this.twists.clear();
    this.#mishaps.clear();
    this.merchant = MERCHANT;
    this.tokensHold = 3_600;
  }

  /** Calls of a path, by the end of it. */
  to(path: string): BkashCall[] {
    return this.calls.filter((call) => call.path.endsWith(path));
  }

  /** What the payer does on bKash's page, and the address that bKash then sends the browser to. */
  payer(paymentID: string, did: BkashPayment['payer']): string {
    const payment = this.payments.get(paymentID)!;
    payment.payer = did;
    return `${payment.callbackURL}${payment.callbackURL.includes('?') ? '&' : '?'}paymentID=${paymentID}&status=${{ AWAY: 'failure', CANCELLED: 'cancel', AGREED: 'success', HAS_TOO_LITTLE: 'success' }[did]}&signature=none`;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, string>;
    const path = request.url!;
    this.calls.push({ path, headers: request.headers, body });
    const name = path.startsWith(CHECKOUT) ? path.slice(CHECKOUT.length) : path.startsWith(REFUND) ? `refund/${path.slice(REFUND.length)}` : '';
    const mishap = this.#mishaps.get(name)?.shift();
    if (mishap === 'LOST_BEFORE') return void request.socket.destroy();
    const { status, answer } = this.#answerTo(name, request.headers, body);
    if (mishap === 'CUT') return void request.socket.destroy();
    if (mishap === 'HANG') return void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    if (mishap === 'HTTP_500') return void response.writeHead(500).end('{"message":"Internal server error"}');
    if (mishap === 'NO_JSON') return void response.writeHead(200).end('<html>');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify((this.twists.get(name) ?? ((same) => same))(answer)));
  }

  #answerTo(name: string, headers: IncomingMessage['headers'], body: Record<string, string>): { status: number; answer: Record<string, unknown> } {
    const ok = (answer: Record<string, unknown>) => ({ status: 200, answer });
    if (name === 'token/grant' || name === 'token/refresh') return ok(this.#token(name, headers, body));
    if ((this.#tokens.get(headers.authorization ?? '') ?? 0) <= Date.now()) return { status: 401, answer: { message: 'The incoming token has expired' } };
    if (headers['x-app-key'] !== this.merchant.appKey) return { status: 403, answer: { message: 'Forbidden' } };
    switch (name) {
      case 'create': return ok(this.#create(body));
      case 'execute': return ok(this.#execute(body['paymentID']!));
      case 'payment/status': return ok(this.#status(body['paymentID']!));
      case 'general/searchTransaction': return ok(this.#search(body['trxID']!));
      case 'refund/transaction': return this.#refund(body);
      case 'refund/status': return this.#refundStatus(body);
      default: return { status: 404, answer: { message: 'Missing Authentication Token' } };
    }
  }

  #token(name: string, headers: IncomingMessage['headers'], body: Record<string, string>): Record<string, unknown> {
    const { username, password, appKey, appSecret } = this.merchant;
    if (headers['username'] !== username || headers['password'] !== password) return { statusCode: '2067', statusMessage: 'Invalid permission' };
    if (body['app_key'] !== appKey || body['app_secret'] !== appSecret) return refusal('2001', 'Invalid App Key');
    if (name === 'token/refresh' && !this.#refreshTokens.has(body['refresh_token']!)) return refusal('2020', 'Exception Occurred');
    const [idToken, refreshToken] = [`id-${randomUUID()}`, `refresh-${randomUUID()}`];
    this.#tokens.set(idToken, Date.now() + this.tokensHold * 1_000);
    this.#refreshTokens.add(refreshToken);
    return { ...SUCCESSFUL, id_token: idToken, token_type: 'Bearer', expires_in: this.tokensHold, refresh_token: refreshToken };
  }

  #create(body: Record<string, string>): Record<string, unknown> {
    const { mode, payerReference, callbackURL, amount, currency, intent, merchantInvoiceNumber } = body;
    if (mode !== '0011') return refusal('2063', 'Mode is not valid as per request data');
    if (!/^\d+(\.\d{1,2})?$/.test(amount ?? '') || Number(amount) <= 0) return refusal('2006', 'Invalid amount');
    if (currency !== 'BDT') return refusal('2007', 'Invalid currency');
    if (intent !== 'sale') return refusal('2008', 'Invalid intent');
    if (!merchantInvoiceNumber || merchantInvoiceNumber.length > 255) return refusal('2031', 'Invalid merchant invoice number');
    if (!payerReference || payerReference.length > 255) return refusal('2048', 'Invalid Payer Reference');
    if (!callbackURL || !URL.canParse(callbackURL)) return refusal('2049', 'Invalid Merchant Callback URL');
    const paymentID = `TR0011${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    this.payments.set(paymentID, { paymentID, amount: amount!, merchantInvoiceNumber, payerReference, callbackURL, payer: 'AWAY', trxID: undefined, refunds: [] });
    const callback = (status: string): string => `${callbackURL}?paymentID=${paymentID}&status=${status}`;
    return {
      ...SUCCESSFUL, paymentID, bkashURL: `${this.url}/redirect/tokenized/?paymentID=${paymentID}&hash=abc&mode=0011&apiVersion=v1.2.0-beta`, callbackURL, successCallbackURL: callback('success'),
      failureCallbackURL: callback('failure'), cancelledCallbackURL: callback('cancel'), amount, intent, currency, paymentCreateTime: now(), transactionStatus: 'Initiated', merchantInvoiceNumber,
    };
  }

  #execute(paymentID: string): Record<string, unknown> {
    const payment = this.payments.get(paymentID);
    if (!payment) return refusal('2002', 'Invalid Payment ID');
    if (payment.trxID) return refusal('2062', 'The payment has already been completed');
    if (payment.payer === 'HAS_TOO_LITTLE') return refusal('2023', 'Insufficient Balance');
    if (payment.payer !== 'AGREED') return refusal('2056', 'Invalid Payment State');
    payment.trxID = this.#trxID();
    return {
      ...SUCCESSFUL, paymentID, payerReference: payment.payerReference, customerMsisdn: '01100000001', trxID: payment.trxID, amount: payment.amount, transactionStatus: 'Completed', paymentExecuteTime: now(),
      currency: 'BDT', intent: 'sale', merchantInvoiceNumber: payment.merchantInvoiceNumber,
    };
  }

  #status(paymentID: string): Record<string, unknown> {
    const payment = this.payments.get(paymentID);
    if (!payment) return refusal('2002', 'Invalid Payment ID');
    const { trxID, amount, merchantInvoiceNumber, payerReference } = payment;
    return {
      ...SUCCESSFUL, paymentID, mode: '0011', paymentCreateTime: now(), amount, currency: 'BDT', intent: 'sale', merchantInvoice: merchantInvoiceNumber, payerReference,
      ...(trxID ? { trxID, paymentExecuteTime: now(), transactionStatus: 'Completed', verificationStatus: 'Complete' } : { transactionStatus: 'Initiated', verificationStatus: payment.payer === 'AGREED' ? 'Complete' : 'Incomplete' }),
    };
  }

  #search(trxID: string): Record<string, unknown> {
    const payment = [...this.payments.values()].find((one) => one.trxID === trxID);
    if (!payment) return refusal('2033', 'Transaction not found');
    return {
      ...SUCCESSFUL, trxID, initiationTime: now(), completedTime: now(), transactionType: 'bKash Tokenized Checkout via API', customerMsisdn: '01100000001', transactionStatus: 'Completed', amount: payment.amount,
      currency: 'BDT', organizationShortCode: '50022',
    };
  }

  #refund(body: Record<string, string>): { status: number; answer: Record<string, unknown> } {
    const payment = this.payments.get(body['paymentId']!);
    if (!payment?.trxID || payment.trxID !== body['trxId']) return refundRefusal('2077', 'Invalid TrxID');
    if (!body['sku']) return refundRefusal('2073', 'SKU is required');
    if (!body['reason']) return refundRefusal('2076', 'Reason is required');
    const refundAmount = body['refundAmount']!;
    const left = cents(payment.amount) - payment.refunds.reduce((sum, one) => sum + cents(one.refundAmount), 0);
    if (!/^\d+(\.\d{1,2})?$/.test(refundAmount) || cents(refundAmount) <= 0 || cents(refundAmount) > left) return refundRefusal('2072', 'Refund amount is not valid');
    const refund = { refundTrxId: this.#trxID(), refundTransactionStatus: 'Completed', refundAmount, completedTime: now() };
    payment.refunds.push(refund);
    return { status: 200, answer: { originalTrxId: payment.trxID, originalTrxAmount: payment.amount, currency: 'BDT', sku: body['sku'], reason: body['reason'], ...refund } };
  }

  #refundStatus(body: Record<string, string>): { status: number; answer: Record<string, unknown> } {
    const payment = this.payments.get(body['paymentId']!);
    if (!payment?.trxID || payment.trxID !== body['trxId']) return refundRefusal('2077', 'Invalid TrxID');
    return { status: 200, answer: { originalTrxId: payment.trxID, originalTrxAmount: payment.amount, originalTrxCompletedTime: now(), refundTransactions: payment.refunds } };
  }

  #trxID(): string {
    return `BK${(++this.#serial).toString().padStart(8, '0')}`;
  }
}

const refusal = (statusCode: string, statusMessage: string): Record<string, unknown> => ({ statusCode, statusMessage });
const refundRefusal = (externalCode: string, message: string): { status: number; answer: Record<string, unknown> } =>
  ({ status: 400, answer: { internalCode: 'refund_error', externalCode, errorMessageEn: message, errorMessageBn: 'ত্রুটি' } });
const cents = (text: string): number => Math.round(Number(text) * 100);
const now = (): string => `${new Date(Date.now() + 21_600_000).toISOString().slice(0, -1).replace('.', ':')} GMT+0600`;
