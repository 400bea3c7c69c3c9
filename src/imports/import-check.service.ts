import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Identity, PatientRegistration, meetingPlaces } from '../patients/patient-registration.writer.js';
import { type BatchLine, type ImportRun, columnOfIdentifier, columnOfSourceId, isNamesake, readLines, sealedFindings, sourceIdTaken, sourceToken } from './import-batch.js';
import { type Findings, type ImportDetails, LINES_TO_CHECK, NOTE_CHECKED, NOTE_CHECK_PROGRESS, PATIENTS_OF_SOURCE_IDS, RENEW_LEASE } from './import-rows.js';
import type { LineState } from './import-states.js';
import type { Finding } from './import-line.js';

const BATCH = 500;
const ALIKE_TOLD = 3;

/** How many lines a check has found to be what. */
interface Counts {
  checked: number;
  ready: number;
  faulty: number;
  warned: number;
  known: number;
}

/** A check on its way through the file: how far it has come, and where it met what before. */
export class CheckRun implements ImportRun {
  readonly state = 'CHECKING';
  line = 0;
  counts: Counts = { checked: 0, ready: 0, faulty: 0, warned: 0, known: 0 };
  readonly sourceIds = new Map<string, number>();
  readonly identifiers = new Map<string, number>();
  readonly places = new Map<string, number>();

  constructor(
    readonly ctx: Ctx,
    readonly id: string,
    readonly lease: string,
  ) {}
}

/** A line as it was judged. */
interface Judged extends BatchLine {
  state: LineState;
  findings: Findings;
  token: Buffer | null;
  knownId: string | null;
}

/** What the practice has of the people of a batch. */
interface Known {
  patientOf: Map<string, string>;
  identities: Map<string, Identity>;
  held: Map<string, Finding[]>;
  alike: Map<string, string[]>;
}

/** Checks the lines of a file against the rules, each other and the practice. Registers nothing. */
@Injectable()
export class ImportCheck {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly registration: PatientRegistration,
  ) {}

  /** Checks the next lines in one audited transaction; false when there are no more, or the import is in other hands. */
  async step(run: CheckRun): Promise<boolean> {
    const { ctx, id, lease } = run;
    const { more, line, counts } = await this.db.write(ctx, async (tx, [leased, rows]) => {
      tx.record('patient-import', id);
      if (!leased!.length) return { more: false, line: run.line, counts: run.counts };
      const sealed = rows as unknown as Array<{ id: string; line: number; cells: Buffer }>;
      const details = leased![0]!['details'] as Buffer;
      const keys = await this.keyring.of(ctx.tenantId, [details, ...sealed.map(({ cells }) => cells)]);
      const opened = keys.open<ImportDetails>('clinic.patient_imports', id, 'details', details);
      const [header, body] = run.line === 0 && opened.mapping!.hasHeader ? [sealed.slice(0, 1), sealed.slice(1)] : [[], sealed];
      const lines = await readLines(body, keys, opened);
      const known = await this.#known(ctx, tx, lines, keys, opened);
      const judged = lines.map((one) => judge(run, one, known, keys, opened));
      const soFar = withCounts(run.counts, judged);
      await this.#note(run, tx, judged, header, soFar, sealed.length < BATCH, keys);
      return { more: sealed.length === BATCH, line: sealed.at(-1)?.line ?? run.line, counts: soFar };
    }, { text: RENEW_LEASE, values: [ctx.tenantId, id, lease] }, { text: LINES_TO_CHECK, values: [ctx.tenantId, id, run.line, BATCH] });
    run.line = line;
    run.counts = counts;
    return more;
  }

  async #known(ctx: Ctx, tx: AuditedTx, lines: BatchLine[], keys: ScopeKeys, details: ImportDetails): Promise<Known> {
    const people = lines.flatMap(({ id, read }) => (read.person ? [{ id, ...read.person }] : []));
    const { held, alike } = await this.registration.likeness(ctx, tx, people);
    const tokens = lines.flatMap(({ read: { person, sourceId } }) => (person && sourceId ? [sourceToken(keys, details.source, sourceId)] : []));
    const rows = tokens.length ? await tx.query<{ token: Buffer; patient_id: string }>(PATIENTS_OF_SOURCE_IDS, [ctx.tenantId, tokens]) : [];
    const reads = new Map(lines.map(({ id, read }) => [id, read]));
    const faults = new Map<string, Finding[]>();
    for (const { id, index, holderId } of held) {
      const fault = { column: columnOfIdentifier(details.mapping!, reads.get(id)!, index), reason: 'ALREADY_EXISTS', params: { patientId: holderId } };
      faults.set(id, [...(faults.get(id) ?? []), fault]);
    }
    return {
      patientOf: new Map(rows.map(({ token, patient_id: patientId }) => [token.toString('hex'), patientId])),
      identities: rows.length ? await this.registration.identities(ctx, tx, rows.map(({ patient_id: patientId }) => patientId)) : new Map<string, Identity>(),
      held: faults, alike,
    };
  }

  async #note({ ctx, id }: CheckRun, tx: AuditedTx, judged: Judged[], header: Array<{ id: string }>, soFar: Counts, last: boolean, keys: ScopeKeys): Promise<void> {
    const heading = header.map((row) => ({ id: row.id, state: 'HEADER' as const, findings: { faults: [], warnings: [] }, token: null, knownId: null }));
    const rows = [...heading, ...judged];
    await tx.group(
      { text: NOTE_CHECKED, values: [
        ctx.tenantId, rows.map((row) => row.id), rows.map(({ state }) => state), rows.map((row) => sealedFindings(keys, row.id, row.findings)),
        rows.map(({ token }) => token), rows.map(({ knownId }) => knownId),
      ] },
      { text: NOTE_CHECK_PROGRESS, values: [ctx.tenantId, id, last ? 'READY' : null, soFar.checked, soFar.ready, soFar.faulty, soFar.warned, soFar.known] },
    );
  }
}

function withCounts(before: Counts, judged: Judged[]): Counts {
  const count = (holds: (line: Judged) => boolean): number => judged.filter(holds).length;
  return {
    checked: before.checked + judged.length,
    ready: before.ready + count(({ state }) => state === 'READY'),
    faulty: before.faulty + count(({ state }) => state === 'FAULTY'),
    warned: before.warned + count(({ findings }) => findings.warnings.length > 0),
    known: before.known + count(({ state }) => state === 'KNOWN'),
  };
}

function judge(run: CheckRun, line: BatchLine, known: Known, keys: ScopeKeys, { mapping, source }: ImportDetails): Judged {
  const { person, sourceId } = line.read;
  const faults = [...line.read.faults];
  const warnings = [...line.read.warnings];
  const token = sourceId ? sourceToken(keys, source, sourceId) : null;
  const judged = (state: LineState, knownId: string | null = null): Judged => ({ ...line, state, token, knownId, findings: { faults, warnings } });
  if (!person) return judged('FAULTY');

  const knownId = (token && known.patientOf.get(token.toString('hex'))) ?? null;
  const column = columnOfSourceId(mapping!);
  if (knownId && isNamesake(person.identity, known.identities.get(knownId))) return judged('KNOWN', knownId);
  if (knownId) faults.push(sourceIdTaken(mapping!, knownId));

  const identifiers = person.identity.identifiers.map(({ kind, value }) => `${kind} ${value}`);
  // A transaction that had to be repeated has met its own lines before.
  const before = (seen: Map<string, number>, key: string) => [seen.get(key)].filter((at) => at !== undefined && at !== line.line)[0];
  const earlier = (seen: Map<string, number>, key: string, at: number | null): Finding[] => {
    const met = before(seen, key);
    return met === undefined ? [] : [{ column: at, reason: 'DUPLICATE_IN_FILE', params: { line: met } }];
  };
  faults.push(...(sourceId ? earlier(run.sourceIds, sourceId, column) : []));
  faults.push(...identifiers.flatMap((key, index) => earlier(run.identifiers, key, columnOfIdentifier(mapping!, line.read, index))));
  faults.push(...(known.held.get(line.id) ?? []));
  if (faults.length) return judged('FAULTY');

  const places = meetingPlaces(person.identity);
  const [met] = places.flatMap((place) => before(run.places, place) ?? []);
  if (met !== undefined) warnings.push({ column: null, reason: 'ALIKE_IN_FILE', params: { line: met } });
  for (const patientId of (known.alike.get(line.id) ?? []).slice(0, ALIKE_TOLD)) warnings.push({ column: null, reason: 'ALIKE', params: { patientId } });
  if (sourceId) run.sourceIds.set(sourceId, line.line);
  for (const key of identifiers) run.identifiers.set(key, line.line);
  for (const place of places) if (!run.places.has(place)) run.places.set(place, line.line);
  return judged('READY');
}
