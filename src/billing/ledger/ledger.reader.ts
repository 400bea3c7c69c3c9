import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { askMayWhere } from '../may-where.js';
import type { LedgerAccount, LedgerBalance, LedgerBalancesArgs, LedgerEntriesArgs, LedgerEntry, LedgerFilter } from './ledger.model.js';

// $2 chamber, $3 from, $4 until, $5 document, $6 account, $7 doctor; each null for any.
const LISTED = `from clinic.ledger_entries e
where e.tenant_id = $1 and ($2::uuid is null or e.chamber_id = $2) and ($3::date is null or e.local_date >= $3) and ($4::date is null or e.local_date <= $4) and ($5::uuid is null or e.source_id = $5)
  and (($6::text is null and $7::uuid is null) or exists (
    select from clinic.ledger_lines l where l.tenant_id = $1 and l.entry_id = e.id and ($6::text is null or l.account = $6) and ($7::uuid is null or l.doctor_id = $7)))`;

const listed = (tenantId: string, { chamberId, from, until, sourceId, account, doctorId }: LedgerFilter): unknown[] =>
  [tenantId, chamberId ?? null, from ?? null, until ?? null, sourceId ?? null, account ?? null, doctorId ?? null];

const pageOfEntries = (tenantId: string, filter: LedgerFilter, count: number, after: string | null): Statement => ({
  text: `
select e.id, e.chamber_id, e.kind, e.source_id, e.local_date::text as local_date, e.posted_by, e.posted_at, (select t.currency from clinic.tenants t where t.id = $1) as currency,
  (select json_agg(json_build_object('account', l.account, 'doctorId', l.doctor_id, 'amount', l.amount::text) order by l.no) from clinic.ledger_lines l where l.tenant_id = $1 and l.entry_id = e.id) as lines
${LISTED} and ($9::uuid is null or (e.posted_at, e.id) < (select a.posted_at, a.id from clinic.ledger_entries a where a.tenant_id = $1 and a.id = $9))
order by e.posted_at desc, e.id desc limit $8`,
  values: [...listed(tenantId, filter), count, after],
});

const countEntries = (tenantId: string, filter: LedgerFilter): Statement => ({ text: `select count(*)::integer as total ${LISTED}`, values: listed(tenantId, filter) });

const balancesOf = (tenantId: string, chamberId: string | null, on: string | null): Statement => ({
  text: `
select l.account, coalesce(sum(l.amount) filter (where l.amount > 0), 0)::bigint as debits, coalesce(-sum(l.amount) filter (where l.amount < 0), 0)::bigint as credits, count(*)::integer as lines,
  (select t.currency from clinic.tenants t where t.id = $1) as currency
from clinic.ledger_lines l where l.tenant_id = $1 and ($2::uuid is null or l.chamber_id = $2) and ($3::date is null or l.local_date <= $3)
group by l.account order by l.account`,
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

  /** Entries, the last posted first. NOT_FOUND, FORBIDDEN. */
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
