import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { dayOf } from '../platform/local-days.js';
import { chamberFrom } from './chamber-to-plan.js';
import { type AddClosureInput, LONGEST_CLOSURE_DAYS } from './closure.model.js';
import { ADD_CLOSURE, CHAMBERS_TO_CLOSE, CLOSURES_OF_CHAMBER, CLOSURE_TO_REMOVE, type ClosureRow, REMOVE_CLOSURE } from './closure-rows.js';
import { PLANNED_AHEAD_DAYS } from './schedule.inputs.js';
import { SESSIONS_THAT_STAY, SESSIONS_TO_TAKE_BACK, type SessionRow, TAKE_BACK_SESSIONS } from './session-rows.model.js';
import { type ChamberToPlan, SessionPlanner } from './session-planner.writer.js';
import { daysAfter } from './wall-time.model.js';

const LONGEST_REASON = 200;

/** A closure with its reason opened. */
export interface ClosureRecord {
  row: ClosureRow;
  reason: string;
}

/** A closure as saved; `sessions` were taken back or planned again. */
export interface SavedClosure extends ClosureRecord {
  sessions: number;
  kept: SessionRow[];
}

/** Days on which somebody sees nobody. What patients have booked on them stays until somebody changes it. */
@Injectable()
export class ClosuresService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly planner: SessionPlanner,
  ) {}

  /** The closures of a chamber that are not over, the next first. */
  async list(ctx: Ctx, chamberId: string): Promise<ClosureRecord[]> {
    const [rows] = await this.db.read(ctx, { text: CLOSURES_OF_CHAMBER, values: [ctx.tenantId, chamberId] });
    const closures = rows as unknown as ClosureRow[];
    closures.forEach(({ id }) => ctx.disclose('closure', id));
    return Promise.all(closures.map((row) => this.#open(ctx, row)));
  }

  /** Closes days and takes back their sessions, save those for which patients have booked; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  add(ctx: Ctx, { chamberId = null, doctorId = null, firstDay, lastDay, reason: raw }: AddClosureInput): Promise<SavedClosure> {
    const check = new InputCheck();
    const reason = check.line(['reason'], raw, LONGEST_REASON);
    if (chamberId === null && doctorId === null) check.blame(['chamberId'], 'CHAMBER_OR_DOCTOR');
    if (lastDay < firstDay) check.blame(['lastDay'], 'BEFORE_FIRST');
    else if (lastDay >= daysAfter(firstDay, LONGEST_CLOSURE_DAYS)) check.blame(['lastDay'], 'TOO_LONG', { max: LONGEST_CLOSURE_DAYS });
    check.throwIfAny();
    const id = uuidv7();
    return this.db.write(ctx, async (tx, [chambers, members]) => {
      const [chamber] = this.#managed(chambers!, chamberId);
      if (doctorId !== null && !members!.length) throw notFound();
      // Days of somebody who sees patients nowhere are nobody's to close.
      if (!chambers!.length) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
      if (chamber && firstDay < dayOf(new Date(), chamber.timeZone)) check.blame(['firstDay'], 'PAST');
      check.throwIfAny();
      const keys = await this.keyring.of(ctx.tenantId);
      const sessions = [ctx.tenantId, null, chamberId, doctorId, firstDay, lastDay];
      const [added, , takenBack, kept] = await tx.group(
        { text: ADD_CLOSURE, values: [ctx.tenantId, id, chamberId, doctorId, firstDay, lastDay, keys.seal('clinic.closures', id, 'reason', { reason })] },
        { text: SESSIONS_TO_TAKE_BACK, values: sessions }, { text: TAKE_BACK_SESSIONS, values: sessions }, { text: SESSIONS_THAT_STAY, values: sessions },
      );
      tx.record('closure', id);
      tx.change('closure', id, 'days', null, `${firstDay} ${lastDay}`);
      return { row: added![0] as unknown as ClosureRow, reason: reason!, sessions: takenBack!.length, kept: kept as unknown as SessionRow[] };
    }, { text: CHAMBERS_TO_CLOSE, values: [ctx.tenantId, chamberId, doctorId] },
    { text: 'select from clinic.members m where m.tenant_id = $1 and m.id = $2', values: [ctx.tenantId, doctorId] });
  }

  /** Takes a closure back and plans the sessions of its days anew; NOT_FOUND, FORBIDDEN. */
  remove(ctx: Ctx, id: string): Promise<SavedClosure> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const row = rows![0] as unknown as ClosureRow | undefined;
      if (!row) throw notFound();
      const [chambers] = await tx.group({ text: CHAMBERS_TO_CLOSE, values: [ctx.tenantId, row.chamber_id, row.doctor_id] }, { text: REMOVE_CLOSURE, values: [ctx.tenantId, id] });
      let sessions = 0;
      for (const chamber of this.#managed(chambers!, row.chamber_id)) sessions += await this.#planAgain(tx, ctx, chamber, row);
      tx.record('closure', id);
      tx.change('closure', id, 'removed', false, true);
      return { ...(await this.#open(ctx, row)), sessions, kept: [] };
    }, { text: CLOSURE_TO_REMOVE, values: [ctx.tenantId, id] });
  }

  #managed(rows: Row[], chamberId: string | null): ChamberToPlan[] {
    return chamberId !== null && !rows.length ? [chamberFrom(rows)] : rows.map((row) => chamberFrom([row]));
  }

  async #planAgain(tx: AuditedTx, ctx: Ctx, chamber: ChamberToPlan, { first_day: firstDay, last_day: lastDay }: ClosureRow): Promise<number> {
    const today = dayOf(new Date(), chamber.timeZone);
    const [first, last] = [firstDay > today ? firstDay : today, [lastDay, daysAfter(today, PLANNED_AHEAD_DAYS)].sort()[0]!];
    return first > last ? 0 : (await this.planner.plan(tx, ctx.tenantId, chamber, first, last)).length;
  }

  async #open(ctx: Ctx, row: ClosureRow): Promise<ClosureRecord> {
    const keys = await this.keyring.of(ctx.tenantId, [row.reason]);
    return { row, reason: keys.open<{ reason: string }>('clinic.closures', row.id, 'reason', row.reason).reason };
  }
}
