import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { ApproximateDateModel } from '../entries/approximate-date.model.js';
import { ClinicalEntry, toClinicalEntry } from '../entries/entry.model.js';
import type { Entry } from '../entries/entry-table.js';
import type { ConditionContent } from './condition-content.js';
import type { ConditionRow } from './condition-rows.js';
import { ConditionClinicalStatus, ConditionVerification } from './condition.enums.js';

@ObjectType({ description: 'A judgement of a condition: the one it was recorded with, or a later one.' })
@Classified('clinical')
export class ConditionStatusChange {
  @Field(() => ConditionClinicalStatus, { description: 'Whether the patient still had it.' })
  clinicalStatus: ConditionClinicalStatus;

  @Field(() => ConditionVerification, { description: 'How certain it was.' })
  verification: ConditionVerification;

  @Field(() => ApproximateDateModel, { nullable: true, description: 'When it had ended or gone into remission.' })
  abatement: ApproximateDateModel | null;

  @Field(() => String, { nullable: true, description: 'What the judgement rested on.' })
  note: string | null;

  @Field(() => MemberName, { description: 'Who judged.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;
}

@ObjectType({ description: 'A condition of a patient, as somebody recorded it: a line of the problem list.' })
@Classified('clinical')
export class Condition extends ClinicalEntry {
  @Field(() => String, { nullable: true, description: 'Code of ICD-10; null when it was recorded in words only.' })
  code: string | null;

  @Field(() => String, { nullable: true, description: 'What the code stood for when it was recorded, in English.' })
  title: string | null;

  @Field(() => String, { nullable: true, description: 'What the code stood for when it was recorded, in Bangla.' })
  titleBn: string | null;

  @Field(() => String, { nullable: true, description: 'The diagnosis as the doctor worded it.' })
  text: string | null;

  @Field(() => ConditionClinicalStatus, { description: 'Whether the patient still has it, as last judged.' })
  clinicalStatus: ConditionClinicalStatus;

  @Field(() => ConditionVerification, { description: 'How certain it is, as last judged.' })
  verification: ConditionVerification;

  @Field(() => ApproximateDateModel, { nullable: true, description: 'When it began.' })
  onset: ApproximateDateModel | null;

  @Field(() => String, { nullable: true, description: 'Free text, with line ends.' })
  note: string | null;
}

export const ConditionConnection = ConnectionOf(Condition, 'Condition');

/** What changing a condition answers with; the resolver's field `condition` shows it. */
@ObjectType({ description: 'A condition as saved.' })
export class ConditionSaved {
  saved: Condition;
}

/** An opened condition, for those who may see it. */
export const toCondition = (entry: Entry<ConditionContent, ConditionRow>): Condition => {
  const { coded, text, onset, note } = entry.content;
  return {
    ...toClinicalEntry(entry),
    code: coded?.code ?? null,
    title: coded?.title ?? null,
    titleBn: coded?.titleBn ?? null,
    text, onset, note,
    clinicalStatus: entry.row.clinical_status,
    verification: entry.row.verification,
  };
};
