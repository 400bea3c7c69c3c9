import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { DomainError } from '../../platform/errors.js';
import type { Currency } from '../../platform/money/currency.js';

/** A rule that holds on some days, yyyy-mm-dd, both within; `validUntil` is null while no end is known. */
export interface DatedRule {
  id: string;
  validFrom: string;
  validUntil: string | null;
}

/** What one kind of dated rules has of its own. */
export interface RuleKind<R extends DatedRule> {
  /** What the audit trail calls one. */
  recordKind: 'fee-rule' | 'share-rule';
  table: string;
  /** What is read of a rule `r`. */
  columns: string;
  rulesFrom: (rows: Row[]) => R[];
  /** The constraint by which no two hold for the same on one day, and what is said of it. */
  overlap: { constraint: string; refusal: () => DomainError };
  /** What is said to whoever takes back one that has begun. */
  begun: (validFrom: string) => DomainError;
}

/** Which rules a list has: what must hold of a rule `r`, and the values from $2 on. */
export interface WhichRules {
  where: string;
  values: unknown[];
}

/** Where a rule is to hold, and of whom: `chamber` and `doctor` say whether they are there, `may` whether the caller may change rules there. */
export interface RulePlace {
  currency: Currency;
  today: string;
  may: boolean;
  chamber: boolean;
  archived: boolean;
  doctor: boolean;
  sees_patients: boolean;
}

/** Asks for a `RulePlace`; every doctor and every chamber where none is told. */
export const askRulePlace = (tenantId: string, doctorId: string | null, chamberId: string | null): Statement => ({
  text: `
select t.currency, clinic.day_where($1, $3)::text as today, clinic.may_where($1, platform.current_member(), $3, 'finances:manage') as may,
  exists (select from clinic.chambers c where c.tenant_id = $1 and c.id = $3) as chamber, coalesce(clinic.is_archived($1, $3), false) as archived,
  exists (select from clinic.members m where m.tenant_id = $1 and m.id = $2) as doctor,
  exists (select from clinic.chambers c where c.tenant_id = $1 and ($3::uuid is null or c.id = $3) and clinic.sees_patients($1, $2, c.id)) as sees_patients
from clinic.tenants t where t.id = $1`,
  values: [tenantId, doctorId, chamberId],
});

type Of = Pick<RuleKind<DatedRule>, 'table' | 'columns'>;

/** The rules by id. */
export const rulesByIds = ({ table, columns }: Of, tenantId: string, ids: readonly string[]): Statement =>
  ({ text: `select ${columns} from ${table} r where r.tenant_id = $1 and r.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** `count` rules after one of them, those that begin last first. */
export const pageOfRules = ({ table, columns }: Of, tenantId: string, { where, values }: WhichRules, count: number, after: string | null): Statement => ({
  text: `
select ${columns} from ${table} r where r.tenant_id = $1 and ${where}
  and ($${values.length + 3}::uuid is null or (r.valid_from, r.id) < (select a.valid_from, a.id from ${table} a where a.tenant_id = $1 and a.id = $${values.length + 3}))
order by r.valid_from desc, r.id desc limit $${values.length + 2}`,
  values: [tenantId, ...values, count, after],
});

/** How many rules there are: a row of `total`. */
export const countRules = ({ table }: Of, tenantId: string, { where, values }: WhichRules): Statement =>
  ({ text: `select count(*)::integer as total from ${table} r where r.tenant_id = $1 and ${where}`, values: [tenantId, ...values] });

/** A rule to change, locked, with the day that it is where it holds (`today`) and whether the caller `may`. */
export const ruleToChange = ({ table, columns }: Of, tenantId: string, id: string): Statement => ({
  text: `
select ${columns}, clinic.day_where($1, r.chamber_id)::text as today, clinic.may_where($1, platform.current_member(), r.chamber_id, 'finances:manage') as may
from ${table} r where r.tenant_id = $1 and r.id = $2 for no key update of r`,
  values: [tenantId, id],
});

/** Ends a rule; gives its row. */
export const endRule = ({ table, columns }: Of, tenantId: string, id: string, lastDay: string): Statement =>
  ({ text: `update ${table} r set valid_until = $3 where r.tenant_id = $1 and r.id = $2 returning ${columns}`, values: [tenantId, id, lastDay] });

/** Takes back a rule that has not begun. */
export const deleteRule = ({ table }: Of, tenantId: string, id: string): Statement => ({ text: `delete from ${table} r where r.tenant_id = $1 and r.id = $2`, values: [tenantId, id] });
