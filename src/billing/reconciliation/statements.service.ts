import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { refusalOf } from '../billing.errors.js';
import { askMayWhere } from '../may-where.js';
import { type PaymentRecord, openPayment, paymentRows, paymentsByIds } from '../payments/payment-rows.js';
import { readStatement } from './statement.js';
import type { ImportWalletStatementInput, StatementLineFault, StatementLinesArgs } from './statement.model.js';
import { type StatementLineRow, type StatementRow, askTimeZone, insertStatement, insertStatementLines, lastStatements, linesOf, missingIn, rowsAs, statementById } from './statement-rows.js';

/** The most statements, lines and missing payments that are listed in one go. */
export const MOST_LISTED = 100;

/** What came of importing a statement. */
export interface Imported {
  statement: StatementRow | null;
  faults: StatementLineFault[];
}

/** Holds statements of providers against the books. The database finds out what each line is, and settles what agrees; a file with one fault is not taken at all. */
@Injectable()
export class StatementsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Imports a statement, once under an idempotency key, or tells every fault of its file. FORBIDDEN, CONFLICT (the key; STALE_VERSION when a line was settled at the same moment). Four round trips, whatever its length. */
  import(ctx: Ctx, input: ImportWalletStatementInput): Promise<Imported> {
    const { tenantId } = ctx;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [rights, zones, asked]) => {
      if (!rights![0]!['may']) throw forbidden('finances:manage');
      const once = onceOf(await this.keyring.of(tenantId), 'importWalletStatement', input);
      const before = madeBefore(once, asked!);
      if (before) {
        tx.record('wallet-statement', before);
        ctx.action = 'VIEWED';
        return { statement: rowsAs<StatementRow>((await tx.group(statementById(tenantId, before)))[0])[0]!, faults: [] };
      }
      const { lines, faults } = readStatement(input.content, (zones![0]?.['time_zone'] as string | undefined) ?? 'Asia/Dhaka');
      if (faults.length) return { statement: null, faults };
      const rows = await tx.group(insertStatement(tenantId, id, input.provider, lines), insertStatementLines(tenantId, id, lines), statementById(tenantId, id)).catch(refused);
      await useUp(tx, tenantId, once, id);
      tx.record('wallet-statement', id);
      return { statement: rowsAs<StatementRow>(rows.at(-1))[0]!, faults: [] };
    }, askMayWhere(tenantId, null, 'finances:manage'), askTimeZone(tenantId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** One statement; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<StatementRow> {
    const [rights, rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, null, 'finances:read'), statementById(ctx.tenantId, id));
    const [row] = rowsAs<StatementRow>(rows);
    if (!row) throw notFound();
    if (!rights![0]!['may']) throw forbidden('finances:read');
    ctx.disclose('wallet-statement', id);
    return row;
  }

  /** The statements that were imported last, the last first, at most 100; FORBIDDEN. */
  async list(ctx: Ctx): Promise<StatementRow[]> {
    const [rights, rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, null, 'finances:read'), lastStatements(ctx.tenantId, MOST_LISTED));
    if (!rights![0]!['may']) throw forbidden('finances:read');
    const found = rowsAs<StatementRow>(rows);
    for (const { id } of found) ctx.disclose('wallet-statement', id);
    return found;
  }

  /** Lines of a statement in their order, at most 100. */
  async lines(ctx: Ctx, id: string, { finding, afterLine }: StatementLinesArgs): Promise<StatementLineRow[]> {
    const [rights, rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, null, 'finances:read'), linesOf(ctx.tenantId, id, finding ?? null, afterLine, MOST_LISTED));
    if (!rights![0]!['may']) throw forbidden('finances:read');
    return rowsAs<StatementLineRow>(rows);
  }

  /** Payments that were captured within the time of a statement and that no statement has, at most 100. */
  async missing(ctx: Ctx, id: string): Promise<PaymentRecord[]> {
    const { tenantId } = ctx;
    const [rights, found] = await this.db.read(ctx, askMayWhere(tenantId, null, 'finances:read'), missingIn(tenantId, id, MOST_LISTED));
    if (!rights![0]!['may']) throw forbidden('finances:read');
    const ids = found!.map((row) => row['id'] as string);
    const rows = paymentRows((await this.db.read(ctx, paymentsByIds(tenantId, ids)))[0]);
    const keys = await this.keyring.of(tenantId, rows.map(({ details }) => details));
    return ids.flatMap((one) => {
      const row = rows.find((each) => each.id === one);
      if (row) ctx.disclose('payment', one, row.patient_id);
      return row ? openPayment(keys, row) : [];
    });
  }
}

function refused(error: unknown): never {
  // Another import has settled the same at the same moment.
  if (['wallet_statement_lines__payment_once', 'wallet_statement_lines__refund_once'].includes(constraintOf(error) ?? '')) throw staleVersion();
  throw refusalOf(error, 'finances:manage');
}
