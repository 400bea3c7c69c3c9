import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../platform/database/batch-keys.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { idOfCursor } from '../platform/graphql/connection.js';
import { mustRead } from './document-access.js';
import type { DocumentDescription } from './document-description.js';
import { type DocumentRow, type Listed, countsOf, documentRows, documentsByIds, pagesOf } from './document-rows.js';
import type { DocumentFile, DocumentRecord, DocumentsArgs, SealedContent } from './document.model.js';
import type { DocumentKind } from './document.enums.js';

type Which = [listed: Listed, count: number, after: string | null];

/** Which documents of a patient to give. */
interface Asked extends DocumentsArgs {
  clinical: boolean;
  kinds?: readonly DocumentKind[] | null;
}

/** Reads documents, each only for who may see its kind. Every document it gives is named in the audit entry of the answer. */
@Injectable()
export class DocumentsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One document, read with all that the answer asks for at this moment; rejects with NOT_FOUND, or FORBIDDEN for a kind that the caller may not see. */
  async get(ctx: Ctx, id: string): Promise<DocumentRecord> {
    const row = await loadBatched(ctx, this.#rows, id);
    if (!row) throw notFound();
    mustRead(ctx, row.kind);
    const [record] = await this.open(ctx, [row]);
    ctx.disclose('document', row.id, row.patient_id);
    return record!;
  }

  /** `first` documents of a patient and one more if there are more, those added last first; clinical ones only for callers who may see them. */
  async page(ctx: Ctx, patientId: string, { first, after, ...asked }: Asked): Promise<DocumentRecord[]> {
    const which: Which = [listedBy(asked), first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('document', row.id, patientId));
    return records;
  }

  /** How many documents of a patient are listed. */
  async count(ctx: Ctx, patientId: string, asked: Asked): Promise<number> {
    return (await loadBatched(ctx, this.#counts, keyOf(patientId, [listedBy(asked)]))) ?? 0;
  }

  /** Opens rows; whether the caller may see them was decided before. */
  async open(ctx: Ctx, rows: readonly DocumentRow[]): Promise<DocumentRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ description, error_reason, content }) => [description, error_reason, content].filter((value) => value !== null)));
    return rows.map((row) => ({
      row,
      description: keys.open<DocumentDescription>('clinic.documents', row.id, 'description', row.description),
      errorReason: row.error_reason && keys.open<{ reason: string }>('clinic.documents', row.id, 'error_reason', row.error_reason).reason,
      file: row.content && fileOf(row, keys.open<SealedContent>('clinic.document_files', row.file_id!, 'content', row.content)),
    }));
  }

  readonly #rows = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, DocumentRow>> => {
    const [found] = await this.db.read(ctx, documentsByIds(ctx.tenantId, ids));
    return new Map(documentRows(found).map((row) => [row.id, row]));
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, DocumentRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => pagesOf(ctx.tenantId, patientIds, ...which)));
    const pages = new Map<string, DocumentRecord[]>();
    for (const [index, { which }] of groups.entries()) {
      for (const record of await this.open(ctx, documentRows(found[index]))) {
        const key = keyOf(record.row.patient_id, which);
        pages.set(key, [...(pages.get(key) ?? []), record]);
      }
    }
    return pages;
  };

  readonly #counts = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, number>> => {
    const groups = groupsOf<[Listed]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => countsOf(ctx.tenantId, patientIds, ...which)));
    return new Map(groups.flatMap(({ which }, index) => found[index]!.map(({ id, total }) => [keyOf(id as string, which), total as number] as const)));
  };
}

const fileOf = (row: DocumentRow, content: SealedContent): DocumentFile => ({
  ...content, objectId: row.file_id!, size: Number(row.size), storedBy: row.stored_by!, storedAt: row.stored_at!,
});

const listedBy = ({ clinical, kinds, includeEnteredInError }: Omit<Asked, 'first' | 'after'>): Listed => ({ clinical, kinds: kinds ?? null, includeEnteredInError });
