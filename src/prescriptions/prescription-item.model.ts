import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { DoseUnit } from '../drugs/dose-unit.model.js';
import { type DrugForm, DrugFormEnum, type PackUnit, PackUnitEnum } from '../drugs/drug-form.model.js';
import { Classified } from '../platform/access/classification.js';
import { DecimalScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { amountNeeded } from './dose/dose-quantity.js';
import { doseSentence } from './dose/dose-sentence.js';
import { thousandthsAsDecimal } from './dose/dosing.js';
import { parseDose } from './dose/parse-dose.js';
import { MealRelation, Route } from './prescription.enums.js';
import { type PrescribedItem, labelOf } from './prescription-content.js';

@ObjectType({ description: 'An active ingredient of a product.' })
@Classified('prescription')
export class PrescribedIngredient {
  @Field({ description: 'Its id in the catalogue.' })
  id: string;

  @Field({ description: 'Its international nonproprietary name.' })
  name: string;

  @Field({ description: 'How much of it, such as 500 mg.' })
  strength: string;
}

@ObjectType({ description: 'A medicine, as it was labelled when it was chosen.' })
@Classified('prescription')
export class PrescribedDrug {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the product; null for free text.' })
  productId: string | null;

  @Field({ description: 'The brand, or the free text.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'The brand in Bangla letters, where the catalogue has it.' })
  nameBn: string | null;

  @Field(() => String, { nullable: true, description: 'The generic name; null for free text.' })
  generic: string | null;

  @Field(() => String, { nullable: true, description: 'The strength; null for free text.' })
  strength: string | null;

  @Field(() => DrugFormEnum, { nullable: true, description: 'The form; null for free text.' })
  form: DrugForm | null;

  @Field(() => [PrescribedIngredient], { description: 'The active ingredients; none for free text, of which nothing can be checked.' })
  ingredients: PrescribedIngredient[];
}

@ObjectType({ description: 'Whole packs of one size.' })
@Classified('prescription')
export class PrescribedPacks {
  @Field(() => Int, { description: 'How many.' })
  count: number;

  @Field(() => Float, { description: 'How much is in one, in `unit`.' })
  each: number;

  @Field(() => PackUnitEnum, { description: 'In what a pack is measured.' })
  unit: PackUnit;
}

@ObjectType({ description: 'A medicine of a prescription, and how it is taken.' })
@Classified('prescription')
export class PrescriptionItem {
  @Field(() => UuidScalar, { description: 'Id. Whenever a draft is written anew its items get others; those of a signed prescription never change.' })
  id: string;

  @Field(() => PrescribedDrug, { description: 'The medicine.' })
  drug: PrescribedDrug;

  @Field({ description: 'How it is taken, in the one spelling of its dose notation.' })
  dose: string;

  @Field({ description: 'The same as a sentence in English.' })
  sentenceEn: string;

  @Field({ description: 'The same as a sentence in Bangla.' })
  sentenceBn: string;

  @Field(() => DoseUnit, { description: 'In what the dose and the quantity are counted.' })
  unit: DoseUnit;

  @Field(() => MealRelation, { nullable: true, description: 'How it relates to meals.' })
  meal: MealRelation | null;

  @Field(() => Route, { nullable: true, description: 'By which way.' })
  route: Route | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'How much is to be handed out, in `unit`; null when nobody said, and it cannot be reckoned because a step has no end or what is taken when needed no most.' })
  quantity: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'What the dosing needs in all, in `unit`; null when it cannot be reckoned. Where `quantity` is the same, leave it out when the draft is written anew, and it follows the dose.' })
  quantityNeeded: string | null;

  @Field(() => PrescribedPacks, { nullable: true, description: 'The packs that this takes; null for what is counted out, and where the catalogue knows no size that fits the unit.' })
  packs: PrescribedPacks | null;

  @Field(() => String, { nullable: true, description: 'What else is to be heeded.' })
  note: string | null;
}

/** A medicine, as it is shown. */
export function toItem({ id, drug, dose, unit, meal, route, quantity, packs, note }: PrescribedItem): PrescriptionItem {
  const dosing = parseDose(dose);
  const needed = amountNeeded(dosing);
  return {
    id, dose, unit, meal, route, quantity, packs, note, quantityNeeded: needed === null ? null : thousandthsAsDecimal(needed), drug: labelOf(drug),
    sentenceEn: doseSentence(dosing, { unit, meal }, 'en'), sentenceBn: doseSentence(dosing, { unit, meal }, 'bn'),
  };
}
