import { isCommon } from './common-names.js';
import type { BirthDate } from './birth-date.js';
import { matchNames, pairsOf, requiredOf } from './name-match.js';
import { type NameWord, wordsOf } from './name-words.js';
import type { Identity } from './patient-identity.js';
import { numbersOf } from './patient-tokens.js';
import type { DuplicateReason } from './patient.enums.js';

/** The reasons in the order in which they are told. */
const TOLD: readonly DuplicateReason[] = ['SAME_IDENTIFIER', 'SAME_NAME', 'SIMILAR_NAME', 'SAME_BIRTH', 'NEAR_AGE', 'SAME_PHONE', 'SAME_GUARDIAN', 'SAME_ADDRESS'];

/** How likely two records are one person's, 0 to 100, and what speaks for it. */
export interface DuplicateScore {
  score: number;
  /** The same unrounded, in bits, to order by. */
  bits: number;
  reasons: DuplicateReason[];
}

/**
 * The weight of each finding in bits: log2 of how much more often it is seen in two records of one person than in records of
 * two persons (Fellegi and Sunter, A Theory for Record Linkage, 1969). They are reckoned, not learned, for a practice of
 * about a hundred thousand patients; docs/adr/0008 says from what.
 */
const BITS = {
  /** Before anything is compared: one record among some 130,000. */
  prior: -17,
  identifier: { same: 60, other: -6 },
  /** Of each word of the name. Half of all names share a few dozen words. */
  name: { common: 4.5, rare: 8, courtesy: 1, most: 16, like: 0.6, left: -1, other: -14, leastOther: -16 },
  birth: { day: 12, dayOfTwins: 8, misread: 7, year: 5, near: 3, off: -1, far: -5, veryFar: -10 },
  /** What a household shares says who lives together: the strongest counts, and one bit for each further. */
  household: { phone: 14, guardian: 10, address: 8, further: 1, otherPhone: -1 },
  sex: { same: 1, other: -6 },
} as const;

const DAY_MS = 86_400_000;

interface Finding {
  bits: number;
  reasons: DuplicateReason[];
}

const nothing: Finding = { bits: 0, reasons: [] };

/** Compares who two records say that somebody is. What either does not know speaks neither for nor against. */
export function scoreDuplicate(one: Identity, other: Identity): DuplicateScore {
  const name = compareNames(one, other);
  const findings = [
    compareIdentifiers(one, other),
    name,
    compareBirths(one.birth, other.birth, name.reasons.length > 0),
    compareHouseholds(one, other),
    one.sex === 'UNKNOWN' || other.sex === 'UNKNOWN' ? nothing : { bits: one.sex === other.sex ? BITS.sex.same : BITS.sex.other, reasons: [] },
  ];
  const bits = findings.reduce<number>((sum, finding) => sum + finding.bits, BITS.prior);
  const reasons = new Set(findings.flatMap((finding) => finding.reasons));
  return { bits, score: Math.round(100 / (1 + 2 ** -bits)), reasons: TOLD.filter((reason) => reasons.has(reason)) };
}

// An NID of 10 digits and one of 17 may be one person's, so only numbers of one length contradict each other.
function compareIdentifiers(one: Identity, other: Identity): Finding {
  const pairs = one.identifiers.flatMap((mine) => other.identifiers.map((theirs) => [mine, theirs] as const));
  if (pairs.some(([mine, theirs]) => mine.value === theirs.value)) return { bits: BITS.identifier.same, reasons: ['SAME_IDENTIFIER'] };
  const contradict = pairs.some(([mine, theirs]) => mine.kind === theirs.kind && mine.kind !== 'PASSPORT' && mine.value.length === theirs.value.length);
  return contradict ? { bits: BITS.identifier.other, reasons: [] } : nothing;
}

/** The best that any two of the names say, whichever scripts they are in. */
function compareNames(one: Identity, other: Identity): Finding {
  const findings = namesOf(one).flatMap((words) => namesOf(other).map((others) => compareWords(words, others)));
  return findings.reduce((best, finding) => (saysMore(finding, best) ? finding : best), findings[0] ?? nothing);
}

// Of two that weigh the same, the one told first, so that it does not matter which record is asked about.
function saysMore(one: Finding, other: Finding): boolean {
  return one.bits === other.bits ? ranked(one) < ranked(other) : one.bits > other.bits;
}

const ranked = ({ reasons: [reason] }: Finding): number => (reason ? TOLD.indexOf(reason) : TOLD.length);

const names = new WeakMap<Identity, NameWord[][]>();

// Who is compared with fifty others is read once.
function namesOf(identity: Identity): NameWord[][] {
  let found = names.get(identity);
  if (!found) {
    found = [identity.nameEn, identity.nameBn].filter((name) => name !== null).map((name) => requiredOf(wordsOf(name)).required);
    names.set(identity, found);
  }
  return found;
}

function compareWords(one: NameWord[], other: NameWord[]): Finding {
  if (one[0]?.role !== other[0]?.role) return nothing;
  const [mine, theirs] = [joinedLike(one, other), joinedLike(other, one)];
  let agree = 0;
  const pair = (fit: 'SAME' | 'LIKE', share: number): number => {
    const paired = mine.filter((word) => {
      const at = theirs.findIndex((each) => fitOf(word, each) === fit);
      if (at >= 0) agree += share * Math.min(weightOf(word), weightOf(theirs.splice(at, 1)[0]!));
      return at >= 0;
    });
    for (const word of paired) mine.splice(mine.indexOf(word), 1);
    return paired.length;
  };
  pair('SAME', 1);
  const like = pair('LIKE', BITS.name.like);
  const differing = Math.min(mine.length, theirs.length);
  const over = Math.max(mine.length, theirs.length) - differing;
  const bits = Math.min(agree, BITS.name.most) + over * BITS.name.left + Math.max(differing * BITS.name.other, BITS.name.leastOther);
  if (differing > 0 || agree === 0) return { bits, reasons: [] };
  return { bits, reasons: [like === 0 && over === 0 ? 'SAME_NAME' : 'SIMILAR_NAME'] };
}

function fitOf(word: NameWord, other: NameWord): 'SAME' | 'LIKE' | undefined {
  const match = matchNames([word], { words: [other], pairs: [] }) ?? matchNames([other], { words: [word], pairs: [] });
  if (!match) return undefined;
  return match.fit === 'SAME' || match.fit === 'SOUND' ? 'SAME' : 'LIKE';
}

const weightOf = ({ role, coarse }: NameWord): number =>
  role !== 'NAME' ? BITS.name.courtesy : isCommon(coarse) ? BITS.name.common : BITS.name.rare;

/** The words, with two of them as one where the other name writes them so: Shah Jahan is Shahjahan. */
function joinedLike(words: NameWord[], others: NameWord[]): NameWord[] {
  for (const pair of pairsOf(words)) {
    const at = words.findIndex((word, index) => word.text + (words[index + 1]?.text ?? '') === pair.text && word.fine !== pair.fine);
    if (at >= 0 && others.some(({ fine }) => fine === pair.fine)) return [...words.slice(0, at), pair, ...words.slice(at + 2)];
  }
  return [...words];
}

function compareBirths(one: BirthDate | null, other: BirthDate | null, sameName: boolean): Finding {
  if (!one || !other) return nothing;
  if (isExact(one) && isExact(other)) {
    // Two of one household, of one day and of different names are twins.
    if (one.date === other.date) return { bits: sameName ? BITS.birth.day : BITS.birth.dayOfTwins, reasons: ['SAME_BIRTH'] };
    if (isMisread(one.date, other.date)) return { bits: BITS.birth.misread, reasons: ['NEAR_AGE'] };
  }
  const years = Math.abs(daysBetween(one.date, other.date)) / 365.25;
  if ([one, other].some(({ precision }) => precision === 'AGE_ESTIMATE')) return ageFinding(years, [2.5, 5, 10]);
  if (isExact(one) && isExact(other)) return ageFinding(years, [0, 1, 5]);
  if (one.date.slice(0, 4) === other.date.slice(0, 4)) return { bits: BITS.birth.year, reasons: ['NEAR_AGE'] };
  return ageFinding(years, [2, 3, 5]);
}

function ageFinding(years: number, [near, off, far]: readonly [near: number, off: number, far: number]): Finding {
  if (years <= near) return { bits: BITS.birth.near, reasons: ['NEAR_AGE'] };
  return { bits: years <= off ? BITS.birth.off : years <= far ? BITS.birth.far : BITS.birth.veryFar, reasons: [] };
}

// Many who do not know their day of birth were given 1 January.
const isExact = ({ precision, date }: BirthDate): boolean => precision === 'DAY' && !date.endsWith('-01-01');

/** Whether one day is the other with day and month swapped, or with one digit wrong. */
function isMisread(one: string, other: string): boolean {
  const [year, month, day] = one.split('-');
  return other === `${year}-${day}-${month}` || [...one].filter((digit, at) => digit !== other[at]).length === 1;
}

const daysBetween = (one: string, other: string): number => (Date.parse(other) - Date.parse(one)) / DAY_MS;

function compareHouseholds(one: Identity, other: Identity): Finding {
  const [mine, theirs] = [numbersOf(one), numbersOf(other)];
  const shared = [
    mine.some((number) => theirs.includes(number)) && ({ bits: BITS.household.phone, reason: 'SAME_PHONE' } as const),
    sameGuardian(one, other) && ({ bits: BITS.household.guardian, reason: 'SAME_GUARDIAN' } as const),
    sameAddress(one, other) && ({ bits: BITS.household.address, reason: 'SAME_ADDRESS' } as const),
  ].filter((found) => found !== false);
  if (shared.length === 0) return { bits: mine.length && theirs.length ? BITS.household.otherPhone : 0, reasons: [] };
  return { bits: Math.max(...shared.map(({ bits }) => bits)) + (shared.length - 1) * BITS.household.further, reasons: shared.map(({ reason }) => reason) };
}

function sameGuardian({ guardian: mine }: Identity, { guardian: theirs }: Identity): boolean {
  if (!mine || !theirs || mine.relation !== theirs.relation) return false;
  const [a, b] = [mine, theirs].map(({ name }) => requiredOf(wordsOf(name)).required);
  return compareWords(a!, b!).reasons.includes('SAME_NAME');
}

function sameAddress({ address: mine }: Identity, { address: theirs }: Identity): boolean {
  if (!mine?.line || !theirs?.line || folded(mine.line) !== folded(theirs.line)) return false;
  return ([['area', 'area'], ['city', 'city']] as const).every(([part]) => !mine[part] || !theirs[part] || folded(mine[part]) === folded(theirs[part]));
}

const folded = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
