import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { type PatientRecord, mrnText } from './patient.model.js';

@ObjectType({ description: 'A patient whom the audit trail names, as people know them now.' })
@Classified('patient')
export class AuditedPatient {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  id: string;

  @Field({ description: 'Medical record number: P-000123.' })
  mrn: string;

  @Field(() => String, { nullable: true, description: 'Name in Latin letters. At least one of the two names is there.' })
  nameEn: string | null;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters.' })
  nameBn: string | null;
}

/** A patient by number and names alone. */
export const toAuditedPatient = ({ row, identity: { nameEn, nameBn } }: PatientRecord): AuditedPatient => ({ id: row.id, mrn: mrnText(row.mrn), nameEn, nameBn });
