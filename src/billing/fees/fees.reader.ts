import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden } from '../../platform/errors.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
import { rulesByIds } from '../rules/rule-rows.js';
import type { TaxCategory } from '../settings/tax-category.model.js';
import type { FeeReason } from './fee-reason.model.js';
import type { FeeRule } from './fee-rule.model.js';
import { feeRules, feeRulesFrom } from './fee-rows.js';

/** What an appointment costs by the rules of its day, and why. */
export interface ChosenFee {
  ruleId: string | null;
  /** Null when no rule holds. */
  amount: Money | null;
  taxCategory: TaxCategory | null;
  reason: FeeReason;
  /** The consultation after which it is free. */
  freeFollowUpOfId: string | null;
  /** Whether the caller takes payments in the chamber of the appointment. */
  may: boolean;
}

/** The fee rules, and what they make of appointments. */
@Injectable()
export class FeesReader {
  constructor(private readonly db: TenantDb) {}

  /** What to send along with other statements, for any number of appointments. */
  ask(tenantId: string, appointmentIds: readonly string[]): Statement {
    return {
      text: `
select a.id, f.rule_id, f.amount, t.currency, f.tax_category, f.reason, f.free_of_appointment_id, clinic.may_in($1, platform.current_member(), a.chamber_id, 'payments:take') as may
from clinic.appointments a join clinic.tenants t on t.id = $1 cross join lateral clinic.fee_of($1, a.id) f where a.tenant_id = $1 and a.id = any ($2::uuid[])`,
      values: [tenantId, appointmentIds],
    };
  }

  /** The fees by appointment; those that are not there, or are of another practice, are missing. `rows` are the answer to what `ask` had sent along. */
  answer(rows: Row[] | undefined): Map<string, ChosenFee> {
    return new Map(rows!.map((row) => [row['id'] as string, {
      ruleId: row['rule_id'] as string | null, amount: row['amount'] === null ? null : moneyOf(row['amount'], row['currency']), taxCategory: row['tax_category'] as TaxCategory | null,
      reason: row['reason'] as FeeReason, freeFollowUpOfId: row['free_of_appointment_id'] as string | null, may: row['may'] as boolean,
    }]));
  }

  /** What an appointment costs, read with all that the answer asks for at this moment; FORBIDDEN unless the caller takes payments in its chamber. */
  async of(ctx: Ctx, appointmentId: string): Promise<ChosenFee | undefined> {
    const fee = await loadBatched(ctx, this.#fees, appointmentId);
    if (fee && !fee.may) throw forbidden('payments:take');
    return fee;
  }

  /** A rule, read with all that the answer asks for at this moment. */
  async rule(ctx: Ctx, id: string): Promise<FeeRule | null> {
    return (await loadBatched(ctx, this.#rules, id)) ?? null;
  }

  readonly #fees = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ChosenFee>> => {
    const [rows] = await this.db.read(ctx, this.ask(ctx.tenantId, ids));
    return this.answer(rows);
  };

  readonly #rules = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, FeeRule>> => {
    const [rows] = await this.db.read(ctx, rulesByIds(feeRules, ctx.tenantId, ids));
    const rules = feeRulesFrom(rows!);
    rules.forEach(({ id }) => ctx.disclose('fee-rule', id));
    return new Map(rules.map((rule) => [rule.id, rule]));
  };
}
