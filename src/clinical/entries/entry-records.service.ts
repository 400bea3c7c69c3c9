import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { idOf } from '../../platform/client-id.js';
import { idIsTaken, keyIsForAnotherRequest, notFound, staleVersion } from '../../platform/errors.js';
import { statedReason } from '../../platform/input-check.js';
import { type Once, askedBefore, madeBefore, onceOf, useKey } from '../../platform/once.js';
import { changeable, mustSeeClinical } from './entry.errors.js';
import type { Entry, EntryRow, EntryTable, NewEntry } from './entry-table.js';
import { type LockedPatient, lockPatient, lockPatientOf } from './patient-lock.js';

/** How an entry comes about: what to ask the database at the opening, and what to record by its answers; throws BAD_USER_INPUT. */
export interface Recipe<Content extends object, R extends EntryRow> {
  table: EntryTable<Content, R>;
  questions: Statement[];
  make: (patient: LockedPatient, answers: Row[][]) => Promise<Made<Content>>;
}

/** What to record. */
export interface Made<Content extends object> extends Pick<NewEntry<Content>, 'content' | 'own'> {
  /** What else is written with the entry, in the same round trip. */
  along?: (keys: ScopeKeys, entry: NewEntry<Content>) => Statement[];
  /** Notes for the audit trail what that did. */
  noted?: (tx: AuditedTx, patientId: string, answers: Row[][]) => void;
}

/** An entry that is locked for a change of its state, with its patient and what the database answered. */
export interface Change<R extends EntryRow> {
  tx: AuditedTx;
  keys: ScopeKeys;
  row: R;
  patient: LockedPatient;
  answers: Row[][];
}

/** A request to record an entry, whole. */
interface Request {
  patientId: string;
  id?: string | null;
  idempotencyKey?: string | null;
}

/** Records clinical entries, corrects them, and changes their states. Three round trips each. */
@Injectable()
export class EntryRecords {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Records an entry. The same request under the same idempotency key records once; NOT_FOUND (the patient), ALREADY_EXISTS (the id), CONFLICT (the key). */
  record<Content extends object, R extends EntryRow>(ctx: Ctx, { table, questions, make }: Recipe<Content, R>, operation: string, request: Request): Promise<Entry<Content, R>> {
    const { tenantId } = ctx;
    const { patientId } = request;
    const id = idOf(request.id);
    return this.db.write(ctx, async (tx, [patients, asked, ...answers]) => {
      mustSeeClinical(ctx);
      const patient = patients![0] as unknown as LockedPatient | undefined;
      if (!patient) throw notFound();
      const once = onceOf(await this.keyring.of(tenantId), operation, request);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, table, before);
      // An earlier attempt of this transaction may have found the key in use.
      ctx.action = 'CREATED';
      return this.#insert(tx, ctx, table, { id, patientId, corrects: null }, await make(patient, answers), once);
    }, lockPatient(tenantId, patientId), askedBefore(tenantId, request.idempotencyKey), ...questions);
  }

  /** Replaces an entry that was entered in error by a right one; NOT_FOUND, CONFLICT (another version, or marked already). */
  correct<Content extends object, R extends EntryRow>(ctx: Ctx, { table, questions, make }: Recipe<Content, R>, id: string, version: number, reason: string): Promise<Entry<Content, R>> {
    const stated = statedReason(reason);
    return this.change(ctx, table, id, version, async ({ tx, keys, row, patient, answers }) => {
      const made = await make(patient, answers);
      tx.reason = stated;
      tx.change(table.recordType, id, 'status', row.status, 'ENTERED_IN_ERROR');
      return this.#insert(tx, ctx, table, { id: idOf(null), patientId: row.patient_id, corrects: id }, made, null, table.markInError(ctx.tenantId, keys, id, stated));
    }, ...questions);
  }

  /** Marks an entry as entered in error: it stays, with who, when and why; NOT_FOUND, CONFLICT (another version, or marked already). */
  mark<Content extends object, R extends EntryRow>(ctx: Ctx, table: EntryTable<Content, R>, id: string, version: number, reason: string): Promise<Entry<Content, R>> {
    const stated = statedReason(reason);
    return this.change(ctx, table, id, version, async ({ tx, keys, row }) => {
      const [marked] = table.rows((await tx.group(table.markInError(ctx.tenantId, keys, id, stated)))[0]);
      tx.reason = stated;
      tx.change(table.recordType, id, 'status', row.status, marked!.status);
      return table.open(keys, marked!);
    });
  }

  /** Changes the state of an entry that stands; NOT_FOUND, CONFLICT (another version, or entered in error). `work` gives the entry to answer with. */
  change<Content extends object, R extends EntryRow>(
    ctx: Ctx, table: EntryTable<Content, R>, id: string, version: number, work: (change: Change<R>) => Promise<Entry<Content, R>>, ...questions: Statement[]
  ): Promise<Entry<Content, R>> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [patients, found, ...answers]) => {
      mustSeeClinical(ctx);
      const row = changeable(table.rows(found)[0], version);
      const patient = patients![0] as unknown as LockedPatient | undefined;
      // A merge gave it to another patient while this one waited for the lock.
      if (patient?.id !== row.patient_id) throw staleVersion();
      tx.record(table.recordType, id, row.patient_id);
      return work({ tx, keys: await this.keyring.of(tenantId, table.sealedIn([row])), row, patient, answers });
    }, lockPatientOf(table.name, tenantId, id), table.lock(tenantId, id), ...questions);
  }

  async #insert<Content extends object, R extends EntryRow>(
    tx: AuditedTx, ctx: Ctx, table: EntryTable<Content, R>, place: Pick<NewEntry<Content>, 'id' | 'patientId' | 'corrects'>, { along, noted, ...made }: Made<Content>,
    once: Once | null, ...before: Statement[]
  ): Promise<Entry<Content, R>> {
    const { tenantId } = ctx;
    const entry: NewEntry<Content> = { ...place, ...made };
    const keys = await this.keyring.of(tenantId);
    const statements = [...before, table.insert(tenantId, keys, entry), ...(once ? [useKey(tenantId, once, entry.id)] : []), ...(along?.(keys, entry) ?? [])];
    const rows = await tx.group(...statements).catch((error: unknown) => {
      throw constraintOf(error) === table.primaryKey ? idIsTaken('An entry has this id.') : error;
    });
    const [inserted, ...others] = rows.slice(before.length);
    if (once && !others.shift()!.length) throw keyIsForAnotherRequest();
    tx.record(table.recordType, entry.id, entry.patientId);
    noted?.(tx, entry.patientId, others);
    return table.open(keys, table.rows(inserted)[0]!);
  }

  async #again<Content extends object, R extends EntryRow>(tx: AuditedTx, ctx: Ctx, table: EntryTable<Content, R>, id: string): Promise<Entry<Content, R>> {
    ctx.action = 'VIEWED';
    const [row] = table.rows((await tx.group(table.lock(ctx.tenantId, id)))[0]);
    const keys = await this.keyring.of(ctx.tenantId, table.sealedIn([row!]));
    tx.record(table.recordType, id, row!.patient_id);
    return table.open(keys, row!);
  }
}
