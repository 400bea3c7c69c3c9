import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** The accounts of the books, as `clinic.ledger_lines` has them, each with its side: an ASSET or EXPENSE grows by debits, the others by credits. */
export const ledgerAccounts = {
  DRAWER: ['ASSET', 'Cash in the drawers of cashiers.'],
  SAFE: ['ASSET', 'Cash of the chamber beside its drawers.'],
  BANK: ['ASSET', 'Money at the bank.'],
  CARD_CLEARING: ['ASSET', 'Card payments that the bank has not settled.'],
  WALLET_CLEARING: ['ASSET', 'Wallet payments that the provider has not settled.'],
  RECEIVABLE: ['ASSET', 'What patients owe.'],
  CLAIMS_RECEIVABLE: ['ASSET', 'What insurers and other organisations owe.'],
  ADVANCE: ['LIABILITY', 'What patients paid that pays no invoice yet.'],
  DEPOSIT: ['LIABILITY', 'Deposits held for bookings.'],
  TAX: ['LIABILITY', 'Tax to be handed on.'],
  DOCTOR_PAYABLE: ['LIABILITY', 'Shares that doctors have not been paid.'],
  EXPENSES_PAYABLE: ['LIABILITY', 'Approved expenses that are not paid.'],
  REVENUE: ['INCOME', 'What was billed, without tax and before discounts.'],
  ROUNDING: ['INCOME', 'What rounding of totals added; on the debit side, what it took off.'],
  FORFEITED: ['INCOME', 'Deposits that were forfeited.'],
  DISCOUNT: ['EXPENSE', 'What was taken off of what was billed.'],
  EXPENSE: ['EXPENSE', 'Expenses of the practice.'],
  DOCTOR_SHARE: ['EXPENSE', 'Shares of doctors in what was captured.'],
  OVER_SHORT: ['EXPENSE', 'Cash that was missing when drawers were counted; on the credit side, cash beyond what was expected.'],
  FEES: ['EXPENSE', 'What providers keep.'],
  WRITE_OFF: ['EXPENSE', 'What was owed and will not be paid.'],
  OWNER: ['EQUITY', 'What the owner put in, and took out.'],
} as const;

export type LedgerAccount = keyof typeof ledgerAccounts;
export const LedgerAccount = Object.fromEntries(Object.keys(ledgerAccounts).map((account) => [account, account])) as { readonly [Account in LedgerAccount]: Account };
registerEnumType(LedgerAccount, {
  name: 'LedgerAccount',
  description: 'An account of the books.',
  valuesMap: Object.fromEntries(Object.entries(ledgerAccounts).map(([account, [side, told]]) => [account, { description: `${told} ${side}.` }])),
});

@ObjectType({ description: 'A debit or credit of an entry.' })
@Classified('books')
export class LedgerLine {
  @Field(() => LedgerAccount, { description: 'The account.' })
  account: LedgerAccount;

  @Field(() => MemberName, { nullable: true, description: 'The doctor whose revenue or share it is.' })
  doctor: MemberName | null;

  @Field(() => Money, { description: 'Above zero a debit, below a credit.' })
  amount: Money;
}

@ObjectType({ description: 'What was posted for a step of a document. Its lines sum to zero, and it never changes.' })
@Classified('books')
export class LedgerEntry {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber in whose books it is.' })
  chamberId: string;

  @Field({ description: 'Which step of which kind of document it is of: INVOICE, CREDIT_NOTE, PAYMENT, ALLOCATION, REFUND, DEPOSIT_APPLIED, DEPOSIT_CARRIED, DEPOSIT_FORFEITED, DRAWER_OPENED, SHARE (what a doctor gets), PAYOUT (what a doctor was paid); more may come.' })
  kind: string;

  @Field(() => UuidScalar, { description: 'Id of the document.' })
  sourceId: string;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for, where the chamber is.' })
  on: string;

  @Field(() => MemberName, { nullable: true, description: 'Whose doing it was; null for background work.' })
  postedBy: MemberName | null;

  @Field(() => DateTimeScalar, { description: 'When it was posted.' })
  postedAt: Date;

  @Field(() => [LedgerLine], { description: 'Its debits and credits.' })
  lines: LedgerLine[];
}

export const LedgerEntryConnection = ConnectionOf(LedgerEntry, 'LedgerEntry');

@ObjectType({ description: 'What an account stands at.' })
@Classified('books')
export class LedgerBalance {
  @Field(() => LedgerAccount, { description: 'The account.' })
  account: LedgerAccount;

  @Field(() => Money, { description: 'All debits until the end of the day.' })
  debits: Money;

  @Field(() => Money, { description: 'All credits until then.' })
  credits: Money;

  @Field(() => Money, { description: 'Debits less credits: below zero for what is owed or was earned.' })
  balance: Money;

  @Field(() => Int, { description: 'How many lines there are.' })
  lines: number;
}

@InputType({ description: 'Which entries; what is left out is not looked at.' })
export class LedgerFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Those of this chamber. NOT_FOUND.' })
  chamberId?: string | null;

  @Field(() => LedgerAccount, { nullable: true, description: 'Those with a line on this account: its statement.' })
  account?: LedgerAccount | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those with a line of this doctor.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those of this document.' })
  sourceId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'From this day on.' })
  from?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Until this day.' })
  until?: string | null;
}

@ArgsType()
export class LedgerEntriesArgs extends PageArgs {
  @Field(() => LedgerFilter, { nullable: true, description: 'Which; all unless told.' })
  filter?: LedgerFilter | null;
}

@ArgsType()
export class LedgerBalancesArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; all chambers unless told.' })
  chamberId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'At the end of which day; of all days unless told.' })
  on?: string | null;
}
