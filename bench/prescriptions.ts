import { BENCH_PASSWORD, type BenchPractice } from './data.js';
import { graphql } from './client.js';
import { type Shot, post } from './load.js';
import { runPractice } from './running-practice.js';
import { SECONDS, lineOf, putBeside, settleDatabase } from './side-by-side.js';

const PORT = 4808;
/** More than can be signed in a run: each patient gets one prescription, so that no earlier one of theirs is looked at. */
const PATIENTS = 600 * (SECONDS + 5);

/** Four medicines whose course ends, of which none needs a reason beside the others. */
const MEDICINES = [
  { text: 'paracetamol 500 mg tablet', dose: '1+1+1 ×5d', meal: 'AFTER_MEAL' },
  { text: 'omeprazole 20 mg capsule', dose: '1+0+1 ×14d', meal: 'BEFORE_MEAL' },
  { text: 'cetirizine 10 mg tablet', dose: '0+0+1 ×7d', meal: null },
  { text: 'amoxicillin 500 mg capsule', dose: '1+1+1 ×7d', meal: null },
];

export const DRAFT = 'mutation Draft($input: DraftPrescriptionInput!) { draftPrescription(input: $input) { prescription { id version status items { dose sentenceEn sentenceBn quantity } } } }';
export const CHECK = 'mutation Check($id: UUID!, $version: Int!) { checkPrescription(id: $id, version: $version) { prescription { id version checks { findings { key severity needsReason textEn } } } } }';
export const SIGN = 'mutation Sign($id: UUID!, $version: Int!, $overrides: [OverrideInput!]!) { signPrescription(id: $id, version: $version, overrides: $overrides) { prescription { id status number } } }';

/** Who signs, in a session that is stepped up, and where. */
export interface SigningDoctor {
  token: string;
  chamberId: string;
}

/** Gives the owner of a practice a chamber, a licence and a step-up. */
export async function openPrescribing(port: number, practice: BenchPractice, signedIn: string): Promise<SigningDoctor> {
  const { stepUp } = await graphql(port, 'mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken } }', { input: { password: BENCH_PASSWORD } }, signedIn);
  const token: string = stepUp.accessToken;
  const { addChamber } = await graphql(port, 'mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }', { input: { name: 'Bench', timeZone: 'Asia/Dhaka', locale: 'en_BD', receiptPrefix: 'B' } }, token);
  const { member } = await graphql(port, 'query ($id: UUID!) { member(id: $id) { version } }', { id: practice.memberId }, token);
  await graphql(port, 'mutation ($input: EditMemberInput!) { editMember(input: $input) { id } }', { input: { id: practice.memberId, version: member.version, licence: 'BMDC A-00009', licenceExpiresOn: '2999-12-31' } }, token);
  return { token, chamberId: addChamber.id };
}

/** A reason for each finding of a check that needs one. */
export const reasonsFor = ({ prescription }: { prescription: { checks: { findings: Array<{ key: string; needsReason: boolean }> } } }): Array<{ key: string; reason: string }> =>
  prescription.checks.findings.filter(({ needsReason }) => needsReason).map(({ key }) => ({ key, reason: 'Asked and considered' }));

/** Writing a prescription of four medicines of the catalogue and signing it, durable: three requests one after the other (draft, check, sign with the reasons), each time for another patient. */
export async function measurePrescriptions(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { installation, practice, ours, token: signedIn } = await runPractice(stops, { port: PORT, settings: { shared_buffers: '256MB' }, patients: PATIENTS });
    const { token, chamberId } = await openPrescribing(PORT, practice, signedIn);
    const items = await Promise.all(MEDICINES.map(async ({ text, dose, meal }) => ({ productId: await productOf(text, token), dose, meal, route: 'ORAL' })));
    await settleDatabase(installation.superuserUrl);
    const side = await putBeside(ours, installation, practice.patientIds);
    stops.unshift(side.stop);

    const operation = (query: string, variables: object): Buffer => post(PORT, '/graphql', JSON.stringify({ query, variables }), { authorization: `Bearer ${token}` });
    const waiting = [...practice.patientIds];
    const writeAndSign = (): Shot => ({
      request: operation(DRAFT, { input: { patientId: waiting.pop(), chamberId, complaints: ['Fever for 3 days', 'কাশি'], diagnoses: [{ code: 'J06.9' }], items, advice: ['Drink plenty of water'], pregnancy: 'NEITHER' } }),
      expected: '"status":"DRAFT"',
      then: (drafted) => {
        const { id, version } = dataOf(drafted).draftPrescription.prescription;
        return {
          request: operation(CHECK, { id, version }), expected: '"findings":[{',
          then: (checked) => ({ request: operation(SIGN, { id, version, overrides: reasonsFor(dataOf(checked).checkPrescription) }), expected: '"status":"SIGNED"' }),
        };
      },
    });
    await side.warmUp(writeAndSign);
    for (const connections of [1, 16]) say(lineOf('draft, check and sign', connections, await side.measure(connections, writeAndSign)));
    say(`memory under load ${ours.memoryMb().toFixed(0)} MB`);
  } finally {
    for (const stop of stops) await stop();
  }
}

const dataOf = (body: string): any => (JSON.parse(body) as { data: unknown }).data;

async function productOf(text: string, token: string): Promise<string> {
  const { searchDrugs: [found] } = await graphql(PORT, 'query ($text: String!) { searchDrugs(text: $text, first: 1) { product { id } } }', { text }, token);
  return found.product.id;
}
