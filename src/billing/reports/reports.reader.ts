import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
import type { LedgerAccount } from '../ledger/ledger.model.js';
import { askMayWhere } from '../may-where.js';
import type { PaymentMethod } from '../payments/payment.enums.js';
import { type AgedReceivables, type BilledAndPaid, type DoctorTotals, type FinancialReport, type FinancialReportArgs, LONGEST_REPORT_DAYS, type MethodTotals, ReceivableAge, type ReceivablesArgs } from './financial-report.model.js';
import { gathered } from '../../platform/gathered.js';
import { askDocuments, askMoved, askReceivables, askWhere } from './report-rows.js';

const PERMISSION = 'finances:read';

/** Reads what was billed, paid and owed, for callers who may read the books in the chamber, or in every chamber in use. One round trip each. */
@Injectable()
export class ReportsReader {
  constructor(private readonly db: TenantDb) {}

  /** What was billed and paid in some days. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. */
  async financial(ctx: Ctx, args: FinancialReportArgs): Promise<FinancialReport> {
    checkDays(args);
    const { tenantId } = ctx;
    const [currency, documents, moved] = await this.#read(ctx, args.chamberId ?? null, askDocuments(tenantId, args), askMoved(tenantId, args));
    const money = (amount: unknown): Money => moneyOf(amount, currency);
    const parts = gathered(documents!, (row) => row['part'] as string);
    const by = (part: string, key: string): Array<[string, Row[]]> => [...gathered((parts.get(part) ?? []).filter((row) => row[key] !== null), (row) => row[key] as string)];
    return {
      chamberId: args.chamberId ?? null, from: args.from, until: args.until,
      totals: totalsOf(parts.get('ALL') ?? [], money),
      chambers: by('CHAMBER', 'chamber_id').map(([chamberId, own]) => ({ chamberId, ...totalsOf(own, money) })),
      days: by('DAY', 'local_date').map(([on, own]) => ({ on, ...totalsOf(own, money) })),
      methods: by('METHOD', 'method').map(([method, own]): MethodTotals => {
        const { payments, captured, refunds, refunded } = totalsOf(own, money);
        return { method: method as PaymentMethod, payments, captured, refunds, refunded };
      }),
      doctors: [...gathered(moved!.filter(({ account }) => ofDoctors.has(account as string)), (row) => (row['doctor_id'] as string | null) ?? '')].map(([id, own]) => doctorOf(id, own, money)),
      discounts: (parts.get('DISCOUNT') ?? []).filter((row) => row['discounts'] !== 0).map((row) => ({
        givenBy: { id: row['given_by'] as string }, approvedBy: row['approved_by'] === null ? null : { id: row['approved_by'] as string }, documents: row['discounts'] as number, amount: money(row['discount']),
      })),
      accounts: [...gathered(moved!, (row) => row['account'] as string)].map(([account, own]) => ({ account: account as LedgerAccount, debits: money(sum(own, 'debits')), credits: money(sum(own, 'credits')) })),
    };
  }

  /** What patients owed at the end of a day, by age; every age is told. NOT_FOUND, FORBIDDEN. */
  async receivables(ctx: Ctx, args: ReceivablesArgs): Promise<AgedReceivables[]> {
    const [currency, rows] = await this.#read(ctx, args.chamberId ?? null, askReceivables(ctx.tenantId, args));
    return Object.values(ReceivableAge).map((age) => {
      const row = rows!.find((one) => one['age'] === age);
      return { age, invoices: (row?.['invoices'] as number | undefined) ?? 0, due: moneyOf(row?.['due'] ?? 0, currency) };
    });
  }

  async #read(ctx: Ctx, chamberId: string | null, ...statements: Statement[]): Promise<[currency: unknown, ...rows: Row[][]]> {
    const [may, where, ...rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, chamberId, PERMISSION), askWhere(ctx.tenantId, chamberId), ...statements);
    if (chamberId && !where![0]!['chamber']) throw notFound(['chamberId']);
    if (!may![0]!['may']) throw forbidden(PERMISSION);
    return [where![0]!['currency'], ...rows];
  }
}

function checkDays({ from, until }: FinancialReportArgs): void {
  const days = Temporal.PlainDate.from(from).until(until).days + 1;
  if (days < 1) throw badInput([{ path: ['until'], reason: 'BEFORE_FIRST' }]);
  if (days > LONGEST_REPORT_DAYS) throw badInput([{ path: ['until'], reason: 'TOO_LONG', params: { max: LONGEST_REPORT_DAYS } }]);
}

/** The accounts that tell doctors apart. */
const ofDoctors: ReadonlySet<string> = new Set(['REVENUE', 'DOCTOR_SHARE', 'DOCTOR_PAYABLE']);

const sum = (rows: readonly Row[], field: string): bigint => rows.reduce((total, row) => total + BigInt(row[field] as string), 0n);

function totalsOf(rows: readonly Row[], money: (amount: unknown) => Money): BilledAndPaid {
  const of = (kind: string): Row | undefined => rows.find((row) => row['kind'] === kind);
  const count = (kind: string): number => (of(kind)?.['documents'] as number | undefined) ?? 0;
  const amount = (kind: string): Money => money(of(kind)?.['amount'] ?? 0);
  return {
    invoices: count('INVOICE'), invoiced: amount('INVOICE'), creditNotes: count('CREDIT_NOTE'), credited: amount('CREDIT_NOTE'), payments: count('PAYMENT'), captured: amount('PAYMENT'), refunds: count('REFUND'), refunded: amount('REFUND'),
  };
}

// What is payable is debited by payouts, and by nothing else but reversals, which the share has too.
function doctorOf(id: string, rows: readonly Row[], money: (amount: unknown) => Money): DoctorTotals {
  const net = (account: string): bigint => {
    const own = rows.filter((row) => row['account'] === account);
    return sum(own, 'debits') - sum(own, 'credits');
  };
  return { doctor: id ? { id } : null, revenue: money(-net('REVENUE')), share: money(net('DOCTOR_SHARE')), paidOut: money(net('DOCTOR_PAYABLE') + net('DOCTOR_SHARE')) };
}
