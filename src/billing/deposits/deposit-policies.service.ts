import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { constraintOf, sqlState } from '../../platform/database/database-errors.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { refusalOf } from '../billing.errors.js';
import { askDesk, deskIn, openDeskIn } from '../desk.js';
import { type DepositPolicy, type DepositReturn, type SetDepositPolicyInput, policyRanges } from './deposit-policy.model.js';

const COLUMNS = 'y.id, y.chamber_id, y.version, y.free_hours, y.when_cancelled, y.late_points, y.no_show_points, y.when_practice_cancels, y.made_by, y.made_at';

const policiesOf = (tenantId: string, chamberId: string): Statement =>
  ({ text: `select ${COLUMNS} from clinic.deposit_policies y where y.tenant_id = $1 and y.chamber_id = $2 order by y.version desc`, values: [tenantId, chamberId] });

const policiesByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} from clinic.deposit_policies y where y.tenant_id = $1 and y.id = any ($2::uuid[])`, values: [tenantId, ids] });

const insertPolicy = (tenantId: string, id: string, of: SetDepositPolicyInput): Statement => ({
  text: `
insert into clinic.deposit_policies as y (tenant_id, id, chamber_id, version, free_hours, when_cancelled, late_points, no_show_points, when_practice_cancels) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
  values: [tenantId, id, of.chamberId, of.version + 1, of.freeHours, of.whenCancelled, of.latePoints, of.noShowPoints, of.whenPracticeCancels],
});

/** What becomes of deposits in a chamber, version by version. */
@Injectable()
export class DepositPolicies {
  constructor(private readonly db: TenantDb) {}

  /** The versions of a chamber, the newest first. NOT_FOUND, FORBIDDEN. */
  async list(ctx: Ctx, chamberId: string): Promise<DepositPolicy[]> {
    const [desks, rows] = await this.db.read(ctx, askDesk(ctx.tenantId, chamberId, 'payments:take'), policiesOf(ctx.tenantId, chamberId));
    deskIn(desks!, 'payments:take', ['chamberId']);
    return shown(ctx, rows!);
  }

  /** One version, read with all that the answer asks for at this moment. */
  async one(ctx: Ctx, id: string): Promise<DepositPolicy | null> {
    return (await loadBatched(ctx, this.#policies, id)) ?? null;
  }

  /** Adds the next version. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (another version). */
  set(ctx: Ctx, input: SetDepositPolicyInput): Promise<DepositPolicy> {
    const { tenantId } = ctx;
    const check = new InputCheck();
    for (const [field, [min, max]] of Object.entries(policyRanges)) {
      const wanted = input[field as keyof typeof policyRanges];
      if (wanted < min || wanted > max) check.blame([field], 'OUT_OF_RANGE', { min, max });
    }
    return this.db.write(ctx, async (tx, [desks, before]) => {
      openDeskIn(desks!, 'finances:manage');
      check.throwIfAny();
      if (input.version !== ((before![0]?.['version'] as number | undefined) ?? 0)) throw staleVersion();
      const [rows] = await tx.group(insertPolicy(tenantId, uuidv7(), input)).catch((error: unknown) => {
        // Somebody else has just made this version, or is about to have made it.
        throw sqlState(error) === 'SK091' || constraintOf(error) === 'deposit_policies__once' ? staleVersion() : refusalOf(error, 'finances:manage');
      });
      const policy = toPolicy(rows![0]!);
      tx.record('deposit-policy', policy.id);
      for (const field of ['freeHours', 'whenCancelled', 'latePoints', 'noShowPoints', 'whenPracticeCancels'] as const) {
        tx.change('deposit-policy', policy.id, field, before!.length ? toPolicy(before![0]!)[field] : null, policy[field]);
      }
      return policy;
    }, askDesk(tenantId, input.chamberId, 'finances:manage'), policiesOf(tenantId, input.chamberId));
  }

  readonly #policies = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, DepositPolicy>> => {
    const [rows] = await this.db.read(ctx, policiesByIds(ctx.tenantId, ids));
    return new Map(shown(ctx, rows!).map((policy) => [policy.id, policy]));
  };
}

function shown(ctx: Ctx, rows: Row[]): DepositPolicy[] {
  const policies = rows.map(toPolicy);
  policies.forEach(({ id }) => ctx.disclose('deposit-policy', id));
  return policies;
}

const toPolicy = (row: Row): DepositPolicy => ({
  id: row['id'] as string, chamberId: row['chamber_id'] as string, version: row['version'] as number, freeHours: row['free_hours'] as number, whenCancelled: row['when_cancelled'] as DepositReturn,
  latePoints: row['late_points'] as number, noShowPoints: row['no_show_points'] as number, whenPracticeCancels: row['when_practice_cancels'] as DepositReturn, madeBy: { id: row['made_by'] as string }, madeAt: row['made_at'] as Date,
});
