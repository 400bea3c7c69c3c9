import { Field, InputType, Int } from '@nestjs/graphql';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { prescriptionLimits } from '../prescription-content.js';
import { PrescriptionPartsInput } from '../prescription.inputs.js';
import { templateLimits as limits } from './template-content.js';
import { TemplateKind } from './template.enums.js';

@InputType({ description: 'When the patient is to come again, counted from the day on which the template is used.' })
export class TemplateFollowUpInput {
  @Field(() => Int, { description: `After how many days, 1 to ${limits.followUpDays} (OUT_OF_RANGE).` })
  afterDays: number;

  @Field(() => String, { nullable: true, description: `What for, and with what, up to ${prescriptionLimits.note} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}

@InputType({ isAbstract: true })
abstract class TemplateContentInput extends PrescriptionPartsInput {
  @Field(() => String, { nullable: true, description: `Its name, up to ${limits.name} characters; a template needs one (REQUIRED), a favourite none. Several may have the same. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  name?: string | null;

  @Field(() => TemplateFollowUpInput, { nullable: true, description: 'When to come again.' })
  followUp?: TemplateFollowUpInput | null;
}

@InputType({ description: 'Something to keep: a template, which holds any parts of a prescription (EMPTY without any), or a favourite, which is one medicine, line of advice or investigation and nothing else (EXACTLY_ONE).' })
export class KeepTemplateInput extends TemplateContentInput {
  @Field(() => TemplateKind, { description: 'What it is; that never changes.' })
  kind: TemplateKind;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of a prescription whose content is the template; nothing else but the name is stated then (EXACTLY_ONE). NOT_FOUND.' })
  prescriptionId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each one to keep, the same on every retry: it is then kept once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a template is to hold, whole: what is left out is not in it any more.' })
export class EditTemplateInput extends TemplateContentInput {
  @Field(() => UuidScalar, { description: 'Id of the template.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;
}

@InputType({ description: 'A draft, and what is to be taken into it.' })
export class ApplyTemplateInput {
  @Field(() => UuidScalar, { description: 'Id of the draft.' })
  id: string;

  @Field(() => Int, { description: 'The `version` of the draft that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => UuidScalar, { description: 'Id of a template or favourite, the caller’s or one of the doctor who is to sign. NOT_FOUND.' })
  templateId: string;
}
