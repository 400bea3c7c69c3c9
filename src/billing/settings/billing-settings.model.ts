import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { WalletProvider } from '../payments/gateways/wallet-gateway.js';

/** The most that totals may be rounded to, in minor units. */
export const MOST_ROUNDING_UNIT = 10_000n;

export enum BillingLimit { DISCOUNT = 'DISCOUNT', REFUND = 'REFUND', EXPENSE = 'EXPENSE' }
registerEnumType(BillingLimit, {
  name: 'BillingLimit',
  description: 'A limit above which somebody else must approve.',
  valuesMap: { DISCOUNT: { description: '`discountLimit`.' }, REFUND: { description: '`refundLimit`.' }, EXPENSE: { description: '`expenseLimit`.' } },
});

@ObjectType({ description: 'A limit that somebody raised, and nobody else has sent since. For what they ask for themselves the one before holds.' })
@Classified('billing')
export class RaisedLimit {
  @Field(() => BillingLimit, { description: 'Which.' })
  limit: BillingLimit;

  @Field(() => Int, { nullable: true, description: 'The one before of discounts, in basis points; null of the others.' })
  formerRate: number | null;

  @Field(() => Money, { nullable: true, description: 'The one before of refunds and expenses; null of discounts.' })
  formerAmount: Money | null;

  @Field(() => MemberName, { description: 'Who raised it.' })
  raisedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When they did so first.' })
  raisedAt: Date;
}

@ObjectType({ description: 'How the practice bills.' })
@Classified('billing')
export class BillingSettings {
  @Field(() => Int, { description: 'The month, 1 to 12, with which the year of the books begins, and the numbers of invoices begin anew.' })
  fiscalYearMonth: number;

  @Field(() => Money, { description: 'Totals of invoices are rounded to multiples of this.' })
  roundingUnit: Money;

  @Field({ description: 'Whether fees and prices have the tax in them; otherwise it is added.' })
  pricesIncludeTax: boolean;

  @Field(() => Int, { description: 'The standard rate of tax, in basis points: 1500 is 15 per cent.' })
  taxRate: number;

  @Field(() => Int, { description: 'Discounts above so many basis points need the approval of somebody else who holds finances:manage.' })
  discountLimit: number;

  @Field(() => Money, { description: 'Refunds above this need such approval.' })
  refundLimit: Money;

  @Field(() => Money, { description: 'Expenses above this need such approval.' })
  expenseLimit: Money;

  @Field(() => [RaisedLimit], { description: 'The limits that one person raised alone: they hold for everybody else, and for that person only once somebody else sends the same limit with `editBillingSettings`, or another one. None where nobody else manages the finances of any chamber.' })
  raisedLimits: RaisedLimit[];

  @Field(() => String, { nullable: true, description: 'The number under which the practice is registered for tax (BIN in Bangladesh, TRN in the Emirates), which invoices show; digits only. Null for none.' })
  taxNumber: string | null;

  @Field(() => [WalletProvider], { description: 'The providers of wallets that the practice has an account at: the desk takes payments by them with `startWalletPayment`, and they pay deposits online.' })
  wallets: WalletProvider[];

  @Field(() => Int, { description: 'Counts the edits, 0 before the first; send it with `editBillingSettings`.' })
  version: number;
}

@InputType({ description: 'Changes of how the practice bills; what is left out stays. A limit that somebody else raised is confirmed by sending it: send only what was changed.' })
export class EditBillingSettingsInput {
  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => Int, { nullable: true, description: 'The month with which the year of the books begins, 1 to 12. It stays once an invoice or receipt was numbered in the year that it is: CONFLICT (FISCAL_YEAR_BEGUN). Reason of a fault: OUT_OF_RANGE.' })
  fiscalYearMonth?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: `To what totals are rounded, 1 to ${MOST_ROUNDING_UNIT} minor units.` })
  roundingUnit?: MoneyInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether fees and prices have the tax in them.' })
  pricesIncludeTax?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'The standard rate of tax, 0 to 10000 basis points. Reason of a fault: OUT_OF_RANGE.' })
  taxRate?: number | null;

  @Field(() => Int, { nullable: true, description: 'Above how many basis points a discount needs approval, 0 to 10000. Reason of a fault: OUT_OF_RANGE.' })
  discountLimit?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Above what a refund needs approval; 0 for every one.' })
  refundLimit?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Above what an expense needs approval; 0 for every one.' })
  expenseLimit?: MoneyInput | null;

  @Field(() => String, { nullable: true, description: 'The number under which the practice is registered for tax: 13 digits in Bangladesh, 15 in the Emirates; spaces and hyphens are left out, digits may be Bangla ones. Empty for none. Reason of a fault: INVALID_FOR_COUNTRY.' })
  taxNumber?: string | null;
}
