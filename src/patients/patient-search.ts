import { type KnownNames, type NameFit, knownNames, matchNames } from './name-match.js';
import { formatMrn } from './mrn.js';
import type { Identity } from './patient-identity.js';
import { isFoundBy, nationalOf, numbersOf } from './patient-tokens.js';
import type { PatientMatch } from './patient.enums.js';
import type { SearchRow } from './search-rows.js';
import { KIND, type SearchText } from './search-text.js';

/** A patient who fits what was typed: by what, and a rank, higher for a better fit. */
export interface Fit {
  by: PatientMatch;
  rank: number;
}

const byName = { SAME: 'NAME', SOUND: 'NAME_SOUND', BEGINNING: 'NAME_BEGINNING', SIMILAR: 'NAME_SIMILAR' } as const satisfies Record<NameFit, PatientMatch>;

/** The order of the ways to fit, best last: each outranks any score within those before. */
const RANKS: readonly PatientMatch[] = ['NAME_SIMILAR', 'NAME_BEGINNING', 'NAME_SOUND', 'NAME', 'PHONE', 'IDENTIFIER', 'MEDICAL_RECORD_NUMBER'];
const STEP = 1_000;

/** Whether an opened patient really fits what was typed, for a token proves nothing; undefined when not. */
export function fitOf(typed: SearchText, mrn: string, identity: Identity): Fit | undefined {
  const whole = typed.mrn !== null && formatMrn(Number(typed.mrn)) === formatMrn(Number(mrn)) ? 'MEDICAL_RECORD_NUMBER'
    : typed.identifiers.some((key) => isFoundBy(identity, key)) ? 'IDENTIFIER' : undefined;
  if (whole) return ranked(whole);
  if (!typed.names.length && !typed.digits.length) return undefined;
  const numbers = typed.digits.length ? numbersOf(identity) : [];
  if (!typed.digits.every((digits) => numbers.some((number) => isPartOf(digits, number)))) return undefined;
  if (!typed.names.length) return ranked('PHONE');
  const match = matchNames(typed.names, namesOf(identity));
  return match && ranked(byName[match.fit], match.score);
}

/** The best `first` of those who fit, in order, out of candidates that are opened one by one until enough fit; and whether more may. */
export function bestOf<Candidate extends Pick<SearchRow, 'id' | 'weakest'>>(candidates: readonly Candidate[], first: number, compared: (candidate: Candidate) => Fit | undefined): { best: Array<{ candidate: Candidate; by: PatientMatch }>; more: boolean } {
  const fitting: Array<Fit & { candidate: Candidate }> = [];
  // Beside somebody of exactly this name, those whose name is off by a slip are somebody else.
  let exact = false;
  let at = 0;
  for (; at < candidates.length && fitting.length <= first; at++) {
    const candidate = candidates[at]!;
    if (exact && candidate.weakest === KIND.slip) continue;
    const found = compared(candidate);
    if (found) fitting.push({ ...found, candidate });
    exact ||= found?.by === 'NAME';
  }
  const sorted = fitting.filter(({ by }) => !exact || by !== 'NAME_SIMILAR').sort((one, other) => other.rank - one.rank);
  // Who was merged from several records may fit by more than one of them.
  const shown = sorted.filter(({ candidate: { id } }, at) => sorted.findIndex(({ candidate }) => candidate.id === id) === at);
  return { best: shown.slice(0, first), more: at < candidates.length || shown.length > first };
}

const ranked = (by: PatientMatch, score = 0): Fit => ({ by, rank: RANKS.indexOf(by) * STEP + score });

const namesOf = ({ nameEn, nameBn }: Identity): KnownNames => knownNames([nameEn, nameBn]);

/** Whether digits are the beginning or the end of a number in E.164, however the zero or the country's code before it are written. */
function isPartOf(digits: string, number: string): boolean {
  const international = number.slice(1);
  if (international.endsWith(digits)) return true;
  const national = nationalOf(number);
  const code = international.slice(0, -national.length);
  return [national, `0${national}`, international, `00${international}`, `${code}0${national}`].some((written) => written.startsWith(digits));
}
