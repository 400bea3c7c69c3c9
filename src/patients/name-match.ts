import { letterDistance, soundDistance } from './name-distance.js';
import { type NameWord, toWord, wordsOf } from './name-words.js';

/** How well a patient's name fits what was typed, the best first. */
export const NAME_FITS = ['SAME', 'SOUND', 'BEGINNING', 'SIMILAR'] as const;
export type NameFit = (typeof NAME_FITS)[number];

/** The names of one patient, ready to be compared. */
export interface KnownNames {
  words: NameWord[];
  /** Neighbouring words written as one, for who writes Shah Jahan and who writes Shahjahan. */
  pairs: NameWord[];
}

/** A name that fits: its worst word, and a score by which fitting names are ordered, higher first. */
export interface NameMatch {
  fit: NameFit;
  score: number;
}

/** Makes the names of one patient ready; null stands for a name that is not there. */
export function knownNames(names: ReadonlyArray<string | null>): KnownNames {
  const lists = names.filter((name) => name !== null).map(wordsOf);
  return { words: lists.flat(), pairs: lists.flatMap(pairsOf) };
}

/** Neighbouring words as one, where either is so short that people write them together. */
export const pairsOf = (words: readonly NameWord[]): NameWord[] =>
  words.slice(1).flatMap((word, at) => {
    const before = words[at]!;
    const joinable = [before, word].every(({ role, coarse }) => role === 'NAME' && coarse !== '') && Math.min(before.coarse.length, word.coarse.length) <= 3;
    return joinable && before.coarse.length + word.coarse.length <= 7 ? [toWord(before.text + word.text)] : [];
  });

/** The words that a patient's name must have, and how many of them: of three or more one may be missing. */
export function requiredOf(typed: readonly NameWord[]): { required: NameWord[]; needed: number } {
  const roles = ['NAME', 'TITLE', 'COURTESY', 'ADDRESS', 'PARTICLE'] as const;
  const most = roles.find((role) => typed.some((word) => word.role === role));
  const required = typed.filter((word) => word.role === most);
  return { required, needed: required.length >= 3 ? required.length - 1 : required.length };
}

/** Whether and how well the names of a patient fit the words that were typed, in any order. */
export function matchNames(typed: readonly NameWord[], known: KnownNames): NameMatch | undefined {
  const { required, needed } = requiredOf(typed);
  const points = new Map(typed.map((word) => [word, bestPoints(word, known)]));
  typed.forEach((word, at) => {
    const next = typed[at + 1];
    if (!next || word.role !== 'NAME' || next.role !== 'NAME') return;
    const [joined] = pairsOf([word, next]);
    const together = joined ? Math.max(0, ...known.words.map((other) => pointsOf(joined, other))) : 0;
    if (together >= SOUND) for (const half of [word, next]) points.set(half, Math.max(points.get(half)!, together));
  });
  const found = required.map((word) => points.get(word)!).filter((each) => each > 0);
  if (found.length < needed) return undefined;
  const missing = required.length - found.length;
  const worst = missing > 0 ? LIKE : Math.min(...found);
  const extra = Math.max(0, known.words.length - typed.length);
  const score = [...points.values()].reduce((sum, each) => sum + each, 0) / typed.length - missing * 20 - Math.min(extra, 5);
  return { fit: worst >= SAME ? 'SAME' : worst >= SOUND ? 'SOUND' : worst >= BEGINS ? 'BEGINNING' : 'SIMILAR', score };
}

const [SAME, SOUND, BEGINS, LIKE] = [100, 70, 40, 10];

const bestPoints = (typed: NameWord, { words, pairs }: KnownNames): number => {
  let best = 0;
  for (const word of words) if (best < SAME) best = Math.max(best, pointsOf(typed, word));
  if (best < SOUND) for (const pair of pairs) best = Math.max(best, pointsOf(typed, pair));
  return best;
};

function pointsOf(typed: NameWord, word: NameWord): number {
  if (typed.text === word.text) return SAME;
  if (typed.role === 'TITLE' || word.role === 'TITLE') return titlePoints(typed, word);
  if (typed.listed && word.listed) return typed.fine === word.fine ? SOUND + 25 : word.text.startsWith(typed.text) ? BEGINS : 0;
  if (!typed.sound || !word.sound) return word.text.startsWith(typed.text) ? BEGINS : 0;
  const begins = beginningPoints(typed, word);
  if (begins > BEGINS + 5 || !isOneSlipApart(typed.coarse, word.coarse)) return begins;
  const distance = soundDistance(typed.sound, word.sound);
  if (typed.coarse === word.coarse && distance <= soundLimit(typed.coarse.length)) return SOUND + 25 - 20 * distance;
  return begins || (isSlip(typed, word, distance) ? LIKE + 20 - 10 * Math.min(distance, 1.9) : 0);
}

function beginningPoints(typed: NameWord, word: NameWord): number {
  if (typed.text.length >= 2 && word.text.startsWith(typed.text)) return BEGINS + 20;
  const soundsSo = typed.coarse.length >= 2 && word.coarse.startsWith(typed.coarse) && word.sound.length > typed.sound.length;
  return soundsSo && soundDistance(typed.sound, word.sound, true) <= 0.3 ? BEGINS + 5 : 0;
}

/** Whether two words differ by a slip of the finger or two; in a short word one letter makes another name. */
function isSlip(typed: NameWord, word: NameWord, distance: number): boolean {
  const length = Math.max(typed.text.length, word.text.length);
  if (length <= 4) return false;
  if (distance <= (length >= 9 ? 1.6 : 1)) return true;
  const sameScript = (typed.text[0]! <= 'z') === (word.text[0]! <= 'z');
  return sameScript && letterDistance(typed.text, word.text) <= (length >= 9 ? 2 : 1);
}

/** Whether two keys are equal but for one letter, or two neighbours swapped: what is left between their common beginning and end is that short. */
function isOneSlipApart(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  const rest = Math.max(one.length, other.length);
  if (rest - shorter > 1) return false;
  let [start, end] = [0, 0];
  while (start < shorter && one[start] === other[start]) start++;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  const left = rest - start - end;
  return left <= 1 || (left === 2 && one.length === other.length && one[start] === other[start + 1] && one[start + 1] === other[start]);
}

/** A title is as good as another spelling of it; a slip in it is forgiven, but Mahmud is not Mohammad. */
function titlePoints(typed: NameWord, word: NameWord): number {
  if (typed.fine === word.fine && typed.role === word.role) return SOUND + 25;
  if (typed.role === word.role) return 0;
  const [title, other] = typed.role === 'TITLE' ? [typed, word] : [word, typed];
  if (other === typed && isBeginningOf(other.text, title.fine)) return BEGINS;
  return looksLikeTitle(other.text, title.fine) ? LIKE : typed.role === 'TITLE' && word.text.startsWith(typed.text) && typed.text.length >= 2 ? BEGINS : 0;
}

const FULL_TITLES: Readonly<Record<string, readonly string[]>> = {
  [toWord('md').fine]: ['mohammad', 'muhammad', 'mohammed', 'muhammed', 'মোহাম্মদ', 'মুহাম্মদ'],
  [toWord('mst').fine]: ['mosammat', 'musammat', 'মোসাম্মত', 'মোছাম্মত'],
};

/** The sound keys of the titles that a word is the beginning of, or nearly is. */
export const titlesLike = (text: string): string[] => Object.keys(FULL_TITLES).filter((fine) => isBeginningOf(text, fine) || looksLikeTitle(text, fine));

const isBeginningOf = (text: string, fine: string): boolean => text.length >= 2 && FULL_TITLES[fine]!.some((full) => full.startsWith(text));

const looksLikeTitle = (text: string, fine: string): boolean => text.length >= 6 && /^[mম]/.test(text) && FULL_TITLES[fine]!.some((full) => letterDistance(text, full) <= 1);

const soundLimit = (consonants: number): number => (consonants <= 1 ? 0.3 : consonants === 2 ? 0.55 : consonants === 3 ? 0.75 : 1.05);
