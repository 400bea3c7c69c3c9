const MOST_TYPED = 8;

/**
 * The words of a label or of what somebody types, in lower case: runs of letters, marks and digits in NFKC, without joiners, so that
 * two spellings of one Bangla word are one. The index was made with this very function: whoever changes it makes the index anew.
 */
export function wordsOf(text: string): string[] {
  const clean = text.normalize('NFKC').replace(/[\u200B-\u200D\u2019']/g, '').toLowerCase();
  return [...new Set(clean.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])];
}

/** The first eight words of what somebody types, the longest one first: it tells most. */
export const wordsTyped = (text: string): string[] => wordsOf(text).slice(0, MOST_TYPED).sort((a, b) => b.length - a.length);
