import { v7 as uuidv7 } from 'uuid';
import type { DrugForm } from '../drugs/drug-form.model.js';
import type { KnownDrug, KnownIngredient } from '../drugs/drugs.reader.js';
import { type InputFault, notFound } from '../platform/errors.js';
import { InputCheck, textFault } from '../platform/input-check.js';
import type { LabelledCode, StatedCode } from '../terminology/condition-codes.reader.js';
import { DoseFault } from './dose/dose-fault.js';
import { amountNeeded } from './dose/dose-quantity.js';
import { type Packs, fitsUnit, packsFor } from './dose/packs.js';
import { type DoseUnit, type Dosing, type MealRelation, type Thousandths, thousandthsAsDecimal, toThousandths } from './dose/dosing.js';
import { parseDose } from './dose/parse-dose.js';
import { writeDose } from './dose/write-dose.js';
import type { PregnancyState, Route } from './prescription.enums.js';

/** The most of each that a prescription can have; lengths in code points. */
export const prescriptionLimits = {
  complaints: 20, diagnoses: 20, investigations: 40, items: 30, advice: 30, line: 300, examination: 5_000, note: 500, drug: 200, followUpYears: 2, quantity: 100_000,
} as const;

/** What is prescribed: a product of the catalogue as it was labelled when it was chosen, or a text. */
export type PrescribedDrug =
  | { kind: 'PRODUCT'; productId: string; brand: string; brandBn: string | null; generic: string; strength: string; form: DrugForm; ingredients: Array<Pick<KnownIngredient, 'id' | 'name' | 'strength'>> }
  | { kind: 'FREE'; text: string };

/** A medicine as it is labelled: of a free text its name alone is known. */
export interface DrugLabel {
  productId: string | null;
  name: string;
  nameBn: string | null;
  generic: string | null;
  strength: string | null;
  form: DrugForm | null;
  ingredients: Array<Pick<KnownIngredient, 'id' | 'name' | 'strength'>>;
}

/** A medicine of a prescription and how it is taken. `dose` is the one notation of its dosing; `quantity` is decimal text, in `unit`, null when nobody said and it cannot be reckoned. */
export interface PrescribedItem {
  id: string;
  drug: PrescribedDrug;
  dose: string;
  unit: DoseUnit;
  meal: MealRelation | null;
  route: Route | null;
  quantity: string | null;
  packs: Packs | null;
  note: string | null;
}

/** What is sealed in `clinic.prescriptions.content`. */
export interface PrescriptionContent {
  complaints: string[];
  examination: string | null;
  diagnoses: Array<{ coded: LabelledCode | null; text: string | null }>;
  investigations: Array<{ name: string; note: string | null }>;
  items: PrescribedItem[];
  advice: string[];
  followUp: { on: string; note: string | null } | null;
  /** Missing in what was written before it was asked for. */
  pregnancy?: PregnancyState | null;
}

/** A medicine of a prescription, as it was stated; `quantity` is decimal text. */
export interface ItemGiven {
  productId?: string | null;
  freeText?: string | null;
  dose: string;
  unit?: DoseUnit | null;
  meal?: MealRelation | null;
  route?: Route | null;
  quantity?: string | null;
  note?: string | null;
}

/** What a prescription is to say, as it was stated. */
export interface ContentGiven {
  complaints?: string[] | null;
  examination?: string | null;
  diagnoses?: Array<{ code?: string | null; text?: string | null }> | null;
  investigations?: Array<{ name: string; note?: string | null }> | null;
  items?: ItemGiven[] | null;
  advice?: string[] | null;
  followUp?: { on: string; note?: string | null } | null;
  pregnancy?: PregnancyState | null;
}

/** What the database says of what is stated: of each code, and of each product. `today` is the day at the chamber. */
export interface ContentKnown {
  codes: (stated: string) => StatedCode;
  products: ReadonlyMap<string, KnownDrug>;
  today: string;
}

/** The label of what is prescribed. */
export function labelOf(drug: PrescribedDrug): DrugLabel {
  if (drug.kind === 'FREE') return { productId: null, name: drug.text, nameBn: null, generic: null, strength: null, form: null, ingredients: [] };
  const { productId, brand, brandBn, generic, strength, form, ingredients } = drug;
  return { productId, name: brand, nameBn: brandBn, generic, strength, form, ingredients };
}

/** Tells the fault of a part of a prescription; that of a dose with its place in the notation, in UTF-16 units. */
export const prescriptionFault = (path: string[], error: unknown): InputFault =>
  error instanceof DoseFault ? { path, reason: error.reason, params: { offset: error.offset, length: error.length } } : textFault(path, error);

/** What a prescription says, clean and complete. Notes every fault, each with its place; throws NOT_FOUND for a product that there is not. */
export function contentFrom(check: InputCheck, given: ContentGiven, known: ContentKnown): PrescriptionContent {
  const list = <T, R>(field: keyof ContentGiven & keyof typeof prescriptionLimits, items: readonly T[] | null | undefined, read: (item: T, path: string[]) => R | undefined): R[] => {
    if (!items || check.tooMany(field, items, prescriptionLimits[field])) return [];
    return items.flatMap((item, index) => read(item, [field, String(index)]) ?? []);
  };
  const line = (text: string, path: string[]) => check.line(path, text, prescriptionLimits.line) ?? undefined;
  return {
    complaints: list('complaints', given.complaints, line),
    examination: check.lines(['examination'], given.examination, prescriptionLimits.examination),
    diagnoses: list('diagnoses', given.diagnoses, (diagnosis, path) => diagnosisFrom(check, path, diagnosis, known)),
    investigations: list('investigations', given.investigations, ({ name, note }, path) =>
      ({ name: check.line([...path, 'name'], name, prescriptionLimits.line) ?? '', note: check.line([...path, 'note'], note, prescriptionLimits.note) })),
    items: list('items', given.items, (item, path) => itemFrom(check, path, item, known)),
    advice: list('advice', given.advice, line),
    followUp: followUpFrom(check, given.followUp, known.today),
    pregnancy: given.pregnancy ?? null,
  };
}

function diagnosisFrom(check: InputCheck, path: string[], { code, text }: { code?: string | null; text?: string | null }, known: ContentKnown): PrescriptionContent['diagnoses'][number] {
  const coded = typeof code === 'string' ? known.codes(code) : null;
  if (typeof coded === 'string') check.blame([...path, 'code'], coded);
  if (typeof code !== 'string' && typeof text !== 'string') check.blame(path, 'CODE_OR_TEXT_REQUIRED');
  return { coded: typeof coded === 'string' ? null : coded, text: check.line([...path, 'text'], text, prescriptionLimits.line) };
}

function itemFrom(check: InputCheck, path: string[], given: ItemGiven, known: ContentKnown): PrescribedItem | undefined {
  const chosen = drugFrom(check, path, given, known);
  const dosing = check.at([...path, 'dose'], () => parseDose(given.dose));
  const note = check.line([...path, 'note'], given.note, prescriptionLimits.note);
  if (!chosen || !dosing) return undefined;
  const unit = dosing.unit ?? given.unit ?? chosen.unit;
  if (!unit) return void check.blame([...path, 'unit'], 'REQUIRED');
  if (chosen.unit && !fitsUnit(unit, chosen.unit)) return void check.blame([...path, dosing.unit ? 'dose' : 'unit'], 'WRONG_UNIT', { counted: chosen.unit });
  const quantity = quantityFrom(check, [...path, 'quantity'], given.quantity, dosing);
  const packs = chosen.product ? packsFor(quantity, unit, chosen.product) : null;
  return { id: uuidv7(), drug: chosen.drug, dose: writeDose(dosing), unit, meal: given.meal ?? null, route: given.route ?? null, quantity: quantity === null ? null : thousandthsAsDecimal(quantity), packs, note };
}

function drugFrom(check: InputCheck, path: string[], { productId, freeText }: ItemGiven, known: ContentKnown): { drug: PrescribedDrug; unit: DoseUnit | null; product?: KnownDrug } | undefined {
  if ((typeof productId === 'string') === (typeof freeText === 'string')) return void check.blame(path, 'EXACTLY_ONE', { of: 'productId freeText' });
  if (typeof freeText === 'string') {
    const text = check.line([...path, 'freeText'], freeText, prescriptionLimits.drug);
    return text === null ? undefined : { drug: { kind: 'FREE', text }, unit: null };
  }
  const product = known.products.get(productId!);
  if (!product) throw notFound(['input', ...path, 'productId']);
  if (product.retired) return void check.blame([...path, 'productId'], 'RETIRED');
  const { id, brand, brandBn, generic, strength, form, ingredients, doseUnit } = product;
  return { drug: { kind: 'PRODUCT', productId: id, brand, brandBn, generic, strength, form, ingredients: ingredients.map(({ id: slug, name, strength: each }) => ({ id: slug, name, strength: each })) }, unit: doseUnit, product };
}

/** How much is to be handed out: as stated, or as the dosing needs. */
function quantityFrom(check: InputCheck, path: string[], stated: string | null | undefined, dosing: Dosing): Thousandths | null {
  if (typeof stated !== 'string') return amountNeeded(dosing);
  const thousandths = toThousandths(stated);
  if (!(thousandths > 0 && thousandths <= prescriptionLimits.quantity * 1000)) {
    check.blame(path, 'OUT_OF_RANGE', { max: prescriptionLimits.quantity });
    return null;
  }
  return thousandths;
}

function followUpFrom(check: InputCheck, given: ContentGiven['followUp'], today: string): PrescriptionContent['followUp'] {
  if (!given) return null;
  const latest = `${Number(today.slice(0, 4)) + prescriptionLimits.followUpYears}${today.slice(4)}`;
  if (given.on < today) check.blame(['followUp', 'on'], 'PAST');
  if (given.on > latest) check.blame(['followUp', 'on'], 'TOO_FAR', { max: latest });
  return { on: given.on, note: check.line(['followUp', 'note'], given.note, prescriptionLimits.note) };
}
