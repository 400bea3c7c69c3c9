import type { Ctx } from '../../platform/context/ctx.js';
import type { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { TenantDb } from '../../platform/database/tenant-db.js';
import { idOfCursor } from '../../platform/graphql/connection.js';
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

// A batch is asked for by texts: the patient, and which page of theirs.
const keyOf = (patientId: string, which: unknown[]): string => JSON.stringify([patientId, ...which]);

function groupsOf<W extends unknown[]>(keys: readonly string[]): Array<{ which: W; patientIds: string[] }> {
  const groups = new Map<string, { which: W; patientIds: string[] }>();
  for (const key of keys) {
    const [patientId, ...which] = JSON.parse(key) as [string, ...W];
    const same = JSON.stringify(which);
    const group = groups.get(same) ?? { which, patientIds: [] };
    group.patientIds.push(patientId);
    groups.set(same, group);
  }
  return [...groups.values()];
}
