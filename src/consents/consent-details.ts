import { InputCheck } from '../platform/input-check.js';
import type { GuardianRelation } from '../patients/patient.model.js';
import type { Majority } from '../patients/patients.reader.js';
import type { ConsentDecision, ConsentGiverKind, ConsentMethod, ConsentWarning } from './consent.enums.js';

/** The most of each, in code points. */
export const consentLimits = { name: 200, note: 2_000, textVersion: 100 } as const;

const LONGEST_TAG = 35;

/** Who decided. */
export interface Giver {
  kind: ConsentGiverKind;
  name: string | null;
  relation: GuardianRelation | null;
}

/** What is sealed in `clinic.consents.details`. */
export interface ConsentDetails {
  givenBy: Giver;
  language: string | null;
  textVersion: string | null;
  note: string | null;
}

/** What is sealed in `clinic.consents.error_details`. */
export interface ErrorDetails {
  reason: string;
}

/** What somebody decided, as told by the caller; what is particular to an answer is absent in a withdrawal. */
export interface DecisionInput {
  givenBy: { kind: ConsentGiverKind; name?: string | null; relation?: GuardianRelation | null };
  method: ConsentMethod;
  decidedAt?: Date | null;
  validUntil?: Date | null;
  documentId?: string | null;
  language?: string | null;
  textVersion?: string | null;
  note?: string | null;
}

/**
 * The details of a decision that is recorded at `now`. Throws BAD_USER_INPUT that names every fault
 * at once by its path under `input`. Only an agreement needs a guardian where the patient is a minor: a child's no is heard.
 */
export function detailsOf(input: DecisionInput, decision: ConsentDecision, majority: Majority, now: Date): ConsentDetails {
  const check = new InputCheck();
  const { decidedAt, validUntil, language } = input;
  if (decidedAt && decidedAt > now) check.blame(['decidedAt'], 'FUTURE');
  if (validUntil && decision !== 'GRANTED') check.blame(['validUntil'], 'NOT_FOR_REFUSAL');
  else if (validUntil && validUntil <= (decidedAt ?? now)) check.blame(['validUntil'], 'NOT_AFTER_DECISION');
  if (decision === 'GRANTED' && majority === 'MINOR' && input.givenBy.kind === 'PATIENT') check.blame(['givenBy', 'kind'], 'GUARDIAN_REQUIRED');
  const tag = typeof language === 'string' ? languageTag(language) : null;
  if (tag === undefined) check.blame(['language'], 'NOT_A_LANGUAGE');
  const details = {
    givenBy: giverOf(check, input.givenBy),
    language: tag ?? null,
    textVersion: check.line(['textVersion'], input.textVersion, consentLimits.textVersion),
    note: check.lines(['note'], input.note, consentLimits.note),
  };
  check.throwIfAny();
  return details;
}

/** What to look at again about a decision. */
export const warningsOf = ({ givenBy }: ConsentDetails, decision: ConsentDecision, majority: Majority): ConsentWarning[] =>
  decision === 'GRANTED' && givenBy.kind === 'PATIENT' && majority === 'UNCERTAIN' ? ['AGE_UNCERTAIN'] : [];

function giverOf(check: InputCheck, { kind, name, relation }: DecisionInput['givenBy']): Giver {
  const given = { name: typeof name === 'string', relation: typeof relation === 'string' };
  for (const field of ['name', 'relation'] as const) {
    if (kind === 'PATIENT' && given[field]) check.blame(['givenBy', field], 'NOT_FOR_PATIENT');
    if (kind !== 'PATIENT' && !given[field]) check.blame(['givenBy', field], field === 'name' ? 'NAME_REQUIRED' : 'RELATION_REQUIRED');
  }
  return { kind, name: check.line(['givenBy', 'name'], name, consentLimits.name), relation: relation ?? null };
}

/** The one spelling of a BCP 47 tag (RFC 5646); undefined when it is none. */
function languageTag(raw: string): string | undefined {
  if (raw.length > LONGEST_TAG) return undefined;
  try {
    return Intl.getCanonicalLocales(raw)[0];
  } catch {
    return undefined;
  }
}
