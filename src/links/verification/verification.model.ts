import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DoseUnit } from '../../drugs/dose-unit.model.js';
import { type DrugForm, DrugFormEnum } from '../../drugs/drug-form.model.js';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, DecimalScalar, UuidScalar } from '../../platform/graphql/scalars.js';

/** The most that can be stated of a dispensing: how many items, characters of a name, and how much of an item. */
export const dispensingLimits = { items: 30, name: 120, quantity: 100_000, places: 3 } as const;

export enum PaperStatus { AUTHENTIC = 'AUTHENTIC', SUPERSEDED = 'SUPERSEDED', CANCELLED = 'CANCELLED', NOT_AUTHENTIC = 'NOT_AUTHENTIC' }
registerEnumType(PaperStatus, {
  name: 'PaperStatus',
  description: 'What becomes of a prescription whose paper somebody holds.',
  valuesMap: {
    AUTHENTIC: { description: 'Its doctor signed it, and it is in force.' },
    SUPERSEDED: { description: 'Its doctor signed it, and has signed a newer version since, which holds instead.' },
    CANCELLED: { description: 'Its doctor signed it, and it was declared invalid.' },
    NOT_AUTHENTIC: { description: 'What is kept is not what its doctor signed: do not use it, and tell the practice.' },
  },
});

@ObjectType({ description: 'A medicine on a paper.' })
@Classified('offer')
export class PaperItem {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'The brand, or the free text.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'The brand in Bangla letters, where it was known.' })
  nameBn: string | null;

  @Field(() => String, { nullable: true, description: 'The generic name; null for free text.' })
  generic: string | null;

  @Field(() => String, { nullable: true, description: 'The strength; null for free text.' })
  strength: string | null;

  @Field(() => DrugFormEnum, { nullable: true, description: 'The form; null for free text.' })
  form: DrugForm | null;

  @Field({ description: 'How it is taken, in dose notation, to be compared with the paper.' })
  dose: string;

  @Field({ description: 'The same as a sentence in English.' })
  sentenceEn: string;

  @Field({ description: 'The same as a sentence in Bangla.' })
  sentenceBn: string;

  @Field(() => DoseUnit, { description: 'In what amounts are counted.' })
  unit: DoseUnit;

  @Field(() => DecimalScalar, { nullable: true, description: 'How much is to be handed out, in `unit`; null when nobody said.' })
  quantity: string | null;

  @Field(() => DecimalScalar, { description: 'How much was handed out, in `unit`, of this version and of the same medicine of the versions before it.' })
  dispensed: string;

  @Field(() => DecimalScalar, { nullable: true, description: 'How much is left, in `unit`; null when nobody said how much is to be handed out.' })
  left: string | null;
}

@ObjectType({ description: 'What a signed prescription says, to be compared with the paper. For whom it is and why is on the paper alone.' })
@Classified('offer')
export class Paper {
  @Field({ description: 'Its number in the practice, RX-000123.' })
  number: string;

  @Field(() => DateTimeScalar, { description: 'When it was signed.' })
  signedAt: Date;

  @Field({ description: 'The practice.' })
  practice: string;

  @Field({ description: 'The chamber.' })
  chamber: string;

  @Field({ description: 'Who signed it.' })
  doctorName: string;

  @Field(() => String, { nullable: true, description: 'The same in Bangla.' })
  doctorNameBn: string | null;

  @Field({ description: 'Their registration number, as it was then.' })
  licence: string;

  @Field(() => [PaperItem], { description: 'The medicines, in their order.' })
  items: PaperItem[];
}

@ObjectType({ description: 'What a code leads to.' })
@Classified('offer')
export class VerifiedPrescription {
  @Field(() => PaperStatus, { description: 'Whether the paper can be relied on.' })
  status: PaperStatus;

  @Field(() => Paper, { nullable: true, description: 'What was signed; null when it is not authentic.' })
  paper: Paper | null;
}

@ObjectType({ description: 'What was recorded as handed out.' })
@Classified('offer')
export class RecordedDispensing {
  @Field(() => UuidScalar, { description: 'Id, by which the practice finds it.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt: Date;

  @Field(() => VerifiedPrescription, { description: 'The prescription, with what is left of it now.' })
  prescription: VerifiedPrescription;
}

const NAME_FAULTS = `Up to ${dispensingLimits.name} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.`;

@InputType({ description: 'How much of an item was handed out.' })
export class DispensedItemInput {
  @Field(() => UuidScalar, { description: 'Id of the item. Reasons of faults: NOT_FOUND, DUPLICATE.' })
  itemId: string;

  @Field(() => DecimalScalar, { description: `How much, in the unit of the item: above 0, up to ${dispensingLimits.quantity} (OUT_OF_RANGE), with at most ${dispensingLimits.places} decimal places (TOO_PRECISE).` })
  quantity: string;
}

@InputType({ description: 'What a pharmacy handed out.' })
export class RecordDispensingInput {
  @Field({ description: 'The code on the paper, with or without its hyphens.' })
  code: string;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each dispensing, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey: string;

  @Field({ description: `The pharmacy. ${NAME_FAULTS}` })
  pharmacy: string;

  @Field({ description: `Name or registration number of the pharmacist. ${NAME_FAULTS}` })
  pharmacist: string;

  @Field(() => [DispensedItemInput], { description: `What was handed out, 1 to ${dispensingLimits.items} items. Reasons of faults: EMPTY, TOO_MANY.` })
  items: DispensedItemInput[];
}
