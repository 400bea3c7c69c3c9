import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { VisitType } from '../../appointments/appointment.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import type { Page } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { DatedRules, holdingIn } from '../rules/dated-rules.js';
import type { RulePlace } from '../rules/rule-rows.js';
import { type AddFeeRuleInput, type FeeRule, type FeeRulesArgs, feeLimits } from './fee-rule.model.js';
import { type NewFeeRule, feeRules, feeRulesWhere, insertFeeRule } from './fee-rows.js';

const canBeFree: ReadonlyArray<VisitType | null | undefined> = [VisitType.FOLLOW_UP, VisitType.REPORT];

/** What visits cost. */
@Injectable()
export class FeesService {
  readonly #rules: DatedRules<FeeRule>;

  constructor(db: TenantDb, keyring: Keyring) {
    this.#rules = new DatedRules(db, keyring, feeRules);
  }

  /** The rules of the whole practice and of the chambers in which the caller takes payments, those that begin last first. */
  page(ctx: Ctx, args: FeeRulesArgs): Promise<Page<FeeRule>> {
    return this.#rules.page(ctx, args, feeRulesWhere(args.filter ?? {}));
  }

  /** Adds a rule; the same request under the same idempotency key adds one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  add(ctx: Ctx, input: AddFeeRuleInput): Promise<FeeRule> {
    return this.#rules.add(ctx, input, (place) => {
      const rule = ruleFrom(input, place);
      return { ...rule, insert: insertFeeRule(ctx.tenantId, rule), told: ['amount', Number(rule.amount)] };
    });
  }

  /** Sets the last day of a rule that is not over. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  end(ctx: Ctx, id: string, lastDay: string): Promise<FeeRule> {
    return this.#rules.end(ctx, id, lastDay);
  }

  /** Takes back a rule that has not begun. NOT_FOUND, FORBIDDEN, CONFLICT. */
  remove(ctx: Ctx, id: string): Promise<true> {
    return this.#rules.remove(ctx, id);
  }
}

function ruleFrom(input: AddFeeRuleInput, place: RulePlace): NewFeeRule {
  const check = new InputCheck();
  const { doctorId = null, visitType = null, taxCategory, freeDays = null } = input;
  const freeVisits = input.freeVisits ?? (freeDays === null ? null : 1);
  const amount = amountIn(check, ['amount'], input.amount, place.currency, { min: 0n });
  const holding = holdingIn(check, input, place);
  if (freeDays !== null && !canBeFree.includes(visitType)) check.blame(['freeDays'], 'NOT_FOR_THIS_KIND');
  if (freeVisits !== null && freeDays === null) check.blame(['freeVisits'], 'NOT_FOR_THIS_KIND');
  for (const [field, value] of [['freeDays', freeDays], ['freeVisits', freeVisits]] as const) {
    if (value !== null && (value < 1 || value > feeLimits[field])) check.blame([field], 'OUT_OF_RANGE', { min: 1, max: feeLimits[field] });
  }
  check.throwIfAny();
  return { id: uuidv7(), doctorId, ...holding, visitType, amount: amount!, taxCategory, freeDays, freeVisits };
}
