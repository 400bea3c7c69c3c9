import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { SealedContent } from '../../documents/document.model.js';
import { type PutObject, SealedFiles } from '../../documents/sealed-files.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { StreamPlace } from '../../platform/crypto/sealed-stream.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import type { FileContent } from '../../platform/http/file-answer.js';
import { gathered } from '../../platform/gathered.js';
import { type ExpenseReceipt, MOST_RECEIPTS } from './expense-receipt.model.js';

const TABLE = 'clinic.expense_receipts';

/** What is sealed in `clinic.expense_receipts.content`. */
interface ReceiptContent extends SealedContent {
  fileName: string;
}

interface ReceiptRow {
  id: string;
  expense_id: string;
  content: Buffer;
  size: string;
  stored_by: string;
  stored_at: Date;
}

/** An expense, and whether the caller `takes` payments in its chamber. */
const askExpense = (tenantId: string, id: string, lock = ''): Statement =>
  ({ text: `select x.id, clinic.may_in($1, platform.current_member(), x.chamber_id, 'payments:take') as takes from clinic.expenses x where x.tenant_id = $1 and x.id = $2 ${lock}`, values: [tenantId, id] });

const receiptsOf = (tenantId: string, expenseIds: readonly string[]): Statement =>
  ({ text: `select r.id, r.expense_id, r.content, r.size, r.stored_by, r.stored_at from ${TABLE} r where r.tenant_id = $1 and r.expense_id = any ($2::uuid[]) order by r.stored_at, r.id`, values: [tenantId, expenseIds] });

/** Stores and gives out the receipts of expenses, for whoever takes payments in their chamber. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly files: SealedFiles,
  ) {}

  /** Stores a receipt; the same bytes sent again for the same expense are stored once. `declared` is the length that the request states. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. */
  async keep(ctx: Ctx, expenseId: string, rawName: string, body: AsyncIterable<Buffer>, declared: number | undefined): Promise<ExpenseReceipt> {
    if (!isUuid(expenseId)) throw notFound();
    const [expenses] = await this.db.read(ctx, askExpense(ctx.tenantId, expenseId));
    mustTake(expenses!);
    const fileName = this.files.nameIn(rawName);
    const check = this.files.check(fileName, declared);
    return (await this.files.put(ctx, placeOf(ctx, expenseId), check, check.pass(body), (object) => this.#record(ctx, expenseId, fileName, object))).receipt;
  }

  /** A receipt, opened as it is read. NOT_FOUND, FORBIDDEN. */
  async open(ctx: Ctx, expenseId: string, id: string): Promise<FileContent> {
    if (!isUuid(expenseId) || !isUuid(id)) throw notFound();
    const [expenses, rows] = await this.db.read(ctx, askExpense(ctx.tenantId, expenseId), receiptsOf(ctx.tenantId, [expenseId]));
    mustTake(expenses!);
    const row = receiptRows(rows).find((one) => one.id === id.toLowerCase());
    if (!row) throw notFound();
    ctx.disclose('expense', expenseId);
    const { key, type, fileName } = openContent(await this.keyring.of(ctx.tenantId, [row.content]), row);
    const stream = await this.files.open(Buffer.from(key, 'base64'), placeOf(ctx, expenseId), row.id);
    return { stream, type: type === 'text/plain' ? 'text/plain; charset=utf-8' : type, name: fileName, length: Number(row.size) };
  }

  /** The receipts of an expense, the first stored first, read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, expenseId: string): Promise<ExpenseReceipt[]> {
    return (await loadBatched(ctx, this.#batch, expenseId)) ?? [];
  }

  #record(ctx: Ctx, expenseId: string, fileName: string, { id, key, found }: PutObject): Promise<{ added: boolean; receipt: ExpenseReceipt }> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [expenses, rows]) => {
      mustTake(expenses!);
      tx.record('expense', expenseId);
      const before = receiptRows(rows);
      const keys = await this.keyring.of(tenantId, before.map(({ content }) => content));
      const same = before.find((row) => openContent(keys, row).sha256 === found.sha256);
      if (same) {
        ctx.action = 'VIEWED';
        return { added: false, receipt: toReceipt(keys, same) };
      }
      if (before.length >= MOST_RECEIPTS) throw badInput([{ path: ['body'], reason: 'TOO_MANY', params: { max: MOST_RECEIPTS } }]);
      const content: ReceiptContent = { fileName, key: key.toString('base64'), type: found.type, sha256: found.sha256 };
      const [, after] = await tx.group(
        { text: `insert into ${TABLE} (tenant_id, id, expense_id, content, size) values ($1, $2, $3, $4, $5)`, values: [tenantId, id, expenseId, keys.seal(TABLE, id, 'content', content), found.size] },
        receiptsOf(tenantId, [expenseId]),
      );
      tx.change('expense', expenseId, 'receipts', before.length, before.length + 1);
      return { added: true, receipt: toReceipt(keys, receiptRows(after).find((row) => row.id === id)!) };
    }, askExpense(tenantId, expenseId, 'for no key update of x'), receiptsOf(tenantId, [expenseId]));
  }

  readonly #batch = async (ctx: Ctx, expenseIds: readonly string[]): Promise<Map<string, ExpenseReceipt[]>> => {
    const [found] = await this.db.read(ctx, receiptsOf(ctx.tenantId, expenseIds));
    const rows = receiptRows(found);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ content }) => content));
    return new Map([...gathered(rows, ({ expense_id }) => expense_id)].map(([id, of]) => [id, of.map((row) => toReceipt(keys, row))]));
  };
}

const placeOf = (ctx: Ctx, expenseId: string): StreamPlace => ({ scope: ctx.tenantId, name: `expense ${expenseId}` });

const receiptRows = (rows: Row[] | undefined): ReceiptRow[] => (rows ?? []) as unknown as ReceiptRow[];

const openContent = (keys: ScopeKeys, { id, content }: ReceiptRow): ReceiptContent => keys.open<ReceiptContent>(TABLE, id, 'content', content);

function toReceipt(keys: ScopeKeys, row: ReceiptRow): ExpenseReceipt {
  const { fileName, type, sha256 } = openContent(keys, row);
  return { id: row.id, fileName, contentPath: `/expenses/${row.expense_id}/receipts/${row.id}`, type, sha256, storedBy: { id: row.stored_by }, storedAt: row.stored_at };
}

function mustTake([expense]: Row[]): void {
  if (!expense) throw notFound();
  if (!expense['takes']) throw forbidden('payments:take');
}
