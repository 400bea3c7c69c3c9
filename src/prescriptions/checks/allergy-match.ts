import { type Substance, type SubstanceClass, type SubstanceNames, plainBangla, substanceId } from '../../drugs/substances.reader.js';
import type { Term } from './knowledge/knowledge.js';
import { allergyWords, idleWords } from './knowledge/allergies.js';

const LONGEST_NAME = 4;

/** A run of words of a text. */
interface Phrase {
  text: string;
  from: number;
  to: number;
}

const wordsOf = (text: string): string[] => plainBangla(text.normalize('NFKC')).replace(/[\u2019']/g, '').toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

function phrasesOf(words: readonly string[]): Phrase[] {
  return words.flatMap((_, from) => Array.from({ length: Math.min(LONGEST_NAME, words.length - from) }, (__, more) => ({ text: words.slice(from, from + more + 1).join(' '), from, to: from + more + 1 })));
}

/** A phrase as ids of substances and classes could be, in the singular and the plural. */
const idsOf = (text: string): string[] => {
  const id = substanceId(text);
  return id === '' ? [] : [id, id.endsWith('s') ? id.slice(0, -1) : `${id}s`];
};

/** What of these texts is to be asked of the catalogue. */
export function namesIn(texts: readonly string[]): Pick<SubstanceNames, 'aliases' | 'namesBn'> {
  const phrases = texts.flatMap((text) => phrasesOf(wordsOf(text)).map((phrase) => phrase.text));
  const meant = phrases.flatMap((phrase) => allergyWords[phrase] ?? []).filter((term) => !term.startsWith('@'));
  return { aliases: [...new Set([...phrases.flatMap(idsOf), ...meant])], namesBn: [...new Set(phrases.filter((phrase) => /\P{ASCII}/u.test(phrase)))] };
}

/** What the text of an allergy names: substances of the catalogue, and whether it names something besides. */
export interface Named {
  terms: Term[];
  /** False when words are left that name nothing known. */
  complete: boolean;
}

/** Finds what a text names, word for word: the longest names first. What is misspelt is not found, and is told so. */
export function substancesIn(text: string, substances: readonly Substance[], classes: readonly SubstanceClass[]): Named {
  const byName = new Map<string, Term>();
  for (const { id, nameBn, aliases } of substances) for (const alias of [id, ...aliases, ...(nameBn ? [wordsOf(nameBn).join(' ')] : [])]) byName.set(alias, id);
  for (const { id, name, nameBn } of classes) for (const alias of [id, substanceId(name), wordsOf(nameBn).join(' ')]) byName.set(alias, `@${id}`);
  const words = wordsOf(text);
  const left = new Set(words.keys());
  const terms = new Set<Term>();
  for (const { text: phrase, from, to } of phrasesOf(words).sort((a, b) => b.to - b.from - (a.to - a.from))) {
    const places = Array.from({ length: to - from }, (_, index) => from + index);
    const term = allergyWords[phrase] ?? [phrase, ...idsOf(phrase)].map((each) => byName.get(each)).find(Boolean);
    if (!term || !places.every((place) => left.has(place))) continue;
    terms.add(term);
    places.forEach((place) => left.delete(place));
  }
  return { terms: [...terms].sort(), complete: terms.size > 0 && [...left].every((place) => idleWords.has(words[place]!) || /^\p{N}+$/u.test(words[place]!)) };
}
