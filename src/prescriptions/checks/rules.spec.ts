import { starterClasses, starterCombinations, starterIngredients } from '../../../migrations/drug-starter-set.js';
import { slugOf } from '../../drugs/ingredient-slug.js';
import { allergyWords, crossClasses, crossReactiveClasses } from './knowledge/allergies.js';
import { doseRanges, spacingRules } from './knowledge/doses.js';
import { interactionRules, sameClassRules } from './knowledge/interactions.js';
import { effects } from './knowledge/knowledge.js';
import { ageRules, breastfeedingRules, pregnancyRules } from './knowledge/patients.js';

const ingredients = new Set(starterIngredients.map(([name]) => slugOf(name)));
const classes = new Set(starterClasses.map(([slug]) => slug));
const isKnown = (term: string) => (term.startsWith('@') ? classes.has(term.slice(1)) : ingredients.has(term));

describe('the rules', () => {
  it('name only what is in the catalogue', () => {
    expect(starterCombinations.length).toBeGreaterThan(0);
    const terms = [
      ...interactionRules.flatMap(({ one, other, except }) => [...one, ...other, ...except]), ...sameClassRules.flatMap((rule) => [`@${rule.class}`, ...rule.except]),
      ...[...ageRules, ...pregnancyRules, ...breastfeedingRules].flatMap(({ of, except }) => [...of, ...except]), ...[...doseRanges, ...spacingRules].map(({ ingredient }) => ingredient),
      ...Object.keys(crossReactiveClasses).map((each) => `@${each}`), ...crossClasses.flatMap(({ one, other }) => [`@${one}`, `@${other}`]), ...Object.values(allergyWords),
    ];
    expect([...new Set(terms)].filter((term) => !isKnown(term))).toEqual([]);
  });

  it('are many enough, and say what they warn of in both languages', () => {
    expect(interactionRules.length).toBeGreaterThanOrEqual(120);
    expect(doseRanges.length).toBeGreaterThanOrEqual(150);
    expect(Object.values(effects).filter(([en, bn]) => /\p{Script=Bengali}/u.test(en) || !/\p{Script=Bengali}/u.test(bn))).toEqual([]);
    const used = new Set([...interactionRules, ...ageRules, ...pregnancyRules, ...breastfeedingRules].map(({ effect }) => effect as string));
    expect(Object.keys(effects).filter((effect) => effect !== 'sameClass' && !used.has(effect))).toEqual([]);
  });

  it('give no dose at once above that of a day, and each range once', () => {
    expect(doseRanges.filter(({ single, daily, childSingle, childDaily }) => (single ?? 0) > (daily ?? Infinity) || (childSingle ?? 0) > (childDaily ?? Infinity))).toEqual([]);
    const names = doseRanges.map(({ ingredient, way }) => `${ingredient} ${way}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
