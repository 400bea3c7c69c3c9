import { registerEnumType } from '@nestjs/graphql';
import type { MergeField, MergeSource } from './merge-fields.js';

export const MergeFields = {
  NAME_EN: 'NAME_EN', NAME_BN: 'NAME_BN', SEX: 'SEX', BIRTH: 'BIRTH', PHONES: 'PHONES', NID: 'NID', BIRTH_REGISTRATION: 'BIRTH_REGISTRATION',
  PASSPORT: 'PASSPORT', EMIRATES_ID: 'EMIRATES_ID', ADDRESS: 'ADDRESS', GUARDIAN: 'GUARDIAN', BLOOD_GROUP: 'BLOOD_GROUP', NOTES: 'NOTES',
} as const satisfies Record<MergeField, MergeField>;
registerEnumType(MergeFields, {
  name: 'MergeField',
  description: 'What of a patient is decided on its own when two are merged. In `MergedField` its values are JSON text, in the form that is told here.',
  valuesMap: {
    NAME_EN: { description: 'Name in Latin letters: a string.' },
    NAME_BN: { description: 'Name in Bangla letters: a string.' },
    SEX: { description: 'Sex: a string, a value of `Sex`; "UNKNOWN" when nobody has recorded it.' },
    BIRTH: { description: 'Birth: an object of `precision` and `date` as in `Birth`; for AGE_ESTIMATE also `asOf` and `ageYears`, the age as it was stated that day.' },
    PHONES: { description: 'Telephone numbers: a list of objects of `number` and `label` as in `PatientPhone`.' },
    NID: { description: 'National identity numbers: a list of objects of `kind`, `value` and `warnings` as in `PatientIdentifier`; so are those of the other documents.' },
    BIRTH_REGISTRATION: { description: 'Birth registration numbers: a list as for NID.' },
    PASSPORT: { description: 'Passport numbers: a list as for NID.' },
    EMIRATES_ID: { description: 'Emirates ID numbers: a list as for NID.' },
    ADDRESS: { description: 'Address, as a whole: an object with the fields of `PatientAddress`.' },
    GUARDIAN: { description: 'Guardian, as a whole: an object with the fields of `PatientGuardian`.' },
    BLOOD_GROUP: { description: 'Blood group: a string, a value of `BloodGroup`.' },
    NOTES: { description: 'Clinical notes: a string.' },
  } satisfies Record<MergeField, { description: string }>,
});

export const MergeSources = { SURVIVOR: 'SURVIVOR', DUPLICATE: 'DUPLICATE', BOTH: 'BOTH' } as const satisfies Record<MergeSource, MergeSource>;
registerEnumType(MergeSources, {
  name: 'MergeSource',
  description: 'From which of two merged patients a value is.',
  valuesMap: {
    SURVIVOR: { description: 'From the patient who stays.' },
    DUPLICATE: { description: 'From the patient who is merged into the other.' },
    BOTH: { description: 'From both: they have the same, or theirs are united.' },
  } satisfies Record<MergeSource, { description: string }>,
});
