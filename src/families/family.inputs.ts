import { Field, InputType } from '@nestjs/graphql';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { LONGEST_NOTE } from './family-relations.js';
import { FamilyRelation } from './family.enums.js';

@InputType({ description: 'That two patients belong together.' })
export class LinkFamilyInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the relative, a patient of the practice too. Reasons of faults: SAME_PATIENT; ALREADY_EXISTS when the two are linked (`params.linkId`: end that link first); CIRCLE when somebody would be their own forebear; TOO_MANY_GENERATIONS when more than 20 would have to be looked at to know.' })
  relativeId: string;

  @Field(() => FamilyRelation, { description: 'What the relative is to the patient.' })
  relation: FamilyRelation;

  @Field({ defaultValue: false, description: 'Whether the relative speaks for the patient, as a parent does for a minor. A GUARDIAN always does.' })
  isGuardian: boolean;

  @Field({ defaultValue: false, description: 'Whether the patient speaks for the relative. For a WARD the patient always does. Reason of a fault: BOTH_GUARDIANS.' })
  isWard: boolean;

  @Field(() => String, { nullable: true, description: `A note of one line, such as “mother’s elder sister”; up to ${LONGEST_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}
