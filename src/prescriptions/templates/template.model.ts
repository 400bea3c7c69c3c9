import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { PrescriptionItem, toItem } from '../prescription-item.model.js';
import { Investigation, PrescribedDiagnosis, toDiagnosis } from '../prescription.model.js';
import type { TemplateContent as Content } from './template-content.js';
import { TemplateKind } from './template.enums.js';

@ObjectType({ description: 'When the patient is to come again, counted from the day on which a template is used.' })
@Classified('prescription')
export class TemplateFollowUp {
  @Field(() => Int, { description: 'After how many days.' })
  afterDays: number;

  @Field(() => String, { nullable: true, description: 'What for, and with what.' })
  note: string | null;
}

@ObjectType({ description: 'What a template puts into a draft.' })
@Classified('prescription')
export class TemplateContent {
  @Field(() => [String], { description: 'What the patient complains of.' })
  complaints: string[];

  @Field(() => String, { nullable: true, description: 'What is found on examination, with line ends.' })
  examination: string | null;

  @Field(() => [PrescribedDiagnosis], { description: 'The diagnoses.' })
  diagnoses: PrescribedDiagnosis[];

  @Field(() => [Investigation], { description: 'What is to be investigated.' })
  investigations: Investigation[];

  @Field(() => [PrescriptionItem], { description: 'The medicines, as they were labelled when they were kept; used, they are read anew.' })
  items: PrescriptionItem[];

  @Field(() => [String], { description: 'Advice.' })
  advice: string[];

  @Field(() => TemplateFollowUp, { nullable: true, description: 'When to come again.' })
  followUp: TemplateFollowUp | null;
}

@ObjectType({ description: 'Something that a member keeps to prescribe it again. It is of no patient.' })
@Classified('template')
export class PrescriptionTemplate {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => TemplateKind, { description: 'A whole template, or a favourite.' })
  kind: TemplateKind;

  @Field(() => String, { nullable: true, description: 'Its name; null for a favourite without.' })
  name: string | null;

  @Field(() => MemberName, { description: 'Whose it is.' })
  owner: MemberName;

  @Field(() => Int, { description: 'How often it was taken into a draft.' })
  uses: number;

  @Field(() => DateTimeScalar, { description: 'When it was written last.' })
  updatedAt: Date;

  @Field(() => Int, { description: 'Rises with each change; being used is none. Send it back with a change.' })
  version: number;

  /** What it holds, as it is kept: `content` shows it. */
  kept: Content;
}

/** What a template holds, for whoever may see it. */
export const toTemplateContent = ({ diagnoses, items, name: _, ...content }: Content): TemplateContent => ({ ...content, diagnoses: diagnoses.map(toDiagnosis), items: items.map(toItem) });
