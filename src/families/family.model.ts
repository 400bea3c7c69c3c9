import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Patient } from '../patients/patient.model.js';
import { MemberName } from '../tenants/member-name.model.js';
import { type EndDetails, type LinkDetails, inverted } from './family-relations.js';
import type { LinkRow } from './family-rows.js';
import { FamilyRelation, FamilyWarning } from './family.enums.js';

/** A link with its sealed parts opened. */
export interface LinkRecord {
  row: LinkRow;
  details: LinkDetails;
  end: EndDetails | null;
}

@ObjectType({ description: 'That a link was ended.' })
@Classified('patient')
export class FamilyLinkEnd {
  @Field({ description: 'Why.' })
  reason: string;

  @Field({ description: 'Whether the link had been a mistake; otherwise it was right and is over.' })
  enteredInError: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was ended.' })
  at: Date;

  @Field(() => MemberName, { description: 'Who ended it.' })
  by: MemberName;
}

@ObjectType({ description: 'A relative of a patient, who is a patient of the practice too.' })
@Classified('patient')
export class FamilyMember {
  @Field(() => UuidScalar, { description: 'Id of the link; the same from both sides.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the relative.' })
  relativeId: string;

  @Field(() => FamilyRelation, { description: 'What the relative is to the patient.' })
  relation: FamilyRelation;

  @Field({ description: 'Whether the relative speaks for the patient.' })
  isGuardian: boolean;

  @Field({ description: 'Whether the patient speaks for the relative.' })
  isWard: boolean;

  @Field(() => String, { nullable: true, description: 'A note of one line.' })
  note: string | null;

  @Field(() => DateTimeScalar, { description: 'When they were linked.' })
  linkedAt: Date;

  @Field(() => MemberName, { description: 'Who linked them.' })
  linkedBy: MemberName;

  @Field(() => FamilyLinkEnd, { nullable: true, description: 'Set when the link was ended.' })
  ended: FamilyLinkEnd | null;
}

@ObjectType({ description: 'A link as saved, and what to look at again.' })
@Classified('patient')
export class FamilySaved {
  @Field(() => FamilyMember, { description: 'The relative, as the patient’s.' })
  member: FamilyMember;

  @Field(() => [FamilyWarning], { description: 'What somebody should look at again; empty when nothing. It was saved all the same.' })
  warnings: FamilyWarning[];
}

@ObjectType({ description: 'A patient who is found by the same telephone number, and so may be of the family.' })
@Classified('patient')
export class PhoneSharer {
  @Field(() => Patient, { description: 'Who that is.' })
  patient: Patient;

  @Field({ description: 'Whether the two are linked already.' })
  linked: boolean;
}

/** A link as it is seen from one of its two patients. */
export function toFamilyMember({ row, details, end }: LinkRecord, patientId: string): FamilyMember {
  const fromRelative = row.relative_id === patientId;
  const { relation, guardian, note } = fromRelative ? inverted(details) : details;
  return {
    id: row.id,
    relativeId: fromRelative ? row.patient_id : row.relative_id,
    relation, note,
    isGuardian: guardian === 'RELATIVE',
    isWard: guardian === 'PATIENT',
    linkedAt: row.linked_at,
    linkedBy: { id: row.linked_by },
    ended: end && { ...end, at: row.ended_at!, by: { id: row.ended_by! } },
  };
}
