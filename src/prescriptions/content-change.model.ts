import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import type { ContentChange, ContentChangeKind, ContentPart } from './content-changes.js';

export const PrescriptionChangeKind = { ADDED: 'ADDED', REMOVED: 'REMOVED', CHANGED: 'CHANGED', MOVED: 'MOVED' } as const satisfies Record<ContentChangeKind, ContentChangeKind>;
registerEnumType(PrescriptionChangeKind, {
  name: 'PrescriptionChangeKind',
  description: 'What became of something that a prescription says.',
  valuesMap: {
    ADDED: { description: 'It was not in the version before.' },
    REMOVED: { description: 'It is not in this version.' },
    CHANGED: { description: 'It is in both, and says something else.' },
    MOVED: { description: 'What is in both stands in another order.' },
  },
});

export const PrescriptionPart = {
  COMPLAINTS: 'complaints', EXAMINATION: 'examination', PREGNANCY: 'pregnancy', DIAGNOSES: 'diagnoses', INVESTIGATIONS: 'investigations', ITEMS: 'items', ADVICE: 'advice', FOLLOW_UP: 'followUp',
} as const satisfies Record<string, ContentPart>;
registerEnumType(PrescriptionPart, {
  name: 'PrescriptionPart',
  description: 'A part of a prescription.',
  valuesMap: {
    COMPLAINTS: { description: 'What the patient complains of.' },
    EXAMINATION: { description: 'What was found on examination.' },
    PREGNANCY: { description: 'Whether the patient is pregnant or breast-feeds.' },
    DIAGNOSES: { description: 'The diagnoses.' },
    INVESTIGATIONS: { description: 'What is to be investigated.' },
    ITEMS: { description: 'The medicines.' },
    ADVICE: { description: 'Advice.' },
    FOLLOW_UP: { description: 'When to come again.' },
  },
});

@ObjectType({ description: 'A difference between a version and the one that it amends, to be read. What a doctor wrote is the same in both languages.' })
@Classified('prescription')
export class PrescriptionChange {
  @Field(() => PrescriptionChangeKind, { description: 'What became of it.' })
  kind: ContentChangeKind;

  @Field(() => PrescriptionPart, { description: 'In which part.' })
  part: ContentPart;

  @Field({ description: 'What it is about, in English: the medicine, the diagnosis, the line; for MOVED all that stayed, in their order.' })
  whatEn: string;

  @Field({ description: 'The same in Bangla.' })
  whatBn: string;

  @Field(() => String, { nullable: true, description: 'What the version before says of it, in English: how a medicine is taken, as a sentence. Null for ADDED.' })
  beforeEn: string | null;

  @Field(() => String, { nullable: true, description: 'The same in Bangla.' })
  beforeBn: string | null;

  @Field(() => String, { nullable: true, description: 'What this version says of it, in English. Null for REMOVED.' })
  afterEn: string | null;

  @Field(() => String, { nullable: true, description: 'The same in Bangla.' })
  afterBn: string | null;
}

/** A difference, for whoever may see the prescription. */
export const toPrescriptionChange = ({ kind, part, what, before, after }: ContentChange): PrescriptionChange => ({
  kind, part, whatEn: what.en, whatBn: what.bn, beforeEn: before?.en ?? null, beforeBn: before?.bn ?? null, afterEn: after?.en ?? null, afterBn: after?.bn ?? null,
});
