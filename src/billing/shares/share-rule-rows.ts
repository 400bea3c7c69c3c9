import type { Row, Statement } from '../../platform/database/statement-group.js';
import { conflict } from '../../platform/errors.js';
import { moneyOf } from '../../platform/money/money.model.js';
import type { RuleKind, WhichRules } from '../rules/rule-rows.js';
import type { ShareKind, ShareRule, ShareRuleFilter } from './share-rule.model.js';

interface ShareRuleRow {
  id: string;
  doctor_id: string;
  chamber_id: string | null;
  kind: ShareKind;
  rate: number | null;
  amount: string | null;
  currency: string;
  valid_from: string;
  valid_until: string | null;
  created_by: string;
  created_at: Date;
}

/** The rules of rows that were read with `shareRules.columns`. */
export const shareRulesFrom = (rows: Row[]): ShareRule[] => (rows as unknown as ShareRuleRow[]).map((row) => ({
  id: row.id, doctor: { id: row.doctor_id }, chamberId: row.chamber_id, kind: row.kind, rate: row.rate, amount: row.amount === null ? null : moneyOf(row.amount, row.currency),
  validFrom: row.valid_from, validUntil: row.valid_until, createdBy: { id: row.created_by }, createdAt: row.created_at,
}));

/** What doctors get, as rules that hold on some days. */
export const shareRules: RuleKind<ShareRule> = {
  recordKind: 'share-rule',
  table: 'clinic.share_rules',
  columns: `r.id, r.doctor_id, r.chamber_id, r.kind, r.rate, r.amount, (select t.currency from clinic.tenants t where t.id = r.tenant_id) as currency,
  r.valid_from::text as valid_from, r.valid_until::text as valid_until, r.created_by, r.created_at`,
  rulesFrom: shareRulesFrom,
  overlap: { constraint: 'share_rules__excl', refusal: () => conflict('SHARE_RULES_OVERLAP', 'Another rule for the same doctor and chamber holds on some of these days.') },
  begun: (validFrom) => conflict('SHARE_RULE_BEGUN', 'The rule has begun: end it.', { validFrom }),
};

/** Those that a filter lets through, and that the caller may see: what holds for every chamber is for whoever reads the books of all. */
export const shareRulesWhere = ({ doctorId, chamberId, on }: ShareRuleFilter): WhichRules => ({
  where: `($2::uuid is null or r.doctor_id = $2) and ($3::uuid is null or r.chamber_id = $3)
  and ($4::date is null or (r.valid_from <= $4 and coalesce(r.valid_until >= $4, true)))
  and clinic.may_where($1, platform.current_member(), r.chamber_id, 'finances:read')`,
  values: [doctorId ?? null, chamberId ?? null, on ?? null],
});

/** A rule to add; the amount in minor units. */
export interface NewShareRule extends Pick<ShareRule, 'id' | 'chamberId' | 'kind' | 'rate' | 'validFrom' | 'validUntil'> {
  doctorId: string;
  amount: bigint | null;
}

/** Adds a rule; gives its row. */
export const insertShareRule = (tenantId: string, { id, doctorId, chamberId, kind, rate, amount, validFrom, validUntil }: NewShareRule): Statement => ({
  text: `insert into clinic.share_rules as r (tenant_id, id, doctor_id, chamber_id, kind, rate, amount, valid_from, valid_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${shareRules.columns}`,
  values: [tenantId, id, doctorId, chamberId, kind, rate, amount, validFrom, validUntil],
});
