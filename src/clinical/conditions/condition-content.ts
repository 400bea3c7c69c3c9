import { InputCheck } from '../../platform/input-check.js';
import type { LabelledCode, StatedCode } from '../../terminology/condition-codes.reader.js';
import { type ApproximateDate, type PatientDays, approximateDate, endsBefore } from '../entries/approximate-date.js';
import { clinicalFault } from '../entries/approximate-date.model.js';
import type { ConditionClinicalStatus } from './condition.enums.js';

/** The longest that each text of a condition can be, in code points. */
export const conditionLimits = { text: 300, note: 2_000 } as const;

/** What is sealed in `clinic.conditions.content`. */
export interface ConditionContent {
  /** The code with its labels when the diagnosis was made: a later list may name it otherwise. */
  coded: LabelledCode | null;
  text: string | null;
  onset: ApproximateDate | null;
  note: string | null;
}

/** What is sealed in `clinic.condition_status_changes.details`. */
export interface StatusDetails {
  abatement: ApproximateDate | null;
  note: string | null;
}

/** What is stated of a condition besides its code. */
export interface ConditionGiven {
  code?: string | null;
  text?: string | null;
  onset?: ApproximateDate | null;
  note?: string | null;
}

/** The condition to record of a patient who had these days, and when it abated. Throws BAD_USER_INPUT that names every fault at once. */
export function conditionContent(
  given: ConditionGiven & { clinicalStatus: ConditionClinicalStatus; abatement?: ApproximateDate | null }, code: StatedCode, days: PatientDays,
): { content: ConditionContent; abatement: ApproximateDate | null } {
  const check = new InputCheck(clinicalFault);
  if (typeof code === 'string') check.blame(['code'], code);
  if (code === null && typeof given.text !== 'string') check.blame([], 'CODE_OR_TEXT_REQUIRED');
  const onset = dateOf(check, 'onset', given.onset, days);
  const content: ConditionContent = {
    coded: typeof code === 'string' ? null : code,
    text: check.line(['text'], given.text, conditionLimits.text),
    onset,
    note: check.lines(['note'], given.note, conditionLimits.note),
  };
  const abatement = abatementOf(check, given.abatement, given.clinicalStatus, onset, days);
  check.throwIfAny();
  return { content, abatement };
}

/** What is said of a new judgement of a condition that began at `onset`. Throws BAD_USER_INPUT. */
export function statusDetails(
  given: { abatement?: ApproximateDate | null; note?: string | null }, clinicalStatus: ConditionClinicalStatus, onset: ApproximateDate | null, days: PatientDays,
): StatusDetails {
  const check = new InputCheck(clinicalFault);
  const details: StatusDetails = {
    abatement: abatementOf(check, given.abatement, clinicalStatus, onset, days),
    note: check.lines(['note'], given.note, conditionLimits.note),
  };
  check.throwIfAny();
  return details;
}

/** True when two conditions are written alike: the same code, and the same text whatever its case, width or spelling in Unicode. */
export const isSameCondition = (one: ConditionContent, other: ConditionContent): boolean => folded(one) === folded(other);

const folded = ({ coded, text }: ConditionContent): string => `${coded?.code ?? ''} ${(text ?? '').normalize('NFKC').toLowerCase()}`;

function dateOf(check: InputCheck, field: string, given: ApproximateDate | null | undefined, days: PatientDays): ApproximateDate | null {
  return given ? (check.at([field, 'date'], () => approximateDate(given, days)) ?? null) : null;
}

// HL7 FHIR R4, Condition con-4: what has abated is not active.
function abatementOf(check: InputCheck, given: ApproximateDate | null | undefined, clinicalStatus: ConditionClinicalStatus, onset: ApproximateDate | null, days: PatientDays): ApproximateDate | null {
  const abatement = dateOf(check, 'abatement', given, days);
  if (given && clinicalStatus === 'ACTIVE') check.blame(['abatement'], 'WHILE_ACTIVE');
  if (abatement && onset && endsBefore(abatement, onset)) check.blame(['abatement', 'date'], 'BEFORE_ONSET');
  return abatement;
}
