import { registerEnumType } from '@nestjs/graphql';
import type { MergeField, MergeSource } from './merge-fields.js';

export const MergeFields = {
  NAME_EN: 'NAME_EN', NAME_BN: 'NAME_BN', SEX: 'SEX', BIRTH: 'BIRTH', PHONES: 'PHONES', NID: 'NID', BIRTH_REGISTRATION: 'BIRTH_REGISTRATION',
  PASSPORT: 'PASSPORT', EMIRATES_ID: 'EMIRATES_ID', ADDRESS: 'ADDRESS', GUARDIAN: 'GUARDIAN', BLOOD_GROUP: 'BLOOD_GROUP', NOTES: 'NOTES',
} as const satisfies Record<MergeField, MergeField>;
registerEnumType(MergeFields, {
  name: 'MergeField',
  description: 'What of a patient is decided on its own when two are merged.',
  valuesMap: {
    NAME_EN: { description: 'Name in Latin letters.' },
    NAME_BN: { description: 'Name in Bangla letters.' },
    SEX: { description: 'Sex.' },
    BIRTH: { description: 'Birth.' },
    PHONES: { description: 'Telephone numbers.' },
    NID: { description: 'National identity numbers.' },
    BIRTH_REGISTRATION: { description: 'Birth registration numbers.' },
    PASSPORT: { description: 'Passport numbers.' },
    EMIRATES_ID: { description: 'Emirates ID numbers.' },
    ADDRESS: { description: 'Address, as a whole.' },
    GUARDIAN: { description: 'Guardian, as a whole.' },
    BLOOD_GROUP: { description: 'Blood group.' },
    NOTES: { description: 'Clinical notes.' },
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
