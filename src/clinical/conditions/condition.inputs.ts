import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ApproximateDateInput } from '../entries/approximate-date.model.js';
import { EntriesArgs } from '../entries/entry.model.js';
import { conditionLimits } from './condition-content.js';
import { ConditionClinicalStatus, ConditionVerification } from './condition.enums.js';

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const ABATEMENT = 'Reasons of faults besides those of the day: WHILE_ACTIVE (the clinical status is ACTIVE), BEFORE_ONSET.';

@InputType({ description: 'A condition as it is to be recorded, by a code or in words; one of the two is required (CODE_OR_TEXT_REQUIRED).' })
export class ConditionInput {
  @Field(() => String, { nullable: true, description: 'Code of ICD-10, with its dot or without: E11.9, e119. Reasons of faults: NOT_A_CODE, UNKNOWN_CODE (it is not in the list: see `searchConditionCodes`), RETIRED_CODE.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: `The diagnosis as the doctor words it, in one line; up to ${conditionLimits.text} characters. ${TEXT_FAULTS}` })
  text?: string | null;

  @Field(() => ConditionClinicalStatus, { defaultValue: 'ACTIVE', description: 'Whether the patient still has it.' })
  clinicalStatus: ConditionClinicalStatus;

  @Field(() => ConditionVerification, { defaultValue: 'CONFIRMED', description: 'How certain it is.' })
  verification: ConditionVerification;

  @Field(() => ApproximateDateInput, { nullable: true, description: 'When it began.' })
  onset?: ApproximateDateInput | null;

  @Field(() => ApproximateDateInput, { nullable: true, description: `When it ended or went into remission. ${ABATEMENT}` })
  abatement?: ApproximateDateInput | null;

  @Field(() => String, { nullable: true, description: `Free text, with line ends, up to ${conditionLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'A condition to record of a patient, by a code or in words; one of the two is required (CODE_OR_TEXT_REQUIRED).' })
export class RecordConditionInput extends ConditionInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each condition to record, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A new judgement of a condition. A status that is absent or null stays as it is; one of the two must change (NO_CHANGE).' })
export class ChangeConditionStatusInput {
  @Field(() => ConditionClinicalStatus, { nullable: true, description: 'Whether the patient still has it. A condition may also come back: ACTIVE after RESOLVED.' })
  clinicalStatus?: ConditionClinicalStatus | null;

  @Field(() => ConditionVerification, { nullable: true, description: 'How certain it is.' })
  verification?: ConditionVerification | null;

  @Field(() => ApproximateDateInput, { nullable: true, description: `When it ended or went into remission. ${ABATEMENT}` })
  abatement?: ApproximateDateInput | null;

  @Field(() => String, { nullable: true, description: `What the judgement rests on, with line ends, up to ${conditionLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'The end of a condition.' })
export class ResolveConditionInput {
  @Field(() => ApproximateDateInput, { nullable: true, description: 'When it ended. Reason of a fault besides those of the day: BEFORE_ONSET.' })
  abatement?: ApproximateDateInput | null;

  @Field(() => String, { nullable: true, description: `How it ended, with line ends, up to ${conditionLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@ArgsType()
export class ConditionsArgs extends EntriesArgs {
  @Field(() => ConditionClinicalStatus, { nullable: true, description: 'Only those of this clinical status.' })
  clinicalStatus?: ConditionClinicalStatus | null;
}
