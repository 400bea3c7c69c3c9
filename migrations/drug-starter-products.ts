import type { DrugForm } from '../src/drugs/drug-form.model.js';
import { type NameWord, indexWords } from '../src/drugs/drug-words.js';
import { slugOf } from '../src/drugs/ingredient-slug.js';
import { productId } from '../src/drugs/product-id.js';
import { partsOf, strengthsIn } from '../src/drugs/strength.js';
import { starterBrands } from './drug-starter-brands.js';
import { starterCombinations, starterIngredients } from './drug-starter-set.js';

/** What stands for a form in the starter set, and the sizes of packs in which it usually is sold. */
const forms: Readonly<Record<string, readonly [form: DrugForm, packSizes?: readonly number[]]>> = {
  tab: ['TABLET'], cap: ['CAPSULE'], mrtab: ['MODIFIED_RELEASE_TABLET'], mrcap: ['MODIFIED_RELEASE_CAPSULE'], chew: ['CHEWABLE_TABLET'], disp: ['DISPERSIBLE_TABLET'],
  eff: ['EFFERVESCENT_TABLET'], sltab: ['SUBLINGUAL_TABLET'], syr: ['SYRUP', [60, 100]], susp: ['SUSPENSION', [60, 100]], pfs: ['POWDER_FOR_SUSPENSION', [60, 100]],
  sol: ['ORAL_SOLUTION', [100]], odrop: ['ORAL_DROPS', [15]], podrop: ['POWDER_FOR_ORAL_DROPS', [15]], sachet: ['SACHET'], inh: ['INHALER', [120, 200]], dpi: ['DRY_POWDER_INHALER', [60]],
  inhcap: ['INHALATION_CAPSULE'], neb: ['NEBULISER_SOLUTION', [20]], edrop: ['EYE_DROPS', [5]], eardrop: ['EAR_DROPS', [5]], ndrop: ['NASAL_DROPS', [10, 15]],
  nspray: ['NASAL_SPRAY', [120]], slspray: ['SUBLINGUAL_SPRAY', [200]], spray: ['SPRAY'], eoint: ['EYE_OINTMENT', [3, 5]], cream: ['CREAM', [10, 15]], oint: ['OINTMENT', [10, 15]],
  gel: ['GEL', [15, 20]], oralgel: ['ORAL_GEL', [10, 15]], lotion: ['LOTION', [60, 100]], shampoo: ['SHAMPOO', [60, 100]], mouth: ['MOUTHWASH', [100, 150]],
  supp: ['SUPPOSITORY'], pessary: ['PESSARY'], inj: ['INJECTION'], insulin: ['INSULIN_INJECTION', [3, 10]], inf: ['INFUSION', [100]],
};

/** A row of `reference.drug_products`, with the words of `reference.drug_words`. */
export interface StarterProduct {
  id: string;
  country: string;
  brand: string;
  brandBn: string;
  form: DrugForm;
  strength: string;
  ingredients: string[];
  strengths: string[];
  packSizes: readonly number[];
  maker: string | null;
  words: { names: NameWord[]; all: string[] };
}

/** Every product of the starter set: `BD tab 250 mg, 500 mg; syr 120 mg/5 ml` are two of Bangladesh and one of each country. */
export function starterProducts(): StarterProduct[] {
  const names = new Map(starterIngredients.map(([name, nameBn, , , otherNames]) => [name, { nameBn, generics: [name, nameBn, otherNames] }]));
  const sold = (brand: string, brandBn: string, generic: string, maker: string | null, text: string): StarterProduct[] => {
    const parts = partsOf(generic);
    const generics = parts.flatMap((part) => names.get(part)!.generics);
    return soldAs(text).map(({ country, form, packSizes, strength }) => ({
      id: productId({ country, brand, form, strength, maker }),
      country, brand, brandBn, form, strength, packSizes, maker,
      ingredients: parts.map(slugOf),
      strengths: strengthsIn(strength, parts.length)!,
      words: indexWords({ brand, brandBn, form, strength, generics }),
    }));
  };
  const nameBnOf = (generic: string): string => partsOf(generic).map((part) => names.get(part)!.nameBn).join(' + ');
  return [
    ...starterIngredients.flatMap(([name, nameBn, , , , text]) => sold(name, nameBn, name, null, text)),
    ...starterCombinations.flatMap(([generic, text]) => sold(generic, nameBnOf(generic), generic, null, text)),
    ...starterBrands.flatMap(([brand, brandBn, generic, maker, text]) => sold(brand, brandBn, generic, maker, text)),
  ];
}

interface Sold {
  country: string;
  form: DrugForm;
  packSizes: readonly number[];
  strength: string;
}

function soldAs(text: string): Sold[] {
  return text.split(';').map((group) => group.trim()).filter(Boolean).flatMap((group) => {
    const [, only, code, strengths] = /^(?:(BD|AE) )?(\w+) (.+)$/.exec(group)!;
    const [form, packSizes = []] = forms[code!]!;
    return strengths!.split(',').flatMap((strength) => (only ? [only] : ['BD', 'AE']).map((country) => ({ country, form, packSizes, strength: strength.trim() })));
  });
}
