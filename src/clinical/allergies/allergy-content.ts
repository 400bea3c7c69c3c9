import { InputCheck } from '../../platform/input-check.js';
import { type ApproximateDate, type PatientDays, approximateDate } from '../entries/approximate-date.js';
import { clinicalFault } from '../entries/approximate-date.model.js';
import type { AllergyCriticality, AllergySeverity, ReactionKind, SubstanceKind } from './allergy.enums.js';

/** The most of each that an allergy can have; lengths in code points. */
export const allergyLimits = { substance: 200, codeSystem: 200, code: 64, reactions: 20, reaction: 200, note: 2_000 } as const;

/** What is sealed in `clinic.allergies.content`. */
export interface AllergyContent {
  substance: { text: string; kind: SubstanceKind; code: { system: string; code: string } | null };
  reactions: Array<{ kind: ReactionKind; text: string | null }>;
  severity: AllergySeverity | null;
  criticality: AllergyCriticality | null;
  onset: ApproximateDate | null;
  note: string | null;
}

/** An allergy as a caller states it. */
export interface AllergyGiven {
  substance: { text: string; kind: SubstanceKind; code?: { system: string; code: string } | null };
  reactions?: Array<{ kind: ReactionKind; text?: string | null }> | null;
  severity?: AllergySeverity | null;
  criticality?: AllergyCriticality | null;
  onset?: ApproximateDate | null;
  note?: string | null;
}

/** The allergy to record of a patient who had these days. Throws BAD_USER_INPUT that names every fault at once. */
export function allergyContent({ substance, reactions, severity, criticality, onset, note }: AllergyGiven, days: PatientDays): AllergyContent {
  const check = new InputCheck(clinicalFault);
  const content: AllergyContent = {
    substance: {
      text: check.line(['substance', 'text'], substance.text, allergyLimits.substance) ?? '',
      kind: substance.kind,
      code: substance.code ? {
        system: check.line(['substance', 'code', 'system'], substance.code.system, allergyLimits.codeSystem) ?? '',
        code: check.line(['substance', 'code', 'code'], substance.code.code, allergyLimits.code) ?? '',
      } : null,
    },
    reactions: reactionsIn(check, reactions ?? []),
    severity: severity ?? null,
    criticality: criticality ?? null,
    onset: onset ? (check.at(['onset', 'date'], () => approximateDate(onset, days)) ?? null) : null,
    note: check.lines(['note'], note, allergyLimits.note),
  };
  check.throwIfAny();
  return content;
}

/** True when two texts name one substance, whatever their case, width or spelling in Unicode. */
export const isSameSubstance = (one: AllergyContent, other: AllergyContent): boolean => folded(one) === folded(other);

const folded = ({ substance }: AllergyContent): string => substance.text.normalize('NFKC').toLowerCase();

function reactionsIn(check: InputCheck, reactions: NonNullable<AllergyGiven['reactions']>): AllergyContent['reactions'] {
  if (check.tooMany('reactions', reactions, allergyLimits.reactions)) return [];
  return reactions.map(({ kind, text }, index) => {
    if (kind === 'OTHER' && typeof text !== 'string') check.blame(['reactions', String(index), 'text'], 'REQUIRED');
    return { kind, text: check.line(['reactions', String(index), 'text'], text, allergyLimits.reaction) };
  });
}
