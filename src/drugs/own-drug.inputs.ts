import { ArgsType, Field, Float, InputType, Int } from '@nestjs/graphql';
import { PageArgs } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { type DrugForm, DrugFormEnum } from './drug-form.model.js';

/** Bounds of what a practice says of a medicine; lengths in characters. */
export const drugLimits = { text: 200, strength: 60, ingredients: 20, packSizes: 10, packSize: 100_000 } as const;

const FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';

@InputType({ description: 'An ingredient of a medicine that a practice adds.' })
export class DrugIngredientInput {
  @Field({ description: `Name in English, up to ${drugLimits.text} characters; a salt may stand behind it. By this name its classes are known, if the catalogue has it (paracetamol, acetaminophen). Reasons of faults: EMPTY, TOO_LONG, WRONG_CHARACTERS (it has no Latin letter), DUPLICATE.` })
  name: string;

  @Field(() => String, { nullable: true, description: `How much of it there is, up to ${drugLimits.strength} characters: 500 mg, 125 mg/5 ml. ${FAULTS} REQUIRED (another ingredient has a strength), WRONG_CHARACTERS (a plus sign).` })
  strength?: string | null;
}

@InputType({ description: 'A medicine to add to the catalogue, for the practice alone.' })
export class AddDrugProductInput {
  @Field({ description: `Brand, or the names of the ingredients; up to ${drugLimits.text} characters. ${FAULTS}` })
  brand: string;

  @Field(() => String, { nullable: true, description: `The same in Bangla, up to ${drugLimits.text} characters. ${FAULTS}` })
  brandBn?: string | null;

  @Field(() => DrugFormEnum, { description: 'Form.' })
  form: DrugForm;

  @Field(() => [DrugIngredientInput], { description: `The ingredients, 1 to ${drugLimits.ingredients} (REQUIRED, TOO_MANY).` })
  ingredients: DrugIngredientInput[];

  @Field(() => [Float], { defaultValue: [], description: `Sizes of pack in which it is sold, in what the form is handed out by (ml of a bottle, grams of a tube); up to ${drugLimits.packSizes} (TOO_MANY), each above 0 and up to ${drugLimits.packSize} (OUT_OF_RANGE).` })
  packSizes: number[];

  @Field(() => String, { nullable: true, description: `Who makes it, up to ${drugLimits.text} characters. ${FAULTS}` })
  maker?: string | null;
}

@InputType({ description: 'Changes to a medicine that the practice added; what is left out stays, and null clears what may be missing.' })
export class EditDrugProductInput {
  @Field(() => UuidScalar, { description: 'Id of the medicine.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: `Brand. ${FAULTS}` })
  brand?: string | null;

  @Field(() => String, { nullable: true, description: `The same in Bangla. ${FAULTS}` })
  brandBn?: string | null;

  @Field(() => DrugFormEnum, { nullable: true, description: 'Form.' })
  form?: DrugForm | null;

  @Field(() => [DrugIngredientInput], { nullable: true, description: `All ingredients, 1 to ${drugLimits.ingredients} (REQUIRED, TOO_MANY).` })
  ingredients?: DrugIngredientInput[] | null;

  @Field(() => [Float], { nullable: true, description: 'All sizes of pack. Reasons of faults: TOO_MANY, OUT_OF_RANGE.' })
  packSizes?: number[] | null;

  @Field(() => String, { nullable: true, description: `Who makes it. ${FAULTS}` })
  maker?: string | null;
}

@ArgsType()
export class DrugProductsArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether retired ones are listed too.' })
  retired: boolean = false;
}
