import type { HeldPatient } from '../patients/patients.writer.js';
import {
  type Choices, type MergeField, type MergeSource, type MergedValue, type RestoredValue, clinicalFields, identityFields, merged, restored,
  valuesOfClinical, valuesOfIdentity,
} from './merge-fields.js';
import type { SealedClinical, SealedIdentity } from './merge-records.js';

/** What becomes of every field when a duplicate is merged into a survivor. */
export function planOf(survivor: HeldPatient, duplicate: HeldPatient, choices: Choices): { identity: MergedValue[]; clinical: MergedValue[] } {
  return {
    identity: merged(identityFields, valuesOfIdentity(survivor.identity), valuesOfIdentity(duplicate.identity), choices),
    clinical: merged(clinicalFields, valuesOfClinical(survivor.clinical), valuesOfClinical(duplicate.clinical), choices),
  };
}

/** Which patient each field of a decided plan came from. */
export const sourcesOf = (fields: readonly MergedValue[]): Partial<Record<MergeField, MergeSource>> =>
  Object.fromEntries(fields.map(({ field, from }) => [field, from]));

/** What becomes of every field of the survivor, as they are now, when a merge is undone. */
export function undoingOf(
  merge: { identity: SealedIdentity; clinical: SealedClinical }, now: HeldPatient, keep: ReadonlySet<MergeField>,
): { identity: RestoredValue[]; clinical: RestoredValue[] } {
  const { identity, clinical } = merge;
  return {
    identity: restored(identityFields, valuesOfIdentity(identity.survivor), valuesOfIdentity(identity.result), valuesOfIdentity(now.identity), keep),
    clinical: restored(clinicalFields, valuesOfClinical(clinical.survivor), valuesOfClinical(clinical.result), valuesOfClinical(now.clinical), keep),
  };
}
