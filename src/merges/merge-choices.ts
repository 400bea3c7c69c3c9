import type { PatientsWriter } from '../patients/patients.writer.js';
import { type InputFault, badInput } from '../platform/errors.js';
import { type Choices, type MergeField, type MergeSource, type MergedValue, type Values, canUnite } from './merge-fields.js';

/** The choices by their fields; throws BAD_USER_INPUT for a field that is there twice or cannot be both. */
export function choicesOf(path: string[], given: ReadonlyArray<{ field: MergeField; take: MergeSource }>): Choices {
  const choices = new Map<MergeField, MergeSource>();
  const faults = given.flatMap(({ field, take }, index): InputFault[] => {
    const at = [...path, String(index)];
    if (choices.has(field)) return [{ path: [...at, 'field'], reason: 'DUPLICATE' }];
    choices.set(field, take);
    return take === 'BOTH' && !canUnite(field) ? [{ path: [...at, 'take'], reason: 'CANNOT_BE_BOTH' }] : [];
  });
  if (faults.length) throw badInput(faults);
  return choices;
}

/** Throws BAD_USER_INPUT for a merge that would make of two patients one who cannot be: without a name, or with too much of something. */
export function refuseImpossible(path: string[], values: Values, most: PatientsWriter['limits']): void {
  const { NAME_EN: nameEn, NAME_BN: nameBn, PHONES, NID, BIRTH_REGISTRATION, PASSPORT, EMIRATES_ID, NOTES } = values;
  const identifiers = [NID, BIRTH_REGISTRATION, PASSPORT, EMIRATES_ID].flat();
  const faults: InputFault[] = [];
  if (!nameEn && !nameBn) faults.push({ path, reason: 'NAME_REQUIRED' });
  if ((PHONES as unknown[]).length > most.phones) faults.push({ path, reason: 'TOO_MANY', params: { field: 'PHONES', max: most.phones } });
  if (identifiers.length > most.identifiers) faults.push({ path, reason: 'TOO_MANY', params: { field: 'IDENTIFIERS', max: most.identifiers } });
  if ([...((NOTES as string | null) ?? '')].length > most.notes) faults.push({ path, reason: 'TOO_LONG', params: { field: 'NOTES', max: most.notes } });
  if (faults.length) throw badInput(faults);
}

/** Throws BAD_USER_INPUT that names every conflict about which nothing was chosen. */
export function refuseUndecided(path: string[], fields: readonly MergedValue[]): void {
  const undecided = fields.filter(({ from }) => from === undefined);
  if (undecided.length) throw badInput(undecided.map(({ field }) => ({ path, reason: 'CHOICE_REQUIRED', params: { field } })));
}
