import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ScopeKeys } from '../platform/crypto/keyring.js';
import { isCommon, withoutOne } from './common-names.js';
import { IDENTIFIER_KINDS, type IdentifierKind } from './identifiers.js';
import { pairsOf } from './name-match.js';
import { type NameWord, wordsOf } from './name-words.js';
import type { Identity } from './patient-identity.js';
import { lastFour } from './phone.model.js';

/** Which way of making tokens a patient's tokens are of (`clinic.patients.search_version`); raise it, and `reindex-patients` makes them anew. */
export const SEARCH_VERSION = 2;

/** One normalised value of a field that patients are found by. */
export interface Findable {
  field: 'phone' | 'phone-last-four' | 'phone-beginning' | 'name' | 'person' | `identifier:${IdentifierKind}`;
  value: string;
}

/** Everything that an identity is found by: its telephones and its guardian's, its identifiers, the words of its names, and what tells a second record of one person. */
export function findablesOf(identity: Identity): Findable[] {
  return [...exactFindablesOf(identity), ...numbersOf(identity).flatMap(phoneBeginnings), ...nameFindables(identity), ...personFindables(identity, 0)];
}

/** The identifiers among them, in the order of the identity. */
export const identifiersOf = ({ identifiers }: Pick<Identity, 'identifiers'>): Findable[] =>
  identifiers.map(({ kind, value }) => ({ field: `identifier:${kind}`, value }));

/**
 * What to ask for to find second records of a person: telephones, identifiers of whatever kind they were entered as, the
 * whole name by its sound, and each word of it with the year of birth or one of the two before and after.
 */
export function duplicateQuestions(identity: Identity): Findable[] {
  return [
    ...numbersOf(identity).map((value): Findable => ({ field: 'phone', value })),
    ...identity.identifiers.flatMap(({ value }) => IDENTIFIER_KINDS.map((kind): Findable => ({ field: `identifier:${kind}`, value }))),
    ...personFindables(identity, 2),
  ];
}

/** True when the identity is found by this telephone or identifier: a token that somebody planted finds nobody. */
export const isFoundBy = (identity: Identity, { field, value }: Findable): boolean =>
  exactFindablesOf(identity).some((findable) => findable.field === field && findable.value === value);

/** Fields and tokens side by side, as two array parameters. */
export const tokenArrays = (keys: ScopeKeys, findables: Findable[]): [string[], Buffer[]] =>
  [findables.map(({ field }) => field), findables.map(({ field, value }) => keys.token(field, value))];

/** The telephone numbers by which an identity is found, in E.164, each once. */
export const numbersOf = ({ phones, guardian }: Pick<Identity, 'phones' | 'guardian'>): string[] =>
  [...new Set([...phones.map(({ number }) => number), ...(guardian?.phone ? [guardian.phone] : [])])];

/** An E.164 number without its country's code, as it is dialled inside the country but for the zero before it. */
export const nationalOf = (number: string): string => parsePhoneNumberFromString(number)?.nationalNumber ?? number.slice(1);

/** How many digits of a number's beginning have a token: the operator's block, and two more. */
export const PHONE_BEGINNINGS = [4, 6] as const;

/** The longest beginning of a word that has a token: Bangla has more letters than Latin, so fewer of them tell as much. */
export const longestBeginning = (text: string): number => (/^[a-z]/.test(text) ? 4 : 3);

/** The tokens of a name by kind: a word's fine sound, its consonants, one consonant less, and how it begins. */
export const nameValue = {
  fine: (key: string) => `f:${key}`,
  coarse: (key: string) => `c:${key}`,
  beginning: (letters: string) => `b:${letters}`,
};

function exactFindablesOf(identity: Identity): Findable[] {
  const numbers = numbersOf(identity);
  const ends = new Set(numbers.map(lastFour));
  return [
    ...numbers.map((value): Findable => ({ field: 'phone', value })),
    ...[...ends].map((value): Findable => ({ field: 'phone-last-four', value })),
    ...identifiersOf(identity),
  ];
}

function personFindables({ nameEn, nameBn, birth }: Identity, years: number): Findable[] {
  const names = [nameEn, nameBn].filter((name) => name !== null).map((name) => wordsOf(name).filter(({ role }) => role === 'NAME').map(({ coarse }) => coarse));
  const wholes = names.filter((words) => words.length > 0).map((words) => `n:${[...words].sort().join(' ')}`);
  const born = birth ? Number(birth.date.slice(0, 4)) : null;
  const around = born === null ? [] : Array.from({ length: 2 * years + 1 }, (_, at) => born - years + at);
  const withYears = [...new Set(names.flat())].flatMap((word) => around.map((year) => `b:${year} ${word}`));
  return [...new Set([...wholes, ...withYears])].map((value) => ({ field: 'person', value }));
}

const phoneBeginnings = (number: string): Findable[] => {
  const national = nationalOf(number);
  return PHONE_BEGINNINGS.map((length) => ({ field: 'phone-beginning', value: national.slice(0, length) }));
};

function nameFindables({ nameEn, nameBn }: Identity): Findable[] {
  const lists = [nameEn, nameBn].filter((name) => name !== null).map(wordsOf);
  const values = new Set(lists.flatMap((words) => [...words.flatMap(valuesOf), ...pairsOf(words).map(({ fine }) => nameValue.fine(fine))]));
  return [...values].map((value) => ({ field: 'name', value }));
}

function valuesOf({ role, text, sound, fine, coarse }: NameWord): string[] {
  // Half of all men bear the title Md.: who types the beginning of it, or nearly it, is given the whole.
  if (role === 'TITLE') return [nameValue.fine(fine)];
  if (role === 'ADDRESS' || role === 'PARTICLE') return [];
  const beginnings = [];
  for (let length = 2; length <= Math.min([...text].length, longestBeginning(text)); length++) beginnings.push(nameValue.beginning([...text].slice(0, length).join('')));
  const slips = sound && coarse.length >= 3 && !isCommon(coarse) ? withoutOne(coarse).map(nameValue.coarse) : [];
  return [nameValue.fine(fine), nameValue.coarse(coarse), ...slips, ...beginnings];
}
