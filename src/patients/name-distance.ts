/** What it costs to change one vowel into another, from 0 (the same to most ears) to 1; `@` stands for a or o. */
const VOWEL_COSTS: Readonly<Record<string, number>> = {
  '@a': 0, '@o': 0, '@u': 0.5, '@e': 0.4, '@i': 0.6, ao: 0.25, ae: 0.4, au: 0.6, ai: 0.8, ei: 0.25, eo: 0.7, eu: 0.8, io: 0.8, iu: 0.8, ou: 0.25,
};
/** Consonants that spellings and ears confuse. */
const CONSONANT_COSTS: Readonly<Record<string, number>> = { CS: 0.4, FP: 0.6, JS: 0.6, DR: 0.7, DT: 0.7, GK: 0.7, BP: 0.7, MN: 0.8 };

const costs = new Map([...Object.entries(VOWEL_COSTS), ...Object.entries(CONSONANT_COSTS)].flatMap(([[one, other], cost]) => [[one! + other!, cost], [other! + one!, cost]] as const));
const isVowel = (letter: string | undefined): boolean => letter !== undefined && (letter >= 'a' || letter === '@');

/**
 * How far apart two sounds are (weighted Damerau-Levenshtein distance, optimal string alignment): 0 for spellings of one
 * sound, about 1 for each slip of a finger. With `asPrefix` what follows in the other sound costs nothing.
 */
export function soundDistance(typed: string, sound: string, asPrefix = false): number {
  let [before, row]: [number[], number[]] = [[], [0]];
  for (let j = 1; j <= sound.length; j++) row[j] = row[j - 1]! + gapCost(sound, j - 1);
  for (let i = 1; i <= typed.length; i++) {
    const next = [row[0]! + gapCost(typed, i - 1)];
    for (let j = 1; j <= sound.length; j++) {
      const [a, b] = [typed[i - 1]!, sound[j - 1]!];
      let cost = Math.min(
        row[j]! + gapCost(typed, i - 1), next[j - 1]! + gapCost(sound, j - 1), row[j - 1]! + (a === b ? 0 : (costs.get(a + b) ?? (isVowel(a) === isVowel(b) ? 1 : 1.3))));
      if (i > 1 && j > 1 && a === sound[j - 2] && b === typed[i - 2]) cost = Math.min(cost, before[j - 2]! + (isVowel(a) === isVowel(b) ? 1 : 0.8));
      next[j] = cost;
    }
    [before, row] = [row, next];
  }
  return asPrefix ? Math.min(...row) : row[sound.length]!;
}

/** How many letters must be put in, left out, changed or swapped with their neighbour to make one text the other. */
export function letterDistance(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const [a, b] = [one[i - 1], other[j - 1]];
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a === b ? 0 : 1));
      if (i > 1 && j > 1 && a === other[j - 2] && b === one[i - 2]) cost = Math.min(cost, before[j - 2]! + 1);
      next[j] = cost;
    }
    [before, row] = [row, next];
  }
  return row[other.length]!;
}

// A vowel beside another is a glide or half of a diphthong, one at the end tells Karim from Karima, H is hardly heard.
function gapCost(sound: string, at: number): number {
  const letter = sound[at]!;
  if (letter === '@') return at === sound.length - 1 ? 0.3 : 0.1;
  if (!isVowel(letter)) return letter === 'H' ? 0.6 : 1;
  if (isVowel(sound[at - 1]) || isVowel(sound[at + 1])) return 0.3;
  return at === sound.length - 1 ? 1.1 : at === 0 ? 0.8 : 0.5;
}
