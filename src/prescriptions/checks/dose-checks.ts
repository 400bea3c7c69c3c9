import type { DrugForm } from '../../drugs/drug-form.model.js';
import { type CheckFacts, type CheckedIngredient, type CheckedItem, actsIn } from './check-facts.js';
import { type Taken, mgOfUnit, takenBy } from './dose-taken.js';
import type { Finding } from './finding.js';
import { CHILD_UNDER_MONTHS, type DoseRange, doseRanges, spacingRules } from './knowledge/doses.js';
import { calledBn, calledEn, findingOf, numberBn, numberEn } from './make-finding.js';

/** A dose by weight is measured out in spoons and half tablets: so much more is rounding. */
const ROUNDING = 1.1;

const INJECTED: ReadonlySet<DrugForm> = new Set<DrugForm>(['INJECTION', 'INSULIN_INJECTION', 'INFUSION']);
const BY_MOUTH_NOT: ReadonlySet<DrugForm> = new Set<DrugForm>([...INJECTED, 'SUPPOSITORY', 'PATCH']);

/** The dose range of an ingredient in a form; undefined where the rules know none. */
export function rangeOf(form: DrugForm, ingredientId: string): DoseRange | undefined {
  if (actsIn(form) !== 'SYSTEMIC') return undefined;
  return doseRanges.find(({ ingredient, way }) => ingredient === ingredientId && (way === 'SYSTEMIC' || (way === 'INJECTED' ? INJECTED.has(form) : !BY_MOUTH_NOT.has(form))));
}

/** The names of ingredients that act in the whole body and of which the rules know no dose range. */
export const withoutDoseRange = (items: readonly CheckedItem[]): string[] =>
  [...new Set(items.flatMap(({ form, ingredients }) => (form && actsIn(form) === 'SYSTEMIC' ? ingredients.filter(({ id }) => !rangeOf(form, id)).map(({ name }) => name) : [])))].sort();

/** What is too much, taken too often, or cannot be reckoned, of one medicine. */
export function doseFindings(item: CheckedItem, patient: CheckFacts['patient']): Finding[] {
  const { form, unit, dosing, ingredients } = item;
  if (form === null) return [];
  return ingredients.flatMap((ingredient) => {
    const mg = mgOfUnit(ingredient.strength, unit, ingredients.length === 1);
    const steps = takenBy(dosing);
    const range = rangeOf(form, ingredient.id);
    return [...tooOften(item, ingredient, steps, mg), ...(range ? outOfRange(item, ingredient, steps, mg, range, patient) : [])];
  });
}

function tooOften(item: CheckedItem, ingredient: CheckedIngredient, steps: readonly Taken[], mg: number | undefined): Finding[] {
  const rule = actsIn(item.form) === 'SYSTEMIC' ? spacingRules.find((each) => each.ingredient === ingredient.id) : undefined;
  if (!rule || !steps.some(({ single, daysApart }) => daysApart < rule.days && (mg === undefined || single * mg >= rule.fromMg))) return [];
  return [findingOf({ rule: `dose.${ingredient.id}.too-often`, kind: 'DOSE', severity: 'CONTRAINDICATED', items: [item], source: 'label',
    textEn: `${calledEn(item, ingredient)} is taken once in ${rule.days} days at most: more often can kill or maim.`, textBn: `${calledBn(item, ingredient)} ${numberBn(rule.days)} দিনে একবারের বেশি নয়: বেশি হলে মারাত্মক।` })];
}

function outOfRange(item: CheckedItem, ingredient: CheckedIngredient, steps: readonly Taken[], mg: number | undefined, range: DoseRange, patient: CheckFacts['patient']): Finding[] {
  const unchecked = (why: string, weighs: boolean, en: string, bn: string): Finding => findingOf({
    rule: `unchecked.dose.${why}.${ingredient.id}`, kind: 'UNCHECKED', of: 'DOSE', severity: weighs ? 'SERIOUS' : 'MODERATE', items: [item],
    textEn: `The dose of ${calledEn(item, ingredient)} could not be checked: ${en}.`, textBn: `${calledBn(item, ingredient)}-এর মাত্রা যাচাই করা যায়নি: ${bn}।`,
  });
  if (mg === undefined) return [unchecked('strength', true, 'how much is in a dose cannot be told', 'এক মাত্রায় কতটুকু আছে বলা যায় না')];
  const found: Finding[] = [];
  const { months, weightKg } = patient;
  const isChild = months !== null && months.least < CHILD_UNDER_MONTHS;
  const byWeight = range.childSingle !== null || range.childDaily !== null;
  if (months === null) found.push(unchecked('age', false, 'the patient’s age is not known', 'রোগীর বয়স জানা নেই'));
  if (isChild && !byWeight) found.push(unchecked('child', false, 'the rules know no dose for children', 'শিশুর মাত্রা জানা নেই'));
  if (isChild && byWeight && weightKg === null) found.push(unchecked('weight', true, 'the child has not been weighed', 'শিশুর ওজন নেওয়া হয়নি'));
  if (steps.some(({ daily }) => daily === null)) found.push(unchecked('day', false, 'nobody said how often at most it is taken', 'দিনে সর্বোচ্চ কতবার বলা হয়নি'));
  const limit = (adult: number | null, child: number | null): number => Math.min(adult ?? Infinity, isChild && child !== null && weightKg !== null ? child * weightKg * ROUNDING : Infinity);
  const exceeds = (what: 'single' | 'daily', most: number): Finding[] => {
    const taken = Math.max(...steps.map((step) => (step[what] ?? 0) * mg));
    // A thousandth is lost in reckoning with decimals.
    if (taken <= most * 1.001) return [];
    const [en, bn] = what === 'single' ? ['at once', 'একবারে'] : ['a day', 'দিনে'];
    return [findingOf({ rule: `dose.${ingredient.id}.${what}`, kind: 'DOSE', severity: range.severity, items: [item], source: range.source,
      textEn: `${calledEn(item, ingredient)}: ${numberEn(taken)} mg ${en}; the most is ${numberEn(most)} mg.`, textBn: `${calledBn(item, ingredient)}: ${bn} ${numberBn(taken)} মি.গ্রা.; সর্বোচ্চ ${numberBn(most)} মি.গ্রা.।` })];
  };
  return [...found, ...exceeds('single', limit(range.single, range.childSingle)), ...exceeds('daily', limit(range.daily, range.childDaily))];
}
