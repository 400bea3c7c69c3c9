import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Identity, PatientRegistration, type Registered } from '../patients/patient-registration.writer.js';
import { requireClinical } from './clinical-columns.js';
import { type BatchLine, type ImportRun, columnOfIdentifier, isNamesake, readLines, sealedFindings, sourceIdTaken, sourceToken } from './import-batch.js';
import { ADD_IMPORTED, ADD_SOURCE_IDS, EMPTY_LINES, type ImportDetails, LINES_TO_IMPORT, NOTE_IMPORTED, RENEW_LEASE } from './import-rows.js';
import type { LineState } from './import-states.js';
import type { Finding } from './import-line.js';

/** Patients of one transaction: few enough that a receptionist who registers meanwhile hardly waits. */
const BATCH = 100;

interface LineToImport {
  id: string;
  line: number;
  cells: Buffer;
  known_id: string | null;
}

/** A line as it ended. */
interface Ended {
  id: string;
  state: LineState;
  faults: Finding[];
  knownId: string | null;
}

/** Registers the patients of checked lines: each whole or not at all, each once, a batch in one transaction with the entry that names them. */
@Injectable()
export class ImportRegistration {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly registration: PatientRegistration,
  ) {}

  /** Registers the next patients; false when there are no more, or the import is in other hands. Rejects with IdentifierRace when it is to be tried again. */
  step({ ctx, id, lease }: ImportRun): Promise<boolean> {
    return this.db.write(ctx, async (tx, [leased, rows]) => {
      tx.record('patient-import', id);
      if (!leased!.length) return false;
      const sealed = rows as unknown as LineToImport[];
      const details = leased![0]!['details'] as Buffer;
      const keys = await this.keyring.of(ctx.tenantId, [details, ...sealed.map(({ cells }) => cells)]);
      const opened = keys.open<ImportDetails>('clinic.patient_imports', id, 'details', details);
      requireClinical(ctx, opened.mapping!);
      const holders = new Map(sealed.flatMap(({ id: lineId, known_id: knownId }) => (knownId ? [[lineId, knownId] as const] : [])));
      const lines = await readLines(sealed, keys, opened);
      const ended = await this.#register(ctx, tx, lines, holders, keys, opened);
      await tx.group(...this.#notes(ctx, id, ended, sealed.length < BATCH, keys));
      return sealed.length === BATCH;
    }, { text: RENEW_LEASE, values: [ctx.tenantId, id, lease] }, { text: LINES_TO_IMPORT, values: [ctx.tenantId, id, BATCH] });
  }

  async #register(ctx: Ctx, tx: AuditedTx, lines: BatchLine[], holders: Map<string, string>, keys: ScopeKeys, details: ImportDetails): Promise<Ended[]> {
    const people = lines.flatMap(({ id, read }) => (read.person && !holders.has(id) ? [{ id, ...read.person }] : []));
    const registered: Registered = people.length ? await this.registration.register(ctx, tx, people) : { mrns: new Map(), held: [], taken: [] };
    for (const id of registered.mrns.keys()) tx.record('patient', id, id);
    const numbered = lines.filter(({ id, read }) => registered.mrns.has(id) && read.sourceId !== null);
    if (numbered.length) await tx.query(ADD_SOURCE_IDS, this.#sourceIds(ctx, numbered, keys, details.source));
    const identities = holders.size ? await this.registration.identities(ctx, tx, [...holders.values()]) : new Map<string, Identity>();
    return lines.map(({ id, read }) => {
      const holderId = holders.get(id);
      if (registered.mrns.has(id)) return { id, state: 'IMPORTED', faults: [], knownId: null };
      if (holderId && read.person && isNamesake(read.person.identity, identities.get(holderId))) return { id, state: 'KNOWN', faults: [], knownId: holderId };
      const namedOtherwise = holderId ? [sourceIdTaken(details.mapping!, holderId)] : [];
      const held = registered.held.filter((one) => one.id === id)
        .map(({ index, holderId }) => ({ column: columnOfIdentifier(details.mapping!, read, index), reason: 'ALREADY_EXISTS', params: { patientId: holderId } }));
      const taken = registered.taken.includes(id) ? [{ column: null, reason: 'ID_TAKEN' }] : [];
      return { id, state: 'FAULTY', faults: [...read.faults, ...namedOtherwise, ...held, ...taken], knownId: null };
    });
  }

  #sourceIds(ctx: Ctx, lines: BatchLine[], keys: ScopeKeys, source: string | null): unknown[] {
    const rows = lines.map(({ id: patientId, read: { sourceId } }) => {
      const id = uuidv7();
      return { id, patientId, token: sourceToken(keys, source, sourceId!), value: keys.seal('clinic.patient_source_ids', id, 'value', { source, sourceId }) };
    });
    return [ctx.tenantId, rows.map(({ id }) => id), rows.map(({ patientId }) => patientId), rows.map(({ token }) => token), rows.map(({ value }) => value)];
  }

  #notes(ctx: Ctx, id: string, ended: Ended[], last: boolean, keys: ScopeKeys): Statement[] {
    const count = (state: LineState) => ended.filter((line) => line.state === state).length;
    return [
      { text: NOTE_IMPORTED, values: [
        ctx.tenantId, ended.map((line) => line.id), ended.map(({ state }) => state),
        ended.map((line) => (line.faults.length ? sealedFindings(keys, line.id, { faults: line.faults, warnings: [] }) : null)), ended.map(({ knownId }) => knownId),
      ] },
      { text: ADD_IMPORTED, values: [ctx.tenantId, id, last ? 'FINISHED' : null, ended.length, count('FAULTY'), count('KNOWN'), count('IMPORTED')] },
      ...(last ? [{ text: EMPTY_LINES, values: [ctx.tenantId, id] }] : []),
    ];
  }
}
