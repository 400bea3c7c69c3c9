import fc from 'fast-check';
import { starterClasses, starterIngredients } from '../../../migrations/drug-starter-set.js';
import { slugOf } from '../../drugs/ingredient-slug.js';
import { parseDose } from '../dose/parse-dose.js';
import type { CheckFacts, CheckedIngredient, CheckedItem } from './check-facts.js';
import { mgOfUnit } from './dose-taken.js';
import { rulesFind } from './rule-checks.js';

const parents = new Map(starterClasses.map(([slug, , , parent]) => [slug, parent]));
const within = (slug: string): string[] => [slug, ...(parents.get(slug) ? within(parents.get(slug)!) : [])];
const ingredients: CheckedIngredient[] = starterIngredients.map(([name, nameBn, atcCode, classes]) =>
  ({ id: slugOf(name), name, nameBn, atcCode, strength: '100 mg', known: true, classes: new Set(classes.split(' ').filter(Boolean).flatMap(within)) }));
const forms = ['TABLET', 'CREAM', 'INHALER', 'INJECTION', null] as const;
const doses = ['1+0+1 ×5d', '1 sos', '2 qds ×30d', '1 stat', '1 weekly ×8w'].map(parseDose);

const item = (id: string, prescriptionId: string | null = null): fc.Arbitrary<CheckedItem> => fc.record({ ingredient: fc.constantFrom(...ingredients), form: fc.constantFrom(...forms), dosing: fc.constantFrom(...doses) }).map(({ ingredient, form, dosing }) => ({
  id, prescriptionId, productId: ingredient.id, name: ingredient.name, nameBn: ingredient.nameBn, form, unit: 'TABLET', dosing, ingredients: form === null ? [] : [ingredient],
}));
const facts: fc.Arbitrary<CheckFacts> = fc.record({
  items: fc.tuple(item('a'), item('b'), item('c'), item('d')), others: fc.tuple(item('x', 'p1'), item('y', 'p2')), othersCut: fc.boolean(), allergyStatus: fc.constantFrom('NOT_ASKED', 'HAS_ALLERGIES'),
  patient: fc.record({ sex: fc.constantFrom('MALE', 'FEMALE'), months: fc.constantFrom(null, { least: 30, most: 41 }, { least: 360, most: 371 }), weightKg: fc.constantFrom(null, 12, 60), pregnancy: fc.constantFrom(null, 'PREGNANT', 'BREASTFEEDING', 'NEITHER') }),
  allergies: fc.constantFrom([], [{ id: 'e', text: 'penicillin', kind: 'CLASS' as const, severe: true, substances: [{ term: '@penicillins', classes: within('penicillins') }], atcCode: null, complete: true }]),
});
const keysOf = (given: CheckFacts): string[] => rulesFind(given).map(({ key }) => key);

describe('what the rules find', () => {
  it('does not depend on the order of medicines', () => {
    fc.assert(fc.property(facts, (given) => expect(rulesFind({ ...given, items: [...given.items].reverse(), others: [...given.others].reverse() })).toEqual(rulesFind(given))), { numRuns: 2_000 });
  });

  it('only grows with a further medicine', () => {
    fc.assert(fc.property(facts, (given) => {
      const all = new Set(keysOf(given));
      expect(keysOf({ ...given, items: given.items.slice(1) }).filter((key) => !all.has(key))).toEqual([]);
      expect(keysOf({ ...given, others: given.others.slice(1) }).filter((key) => !all.has(key))).toEqual([]);
    }), { numRuns: 2_000 });
  });

  it('of very many medicines that do not go together is a part of it, and that not all was looked at', () => {
    const mixture = (id: string, prescriptionId: string | null): CheckedItem =>
      ({ id, prescriptionId, productId: id, name: id, nameBn: null, form: 'TABLET', unit: 'TABLET', dosing: doses[0]!, ingredients: ingredients.slice(0, 20) });
    const items = Array.from({ length: 30 }, (_, index) => mixture(`item-${index}`, null));
    const others = Array.from({ length: 100 }, (_, index) => mixture(`other-${index}`, 'p1'));
    const found = rulesFind({ items, others, othersCut: false, allergyStatus: 'NO_KNOWN_ALLERGIES', allergies: [], patient: { sex: 'MALE', months: { least: 360, most: 371 }, weightKg: 60, pregnancy: null } });
    expect(found.length).toBeLessThan(3_000);
    expect(found.find(({ key }) => key === 'unchecked.too-much-found:')).toMatchObject({ kind: 'UNCHECKED', of: 'INTERACTION', severity: 'SERIOUS', needsReason: true });
  });

  it('is something, of whatever cannot be looked at', () => {
    fc.assert(fc.property(facts, (given) => {
      const keys = keysOf(given);
      for (const { id, form } of given.items) if (form === null) expect(keys).toContain(`unchecked.free-text:${id}`);
      if (given.allergyStatus === 'NOT_ASKED') expect(keys).toContain('unchecked.allergies-not-asked:');
    }), { numRuns: 500 });
  });
});

describe('a dose in mg', () => {
  it.each([
    ['500 mg', 'TABLET', true, 500], ['120 mg/5 ml', 'ML', true, 24], ['80 mg/ml', 'DROP', true, 4], ['1 g/100 ml', 'ML', true, 10], ['100 mcg/puff', 'PUFF', true, 0.1], ['75 mg/3 ml', 'AMPOULE', true, 75], ['1 g', 'SACHET', true, 1000],
    ['500 mg', 'MG', true, 1], ['500 mg', 'MG', false, undefined], ['500 mg', 'ML', true, undefined], ['', 'TABLET', true, undefined], ['5%', 'ML', true, undefined], ['100 units/ml', 'ML', true, undefined], ['120 mg/5 ml', 'TABLET', true, undefined],
  ] as const)('of %s in %s (alone: %s) is %s', (strength, unit, alone, mg) => {
    expect(mgOfUnit(strength, unit, alone)).toBe(mg);
  });
});
