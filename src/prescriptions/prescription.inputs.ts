import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { DoseUnit } from '../drugs/dose-unit.model.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { DecimalScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MealRelation, PregnancyState, PrescriptionStatus, Route } from './prescription.enums.js';
import { prescriptionLimits as limits } from './prescription-content.js';

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const KEY = 'A fresh UUID for each prescription to begin, the same on every retry: it is then begun once, and each retry answers with it. For another request the key answers CONFLICT.';

@InputType({ description: 'A diagnosis of a prescription: a code, words, or both (CODE_OR_TEXT_REQUIRED).' })
export class PrescribedDiagnosisInput {
  @Field(() => String, { nullable: true, description: 'A code of ICD-10, such as E11.9. Reasons of faults: NOT_A_CODE, UNKNOWN_CODE, RETIRED_CODE.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: `As the doctor words it, up to ${limits.line} characters. ${TEXT_FAULTS}` })
  text?: string | null;
}

@InputType({ description: 'A test or an image that is asked for.' })
export class InvestigationInput {
  @Field({ description: `Which one: CBC, chest X-ray. Up to ${limits.line} characters. ${TEXT_FAULTS}` })
  name: string;

  @Field(() => String, { nullable: true, description: `What is to be looked at, up to ${limits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'A medicine and how it is taken: a product of the catalogue or free text, one of the two (EXACTLY_ONE).' })
export class PrescriptionItemInput {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of a product: NOT_FOUND; RETIRED when it is in use no longer.' })
  productId?: string | null;

  @Field(() => String, { nullable: true, description: `A medicine that is not in the catalogue, with its strength, up to ${limits.drug} characters. Nothing of it can be checked. ${TEXT_FAULTS}` })
  freeText?: string | null;

  @Field({ description: 'How it is taken, in dose notation: `1+0+1 ×5d`, `½+0+½ ×5d then 0+0+1 ×7d`, `5 ml every 8 h`, `1 sos max 4/d`, `১+০+১`. A fault begins with DOSE_ and tells its place: `params.offset` and `params.length`, in UTF-16 units.' })
  dose: string;

  @Field(() => DoseUnit, { nullable: true, description: 'In what the dose is counted, unless the notation says it or the product is counted in it. REQUIRED for free text without; WRONG_UNIT, here or at the dose, when the product cannot be taken so.' })
  unit?: DoseUnit | null;

  @Field(() => MealRelation, { nullable: true, description: 'How it relates to meals.' })
  meal?: MealRelation | null;

  @Field(() => Route, { nullable: true, description: 'By which way.' })
  route?: Route | null;

  @Field(() => DecimalScalar, { nullable: true, description: `How much is to be handed out, in the unit of the dose; what the dosing needs in all unless told. Above 0, up to ${limits.quantity} (OUT_OF_RANGE), with at most three decimal places.` })
  quantity?: string | null;

  @Field(() => String, { nullable: true, description: `What else is to be heeded, up to ${limits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'When the patient is to come again.' })
export class FollowUpInput {
  @Field(() => LocalDateScalar, { description: `The day, from today at the chamber (PAST) to ${limits.followUpYears} years ahead (TOO_FAR).` })
  on: string;

  @Field(() => String, { nullable: true, description: `What for, and with what, up to ${limits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ isAbstract: true })
export abstract class PrescriptionPartsInput {
  @Field(() => [String], { nullable: true, description: `What the patient complains of, a line each; up to ${limits.complaints} (TOO_MANY) of up to ${limits.line} characters. ${TEXT_FAULTS}` })
  complaints?: string[] | null;

  @Field(() => String, { nullable: true, description: `What was found on examination, with line ends, up to ${limits.examination} characters. ${TEXT_FAULTS}` })
  examination?: string | null;

  @Field(() => [PrescribedDiagnosisInput], { nullable: true, description: `The diagnoses; up to ${limits.diagnoses} (TOO_MANY).` })
  diagnoses?: PrescribedDiagnosisInput[] | null;

  @Field(() => [InvestigationInput], { nullable: true, description: `What is to be investigated; up to ${limits.investigations} (TOO_MANY).` })
  investigations?: InvestigationInput[] | null;

  @Field(() => [PrescriptionItemInput], { nullable: true, description: `The medicines, in their order; up to ${limits.items} (TOO_MANY).` })
  items?: PrescriptionItemInput[] | null;

  @Field(() => [String], { nullable: true, description: `Advice, a line each; up to ${limits.advice} (TOO_MANY) of up to ${limits.line} characters. ${TEXT_FAULTS}` })
  advice?: string[] | null;
}

@InputType({ isAbstract: true })
export abstract class PrescriptionContentInput extends PrescriptionPartsInput {
  @Field(() => FollowUpInput, { nullable: true, description: 'When to come again.' })
  followUp?: FollowUpInput | null;

  @Field(() => PregnancyState, { nullable: true, description: 'Whether the patient is pregnant or breast-feeds, as far as it was asked; conditions on file that say so count too. Checks need it of women of 12 to 55.' })
  pregnancy?: PregnancyState | null;
}

@InputType({ description: 'Why the doctor goes on in spite of a finding.' })
export class OverrideInput {
  @Field({ description: 'The key of the finding. UNKNOWN_FINDING when the last check has none by it; DUPLICATE when it is given twice.' })
  key: string;

  @Field({ description: `Why, in one line of 1 to 500 characters. It is signed with the prescription. ${TEXT_FAULTS}` })
  reason: string;
}

@InputType({ description: 'A prescription to begin.' })
export class DraftPrescriptionInput extends PrescriptionContentInput {
  @Field(() => UuidScalar, { description: 'Id of the patient. NOT_FOUND.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'The chamber in which it is written; it never changes. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the member who is to sign it, the caller unless told; `Chamber.doctors` tells who there are. NOT_FOUND; MAY_NOT_SIGN when they lack prescriptions:sign in the chamber.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The visit that it is of: an appointment of the patient in the chamber. NOT_FOUND.' })
  appointmentId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a draft is to say, whole: what is left out is not in it any more.' })
export class EditPrescriptionInput extends PrescriptionContentInput {
  @Field(() => UuidScalar, { description: 'Id of the draft.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the member who is to sign it; whoever it was unless told: NOT_FOUND; MAY_NOT_SIGN when they lack prescriptions:sign in the chamber.' })
  doctorId?: string | null;
}

@InputType({ description: 'A signed prescription to write the next version of.' })
export class AmendPrescriptionInput {
  @Field(() => UuidScalar, { description: 'Id of the prescription.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field({ description: 'Why, in one line of 1 to 500 characters; it is shown with the new version.' })
  reason: string;
}

@InputType({ description: 'A prescription to write once more.' })
export class RepeatPrescriptionInput {
  @Field(() => UuidScalar, { description: 'Id of the prescription to repeat, of any status.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The chamber in which the new one is written. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the member who is to sign it, the caller unless told; `Chamber.doctors` tells who there are. NOT_FOUND; MAY_NOT_SIGN when they lack prescriptions:sign in the chamber.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The visit that the new one is of: an appointment of the patient. NOT_FOUND.' })
  appointmentId?: string | null;
}

@ArgsType()
export class PrescriptionsArgs extends PageArgs {
  @Field(() => PrescriptionStatus, { nullable: true, description: 'Only those of this status; all but what was discarded unless told.' })
  status?: PrescriptionStatus | null;
}

@ArgsType()
export class UnsignedPrescriptionsArgs extends PageArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the doctor for whom they wait; the caller unless told.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Only those written in this chamber.' })
  chamberId?: string | null;
}
