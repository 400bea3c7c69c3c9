export type InvalidTextReason = 'EMPTY' | 'TOO_LONG' | 'CONTROL_CHARACTER' | 'LONE_SURROGATE' | 'BIDIRECTIONAL_CONTROL' | 'TOO_MANY_MARKS';

/** Whether more than 30 combining marks follow each other (UAX #15, Stream-Safe Text Format): no language writes that, and to normalise it takes time by the square of their number. */
export const hasTooManyMarks = (text: string): boolean => /\p{M}{31}/u.test(text);

/** A text that cannot be stored; the message never repeats it. */
export class InvalidText extends Error {
  override readonly name = 'InvalidText';

  constructor(
    readonly reason: InvalidTextReason,
    /** The most code points there may be. */
    readonly longest: number,
  ) {
    super(`Invalid text: ${reason}`);
  }
}

/**
 * Returns a text of one line in Unicode NFC, trimmed, each run of white space made one space. Throws InvalidText if nothing
 * is left, more than `longest` code points are left, or it carries other control characters, lone surrogates, or
 * bidirectional overrides, embeddings or isolates, which make a text read otherwise than it is stored, or too many marks.
 */
export function cleanLine(raw: string, longest: number): string {
  return accepted(raw, longest, (text) => text.replace(/\s+/g, ' '));
}

/** The same for a text of several lines: tabs and line ends stay, the latter as LF. */
export function cleanLines(raw: string, longest: number): string {
  return accepted(raw, longest, (text) => text.replace(/\r\n?/g, '\n'));
}

function accepted(raw: string, longest: number, tidy: (text: string) => string): string {
  const fault = (reason: InvalidTextReason) => new InvalidText(reason, longest);
  // White space apart, a text only shrinks a little on cleaning, so that a huge one need not be looked at.
  if (raw.length > 10 * longest) throw fault('TOO_LONG');
  if (/\p{Cs}/u.test(raw)) throw fault('LONE_SURROGATE');
  if (/[\u202A-\u202E\u2066-\u2069]/.test(raw)) throw fault('BIDIRECTIONAL_CONTROL');
  if (/(?!\s)\p{Cc}/u.test(raw)) throw fault('CONTROL_CHARACTER');

  if (hasTooManyMarks(raw)) throw fault('TOO_MANY_MARKS');

  const text = tidy(raw.normalize('NFC')).trim();
  if (text === '') throw fault('EMPTY');
  if ([...text].length > longest) throw fault('TOO_LONG');
  return text;
}
