import type { Row, Statement } from '../../platform/database/statement-group.js';
import { moneyOf } from '../../platform/money/money.model.js';
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

const COLUMNS = `r.id, r.doctor_id, r.chamber_id, r.kind, r.rate, r.amount, (select t.currency from clinic.tenants t where t.id = r.tenant_id) as currency,
  r.valid_from::text as valid_from, r.valid_until::text as valid_until, r.created_by, r.created_at`;

/** The rules by id. */
export const shareRulesByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} from clinic.share_rules r where r.tenant_id = $1 and r.id = any ($2::uuid[])`, values: [tenantId, ids] });

// $2 doctor, $3 chamber, $4 day; each null for any. What holds for every chamber is for whoever reads the books of all.
const LISTED = `from clinic.share_rules r where r.tenant_id = $1 and ($2::uuid is null or r.doctor_id = $2) and ($3::uuid is null or r.chamber_id = $3)
  and ($4::date is null or (r.valid_from <= $4 and coalesce(r.valid_until >= $4, true)))
  and clinic.may_where($1, platform.current_member(), r.chamber_id, 'finances:read')`;

const listed = (tenantId: string, { doctorId, chamberId, on }: ShareRuleFilter): unknown[] => [tenantId, doctorId ?? null, chamberId ?? null, on ?? null];

/** `count` rules after one of them, those that begin last first. */
export const pageOfShareRules = (tenantId: string, filter: ShareRuleFilter, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${LISTED} and ($6::uuid is null or (r.valid_from, r.id) < (select a.valid_from, a.id from clinic.share_rules a where a.tenant_id = $1 and a.id = $6))
order by r.valid_from desc, r.id desc limit $5`,
  values: [...listed(tenantId, filter), count, after],
});

/** How many rules there are: a row of `total`. */
export const countShareRules = (tenantId: string, filter: ShareRuleFilter): Statement => ({ text: `select count(*)::integer as total ${LISTED}`, values: listed(tenantId, filter) });

/** A rule to change, locked, with the day that it is where it holds (`today`) and whether the caller `may`. */
export const shareRuleToEnd = (tenantId: string, id: string): Statement => ({
  text: `
select ${COLUMNS}, clinic.day_where($1, r.chamber_id)::text as today, clinic.may_where($1, platform.current_member(), r.chamber_id, 'finances:manage') as may
from clinic.share_rules r where r.tenant_id = $1 and r.id = $2 for no key update of r`,
  values: [tenantId, id],
});

/** A rule to add; the amount in minor units. */
export interface NewShareRule extends Pick<ShareRule, 'id' | 'chamberId' | 'kind' | 'rate' | 'validFrom' | 'validUntil'> {
  doctorId: string;
  amount: bigint | null;
}

/** Adds a rule; gives its row. */
export const insertShareRule = (tenantId: string, { id, doctorId, chamberId, kind, rate, amount, validFrom, validUntil }: NewShareRule): Statement => ({
  text: `insert into clinic.share_rules as r (tenant_id, id, doctor_id, chamber_id, kind, rate, amount, valid_from, valid_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
  values: [tenantId, id, doctorId, chamberId, kind, rate, amount, validFrom, validUntil],
});

/** Ends a rule; gives its row. */
export const endShareRule = (tenantId: string, id: string, lastDay: string): Statement =>
  ({ text: `update clinic.share_rules r set valid_until = $3 where r.tenant_id = $1 and r.id = $2 returning ${COLUMNS}`, values: [tenantId, id, lastDay] });

/** Takes back a rule that has not begun. */
export const deleteShareRule = (tenantId: string, id: string): Statement => ({ text: 'delete from clinic.share_rules r where r.tenant_id = $1 and r.id = $2', values: [tenantId, id] });

/** The rules of rows that one of the statements above gave. */
export const shareRulesFrom = (rows: Row[] | undefined): ShareRule[] => (rows as unknown as ShareRuleRow[]).map((row) => ({
  id: row.id, doctor: { id: row.doctor_id }, chamberId: row.chamber_id, kind: row.kind, rate: row.rate, amount: row.amount === null ? null : moneyOf(row.amount, row.currency),
  validFrom: row.valid_from, validUntil: row.valid_until, createdBy: { id: row.created_by }, createdAt: row.created_at,
}));
