/**
 * How a word of a name sounds, in one alphabet for Bangla and Latin spellings: consonants as capital letters, the aspirated
 * folded into the plain, vowels as a e i o u, and `@` for the vowel that a Bangla consonant carries unwritten, which Latin
 * spellings write as a or o. Empty for a word without a letter of the two scripts.
 */
export function soundOf(word: string): string {
  const sound = /\p{Script=Bengali}/u.test(word) ? banglaSound(word) : latinSound(word);
  return sound.replace(/NG(?=[A-FH-Z])/g, 'N').replace(/(.)\1+/g, '$1').replace(/@(?=[aeiou])/g, '');
}

// In both keys C counts as S: ছ is spelt either way.

/**
 * The sound by which spellings of one name agree whatever the script: consonants, front (I) and round (U) vowels, and an
 * open vowel (A) only where it begins or ends the word, since inside a word Bangla does not write it.
 */
export function fineKeyOf(sound: string): string {
  return sound.replaceAll('C', 'S').replace(/[a-z@]+/g, (vowels, at: number) => {
    const ends = at + vowels.length === sound.length;
    if (/[ei]/.test(vowels)) return ends && /[ao]$/.test(vowels) ? 'IA' : 'I';
    if (vowels.includes('u')) return 'U';
    return at === 0 || ends ? 'A' : '';
  });
}

/** The consonants alone, after an A for any vowel that begins the word: what is left when every other vowel is doubtful. */
export function coarseKeyOf(sound: string): string {
  return sound.replaceAll('C', 'S').replace(/^[a-z@]+/, 'A').replace(/[a-z@]+/g, '');
}

type Rule = readonly [pattern: RegExp, sound: string];

// In order: what several letters spell together comes before the letters by themselves.
const LATIN: readonly Rule[] = [
  [/([b-df-hj-np-tv-z])\1+/g, '$1'],
  [/que$|k[sc]h|kkh|kh|ck/g, 'K'], [/q/g, 'K'],
  [/sch|chh|sh/g, 'S'], [/c?ch/g, 'C'], [/ph/g, 'F'], [/gh/g, 'G'], [/jh|zh/g, 'J'], [/th/g, 'T'], [/dh/g, 'D'], [/bh/g, 'B'],
  [/c(?=[eiy])/g, 'S'], [/c/g, 'K'], [/x/g, 'KS'], [/z/g, 'J'], [/v/g, 'B'],
  [/([A-Zbdf-gjkpst])h/g, '$1'], [/h(?![aeiouyA-Zbdf-gj-np-t])/g, ''],
  [/ee|ii/g, 'i'], [/oo|uu/g, 'u'], [/aa/g, 'a'],
  [/^y(?=[aeiou])/, 'i'], [/^([A-Zb-df-hj-np-t]+)y(?=[aou])/, '$1'], [/(?<=[aeiou])y(?=[aeiou])/g, ''], [/y/g, 'i'],
  [/(?<=[aeiou])w(?![aeiou])/g, 'u'], [/(?<=[ou])w/g, ''], [/w/g, 'o'],
];

const latinSound = (word: string): string =>
  LATIN.reduce((text, [pattern, sound]) => text.replace(pattern, sound), word).replace(/[bdf-hj-np-t]/g, (letter) => letter.toUpperCase()).replace(/[^A-Zaeiou]/g, '');

const HASANTA = '্';
const NUKTA = '়';

const CONSONANTS: Readonly<Record<string, string>> = {
  ক: 'K', খ: 'K', গ: 'G', ঘ: 'G', ঙ: 'NG', চ: 'C', ছ: 'S', জ: 'J', ঝ: 'J', ট: 'T', ঠ: 'T', ড: 'D', ঢ: 'D', ণ: 'N', ত: 'T', থ: 'T',
  দ: 'D', ধ: 'D', ন: 'N', প: 'P', ফ: 'F', ব: 'B', ভ: 'B', ম: 'M', য: 'J', র: 'R', ল: 'L', শ: 'S', ষ: 'S', স: 'S', হ: 'H', ৰ: 'R',
};
const VOWELS: Readonly<Record<string, string>> = {
  অ: '@', আ: 'a', ই: 'i', ঈ: 'i', উ: 'u', ঊ: 'u', ঋ: 'Ri', এ: 'e', ঐ: 'oi', ও: 'o', ঔ: 'ou', ৱ: 'o',
};
const VOWEL_SIGNS: Readonly<Record<string, string>> = {
  'া': 'a', 'ি': 'i', 'ী': 'i', 'ু': 'u', 'ূ': 'u', 'ৃ': 'Ri', 'ে': 'e', 'ৈ': 'oi', 'ো': 'o', 'ৌ': 'ou',
};
/** A ba or ya after these, joined by a hasanta, is written and not spoken: বিশ্বাস, শ্যামল. */
const BEFORE_SILENT_BA = new Set([...'কখগঘচছজটঠডঢণতথদধনশষসহ']);

function banglaSound(word: string): string {
  // Two conjuncts sound otherwise than their letters: জ্ঞ as gg, ক্ষ as kk.
  const letters = [...word.replace(/[\u200C\u200D]/g, '').normalize('NFC').replaceAll('জ্ঞ', 'গ্গ').replaceAll('ক্ষ', 'ক্ক')];
  let sound = '';
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at]!;
    if (letter === 'ৎ') sound += 'T';
    else if (letter === 'ং') sound += 'NG';
    else if (letter in VOWELS) sound += VOWELS[letter]!;
    else if (letter in VOWEL_SIGNS) sound += VOWEL_SIGNS[letter]!;
    else if (letter === 'ঞ') sound += letters[at + 1] === HASANTA ? 'N' : '';
    else if (letter in CONSONANTS) {
      const dotted = letters[at + 1] === NUKTA;
      if (letter === 'য' && dotted) sound += glide(letters, at);
      else if (!isSilent(letters, at)) sound += letter === 'ড' || letter === 'ঢ' ? (dotted ? 'R' : 'D') : CONSONANTS[letter]!;
      if (dotted) at++;
      if (carriesVowel(letters, at) && !(letter === 'য' && dotted)) sound += '@';
    }
  }
  return sound;
}

const isConsonant = (letter: string | undefined): boolean => letter !== undefined && letter in CONSONANTS;

/** Whether the consonant that ends at this place has its unwritten vowel: not before a sign, nor alone at the end of the word. */
function carriesVowel(letters: string[], at: number): boolean {
  const next = letters[at + 1];
  if (next === HASANTA || (next !== undefined && next in VOWEL_SIGNS)) return false;
  return next !== undefined || letters[at - 1] === HASANTA;
}

function isSilent(letters: string[], at: number): boolean {
  if (letters[at - 1] !== HASANTA) return false;
  const [letter, before] = [letters[at]!, letters[at - 2]!];
  if (letter === 'য') return before !== 'র';
  return letter === 'ব' && BEFORE_SILENT_BA.has(before);
}

/** য় only joins two vowels (মিয়া), carries its own (নয়ন), or is an i (রায়, ফয়সাল). */
function glide(letters: string[], at: number): string {
  const next = letters[at + 2];
  if (next !== undefined && next in VOWEL_SIGNS) return '';
  return isConsonant(next) && letters[at + 3] === undefined ? '@' : 'i';
}
