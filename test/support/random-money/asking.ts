import { randomUUID } from 'node:crypto';
import type { Person, World } from '../world.js';
import type { Documents } from './documents.js';

/** How often each thing was done, and how often it was refused and why. */
export type Tally = Map<string, number>;

export interface Answer {
  outcome: string;
  data: Record<string, any> | undefined;
}

/** What is sent under an idempotency key: the type of its input, what is asked of the answer, and in which table what it made is. */
const KEYED = {
  draftInvoice: ['DraftInvoiceInput', 'id version', 'invoices'],
  creditInvoice: ['CreditInvoiceInput', 'id', 'invoices'],
  takePayment: ['TakePaymentInput', 'id', 'payments'],
  takeDeposit: ['TakeDepositInput', 'id', 'payments'],
  startWalletPayment: ['StartWalletPaymentInput', 'payment { id }', 'payments'],
  allocatePayment: ['AllocatePaymentInput', 'id', null],
  releasePayment: ['AllocatePaymentInput', 'id', null],
  refundPayment: ['RefundPaymentInput', 'id status', 'refunds'],
  settleDeposit: ['SettleDepositInput', 'id', null],
  openDrawer: ['OpenDrawerInput', 'id', 'drawers'],
  closeDrawer: ['CloseDrawerInput', 'id', null],
  moveMoney: ['MoveMoneyInput', 'id', 'money_moves'],
  requestExpense: ['RequestExpenseInput', 'id version', 'expenses'],
  addShareRule: ['AddShareRuleInput', 'id', 'share_rules'],
  payDoctor: ['PayDoctorInput', 'id', 'doctor_payouts'],
  makeClaim: ['MakeClaimInput', 'id version', 'claims'],
  submitClaims: ['SubmitClaimsInput', 'id', null],
  importRemittance: ['ImportRemittanceInput', 'faults { place reason } imported { id }', null],
  closeClaim: ['CloseClaimInput', 'id', null],
  importWalletStatement: ['ImportWalletStatementInput', 'faults { line reason } statement { id findings { finding lines } }', 'wallet_statements'],
} as const satisfies Record<string, readonly [string, string, keyof Documents | null]>;

export type Keyed = keyof typeof KEYED;

interface Request {
  operation: Keyed;
  input: Record<string, unknown>;
  person: Person;
}

/** Asks the server as people at a desk do: again until there is an answer, and at times twice at once. */
export class Asking {
  readonly #sent: Request[] = [];
  /** What somebody was told that it was made, by table and idempotency key. */
  readonly told = new Map<string, Map<string, string>>();
  /** Whether everything that has an idempotency key is sent twice at the same time. */
  echo = false;

  constructor(
    private readonly world: World,
    private readonly tally: Tally,
  ) {}

  /** Sends something under a fresh key. */
  keyed(operation: Keyed, input: Record<string, unknown>, person: Person): Promise<Answer> {
    const request = { operation, input: { idempotencyKey: randomUUID(), ...input }, person };
    this.#sent.push(request);
    return this.#send(request);
  }

  /** Sends once more what was sent before, as somebody whose answer was lost. */
  again(chosen: number): Promise<Answer> | undefined {
    const request = this.#sent[chosen % (this.#sent.length || 1)];
    return request && this.#send(request, 'again ');
  }

  /** Sends something else under a key: it is refused where the key was used. */
  otherwise(chosen: number): Promise<Answer> | undefined {
    const sent = this.#sent.filter(({ operation }) => operation === 'moveMoney' || operation === 'openDrawer');
    const request = sent[chosen % (sent.length || 1)];
    return request && this.#send({ ...request, input: { ...request.input, ...(request.operation === 'moveMoney' ? { note: 'another' } : { openingFloat: { amount: 7, currency: (request.input['openingFloat'] as { currency: string }).currency } }) } }, 'otherwise ');
  }

  /** Takes something a step by its version. */
  step(operation: string, answer: string, { id, version }: { id: string; version: number }, person: Person, more = ''): Promise<Answer> {
    return this.#ask(operation, `mutation ($id: UUID!, $version: Int!) { answer: ${operation}(id: $id, version: $version${more}) { ${answer} } }`, { id, version }, person);
  }

  /** Any other operation, whose answer is called `answer`. */
  other(operation: string, query: string, variables: Record<string, unknown>, person: Person): Promise<Answer> {
    return this.#ask(operation, query, variables, person);
  }

  count(what: string, times = 1): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + times);
  }

  async #send({ operation, input, person }: Request, how = ''): Promise<Answer> {
    const answers = await Promise.all(Array.from({ length: this.echo ? 2 : 1 }, () => this.#ask(how + operation, queryOf(operation), { input }, person)));
    for (const { data } of answers) {
      const id = (data?.['id'] ?? data?.['payment']?.id ?? data?.['imported']?.id ?? data?.['statement']?.id) as string | undefined;
      if (id) this.tell(KEYED[operation][2] ?? operation, input['idempotencyKey'] as string, id);
    }
    return answers.find(({ data }) => data) ?? answers[0]!;
  }

  /** Notes that somebody was told of what their request made. */
  tell(table: string, key: string, id: string): void {
    const known = this.told.get(table) ?? new Map<string, string>();
    if (known.has(key) && known.get(key) !== id) throw new Error(`one key made two of ${table}: ${known.get(key)} and ${id}`);
    this.told.set(table, known.set(key, id));
  }

  /** Asks until there is an answer: after a crash the pool finds out one by one which of its connections are gone. */
  async #ask(what: string, query: string, variables: Record<string, unknown>, person: Person): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const { data, errors } = await this.world.graphql(query, variables, person.token);
      const { code, reason } = (errors?.[0]?.extensions ?? {}) as { code?: string; reason?: string };
      const outcome = reason ?? code ?? 'done';
      this.count(`${what} ${outcome}`);
      if (outcome === 'INTERNAL') throw new Error(`${what}: ${JSON.stringify([errors, variables])}`);
      // Two that are sent at once under one key: the one that comes second asks again, as a client does.
      if (tries === 19 || !(outcome === 'UNAVAILABLE' || (outcome === 'KEY_USED' && tries < 3))) return { outcome, data: errors ? undefined : data.answer };
    }
  }
}

const queryOf = (operation: Keyed): string => `mutation ($input: ${KEYED[operation][0]}!) { answer: ${operation}(input: $input) { ${KEYED[operation][1]} } }`;
