import { graphql } from './client.js';
import { type Shot, load, post } from './load.js';
import { CHECK, DRAFT, SIGN, type SigningDoctor, openPrescribing, reasonsFor } from './prescriptions.js';
import { runPractice } from './running-practice.js';
import { SECONDS, pick, settleDatabase } from './side-by-side.js';

const PORT = 4807;
const READERS = 8;
const PRINTERS = 2;
const ROUNDS = 3;

const PRESCRIPTION = 'query ($id: UUID!) { prescription(id: $id) { id status items { dose sentenceEn sentenceBn } } }';

/** Pages a second of prescriptions of five medicines in both languages, and how long another request takes meanwhile: reading a prescription, without pages being printed and with, alternating. */
export async function measurePages(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { installation, practice, token: signedIn } = await runPractice(stops, { port: PORT, settings: { shared_buffers: '256MB' }, patients: 1 });
    const doctor = await openPrescribing(PORT, practice, signedIn);
    const ids = await signedPrescriptions(doctor, practice.patientIds[0]!);
    await settleDatabase(installation.superuserUrl);

    const { token } = doctor;
    const authorization = { authorization: `Bearer ${token}` };
    const read = (): Shot => {
      const id = pick(ids);
      return { request: post(PORT, '/graphql', JSON.stringify({ query: PRESCRIPTION, variables: { id } }), authorization), expected: id };
    };
    let printed = 0;
    const print = (): Shot => {
      const id = ids[printed++ % ids.length]!;
      return { request: Buffer.from(`GET /prescriptions/${id}/page.pdf HTTP/1.1\r\nhost: 127.0.0.1:${PORT}\r\nauthorization: Bearer ${token}\r\n\r\n`), expected: '%PDF-' };
    };
    await Promise.all([load(PORT, READERS, SECONDS, read), load(PORT, PRINTERS, SECONDS, print)]);

    const alone = await load(PORT, PRINTERS, SECONDS, print);
    say(`pages alone              ${PRINTERS} conn  ${alone.perSecond.toFixed(1)}/s  p50 ${alone.p50.toFixed(0)} ms  p99 ${alone.p99.toFixed(0)} ms`);
    for (let round = 1; round <= ROUNDS; round++) {
      const without = await load(PORT, READERS, SECONDS, read);
      const [besides, pages] = await Promise.all([load(PORT, READERS, SECONDS, read), load(PORT, PRINTERS, SECONDS, print)]);
      say(`reads without pages      ${READERS} conn  ${without.perSecond.toFixed(0)}/s  p50 ${without.p50.toFixed(2)} ms  p99 ${without.p99.toFixed(2)} ms`);
      say(`reads while pages print  ${READERS} conn  ${besides.perSecond.toFixed(0)}/s  p50 ${besides.p50.toFixed(2)} ms  p99 ${besides.p99.toFixed(2)} ms  `
        + `(×${(besides.p50 / without.p50).toFixed(2)}, ×${(besides.p99 / without.p99).toFixed(2)}), and ${pages.perSecond.toFixed(1)} pages/s`);
    }
  } finally {
    for (const stop of stops) await stop();
  }
}

/** More than the typesetter remembers, so that each page is set anew. */
const PRESCRIPTIONS = 40;

async function signedPrescriptions({ chamberId, token }: SigningDoctor, patientId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < PRESCRIPTIONS; n++) {
    const items = Array.from({ length: 5 }, (_, index) => ({ freeText: `Medicine ${n}-${index} 500 mg tablet`, dose: `1+0+1 ×${n + 1}d then 0+0+1 ×7d`, unit: 'TABLET', meal: 'AFTER_MEAL', route: 'ORAL', note: `with much water ${n}` }));
    const { draftPrescription } = await graphql(PORT, DRAFT, {
      input: { patientId, chamberId, complaints: [`fever for ${n + 1} days`, `কাশি ${n}`], examination: `Temp 102 °F\nchest clear ${n}`, items, investigations: [{ name: `CBC ${n}` }], advice: [`প্রচুর পানি খাবেন ${n}`, `Rest ${n}`] },
    }, token);
    const { id, version } = draftPrescription.prescription;
    const { checkPrescription } = await graphql(PORT, CHECK, { id, version }, token);
    await graphql(PORT, SIGN, { id, version, overrides: reasonsFor(checkPrescription) }, token);
    ids.push(id);
  }
  return ids;
}
