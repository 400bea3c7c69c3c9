import { toAsciiDigits } from '../../platform/digits.js';
import { DoseFault } from './dose-fault.js';
import { type DoseWord, meaningOf } from './dose-words.js';
import type { Thousandths } from './dosing.js';

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** A piece of a notation and where it stands. */
export type DoseToken = Place & (
  | { readonly kind: 'NUMBER'; readonly value: Thousandths }
  | { readonly kind: 'SIGN'; readonly sign: '+' | '/' | ',' }
  | { readonly kind: 'WORD'; readonly word: DoseWord }
);

// A whole number with a fraction behind it (1½, 1 1/2), a fraction (½, 1/2), or a decimal number (2.5).
const NUMBER = /(?:(\d+)\s?)?(?:([½¼¾⅛⅜⅝⅞⅓⅔⅙⅚⅕⅖⅗⅘])|(?<![\d.])(\d+)\/(\d+))|(\d+)(?:\.(\d+))?/uy;
const WORD = /[\p{L}\p{M}][\p{L}\p{M}.-]*|[×*]/uy;
const SIGN = /[+/,]/y;
const GLYPHS: Readonly<Record<string, Thousandths>> = { '½': 500, '¼': 250, '¾': 750, '⅛': 125, '⅜': 375, '⅝': 625, '⅞': 875 };
const MOST_DIGITS = 7;

/** The pieces of a notation, white space apart; throws DoseFault at what is no number, sign or known word. */
export function tokensOf(text: string): DoseToken[] {
  const ascii = toAsciiDigits(text);
  const tokens: DoseToken[] = [];
  for (let offset = 0; offset < ascii.length;) {
    const token = tokenAt(ascii, offset);
    if (token) tokens.push(token);
    offset += token?.length ?? 1;
  }
  return tokens;
}

function tokenAt(text: string, offset: number): DoseToken | undefined {
  const [space] = at(/\s/y, text, offset) ?? [];
  if (space) return undefined;
  const number = at(NUMBER, text, offset);
  if (number) return { kind: 'NUMBER', value: valueOf(number, { offset, length: number[0].length }), offset, length: number[0].length };
  const [sign] = at(SIGN, text, offset) ?? [];
  if (sign) return { kind: 'SIGN', sign: sign as '+' | '/' | ',', offset, length: 1 };
  const [written] = at(WORD, text, offset) ?? [];
  const word = written && meaningOf(written);
  if (!word) throw new DoseFault('DOSE_UNKNOWN_WORD', offset, written?.length ?? [...text.slice(offset)][0]!.length);
  return { kind: 'WORD', word, offset, length: written.length };
}

function valueOf([, whole = '', glyph, over, under, integer = '', decimals = '']: RegExpExecArray, { offset, length }: Place): Thousandths {
  if ([whole, over, under, integer].some((digits) => digits && digits.length > MOST_DIGITS)) throw new DoseFault('DOSE_OUT_OF_RANGE', offset, length);
  if (decimals.replace(/0+$/, '').length > 3) throw new DoseFault('DOSE_TOO_PRECISE', offset, length);
  if (integer) return Number(integer) * 1000 + Number(decimals.slice(0, 3).padEnd(3, '0'));
  const fraction = glyph ? GLYPHS[glyph] : (Number(over) * 1000) / Number(under);
  if (fraction === undefined || !Number.isInteger(fraction)) throw new DoseFault('DOSE_NOT_EXACT', offset, length);
  return Number(whole) * 1000 + fraction;
}

function at(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}
