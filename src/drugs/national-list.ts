import { readCsvList } from '../platform/csv-list.js';
import { toAsciiDigits } from '../platform/digits.js';
import { InvalidText, cleanLine } from '../platform/plain-text.js';
import { type DrugForm, isDrugForm } from './drug-form.model.js';
import { slugsOf } from './ingredient-slug.js';
import { productId } from './product-id.js';
import { partsOf, strengthsIn, writeStrength } from './strength.js';

const LONGEST = 200;
const MOST_INGREDIENTS = 50;
const LARGEST_PACK = 100_000;

/** A medicine of a national list that was read; `generics` are the names of its ingredients as the list has them. */
export interface ListedDrug {
  id: string;
  brand: string;
  brandBn: string | null;
  generics: string[];
  form: DrugForm;
  strength: string;
  strengths: string[];
  packSizes: number[];
  maker: string | null;
}

// How national lists write forms for which we have one name.
const OTHER_FORMS: Readonly<Record<string, DrugForm>> = {
  FILM_COATED_TABLET: 'TABLET', COATED_TABLET: 'TABLET', ENTERIC_COATED_TABLET: 'TABLET', EXTENDED_RELEASE_TABLET: 'MODIFIED_RELEASE_TABLET', SUSTAINED_RELEASE_TABLET: 'MODIFIED_RELEASE_TABLET',
  PROLONGED_RELEASE_TABLET: 'MODIFIED_RELEASE_TABLET', EXTENDED_RELEASE_CAPSULE: 'MODIFIED_RELEASE_CAPSULE', SUSTAINED_RELEASE_CAPSULE: 'MODIFIED_RELEASE_CAPSULE', PROLONGED_RELEASE_CAPSULE: 'MODIFIED_RELEASE_CAPSULE',
  ORAL_SUSPENSION: 'SUSPENSION', ORAL_SYRUP: 'SYRUP', DROPS: 'ORAL_DROPS', PAEDIATRIC_DROPS: 'ORAL_DROPS', EYE_DROP: 'EYE_DROPS', EAR_DROP: 'EAR_DROPS', NASAL_DROP: 'NASAL_DROPS', OPHTHALMIC_SOLUTION: 'EYE_DROPS',
  OPHTHALMIC_OINTMENT: 'EYE_OINTMENT', METERED_DOSE_INHALER: 'INHALER', NEBULIZER_SOLUTION: 'NEBULISER_SOLUTION', RESPIRATOR_SOLUTION: 'NEBULISER_SOLUTION', IV_INFUSION: 'INFUSION', IM_IV_INJECTION: 'INJECTION',
  SOLUTION_FOR_INJECTION: 'INJECTION', POWDER_FOR_INJECTION: 'INJECTION', SOLUTION_FOR_INFUSION: 'INFUSION', TRANSDERMAL_PATCH: 'PATCH', VAGINAL_TABLET: 'PESSARY', POWDER_FOR_ORAL_SUSPENSION: 'POWDER_FOR_SUSPENSION',
};

/** The form that a list names, however it writes it; undefined when it is none. */
export function formNamed(raw: string): DrugForm | undefined {
  const name = raw.normalize('NFKC').trim().toUpperCase().replace(/[^A-Z]+/g, '_').replace(/^_|_$/g, '');
  return isDrugForm(name) ? name : Object.hasOwn(OTHER_FORMS, name) ? OTHER_FORMS[name] : undefined;
}

/**
 * Reads a national list of medicines from CSV with the columns brand, generic, form, strength and perhaps brand_bn, pack and maker.
 * Throws FaultyList with every fault and the line on which it is; a list with one fault is not taken at all.
 */
export function readNationalList(bytes: Buffer, country: string): ListedDrug[] {
  const drugs = new Map<string, { line: number; listed: ListedDrug }>();
  readCsvList(bytes, { required: ['brand', 'generic', 'form', 'strength'], optional: ['brand_bn', 'pack', 'maker'], of: 'medicine' }, ({ line, cell, blame }) => {
    let faulty = false;
    const refuse = (what: string): void => {
      faulty = true;
      blame(what);
    };
    const text = (column: string, optional = false): string => (optional && cell(column).trim() === '' ? '' : lineOf(cell(column), (reason) => refuse(`${column} ${reason}`)));
    const brand = text('brand');
    const brandBn = text('brand_bn', true) || null;
    const maker = text('maker', true) || null;
    const generics = partsOf(text('generic'));
    const strength = writeStrength(text('strength', true));
    const form = formNamed(cell('form'));
    if (!form) refuse('form UNKNOWN_FORM');
    if (generics.some((name) => !slugsOf(name).length)) refuse('generic WRONG_CHARACTERS');
    if (generics.length > MOST_INGREDIENTS) refuse('generic TOO_MANY');
    const strengths = strengthsIn(strength, generics.length);
    if (generics.length && !strengths) refuse(`strength has ${partsOf(strength).length} parts for ${generics.length} ingredients`);
    const packSizes = packSizesIn(cell('pack'));
    if (!packSizes) refuse('pack NOT_A_NUMBER');
    if (faulty || !form || !strengths || !packSizes) return;
    const id = productId({ country, brand, form, strength, maker });
    const earlier = drugs.get(id);
    if (earlier) blame(`${brand} is on line ${earlier.line} already, in this form and strength, of this maker`);
    else drugs.set(id, { line, listed: { id, brand, brandBn, generics, form, strength, strengths, packSizes, maker } });
  });
  return [...drugs.values()].map(({ listed }) => listed);
}

function lineOf(raw: string, refuse: (reason: string) => void): string {
  try {
    return cleanLine(raw, LONGEST);
  } catch (error) {
    if (!(error instanceof InvalidText)) throw error;
    refuse(error.reason);
    return '';
  }
}

/** Sizes such as `60; 100`, the smallest first; undefined when one is no number above zero. */
function packSizesIn(raw: string): number[] | undefined {
  const parts = toAsciiDigits(raw).split(';').map((part) => part.trim()).filter(Boolean);
  const sizes = [...new Set(parts.map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : 0)))].sort((a, b) => a - b);
  return sizes.every((size) => size > 0 && size <= LARGEST_PACK) ? sizes : undefined;
}
