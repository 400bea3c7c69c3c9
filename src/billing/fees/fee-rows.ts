import type { VisitType } from '../../appointments/appointment.model.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
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

const COLUMNS = `r.id, r.doctor_id, r.chamber_id, r.visit_type, r.amount, (select t.currency from clinic.tenants t where t.id = r.tenant_id) as currency, r.tax_category,
  r.valid_from::text as valid_from, r.valid_until::text as valid_until, r.free_days, r.free_visits, r.created_by, r.created_at`;

/** The rules by id. */
export const feeRulesByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} from clinic.fee_rules r where r.tenant_id = $1 and r.id = any ($2::uuid[])`, values: [tenantId, ids] });

// $2 doctor, $3 chamber, $4 visit type, $5 day; each null for any. What is told of prices of a chamber is for who takes payments there.
const LISTED = `from clinic.fee_rules r where r.tenant_id = $1 and ($2::uuid is null or r.doctor_id = $2) and ($3::uuid is null or r.chamber_id = $3) and ($4::text is null or r.visit_type = $4)
  and ($5::date is null or (r.valid_from <= $5 and coalesce(r.valid_until >= $5, true)))
  and (r.chamber_id is null or clinic.may_in($1, platform.current_member(), r.chamber_id, 'payments:take'))`;

const listed = (tenantId: string, { doctorId, chamberId, visitType, on }: FeeRuleFilter): unknown[] => [tenantId, doctorId ?? null, chamberId ?? null, visitType ?? null, on ?? null];

/** `count` rules after one of them, those that begin last first. */
export const pageOfFeeRules = (tenantId: string, filter: FeeRuleFilter, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${LISTED} and ($7::uuid is null or (r.valid_from, r.id) < (select a.valid_from, a.id from clinic.fee_rules a where a.tenant_id = $1 and a.id = $7))
order by r.valid_from desc, r.id desc limit $6`,
  values: [...listed(tenantId, filter), count, after],
});

/** How many rules there are: a row of `total`. */
export const countFeeRules = (tenantId: string, filter: FeeRuleFilter): Statement => ({ text: `select count(*)::integer as total ${LISTED}`, values: listed(tenantId, filter) });

/** Asks where a rule is to hold: a row of `currency`, `today`, `chamber` (whether it is there, null for every chamber), `archived`, `doctor` (the same of a member), `sees_patients` there, and `may` change it. */
export const askRulePlace = (tenantId: string, doctorId: string | null, chamberId: string | null): Statement => ({
  text: `
select t.currency, clinic.day_where($1, $3)::text as today, clinic.may_where($1, platform.current_member(), $3, 'finances:manage') as may,
  exists (select from clinic.chambers c where c.tenant_id = $1 and c.id = $3) as chamber, coalesce(clinic.is_archived($1, $3), false) as archived,
  exists (select from clinic.members m where m.tenant_id = $1 and m.id = $2) as doctor,
  exists (select from clinic.chambers c where c.tenant_id = $1 and ($3::uuid is null or c.id = $3) and clinic.sees_patients($1, $2, c.id)) as sees_patients
from clinic.tenants t where t.id = $1`,
  values: [tenantId, doctorId, chamberId],
});

/** A rule to change, locked, with the day that it is where it holds (`today`) and whether the caller `may`. */
export const feeRuleToEnd = (tenantId: string, id: string): Statement => ({
  text: `
select ${COLUMNS}, clinic.day_where($1, r.chamber_id)::text as today, clinic.may_where($1, platform.current_member(), r.chamber_id, 'finances:manage') as may
from clinic.fee_rules r where r.tenant_id = $1 and r.id = $2 for no key update of r`,
  values: [tenantId, id],
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
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${COLUMNS}`,
  values: [tenantId, id, doctorId, chamberId, visitType, amount, taxCategory, validFrom, validUntil, freeDays, freeVisits],
});

/** Ends a rule; gives its row. */
export const endFeeRule = (tenantId: string, id: string, lastDay: string): Statement =>
  ({ text: `update clinic.fee_rules r set valid_until = $3 where r.tenant_id = $1 and r.id = $2 returning ${COLUMNS}`, values: [tenantId, id, lastDay] });

/** Takes back a rule that has not begun. */
export const deleteFeeRule = (tenantId: string, id: string): Statement => ({ text: 'delete from clinic.fee_rules r where r.tenant_id = $1 and r.id = $2', values: [tenantId, id] });

/** The rules of rows that one of the statements above gave. */
export const feeRulesFrom = (rows: Row[] | undefined): FeeRule[] => (rows as unknown as FeeRuleRow[]).map((row) => ({
  id: row.id, doctor: row.doctor_id === null ? null : { id: row.doctor_id }, chamberId: row.chamber_id, visitType: row.visit_type, amount: moneyOf(row.amount, row.currency) satisfies Money,
  taxCategory: row.tax_category, validFrom: row.valid_from, validUntil: row.valid_until, freeDays: row.free_days, freeVisits: row.free_visits, createdBy: { id: row.created_by }, createdAt: row.created_at,
}));
