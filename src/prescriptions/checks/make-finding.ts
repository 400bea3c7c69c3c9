import { banglaDigits } from '../../platform/digits.js';
import type { CheckedIngredient, CheckedItem } from './check-facts.js';
import { type Finding, heavier, severities, weighs } from './finding.js';
import { RULES_VERSION, type SourceId, sources } from './knowledge/knowledge.js';

/** What a rule found; `rule` and the items make its key. */
export interface Found extends Pick<Finding, 'kind' | 'severity' | 'textEn' | 'textBn'> {
  rule: string;
  items: readonly CheckedItem[];
  of?: Finding['of'];
  allergyId?: string | null;
  source?: SourceId;
  /** Whether a reason is needed, where the severity alone does not tell. */
  needsReason?: boolean;
}

/** A finding of the rules. */
export function findingOf({ rule, kind, of = null, severity, items, allergyId = null, textEn, textBn, source, needsReason = weighs(severity) }: Found): Finding {
  const about = [...items.map(({ id }) => id), ...(allergyId ? [allergyId] : [])].sort();
  return {
    key: `${rule}:${about.join('+')}`, kind, of, severity, needsReason, allergyId, textEn, textBn, source: source ? sources[source] : 'Sinduk', knowledge: RULES_VERSION,
    itemIds: items.filter(({ prescriptionId }) => prescriptionId === null).map(({ id }) => id).sort(),
    others: items.flatMap(({ id, prescriptionId }) => (prescriptionId === null ? [] : [{ prescriptionId, itemId: id }])),
  };
}

/** One finding for each key, the heaviest; the heaviest come first. */
export function settled(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byKey.get(finding.key);
    if (!known || (known.severity !== finding.severity && heavier(known.severity, finding.severity) === finding.severity)) byKey.set(finding.key, finding);
  }
  return [...byKey.values()].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.key < b.key ? -1 : 1));
}

/** How a medicine is called in a sentence, with the ingredient that matters unless it is called so. */
export function calledEn({ name }: CheckedItem, ingredient?: CheckedIngredient): string {
  return !ingredient || name.toLowerCase().includes(ingredient.name.toLowerCase()) ? name : `${name} (${ingredient.name})`;
}

/** The same in Bangla, as far as the catalogue has the names. */
export function calledBn({ name, nameBn }: CheckedItem, ingredient?: CheckedIngredient): string {
  const called = nameBn ?? name;
  const inside = ingredient && (ingredient.nameBn ?? ingredient.name);
  return !inside || called.includes(inside) ? called : `${called} (${inside})`;
}

/** A number of mg or kg in both languages, to three places at most. */
export const numberEn = (value: number): string => String(Number(value.toFixed(3)));
export const numberBn = (value: number): string => banglaDigits(numberEn(value));
