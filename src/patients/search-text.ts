import { toAsciiDigits } from '../platform/digits.js';
import { cleanLine } from '../platform/plain-text.js';
import { commonNear, isCommonName, withoutOne } from './common-names.js';
import { IDENTIFIER_KINDS, InvalidIdentifier, normaliseIdentifier } from './identifiers.js';
import { normaliseMrn } from './mrn.js';
import { pairsOf, requiredOf, titlesLike } from './name-match.js';
import { type NameWord, digitRunsOf, wordsOf } from './name-words.js';
import { type Findable, PHONE_BEGINNINGS, longestBeginning, nameValue } from './patient-tokens.js';

export const LONGEST_SEARCH = 100;
export const MOST_WORDS = 8;
export const MOST_SHOWN = 50;
const SHORTEST_DIGITS = 4;

export type InvalidSearchReason = 'NOTHING_TO_SEARCH' | 'TOO_SHORT' | 'TOO_MANY_WORDS';

/** A text by which nobody can be searched; the message never repeats it. */
export class InvalidSearch extends Error {
  override readonly name = 'InvalidSearch';

  constructor(readonly reason: InvalidSearchReason) {
    super(`Invalid search: ${reason}`);
  }
}

/** How strongly a token speaks for the patient who has it; the kinds of one word add up, each once. */
export const KIND = { slip: 1, consonants: 2, beginning: 4, whole: 8 } as const;

/** One token to look up: for which word of the text (from 0; from OPTIONAL on for words that need not be found), and its kind. */
export interface Asked {
  word: number;
  findable: Findable;
  kind: number;
}

export const OPTIONAL = 100;

/** What a text asks for. */
export interface SearchText {
  /** The words of names in it. */
  names: NameWord[];
  /** The runs of four digits and more, which may be a part of a telephone number. */
  digits: string[];
  /** The whole text as a medical record number's counter, if it can be one. */
  mrn: string | null;
  /** The whole text as identifiers, if it can be some. */
  identifiers: Findable[];
  asked: Asked[];
  /** How many of the words that are not optional a patient must have. */
  needed: number;
}

/** Reads what somebody types to find a patient. Throws InvalidText or InvalidSearch for a text that can find nobody, or everybody. */
export function readSearch(raw: string): SearchText {
  const text = cleanLine(raw, LONGEST_SEARCH);
  const mrn = normaliseMrn(text)?.replace(/^P-0*/, '') ?? null;
  const identifiers = identifiersIn(text);
  const whole = identifiers.some(({ field }) => field === 'identifier:PASSPORT') || (mrn !== null && /p/i.test(text));
  const names = whole ? [] : wordsOf(text).filter(({ text: word }) => [...word].length >= 2);
  const digits = whole ? [] : digitRunsOf(text).filter((run) => run.length >= SHORTEST_DIGITS);
  if (!names.length && !digits.length && !mrn && !identifiers.length) throw new InvalidSearch(/[\p{L}\p{N}]/u.test(text) ? 'TOO_SHORT' : 'NOTHING_TO_SEARCH');
  if (names.length + digits.length > MOST_WORDS) throw new InvalidSearch('TOO_MANY_WORDS');
  return { names, digits, mrn, identifiers, ...askedFor(names, digits, identifiers, mrn) };
}

/** A number as somebody would dial it, without the zero or the country's code before it: all the ways to read it. */
export function nationalReadings(digits: string): string[] {
  const international = digits.startsWith('00') ? digits.slice(2) : digits;
  const readings = digits.startsWith('0') && !digits.startsWith('00') ? [digits.slice(1)] : [international, ...[1, 2, 3].map((code) => international.slice(code))];
  return readings.filter((reading) => reading.length >= PHONE_BEGINNINGS[0]);
}

function askedFor(names: NameWord[], digits: string[], identifiers: Findable[], mrn: string | null): Pick<SearchText, 'asked' | 'needed'> {
  const { required, needed } = requiredOf(names);
  const optional = names.filter((word) => !required.includes(word));
  const ofNames = [
    ...required.flatMap((word, at) => nameAlternatives(word).map((alternative) => ({ ...alternative, word: at }))),
    ...optional.filter(({ role }) => role === 'TITLE' || role === 'COURTESY').map(({ fine }, at) => ({ word: OPTIONAL + at, findable: name(nameValue.fine(fine)), kind: KIND.whole })),
    ...joinedAlternatives(names, required),
  ];
  const first = required.length;
  const ofDigits = digits.flatMap((run, at) => phoneAlternatives(run).map((alternative) => ({ ...alternative, word: first + at })));
  const ofIdentifiers = identifiers.map((findable) => ({ word: first, findable, kind: KIND.whole }));
  const wholeTextOnly = !names.length && !digits.length && (identifiers.length > 0 || mrn !== null);
  return { asked: [...ofNames, ...ofDigits, ...ofIdentifiers], needed: needed + digits.length + (wholeTextOnly ? 1 : 0) };
}

const name = (value: string): Findable => ({ field: 'name', value });

function nameAlternatives({ text, role, sound, fine, coarse }: NameWord): Array<Omit<Asked, 'word'>> {
  const letters = [...text];
  const begins = letters.slice(0, longestBeginning(text)).join('');
  const titles = titlesLike(text).filter((title) => title !== fine);
  if (!sound) return [{ findable: name(nameValue.fine(fine)), kind: KIND.whole }, { findable: name(nameValue.beginning(begins)), kind: KIND.beginning }];
  return [
    { findable: name(nameValue.fine(fine)), kind: KIND.whole },
    ...(letters.length >= 2 ? [{ findable: name(nameValue.beginning(begins)), kind: KIND.beginning }] : []),
    ...titles.map((title) => ({ findable: name(nameValue.fine(title)), kind: KIND.consonants })),
    ...(role === 'TITLE' || coarse.length < 2 ? [] : [
      { findable: name(nameValue.coarse(coarse)), kind: KIND.consonants },
      ...slipsOf({ fine, coarse }).map((key) => ({ findable: name(nameValue.coarse(key)), kind: KIND.slip })),
    ]),
  ];
}

const slipsOf = ({ fine, coarse }: Pick<NameWord, 'fine' | 'coarse'>): string[] => (isCommonName(fine) ? [] : [...new Set([...(coarse.length >= 3 ? withoutOne(coarse) : []), ...commonNear(coarse)])]);

/** Two words that may be written as one speak for both of them. */
const joinedAlternatives = (names: NameWord[], required: NameWord[]): Asked[] =>
  names.slice(1).flatMap((word, at) => {
    const [joined] = pairsOf([names[at]!, word]);
    const places = [names[at]!, word].map((half) => required.indexOf(half));
    return joined ? places.filter((place) => place >= 0).map((place) => ({ word: place, findable: name(nameValue.fine(joined.fine)), kind: KIND.whole })) : [];
  });

// A whole number has both its beginning and its end, and is told by that from those with either.
function phoneAlternatives(digits: string): Array<Omit<Asked, 'word'>> {
  const [shorter, longer] = PHONE_BEGINNINGS;
  const beginnings = new Set(nationalReadings(digits).map((national) => national.slice(0, national.length >= longer ? longer : shorter)));
  return [
    { findable: { field: 'phone-last-four', value: digits.slice(-4) }, kind: KIND.whole },
    ...[...beginnings].map((value) => ({ findable: { field: 'phone-beginning', value } as const, kind: KIND.beginning })),
  ];
}

function identifiersIn(text: string): Findable[] {
  const compact = toAsciiDigits(text).replace(/[\s\u2010-\u2015-]/g, '');
  if (!/^(\d{10,17}|[a-z]{1,2}\d{6,8})$/i.test(compact) || /^[a-z]{1,2}\s/i.test(text)) return [];
  return IDENTIFIER_KINDS.filter((kind) => (kind === 'PASSPORT') === /^[a-z]/i.test(compact)).flatMap((kind): Findable[] => {
    try {
      return [{ field: `identifier:${kind}`, value: normaliseIdentifier(kind, compact).value }];
    } catch (error) {
      if (error instanceof InvalidIdentifier) return [];
      throw error;
    }
  });
}
