import type { FamilyRelation } from './family.enums.js';

/** The longest note, in code points. */
export const LONGEST_NOTE = 200;

/** What is sealed in `clinic.family_links.details`, as seen from the patient's side. */
export interface LinkDetails {
  /** What the relative is to the patient. */
  relation: FamilyRelation;
  /** Who of the two speaks for the other. */
  guardian: 'PATIENT' | 'RELATIVE' | null;
  note: string | null;
}

/** What is sealed in `clinic.family_links.end_details`. */
export interface EndDetails {
  reason: string;
  enteredInError: boolean;
}

const inverses: Record<FamilyRelation, FamilyRelation> = {
  PARENT: 'CHILD', CHILD: 'PARENT', GRANDPARENT: 'GRANDCHILD', GRANDCHILD: 'GRANDPARENT', SPOUSE: 'SPOUSE', SIBLING: 'SIBLING',
  GUARDIAN: 'WARD', WARD: 'GUARDIAN', OTHER: 'OTHER',
};

/** The same link seen from the relative's side. */
export const inverted = (details: LinkDetails): LinkDetails => ({
  ...details,
  relation: inverses[details.relation],
  guardian: details.guardian && (details.guardian === 'PATIENT' ? 'RELATIVE' : 'PATIENT'),
});

/** Which of the two is the forebear of the other; undefined where neither is. */
export function elderOf(relation: FamilyRelation): 'PATIENT' | 'RELATIVE' | undefined {
  if (relation === 'PARENT' || relation === 'GRANDPARENT') return 'RELATIVE';
  return relation === 'CHILD' || relation === 'GRANDCHILD' ? 'PATIENT' : undefined;
}
