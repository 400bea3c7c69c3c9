export const LONGEST_NAME = 200;
const LONGEST_INPUT = 2_000;

export type InvalidNameReason =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'CONTROL_CHARACTER'
  | 'LONE_SURROGATE'
  | 'BIDIRECTIONAL_CONTROL';

/** A text that cannot be stored as a person's name; the message never repeats it. */
export class InvalidName extends Error {
  override readonly name = 'InvalidName';

  constructor(readonly reason: InvalidNameReason) {
    super(`Invalid name: ${reason}`);
  }
}

/**
 * Returns the name in Unicode NFC, trimmed, each run of white space (tabs and line ends too) made one space, without
 * invisible format characters save a joiner between two Bangla letters, where it changes the conjunct written
 * (Unicode, chapter 12.2); a clean name comes back as it is. Throws InvalidName if nothing is left, over 200 code points
 * are left or over 2000 UTF-16 units came, or the text carries other control characters, lone surrogates, or
 * bidirectional overrides, embeddings or isolates.
 */
export function cleanName(raw: string): string {
  if (raw.length > LONGEST_INPUT) throw new InvalidName('TOO_LONG');
  if (/\p{Cs}/u.test(raw)) throw new InvalidName('LONE_SURROGATE');
  if (/[\u202A-\u202E\u2066-\u2069]/.test(raw)) throw new InvalidName('BIDIRECTIONAL_CONTROL');
  if (/(?!\s)\p{Cc}/u.test(raw)) throw new InvalidName('CONTROL_CHARACTER');

  const name = settle(raw);
  if (name === '') throw new InvalidName('EMPTY');
  if ([...name].length > LONGEST_NAME) throw new InvalidName('TOO_LONG');
  return name;
}

/** Whether the text has letters and all of them are Bangla; digits, spaces and punctuation do not count. */
export function isBangla(text: string): boolean {
  const letters = text.match(/[\p{L}\p{M}]/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => /\p{Script=Bengali}/u.test(letter));
}

// NFC reorders marks, which can change the neighbours of a joiner, so the steps repeat until nothing changes.
function settle(text: string): string {
  const tidy = dropInvisible(text).normalize('NFC').replace(/\s+/g, ' ').trim();
  return tidy === text ? text : settle(tidy);
}

function dropInvisible(text: string): string {
  const withoutOthers = text.replace(/(?![\u200C\u200D])\p{Cf}/gu, '');
  return withoutOthers.replace(/[\u200C\u200D]+/g, (joiners, at: number) => {
    const between = isBanglaAt(withoutOthers, at - 1) && isBanglaAt(withoutOthers, at + joiners.length);
    return between ? joiners.charAt(0) : '';
  });
}

// The hasanta, a mark, is the usual neighbour of a joiner, so marks count as well as letters.
function isBanglaAt(text: string, index: number): boolean {
  return /^(?=\p{Script=Bengali})[\p{L}\p{M}]$/u.test(text.charAt(index));
}
