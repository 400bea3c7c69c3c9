import type { AllergyStanding, StandingAllergy } from '../../clinical/allergies/allergies.reader.js';
import type { DoseUnit } from '../../drugs/dose-unit.model.js';
import type { DrugForm } from '../../drugs/drug-form.model.js';
import type { PatientTraits } from '../../patients/patient-snapshots.reader.js';
import type { Dosing } from '../dose/dosing.js';
import type { PregnancyState } from '../prescription.enums.js';
import type { Reach, Term } from './knowledge/knowledge.js';

/** An ingredient of a medicine that is checked. `known` is false for one that the catalogue does not have. */
export interface CheckedIngredient {
  id: string;
  name: string;
  nameBn: string | null;
  atcCode: string | null;
  strength: string;
  known: boolean;
  classes: ReadonlySet<string>;
}

/** A medicine that is checked, of the prescription itself or, with its id, of another one that the patient still takes. Free text has no form and no ingredients. */
export interface CheckedItem {
  id: string;
  prescriptionId: string | null;
  productId: string | null;
  name: string;
  nameBn: string | null;
  form: DrugForm | null;
  unit: DoseUnit;
  dosing: Dosing;
  ingredients: CheckedIngredient[];
}

/** An allergy that is checked, with what the catalogue knows of what its text names. */
export interface CheckedAllergy {
  id: string;
  text: string;
  kind: StandingAllergy['substance']['kind'];
  severe: boolean;
  /** Ingredients, and classes after `@`, each with every class that it is of, itself among them when it is one. */
  substances: Array<{ term: Term; classes: readonly string[] }>;
  /** A code of the ATC classification, whole or its beginning. */
  atcCode: string | null;
  /** False when something in the text is not known. */
  complete: boolean;
}

/** All that the rules look at. */
export interface CheckFacts {
  items: readonly CheckedItem[];
  /** What the patient still takes of other signed prescriptions. */
  others: readonly CheckedItem[];
  /** True when there are more signed prescriptions than were looked at. */
  othersCut: boolean;
  patient: PatientTraits & { weightKg: number | null; pregnancy: PregnancyState | null };
  allergyStatus: AllergyStanding['status'];
  allergies: readonly CheckedAllergy[];
}

const LOCAL: ReadonlySet<DrugForm> = new Set<DrugForm>(['EYE_DROPS', 'EAR_DROPS', 'NASAL_DROPS', 'NASAL_SPRAY', 'EYE_OINTMENT', 'CREAM', 'OINTMENT', 'GEL', 'ORAL_GEL', 'LOTION', 'SHAMPOO', 'MOUTHWASH', 'PESSARY', 'ENEMA', 'SPRAY']);
const INHALED: ReadonlySet<DrugForm> = new Set<DrugForm>(['INHALER', 'DRY_POWDER_INHALER', 'INHALATION_CAPSULE', 'NEBULISER_SOLUTION']);

/** Where a medicine acts: in the whole body, in the airways, or where it is put. */
export const actsIn = (form: DrugForm | null): 'SYSTEMIC' | 'INHALED' | 'LOCAL' => (form && LOCAL.has(form) ? 'LOCAL' : form && INHALED.has(form) ? 'INHALED' : 'SYSTEMIC');

/** Whether a rule of this reach is about medicines of this form. */
export const reaches = (reach: Reach, form: DrugForm | null): boolean => reach === 'ANY' || actsIn(form) === 'SYSTEMIC' || (reach === 'INHALED' && actsIn(form) === 'INHALED');

/** Whether an ingredient is what one of these terms names. */
const isAnyOf = ({ id, classes }: CheckedIngredient, terms: readonly Term[]): boolean => terms.some((term) => (term.startsWith('@') ? classes.has(term.slice(1)) : term === id));

/** The ingredients of a medicine that a rule is about. */
export const concerned = ({ form, ingredients }: CheckedItem, terms: readonly Term[], { reach, except }: { reach: Reach; except: readonly Term[] }): CheckedIngredient[] =>
  reaches(reach, form) ? ingredients.filter((ingredient) => isAnyOf(ingredient, terms) && !isAnyOf(ingredient, except)) : [];

const reckoned = new WeakMap<CheckedItem, Map<readonly Term[], CheckedIngredient[]>>();

/** The same, reckoned once for each medicine and list of terms, which belongs to one rule: there may be thousands of pairs of medicines, each held against every rule. */
export function concernedOnce(item: CheckedItem, terms: readonly Term[], scope: { reach: Reach; except: readonly Term[] }): CheckedIngredient[] {
  const known = reckoned.get(item) ?? new Map<readonly Term[], CheckedIngredient[]>();
  reckoned.set(item, known);
  const found = known.get(terms) ?? concerned(item, terms, scope);
  known.set(terms, found);
  return found;
}
