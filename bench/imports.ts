import { setTimeout as delay } from 'node:timers/promises';
import { graphql } from './client.js';

const REGISTER = 'mutation { registerPatient(input: { nameEn: "At the desk", phones: [{ number: "01100123456" }] }) { patient { mrn } } }';
const FINDING_OUT_MS = 20;

/** Imports so many invented patients from a file, each with a telephone and a NID, while the desk goes on registering. */
export async function importLines(port: number, token: string, lines: number): Promise<string> {
  const file = ['Patient ID,Name,Sex,Age,Mobile,NID,Address', ...Array.from({ length: lines }, (_, n) =>
    `R-${n},Invented Person ${n},${n % 2 ? 'M' : 'F'},${n % 90},017${String(n).padStart(8, '0')},${3_000_000_000 + n},"House ${n}, Dhaka"`)].join('\n');
  const { createPatientImport: { id, filePath } } = await graphql(port, 'mutation { createPatientImport(input: { fileName: "patients.csv" }) { id filePath } }', {}, token);
  const uploading = await secondsOf(async () => {
    const response = await fetch(`http://127.0.0.1:${port}${filePath}`, { method: 'PUT', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }, body: file });
    if (!response.ok) throw new Error(await response.text());
  });
  const { patientImport: { columns } } = await graphql(port, 'query ($id: UUID!) { patientImport(id: $id) { columns { number suggestedField } } }', { id }, token);
  const mapping = columns.flatMap(({ number, suggestedField }: any) => (suggestedField ? [{ column: number, field: suggestedField }] : []));
  const checking = await secondsOf(async () => {
    await graphql(port, 'mutation ($id: UUID!, $columns: [PatientImportColumnInput!]!) { mapPatientImport(id: $id, input: { columns: $columns }) { id } }', { id, columns: mapping }, token);
    await settled(port, token, id);
  });
  let over = false;
  const desk = (async () => {
    const waits: number[] = [];
    while (!over) {
      waits.push(1_000 * await secondsOf(() => graphql(port, REGISTER, {}, token)));
      await delay(FINDING_OUT_MS);
    }
    return waits.sort((a, b) => a - b);
  })();
  const registering = await secondsOf(async () => {
    await graphql(port, 'mutation ($id: UUID!) { startPatientImport(id: $id, skipFaulty: false) { id } }', { id }, token);
    const { state, imported } = await settled(port, token, id);
    if (state !== 'FINISHED' || imported !== lines) throw new Error(`${state} with ${imported} imported`);
  });
  over = true;
  const waits = await desk;
  const at = (share: number): string => `${waits[Math.floor((waits.length - 1) * share)]!.toFixed(0)} ms`;
  return `import of ${lines} lines: sent in ${uploading.toFixed(1)} s, checked in ${checking.toFixed(1)} s, registered in ${registering.toFixed(1)} s (${((60 * lines) / registering).toFixed(0)} a minute); registrations at the desk meanwhile p50 ${at(0.5)}, p95 ${at(0.95)}`;
}

async function settled(port: number, token: string, id: string): Promise<{ state: string; imported: number }> {
  for (;;) {
    const { patientImport } = await graphql(port, 'query ($id: UUID!) { patientImport(id: $id) { state imported } }', { id }, token);
    if (patientImport.state !== 'CHECKING' && patientImport.state !== 'RUNNING') return patientImport;
    await delay(FINDING_OUT_MS);
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
}
