import { Injectable } from '@nestjs/common';
import { PatientsReader } from '../patients/patients.reader.js';
import { canonical } from '../platform/canonical.js';
import { idOf } from '../platform/client-id.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, idIsTaken, notFound, staleVersion } from '../platform/errors.js';
import type { FaultReason } from '../platform/fault-reasons.js';
import { statedReason } from '../platform/input-check.js';
import { PracticeCountries, todayIn } from '../tenants/practice-countries.reader.js';
import { mustEdit } from './document-access.js';
import { type DocumentDescription, describedBy } from './document-description.js';
import {
  ADD_DOCUMENT, type DocumentRow, EDIT_DOCUMENT, MARK_DOCUMENT, documentRows, lockDocument, oneDocument,
} from './document-rows.js';
import type { AddDocumentInput, EditDocumentInput } from './document.inputs.js';
import type { DocumentRecord } from './document.model.js';
import { isCorrected, isEnteredInError } from './documents.errors.js';
import { DocumentsReader } from './documents.reader.js';

/** Adds documents, without their files, and changes what is said of them: three round trips each. Nothing is deleted. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsReader,
    private readonly countries: PracticeCountries,
    private readonly reader: DocumentsReader,
  ) {}

  /** Adds a document whose file is to follow. The same request under the same id adds once. */
  async add(ctx: Ctx, input: AddDocumentInput): Promise<DocumentRecord> {
    const { tenantId } = ctx;
    const id = idOf(input.id);
    const corrected = input.correctsId ? [oneDocument(tenantId, input.correctsId)] : [];
    return this.db.write(ctx, async (tx, found) => {
      mustEdit(ctx, input.kind);
      const patient = await this.patients.locked(ctx, found.slice(corrected.length));
      const description = describedBy(input, todayIn(patient.country));
      if (input.correctsId) mustBeCorrectable(ctx, documentRows(found[0])[0], patient.row.id);
      const keys = await this.keyring.of(tenantId);
      const [added, there] = await tx.group(
        { text: ADD_DOCUMENT, values: [tenantId, id, patient.row.id, input.kind, keys.seal('clinic.documents', id, 'description', description), input.correctsId ?? null] },
        oneDocument(tenantId, id),
      ).catch(refuseSecondCorrection);
      const [record] = await this.reader.open(ctx, documentRows(there));
      if (!added!.length && !isOfThisRequest(record!, input, description)) throw idIsTaken('Another document has this id.');
      ctx.action = added!.length ? 'CREATED' : 'VIEWED';
      tx.record('document', id, patient.row.id);
      return record!;
    }, ...corrected, ...this.patients.toLock(tenantId, input.patientId));
  }

  /** Changes kind, title, date or note; the file stays as it is. */
  edit(ctx: Ctx, id: string, version: number, input: EditDocumentInput): Promise<DocumentRecord> {
    return this.#change(ctx, id, version, (tx, { row, description: before }, keys, today) => {
      const kind = input.kind === undefined ? row.kind : input.kind;
      if (!kind) throw badInput([{ path: ['input', 'kind'], reason: 'EMPTY' }]);
      mustEdit(ctx, kind);
      const { title = before.title, documentDate = before.documentDate, note = before.note } = input;
      const after = describedBy({ title: title ?? '', fileName: before.fileName, documentDate, note }, today);
      for (const field of ['title', 'documentDate', 'note'] as const) tx.change('document', row.id, field, before[field], after[field]);
      tx.change('document', row.id, 'kind', row.kind, kind);
      return { text: EDIT_DOCUMENT, values: [ctx.tenantId, row.id, kind, keys.seal('clinic.documents', row.id, 'description', after)] };
    });
  }

  /** Marks a document as entered in error, for good; its file stays. */
  async markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<DocumentRecord> {
    const stated = statedReason(reason);
    return this.#change(ctx, id, version, (tx, { row }, keys) => {
      tx.reason = stated;
      tx.change('document', row.id, 'enteredInError', false, true);
      return { text: MARK_DOCUMENT, values: [ctx.tenantId, row.id, keys.seal('clinic.documents', row.id, 'error_reason', { reason: stated })] };
    });
  }

  #change(ctx: Ctx, id: string, version: number, work: (tx: AuditedTx, found: DocumentRecord, keys: ScopeKeys, today: string) => Statement): Promise<DocumentRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [found, practice]) => {
      const [row] = documentRows(found);
      if (!row) throw notFound();
      mustEdit(ctx, row.kind);
      if (row.error_at) throw isEnteredInError();
      if (row.version !== version) throw staleVersion();
      const [before] = await this.reader.open(ctx, [row]);
      const change = work(tx, before!, await this.keyring.of(tenantId), todayIn(this.countries.answer(tenantId, practice)));
      const [, changed] = await tx.group(change, oneDocument(tenantId, row.id));
      tx.record('document', row.id, row.patient_id);
      return (await this.reader.open(ctx, documentRows(changed)))[0]!;
    }, lockDocument(tenantId, id), ...this.countries.ask(tenantId));
  }
}

function mustBeCorrectable(ctx: Ctx, row: DocumentRow | undefined, patientId: string): void {
  if (!row) throw notFound();
  mustEdit(ctx, row.kind);
  const blame = (reason: FaultReason) => badInput([{ path: ['input', 'correctsId'], reason }]);
  if (row.patient_id !== patientId) throw blame('ANOTHER_PATIENT');
  if (!row.file_id) throw blame('AWAITING_CONTENT');
}

// Adding does nothing when the id is taken: what is there then may be what this request added before.
const isOfThisRequest = ({ row, description }: DocumentRecord, input: AddDocumentInput, asked: DocumentDescription): boolean =>
  row.patient_id === input.patientId && row.kind === input.kind && row.corrects === (input.correctsId ?? null) && canonical(description) === canonical(asked);

const refuseSecondCorrection = (error: unknown): never => {
  throw constraintOf(error) === 'documents__corrects' ? isCorrected() : error;
};
