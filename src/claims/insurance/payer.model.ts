import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';

/** The longest name of a payer, in characters. */
export const LONGEST_PAYER_NAME = 200;
const NAME = { description: `Name, unique in the practice, up to ${LONGEST_PAYER_NAME} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL, TAKEN.` };
const CODE = 'two to thirty letters, digits, dashes and slashes. Reasons of faults: WRONG_FORMAT, TAKEN (another payer has both codes).';

export enum PayerKind { INSURER = 'INSURER', TPA = 'TPA', OTHER = 'OTHER' }
registerEnumType(PayerKind, {
  name: 'PayerKind',
  description: 'What a payer is.',
  valuesMap: {
    INSURER: { description: 'An insurer that takes claims itself.' },
    TPA: { description: 'An insurer whose claims a third party administers (TPA).' },
    OTHER: { description: 'Another organisation that pays for patients, such as an employer.' },
  },
});

@ObjectType({ description: 'Who pays for patients: an insurer, its administrator, or another organisation.' })
@Classified('practice')
export class Payer {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => PayerKind, { description: 'What it is.' })
  kind: PayerKind;

  @Field({ description: 'Name.' })
  name: string;

  @Field({ description: 'The number of the insurer with the health authority: PayerID in claims.' })
  payerCode: string;

  @Field({ description: 'The number of who takes the claims, the insurer itself or its administrator: ReceiverID.' })
  receiverCode: string;

  @Field({ description: 'Whether it was archived: no new policy names it.' })
  archived: boolean;

  @Field(() => Int, { description: 'Counts the edits.' })
  version: number;
}

@InputType({ description: 'A new payer.' })
export class AddPayerInput {
  @Field(() => PayerKind, { description: 'What it is.' })
  kind: PayerKind;

  @Field(NAME)
  name: string;

  @Field({ description: `The number of the insurer with the health authority: ${CODE}` })
  payerCode: string;

  @Field({ description: `The number of who takes the claims: ${CODE}` })
  receiverCode: string;
}

@InputType({ description: 'Changes to a payer; what is left out stays. Claims that were sent keep what they were sent with.' })
export class EditPayerInput {
  @Field(() => UuidScalar, { description: 'Id of the payer.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => PayerKind, { nullable: true, description: 'What it is.' })
  kind?: PayerKind | null;

  @Field(() => String, { nullable: true, ...NAME })
  name?: string | null;

  @Field(() => String, { nullable: true, description: `The number of the insurer with the health authority: ${CODE}` })
  payerCode?: string | null;

  @Field(() => String, { nullable: true, description: `The number of who takes the claims: ${CODE}` })
  receiverCode?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether no new policy is to name it.' })
  archived?: boolean | null;
}
