import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

export enum RemittanceFaultReason {
  NOT_XML = 'NOT_XML', DOCTYPE = 'DOCTYPE', OTHER_FILE = 'OTHER_FILE', MISSING = 'MISSING', TWICE = 'TWICE', TOO_LONG = 'TOO_LONG', TOO_MANY = 'TOO_MANY', NOT_AN_AMOUNT = 'NOT_AN_AMOUNT', NEGATIVE = 'NEGATIVE',
  NOT_A_TIME = 'NOT_A_TIME', OTHER_COUNT = 'OTHER_COUNT', OTHER_FACILITY = 'OTHER_FACILITY', OTHER_SENDER = 'OTHER_SENDER', NOT_PRODUCTION = 'NOT_PRODUCTION', UNKNOWN_CLAIM = 'UNKNOWN_CLAIM', NOT_SENT = 'NOT_SENT',
  UNKNOWN_ACTIVITY = 'UNKNOWN_ACTIVITY', PAID_BEFORE = 'PAID_BEFORE', MORE_THAN_CLAIMED = 'MORE_THAN_CLAIMED',
}
registerEnumType(RemittanceFaultReason, {
  name: 'RemittanceFaultReason',
  description: 'Why a part of a remittance is not taken.',
  valuesMap: {
    NOT_XML: { description: 'The file is no well-formed XML.' },
    DOCTYPE: { description: 'The file has a document type, which none needs.' },
    OTHER_FILE: { description: 'It is no Remittance.Advice.' },
    MISSING: { description: 'It is not there.' },
    TWICE: { description: 'It is there twice.' },
    TOO_LONG: { description: 'It is longer than 100 characters.' },
    TOO_MANY: { description: 'There are more than 1000 claims, or more than 100 activities of a claim.' },
    NOT_AN_AMOUNT: { description: 'It is no amount in fils.' },
    NEGATIVE: { description: 'It is below zero: the payer takes back what it paid, which is not imported.' },
    NOT_A_TIME: { description: 'It is no time, dd/MM/yyyy HH:mm.' },
    OTHER_COUNT: { description: 'It is not how many claims there are.' },
    OTHER_FACILITY: { description: 'It is for another facility.' },
    OTHER_SENDER: { description: 'The claim was sent to another payer.' },
    NOT_PRODUCTION: { description: 'The file is a test.' },
    UNKNOWN_CLAIM: { description: 'The chamber has no such claim.' },
    NOT_SENT: { description: 'The claim does not wait for an answer.' },
    UNKNOWN_ACTIVITY: { description: 'The claim has no such activity.' },
    PAID_BEFORE: { description: 'What this payment paid of the activity was imported before: it has the same PaymentReference, whatever its letter case and signs, and the same day of DateSettlement, or one of the two has none.' },
    MORE_THAN_CLAIMED: { description: 'It is more than is open of what was claimed.' },
  },
});

@ObjectType({ description: 'A part of a remittance that is not taken.' })
@Classified('billing')
export class RemittanceFault {
  @Field({ description: 'Where: `Header/RecordCount`, `Claim 2/Activity 1/PaymentAmount` (counted from 1), or `Line 3` of what is no XML; empty for the whole file.' })
  place: string;

  @Field(() => RemittanceFaultReason, { description: 'What is wrong there.' })
  reason: RemittanceFaultReason;
}

@ObjectType({ description: 'A file by which a payer answered claims, imported.' })
@Classified('billing')
export class Remittance {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for in the books.' })
  localDate: string;

  @Field(() => Money, { description: 'What it pays in all.' })
  paid: Money;

  @Field(() => Int, { description: 'How many claims it answers.' })
  count: number;

  @Field(() => MemberName, { description: 'Who imported it.' })
  importedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  importedAt: Date;
}

export const RemittanceConnection = ConnectionOf(Remittance, 'Remittance');

@ObjectType({ description: 'What came of importing a remittance: all of it, or nothing.' })
@Classified('billing')
export class RemittanceImport {
  @Field(() => Remittance, { nullable: true, description: 'What was imported; null when something is at fault.' })
  imported: Remittance | null;

  @Field(() => [RemittanceFault], { description: 'Everything that is at fault, at most 1000; empty when it was imported.' })
  faults: RemittanceFault[];
}

@InputType({ description: 'A file by which a payer answers claims.' })
export class ImportRemittanceInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber that is paid.' })
  chamberId: string;

  @Field({ description: 'The file, Remittance.Advice in XML, as it came; a request has at most a million bytes.' })
  file: string;

  @Field(() => UuidScalar, { description: 'Made by the client, so that the same request sent twice counts once. Reason of a fault: USED_FOR_ANOTHER_REQUEST.' })
  idempotencyKey: string;
}
