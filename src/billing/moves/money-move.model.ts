import { ArgsType, Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** How long a note may be, in code points. */
export const LONGEST_MOVE_NOTE = 500;

export enum MoneyPlace { SAFE = 'SAFE', BANK = 'BANK', OWNER = 'OWNER' }
registerEnumType(MoneyPlace, {
  name: 'MoneyPlace',
  description: 'Where money comes from and goes to.',
  valuesMap: { SAFE: { description: 'The cash of the chamber beside its drawers.' }, BANK: { description: 'The bank.' }, OWNER: { description: 'The owner, who puts money in and takes some out.' } },
});

@ObjectType({ description: 'Money that was moved between safe, bank and owner. It stays: what was wrong is moved back.' })
@Classified('books')
export class MoneyMove {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber in whose books it is.' })
  chamberId: string;

  @Field(() => MoneyPlace, { description: 'Where it came from.' })
  from: MoneyPlace;

  @Field(() => MoneyPlace, { description: 'Where it went.' })
  to: MoneyPlace;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field(() => String, { nullable: true, description: 'What was noted.' })
  note: string | null;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for, where the chamber is.' })
  on: string;

  @Field(() => MemberName, { description: 'Who moved it.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;
}

export const MoneyMoveConnection = ConnectionOf(MoneyMove, 'MoneyMove');

@ArgsType()
export class MoneyMovesArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;
}

@InputType({ description: 'Money to move.' })
export class MoveMoneyInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber in whose books. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => MoneyPlace, { description: 'Where it comes from.' })
  from: MoneyPlace;

  @Field(() => MoneyPlace, { description: 'Where it goes. Reason of a fault: NO_CHANGE.' })
  to: MoneyPlace;

  @Field(() => MoneyInput, { description: 'How much.' })
  amount: MoneyInput;

  @Field(() => String, { nullable: true, description: `A note, such as the number of the deposit slip: one line of up to ${LONGEST_MOVE_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each time that money moves, the same on every retry. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}
