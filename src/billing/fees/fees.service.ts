import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { VisitType } from '../../appointments/appointment.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import type { Currency } from '../../platform/money/currency.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { type AddFeeRuleInput, type FeeRule, feeLimits } from './fee-rule.model.js';
import { type NewFeeRule, askRulePlace, deleteFeeRule, endFeeRule, feeRuleToEnd, feeRulesByIds, feeRulesFrom, insertFeeRule } from './fee-rows.js';
import { feeRulesOverlap, ruleHasBegun, ruleIsOver } from './fees.errors.js';

interface RulePlace {
  currency: Currency;
  today: string;
  may: boolean;
  chamber: boolean;
  archived: boolean;
  doctor: boolean;
  sees_patients: boolean;
}

const canBeFree: ReadonlyArray<VisitType | null | undefined> = [VisitType.FOLLOW_UP, VisitType.REPORT];

/** What visits cost. What they have cost until today stays: a rule that has begun is ended, and another begins. */
@Injectable()
export class FeesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Adds a rule; the same request under the same idempotency key adds one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  add(ctx: Ctx, input: AddFeeRuleInput): Promise<FeeRule> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [places, asked]) => {
      const place = places![0] as unknown as RulePlace;
      mayChange(input, place);
      const once = onceOf(await this.keyring.of(tenantId), 'addFeeRule', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const rule = ruleFrom(input, place);
      const added = await held(tx, insertFeeRule(tenantId, rule));
      tx.record('fee-rule', rule.id);
      tx.change('fee-rule', rule.id, 'amount', null, Number(rule.amount));
      tx.change('fee-rule', rule.id, 'days', null, `${rule.validFrom} ${rule.validUntil ?? ''}`.trim());
      await useUp(tx, tenantId, once, rule.id);
      return feeRulesFrom(added)[0]!;
    }, askRulePlace(tenantId, input.doctorId ?? null, input.chamberId ?? null), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Sets the last day of a rule that is not over. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  end(ctx: Ctx, id: string, lastDay: string): Promise<FeeRule> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (lastDay < before.validFrom) throw badInput([{ path: ['lastDay'], reason: 'BEFORE_FIRST' }]);
      if (before.validUntil !== null && before.validUntil < today) throw ruleIsOver();
      if (lastDay < today) throw badInput([{ path: ['lastDay'], reason: 'PAST' }]);
      const ended = await held(tx, endFeeRule(ctx.tenantId, id, lastDay));
      tx.change('fee-rule', id, 'validUntil', before.validUntil, lastDay);
      return feeRulesFrom(ended)[0]!;
    });
  }

  /** Takes back a rule that has not begun. NOT_FOUND, FORBIDDEN, CONFLICT. */
  remove(ctx: Ctx, id: string): Promise<true> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (before.validFrom <= today) throw ruleHasBegun(before.validFrom);
      await tx.group(deleteFeeRule(ctx.tenantId, id));
      tx.change('fee-rule', id, 'removed', false, true);
      return true as const;
    });
  }

  #change<T>(ctx: Ctx, id: string, work: (tx: AuditedTx, before: FeeRule, today: string) => Promise<T>): Promise<T> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const [rule] = feeRulesFrom(rows);
      if (!rule) throw notFound();
      const { may, today } = rows![0] as unknown as Pick<RulePlace, 'may' | 'today'>;
      if (!may) throw forbidden('finances:manage');
      tx.record('fee-rule', id);
      return work(tx, rule, today);
    }, feeRuleToEnd(ctx.tenantId, id));
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<FeeRule> {
    ctx.action = 'VIEWED';
    const [rows] = await tx.group(feeRulesByIds(ctx.tenantId, [id]));
    const [rule] = feeRulesFrom(rows);
    if (!rule) throw notFound();
    tx.record('fee-rule', id);
    return rule;
  }
}

function mayChange({ doctorId, chamberId }: AddFeeRuleInput, place: RulePlace): void {
  if (chamberId && !place.chamber) throw notFound(['input', 'chamberId']);
  if (doctorId && !place.doctor) throw notFound(['input', 'doctorId']);
  if (!place.may) throw forbidden('finances:manage');
}

function ruleFrom(input: AddFeeRuleInput, { currency, today, archived, sees_patients }: RulePlace): NewFeeRule {
  const check = new InputCheck();
  const { doctorId = null, chamberId = null, visitType = null, taxCategory, validUntil = null, freeDays = null } = input;
  const validFrom = input.validFrom ?? today;
  const freeVisits = input.freeVisits ?? (freeDays === null ? null : 1);
  const amount = amountIn(check, ['amount'], input.amount, currency, { min: 0n });
  if (archived) check.blame(['chamberId'], 'ARCHIVED');
  if (doctorId !== null && !sees_patients) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
  if (validFrom < today) check.blame(['validFrom'], 'PAST');
  if (validUntil !== null && validUntil < validFrom) check.blame(['validUntil'], 'BEFORE_FIRST');
  if (freeDays !== null && !canBeFree.includes(visitType)) check.blame(['freeDays'], 'NOT_FOR_THIS_KIND');
  if (freeVisits !== null && freeDays === null) check.blame(['freeVisits'], 'NOT_FOR_THIS_KIND');
  for (const [field, value] of [['freeDays', freeDays], ['freeVisits', freeVisits]] as const) {
    if (value !== null && (value < 1 || value > feeLimits[field])) check.blame([field], 'OUT_OF_RANGE', { min: 1, max: feeLimits[field] });
  }
  check.throwIfAny();
  return { id: uuidv7(), doctorId, chamberId, visitType, amount: amount!, taxCategory, validFrom, validUntil, freeDays, freeVisits };
}

async function held(tx: AuditedTx, statement: Statement): Promise<Row[]> {
  try {
    return (await tx.group(statement))[0]!;
  } catch (error) {
    throw constraintOf(error) === 'fee_rules__excl' ? feeRulesOverlap() : error;
  }
}
