import { toAsciiDigits } from '../platform/digits.js';
import { type DrugForm, drugFormNames, formRules } from './drug-form.model.js';
import { soundKey } from './sound-key.js';

const MOST_TYPED = 8;
/** Shorter words have too few trigrams to tell what was meant. */
const SHORTEST_CLOSE = 4;
const UNITS: ReadonlySet<string> = new Set(['mg', 'mcg', 'µg', 'g', 'gm', 'ml', 'l', 'iu', 'unit', 'units', 'মিগ্রা', 'মিলি']);
const isNumber = (word: string): boolean => /^[0-9]/.test(word);

/**
 * The words of a name or of what somebody types, in lower case: runs of letters and marks in NFKC, without joiners, and decimal
 * numbers in ASCII; units of strength are left out. The index was made with this very function: whoever changes it makes the index anew.
 */
export function drugWords(text: string): string[] {
  const clean = toAsciiDigits(text.normalize('NFKC').replace(/[\u200B-\u200D\u2019']/g, '').toLowerCase());
  const words = clean.match(/[0-9]+(?:\.[0-9]+)?|[\p{L}\p{M}]+/gu) ?? [];
  return [...new Set(words)].filter((word) => !UNITS.has(word));
}

/** The words of a form, in English and Bangla. */
export const formWords = (form: DrugForm): string[] => {
  const { en, bn, typed = '' } = formRules(form);
  return drugWords(`${en} ${bn} ${typed}`);
};

const wordsOfForms = [...new Set(drugFormNames.flatMap(formWords))];
const beginsForm = (word: string): boolean => wordsOfForms.some((each) => each.startsWith(word));

/** What somebody types to find a medicine, taken apart. */
export interface TypedDrug {
  /** All its words, of which each must begin a word of the medicine. */
  words: string[];
  /** The word that names the medicine: the longest one that is neither a number nor the beginning of a form, if there is one. */
  name: string;
  /** What `name` sounds like; null when it is too short to be misspelt. */
  key: string | null;
  /** The numbers among the words. */
  numbers: string[];
}

/** Takes apart what somebody types; null when nothing in it can name a medicine. */
export function typedDrug(text: string): TypedDrug | null {
  const words = drugWords(text).slice(0, MOST_TYPED);
  const names = words.filter((word) => !isNumber(word)).sort((a, b) => Number(beginsForm(a)) - Number(beginsForm(b)) || b.length - a.length);
  const [name] = names;
  if (name === undefined) return null;
  const key = soundKey(name);
  return { words, name, key: key.length < SHORTEST_CLOSE ? null : key, numbers: words.filter(isNumber) };
}

/** What the order of medicines in lists depends on. */
export interface Listed {
  id: string;
  brand: string;
  form: DrugForm;
  strength: string;
  maker: string | null;
  ingredients: readonly string[];
}

const amountOf = (strength: string): number => Number(/[0-9]+(?:[.][0-9]+)?/.exec(strength)?.[0] ?? 0);

/** The place of each medicine among those of its country, by id: of fewer ingredients before combinations, under generic names before brands, then by name, form and strength. */
export function placesOf(listed: readonly Listed[]): Map<string, number> {
  const order = (a: Listed, b: Listed): number =>
    a.ingredients.length - b.ingredients.length || Number(a.maker !== null) - Number(b.maker !== null) || compare(a.brand.toLowerCase(), b.brand.toLowerCase())
    || drugFormNames.indexOf(a.form) - drugFormNames.indexOf(b.form) || amountOf(a.strength) - amountOf(b.strength) || compare(a.strength, b.strength) || compare(a.id, b.id);
  return new Map([...listed].sort(order).map(({ id }, place) => [id, place + 1]));
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** A medicine's names, by which it is found. */
export interface Named {
  brand: string;
  brandBn: string | null;
  form: DrugForm;
  strength: string;
  /** Names of the ingredients in every spelling. */
  generics: readonly string[];
}

/** A word of a name: 0 when the brand begins with it, 1 when it is another one of the brand, 2 when it is one of an ingredient. */
export interface NameWord {
  word: string;
  rank: 0 | 1 | 2;
}

/** The words that a medicine is found by: those of its names, each once; `all` has form and strength besides. */
export function indexWords({ brand, brandBn, form, strength, generics }: Named): { names: NameWord[]; all: string[] } {
  const wordsIn = (text: string): string[] => drugWords(text).filter((word) => !isNumber(word));
  const ofBrand = [wordsIn(brand), wordsIn(brandBn ?? '')];
  const ranks = new Map<string, NameWord['rank']>(wordsIn(generics.join(' ')).map((word) => [word, 2]));
  for (const word of ofBrand.flat()) ranks.set(word, 1);
  for (const [first] of ofBrand) if (first !== undefined) ranks.set(first, 0);
  const names = [...new Set([...ofBrand.flat(), ...ranks.keys()])];
  return { names: names.map((word) => ({ word, rank: ranks.get(word)! })), all: [...new Set([...names, ...drugWords(`${brand} ${strength}`), ...formWords(form)])] };
}
