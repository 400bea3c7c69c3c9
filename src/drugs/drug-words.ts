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

/** A medicine's names, by which it is found. */
export interface Named {
  brand: string;
  brandBn: string | null;
  form: DrugForm;
  strength: string;
  /** Names of the ingredients in every spelling. */
  generics: readonly string[];
}

/** The words that a medicine is found by: those of its names, and among them those of the brand; `all` has form and strength besides. */
export function indexWords({ brand, brandBn, form, strength, generics }: Named): { brand: string[]; names: string[]; all: string[] } {
  const ofBrand = drugWords(`${brand} ${brandBn ?? ''}`).filter((word) => !isNumber(word));
  const names = [...new Set([...ofBrand, ...drugWords(generics.join(' ')).filter((word) => !isNumber(word))])];
  return { brand: ofBrand, names, all: [...new Set([...names, ...drugWords(`${brand} ${strength}`), ...formWords(form)])] };
}
