import type { VisitType } from '../../appointments/appointment.model.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { conflict } from '../../platform/errors.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { memberName } from '../../tenants/member-name.model.js';
import type { RuleKind, WhichRules } from '../rules/rule-rows.js';
import type { TaxCategory } from '../settings/tax-category.model.js';
import type { FeeRule, FeeRuleFilter } from './fee-rule.model.js';

interface FeeRuleRow {
  id: string;
  doctor_id: string | null;
  chamber_id: string | null;
  visit_type: VisitType | null;
  amount: string;
  currency: string;
  tax_category: TaxCategory;
  valid_from: string;
  valid_until: string | null;
  free_days: number | null;
  free_visits: number | null;
  created_by: string;
  created_at: Date;
}

/** The rules of rows that were read with `feeRules.columns`. */
export const feeRulesFrom = (rows: Row[]): FeeRule[] => (rows as unknown as FeeRuleRow[]).map((row) => ({
  id: row.id, doctor: memberName(row.doctor_id), chamberId: row.chamber_id, visitType: row.visit_type, amount: moneyOf(row.amount, row.currency),
  taxCategory: row.tax_category, validFrom: row.valid_from, validUntil: row.valid_until, freeDays: row.free_days, freeVisits: row.free_visits, createdBy: { id: row.created_by }, createdAt: row.created_at,
}));

/** What a visit costs, as rules that hold on some days. */
export const feeRules: RuleKind<FeeRule> = {
  recordKind: 'fee-rule',
  table: 'clinic.fee_rules',
  columns: `r.id, r.doctor_id, r.chamber_id, r.visit_type, r.amount, (select t.currency from clinic.tenants t where t.id = r.tenant_id) as currency, r.tax_category,
  r.valid_from::text as valid_from, r.valid_until::text as valid_until, r.free_days, r.free_visits, r.created_by, r.created_at`,
  rulesFrom: feeRulesFrom,
  overlap: { constraint: 'fee_rules__excl', refusal: () => conflict('FEE_RULES_OVERLAP', 'Another rule for the same holds on some of these days.') },
  begun: (validFrom) => conflict('FEE_RULE_BEGUN', 'The rule has begun: end it.', { validFrom }),
};

/** Those that a filter lets through, and that the caller may see: what is told of prices of a chamber is for who takes payments there. */
export const feeRulesWhere = ({ doctorId, chamberId, visitType, on }: FeeRuleFilter): WhichRules => ({
  where: `($2::uuid is null or r.doctor_id = $2) and ($3::uuid is null or r.chamber_id = $3) and ($4::text is null or r.visit_type = $4)
  and ($5::date is null or (r.valid_from <= $5 and coalesce(r.valid_until >= $5, true)))
  and (r.chamber_id is null or clinic.may_in($1, platform.current_member(), r.chamber_id, 'payments:take'))`,
  values: [doctorId ?? null, chamberId ?? null, visitType ?? null, on ?? null],
});

/** A rule to add; amounts in minor units. */
export interface NewFeeRule extends Pick<FeeRule, 'id' | 'chamberId' | 'visitType' | 'taxCategory' | 'validFrom' | 'validUntil' | 'freeDays' | 'freeVisits'> {
  doctorId: string | null;
  amount: bigint;
}

/** Adds a rule; gives its row. */
export const insertFeeRule = (tenantId: string, { id, doctorId, chamberId, visitType, amount, taxCategory, validFrom, validUntil, freeDays, freeVisits }: NewFeeRule): Statement => ({
  text: `
insert into clinic.fee_rules as r (tenant_id, id, doctor_id, chamber_id, visit_type, amount, tax_category, valid_from, valid_until, free_days, free_visits)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${feeRules.columns}`,
  values: [tenantId, id, doctorId, chamberId, visitType, amount, taxCategory, validFrom, validUntil, freeDays, freeVisits],
});
