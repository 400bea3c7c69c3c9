import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

export enum DrawerStatus { OPEN = 'OPEN', CLOSED = 'CLOSED' }
registerEnumType(DrawerStatus, {
  name: 'DrawerStatus',
  description: 'Whether a drawer takes cash.',
  valuesMap: { OPEN: { description: 'It does.' }, CLOSED: { description: 'It was counted and closed, for good.' } },
});

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
