import { ArgsType, Field, InputType, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { LedgerAccount } from '../ledger/ledger.model.js';

@ObjectType({ description: 'What an account had on a day, and at its end.' })
@Classified('books')
export class DayTotal {
  @Field(() => LedgerAccount, { description: 'The account.' })
  account: LedgerAccount;

  @Field(() => Money, { description: 'All debits of the day.' })
  debits: Money;

  @Field(() => Money, { description: 'All credits of the day.' })
  credits: Money;

  @Field(() => Money, { description: 'Debits less credits of all days until then: below zero for what is owed or was earned.' })
  balance: Money;
}

@ObjectType({ description: 'A day of a chamber whose books are closed: they take no entry any more, and their totals stay.' })
@Classified('books')
export class DayClosing {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { description: 'The day, where the chamber is.' })
  day: string;

  @Field(() => [DayTotal], { description: 'What the accounts had, those that were ever posted to.' })
  totals: DayTotal[];

  @Field(() => MemberName, { description: 'Who closed it.' })
  closedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  closedAt: Date;
}

export const DayClosingConnection = ConnectionOf(DayClosing, 'DayClosing');

@ArgsType()
export class DayClosingsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;
}

@InputType({ description: 'A day whose books are to be closed, for good.' })
export class CloseDayInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { description: 'The day, today or before, where the chamber is. Reason of a fault: FUTURE.' })
  day: string;
}
