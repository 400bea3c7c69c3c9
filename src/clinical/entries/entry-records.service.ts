import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { idOf } from '../../platform/client-id.js';
import { idIsTaken, keyIsForAnotherRequest, notFound, staleVersion } from '../../platform/errors.js';
import { statedReason } from '../../platform/input-check.js';
import { changeable, mustSeeClinical } from './entry.errors.js';
import type { Entry, EntryRow, EntryTable, NewEntry } from './entry-table.js';
import { type Once, askedBefore, madeBefore, onceOf, useKey } from './once.js';
import { type LockedPatient, lockPatient, lockPatientOf } from './patient-lock.js';

/** How an entry comes about: what to ask the database at the opening, and what to record by its answers; throws BAD_USER_INPUT. */
export interface Recipe<Content extends object, R extends EntryRow> {
  table: EntryTable<Content, R>;
  questions: Statement[];
  make: (patient: LockedPatient, answers: Row[][]) => Promise<Pick<NewEntry<Content>, 'content' | 'own'>>;
}

/** A request to record an entry, whole. */
interface Request {
  patientId: string;
  id?: string | null;
  idempotencyKey?: string | null;
}

/** Records clinical entries that depend on no other entry, and corrects them. Three round trips each. */
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
      return this.#insert(tx, ctx, table, { id, patientId, corrects: null, ...(await make(patient, answers)) }, once);
    }, lockPatient(tenantId, patientId), askedBefore(tenantId, request.idempotencyKey), ...questions);
  }

  /** Replaces an entry that was entered in error by a right one; NOT_FOUND, CONFLICT (another version, or marked already). */
  correct<Content extends object, R extends EntryRow>(ctx: Ctx, { table, questions, make }: Recipe<Content, R>, id: string, version: number, reason: string): Promise<Entry<Content, R>> {
    const { tenantId } = ctx;
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [patients, found, ...answers]) => {
      mustSeeClinical(ctx);
      const row = changeable(table.rows(found)[0], version);
      const patient = patients![0] as unknown as LockedPatient | undefined;
      // A merge gave it to another patient while this one waited for the lock.
      if (patient?.id !== row.patient_id) throw staleVersion();
      const made = await make(patient, answers);
      tx.reason = stated;
      tx.record(table.recordType, id, row.patient_id);
      tx.change(table.recordType, id, 'status', row.status, 'ENTERED_IN_ERROR');
      const keys = await this.keyring.of(tenantId);
      return this.#insert(tx, ctx, table, { id: idOf(null), patientId: row.patient_id, corrects: id, ...made }, null, table.markInError(tenantId, keys, id, stated));
    }, lockPatientOf(table.name, tenantId, id), table.lock(tenantId, id), ...questions);
  }

  async #insert<Content extends object, R extends EntryRow>(
    tx: AuditedTx, ctx: Ctx, table: EntryTable<Content, R>, entry: NewEntry<Content>, once: Once | null, ...before: Statement[]
  ): Promise<Entry<Content, R>> {
    const { tenantId } = ctx;
    const keys = await this.keyring.of(tenantId);
    const rows = await tx.group(...before, table.insert(tenantId, keys, entry), ...(once ? [useKey(tenantId, once, entry.id)] : [])).catch((error: unknown) => {
      throw constraintOf(error) === table.primaryKey ? idIsTaken('An entry has this id.') : error;
    });
    const [inserted, keyed] = rows.slice(before.length);
    if (once && !keyed!.length) throw keyIsForAnotherRequest();
    tx.record(table.recordType, entry.id, entry.patientId);
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
