import { randomUUID } from 'node:crypto';
import type { GraphqlAnswer, Person, World } from './world.js';

export const MONEY = '{ amount currency }';

/** Everything of an invoice. */
export const INVOICE = `id kind status number patientId chamberId appointmentId issuedOn pricesIncludeTax gross ${MONEY} discount ${MONEY} tax ${MONEY} rounding ${MONEY} total ${MONEY} paid ${MONEY} credited ${MONEY} due ${MONEY}
  needsApproval discountApproval { by { id } discount ${MONEY} } note reason creditsId draftedBy { id } issuedBy { id } issuedAt version viewerCan { edit issue approveDiscount credit pay }
  lines { id no kind description code { system code } doctor { id } quantity unitPrice ${MONEY} discount ${MONEY} taxCategory taxRate tax ${MONEY} total ${MONEY} fee { ruleId reason appointmentId freeOfAppointmentId } creditsNo }
  allocations { paymentId amount ${MONEY} } creditNotes { id number total ${MONEY} }`;

/** Everything of a payment. */
export const PAYMENT = `id status receiptNumber chamberId patientId depositOfId method provider reference drawerId amount ${MONEY} allocated ${MONEY} refunded ${MONEY} left ${MONEY} paidBy takenBy { id } capturedAt capturedOn version
  allocations { invoiceId amount ${MONEY} } refunds { id status receiptNumber amount ${MONEY} }`;

/** Everything of a refund. */
export const REFUND = `id paymentId status receiptNumber needsApproval method reference amount ${MONEY} reason requestedBy { id } decidedBy { id } paidBy { id } paidOn version viewerCan { approve reject pay }`;

export interface MoneyAnswer {
  amount: number;
  currency: string;
}

export interface InvoiceAnswer {
  id: string;
  version: number;
  status: string;
  number: string | null;
  gross: MoneyAnswer;
  discount: MoneyAnswer;
  tax: MoneyAnswer;
  rounding: MoneyAnswer;
  total: MoneyAnswer;
  paid: MoneyAnswer;
  credited: MoneyAnswer;
  due: MoneyAnswer;
  needsApproval: boolean;
  lines: Array<{ no: number; total: MoneyAnswer; tax: MoneyAnswer; [field: string]: unknown }>;
  [field: string]: unknown;
}

export interface PaymentAnswer {
  id: string;
  version: number;
  status: string;
  amount: MoneyAnswer;
  left: MoneyAnswer;
  allocations: Array<{ invoiceId: string; amount: MoneyAnswer }>;
  [field: string]: unknown;
}

export interface RefundAnswer {
  id: string;
  version: number;
  status: string;
  needsApproval: boolean;
  amount: MoneyAnswer;
  [field: string]: unknown;
}

type Versioned = { id: string; version: number };

/** Taka, in minor units. */
export const bdt = (amount: number): MoneyAnswer => ({ amount, currency: 'BDT' });

/** A line for something that was done, at a price in minor units. */
export const service = (price: number, more: object = {}): object => ({ kind: 'SERVICE', description: 'Dressing', unitPrice: bdt(price), taxCategory: 'EXEMPT', ...more });

const byInput = (operation: string, input: string, answer: string) => `mutation ($input: ${input}!) { answer: ${operation}(input: $input) { ${answer} } }`;
const byVersion = (operation: string, answer: string) => `mutation ($id: UUID!, $version: Int!) { answer: ${operation}(id: $id, version: $version) { ${answer} } }`;

/** Billing through the API, as one person, in one chamber; the methods that end in Answer also give errors, the others fail the test. */
export class Billing {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
    private readonly chamberId: string,
  ) {}

  draftAnswer(patientId: string, lines: object[], more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('draftInvoice', 'DraftInvoiceInput', INVOICE), { input: { patientId, chamberId: this.chamberId, lines, idempotencyKey: randomUUID(), ...more } });
  }

  draft(patientId: string, lines: object[], more: object = {}): Promise<InvoiceAnswer> {
    return answerOf(this.draftAnswer(patientId, lines, more));
  }

  editAnswer({ id, version }: Versioned, lines: object[], more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('editInvoice', 'EditInvoiceInput', INVOICE), { input: { id, version, lines, ...more } });
  }

  issueAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(byVersion('issueInvoice', INVOICE), { id, version });
  }

  issue(invoice: Versioned): Promise<InvoiceAnswer> {
    return answerOf(this.issueAnswer(invoice));
  }

  /** Drafts and issues. */
  async bill(patientId: string, lines: object[], more: object = {}): Promise<InvoiceAnswer> {
    return this.issue(await this.draft(patientId, lines, more));
  }

  discardAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(byVersion('discardInvoice', INVOICE), { id, version });
  }

  approveDiscountAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(byVersion('approveDiscount', INVOICE), { id, version });
  }

  creditAnswer(invoiceId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('creditInvoice', 'CreditInvoiceInput', INVOICE), { input: { invoiceId, reason: 'Billed in error', idempotencyKey: randomUUID(), ...more } });
  }

  credit(invoiceId: string, more: object = {}): Promise<InvoiceAnswer> {
    return answerOf(this.creditAnswer(invoiceId, more));
  }

  async invoice(id: string): Promise<InvoiceAnswer> {
    return (await this.world.ok(`query ($id: UUID!) { invoice(id: $id) { ${INVOICE} } }`, { id }, this.person.token)).invoice;
  }

  openDrawerAnswer(openingFloat = 0, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('openDrawer', 'OpenDrawerInput', `id status cashier { id } openingFloat ${MONEY} openedOn`), { input: { chamberId: this.chamberId, openingFloat: bdt(openingFloat), idempotencyKey: randomUUID(), ...more } });
  }

  openDrawer(openingFloat = 0): Promise<{ id: string }> {
    return answerOf(this.openDrawerAnswer(openingFloat));
  }

  /** Takes a payment, in cash unless told. */
  takeAnswer(patientId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('takePayment', 'TakePaymentInput', PAYMENT), { input: { patientId, chamberId: this.chamberId, method: 'CASH', amount: bdt(amount), idempotencyKey: randomUUID(), ...more } });
  }

  take(patientId: string, amount: number, more: object = {}): Promise<PaymentAnswer> {
    return answerOf(this.takeAnswer(patientId, amount, more));
  }

  async payment(id: string): Promise<PaymentAnswer> {
    return (await this.world.ok(`query ($id: UUID!) { payment(id: $id) { ${PAYMENT} } }`, { id }, this.person.token)).payment;
  }

  allocateAnswer(paymentId: string, invoiceId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('allocatePayment', 'AllocatePaymentInput', PAYMENT), { input: { paymentId, invoiceId, amount: bdt(amount), idempotencyKey: randomUUID(), ...more } });
  }

  releaseAnswer(paymentId: string, invoiceId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(byInput('releasePayment', 'AllocatePaymentInput', PAYMENT), { input: { paymentId, invoiceId, amount: bdt(amount), idempotencyKey: randomUUID(), ...more } });
  }

  refundAnswer(paymentId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#askProven(byInput('refundPayment', 'RefundPaymentInput', REFUND), { input: { paymentId, amount: bdt(amount), reason: 'Paid twice', idempotencyKey: randomUUID(), ...more } });
  }

  refund(paymentId: string, amount: number, more: object = {}): Promise<RefundAnswer> {
    return answerOf(this.refundAnswer(paymentId, amount, more));
  }

  approveRefundAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#askProven(byVersion('approveRefund', REFUND), { id, version });
  }

  rejectRefundAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(byVersion('rejectRefund', REFUND), { id, version });
  }

  payRefundAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#askProven(byVersion('payRefund', REFUND), { id, version });
  }

  /** What the accounts of the chamber stand at, by account; those at zero are left out. */
  async balances(): Promise<Record<string, number>> {
    const { ledgerBalances } = await this.world.ok(`query ($chamberId: UUID!) { ledgerBalances(chamberId: $chamberId) { account balance ${MONEY} } }`, { chamberId: this.chamberId }, this.person.token);
    return Object.fromEntries((ledgerBalances as Array<{ account: string; balance: MoneyAnswer }>).filter(({ balance }) => balance.amount !== 0).map(({ account, balance }) => [account, balance.amount]));
  }

  // Who signed in minutes ago would be asked for a step-up; suites that share a clinic take longer than that.
  async #askProven(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    await this.world.sql('superuser', `update auth.sessions set authenticated_at = now() where authenticated_at between now() - interval '1 day' and now() - interval '4 minutes'`);
    return this.#ask(query, variables);
  }

  #ask(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables, this.person.token);
  }
}

/** What an operation answered; an error fails the test. */
export async function answerOf<T>(asked: Promise<GraphqlAnswer>): Promise<T> {
  const answer = await asked;
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data.answer as T;
}
