import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import type { Currency } from '../../platform/money/currency.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { askRulePlace } from '../fees/fee-rows.js';
import { type AddShareRuleInput, ShareKind, type ShareRule, type ShareRulesArgs } from './share-rule.model.js';
import { type NewShareRule, countShareRules, deleteShareRule, endShareRule, insertShareRule, pageOfShareRules, shareRuleToEnd, shareRulesByIds, shareRulesFrom } from './share-rule-rows.js';
import { shareRuleHasBegun, shareRuleIsOver, shareRulesOverlap } from './shares.errors.js';

/** All of what a doctor's lines come to, in basis points. */
const WHOLE = 10_000;

interface RulePlace {
  currency: Currency;
  today: string;
  may: boolean;
  chamber: boolean;
  archived: boolean;
  doctor: boolean;
  sees_patients: boolean;
}

/** What doctors get of what their patients pay. What they got by a rule that has begun stays: it is ended, and another begins. */
@Injectable()
export class ShareRulesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The rules of the chambers whose books the caller reads, those that begin last first. */
  async page(ctx: Ctx, args: ShareRulesArgs): Promise<Page<ShareRule>> {
    const filter = args.filter ?? {};
    const [rows] = await this.db.read(ctx, pageOfShareRules(ctx.tenantId, filter, args.first + 1, idOfCursor(args.after)));
    const rules = shareRulesFrom(rows);
    rules.slice(0, args.first).forEach(({ id }) => ctx.disclose('share-rule', id));
    return pageOf(rules, args, async () => (await this.db.read(ctx, countShareRules(ctx.tenantId, filter)))[0]![0]!['total'] as number);
  }

  /** Adds a rule; the same request under the same idempotency key adds one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  add(ctx: Ctx, input: AddShareRuleInput): Promise<ShareRule> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [places, asked]) => {
      const place = places![0] as unknown as RulePlace;
      mayChange(input, place);
      const once = onceOf(await this.keyring.of(tenantId), 'addShareRule', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const rule = ruleFrom(input, place);
      const added = await held(tx, insertShareRule(tenantId, rule));
      tx.record('share-rule', rule.id);
      tx.change('share-rule', rule.id, 'share', null, `${rule.kind} ${rule.rate ?? rule.amount}`);
      tx.change('share-rule', rule.id, 'days', null, `${rule.validFrom} ${rule.validUntil ?? ''}`.trim());
      await useUp(tx, tenantId, once, rule.id);
      return shareRulesFrom(added)[0]!;
    }, askRulePlace(tenantId, input.doctorId, input.chamberId ?? null), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Sets the last day of a rule that is not over. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  end(ctx: Ctx, id: string, lastDay: string): Promise<ShareRule> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (lastDay < before.validFrom) throw badInput([{ path: ['lastDay'], reason: 'BEFORE_FIRST' }]);
      if (before.validUntil !== null && before.validUntil < today) throw shareRuleIsOver();
      if (lastDay < today) throw badInput([{ path: ['lastDay'], reason: 'PAST' }]);
      const ended = await held(tx, endShareRule(ctx.tenantId, id, lastDay));
      tx.change('share-rule', id, 'validUntil', before.validUntil, lastDay);
      return shareRulesFrom(ended)[0]!;
    });
  }

  /** Takes back a rule that has not begun. NOT_FOUND, FORBIDDEN, CONFLICT. */
  remove(ctx: Ctx, id: string): Promise<true> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (before.validFrom <= today) throw shareRuleHasBegun(before.validFrom);
      await tx.group(deleteShareRule(ctx.tenantId, id));
      tx.change('share-rule', id, 'removed', false, true);
      return true as const;
    });
  }

  #change<T>(ctx: Ctx, id: string, work: (tx: AuditedTx, before: ShareRule, today: string) => Promise<T>): Promise<T> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const [rule] = shareRulesFrom(rows);
      if (!rule) throw notFound();
      const { may, today } = rows![0] as unknown as Pick<RulePlace, 'may' | 'today'>;
      if (!may) throw forbidden('finances:manage');
      tx.record('share-rule', id);
      return work(tx, rule, today);
    }, shareRuleToEnd(ctx.tenantId, id));
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<ShareRule> {
    ctx.action = 'VIEWED';
    const [rule] = shareRulesFrom((await tx.group(shareRulesByIds(ctx.tenantId, [id])))[0]);
    if (!rule) throw notFound();
    tx.record('share-rule', id);
    return rule;
  }
}

function mayChange({ chamberId }: AddShareRuleInput, place: RulePlace): void {
  if (chamberId && !place.chamber) throw notFound(['input', 'chamberId']);
  if (!place.doctor) throw notFound(['input', 'doctorId']);
  if (!place.may) throw forbidden('finances:manage');
}

function ruleFrom(input: AddShareRuleInput, { currency, today, archived, sees_patients }: RulePlace): NewShareRule {
  const check = new InputCheck();
  const { doctorId, chamberId = null, kind, rate = null, validUntil = null } = input;
  const validFrom = input.validFrom ?? today;
  const [needed, other] = kind === ShareKind.PERCENTAGE ? (['rate', 'amount'] as const) : (['amount', 'rate'] as const);
  if (input[needed] === undefined || input[needed] === null) check.blame([needed], 'REQUIRED');
  if (input[other] !== undefined && input[other] !== null) check.blame([other], 'NOT_FOR_THIS_KIND');
  if (rate !== null && (rate < 1 || rate > WHOLE)) check.blame(['rate'], 'OUT_OF_RANGE', { min: 1, max: WHOLE });
  const amount = amountIn(check, ['amount'], input.amount, currency);
  if (archived) check.blame(['chamberId'], 'ARCHIVED');
  if (!sees_patients) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
  if (validFrom < today) check.blame(['validFrom'], 'PAST');
  if (validUntil !== null && validUntil < validFrom) check.blame(['validUntil'], 'BEFORE_FIRST');
  check.throwIfAny();
  return { id: uuidv7(), doctorId, chamberId, kind, rate, amount, validFrom, validUntil };
}

async function held(tx: AuditedTx, statement: Statement): Promise<Row[]> {
  try {
    return (await tx.group(statement))[0]!;
  } catch (error) {
    throw constraintOf(error) === 'share_rules__excl' ? shareRulesOverlap() : error;
  }
}
