import { InputCheck } from '../platform/input-check.js';
import { indexWords } from './drug-words.js';
import type { DrugForm } from './drug-form.model.js';
import { slugsOf } from './ingredient-slug.js';
import { type AddDrugProductInput, type DrugIngredientInput, drugLimits } from './own-drug.inputs.js';
import { soundKey } from './sound-key.js';
import { joinedStrength, writeStrength } from './strength.js';

/** What a practice says of a medicine of its own, as it is stored. */
export interface OwnDrug {
  brand: string;
  brandBn: string | null;
  form: DrugForm;
  strength: string;
  ingredients: string[];
  ingredientNames: string[];
  strengths: string[];
  packSizes: number[];
  maker: string | null;
}

/** An ingredient that the catalogue knows by one of the names that were asked for, written as an id. */
export interface KnownName {
  alias: string;
  ingredient: string;
  names: string[];
}

/** Every id by which the catalogue could know the ingredients. */
export const aliasesOf = (names: readonly string[]): string[] => [...new Set(names.flatMap(slugsOf))];

/** Reads a medicine that a practice states; throws BAD_USER_INPUT with every fault. */
export function ownDrugFrom(given: AddDrugProductInput, known: readonly KnownName[]): OwnDrug {
  const check = new InputCheck();
  const brand = check.line(['brand'], given.brand, drugLimits.text);
  const brandBn = check.line(['brandBn'], given.brandBn, drugLimits.text);
  const maker = check.line(['maker'], given.maker, drugLimits.text);
  const ingredients = ingredientsFrom(check, given.ingredients, known);
  if (!check.tooMany('packSizes', given.packSizes, drugLimits.packSizes)) {
    given.packSizes.forEach((size, index) => {
      if (!(size > 0 && size <= drugLimits.packSize)) check.blame(['packSizes', String(index)], 'OUT_OF_RANGE', { min: 0, max: drugLimits.packSize });
    });
  }
  check.throwIfAny();
  const strengths = ingredients.map(({ strength }) => strength);
  return {
    brand: brand!, brandBn, form: given.form, strength: joinedStrength(strengths), strengths, maker,
    ingredients: ingredients.map(({ id }) => id), ingredientNames: ingredients.map(({ name }) => name),
    packSizes: [...new Set(given.packSizes)].sort((a, b) => a - b),
  };
}

function ingredientsFrom(check: InputCheck, given: readonly DrugIngredientInput[], known: readonly KnownName[]): Array<{ id: string; name: string; strength: string }> {
  if (!given.length) check.blame(['ingredients'], 'REQUIRED');
  if (check.tooMany('ingredients', given, drugLimits.ingredients)) return [];
  const ids = new Map(known.map(({ alias, ingredient }) => [alias, ingredient]));
  const stated = given.some(({ strength }) => strength);
  const seen = new Set<string>();
  return given.map((each, index) => {
    const at = ['ingredients', String(index)];
    const name = check.line([...at, 'name'], each.name, drugLimits.text) ?? '';
    const slugs = slugsOf(name);
    const id = slugs.map((slug) => ids.get(slug)).find(Boolean) ?? slugs[0] ?? '';
    if (name && !id) check.blame([...at, 'name'], 'WRONG_CHARACTERS');
    if (id && seen.has(id)) check.blame([...at, 'name'], 'DUPLICATE');
    seen.add(id);
    if (stated && !each.strength) check.blame([...at, 'strength'], 'REQUIRED');
    // A plus sign stands between the strengths of ingredients.
    if (each.strength?.includes('+')) check.blame([...at, 'strength'], 'WRONG_CHARACTERS');
    const strength = each.strength ? (check.line([...at, 'strength'], each.strength, drugLimits.strength) ?? '') : '';
    return { id, name, strength: writeStrength(strength) };
  });
}

/** The words by which a medicine of a practice's own is found, and how they sound. */
export function wordsOfOwn({ brand, brandBn, form, strength, ingredients, ingredientNames }: OwnDrug, known: readonly KnownName[]): { words: string[]; sounds: string[] } {
  const generics = [...ingredientNames, ...known.filter(({ ingredient }) => ingredients.includes(ingredient)).flatMap(({ names }) => names)];
  const { names, all } = indexWords({ brand, brandBn, form, strength, generics });
  return { words: all, sounds: [...new Set(names.map(({ word }) => soundKey(word)))].filter(Boolean) };
}
