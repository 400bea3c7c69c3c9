import { ArgsType, Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { PayoutSource } from './payout.model.js';
import { ShareRule } from './share-rule.model.js';

export enum StatementCause { PAID = 'PAID', REMITTED = 'REMITTED', RELEASED = 'RELEASED', CREDITED = 'CREDITED', PAYOUT = 'PAYOUT' }
registerEnumType(StatementCause, {
  name: 'StatementCause',
  description: 'Why what is payable to a doctor changed.',
  valuesMap: {
    PAID: { description: 'A payment paid an invoice.' },
    REMITTED: { description: 'An insurer paid of a claim of an invoice.' },
    RELEASED: { description: 'A payment pays an invoice no longer, as before a refund.' },
    CREDITED: { description: 'A credit note changed what of an invoice is the doctor’s.' },
    PAYOUT: { description: 'The doctor was paid.' },
  },
});

@ObjectType({ description: 'By how much what is payable to a doctor changed, and why.' })
@Classified('earnings')
export class DoctorStatementEntry {
  @Field(() => UuidScalar, { description: 'Id of the accrual or payout, which is the source of its entry in the books.' })
  id: string;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for, where the chamber is.' })
  on: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => StatementCause, { description: 'Why.' })
  cause: StatementCause;

  @Field(() => Money, { description: 'By how much; below zero what is not payable any more.' })
  amount: Money;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the invoice that was paid, released or credited; null for a payout.' })
  invoiceId: string | null;

  @Field(() => String, { nullable: true, description: 'The number of the invoice.' })
  invoiceNumber: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the session, of what is for a session.' })
  sessionId: string | null;

  @Field(() => ShareRule, { nullable: true, description: 'The rule that it goes by; null for a payout.' })
  rule: ShareRule | null;

  @Field(() => PayoutSource, { nullable: true, description: 'Of a payout, out of what.' })
  source: PayoutSource | null;

  @Field(() => String, { nullable: true, description: 'Of a payout, the number of the transfer, cheque or receipt.' })
  reference: string | null;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;
}

export const DoctorStatementEntryConnection = ConnectionOf(DoctorStatementEntry, 'DoctorStatementEntry');

@ObjectType({ description: 'What a doctor earned and was paid in some days. It agrees with the account DOCTOR_PAYABLE of the books.' })
@Classified('earnings')
export class DoctorStatement {
  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; null for all.' })
  chamberId: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day.' })
  from: string;

  @Field(() => LocalDateScalar, { description: 'The last day.' })
  until: string;

  @Field(() => Money, { description: 'What was payable before the first day; below zero what the doctor owed.' })
  opening: Money;

  @Field(() => Money, { description: 'What accrued in these days, less what was reversed.' })
  accrued: Money;

  @Field(() => Money, { description: 'What was paid out.' })
  paidOut: Money;

  @Field(() => Money, { description: 'What was payable at the end of the last day: `opening` and `accrued`, less `paidOut`.' })
  closing: Money;
}

@ArgsType()
export class StatementArgs {
  @Field(() => LocalDateScalar, { description: 'The first day.' })
  from: string;

  @Field(() => LocalDateScalar, { description: 'The last day. Reason of a fault: BEFORE_FIRST.' })
  until: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; all chambers unless told. NOT_FOUND.' })
  chamberId?: string | null;
}

@ArgsType()
export class DoctorStatementArgs extends StatementArgs {
  @Field(() => UuidScalar, { description: 'Id of the doctor. NOT_FOUND.' })
  doctorId: string;
}
