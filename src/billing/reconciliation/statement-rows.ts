import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import type { WalletProvider } from '../payments/gateways/wallet-gateway.js';
import type { StatementLine, StatementLineKind } from './statement.js';

export enum StatementFinding { MATCHED = 'MATCHED', AMOUNT_DIFFERS = 'AMOUNT_DIFFERS', UNKNOWN = 'UNKNOWN', REUSED = 'REUSED', SEEN_BEFORE = 'SEEN_BEFORE' }

/** An imported statement, with how many lines were found to be what; `bigint` arrives as text. */
export interface StatementRow {
  id: string;
  provider: WalletProvider;
  first_at: Date;
  last_at: Date;
  imported_by: string;
  imported_at: Date;
  currency: Currency;
  findings: Array<{ finding: StatementFinding; lines: number; amount: string; fees: string }>;
}

export interface StatementLineRow {
  line: number;
  transaction_id: string;
  kind: StatementLineKind;
  at: Date;
  amount: string;
  fee: string;
  finding: StatementFinding;
  payment_id: string | null;
  refund_id: string | null;
}

const COLUMNS = `s.id, s.provider, s.first_at, s.last_at, s.imported_by, s.imported_at, t.currency,
  (select coalesce(json_agg(f order by f.finding), '[]') from (select l.finding, count(*)::integer as lines, sum(l.amount)::text as amount, sum(l.fee)::text as fees
    from clinic.wallet_statement_lines l where l.tenant_id = s.tenant_id and l.statement_id = s.id group by l.finding) f) as findings`;
const FROM = 'from clinic.wallet_statements s join clinic.tenants t on t.id = s.tenant_id';

export const statementById = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where s.tenant_id = $1 and s.id = $2`, values: [tenantId, id] });

/** The statements that were imported last, the last first. */
export const lastStatements = (tenantId: string, most: number): Statement => ({ text: `select ${COLUMNS} ${FROM} where s.tenant_id = $1 order by s.imported_at desc, s.id desc limit $2`, values: [tenantId, most] });

export const insertStatement = (tenantId: string, id: string, provider: WalletProvider, lines: readonly StatementLine[]): Statement => {
  const times = lines.map(({ at }) => at.getTime());
  return {
    text: 'insert into clinic.wallet_statements (tenant_id, id, provider, first_at, last_at) values ($1, $2, $3, $4, $5)',
    values: [tenantId, id, provider, new Date(Math.min(...times)), new Date(Math.max(...times))],
  };
};

/** The lines of a statement, in their order; the database finds out what they are, and settles those that agree. */
export const insertStatementLines = (tenantId: string, statementId: string, lines: readonly StatementLine[]): Statement => ({
  text: `
insert into clinic.wallet_statement_lines (tenant_id, statement_id, line, transaction_id, kind, at, amount, fee)
select $1, $2, l.* from unnest($3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[], $8::bigint[]) as l`,
  values: [tenantId, statementId, lines.map(({ line }) => line), lines.map(({ transactionId }) => transactionId), lines.map(({ kind }) => kind), lines.map(({ at }) => at), lines.map(({ amount }) => amount), lines.map(({ fee }) => fee)],
});

/** The lines of a statement after one, of one finding if told. */
export const linesOf = (tenantId: string, statementId: string, finding: StatementFinding | null, after: number, most: number): Statement => ({
  text: `
select l.line, l.transaction_id, l.kind, l.at, l.amount, l.fee, l.finding, l.payment_id, l.refund_id from clinic.wallet_statement_lines l
where l.tenant_id = $1 and l.statement_id = $2 and l.line > $4 and ($3::text is null or l.finding = $3) order by l.line limit $5`,
  values: [tenantId, statementId, finding, after, most],
});

/** Ids of payments that were captured within the time of a statement, and which no statement has settled. */
export const missingIn = (tenantId: string, statementId: string, most: number): Statement => ({
  text: `
select p.id from clinic.wallet_statements s join clinic.payments p on p.tenant_id = s.tenant_id and p.provider = s.provider and p.status = 'CAPTURED' and p.captured_at between s.first_at and s.last_at
where s.tenant_id = $1 and s.id = $2 and not exists (select from clinic.wallet_statement_lines l where l.tenant_id = $1 and l.payment_id = p.id and l.finding = 'MATCHED') order by p.captured_at, p.id limit $3`,
  values: [tenantId, statementId, most],
});

/** The time zone of the practice's first chamber. */
export const askTimeZone = (tenantId: string): Statement => ({ text: 'select c.time_zone from clinic.chambers c where c.tenant_id = $1 order by c.created_at, c.id limit 1', values: [tenantId] });

/** The rows of a statement, as what they are. */
export const rowsAs = <T>(rows: Row[] | undefined): T[] => (rows ?? []) as unknown as T[];
