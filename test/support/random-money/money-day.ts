import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { bdt, service } from '../billing.js';
import type { Person, World } from '../world.js';
import { bookFaults } from './books.js';
import type { Deed, Moment } from './deeds.js';

/** How often each deed was done, and how often it was refused and why. */
export type Tally = Map<string, number>;

interface Request {
  operation: string;
  input: string;
  variables: Record<string, unknown>;
  person: Person;
}

interface Answer {
  outcome: string;
  data: Record<string, any> | undefined;
}

interface State {
  invoices: Array<{ id: string; patientId: string; due: number; status: string; version: number }>;
  payments: Array<{ id: string; patientId: string; amount: number }>;
  refunds: Array<{ id: string; version: number }>;
}

const FIELDS: Record<string, string> = { Invoice: 'id version needsApproval', Payment: 'id amount { amount }', Refund: 'id status' };

/** One financial day of a chamber, played against the real server. */
export class MoneyDay {
  readonly #sent: Request[] = [];
  readonly #taken = new Map<string, { id: string; amount: number }>();

  constructor(
    private readonly world: World,
    private readonly place: { chamberId: string; cashier: Person; manager: Person; patients: readonly string[]; tally: Tally },
  ) {}

  /** Does what happens at a moment, all at once; after a crash whoever got no answer asks again. Gives what is wrong then. */
  async live({ deeds, crash }: Moment): Promise<string[]> {
    const state = await this.#state();
    const done = Promise.all(deeds.map((deed) => this.#do(deed, state)));
    if (crash) {
      this.#count('crash');
      await this.world.sql('superuser', `select pg_terminate_backend(pid, 5_000) from pg_stat_activity where datname = current_database() and usename = 'sinduk_app'`);
      await delay(20);
    }
    await done;
    return bookFaults(this.world, this.place.chamberId, this.#taken);
  }

  async #do(deed: Deed, { invoices, payments, refunds }: State): Promise<void> {
    const { cashier, manager, patients } = this.place;
    const one = <T>(of: readonly T[], which: number): T | undefined => of[which % (of.length || 1)];
    const idempotencyKey = randomUUID();
    switch (deed.what) {
      case 'bill': return this.#bill(deed);
      case 'take': {
        const patientId = one(patients, deed.patient)!;
        const invoice = one(invoices.filter((other) => other.patientId === patientId && other.status === 'ISSUED'), deed.invoice);
        const part = invoice && Math.floor((Math.min(invoice.due, deed.amount) * deed.part) / 100);
        const input = { patientId, chamberId: this.place.chamberId, amount: bdt(deed.amount), idempotencyKey, ...(deed.method % 2 ? { method: 'CASH' } : { method: 'CARD', reference: `T${deed.method % 30}-${deed.amount}` }),
          ...(invoice && part ? { allocations: [{ invoiceId: invoice.id, amount: bdt(part) }] } : {}) };
        return void (await this.#send({ operation: 'takePayment', input: 'TakePaymentInput', variables: { input }, person: cashier }));
      }
      case 'allocate': case 'release': {
        const payment = one(payments, deed.payment);
        const invoice = payment && one(invoices.filter(({ patientId }) => patientId === payment.patientId), deed.invoice);
        if (!invoice) return;
        const input = { paymentId: payment.id, invoiceId: invoice.id, amount: bdt(Math.min(deed.amount, payment.amount)), idempotencyKey };
        return void (await this.#send({ operation: `${deed.what}Payment`, input: 'AllocatePaymentInput', variables: { input }, person: deed.what === 'allocate' ? cashier : manager }));
      }
      case 'credit': {
        const invoice = one(invoices.filter(({ status }) => status === 'ISSUED'), deed.invoice);
        if (!invoice) return;
        const input = { invoiceId: invoice.id, reason: 'in error', idempotencyKey, ...(deed.part < 60 && { lines: [{ no: 1, amount: bdt(deed.part * 500) }] }) };
        return void (await this.#send({ operation: 'creditInvoice', input: 'CreditInvoiceInput', variables: { input }, person: manager }));
      }
      case 'refund': {
        const payment = one(payments, deed.payment);
        if (!payment) return;
        const input = { paymentId: payment.id, amount: bdt(Math.min(deed.amount, payment.amount)), reason: 'too much', idempotencyKey, ...(deed.cash && { method: 'CASH' }) };
        return void (await this.#send({ operation: 'refundPayment', input: 'RefundPaymentInput', variables: { input }, person: cashier }));
      }
      case 'decide': {
        const refund = one(refunds, deed.refund);
        if (!refund) return;
        const decided = await this.#step(deed.approve ? 'approveRefund' : 'rejectRefund', 'Refund', refund, manager);
        if (deed.approve && decided.outcome === 'done') await this.#step('payRefund', 'Refund', { id: refund.id, version: refund.version + 1 }, cashier);
        return;
      }
      case 'again': {
        const request = one(this.#sent, deed.request);
        if (request) await this.#send(request, 'again ');
      }
    }
  }

  async #bill({ patient, prices, discountRate, taxed }: Deed & { what: 'bill' }): Promise<void> {
    const { patients, chamberId, cashier, manager } = this.place;
    const lines = prices.map((price) => service(price, { discountRate, quantity: 1 + (price % 3), taxCategory: taxed ? 'STANDARD' : 'EXEMPT' }));
    const { data } = await this.#send({ operation: 'draftInvoice', input: 'DraftInvoiceInput', variables: { input: { patientId: patients[patient % patients.length], chamberId, lines, idempotencyKey: randomUUID() } }, person: cashier });
    if (!data) return;
    const issued = await this.#step('issueInvoice', 'Invoice', { id: data['id'], version: data['version'] }, cashier);
    if (issued.outcome !== 'APPROVAL_NEEDED') return;
    await this.#step('approveDiscount', 'Invoice', { id: data['id'], version: data['version'] }, manager);
    await this.#step('issueInvoice', 'Invoice', { id: data['id'], version: data['version'] + 1 }, cashier);
  }

  #step(operation: string, type: string, { id, version }: { id: string; version: number }, person: Person): Promise<Answer> {
    return this.#ask(operation, `mutation ($id: UUID!, $version: Int!) { answer: ${operation}(id: $id, version: $version) { ${FIELDS[type]} } }`, { id, version }, person);
  }

  async #send(request: Request, how = ''): Promise<Answer> {
    this.#sent.push(request);
    const type = /draftInvoice|creditInvoice/.test(request.operation) ? 'Invoice' : request.operation === 'refundPayment' ? 'Refund' : 'Payment';
    const answer = await this.#ask(how + request.operation, `mutation ($input: ${request.input}!) { answer: ${request.operation}(input: $input) { ${FIELDS[type]} } }`, request.variables, request.person);
    if (request.operation === 'takePayment' && answer.data) {
      const { idempotencyKey } = request.variables['input'] as { idempotencyKey: string };
      const before = this.#taken.get(idempotencyKey);
      if (before && before.id !== answer.data['id']) throw new Error('one key took two payments');
      this.#taken.set(idempotencyKey, { id: answer.data['id'], amount: answer.data['amount'].amount });
    }
    return answer;
  }

  /** Asks until there is an answer: after a crash the pool finds out one by one which of its connections are gone. */
  async #ask(what: string, query: string, variables: Record<string, unknown>, person: Person): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const { data, errors } = await this.world.graphql(query, variables, person.token);
      const { code, reason } = (errors?.[0]?.extensions ?? {}) as { code?: string; reason?: string };
      const outcome = reason ?? code ?? 'done';
      this.#count(`${what} ${outcome}`);
      if (outcome === 'INTERNAL') throw new Error(`${what}: ${JSON.stringify(errors)}`);
      // Two that are sent at once under one key: the one that comes second asks again, as a client does.
      if ((outcome !== 'UNAVAILABLE' && outcome !== 'KEY_USED') || tries === 19) return { outcome, data: errors ? undefined : data.answer };
    }
  }

  async #state(): Promise<State> {
    const { chamberId } = this.place;
    const [row] = await this.world.sql<{ state: State }>('superuser', `
      select json_build_object(
        'invoices', (select coalesce(json_agg(json_build_object('id', i.id, 'patientId', i.patient_id, 'due', i.total - (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.invoice_id = i.id) - (select coalesce(sum(n.total), 0) from clinic.invoices n where n.credits = i.id and n.status = 'ISSUED'), 'status', i.status, 'version', i.version) order by i.issued_at, i.id), '[]') from clinic.invoices i where i.chamber_id = $1 and i.kind = 'INVOICE' and i.number is not null),
        'payments', (select coalesce(json_agg(json_build_object('id', p.id, 'patientId', p.patient_id, 'amount', p.amount) order by p.created_at, p.id), '[]') from clinic.payments p where p.chamber_id = $1 and p.status = 'CAPTURED'),
        'refunds', (select coalesce(json_agg(json_build_object('id', r.id, 'version', r.version) order by r.requested_at, r.id), '[]') from clinic.refunds r join clinic.payments p on p.id = r.payment_id where p.chamber_id = $1 and r.status = 'REQUESTED')) as state`, [chamberId]);
    return row!.state;
  }

  #count(what: string): void {
    this.place.tally.set(what, (this.place.tally.get(what) ?? 0) + 1);
  }
}
