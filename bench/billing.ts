import { randomUUID } from 'node:crypto';
import { graphql } from './client.js';
import { type Shot, post } from './load.js';
import { runPractice } from './running-practice.js';
import { SECONDS, lineOf, putBeside, settleDatabase } from './side-by-side.js';

const PORT = 4811;
/** More than can be issued in a run. */
const DRAFTS = 900 * (SECONDS + 5);
const TOGETHER = 16;

const DRAFT = 'mutation Draft($input: DraftInvoiceInput!) { draftInvoice(input: $input) { id } }';
const ISSUE = 'mutation Issue($id: UUID!, $version: Int!) { issueInvoice(id: $id, version: $version) { id status number total { amount } } }';
const TAKE = 'mutation Take($input: TakePaymentInput!) { takePayment(input: $input) { id status left { amount } } }';

/** Issuing invoices of three lines in one chamber, where each waits for the number of the one before, and drafting, issuing and being paid one after the other; durable, numbered without a gap and posted. */
export async function measureBilling(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { installation, practice: { patientIds }, ours, token } = await runPractice(stops, { port: PORT, settings: { shared_buffers: '256MB' }, patients: 2_000 });
    const { addChamber: { id: chamberId } } = await graphql(PORT, 'mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }', { input: { name: 'Bench', timeZone: 'Asia/Dhaka', locale: 'en_BD', receiptPrefix: 'B' } }, token);
    await graphql(PORT, 'mutation ($input: OpenDrawerInput!) { openDrawer(input: $input) { id } }', { input: { chamberId, openingFloat: { amount: 0, currency: 'BDT' }, idempotencyKey: randomUUID() } }, token);
    let next = 0;
    const patient = (): string => patientIds[next++ % patientIds.length]!;
    const line = { kind: 'SERVICE', description: 'Dressing', unitPrice: { amount: 50_000, currency: 'BDT' }, taxCategory: 'STANDARD', discountRate: 500 };
    const draftOf = (patientId: string) => ({ input: { patientId, chamberId, lines: [line, line, { ...line, kind: 'ITEM', description: 'Bandage' }], idempotencyKey: randomUUID() } });
    const drafts: string[] = [];
    while (drafts.length < DRAFTS) {
      drafts.push(...await Promise.all(Array.from({ length: TOGETHER }, async () => (await graphql(PORT, DRAFT, draftOf(patient()), token)).draftInvoice.id as string)));
    }
    const side = await putBeside(ours, installation, patientIds);
    stops.unshift(side.stop);

    const operation = (query: string, variables: object): Buffer => post(PORT, '/graphql', JSON.stringify({ query, variables }), { authorization: `Bearer ${token}` });
    const issue = (): Shot => ({ request: operation(ISSUE, { id: drafts.pop(), version: 1 }), expected: '"status":"ISSUED"' });
    const billAndPay = (): Shot => {
      const patientId = patient();
      return {
        request: operation(DRAFT, draftOf(patientId)), expected: '"draftInvoice":{"id"',
        then: (drafted) => {
          const id = dataOf(drafted).draftInvoice.id as string;
          return {
            request: operation(ISSUE, { id, version: 1 }), expected: '"status":"ISSUED"',
            then: (issued) => ({ request: operation(TAKE, { input: { patientId, chamberId, method: 'CASH', amount: { amount: dataOf(issued).issueInvoice.total.amount, currency: 'BDT' }, allocations: [{ invoiceId: id }], idempotencyKey: randomUUID() } }), expected: '"status":"CAPTURED"' }),
          };
        },
      };
    };
    await side.warmUp(issue);
    await side.warmUp(billAndPay);
    // What was planned while nothing was billed yet is planned anew, as it is in a practice that has bills.
    await settleDatabase(installation.superuserUrl);
    for (const connections of [1, 16]) say(lineOf('issue an invoice in one chamber', connections, await side.measure(connections, issue)));
    for (const connections of [1, 16]) say(lineOf('draft, issue and pay', connections, await side.measure(connections, billAndPay)));
    say(`memory under load ${ours.memoryMb().toFixed(0)} MB`);
  } finally {
    for (const stop of stops) await stop();
  }
}

const dataOf = (body: string): any => (JSON.parse(body) as { data: unknown }).data;
