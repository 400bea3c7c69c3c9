import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsInt, Max, Min } from 'class-validator';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { WalletProvider } from '../payments/gateways/wallet-gateway.js';
import { StatementColumn, StatementFault, StatementLineKind } from './statement.js';
import { StatementFinding } from './statement-rows.js';

registerEnumType(StatementLineKind, { name: 'StatementLineKind', description: 'What a line of a statement is of.', valuesMap: { PAYMENT: { description: 'What was paid to the practice.' }, REFUND: { description: 'What was given back.' } } });
registerEnumType(StatementColumn, {
  name: 'StatementColumn',
  description: 'A column of a statement that is read.',
  valuesMap: {
    TRANSACTION_ID: { description: 'The provider’s id of the transaction.' }, TIME: { description: 'Date, with or without a time.' }, AMOUNT: { description: 'The amount.' }, KIND: { description: 'Payment or refund.' }, FEE: { description: 'What the provider kept.' },
  },
});
registerEnumType(StatementFault, {
  name: 'StatementFault',
  description: 'What is wrong with a line of a statement, or with the file.',
  valuesMap: {
    NOT_CSV: { description: 'The file is no CSV.' }, NO_LINES: { description: 'The file has no lines but the heading.' }, TOO_MANY_LINES: { description: 'The file has more than 5000 lines.' },
    COLUMN_MISSING: { description: 'The file has no such column.' }, COLUMN_TWICE: { description: 'The file has the column more than once.' }, COLUMN_COUNT: { description: 'The line has not as many cells as the heading.' },
    NOT_A_TRANSACTION_ID: { description: 'The cell is no transaction id.' }, NOT_A_TIME: { description: 'The cell is no time.' }, NOT_AN_AMOUNT: { description: 'The cell is no amount, has fractions of a minor unit, is 0, or, of a payment, below zero.' },
    NOT_A_FEE: { description: 'The cell is no amount, or more than the amount of the line.' }, NOT_A_KIND: { description: 'The cell says neither that it is a payment nor a refund.' },
  },
});
registerEnumType(StatementFinding, {
  name: 'StatementFinding',
  description: 'What a line of a statement is found to be.',
  valuesMap: {
    MATCHED: { description: 'A payment or refund as it is in the books. It is settled: the bank has it, but for the fee.' },
    AMOUNT_DIFFERS: { description: 'A payment or refund of another amount.' },
    UNKNOWN: { description: 'No payment or refund has this transaction.' },
    REUSED: { description: 'The transaction is there once more, in this statement or with something else in an earlier one.' },
    SEEN_BEFORE: { description: 'An earlier statement had just this, and settled it.' },
  },
});

@ObjectType({ description: 'How many lines of a statement were found to be the same.' })
@Classified('books')
export class StatementFindingCount {
  @Field(() => StatementFinding, { description: 'What they are.' })
  finding: StatementFinding;

  @Field(() => Int, { description: 'How many.' })
  lines: number;

  @Field(() => Money, { description: 'What they come to, payments and refunds together.' })
  amount: Money;

  @Field(() => Money, { description: 'What the provider kept of them.' })
  fees: Money;
}

@ObjectType({ description: 'A statement of a provider of wallets that was imported.' })
@Classified('books')
export class WalletStatement {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => WalletProvider, { description: 'Whose statement it is.' })
  provider: WalletProvider;

  @Field(() => DateTimeScalar, { description: 'When the first movement on it was.' })
  firstAt: Date;

  @Field(() => DateTimeScalar, { description: 'When the last one was.' })
  lastAt: Date;

  @Field(() => [StatementFindingCount], { description: 'How many lines were found to be what; what no line is is left out.' })
  findings: StatementFindingCount[];

  @Field(() => MemberName, { description: 'Who imported it.' })
  importedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  importedAt: Date;
}

@ObjectType({ description: 'A line of a statement.' })
@Classified('books')
export class WalletStatementLine {
  @Field(() => Int, { description: 'Its line in the file, from 1 with the heading.' })
  line: number;

  @Field({ description: 'The provider’s id of the transaction.' })
  transactionId: string;

  @Field(() => StatementLineKind, { description: 'What it is of.' })
  kind: StatementLineKind;

  @Field(() => DateTimeScalar, { description: 'When it was.' })
  at: Date;

  @Field(() => Money, { description: 'How much was paid or given back.' })
  amount: Money;

  @Field(() => Money, { description: 'What the provider kept.' })
  fee: Money;

  @Field(() => StatementFinding, { description: 'What it is found to be.' })
  finding: StatementFinding;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the payment that it is of; null for none.' })
  paymentId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the refund that it is of; null for none.' })
  refundId: string | null;
}

@ObjectType({ description: 'What is wrong with a line of a file that was to be imported.' })
@Classified('books')
export class StatementLineFault {
  @Field(() => Int, { description: 'The line in the file, from 1 with the heading.' })
  line: number;

  @Field(() => StatementColumn, { nullable: true, description: 'The column; null for all of the line or file.' })
  column: StatementColumn | null;

  @Field(() => StatementFault, { description: 'What is wrong.' })
  reason: StatementFault;
}

@ObjectType({ description: 'What came of importing a statement: all of it, or nothing with every fault.' })
@Classified('books')
export class ImportedStatement {
  @Field(() => WalletStatement, { nullable: true, description: 'The statement; null when the file has faults, of which then nothing was taken.' })
  statement: WalletStatement | null;

  @Field(() => [StatementLineFault], { description: 'What is wrong with the file, line by line.' })
  faults: StatementLineFault[];
}

@InputType({ description: 'A statement of a provider, as a file.' })
export class ImportWalletStatementInput {
  @Field(() => WalletProvider, { description: 'Whose statement it is.' })
  provider: WalletProvider;

  @Field({ description: 'The file: CSV with a heading. Columns are found by their names, such as `Trx ID`, `Date Time` and `Amount`, which there must be, `Type` and `Fee`; up to 5000 lines. Digits may be Bangla. Times without an offset are of the practice’s first chamber; 03/04/2026 is the third of April.' })
  content: string;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each time that something is imported, the same on every retry: it is then done once, and each retry answers with what was done. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}

@ArgsType()
export class StatementLinesArgs {
  @Field(() => StatementFinding, { nullable: true, description: 'Only those found to be this.' })
  finding?: StatementFinding | null;

  @Field(() => Int, { defaultValue: 0, description: 'Only those after this line of the file.' })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  afterLine: number = 0;
}
