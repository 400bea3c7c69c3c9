import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ApproximateDateInput } from '../entries/approximate-date.model.js';
import { EntriesArgs } from '../entries/entry.model.js';
import { allergyLimits } from './allergy-content.js';
import { AllergyClinicalStatus, AllergyCriticality, AllergySeverity, AllergyVerification, ReactionKind, SubstanceKind } from './allergy.enums.js';

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';

@InputType({ description: 'A code of a substance in a terminology.' })
export class SubstanceCodeInput {
  @Field({ description: `The terminology, as a URI: http://www.whocc.no/atc for ATC. Up to ${allergyLimits.codeSystem} characters. ${TEXT_FAULTS}` })
  system: string;

  @Field({ description: `The code there, such as J01CA04. Up to ${allergyLimits.code} characters. ${TEXT_FAULTS}` })
  code: string;
}

@InputType({ description: 'What an allergy is to.' })
export class SubstanceInput {
  @Field({ description: `As people write it: amoxicillin, penicillins, চিংড়ি. Up to ${allergyLimits.substance} characters. ${TEXT_FAULTS} ALREADY_EXISTS when an allergy to it is recorded that is active and not refuted; \`params.allergyId\` names it.` })
  text: string;

  @Field(() => SubstanceKind, { description: 'What kind of substance.' })
  kind: SubstanceKind;

  @Field(() => SubstanceCodeInput, { nullable: true, description: 'Its code in a terminology, where it has one.' })
  code?: SubstanceCodeInput | null;
}

@InputType({ description: 'A reaction that the patient had.' })
export class ReactionInput {
  @Field(() => ReactionKind, { description: 'How it showed itself.' })
  kind: ReactionKind;

  @Field(() => String, { nullable: true, description: `More about it, up to ${allergyLimits.reaction} characters; with OTHER it is REQUIRED. ${TEXT_FAULTS}` })
  text?: string | null;
}

@InputType({ description: 'An allergy or intolerance as it is to be recorded.' })
export class AllergyInput {
  @Field(() => SubstanceInput, { description: 'What it is to.' })
  substance: SubstanceInput;

  @Field(() => [ReactionInput], { nullable: true, description: `The reactions so far; up to ${allergyLimits.reactions} (TOO_MANY).` })
  reactions?: ReactionInput[] | null;

  @Field(() => AllergySeverity, { nullable: true, description: 'How bad the worst reaction was.' })
  severity?: AllergySeverity | null;

  @Field(() => AllergyCriticality, { nullable: true, description: 'How dangerous a future exposure may be.' })
  criticality?: AllergyCriticality | null;

  @Field(() => AllergyClinicalStatus, { defaultValue: 'ACTIVE', description: 'Whether the patient still reacts.' })
  clinicalStatus: AllergyClinicalStatus;

  @Field(() => AllergyVerification, { defaultValue: 'UNCONFIRMED', description: 'How certain it is.' })
  verification: AllergyVerification;

  @Field(() => ApproximateDateInput, { nullable: true, description: 'When it first showed itself.' })
  onset?: ApproximateDateInput | null;

  @Field(() => String, { nullable: true, description: `Free text, with line ends, up to ${allergyLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'An allergy or intolerance to record of a patient.' })
export class RecordAllergyInput extends AllergyInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each allergy to record, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A new judgement of an allergy. What is absent or null stays as it is; one of the two must change (NO_CHANGE).' })
export class ChangeAllergyStatusInput {
  @Field(() => AllergyClinicalStatus, { nullable: true, description: 'Whether the patient still reacts.' })
  clinicalStatus?: AllergyClinicalStatus | null;

  @Field(() => AllergyVerification, { nullable: true, description: 'How certain the allergy is.' })
  verification?: AllergyVerification | null;

  @Field(() => String, { nullable: true, description: `What it rests on, with line ends, up to ${allergyLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'A statement that a patient has no known allergies.' })
export class NoKnownAllergiesInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => String, { nullable: true, description: `Who was asked, and such; with line ends, up to ${allergyLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@ArgsType()
export class AllergiesArgs extends EntriesArgs {
  @Field(() => AllergyClinicalStatus, { nullable: true, description: 'Only those of this clinical status.' })
  clinicalStatus?: AllergyClinicalStatus | null;
}
