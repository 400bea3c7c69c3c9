import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import { DoseUnit } from './dose-unit.model.js';
import { type Dispensing, DispensingEnum, type DrugForm, DrugFormEnum, type PackUnit, PackUnitEnum, formRules, packUnitOf } from './drug-form.model.js';
import { type DrugRow, genericOf } from './drug-rows.js';

export const DrugCountry = { BD: 'BD', AE: 'AE' } as const satisfies Record<Country, Country>;
registerEnumType(DrugCountry, {
  name: 'DrugCountry',
  description: 'A country whose medicines the catalogue has.',
  valuesMap: { BD: { description: 'Bangladesh.' }, AE: { description: 'The United Arab Emirates.' } },
});

@ObjectType({ description: 'An active ingredient of a medicine.' })
@Classified('technical')
export class DrugIngredient {
  @Field({ description: 'Id, such as `clavulanic-acid`. Of an ingredient that the catalogue does not know, the id that it would have.' })
  id: string;

  @Field({ description: 'Name: the international nonproprietary name where it has one.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Name in Bangla; null where the catalogue has none.' })
  nameBn: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the ATC classification (World Health Organization); null where it has none.' })
  atcCode: string | null;

  @Field({ description: 'How much of it there is: 500 mg, 125 mg/5 ml. Empty where nobody told.' })
  strength: string;
}

@ObjectType({ description: 'A medicine as it is sold: of the catalogue, or added by the practice for itself.' })
@Classified('technical')
export class DrugProduct {
  @Field(() => UuidScalar, { description: 'Id. It stays the same as long as brand, form, strength and maker do.' })
  id: string;

  @Field({ description: 'Brand; for a medicine without one, the names of its ingredients.' })
  brand: string;

  @Field(() => String, { nullable: true, description: 'The same in Bangla; null where there is none.' })
  brandBn: string | null;

  @Field({ description: 'Generic name: the ingredients, joined by `+`.' })
  generic: string;

  @Field(() => [DrugIngredient], { description: 'The ingredients, in the order of the strength.' })
  ingredients: DrugIngredient[];

  @Field(() => DrugFormEnum, { description: 'Form.' })
  form: DrugForm;

  @Field({ description: 'Strength as it is written on the pack: 500 mg + 125 mg. Empty where nobody told.' })
  strength: string;

  @Field(() => DoseUnit, { description: 'In what a dose is counted that names no unit.' })
  doseUnit: DoseUnit;

  @Field(() => DispensingEnum, { description: 'How a quantity is handed out.' })
  dispensing: Dispensing;

  @Field(() => [Float], { description: 'Sizes of pack in which it is sold, in `packUnit`, the smallest first; empty where nobody told.' })
  packSizes: number[];

  @Field(() => PackUnitEnum, { description: 'What the sizes of packs are counted in.' })
  packUnit: PackUnit;

  @Field(() => String, { nullable: true, description: 'Who makes it; null where nobody told.' })
  maker: string | null;

  @Field(() => DrugCountry, { description: 'Where it is sold.' })
  country: Country;

  @Field({ description: 'Whether the practice added it for itself.' })
  ownAddition: boolean;

  @Field({ description: 'Whether it is sold no more, or the practice retired it: it can be prescribed no more.' })
  retired: boolean;

  @Field(() => Int, { nullable: true, description: 'Counts the edits of an addition; null for a medicine of the catalogue, which the practice cannot edit.' })
  version: number | null;
}

export const DrugMatch = { BRAND: 'BRAND', INGREDIENT: 'INGREDIENT', CLOSE: 'CLOSE' } as const;
export type DrugMatch = keyof typeof DrugMatch;
registerEnumType(DrugMatch, {
  name: 'DrugMatch',
  description: 'How what was typed fits a medicine.',
  valuesMap: {
    BRAND: { description: 'It begins a word of the brand.' },
    INGREDIENT: { description: 'It begins a word of an ingredient’s name.' },
    CLOSE: { description: 'It only resembles a word of its names, and nothing begins so: ask whether this was meant.' },
  },
});

@ObjectType({ description: 'A medicine that was found.' })
@Classified('technical')
export class FoundDrug {
  @Field(() => DrugProduct, { description: 'The medicine.' })
  product: DrugProduct;

  @Field(() => DrugMatch, { description: 'How what was typed fits it.' })
  match: DrugMatch;
}

export const DrugProductConnection = ConnectionOf(DrugProduct, 'DrugProduct');

/** A medicine as members see it. */
export function toDrugProduct({ brand_bn: brandBn, pack_sizes: packSizes, ...row }: DrugRow): DrugProduct {
  const { unit, dispensed } = formRules(row.form);
  return {
    ...row, brandBn, packSizes: packSizes.map(Number).sort((a, b) => a - b), generic: genericOf(row.ingredients), country: row.country as Country,
    doseUnit: unit, dispensing: dispensed, packUnit: packUnitOf[dispensed], ownAddition: row.version !== null,
  };
}
