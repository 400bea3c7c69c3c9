import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import type { Page } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { DatedRules, holdingIn } from '../rules/dated-rules.js';
import type { RulePlace } from '../rules/rule-rows.js';
import { type AddShareRuleInput, ShareKind, type ShareRule, type ShareRulesArgs } from './share-rule.model.js';
import { type NewShareRule, insertShareRule, shareRules, shareRulesWhere } from './share-rule-rows.js';

/** All of what a doctor's lines come to, in basis points. */
const WHOLE = 10_000;

/** What doctors get of what their patients pay. */
@Injectable()
export class ShareRulesService {
  readonly #rules: DatedRules<ShareRule>;

  constructor(db: TenantDb, keyring: Keyring) {
    this.#rules = new DatedRules(db, keyring, shareRules);
  }

  /** The rules of the chambers whose books the caller reads, those that begin last first. */
  page(ctx: Ctx, args: ShareRulesArgs): Promise<Page<ShareRule>> {
    return this.#rules.page(ctx, args, shareRulesWhere(args.filter ?? {}));
  }

  /** Adds a rule; the same request under the same idempotency key adds one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  add(ctx: Ctx, input: AddShareRuleInput): Promise<ShareRule> {
    return this.#rules.add(ctx, input, (place) => {
      const rule = ruleFrom(input, place);
      return { ...rule, insert: insertShareRule(ctx.tenantId, rule), told: ['share', `${rule.kind} ${rule.rate ?? rule.amount}`] };
    });
  }

  /** Sets the last day of a rule that is not over. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  end(ctx: Ctx, id: string, lastDay: string): Promise<ShareRule> {
    return this.#rules.end(ctx, id, lastDay);
  }

  /** Takes back a rule that has not begun. NOT_FOUND, FORBIDDEN, CONFLICT. */
  remove(ctx: Ctx, id: string): Promise<true> {
    return this.#rules.remove(ctx, id);
  }
}

function ruleFrom(input: AddShareRuleInput, place: RulePlace): NewShareRule {
  const check = new InputCheck();
  const { doctorId, kind, rate = null } = input;
  const [needed, other] = kind === ShareKind.PERCENTAGE ? (['rate', 'amount'] as const) : (['amount', 'rate'] as const);
  if (input[needed] === undefined || input[needed] === null) check.blame([needed], 'REQUIRED');
  if (input[other] !== undefined && input[other] !== null) check.blame([other], 'NOT_FOR_THIS_KIND');
  if (rate !== null && (rate < 1 || rate > WHOLE)) check.blame(['rate'], 'OUT_OF_RANGE', { min: 1, max: WHOLE });
  const amount = amountIn(check, ['amount'], input.amount, place.currency);
  const holding = holdingIn(check, input, place);
  check.throwIfAny();
  return { id: uuidv7(), doctorId, ...holding, kind, rate, amount };
}
