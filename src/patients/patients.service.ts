import { Injectable } from '@nestjs/common';
import { canonical } from '../platform/canonical.js';
import { idOf } from '../platform/client-id.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, idIsTaken, keyIsForAnotherRequest, notFound, patientIsMerged, staleVersion } from '../platform/errors.js';
import { statedReason } from '../platform/input-check.js';
import {
  type Clinical, type Identity, changedClinical, changedIdentity, nobody, nothingClinical, warningsOf,
} from './patient-identity.js';
import {
  ADD_TOKENS, CHANGE_PATIENT, DROP_TOKENS, IDENTIFIERS_OF_OTHERS, PATIENT_BY_IDEMPOTENCY_KEY, PATIENT_TO_CHANGE, type PatientRow,
  REGISTER_PATIENT, TAKE_IDENTIFIERS,
} from './patient-rows.js';
import { SEARCH_VERSION, findablesOf, identifiersOf, tokenArrays } from './patient-tokens.js';
import type { PatientStatus, PatientWarning } from './patient.enums.js';
import type { EditPatientClinicalInput, EditPatientInput, RegisterPatientInput } from './patient.inputs.js';
import type { Candidate, PatientRecord } from './patient.model.js';
import { identifiersAreTaken, statusIsSo } from './patients.errors.js';
import { DuplicatesReader, disclosed } from './duplicates.reader.js';
import { PracticeCountries } from '../tenants/practice-countries.reader.js';

/** A patient as saved, and what somebody should look at again. */
export interface Saved {
  record: PatientRecord;
  warnings: PatientWarning[];
  /** Who may be the same person, when it was looked for. */
  duplicates?: Candidate[];
}

/** A patient that is locked for a change, opened. */
interface Found extends PatientRecord {
  keys: ScopeKeys;
}

/** Registers patients and changes them: three round trips each, the last of which commits the change with its audit entry. */
@Injectable()
export class PatientsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
    private readonly duplicates: DuplicatesReader,
  ) {}

  /** Registers a patient under the next medical record number. The same request under the same idempotency key registers once. */
  async register(ctx: Ctx, { id: wanted, idempotencyKey, ...input }: RegisterPatientInput): Promise<Saved> {
    const id = idOf(wanted);
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [practice]) => {
      const country = this.countries.answer(tenantId, practice);
      const identity = changedIdentity(nobody, input, country);
      const keys = await this.keyring.of(tenantId);
      const requestHash = idempotencyKey ? keys.token('request:registerPatient', canonical({ ...input, id: wanted?.toLowerCase() })) : null;
      const [alike, registered, taken, earlier] = await tx.group(
        // Before the counter is locked, so that nobody waits for it.
        this.duplicates.question(keys, [identity]),
        { text: REGISTER_PATIENT, values: [
          tenantId, id, keys.seal('clinic.patients', id, 'identity', identity), keys.seal('clinic.patients', id, 'clinical', nothingClinical),
          ctx.member.memberId, ...tokenArrays(keys, findablesOf(identity)), idempotencyKey ?? null, requestHash, SEARCH_VERSION,
        ] },
        this.#identifiersOfOthers(tenantId, id, identity, keys),
        ...(idempotencyKey ? [{ text: PATIENT_BY_IDEMPOTENCY_KEY, values: [tenantId, idempotencyKey] }] : []),
      );
      const [row] = registered as unknown as PatientRow[];
      if (row) {
        if (taken!.length) throw identifiersAreTaken(ctx, taken!);
        // An earlier attempt of this transaction may have found the key in use.
        ctx.action = 'CREATED';
        tx.record('patient', id, id);
        return await this.#withDuplicates(ctx, { row, identity, country }, alike!);
      }
      const [before] = (earlier ?? []) as unknown as Array<PatientRow & { operation: string; request_hash: Buffer }>;
      if (!before) throw idIsTaken('A patient has this id.');
      if (before.operation !== 'registerPatient' || !before.request_hash.equals(requestHash!)) throw keyIsForAnotherRequest();
      ctx.action = 'VIEWED';
      tx.record('patient', before.id, before.id);
      return this.#withDuplicates(ctx, { row: before, identity: await this.#identityOf(ctx, before), country }, alike!);
    }, ...this.countries.ask(tenantId));
  }

  /** Changes who a patient is; identifiers stay unique in the practice. What changes nothing leaves the version. */
  edit(ctx: Ctx, id: string, version: number, input: EditPatientInput): Promise<Saved> {
    return this.#change(ctx, id, version, async (tx, found) => {
      const { tenantId } = ctx;
      const { row, keys, country } = found;
      const identity = changedIdentity(found.identity, input, country);
      if (canonical(identity) === canonical(found.identity)) return unchanged(ctx, found);
      const tokens = tokenArrays(keys, findablesOf(identity));
      const [changed, , , , taken] = await tx.group(
        this.#update(ctx, row, keys.seal('clinic.patients', row.id, 'identity', identity), row.clinical, row.status, SEARCH_VERSION),
        { text: DROP_TOKENS, values: [tenantId, row.id, ...tokens] },
        { text: TAKE_IDENTIFIERS, values: [tenantId, row.id, ...tokenArrays(keys, identifiersOf(identity))] },
        { text: ADD_TOKENS, values: [tenantId, row.id, ...tokens] },
        this.#identifiersOfOthers(tenantId, row.id, identity, keys),
      );
      if (taken!.length) throw identifiersAreTaken(ctx, taken!);
      noteChanges(tx, row.id, found.identity, identity);
      return { row: changed![0] as unknown as PatientRow, identity, country };
    });
  }

  /** Changes what is medical of a patient. What changes nothing leaves the version. */
  editClinical(ctx: Ctx, id: string, version: number, input: EditPatientClinicalInput): Promise<Saved> {
    return this.#change(ctx, id, version, async (tx, found) => {
      const { row, keys, identity, country } = found;
      const before = (await this.keyring.of(ctx.tenantId, [row.clinical])).open<Clinical>('clinic.patients', row.id, 'clinical', row.clinical);
      const after = changedClinical(before, input);
      if (canonical(after) === canonical(before)) return unchanged(ctx, found);
      const [changed] = await tx.group(
        this.#update(ctx, row, row.identity, keys.seal('clinic.patients', row.id, 'clinical', after), row.status));
      noteChanges(tx, row.id, before, after);
      return { row: changed![0] as unknown as PatientRow, identity, country };
    });
  }

  /** Takes a patient out of the everyday list, or back into it. Nothing is deleted. */
  async setStatus(ctx: Ctx, id: string, version: number, status: Exclude<PatientStatus, 'MERGED'>, reason: string | null): Promise<Saved> {
    const stated = reason === null ? undefined : statedReason(reason);
    return this.#change(ctx, id, version, async (tx, { row, identity, country }) => {
      if (row.status === status) throw statusIsSo(status);
      const [changed] = await tx.group(this.#update(ctx, row, row.identity, row.clinical, status));
      tx.reason = stated;
      tx.change('patient', row.id, 'status', row.status, status);
      return { row: changed![0] as unknown as PatientRow, identity, country };
    });
  }

  #change(ctx: Ctx, id: string, version: number, work: (tx: AuditedTx, found: Found) => Promise<PatientRecord>): Promise<Saved> {
    return this.db.write(ctx, async (tx, [rows, practice]) => {
      // The answer shows the whole patient, so that changing alone is not enough.
      if (!ctx.holds('patients:read')) throw forbidden('patients:read');
      const row = rows![0] as unknown as PatientRow | undefined;
      if (!row) throw notFound();
      if (row.merged_into) throw patientIsMerged(row.merged_into);
      if (row.version !== version) throw staleVersion();
      tx.record('patient', row.id, row.id);
      const country = this.countries.answer(ctx.tenantId, practice);
      const keys = await this.keyring.of(ctx.tenantId, [row.identity]);
      const record = await work(tx, { row, keys, country, identity: await this.#identityOf(ctx, row) });
      return { record, warnings: warningsOf(record.identity, country) };
    }, { text: PATIENT_TO_CHANGE, values: [ctx.tenantId, id] }, ...this.countries.ask(ctx.tenantId));
  }

  async #withDuplicates(ctx: Ctx, record: PatientRecord, alike: Row[]): Promise<Saved> {
    const { identity, country, row } = record;
    const candidates = await this.duplicates.judged(ctx, country, identity, alike, row.id);
    const warnings: PatientWarning[] = candidates.length ? [...warningsOf(identity, country), 'POSSIBLE_DUPLICATE'] : warningsOf(identity, country);
    return { record, warnings, duplicates: ctx.holds('patients:read') ? disclosed(ctx, candidates) : candidates };
  }

  #update(ctx: Ctx, row: PatientRow, identity: Buffer, clinical: Buffer, status: PatientStatus, searchVersion: number | null = null): Statement {
    return { text: CHANGE_PATIENT, values: [ctx.tenantId, row.id, identity, clinical, status, searchVersion, row.merged_into] };
  }

  #identifiersOfOthers(tenantId: string, id: string, identity: Identity, keys: ScopeKeys): Statement {
    return { text: IDENTIFIERS_OF_OTHERS, values: [tenantId, id, ...tokenArrays(keys, identifiersOf(identity))] };
  }

  async #identityOf(ctx: Ctx, row: PatientRow): Promise<Identity> {
    const keys = await this.keyring.of(ctx.tenantId, [row.identity]);
    return keys.open<Identity>('clinic.patients', row.id, 'identity', row.identity);
  }
}

// Whoever sends what is there already changes nothing: others, who read the same version, may still save theirs.
function unchanged(ctx: Ctx, { row, identity, country }: Found): PatientRecord {
  ctx.action = 'VIEWED';
  return { row, identity, country };
}

function noteChanges<T extends object>(tx: AuditedTx, id: string, before: T, after: T): void {
  for (const field of Object.keys(after) as Array<keyof T & string>) tx.change('patient', id, field, before[field], after[field]);
}
