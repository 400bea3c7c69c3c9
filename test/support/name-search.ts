import { readFileSync } from 'node:fs';
import { type KnownNames, type NameFit, knownNames, matchNames } from '../../src/patients/name-match.js';
import { nobody } from '../../src/patients/patient-identity.js';
import { findablesOf } from '../../src/patients/patient-tokens.js';
import { OPTIONAL, type SearchText } from '../../src/patients/search-text.js';

/** The lines of a fixture, without its remarks, as their parts. */
export const fixture = (file: string): string[][] =>
  readFileSync(`test/fixtures/${file}`, 'utf8').split('\n').filter((line) => line.trim() && !line.startsWith('#')).map((line) => line.split('|').map((part) => part.trim()));

/** A patient with this name, as the index and the comparison see it. */
export interface Indexed {
  tokens: ReadonlySet<string>;
  known: KnownNames;
}

/** Indexes a name, or a name in each script. */
export function indexed(...names: string[]): Indexed {
  const bangla = names.find((name) => /[\u0980-\u09ff]/.test(name)) ?? null;
  const english = names.find((name) => !/[\u0980-\u09ff]/.test(name)) ?? null;
  const identity = { ...nobody, nameBn: bangla, nameEn: english };
  return { tokens: new Set(findablesOf(identity).map(({ field, value }) => `${field} ${value}`)), known: knownNames([english, bangla]) };
}

/** How a text shows a patient; or why it does not: its tokens do not meet, or the names do not fit. */
export function shownBy(typed: SearchText, { tokens, known }: Indexed): NameFit | 'no tokens' | 'no fit' {
  const met = new Set(typed.asked.filter(({ word, findable }) => word < OPTIONAL && tokens.has(`${findable.field} ${findable.value}`)).map(({ word }) => word));
  if (met.size < typed.needed) return 'no tokens';
  return matchNames(typed.names, known)?.fit ?? 'no fit';
}

/** True when it does. */
export const isShown = (how: ReturnType<typeof shownBy>): how is NameFit => how !== 'no tokens' && how !== 'no fit';
