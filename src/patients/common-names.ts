import { toWord } from './name-words.js';

/**
 * Words that very many names share. A slip in one of them is looked for on the side of who searches, so that no patient
 * needs tokens for it. Words may be added here at any time; taking one away needs every patient indexed anew.
 */
const COMMON = `
  abdul ahmed akter alam ali amin anwar azad aziz banu bepari bhuiyan biswas chowdhury das debnath dey faruk fatema gazi ghosh habib halder hamid haque
  hasan hossain howlader islam jahan jahangir jamal kabir kader kalam kamal karim khan khandaker khatun latif mahmud majumder malek mamun mannan
  masud matin miah molla mondal monir mostafa munshi nahar nasrin nesa nur parvin patwary paul rahim rahman rani rashid rafiq roy saha salam salma sarkar sardar
  sattar selim shah shahin shamim sharif sheikh sikder sultana talukder uddin ullah yasmin zaman al-mansoori al-hashimi al-shamsi al-mazrouei al-ketbi al-nuaimi
  abdullah ahmad fatima aisha ayesha khalid khaled omar saeed sultan rashed hamdan maryam begum akhter sarker mia ferdous jannat`;

const words = COMMON.trim().split(/\s+/).map((word) => toWord(word.replace(/^al-/, '')));
const COMMON_KEYS: ReadonlySet<string> = new Set(words.map(({ coarse }) => coarse).filter((key) => key.length >= 3));
const COMMON_NAMES: ReadonlySet<string> = new Set(words.map(({ fine }) => fine));

/** Whether slips in words of this consonant key are looked for by who searches. */
export const isCommon = (coarse: string): boolean => COMMON_KEYS.has(coarse);

/** Whether a word of this fine key is one of them as it is spelt: whoever types that, means it. */
export const isCommonName = (fine: string): boolean => COMMON_NAMES.has(fine);

/** The keys that differ from this one by one slip: what is left when any one consonant is left out. */
export const withoutOne = (coarse: string): string[] => [...new Set([...coarse].map((_, at) => coarse.slice(0, at) + coarse.slice(at + 1)))];

const commonByPart = new Map<string, string[]>();
for (const key of COMMON_KEYS) for (const part of [key, ...withoutOne(key)]) commonByPart.set(part, [...(commonByPart.get(part) ?? []), key]);

/** The common keys that one slip makes of this one. */
export const commonNear = (coarse: string): string[] =>
  [...new Set([coarse, ...withoutOne(coarse)].flatMap((part) => commonByPart.get(part) ?? []))].filter((key) => key !== coarse);
