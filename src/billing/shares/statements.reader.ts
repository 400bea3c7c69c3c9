import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { askMayWhere } from '../may-where.js';
import type { DoctorStatement, DoctorStatementArgs, DoctorStatementEntry, StatementArgs, StatementCause } from './doctor-statement.model.js';
import type { PayoutSource } from './payout.model.js';
import { shareRules, shareRulesFrom } from './share-rule-rows.js';

type Which = Pick<DoctorStatement, 'doctor' | 'chamberId' | 'from' | 'until'>;

/** Whose statement; the caller's own when no doctor is named. */
type Asked = StatementArgs & { doctorId: string | null };

// $2 doctor, $3 chamber or null for all, $4 from, $5 until.
const totalsOf = (tenantId: string, { doctorId, chamberId, from, until }: Asked): Statement => ({
  text: `
select m.id, t.currency, coalesce(-sum(l.amount) filter (where l.local_date < $4), 0)::bigint as opening, coalesce(-sum(l.amount) filter (where l.local_date >= $4 and e.kind = 'SHARE'), 0)::bigint as accrued,
  coalesce(sum(l.amount) filter (where l.local_date >= $4 and e.kind <> 'SHARE'), 0)::bigint as paid_out, coalesce(-sum(l.amount), 0)::bigint as closing
from clinic.members m join clinic.tenants t on t.id = m.tenant_id
left join clinic.ledger_lines l on l.tenant_id = m.tenant_id and l.doctor_id = m.id and l.account = 'DOCTOR_PAYABLE' and l.local_date <= $5 and ($3::uuid is null or l.chamber_id = $3)
left join clinic.ledger_entries e on l.local_date >= $4 and e.tenant_id = l.tenant_id and e.id = l.entry_id
where m.tenant_id = $1 and m.id = coalesce($2::uuid, platform.current_member()) and ($3::uuid is null or exists (select from clinic.chambers c where c.tenant_id = $1 and c.id = $3))
group by m.id, t.currency`,
  values: [tenantId, doctorId, chamberId ?? null, from, until],
});

const LISTED = `
from (
  select a.id, a.local_date, a.chamber_id, case when a.credit_note_id is not null then 'CREDITED' when a.settlement_id is not null then 'REMITTED' when p.amount < 0 then 'RELEASED' else 'PAID' end as cause, a.amount, a.invoice_id, a.session_id, a.rule_id, null as source, null as reference, a.accrued_at as at
  from clinic.share_accruals a left join clinic.allocations p on p.tenant_id = a.tenant_id and p.id = a.allocation_id
  where a.tenant_id = $1 and a.doctor_id = $2 and ($3::uuid is null or a.chamber_id = $3) and a.local_date between $4 and $5
  union all
  select o.id, o.local_date, o.chamber_id, 'PAYOUT', -o.amount, null, null, null, o.source, o.reference, o.paid_at
  from clinic.doctor_payouts o where o.tenant_id = $1 and o.doctor_id = $2 and ($3::uuid is null or o.chamber_id = $3) and o.local_date between $4 and $5) s`;

const listed = (tenantId: string, { doctor, chamberId, from, until }: Which): unknown[] => [tenantId, doctor.id, chamberId, from, until];

const pageOfEntries = (tenantId: string, which: Which, count: number, after: string | null): Statement => ({
  text: `
select s.id as entry_id, s.local_date::text as local_date, s.chamber_id as entry_chamber_id, s.cause, s.amount as entry_amount, s.invoice_id, i.code, s.session_id, s.source, s.reference, s.at,
  ${shareRules.columns}, t.currency
from (select s.* ${LISTED}
  where $7::uuid is null or (s.local_date, s.id) > (select a.local_date, a.id from clinic.share_accruals a where a.tenant_id = $1 and a.id = $7 union all select o.local_date, o.id from clinic.doctor_payouts o where o.tenant_id = $1 and o.id = $7)
  order by s.local_date, s.id limit $6) s
join clinic.tenants t on t.id = $1 left join clinic.invoices i on i.tenant_id = $1 and i.id = s.invoice_id left join clinic.share_rules r on r.tenant_id = $1 and r.id = s.rule_id
order by s.local_date, s.id`,
  values: [...listed(tenantId, which), count, after],
});

const countEntries = (tenantId: string, which: Which): Statement => ({ text: `select count(*)::integer as total ${LISTED}`, values: listed(tenantId, which) });

/** Reads what doctors earned and were paid. */
@Injectable()
export class StatementsReader {
  constructor(private readonly db: TenantDb) {}

  /** The statement of a doctor, for callers who may read the books. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. One round trip. */
  async ofDoctor(ctx: Ctx, args: DoctorStatementArgs): Promise<DoctorStatement> {
    const [may, totals] = await this.db.read(ctx, askMayWhere(ctx.tenantId, args.chamberId ?? null, 'finances:read'), this.#ask(ctx, args));
    if (!totals!.length) throw notFound();
    if (!may![0]!['may']) throw forbidden('finances:read');
    return this.#statement(ctx, args, totals![0]!);
  }

  /** The caller's own. NOT_FOUND, BAD_USER_INPUT. One round trip. */
  async own(ctx: Ctx, args: StatementArgs): Promise<DoctorStatement> {
    const [totals] = await this.db.read(ctx, this.#ask(ctx, { ...args, doctorId: null }));
    if (!totals!.length) throw notFound(['chamberId']);
    return this.#statement(ctx, args, totals![0]!);
  }

  /** What changed the balance of a statement, the first first. */
  async entries(ctx: Ctx, statement: DoctorStatement, args: PageArgs): Promise<Page<DoctorStatementEntry>> {
    const [rows] = await this.db.read(ctx, pageOfEntries(ctx.tenantId, statement, args.first + 1, idOfCursor(args.after)));
    return pageOf(rows!.map(toEntry), args, async () => (await this.db.read(ctx, countEntries(ctx.tenantId, statement)))[0]![0]!['total'] as number);
  }

  #ask(ctx: Ctx, args: Asked): Statement {
    if (args.until < args.from) throw badInput([{ path: ['until'], reason: 'BEFORE_FIRST' }]);
    return totalsOf(ctx.tenantId, args);
  }

  #statement(ctx: Ctx, { chamberId, from, until }: StatementArgs, row: Row): DoctorStatement {
    const doctorId = row['id'] as string;
    ctx.disclose('doctor-statement', doctorId);
    const money = (field: string) => moneyOf(row[field], row['currency']);
    return { doctor: { id: doctorId }, chamberId: chamberId ?? null, from, until, opening: money('opening'), accrued: money('accrued'), paidOut: money('paid_out'), closing: money('closing') };
  }
}

const toEntry = (row: Row): DoctorStatementEntry => ({
  id: row['entry_id'] as string, on: row['local_date'] as string, chamberId: row['entry_chamber_id'] as string, cause: row['cause'] as StatementCause, amount: moneyOf(row['entry_amount'], row['currency']),
  invoiceId: row['invoice_id'] as string | null, invoiceNumber: row['code'] as string | null, sessionId: row['session_id'] as string | null, rule: row['id'] === null ? null : shareRulesFrom([row])[0]!,
  source: row['source'] as PayoutSource | null, reference: row['reference'] as string | null, at: row['at'] as Date,
});
