import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { askMayWhere } from '../may-where.js';
import type { LedgerAccount, LedgerBalance, LedgerBalancesArgs, LedgerEntriesArgs, LedgerEntry, LedgerFilter } from './ledger.model.js';

/** The entries that a filter lets through, as a table of `id` and `local_date`, in one chamber after the other; `page` cuts what each of them gives. */
function listed(tenantId: string, { chamberId, from, until, sourceId, account, doctorId }: LedgerFilter): { text: (page: string, after?: string) => string; values: unknown[]; param: (value: unknown) => string } {
  const values: unknown[] = [tenantId];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const byLine = Boolean(account ?? doctorId);
  // An account has its entries in its lines: they are found by an index, however few they are.
  const id = byLine ? 's.entry_id' : 's.id';
  const conditions = ['s.tenant_id = $1', 's.chamber_id = c.id'];
  if (from) conditions.push(`s.local_date >= ${param(from)}`);
  if (until) conditions.push(`s.local_date <= ${param(until)}`);
  if (account) conditions.push(`s.account = ${param(account)}`);
  if (doctorId) conditions.push(`s.doctor_id = ${param(doctorId)}`);
  if (sourceId) conditions.push(`${id} in (select e.id from clinic.ledger_entries e where e.tenant_id = $1 and e.source_id = ${param(sourceId)})`);
  const chamber = chamberId ? `and c.id = ${param(chamberId)}` : '';
  const table = byLine ? 'clinic.ledger_lines' : 'clinic.ledger_entries';
  return {
    values, param,
    text: (page, after) => {
      const following = after ? [`(s.local_date, ${id}) < ((select a.local_date from clinic.ledger_entries a where a.tenant_id = $1 and a.id = ${after}), ${after})`] : [];
      return `clinic.chambers c cross join lateral (select s.local_date, ${id} as id from ${table} s where ${[...conditions, ...following].join(' and ')} group by s.local_date, ${id} ${page}) s where c.tenant_id = $1 ${chamber}`;
    },
  };
}

function pageOfEntries(tenantId: string, filter: LedgerFilter, count: number, after: string | null): Statement {
  const { text, values, param } = listed(tenantId, filter);
  const page = `order by local_date desc, id desc limit ${param(count)}`;
  return {
    text: `
select e.id, e.chamber_id, e.kind, e.source_id, e.local_date::text as local_date, e.posted_by, e.posted_at, (select t.currency from clinic.tenants t where t.id = $1) as currency,
  (select json_agg(json_build_object('account', l.account, 'doctorId', l.doctor_id, 'amount', l.amount::text) order by l.no) from clinic.ledger_lines l where l.tenant_id = $1 and l.entry_id = e.id) as lines
from (select s.id, s.local_date from ${text(page, after ? `${param(after)}::uuid` : undefined)} ${page}) s join clinic.ledger_entries e on e.tenant_id = $1 and e.id = s.id
order by s.local_date desc, s.id desc`,
    values,
  };
}

function countEntries(tenantId: string, filter: LedgerFilter): Statement {
  const { text, values } = listed(tenantId, filter);
  return { text: `select count(*)::integer as total from ${text('')}`, values };
}

const balancesOf = (tenantId: string, chamberId: string | null, on: string | null): Statement => ({
  text: 'select b.account, b.debits, b.credits, b.lines, t.currency from clinic.account_balances($1, $2, $3) b join clinic.tenants t on t.id = $1 order by b.account',
  values: [tenantId, chamberId, on],
});

const askChamber = (tenantId: string, chamberId: string | null): Statement => ({ text: 'select c.id from clinic.chambers c where c.tenant_id = $1 and c.id = $2', values: [tenantId, chamberId] });

/** Reads the books, for callers who may read them in the chamber, or in every chamber in use. */
@Injectable()
export class LedgerReader {
  constructor(private readonly db: TenantDb) {}

  /** What the accounts stand at, those that have lines. NOT_FOUND, FORBIDDEN. */
  async balances(ctx: Ctx, { chamberId, on }: LedgerBalancesArgs): Promise<LedgerBalance[]> {
    const [rows] = await this.#read(ctx, chamberId ?? null, ['chamberId'], balancesOf(ctx.tenantId, chamberId ?? null, on ?? null));
    return rows!.map(({ account, debits, credits, lines, currency }) => ({
      account: account as LedgerAccount, debits: moneyOf(debits, currency), credits: moneyOf(credits, currency), balance: moneyOf(BigInt(debits as string) - BigInt(credits as string), currency), lines: lines as number,
    }));
  }

  /** Entries, the last day first. NOT_FOUND, FORBIDDEN. */
  async entries(ctx: Ctx, args: LedgerEntriesArgs): Promise<Page<LedgerEntry>> {
    const filter = args.filter ?? {};
    const [rows] = await this.#read(ctx, filter.chamberId ?? null, ['filter', 'chamberId'], pageOfEntries(ctx.tenantId, filter, args.first + 1, idOfCursor(args.after)));
    const entries = rows!.map(toEntry);
    entries.slice(0, args.first).forEach(({ id }) => ctx.disclose('ledger-entry', id));
    return pageOf(entries, args, async () => (await this.db.read(ctx, countEntries(ctx.tenantId, filter)))[0]![0]!['total'] as number);
  }

  async #read(ctx: Ctx, chamberId: string | null, path: string[], statement: Statement): Promise<Row[][]> {
    const [may, chambers, ...rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, chamberId, 'finances:read'), askChamber(ctx.tenantId, chamberId), statement);
    if (chamberId && !chambers!.length) throw notFound(path);
    if (!may![0]!['may']) throw forbidden('finances:read');
    return rows;
  }
}

interface LineJson {
  account: LedgerAccount;
  doctorId: string | null;
  amount: string;
}

const toEntry = (row: Row): LedgerEntry => ({
  id: row['id'] as string, chamberId: row['chamber_id'] as string, kind: row['kind'] as string, sourceId: row['source_id'] as string, on: row['local_date'] as string,
  postedBy: row['posted_by'] === null ? null : { id: row['posted_by'] as string }, postedAt: row['posted_at'] as Date,
  lines: (row['lines'] as LineJson[]).map(({ account, doctorId, amount }) => ({ account, doctor: doctorId === null ? null : { id: doctorId }, amount: moneyOf(amount, row['currency']) })),
});
