import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** The most notes or coins of one kind that a drawer has. */
export const MOST_PIECES = 1_000_000;

export enum DrawerStatus { OPEN = 'OPEN', CLOSED = 'CLOSED' }
registerEnumType(DrawerStatus, {
  name: 'DrawerStatus',
  description: 'Whether a drawer takes cash.',
  valuesMap: { OPEN: { description: 'It does.' }, CLOSED: { description: 'It was counted and closed, for good.' } },
});

@ObjectType({ description: 'How many of a note or coin were counted.' })
@Classified('billing')
export class CountedPieces {
  @Field(() => Money, { description: 'The note or coin.' })
  denomination: Money;

  @Field(() => Int, { description: 'How many of it.' })
  pieces: number;
}

@ObjectType({ description: 'What was counted in a drawer when it was closed, before anybody was told what should be in it.' })
@Classified('billing')
export class DrawerCount {
  @Field(() => [CountedPieces], { description: 'The notes and coins.' })
  pieces: CountedPieces[];

  @Field(() => Money, { description: 'What they come to. It went into the safe.' })
  counted: Money;

  @Field(() => Money, { description: 'What should have been there, by the books.' })
  expected: Money;

  @Field(() => Money, { description: 'What was counted less what was expected: below zero, cash is missing. It was posted to OVER_SHORT.' })
  variance: Money;

  @Field(() => MemberName, { description: 'Who counted it.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for, where the chamber is.' })
  on: string;
}

@ObjectType({ description: 'The cash of a cashier, from when their drawer is opened until it is closed.' })
@Classified('billing')
export class Drawer {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'Whose it is.' })
  cashier: MemberName;

  @Field(() => DrawerStatus, { description: 'Whether it takes cash.' })
  status: DrawerStatus;

  @Field(() => Money, { description: 'The change in it when it was opened.' })
  openingFloat: Money;

  @Field(() => LocalDateScalar, { description: 'The day it was opened, where the chamber is.' })
  openedOn: string;

  @Field(() => DateTimeScalar, { description: 'When it was opened.' })
  openedAt: Date;

  @Field(() => DrawerCount, { nullable: true, description: 'What was counted when it was closed; null while it is open.' })
  count: DrawerCount | null;
}

export const DrawerConnection = ConnectionOf(Drawer, 'Drawer');

@ArgsType()
export class DrawersArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;

  @Field(() => DrawerStatus, { nullable: true, description: 'Those that are open, or those that are closed; all unless told.' })
  status?: DrawerStatus | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Those that were opened on this day.' })
  openedOn?: string | null;
}

@InputType({ description: 'How many of a note or coin were counted.' })
export class CountedPiecesInput {
  @Field(() => MoneyInput, { description: 'The note or coin: in taka 1000, 500, 200, 100, 50, 20, 10, 5, 2 and 1; in dirham 1000, 500, 200, 100, 50, 20, 10, 5 and 1, and 50 and 25 fils. Reasons of faults: NO_SUCH_DENOMINATION, TWICE.' })
  denomination: MoneyInput;

  @Field(() => Int, { description: `How many of it, 1 to ${MOST_PIECES}. Reason of a fault: OUT_OF_RANGE.` })
  pieces: number;
}

@InputType({ description: 'A drawer to close, by what was counted in it.' })
export class CloseDrawerInput {
  @Field(() => UuidScalar, { description: 'Id of the drawer.' })
  drawerId: string;

  @Field(() => [CountedPiecesInput], { description: 'All notes and coins in it; none when it is empty.' })
  pieces: CountedPiecesInput[];

  @Field(() => UuidScalar, { description: 'A fresh UUID for each drawer to close, the same on every retry. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}

@InputType({ description: 'A drawer to open.' })
export class OpenDrawerInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => MoneyInput, { description: 'The change in it, out of the safe; 0 for none.' })
  openingFloat: MoneyInput;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each drawer to open, the same on every retry. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}
