import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ValidateNested } from 'class-validator';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { type MergeField, type MergeSource, clinicalFields, identityFields } from './merge-fields.js';
import { MergeFields, MergeSources } from './merge.enums.js';

const FIELDS = identityFields.length + clinicalFields.length;
const CHOICES = `What to take, for any field, each once; without a choice, what only one has is taken and telephones are united. Reasons of faults: DUPLICATE, CANNOT_BE_BOTH.`;

@InputType({ description: 'From which of the two patients a field is to be taken.' })
export class MergeChoiceInput {
  @Field(() => MergeFields, { description: 'The field.' })
  field: MergeField;

  @Field(() => MergeSources, { description: 'From whom. BOTH unites telephones, identifiers of a kind, or notes (the survivor’s first); other fields cannot be both.' })
  take: MergeSource;
}

@ArgsType()
export class MergePreviewArgs {
  @Field(() => UuidScalar, { description: 'The patient who is to stay.' })
  survivorId: string;

  @Field(() => UuidScalar, { description: 'The patient who is to be merged into the other (SAME_PATIENT when it is the same one).' })
  duplicateId: string;

  @Field(() => [MergeChoiceInput], { defaultValue: [], description: CHOICES })
  @ArrayMaxSize(FIELDS)
  @ValidateNested({ each: true })
  @Type(() => MergeChoiceInput)
  choices: MergeChoiceInput[] = [];
}

@InputType({ description: 'Two patients who are one person. What the choices lead to must be a possible patient (NAME_REQUIRED, TOO_MANY, TOO_LONG).' })
export class MergePatientsInput {
  @Field(() => UuidScalar, { description: 'The patient who stays and gets everything. Must be ACTIVE.' })
  survivorId: string;

  @Field(() => Int, { description: 'The survivor’s `version` that was read; another one answers CONFLICT.' })
  survivorVersion: number;

  @Field(() => UuidScalar, { description: 'The patient who becomes MERGED (SAME_PATIENT when it is the same one).' })
  duplicateId: string;

  @Field(() => Int, { description: 'The duplicate’s `version` that was read; another one answers CONFLICT.' })
  duplicateVersion: number;

  @Field(() => [MergeChoiceInput], { defaultValue: [], description: `${CHOICES} Every conflict of \`mergePreview\` needs a choice (CHOICE_REQUIRED, with the field in the params).` })
  @ArrayMaxSize(FIELDS)
  @ValidateNested({ each: true })
  @Type(() => MergeChoiceInput)
  choices: MergeChoiceInput[];
}

@ArgsType()
export class UndoMergeArgs {
  @Field(() => UuidScalar, { description: 'The merge.' })
  mergeId: string;

  @Field(() => [MergeFields], { defaultValue: [], description: 'Fields of the survivor to leave as they are now, where the merge had changed them. Needed for a field that was edited since (EDITED_SINCE).' })
  @ArrayMaxSize(FIELDS)
  keep: MergeField[] = [];
}
