import type { Ctx } from '../../platform/context/ctx.js';
import type { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { idOfCursor } from '../../platform/graphql/connection.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import type { Entry, EntryRow, EntryTable, Listed } from './entry-table.js';
import type { EntriesArgs } from './entry.model.js';

type Which = [listed: Listed, count: number, after: string | null];

/** Reads pages of patients' clinical entries: as many statements for the patients of a page as for one of them. */
export class EntryPages<Content extends object, R extends EntryRow> {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly table: EntryTable<Content, R>,
  ) {}

  /** `first` entries of a patient and one more if there are more, those recorded last first. */
  async page(ctx: Ctx, patientId: string, { first, after, includeEnteredInError }: EntriesArgs, filter: string | null = null): Promise<Entry<Content, R>[]> {
    const which: Which = [{ includeEnteredInError, filter }, first + 1, idOfCursor(after)];
    const entries = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    entries.slice(0, first).forEach(({ row }) => ctx.disclose(this.table.recordType, row.id, patientId));
    return entries;
  }

  /** How many entries of a patient are listed. */
  async count(ctx: Ctx, patientId: string, { includeEnteredInError }: EntriesArgs, filter: string | null = null): Promise<number> {
    return (await loadBatched(ctx, this.#counts, keyOf(patientId, [{ includeEnteredInError, filter }]))) ?? 0;
  }

  /** One entry, read with all that the answer asks for at this moment; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<Entry<Content, R>> {
    const entry = await loadBatched(ctx, this.#entries, id);
    if (!entry) throw notFound();
    ctx.disclose(this.table.recordType, id, entry.row.patient_id);
    return entry;
  }

  readonly #entries = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Entry<Content, R>>> => {
    const [found] = await this.db.read(ctx, this.table.byIds(ctx.tenantId, ids));
    const rows = this.table.rows(found);
    const keys = await this.keyring.of(ctx.tenantId, this.table.sealedIn(rows));
    return new Map(rows.map((row) => [row.id, this.table.open(keys, row)]));
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, Entry<Content, R>[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => this.table.page(ctx.tenantId, patientIds, ...which)));
    const scope = await this.keyring.of(ctx.tenantId, this.table.sealedIn(this.table.rows(found.flat())));
    const pages = new Map<string, Entry<Content, R>[]>();
    groups.forEach(({ which }, index) => {
      for (const row of this.table.rows(found[index])) {
        const key = keyOf(row.patient_id, which);
        pages.set(key, [...(pages.get(key) ?? []), this.table.open(scope, row)]);
      }
    });
    return pages;
  };

  readonly #counts = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, number>> => {
    const groups = groupsOf<[Listed]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => this.table.count(ctx.tenantId, patientIds, ...which)));
    return new Map(groups.flatMap(({ which }, index) => found[index]!.map(({ id, total }) => [keyOf(id as string, which), total as number] as const)));
  };
}
