import { readFileSync } from 'node:fs';
import { type KnownNames, knownNames, matchNames } from '../../src/patients/name-match.js';
import { nobody } from '../../src/patients/patient-identity.js';
import { findablesOf } from '../../src/patients/patient-tokens.js';
import { OPTIONAL, readSearch } from '../../src/patients/search-text.js';

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

/** Why a text does not show a patient: its tokens do not meet, or the names do not fit; null when it does. */
export function missedBy(typed: string, { tokens, known }: Indexed): 'tokens' | 'names' | null {
  const { names, asked, needed } = readSearch(typed);
  const met = new Set(asked.filter(({ word, findable }) => word < OPTIONAL && tokens.has(`${findable.field} ${findable.value}`)).map(({ word }) => word));
  if (met.size < needed) return 'tokens';
  return matchNames(names, known) ? null : 'names';
}
