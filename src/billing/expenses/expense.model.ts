import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** How long the name of a category and a description may be, in code points, and how many categories can be in use. */
export const expenseLimits = { category: 100, description: 500, categories: 200 } as const;

export enum ExpenseStatus { REQUESTED = 'REQUESTED', APPROVED = 'APPROVED', REJECTED = 'REJECTED', PAID = 'PAID' }
registerEnumType(ExpenseStatus, {
  name: 'ExpenseStatus',
  description: 'How far an expense has come.',
  valuesMap: {
    REQUESTED: { description: 'Somebody asks for it. It can be paid when it needs no approval.' },
    APPROVED: { description: 'Somebody else approved it; it is to be paid.' },
    REJECTED: { description: 'It was rejected, or taken back by who asked for it.' },
    PAID: { description: 'It was paid, for good.' },
  },
});

export enum ExpenseSource { DRAWER = 'DRAWER', SAFE = 'SAFE', BANK = 'BANK' }
registerEnumType(ExpenseSource, {
  name: 'ExpenseSource',
  description: 'Out of what an expense is paid.',
  valuesMap: { DRAWER: { description: 'The open drawer of whoever pays.' }, SAFE: { description: 'The cash of the chamber beside its drawers.' }, BANK: { description: 'The bank.' } },
});

@ObjectType({ description: 'What the practice spends money on.' })
@Classified('billing')
export class ExpenseCategory {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'What it is called.' })
  name: string;

  @Field({ description: 'Whether it is in use no longer.' })
  retired: boolean;
}

@ObjectType({ description: 'What the caller may do with an expense as it stands. The server decides again on each call; this is for showing or hiding buttons.' })
@Classified('technical')
export class ExpenseViewerCan {
  @Field({ description: '`approveExpense`.' })
  approve: boolean;

  @Field({ description: '`rejectExpense`.' })
  reject: boolean;

  @Field({ description: '`payExpense` out of their open DRAWER.' })
  payFromDrawer: boolean;

  @Field({ description: '`payExpense` out of the SAFE or by the BANK.' })
  payOtherwise: boolean;
}

@ObjectType({ description: 'What is spent, or is to be.' })
@Classified('billing')
export class Expense {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber in whose books it is.' })
  chamberId: string;

  @Field(() => ExpenseCategory, { description: 'What for.' })
  category: ExpenseCategory;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field(() => LocalDateScalar, { description: 'The day on the bill.' })
  spentOn: string;

  @Field({ description: 'What it is for, in words.' })
  description: string;

  @Field(() => ExpenseStatus, { description: 'How far it has come.' })
  status: ExpenseStatus;

  @Field({ description: 'Whether somebody else must approve it before it is paid: what one person asked for that day and was paid without an approval, and this, is above `BillingSettings.expenseLimit`.' })
  needsApproval: boolean;

  @Field(() => MemberName, { description: 'Who asked for it.' })
  requestedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  requestedAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who approved or rejected it last.' })
  decidedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When.' })
  decidedAt: Date | null;

  @Field(() => ExpenseSource, { nullable: true, description: 'Out of what it was paid.' })
  paidFrom: ExpenseSource | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the drawer that the cash came out of.' })
  drawerId: string | null;

  @Field(() => MemberName, { nullable: true, description: 'Who paid it.' })
  paidBy: MemberName | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day that the payment counts for, where the chamber is.' })
  paidOn: string | null;

  @Field(() => Int, { description: 'Counts its changes; send it with the next.' })
  version: number;

  @Field(() => ExpenseViewerCan, { description: 'What the caller may do with it.' })
  viewerCan: ExpenseViewerCan;
}

export const ExpenseConnection = ConnectionOf(Expense, 'Expense');

@ArgsType()
export class ExpensesArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;

  @Field(() => ExpenseStatus, { nullable: true, description: 'Those in this status; all unless told.' })
  status?: ExpenseStatus | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those of this category.' })
  categoryId?: string | null;
}

@InputType({ description: 'An expense to ask for.' })
export class RequestExpenseInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber in whose books. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the category. NOT_FOUND. Reason of a fault: RETIRED.' })
  categoryId: string;

  @Field(() => MoneyInput, { description: 'How much.' })
  amount: MoneyInput;

  @Field(() => LocalDateScalar, { description: 'The day on the bill. Reason of a fault: FUTURE.' })
  spentOn: string;

  @Field({ description: `What it is for: one line of 1 to ${expenseLimits.description} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  description: string;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each expense, the same on every retry. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}
