import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Page, type PageArgs, cursorOf, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { countStatement, frontierStatement, pageStatement } from './audit-query.js';
import type { EntryFilter, Search } from './search-plan.js';
import type { AuditEntry } from './audit.model.js';
import { type EntryRow, keysOpening, patientsShown, sealedIn, toEntry } from './opened-entry.js';

/** A page of the trail, with its count. */
export interface EntryPage extends Page<AuditEntry> {
  counted: () => Promise<{ count: number; exact: boolean }>;
}

/** Entries in order, and the id from which to search on: null when there is nothing more. */
export interface Found {
  entries: AuditEntry[];
  next: string | null;
}

/** Reads a practice's own audit trail. What it shows is itself recorded: each entry, and the patients it was asked about or whose values it showed. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly tenantDb: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The entries that the filter lets through, newest first; one SQL statement, one more for a page that is not full, and one more when they are counted. */
  async list(ctx: Ctx, filter: EntryFilter, page: PageArgs): Promise<EntryPage> {
    if (filter.patientId) ctx.disclose('audit-of-patient', filter.patientId, filter.patientId);
    const search: Search = { tenantId: ctx.tenantId, filter, order: 'desc', after: idOfCursor(page.after) };
    const { entries, next } = await this.search(ctx, search, page.first + 1);
    const counted = once(() => this.#count(ctx, { ...search, after: null }));
    const shown = pageOf(entries, page, async () => (await counted()).count);
    for (const { node } of shown.edges) discloseEntry(ctx, node);
    // The search stopped before it had found a whole page: what follows begins where it stopped.
    if (entries.length <= page.first && next) Object.assign(shown.pageInfo, { hasNextPage: true, endCursor: cursorOf(next) });
    return Object.assign(shown, { counted });
  }

  /** The next `limit` entries, or fewer when the search stopped before. Discloses nothing by itself. */
  async search(ctx: Ctx, search: Search, limit: number): Promise<Found> {
    const [rows] = await this.tenantDb.read(ctx, pageStatement(search, limit));
    const found = rows as unknown as EntryRow[];
    const keys = await keysOpening(this.keyring, ctx.tenantId, found.flatMap(sealedIn));
    const entries = found.map((row) => toEntry(row, keys, ctx.holds('patients:read-clinical')));
    const last = entries.at(-1)?.id ?? null;
    return { entries, next: entries.length === limit ? last : await this.#frontier(ctx, search, last) };
  }

  // What was found may lie beyond it, when entries were added meanwhile.
  async #frontier(ctx: Ctx, search: Search, last: string | null): Promise<string | null> {
    const statement = frontierStatement(search);
    if (!statement) return null;
    const [rows] = await this.tenantDb.read(ctx, statement);
    const [row] = rows as unknown as Array<{ id: string }>;
    if (!row) return null;
    return last && last < row.id === (search.order === 'desc') ? last : row.id;
  }

  async #count(ctx: Ctx, search: Search): Promise<{ count: number; exact: boolean }> {
    const [rows] = await this.tenantDb.read(ctx, countStatement(search));
    return rows![0] as { count: number; exact: boolean };
  }
}

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let promise: Promise<T> | undefined;
  return () => (promise ??= work());
};

function discloseEntry(ctx: Ctx, entry: AuditEntry): void {
  ctx.disclose('audit-entry', entry.id);
  for (const patientId of patientsShown(entry)) ctx.disclose('audit-of-patient', patientId, patientId);
}
