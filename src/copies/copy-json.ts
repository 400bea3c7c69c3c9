import type { CopyRecord, PatientCopy } from './patient-copy.reader.js';

/** The version of the JSON that a copy is; it rises when something is renamed or goes, not when something comes. */
export const COPY_VERSION = 1;

/** A copy as JSON text, piece by piece: one line for each record. */
export async function* copyAsJson(copy: PatientCopy, records: (section: PatientCopy['sections'][number]) => AsyncIterable<CopyRecord[]>): AsyncGenerator<string> {
  const { madeAt, madeById, practice, patient, sections, members, chambers, patients } = copy;
  const head = { format: 'sinduk-patient-copy', version: COPY_VERSION, madeAt, madeById, practice, patient };
  yield `${JSON.stringify(head).slice(0, -1)},\n"sections":{`;
  for (const [index, one] of sections.entries()) {
    yield `${index ? ',' : ''}\n${JSON.stringify(one.section.key)}:[`;
    let first = true;
    for await (const part of records(one)) {
      yield `${first ? '\n' : ',\n'}${part.map((record) => JSON.stringify(record)).join(',\n')}`;
      first = false;
    }
    yield ']';
  }
  const named = { members: Object.fromEntries(members), chambers: Object.fromEntries(chambers), patients: Object.fromEntries(patients) };
  yield `},\n${JSON.stringify(named).slice(1)}\n`;
}
