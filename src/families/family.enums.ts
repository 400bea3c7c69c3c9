import { registerEnumType } from '@nestjs/graphql';

export const FamilyRelation = {
  PARENT: 'PARENT', CHILD: 'CHILD', GRANDPARENT: 'GRANDPARENT', GRANDCHILD: 'GRANDCHILD', SPOUSE: 'SPOUSE', SIBLING: 'SIBLING',
  GUARDIAN: 'GUARDIAN', WARD: 'WARD', OTHER: 'OTHER',
} as const;
export type FamilyRelation = keyof typeof FamilyRelation;
registerEnumType(FamilyRelation, {
  name: 'FamilyRelation',
  description: 'What a relative is to a patient. From the relative’s side it is the other way round: a patient’s PARENT has the patient as CHILD.',
  valuesMap: {
    PARENT: { description: 'Father or mother.' },
    CHILD: { description: 'Son or daughter.' },
    GRANDPARENT: { description: 'Grandfather or grandmother.' },
    GRANDCHILD: { description: 'Grandson or granddaughter.' },
    SPOUSE: { description: 'Husband or wife.' },
    SIBLING: { description: 'Brother or sister.' },
    GUARDIAN: { description: 'Speaks for the patient without any of these relations.' },
    WARD: { description: 'The patient speaks for them, without any of these relations.' },
    OTHER: { description: 'Another relation, such as an aunt or a brother-in-law; the note tells which.' },
  },
});

export const FamilyWarning = { PARENT_NOT_OLDER: 'PARENT_NOT_OLDER', GUARDIAN_IS_MINOR: 'GUARDIAN_IS_MINOR' } as const;
export type FamilyWarning = keyof typeof FamilyWarning;
registerEnumType(FamilyWarning, {
  name: 'FamilyWarning',
  description: 'What somebody should look at again. A warning never prevents saving.',
  valuesMap: {
    PARENT_NOT_OLDER: { description: 'By the births on file the parent or grandparent is not older than the child or grandchild.' },
    GUARDIAN_IS_MINOR: { description: 'Whoever is to speak for the other is a minor.' },
  },
});
