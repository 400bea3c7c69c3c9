import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import type { WalletProvider } from '../payments/gateways/wallet-gateway.js';
import type { BillingLimit } from './billing-settings.model.js';

/** How a practice bills, as rules reckon with it: amounts in minor units, rates in basis points. */
export interface BillingSettingsRow {
  country: Country;
  currency: Currency;
  fiscalYearMonth: number;
  roundingUnit: bigint;
  pricesIncludeTax: boolean;
  taxRate: number;
  discountLimit: number;
  refundLimit: bigint;
  expenseLimit: bigint;
  taxNumber: string | null;
  version: number;
  /** The providers of wallets that the practice has an account at. */
  wallets: WalletProvider[];
}

const COLUMNS = `t.country, t.currency, s.fiscal_month as "fiscalYearMonth", s.rounding_unit as "roundingUnit", s.prices_include_tax as "pricesIncludeTax", s.tax_rate as "taxRate",
  s.discount_limit as "discountLimit", s.refund_limit as "refundLimit", s.expense_limit as "expenseLimit", s.tax_number as "taxNumber", s.version,
  array(select w.provider from clinic.wallet_settings w where w.tenant_id = t.id and w.credentials is not null order by w.provider) as wallets`;

/** Asks how the practice bills; until something was set, the usual of its country. */
export const askBillingSettings = (tenantId: string): Statement =>
  ({ text: `select ${COLUMNS} from clinic.tenants t cross join clinic.billing_settings_of($1) s where t.id = $1`, values: [tenantId] });

/** Saves the settings unless they have another version than that before; then no row comes. One who was the first to set anything, at the same moment, has made it another one. */
export const saveBillingSettings = (tenantId: string, after: BillingSettingsRow): Statement => ({
  text: `
insert into clinic.billing_settings as s (tenant_id, fiscal_month, rounding_unit, prices_include_tax, tax_rate, discount_limit, refund_limit, expense_limit, tax_number)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict on constraint billing_settings__pkey do update set fiscal_month = excluded.fiscal_month, rounding_unit = excluded.rounding_unit, prices_include_tax = excluded.prices_include_tax,
  tax_rate = excluded.tax_rate, discount_limit = excluded.discount_limit, refund_limit = excluded.refund_limit, expense_limit = excluded.expense_limit, tax_number = excluded.tax_number, version = s.version + 1
where s.version = $10 returning s.version`,
  values: [tenantId, after.fiscalYearMonth, after.roundingUnit, after.pricesIncludeTax, after.taxRate, after.discountLimit, after.refundLimit, after.expenseLimit, after.taxNumber, after.version],
});

/** A limit that somebody raised, and nobody else has set since; `former` is the one before, in basis points or minor units. */
export interface RaisedLimitRow {
  name: BillingLimit;
  former: bigint;
  raisedBy: string;
  raisedAt: Date;
}

/** Asks for the limits that somebody raised. */
export const askRaisedLimits = (tenantId: string): Statement =>
  ({ text: 'select r.name, r.former, r.raised_by as "raisedBy", r.raised_at as "raisedAt" from clinic.raised_limits r where r.tenant_id = $1 order by r.name', values: [tenantId] });

/** Confirms limits that somebody else raised; the caller's own stay. */
export const confirmLimits = (tenantId: string, names: readonly BillingLimit[]): Statement =>
  ({ text: 'delete from clinic.raised_limits r where r.tenant_id = $1 and r.name = any ($2::text[]) and r.raised_by <> platform.current_member()', values: [tenantId, names] });

/** The answer to `askRaisedLimits`. */
export const raisedLimitsFrom = (rows: Row[] | undefined): RaisedLimitRow[] => (rows as unknown as Array<RaisedLimitRow & { former: string }>).map((row) => ({ ...row, former: BigInt(row.former) }));

/** The answer to `askBillingSettings`. */
export const billingSettingsFrom = (rows: Row[] | undefined): BillingSettingsRow => {
  const row = rows![0] as unknown as BillingSettingsRow & Record<'roundingUnit' | 'refundLimit' | 'expenseLimit', string>;
  return { ...row, roundingUnit: BigInt(row.roundingUnit), refundLimit: BigInt(row.refundLimit), expenseLimit: BigInt(row.expenseLimit) };
};
