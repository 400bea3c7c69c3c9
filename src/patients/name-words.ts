import { toAsciiDigits } from '../platform/digits.js';
import { KNOWN_NAMES, type WordRole } from './known-names.js';
import { coarseKeyOf, fineKeyOf, soundOf } from './name-sound.js';
import { foldSpelling } from './name-spelling.js';

/** A word of a name, with its folded spelling and its sound. */
export interface NameWord {
  text: string;
  role: WordRole;
  sound: string;
  fine: string;
  coarse: string;
  /** Whether it is one of the names whose spellings are listed: two of them that differ are different names, however alike. */
  listed: boolean;
}

/** The words of a name, abbreviations expanded and what is written together or apart made one way. No word is empty. */
export const wordsOf = (name: string): NameWord[] => split(piecesOf(name)).map(toWord);

/** The runs of digits in a text, as ASCII, without the separators that people write in telephone numbers. */
export const digitRunsOf = (text: string): string[] => toAsciiDigits(text).replace(/(?<=\d)[\s().\u2010-\u2015-]+(?=\d)/g, '').match(/\d+/g) ?? [];

const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, NameWord>();

/** A word as its parts, from its folded spelling. The same words come again and again, so the last of them are remembered. */
export function toWord(text: string): NameWord {
  let word = remembered.get(text);
  if (!word) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, (word = madeOf(text)));
  }
  return word;
}

function madeOf(text: string): NameWord {
  const known = KNOWN_NAMES.get(text);
  const sound = known?.sound ?? soundOf(text);
  // In another script the spelling itself stands for the sound.
  return { text, role: known?.role ?? 'NAME', sound, fine: sound ? fineKeyOf(sound) : text, coarse: sound ? coarseKeyOf(sound) : text, listed: Boolean(known?.sound) };
}

const piecesOf = (name: string): string[] =>
  foldSpelling(name).replace(/\bud[\s-]+(?=d[ie]+n\b)/g, 'ud').match(/\p{Script=Latin}+|[\p{Script=Bengali}\u09bc]+|(?:(?![\p{Script=Latin}\p{Script=Bengali}])\p{L}\p{M}*)+/gu)
    ?.filter((piece) => /\p{L}/u.test(piece)) ?? [];

/** Letters of the Latin alphabet as Bangla writes their names: এ কে এম is A K M. */
const LETTER_NAMES: ReadonlyMap<string, string> = new Map(Object.entries({
  এ: 'a', বি: 'b', সি: 'c', ডি: 'd', ই: 'e', এফ: 'f', জি: 'g', এইচ: 'h', আই: 'i', জে: 'j', কে: 'k', এল: 'l', এম: 'm', এন: 'n', ও: 'o', পি: 'p',
  আর: 'r', এস: 's', টি: 't', ইউ: 'u', ভি: 'v', এক্স: 'x', ওয়াই: 'y', জেড: 'z',
}).map(([name, letter]) => [foldSpelling(name), letter]));

// What is written together in one place and apart in another is taken apart, or put together, always the same way.
const TOGETHER: readonly RegExp[] = [
  /^(abd[ou]+(?:sh|[lrsndz]))(?!l?ah?$)(.{3,})$/, /^(আব্?দু[লরসছনজশ])(?!্)(.{3,})$/, /^(.{3,}?)(ud+[ie]+n)$/, /^(.{2,}?)((?:উ|ু)দ্দিন)$/,
  /^(?!abd)(.{3,}?)(ul+ah?)$/, /^(?!আব্দ|আবদ)(.{2,}?)((?:উ|ু)ল্লাহ?)$/, /^(al)([b-df-hj-km-np-tv-z].{3,}[iy])$/,
];
const ON_THE_WORD_BEFORE = /^(ul|ur|us|un|ush|ud|উল|উর|উস)$/;

function split(pieces: string[]): string[] {
  const words: string[] = [];
  let initials = '';
  const settle = (): void => {
    if (initials) words.push(initials);
    initials = '';
  };
  pieces.forEach((piece, at) => {
    const letter = initialOf(piece, pieces, at);
    if (letter) return void (initials += letter);
    settle();
    const before = words.at(-1);
    if (ON_THE_WORD_BEFORE.test(piece) && before !== undefined && at < pieces.length - 1) words[words.length - 1] = before + piece.replace('উ', 'ু');
    else words.push(...apart(piece));
  });
  settle();
  return words;
}

function apart(piece: string): string[] {
  if (KNOWN_NAMES.has(piece)) return [piece];
  for (const pattern of TOGETHER) {
    const parts = pattern.exec(piece);
    if (parts) return [...apart(parts[1]!), ...apart(parts[2]!.replace(/^ু/, 'উ'))];
  }
  return [piece];
}

/** The Latin letter that a piece stands for beside other initials; a letter alone among words is one too. */
function initialOf(piece: string, pieces: string[], at: number): string | undefined {
  if (/^[a-z]$/.test(piece)) return piece;
  const letter = LETTER_NAMES.get(piece);
  const beside = [pieces[at - 1], pieces[at + 1]].some((other) => other !== undefined && LETTER_NAMES.has(other));
  return letter && beside ? letter : undefined;
}
