import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn, moneyOf } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { refusalOf } from '../billing.errors.js';
import { askDesk, deskIn, openDeskIn } from '../desk.js';
import { LONGEST_MOVE_NOTE, type MoneyMove, type MoneyMovesArgs, type MoneyPlace, type MoveMoneyInput } from './money-move.model.js';

const TABLE = 'clinic.money_moves';
const COLUMNS = 'm.id, m.chamber_id, m.from_account, m.to_account, m.amount, t.currency, m.details, m.local_date::text as local_date, m.moved_by, m.moved_at';
const FROM = `from ${TABLE} m join clinic.tenants t on t.id = m.tenant_id`;

const moveById = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where m.tenant_id = $1 and m.id = $2`, values: [tenantId, id] });

const pageOfMoves = (tenantId: string, chamberId: string, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${FROM} where m.tenant_id = $1 and m.chamber_id = $2 and ($4::uuid is null or (m.moved_at, m.id) < (select a.moved_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $4))
order by m.moved_at desc, m.id desc limit $3`,
  values: [tenantId, chamberId, count, after],
});

/** Moves money between the safe of a chamber, the bank and the owner. */
@Injectable()
export class MovesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Moves money, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, BOOKS_CLOSED). */
  move(ctx: Ctx, input: MoveMoneyInput): Promise<MoneyMove> {
    const { tenantId } = ctx;
    const id = uuidv7();
    return this.db.write(ctx, async (tx, [desks, asked]) => {
      const desk = openDeskIn(desks!, 'finances:manage');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'moveMoney', input);
      const before = madeBefore(once, asked!);
      if (before) ctx.action = 'VIEWED';
      else {
        const check = new InputCheck();
        if (input.from === input.to) check.blame(['to'], 'NO_CHANGE');
        const amount = amountIn(check, ['amount'], input.amount, desk.currency);
        const note = check.line(['note'], input.note, LONGEST_MOVE_NOTE);
        check.throwIfAny();
        await tx.group({
          text: `insert into ${TABLE} (tenant_id, id, chamber_id, from_account, to_account, amount, details) values ($1, $2, $3, $4, $5, $6, $7)`,
          values: [tenantId, id, desk.chamberId, input.from, input.to, amount, keys.seal(TABLE, id, 'details', { note })],
        }).catch((error: unknown) => {
          throw refusalOf(error, 'finances:manage');
        });
        await useUp(tx, tenantId, once, id);
      }
      tx.record('money-move', before ?? id);
      const [row] = (await tx.group(moveById(tenantId, before ?? id)))[0]!;
      return toMove(await this.keyring.of(tenantId, [row!['details'] as Buffer]), row!);
    }, askDesk(tenantId, input.chamberId, 'finances:manage'), askedBefore(tenantId, input.idempotencyKey));
  }

  /** What was moved in the books of a chamber, the last first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, ...args }: MoneyMovesArgs): Promise<Page<MoneyMove>> {
    const { tenantId } = ctx;
    const [desks, rows] = await this.db.read(ctx, askDesk(tenantId, chamberId, 'finances:read'), pageOfMoves(tenantId, chamberId, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'finances:read', ['chamberId']);
    const keys = await this.keyring.of(tenantId, rows!.map((row) => row['details'] as Buffer));
    const moves = rows!.map((row) => toMove(keys, row));
    moves.slice(0, args.first).forEach(({ id }) => ctx.disclose('money-move', id));
    return pageOf(moves, args, async () => (await this.db.read(ctx, { text: `select count(*)::integer as total ${FROM} where m.tenant_id = $1 and m.chamber_id = $2`, values: [tenantId, chamberId] }))[0]![0]!['total'] as number);
  }
}

const toMove = (keys: ScopeKeys, row: Row): MoneyMove => ({
  id: row['id'] as string, chamberId: row['chamber_id'] as string, from: row['from_account'] as MoneyPlace, to: row['to_account'] as MoneyPlace, amount: moneyOf(row['amount'], row['currency']),
  ...keys.open<{ note: string | null }>(TABLE, row['id'] as string, 'details', row['details'] as Buffer), on: row['local_date'] as string, by: { id: row['moved_by'] as string }, at: row['moved_at'] as Date,
});
