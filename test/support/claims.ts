import { randomUUID } from 'node:crypto';
import { type MoneyAnswer, answerOf } from './billing.js';
import type { GraphqlAnswer, Person, World } from './world.js';

const MONEY = '{ amount currency }';

/** Everything of a claim but its diagnoses. */
export const CLAIM = `id code status chamberId patientId invoiceId policyId payerId payerName memberNumber priorAuthorization gross ${MONEY} patientShare ${MONEY} net ${MONEY} paid ${MONEY} writtenOff ${MONEY} returned ${MONEY} open ${MONEY}
  resubmission comment closedBecause payerReference madeBy { id } version`;
const LINES = `lines { no description code { system code } quantity gross ${MONEY} net ${MONEY} paid ${MONEY} denialCode denialWords } faults { place reason blocks }`;

export interface ClaimAnswer {
  id: string;
  code: string;
  status: string;
  version: number;
  net: MoneyAnswer;
  lines: Array<{ no: number; [field: string]: unknown }>;
  faults: Array<{ place: string; reason: string; blocks: boolean }>;
  [field: string]: unknown;
}

/** What a payer answers to a claim: activities by their numbers, with what is paid, in minor units, and why not all. */
export interface Answered {
  code: string;
  reference?: string;
  activities: Array<{ id: string; net: number; paid: number; denial?: string }>;
}

const decimal = (amount: number) => `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;

/** Writes a remittance as a payer would. */
export const remittanceFile = (answered: Answered[], { sender = 'INS900', receiver = 'DHA-F-0000900', disposition = 'PRODUCTION', payment = `BT-${randomUUID()}`, settled = '24/11/2026 09:00' } = {}): string => `<?xml version="1.0" encoding="utf-8"?>
<Remittance.Advice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Header><SenderID>${sender}</SenderID><ReceiverID>${receiver}</ReceiverID><TransactionDate>24/11/2026 10:00</TransactionDate><RecordCount>${answered.length}</RecordCount><DispositionFlag>${disposition}</DispositionFlag></Header>
${answered.map(({ code, reference = 'P-1', activities }) => `  <Claim><ID>${code}</ID><IDPayer>${reference}</IDPayer><ProviderID>${receiver}</ProviderID><PaymentReference>${payment}</PaymentReference><DateSettlement>${settled}</DateSettlement>
${activities.map(({ id, net, paid, denial }) => `    <Activity><ID>${id}</ID><Start>23/11/2026 10:00</Start><Type>3</Type><Code>99213</Code><Quantity>1</Quantity><Net>${decimal(net)}</Net><Clinician>DHA-P-1</Clinician><PaymentAmount>${decimal(paid)}</PaymentAmount>${denial ? `<DenialCode>${denial}</DenialCode>` : ''}</Activity>`).join('\n')}
  </Claim>`).join('\n')}
</Remittance.Advice>`;

/** Claims through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Claims {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
  ) {}

  makeAnswer(invoiceId: string, policyId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: MakeClaimInput!) { answer: makeClaim(input: $input) { ${CLAIM} ${LINES} } }`, { input: { invoiceId, policyId, idempotencyKey: randomUUID(), ...more } });
  }

  make(invoiceId: string, policyId: string, more: object = {}): Promise<ClaimAnswer> {
    return answerOf(this.makeAnswer(invoiceId, policyId, more));
  }

  claim(id: string): Promise<ClaimAnswer> {
    return answerOf(this.#ask(`query ($id: UUID!) { answer: claim(id: $id) { ${CLAIM} ${LINES} } }`, { id }));
  }

  diagnosesAnswer(id: string): Promise<GraphqlAnswer> {
    return this.#ask('query ($id: UUID!) { answer: claim(id: $id) { diagnoses } }', { id });
  }

  /** Takes a claim a step that needs its version only: readyClaim, reopenClaim, discardClaim. */
  stepAnswer(operation: string, { id, version }: { id: string; version: number }): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($id: UUID!, $version: Int!) { answer: ${operation}(id: $id, version: $version) { ${CLAIM} ${LINES} } }`, { id, version });
  }

  step(operation: string, claim: { id: string; version: number }): Promise<ClaimAnswer> {
    return answerOf(this.stepAnswer(operation, claim));
  }

  /** Takes a claim a step that tells more: editClaim, resubmitClaim, closeClaim. */
  tellAnswer(operation: 'editClaim' | 'resubmitClaim' | 'closeClaim', { id, version }: { id: string; version: number }, input: object): Promise<GraphqlAnswer> {
    const type = `${operation[0]!.toUpperCase()}${operation.slice(1)}Input`;
    return this.#ask(`mutation ($input: ${type}!) { answer: ${operation}(input: $input) { ${CLAIM} ${LINES} } }`, { input: { id, version, ...(operation === 'closeClaim' && { idempotencyKey: randomUUID() }), ...input } });
  }

  tell(operation: 'editClaim' | 'resubmitClaim' | 'closeClaim', claim: { id: string; version: number }, input: object): Promise<ClaimAnswer> {
    return answerOf(this.tellAnswer(operation, claim, input));
  }

  submitAnswer(chamberId: string, payerId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask('mutation ($input: SubmitClaimsInput!) { answer: submitClaims(input: $input) { id disposition claims chamberId payerId } }',
      { input: { chamberId, payerId, disposition: 'PRODUCTION', idempotencyKey: randomUUID(), ...more } });
  }

  submit(chamberId: string, payerId: string, more: object = {}): Promise<{ id: string; claims: number }> {
    return answerOf(this.submitAnswer(chamberId, payerId, more));
  }

  fileAnswer(id: string): Promise<GraphqlAnswer> {
    return this.#ask('query ($id: UUID!) { answer: claimSubmission(id: $id) { file } }', { id });
  }

  async file(id: string): Promise<string> {
    return (await answerOf<{ file: string }>(this.fileAnswer(id))).file;
  }

  importAnswer(chamberId: string, file: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: ImportRemittanceInput!) { answer: importRemittance(input: $input) { imported { id localDate count paid ${MONEY} claims { id status } } faults { place reason } } }`,
      { input: { chamberId, file, idempotencyKey: randomUUID(), ...more } });
  }

  import(chamberId: string, file: string, more: object = {}): Promise<{ imported: { id: string; count: number; paid: MoneyAnswer; claims: object[] } | null; faults: object[] }> {
    return answerOf(this.importAnswer(chamberId, file, more));
  }

  async list(chamberId: string, status: string | null = null): Promise<Array<{ id: string; status: string }>> {
    const { claims } = await this.world.ok('query ($chamberId: UUID!, $status: ClaimStatus) { claims(first: 50, chamberId: $chamberId, status: $status) { totalCount edges { node { id status } } } }', { chamberId, status }, this.person.token);
    return (claims as { edges: Array<{ node: { id: string; status: string } }> }).edges.map(({ node }) => node);
  }

  #ask(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables, this.person.token);
  }
}
