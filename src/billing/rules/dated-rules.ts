import type { Ctx } from '../../platform/context/ctx.js';
import type { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, conflict, forbidden, notFound } from '../../platform/errors.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import type { InputCheck } from '../../platform/input-check.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { type DatedRule, type RuleKind, type RulePlace, type WhichRules, askRulePlace, countRules, deleteRule, endRule, pageOfRules, ruleToChange, rulesByIds } from './rule-rows.js';

/** What the inputs of new rules have in common. */
interface NewRuleInput {
  idempotencyKey: string;
  doctorId?: string | null;
  chamberId?: string | null;
  validFrom?: string | null;
  validUntil?: string | null;
}

/** A rule to add, and how the audit trail tells what it says. */
interface NewRule {
  id: string;
  validFrom: string;
  validUntil: string | null;
  insert: Statement;
  told: [field: string, value: string | number];
}

/** Rules that hold on some days: what they have done until today stays, so one that has begun is ended, and another begins. The database refuses everything else. */
export class DatedRules<R extends DatedRule> {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly kind: RuleKind<R>,
  ) {}

  /** A page of the rules, those that begin last first. */
  async page(ctx: Ctx, args: PageArgs, which: WhichRules): Promise<Page<R>> {
    const { kind } = this;
    const [rows] = await this.db.read(ctx, pageOfRules(kind, ctx.tenantId, which, args.first + 1, idOfCursor(args.after)));
    const rules = kind.rulesFrom(rows!);
    rules.slice(0, args.first).forEach(({ id }) => ctx.disclose(kind.recordKind, id));
    return pageOf(rules, args, async () => (await this.db.read(ctx, countRules(kind, ctx.tenantId, which)))[0]![0]!['total'] as number);
  }

  /** Adds the rule that `ruleFrom` makes of the input, once under its idempotency key. NOT_FOUND, FORBIDDEN, CONFLICT, and what `ruleFrom` refuses. */
  add(ctx: Ctx, input: NewRuleInput, ruleFrom: (place: RulePlace) => NewRule): Promise<R> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [places, asked]) => {
      const place = places![0] as unknown as RulePlace;
      if (input.chamberId && !place.chamber) throw notFound(['input', 'chamberId']);
      if (input.doctorId && !place.doctor) throw notFound(['input', 'doctorId']);
      if (!place.may) throw forbidden('finances:manage');
      const once = onceOf(await this.keyring.of(tenantId), ctx.operation, input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const { id, validFrom, validUntil, insert, told: [field, value] } = ruleFrom(place);
      const added = await this.#held(tx, insert);
      tx.record(this.kind.recordKind, id);
      tx.change(this.kind.recordKind, id, field, null, value);
      tx.change(this.kind.recordKind, id, 'days', null, `${validFrom} ${validUntil ?? ''}`.trim());
      await useUp(tx, tenantId, once, id);
      return this.#first(added);
    }, askRulePlace(tenantId, input.doctorId ?? null, input.chamberId ?? null), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Sets the last day of a rule that is not over. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (PAST, BEFORE_FIRST), CONFLICT (ENDED_ALREADY, one that overlaps). */
  end(ctx: Ctx, id: string, lastDay: string): Promise<R> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (lastDay < before.validFrom) throw badInput([{ path: ['lastDay'], reason: 'BEFORE_FIRST' }]);
      if (before.validUntil !== null && before.validUntil < today) throw conflict('ENDED_ALREADY', 'The rule is over.');
      if (lastDay < today) throw badInput([{ path: ['lastDay'], reason: 'PAST' }]);
      const ended = await this.#held(tx, endRule(this.kind, ctx.tenantId, id, lastDay));
      tx.change(this.kind.recordKind, id, 'validUntil', before.validUntil, lastDay);
      return this.#first(ended);
    });
  }

  /** Takes back a rule that has not begun. NOT_FOUND, FORBIDDEN, CONFLICT. */
  remove(ctx: Ctx, id: string): Promise<true> {
    return this.#change(ctx, id, async (tx, before, today) => {
      if (before.validFrom <= today) throw this.kind.begun(before.validFrom);
      await tx.group(deleteRule(this.kind, ctx.tenantId, id));
      tx.change(this.kind.recordKind, id, 'removed', false, true);
      return true as const;
    });
  }

  #change<T>(ctx: Ctx, id: string, work: (tx: AuditedTx, before: R, today: string) => Promise<T>): Promise<T> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const rule = this.#first(rows!);
      const { may, today } = rows![0] as unknown as Pick<RulePlace, 'may' | 'today'>;
      if (!may) throw forbidden('finances:manage');
      tx.record(this.kind.recordKind, id);
      return work(tx, rule, today);
    }, ruleToChange(this.kind, ctx.tenantId, id));
  }

  // One that was taken back since is not there.
  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<R> {
    ctx.action = 'VIEWED';
    const rule = this.#first((await tx.group(rulesByIds(this.kind, ctx.tenantId, [id])))[0]!);
    tx.record(this.kind.recordKind, id);
    return rule;
  }

  #first(rows: Row[]): R {
    const [rule] = this.kind.rulesFrom(rows);
    if (!rule) throw notFound();
    return rule;
  }

  async #held(tx: AuditedTx, statement: Statement): Promise<Row[]> {
    const { constraint, refusal } = this.kind.overlap;
    try {
      return (await tx.group(statement))[0]!;
    } catch (error) {
      throw constraintOf(error) === constraint ? refusal() : error;
    }
  }
}

/** Where and when a new rule is to hold; today on, unless told. Faults are noted. */
export function holdingIn(check: InputCheck, input: NewRuleInput, { today, archived, sees_patients }: RulePlace) {
  const { doctorId = null, chamberId = null, validUntil = null } = input;
  const validFrom = input.validFrom ?? today;
  if (archived) check.blame(['chamberId'], 'ARCHIVED');
  if (doctorId !== null && !sees_patients) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
  if (validFrom < today) check.blame(['validFrom'], 'PAST');
  if (validUntil !== null && validUntil < validFrom) check.blame(['validUntil'], 'BEFORE_FIRST');
  return { chamberId, validFrom, validUntil };
}
