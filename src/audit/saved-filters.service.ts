import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { type StoredFilter, conditionsOf, storedFilter } from './stored-filter.js';
import type { EditAuditFilterInput, SaveAuditFilterInput, SavedAuditFilter } from './saved-filter.model.js';

const LONGEST_NAME = 100;

/** How many searches one member can keep. */
export const MOST_SAVED = 100;

const COLUMNS = 'f.id, f.member_id, f.shared, f.content, f.updated_at, f.version';
const VISIBLE = `select ${COLUMNS} from clinic.audit_filters f where f.tenant_id = $1 and (f.shared or f.member_id = platform.current_member()) order by f.id`;
const TO_CHANGE = `select ${COLUMNS} from clinic.audit_filters f where f.tenant_id = $1 and f.id = $2 for update`;
const COUNT = 'select count(*)::integer as count from clinic.audit_filters f where f.tenant_id = $1 and f.member_id = $2';
const SAVE = `insert into clinic.audit_filters as f (tenant_id, id, member_id, shared, content) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`;
const CHANGE = `update clinic.audit_filters f set shared = $4, content = $5, updated_at = now(), version = f.version + 1
  where f.tenant_id = $1 and f.id = $2 and f.version = $3 returning ${COLUMNS}`;
const DELETE = 'delete from clinic.audit_filters f where f.tenant_id = $1 and f.id = $2 and f.version = $3 returning f.id';

interface FilterRow {
  id: string;
  member_id: string;
  shared: boolean;
  content: Buffer;
  updated_at: Date;
  version: number;
}

interface Content {
  name: string;
  filter: StoredFilter;
}

/** Searches of the trail that members keep under a name, each for themselves or for everybody who may read the trail. */
@Injectable()
export class SavedFiltersService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The caller's own and those that are shared, by name. */
  async list(ctx: Ctx): Promise<SavedAuditFilter[]> {
    const [rows] = await this.db.read(ctx, { text: VISIBLE, values: [ctx.tenantId] });
    const found = rows as unknown as FilterRow[];
    const keys = await this.keyring.of(ctx.tenantId, found.map(({ content }) => content));
    const filters = found.map((row) => toFilter(ctx, row, contentOf(keys, row)));
    for (const { id, filter } of filters) ctx.disclose('audit-filter', id, filter.patientId ?? undefined);
    return filters.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Saves a search; BAD_USER_INPUT also when the member has MOST_SAVED already. */
  save(ctx: Ctx, { name: rawName, filter, shared }: SaveAuditFilterInput): Promise<SavedAuditFilter> {
    const id = uuidv7();
    const name = nameOf(rawName);
    return this.db.write(ctx, async (tx) => {
      const { memberId } = ctx.member;
      const content: Content = { name, filter: storedFilter(filter) };
      const keys = await this.keyring.of(ctx.tenantId);
      const [counted, saved] = await tx.group(
        { text: COUNT, values: [ctx.tenantId, memberId] },
        { text: SAVE, values: [ctx.tenantId, id, memberId, shared, keys.seal('clinic.audit_filters', id, 'content', content)] });
      if ((counted![0] as { count: number }).count >= MOST_SAVED) throw badInput([{ path: ['input'], reason: 'TOO_MANY', params: { max: MOST_SAVED } }]);
      note(tx, id, undefined, { ...content, shared });
      return toFilter(ctx, saved![0] as unknown as FilterRow, content);
    });
  }

  /** Changes a saved search; NOT_FOUND unless the caller saved it or is an owner and it is shared. */
  edit(ctx: Ctx, id: string, version: number, input: EditAuditFilterInput): Promise<SavedAuditFilter> {
    const name = typeof input.name === 'string' ? nameOf(input.name) : undefined;
    return this.db.write(ctx, async (tx, [found]) => {
      const row = mine(ctx, found as unknown as FilterRow[]);
      const keys = await this.keyring.of(ctx.tenantId, [row.content]);
      const before = contentOf(keys, row);
      const content: Content = { name: name ?? before.name, filter: input.filter ? storedFilter(input.filter) : before.filter };
      const shared = input.shared ?? row.shared;
      const [changed] = await tx.group({ text: CHANGE, values: [ctx.tenantId, id, version, shared, keys.seal('clinic.audit_filters', id, 'content', content)] });
      if (!changed!.length) throw staleVersion();
      note(tx, id, { ...before, shared: row.shared }, { ...content, shared });
      return toFilter(ctx, changed![0] as unknown as FilterRow, content);
    }, { text: TO_CHANGE, values: [ctx.tenantId, id] });
  }

  /** Deletes a saved search; NOT_FOUND as for an edit. */
  delete(ctx: Ctx, id: string, version: number): Promise<boolean> {
    return this.db.write(ctx, async (tx, [found]) => {
      const row = mine(ctx, found as unknown as FilterRow[]);
      const before = contentOf(await this.keyring.of(ctx.tenantId, [row.content]), row);
      const [deleted] = await tx.group({ text: DELETE, values: [ctx.tenantId, id, version] });
      if (!deleted!.length) throw staleVersion();
      note(tx, id, { ...before, shared: row.shared }, undefined);
      return true;
    }, { text: TO_CHANGE, values: [ctx.tenantId, id] });
  }
}

function nameOf(raw: string): string {
  const check = new InputCheck();
  const name = check.line(['name'], raw, LONGEST_NAME);
  check.throwIfAny();
  return name!;
}

const mayEdit = (ctx: Ctx, { member_id: savedBy, shared }: FilterRow): boolean => savedBy === ctx.member.memberId || (shared && ctx.member.isOwner);

function mine(ctx: Ctx, [row]: FilterRow[]): FilterRow {
  if (!row || !mayEdit(ctx, row)) throw notFound();
  return row;
}

const contentOf = (keys: ScopeKeys, { id, content }: FilterRow): Content => keys.open<Content>('clinic.audit_filters', id, 'content', content);

const toFilter = (ctx: Ctx, row: FilterRow, { name, filter }: Content): SavedAuditFilter => ({
  id: row.id, name, filter: conditionsOf(filter), shared: row.shared, savedById: row.member_id, mayEdit: mayEdit(ctx, row), updatedAt: row.updated_at, version: row.version,
});

function note(tx: AuditedTx, id: string, before: (Content & { shared: boolean }) | undefined, after: (Content & { shared: boolean }) | undefined): void {
  tx.record('audit-filter', id, (after ?? before)?.filter.patientId ?? undefined);
  for (const field of ['name', 'filter', 'shared'] as const) tx.change('audit-filter', id, field, before?.[field] ?? null, after?.[field] ?? null);
}
