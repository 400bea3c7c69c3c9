import { ArgsType, Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { LedgerAccount } from '../ledger/ledger.model.js';
import { PaymentMethod } from '../payments/payment.enums.js';

/** How many days a report is of at the most. */
export const LONGEST_REPORT_DAYS = 366;

@ObjectType({ description: 'What was billed, and what was paid and given back.' })
@Classified('books')
export class BilledAndPaid {
  @Field(() => Int, { description: 'How many invoices were issued.' })
  invoices: number;

  @Field(() => Money, { description: 'What they came to, tax and rounding and all.' })
  invoiced: Money;

  @Field(() => Int, { description: 'How many credit notes were issued.' })
  creditNotes: number;

  @Field(() => Money, { description: 'What they took back.' })
  credited: Money;

  @Field(() => Int, { description: 'How many payments were captured, deposits included.' })
  payments: number;

  @Field(() => Money, { description: 'What they came to.' })
  captured: Money;

  @Field(() => Int, { description: 'How many refunds were paid out.' })
  refunds: number;

  @Field(() => Money, { description: 'What they came to.' })
  refunded: Money;
}

@ObjectType({ description: 'The same of one chamber.' })
@Classified('books')
export class ChamberTotals extends BilledAndPaid {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;
}

@ObjectType({ description: 'The same of one day.' })
@Classified('books')
export class DayTotals extends BilledAndPaid {
  @Field(() => LocalDateScalar, { description: 'The day, where the chamber is.' })
  on: string;
}

@ObjectType({ description: 'What came in and was given back by one method.' })
@Classified('books')
export class MethodTotals {
  @Field(() => PaymentMethod, { description: 'The method.' })
  method: PaymentMethod;

  @Field(() => Int, { description: 'How many payments were captured.' })
  payments: number;

  @Field(() => Money, { description: 'What they came to.' })
  captured: Money;

  @Field(() => Int, { description: 'How many refunds were paid out in this way.' })
  refunds: number;

  @Field(() => Money, { description: 'What they came to.' })
  refunded: Money;
}

@ObjectType({ description: 'What the books have of one doctor.' })
@Classified('books')
export class DoctorTotals {
  @Field(() => MemberName, { nullable: true, description: 'The doctor; null for what is of none.' })
  doctor: MemberName | null;

  @Field(() => Money, { description: 'Their revenue, without tax and before discounts, less what was credited.' })
  revenue: Money;

  @Field(() => Money, { description: 'What accrued of their share, less what was reversed.' })
  share: Money;

  @Field(() => Money, { description: 'What they were paid.' })
  paidOut: Money;
}

@ObjectType({ description: 'What was taken off, by who gave it and who approved it.' })
@Classified('books')
export class DiscountTotals {
  @Field(() => MemberName, { description: 'Who wrote the invoices.' })
  givenBy: MemberName;

  @Field(() => MemberName, { nullable: true, description: 'Who approved the discounts; null where that was not needed.' })
  approvedBy: MemberName | null;

  @Field(() => Int, { description: 'How many invoices and credit notes.' })
  documents: number;

  @Field(() => Money, { description: 'How much, without tax, less what credit notes took back of it.' })
  amount: Money;
}

@ObjectType({ description: 'How an account of the books moved.' })
@Classified('books')
export class AccountMovement {
  @Field(() => LedgerAccount, { description: 'The account.' })
  account: LedgerAccount;

  @Field(() => Money, { description: 'All debits.' })
  debits: Money;

  @Field(() => Money, { description: 'All credits.' })
  credits: Money;
}

@ObjectType({ description: 'What was billed and paid in some days, in a chamber or in all. Its totals agree with the books.' })
@Classified('books')
export class FinancialReport {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; null for all.' })
  chamberId: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day.' })
  from: string;

  @Field(() => LocalDateScalar, { description: 'The last day.' })
  until: string;

  @Field(() => BilledAndPaid, { description: 'In all.' })
  totals: BilledAndPaid;

  @Field(() => [ChamberTotals], { description: 'By chamber, those in which anything was.' })
  chambers: ChamberTotals[];

  @Field(() => [DayTotals], { description: 'By day, those on which anything was.' })
  days: DayTotals[];

  @Field(() => [MethodTotals], { description: 'By payment method, those by which anything was.' })
  methods: MethodTotals[];

  @Field(() => [DoctorTotals], { description: 'By doctor, those of whom anything was.' })
  doctors: DoctorTotals[];

  @Field(() => [DiscountTotals], { description: 'What was taken off, by who gave it and who approved it.' })
  discounts: DiscountTotals[];

  @Field(() => [AccountMovement], { description: 'By account of the books, those that moved; together debits and credits are the same.' })
  accounts: AccountMovement[];
}

export enum ReceivableAge { UP_TO_30 = 'UP_TO_30', UP_TO_60 = 'UP_TO_60', UP_TO_90 = 'UP_TO_90', OVER_90 = 'OVER_90' }
registerEnumType(ReceivableAge, {
  name: 'ReceivableAge',
  description: 'How many days ago what is owed was invoiced.',
  valuesMap: {
    UP_TO_30: { description: 'Up to 30.' },
    UP_TO_60: { description: '31 to 60.' },
    UP_TO_90: { description: '61 to 90.' },
    OVER_90: { description: 'More than 90.' },
  },
});

@ObjectType({ description: 'What patients owe of invoices of one age.' })
@Classified('books')
export class AgedReceivables {
  @Field(() => ReceivableAge, { description: 'How old the invoices are.' })
  age: ReceivableAge;

  @Field(() => Int, { description: 'How many are not paid whole.' })
  invoices: number;

  @Field(() => Money, { description: 'What is due on them.' })
  due: Money;
}

@ArgsType()
export class FinancialReportArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; all chambers unless told. NOT_FOUND.' })
  chamberId?: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day.' })
  from: string;

  @Field(() => LocalDateScalar, { description: `The last day, ${LONGEST_REPORT_DAYS} days in all at the most. Reasons of faults: BEFORE_FIRST, TOO_LONG.` })
  until: string;
}

@ArgsType()
export class ReceivablesArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; all chambers unless told. NOT_FOUND.' })
  chamberId?: string | null;

  @Field(() => LocalDateScalar, { description: 'At the end of which day.' })
  on: string;
}
