import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

export enum DeliveryEvent { SIGNED = 'SIGNED', SUPERSEDED = 'SUPERSEDED', CANCELLED = 'CANCELLED' }
registerEnumType(DeliveryEvent, {
  name: 'DeliveryEvent',
  description: 'What another system is told of a prescription.',
  valuesMap: { SIGNED: { description: 'That it was signed, and what it says.' }, SUPERSEDED: { description: 'That a newer version holds instead.' }, CANCELLED: { description: 'That it was declared invalid.' } },
});

export enum DeliveryState { QUEUED = 'QUEUED', DELIVERED = 'DELIVERED', FAILED = 'FAILED' }
registerEnumType(DeliveryState, {
  name: 'DeliveryState',
  description: 'What became of what another system is told.',
  valuesMap: { QUEUED: { description: 'On its way; it is tried again until it is taken.' }, DELIVERED: { description: 'The other system took it.' }, FAILED: { description: 'It was given up: `reason` tells why.' } },
});

@ObjectType({ description: 'What another system is told of a prescription.' })
@Classified('prescription')
export class PrescriptionDelivery {
  @Field(() => UuidScalar, { description: 'The id under which every try is sent.' })
  id: string;

  @Field(() => DeliveryEvent, { description: 'What it tells.' })
  event: DeliveryEvent;

  @Field(() => DeliveryState, { description: 'What became of it.' })
  state: DeliveryState;

  @Field(() => String, { nullable: true, description: 'The code of the last failure, such as HTTP_500, TIMEOUT or ECONNREFUSED; NO_CONSENT when the patient has not agreed to exchange, NO_WEBHOOK when prescriptions are sent nowhere any more. Null without one.' })
  reason: string | null;

  @Field(() => Int, { description: 'How often it was tried.' })
  tries: number;

  @Field(() => MemberName, { nullable: true, description: 'Who had it sent.' })
  queuedBy: MemberName | null;

  @Field(() => DateTimeScalar, { description: 'When it was queued last.' })
  queuedAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken or given up; null while it is QUEUED.' })
  endedAt: Date | null;
}

@ObjectType({ description: 'Where prescriptions are sent.' })
@Classified('security')
export class PrescriptionExchange {
  @Field(() => String, { nullable: true, description: 'The address; null for nowhere.' })
  url: string | null;

  @Field({ description: 'Whether each is sent as it is signed; otherwise by `sendPrescription` alone.' })
  onSigning: boolean;
}

@ObjectType({ description: 'A webhook that was set, with the secret to check its messages by. The secret is shown this once.' })
@Classified('security')
export class PrescriptionWebhook {
  @Field({ description: 'The address.' })
  url: string;

  @Field({ description: 'The secret, as libraries for Standard Webhooks take it: `whsec_` and base64.' })
  secret: string;

  @Field({ description: 'Whether each prescription is sent as it is signed.' })
  onSigning: boolean;
}

@InputType({ description: 'Where prescriptions are to be sent, and when.' })
export class SetPrescriptionWebhookInput {
  @Field({ description: 'An address on the public internet, of up to 500 characters; https in production. Reasons of faults: NOT_A_URL, HTTPS_REQUIRED, NOT_PUBLIC.' })
  url: string;

  @Field({ defaultValue: false, description: 'Whether each is sent as it is signed, of patients who agreed to exchange.' })
  onSigning: boolean;
}
