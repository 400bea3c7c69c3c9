import { type CheckFacts, type CheckedAllergy, type CheckedIngredient, type CheckedItem, actsIn, concerned, concernedOnce } from './check-facts.js';
import { doseFindings } from './dose-checks.js';
import { type Finding, type Severity, heavier } from './finding.js';
import { crossClasses, crossReactiveClasses } from './knowledge/allergies.js';
import { interactionRules, sameClassRules } from './knowledge/interactions.js';
import { effects } from './knowledge/knowledge.js';
import { type StateRule, ageRules, breastfeedingRules, pregnancyRules } from './knowledge/patients.js';
import { calledBn, calledEn, findingOf, settled } from './make-finding.js';

/** All that the rules find, each key once, the heaviest first. Whatever cannot be looked at is a finding too. */
export function rulesFind(facts: CheckFacts): Finding[] {
  const { items } = facts;
  return settled([
    ...items.flatMap((item) => [...unknownMedicine(item), ...ofAge(item, facts), ...ofPregnancy(item, facts), ...doseFindings(item, facts.patient)]),
    ...ofPairs(facts),
    ...(items.length ? [...ofAllergies(facts), ...ofOthers(facts)] : []),
  ]);
}

/** When so much was found of medicines that do not go together, no more of them are held against each other: nobody could read it, and everybody else would wait. */
const MOST_OF_PAIRS = 1_000;

function ofPairs({ items, others }: CheckFacts): Finding[] {
  const found: Finding[] = [];
  for (const [index, one] of items.entries()) {
    for (const other of [...items.slice(index + 1), ...others]) {
      if (found.length >= MOST_OF_PAIRS) return [...found, tooMuchFound()];
      found.push(...duplicates(one, other), ...sameClass(one, other), ...interactions(one, other));
    }
  }
  return found;
}

const tooMuchFound = (): Finding => findingOf({ rule: 'unchecked.too-much-found', kind: 'UNCHECKED', of: 'INTERACTION', severity: 'SERIOUS', items: [],
  textEn: 'So many of these medicines do not go together that not all of them were held against each other.', textBn: 'এত ওষুধ একে অন্যের সঙ্গে মেলে না যে সবগুলো মিলিয়ে দেখা যায়নি।' });

function unknownMedicine(item: CheckedItem): Finding[] {
  if (item.form === null) {
    return [findingOf({ rule: 'unchecked.free-text', kind: 'UNCHECKED', severity: 'SERIOUS', items: [item],
      textEn: `${item.name} is written in words: nothing about it was checked.`, textBn: `${item.name} হাতে লেখা: এর কিছুই যাচাই করা যায়নি।` })];
  }
  return item.ingredients.filter(({ known }) => !known).map((ingredient) => findingOf({ rule: `unchecked.unknown.${ingredient.id}`, kind: 'UNCHECKED', severity: 'SERIOUS', items: [item],
    textEn: `The catalogue does not know ${ingredient.name}: nothing about it was checked.`, textBn: `তালিকায় ${ingredient.name} নেই: এর কিছুই যাচাই করা যায়নি।` }));
}

function ofOthers({ items, others, othersCut }: CheckFacts): Finding[] {
  const unknown = others.filter(({ form, ingredients }) => form === null || ingredients.some(({ known }) => !known)).map((item) => findingOf({
    rule: 'unchecked.other', kind: 'UNCHECKED', of: 'INTERACTION', severity: 'MODERATE', items: [item],
    textEn: `The patient still takes ${item.name} of another prescription: how it goes with these could not be checked.`, textBn: `রোগী অন্য ব্যবস্থাপত্রের ${item.name} এখনও খাচ্ছেন: এগুলোর সঙ্গে মিল যাচাই করা যায়নি।`,
  }));
  return othersCut ? [...unknown, findingOf({ rule: 'unchecked.more-prescriptions', kind: 'UNCHECKED', of: 'INTERACTION', severity: 'SERIOUS', items: items.slice(0, 0),
    textEn: 'The patient has more signed prescriptions than could be looked at.', textBn: 'রোগীর ব্যবস্থাপত্রের সংখ্যা এত বেশি যে সব দেখা যায়নি।' })] : unknown;
}

/** Two medicines in the order of their ids, whichever was written first. */
const inOrder = (one: CheckedItem, other: CheckedItem): [CheckedItem, CheckedItem] => (one.id < other.id ? [one, other] : [other, one]);

function duplicates(one: CheckedItem, other: CheckedItem): Finding[] {
  const [first, second] = inOrder(one, other);
  return first.ingredients.filter(({ id }) => second.ingredients.some((each) => each.id === id)).map((ingredient) => findingOf({
    rule: `duplicate.${ingredient.id}`, kind: 'DUPLICATE', severity: weightOfTwo(first, second), items: [first, second], source: 'sense',
    textEn: `${calledEn(first)} and ${calledEn(second)} both contain ${ingredient.name}.`,
    textBn: `${calledBn(first)} ও ${calledBn(second)} দুটিতেই ${ingredient.nameBn ?? ingredient.name} আছে।`,
  }));
}

function weightOfTwo(one: CheckedItem, other: CheckedItem): Severity {
  const places = [actsIn(one.form), actsIn(other.form)];
  if (places.includes('LOCAL')) return places[0] === places[1] ? 'MODERATE' : 'MINOR';
  // The same product of an earlier prescription is most often being written anew.
  const renewed = (one.prescriptionId !== null || other.prescriptionId !== null) && one.productId === other.productId;
  return renewed || places[0] !== places[1] ? 'MODERATE' : 'SERIOUS';
}

function sameClass(one: CheckedItem, other: CheckedItem): Finding[] {
  const [first, second] = inOrder(one, other);
  return sameClassRules.flatMap((rule) => {
    const [a, b] = [concernedOnce(first, rule.of, rule), concernedOnce(second, rule.of, rule)];
    const two = a.flatMap((each) => b.filter(({ id }) => id !== each.id).map((twin) => [each, twin] as const))[0];
    return two ? [findingOf({ rule: `same-class.${rule.class}`, kind: 'DUPLICATE', severity: rule.severity, items: [first, second], source: 'sense', ...told(first, second, two, effects.sameClass) })] : [];
  });
}

function interactions(one: CheckedItem, other: CheckedItem): Finding[] {
  const [first, second] = inOrder(one, other);
  return interactionRules.flatMap((rule) => {
    const two = pairOf(concernedOnce(first, rule.one, rule), concernedOnce(second, rule.other, rule)) ?? pairOf(concernedOnce(first, rule.other, rule), concernedOnce(second, rule.one, rule));
    return two ? [findingOf({ rule: `interaction.${rule.effect}`, kind: 'INTERACTION', severity: rule.severity, items: [first, second], source: rule.source, ...told(first, second, two, effects[rule.effect]) })] : [];
  });
}

// The same ingredient twice is a duplicate, and does not interact with itself.
const pairOf = (ones: CheckedIngredient[], others: CheckedIngredient[]): readonly [CheckedIngredient, CheckedIngredient] | undefined =>
  ones.flatMap((one) => others.filter(({ id }) => id !== one.id).map((other) => [one, other] as const))[0];

const told = (first: CheckedItem, second: CheckedItem, [one, other]: readonly [CheckedIngredient, CheckedIngredient], [en, bn]: readonly [string, string]): Pick<Finding, 'textEn' | 'textBn'> => ({
  textEn: `${calledEn(first, one)} with ${calledEn(second, other)}: ${en}.`, textBn: `${calledBn(first, one)} ও ${calledBn(second, other)} একসঙ্গে: ${bn}।`,
});

function ofAge(item: CheckedItem, { patient: { months } }: CheckFacts): Finding[] {
  const fitting = ageRules.flatMap((rule) => concerned(item, rule.of, rule).map((ingredient) => ({ rule, ingredient })));
  if (!months) {
    const weight = heaviestOf(fitting.filter(({ rule }) => rule.under !== null).map(({ rule }) => rule.severity));
    return weight ? [findingOf({ rule: 'unchecked.age', kind: 'UNCHECKED', of: 'AGE', severity: weight, items: [item],
      textEn: `${calledEn(item)} is not for some ages, and the patient’s is not known.`, textBn: `${calledBn(item)} সব বয়সের জন্য নয়, রোগীর বয়স জানা নেই।` })] : [];
  }
  return fitting.filter(({ rule: { under, from } }) => (under !== null && months.least < under) || (from !== null && months.most >= from)).map(({ rule, ingredient }) => findingOf({
    rule: `age.${rule.effect}.${ingredient.id}`, kind: 'AGE', severity: rule.severity, items: [item], source: rule.source,
    textEn: `${calledEn(item, ingredient)} at this age: ${effects[rule.effect][0]}.`, textBn: `এই বয়সে ${calledBn(item, ingredient)}: ${effects[rule.effect][1]}।`,
  }));
}

const heaviestOf = (weights: readonly Severity[]): Severity | undefined => weights.reduce<Severity | undefined>((heaviest, each) => (heaviest ? heavier(heaviest, each) : each), undefined);

const FERTILE_MONTHS = { from: 12 * 12, to: 56 * 12 } as const;

function ofPregnancy(item: CheckedItem, { patient: { sex, months, pregnancy } }: CheckFacts): Finding[] {
  if (pregnancy === 'PREGNANT') return ofState(item, pregnancyRules, 'PREGNANCY', 'in pregnancy', 'গর্ভাবস্থায়');
  if (pregnancy === 'BREASTFEEDING') return ofState(item, breastfeedingRules, 'BREASTFEEDING', 'while breast-feeding', 'বুকের দুধ খাওয়ানোর সময়');
  if (pregnancy === 'NEITHER' || sex === 'MALE' || (months && (months.most < FERTILE_MONTHS.from || months.least >= FERTILE_MONTHS.to))) return [];
  const weight = heaviestOf([...pregnancyRules, ...breastfeedingRules].filter((rule) => concerned(item, rule.of, rule).length).map(({ severity }) => severity));
  return weight ? [findingOf({ rule: 'unchecked.pregnancy', kind: 'UNCHECKED', of: 'PREGNANCY', severity: weight, items: [item],
    textEn: `${calledEn(item)} matters in pregnancy or to a child at the breast, and nobody has told whether she is pregnant or breast-feeds.`,
    textBn: `${calledBn(item)} গর্ভাবস্থায় বা বুকের দুধ খাওয়ালে ভাবনার বিষয়, রোগী গর্ভবতী বা স্তন্যদাত্রী কি না জানা নেই।` })] : [];
}

const ofState = (item: CheckedItem, rules: readonly StateRule[], kind: 'PREGNANCY' | 'BREASTFEEDING', en: string, bn: string): Finding[] =>
  rules.flatMap((rule) => concerned(item, rule.of, rule).map((ingredient) => findingOf({
    rule: `${kind.toLowerCase()}.${rule.effect}.${ingredient.id}`, kind, severity: rule.severity, items: [item], source: rule.source,
    textEn: `${calledEn(item, ingredient)} ${en}: ${effects[rule.effect][0]}.`, textBn: `${bn} ${calledBn(item, ingredient)}: ${effects[rule.effect][1]}।`,
  })));

function ofAllergies({ items, allergies, allergyStatus }: CheckFacts): Finding[] {
  if (allergyStatus === 'NOT_ASKED') {
    return [findingOf({ rule: 'unchecked.allergies-not-asked', kind: 'UNCHECKED', of: 'ALLERGY', severity: 'SERIOUS', items: [],
      textEn: 'Nobody has recorded whether the patient has allergies.', textBn: 'রোগীর অ্যালার্জি আছে কি না কেউ লিখে রাখেনি।' })];
  }
  return allergies.flatMap((allergy) => [...unmatched(allergy), ...items.flatMap((item) => againstItem(allergy, item))]);
}

function unmatched({ id, text, kind, complete }: CheckedAllergy): Finding[] {
  const ofMedicine = kind !== 'FOOD' && kind !== 'ENVIRONMENT';
  return complete ? [] : [findingOf({ rule: 'unchecked.allergy', kind: 'UNCHECKED', of: 'ALLERGY', severity: ofMedicine ? 'SERIOUS' : 'MINOR', items: [], allergyId: id,
    textEn: `The allergy “${text}” could not be checked against: the catalogue does not know it by that name.`, textBn: `অ্যালার্জি “${text}” যাচাই করা যায়নি: তালিকায় এই নামে কিছু নেই।` })];
}

function againstItem(allergy: CheckedAllergy, item: CheckedItem): Finding[] {
  const met = item.ingredients.flatMap((ingredient) => {
    const severity = reactionTo(allergy, ingredient);
    return severity ? [{ ingredient, severity }] : [];
  });
  const severity = heaviestOf(met.map((each) => each.severity));
  const ingredient = met.find((each) => each.severity === severity)?.ingredient;
  return severity ? [findingOf({ rule: 'allergy', kind: 'ALLERGY', severity, items: [item], allergyId: allergy.id, source: 'allergy',
    textEn: `${calledEn(item, ingredient)}: the patient is allergic to ${allergy.text}.`, textBn: `${calledBn(item, ingredient)}: রোগীর অ্যালার্জি: ${allergy.text}।` })] : [];
}

/** How much an allergy weighs against an ingredient; undefined when it does not. */
function reactionTo({ substances, atcCode, severe }: CheckedAllergy, ingredient: CheckedIngredient): Severity | undefined {
  if (atcCode && ingredient.atcCode?.startsWith(atcCode)) return 'CONTRAINDICATED';
  return heaviestOf(substances.flatMap(({ term, classes }): Severity[] => {
    if (term === ingredient.id || (term.startsWith('@') && ingredient.classes.has(term.slice(1)))) return ['CONTRAINDICATED'];
    const shared = classes.flatMap((each) => (ingredient.classes.has(each) ? (crossReactiveClasses[each] ?? []) : []));
    const crossed = crossClasses.filter(({ one, other }) => (classes.includes(one) && ingredient.classes.has(other)) || (classes.includes(other) && ingredient.classes.has(one)));
    return [...shared, ...crossed.map((each) => (severe ? each.severe : each.severity))];
  }));
}
