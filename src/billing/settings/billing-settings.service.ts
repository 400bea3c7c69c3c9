import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { sqlState } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { toAsciiDigits } from '../../platform/digits.js';
import { conflict, forbidden, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import { askMayWhere } from '../may-where.js';
import { BillingLimit, type BillingSettings, type EditBillingSettingsInput, MOST_ROUNDING_UNIT, type RaisedLimit } from './billing-settings.model.js';
import { type BillingSettingsRow, type RaisedLimitRow, askBillingSettings, askRaisedLimits, billingSettingsFrom, confirmLimits, raisedLimitsFrom, saveBillingSettings } from './billing-settings-rows.js';

const FIELDS = ['fiscalYearMonth', 'roundingUnit', 'pricesIncludeTax', 'taxRate', 'discountLimit', 'refundLimit', 'expenseLimit', 'taxNumber'] as const;
const ranges = { fiscalYearMonth: [1, 12], taxRate: [0, 10_000], discountLimit: [0, 10_000] } as const;
const limits = { discountLimit: BillingLimit.DISCOUNT, refundLimit: BillingLimit.REFUND, expenseLimit: BillingLimit.EXPENSE } as const;
const taxNumberDigits: Record<Country, number> = { BD: 13, AE: 15 };

/** How the practice bills. */
@Injectable()
export class BillingSettingsService {
  constructor(private readonly db: TenantDb) {}

  /** The settings; until something was set, the usual of the country. */
  async read(ctx: Ctx): Promise<BillingSettings> {
    const [rows, raised] = await this.db.read(ctx, askBillingSettings(ctx.tenantId), askRaisedLimits(ctx.tenantId));
    ctx.disclose('billing-settings', ctx.tenantId);
    return toSettings(billingSettingsFrom(rows), raisedLimitsFrom(raised));
  }

  /**
   * Changes the settings, by whoever manages the finances of every chamber; FORBIDDEN, CONFLICT, BAD_USER_INPUT (all faults at once). What was issued stays.
   * The database notes who raised a limit; one that is sent by somebody else is confirmed.
   */
  edit(ctx: Ctx, input: EditBillingSettingsInput): Promise<BillingSettings> {
    return this.db.write(ctx, async (tx, [rights, rows, raised]) => {
      if (!rights![0]!['may']) throw forbidden('finances:manage');
      const before = billingSettingsFrom(rows);
      if (input.version !== before.version) throw staleVersion();
      const after = changed(before, input);
      const sent = (Object.keys(limits) as Array<keyof typeof limits>).filter((field) => (input[field] ?? null) !== null).map((field) => limits[field]);
      const [saved, , raisedNow] = await tx.group(saveBillingSettings(ctx.tenantId, after), confirmLimits(ctx.tenantId, sent), askRaisedLimits(ctx.tenantId)).catch(refused);
      if (!saved!.length) throw staleVersion();
      tx.record('billing-settings', ctx.tenantId);
      for (const field of FIELDS) tx.change('billing-settings', ctx.tenantId, field, plain(before[field]), plain(after[field]));
      const left = raisedLimitsFrom(raisedNow);
      tx.change('billing-settings', ctx.tenantId, 'raisedLimits', namesOf(raisedLimitsFrom(raised)), namesOf(left));
      return toSettings({ ...after, version: saved![0]!['version'] as number }, left);
    }, askMayWhere(ctx.tenantId, null, 'finances:manage'), askBillingSettings(ctx.tenantId), askRaisedLimits(ctx.tenantId));
  }
}

function changed(before: BillingSettingsRow, input: EditBillingSettingsInput): BillingSettingsRow {
  const check = new InputCheck();
  for (const field of Object.keys(ranges) as Array<keyof typeof ranges>) {
    const [min, max] = ranges[field];
    const wanted = input[field];
    if (typeof wanted === 'number' && (wanted < min || wanted > max)) check.blame([field], 'OUT_OF_RANGE', { min, max });
  }
  const after = {
    ...before,
    fiscalYearMonth: input.fiscalYearMonth ?? before.fiscalYearMonth,
    roundingUnit: amountIn(check, ['roundingUnit'], input.roundingUnit, before.currency, { max: MOST_ROUNDING_UNIT }) ?? before.roundingUnit,
    pricesIncludeTax: input.pricesIncludeTax ?? before.pricesIncludeTax,
    taxRate: input.taxRate ?? before.taxRate,
    discountLimit: input.discountLimit ?? before.discountLimit,
    refundLimit: amountIn(check, ['refundLimit'], input.refundLimit, before.currency, { min: 0n }) ?? before.refundLimit,
    expenseLimit: amountIn(check, ['expenseLimit'], input.expenseLimit, before.currency, { min: 0n }) ?? before.expenseLimit,
    taxNumber: taxNumberIn(check, input.taxNumber, before),
  };
  check.throwIfAny();
  return after;
}

function taxNumberIn(check: InputCheck, raw: string | null | undefined, { country, taxNumber }: BillingSettingsRow): string | null {
  if (typeof raw !== 'string') return taxNumber;
  const digits = toAsciiDigits(raw).replace(/[\s-]/g, '');
  if (digits === '') return null;
  if (digits.length !== taxNumberDigits[country] || !/^\d+$/.test(digits)) check.blame(['taxNumber'], 'INVALID_FOR_COUNTRY');
  return digits;
}

function refused(error: unknown): never {
  throw sqlState(error) === 'SK091' ? conflict('FISCAL_YEAR_BEGUN', 'Numbers were given in this fiscal year.') : error;
}

const plain = (value: string | number | boolean | bigint | null) => (typeof value === 'bigint' ? Number(value) : value);

const namesOf = (raised: readonly RaisedLimitRow[]): string[] => raised.map(({ name }) => name);

const toRaised = ({ name, former, raisedBy, raisedAt }: RaisedLimitRow, currency: BillingSettingsRow['currency']): RaisedLimit => ({
  limit: name, formerRate: name === BillingLimit.DISCOUNT ? Number(former) : null, formerAmount: name === BillingLimit.DISCOUNT ? null : { amount: former, currency }, raisedBy: { id: raisedBy }, raisedAt,
});

const toSettings = ({ country: _, currency, roundingUnit, refundLimit, expenseLimit, ...settings }: BillingSettingsRow, raised: readonly RaisedLimitRow[]): BillingSettings => ({
  ...settings, roundingUnit: { amount: roundingUnit, currency }, refundLimit: { amount: refundLimit, currency }, expenseLimit: { amount: expenseLimit, currency }, raisedLimits: raised.map((one) => toRaised(one, currency)),
});
