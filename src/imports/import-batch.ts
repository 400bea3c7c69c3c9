import type { Ctx } from '../platform/context/ctx.js';
import type { ScopeKeys } from '../platform/crypto/keyring.js';
import { type Identity, nameKeys } from '../patients/patient-registration.writer.js';
import type { Findings, ImportDetails } from './import-rows.js';
import type { WorkingState } from './import-states.js';
import type { FileShape, Finding, Mapping, ReadLine, StagedLine } from './import-line.js';
import { readLine } from './read-line.js';
import { turns } from './turns.js';

/** The work on an import, batch by batch, as long as the lease is its own. */
export interface ImportRun {
  readonly state: WorkingState;
  readonly ctx: Ctx;
  readonly id: string;
  readonly lease: string;
}

/** A line of a batch with what it says. */
export interface BatchLine {
  id: string;
  line: number;
  read: ReadLine;
}

/** What the lines of a file are read by. */
export const shapeOf = ({ file }: ImportDetails): FileShape => ({
  width: file!.columns.length,
  legacyColumns: file!.columns.flatMap(({ legacyBangla }, index) => (legacyBangla ? [index + 1] : [])),
});

/** Reads a batch of sealed lines, so that others have their turn. */
export async function readLines(rows: ReadonlyArray<{ id: string; line: number; cells: Buffer }>, keys: ScopeKeys, details: ImportDetails): Promise<BatchLine[]> {
  const shape = shapeOf(details);
  const lines: BatchLine[] = [];
  const othersTurn = turns();
  for (const { id, line, cells } of rows) {
    await othersTurn();
    const staged = keys.open<StagedLine>('clinic.patient_import_rows', id, 'cells', cells);
    lines.push({ id, line, read: readLine(staged, details.mapping!, shape) });
  }
  return lines;
}

/** Whether two have a name in common, by its letters. */
export const isNamesake = (one: Identity, other: Identity | undefined): boolean => {
  const names = new Set(other ? nameKeys(other) : []);
  return nameKeys(one).some((name) => names.has(name));
};

/** The fault of a line whose source id stands for somebody of another name: two lists that number their patients alike must not hide each other's. */
export const sourceIdTaken = (mapping: Mapping, patientId: string): Finding => ({ column: columnOfSourceId(mapping), reason: 'SOURCE_ID_TAKEN', params: { patientId } });

/** The findings of a line as they are kept; null when there are none. */
export const sealedFindings = (keys: ScopeKeys, id: string, findings: Findings): Buffer | null =>
  findings.faults.length || findings.warnings.length ? keys.seal('clinic.patient_import_rows', id, 'findings', findings) : null;

/** The column of an identifier of a line, by its index in the identity. */
export const columnOfIdentifier = ({ columns }: Mapping, { person }: ReadLine, index: number): number | null => {
  const kind = person?.identity.identifiers[index]?.kind;
  return columns.find(({ field }) => field === kind)?.column ?? null;
};

/** The column of the source id. */
export const columnOfSourceId = ({ columns }: Mapping): number | null => columns.find(({ field }) => field === 'SOURCE_ID')?.column ?? null;

/** The token under which a source id is known: one of each source. */
export const sourceToken = (keys: ScopeKeys, source: string | null, id: string): Buffer => keys.token('source-id', JSON.stringify([source ?? '', id]));
