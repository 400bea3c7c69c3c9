import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { toAsciiDigits } from '../../platform/digits.js';
import type { InputFault } from '../../platform/errors.js';
import { localWords } from './local-words.js';

/** The shortest password of an account without a second factor, in characters (NIST SP 800-63B-4). */
export const SHORTEST_PASSWORD = 15;

/** The shortest password of an account with a second factor, in characters (NIST SP 800-63B-4). */
export const SHORTEST_WITH_FACTOR = 8;

/** The longest password accepted, in characters. */
export const LONGEST_PASSWORD = 128;

// Scores of zxcvbn: from 10^8 guesses on, which an attacker who got hold of the hashes needs; from 10^6 on beside a second factor.
const ACCEPTABLE = 3;
const ACCEPTABLE_WITH_FACTOR = 2;
const JUDGED = 24;
const SHORTEST_WORD = 3;

/** Whose password it is going to be. */
export interface PasswordOwner {
  /** Names, addresses and the like that others know of the person; any text. */
  ownWords: string[];
  hasSecondFactor: boolean;
}

/** Whether a password is as long as is demanded without a second factor. */
export const isLongPassword = (password: string): boolean => lengthOf(password) >= SHORTEST_PASSWORD;

/** The fault of a password with fewer characters than this. */
export const tooShort = (min: number): Pick<InputFault, 'reason' | 'params'> => ({ reason: 'TOO_SHORT', params: { min } });

/** Why a new password is refused, or undefined: TOO_SHORT, TOO_LONG, TOO_COMMON, or OWN_WORDS when little is left of it beside the person's own words. */
export function passwordFault(password: string, { ownWords, hasSecondFactor }: PasswordOwner): Pick<InputFault, 'reason' | 'params'> | undefined {
  const length = lengthOf(password);
  const shortest = hasSecondFactor ? SHORTEST_WITH_FACTOR : SHORTEST_PASSWORD;
  if (length < shortest) return tooShort(shortest);
  if (length > LONGEST_PASSWORD) return { reason: 'TOO_LONG', params: { max: LONGEST_PASSWORD } };
  const acceptable = hasSecondFactor ? ACCEPTABLE_WITH_FACTOR : ACCEPTABLE;
  // Spaces between words would count as strength, though whoever guesses tries them with and without.
  const spoken = toAsciiDigits(password.normalize('NFC').toLowerCase()).replace(/[\s._-]+/gu, '');
  const own = wordsOf(ownWords);
  if (scoreOf(without(spoken, [...own, ...local]), own) >= acceptable) return undefined;
  return { reason: without(spoken, own) === spoken ? 'TOO_COMMON' : 'OWN_WORDS' };
}

const lengthOf = (password: string): number => [...password.normalize('NFC')].length;

const longestFirst = (words: Iterable<string>): string[] => [...new Set(words)].sort((a, b) => b.length - a.length);

const local = longestFirst(localWords);

const wordsOf = (texts: string[]): string[] =>
  longestFirst(texts.flatMap((text) => text.normalize('NFC').toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u)).filter((word) => [...word].length >= SHORTEST_WORD));

const without = (text: string, words: string[]): string => words.reduce((rest, word) => rest.replaceAll(word, ''), text);

let strength: ZxcvbnFactory | undefined;

// The check runs on the event loop and its time grows with the square of the length: seconds for 128 characters. What follows only adds strength.
function scoreOf(text: string, ownWords: string[] = []): number {
  strength ??= new ZxcvbnFactory({ dictionary: { ...common, ...english, local }, graphs: adjacencyGraphs });
  return strength.check([...text].slice(0, JUDGED).join(''), ownWords).score;
}
