import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { PregnancyState, PrescriptionStatus } from './prescription.enums.js';
import type { PrescriptionContent } from './prescription-content.js';
import { PrescriptionItem, toItem } from './prescription-item.model.js';
import { formatPrescriptionNumber } from './prescription-number.js';
import type { PrescriptionRecord } from './prescription-rows.js';

@ObjectType({ description: 'A diagnosis, as it stood on the prescription.' })
@Classified('prescription')
export class PrescribedDiagnosis {
  @Field(() => String, { nullable: true, description: 'The code of ICD-10.' })
  code: string | null;

  @Field(() => String, { nullable: true, description: 'What the code stood for, in English.' })
  title: string | null;

  @Field(() => String, { nullable: true, description: 'What the code stood for, in Bangla.' })
  titleBn: string | null;

  @Field(() => String, { nullable: true, description: 'As the doctor worded it.' })
  text: string | null;
}

@ObjectType({ description: 'A test or an image that was asked for.' })
@Classified('prescription')
export class Investigation {
  @Field({ description: 'Which one.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'What is to be looked at.' })
  note: string | null;
}

@ObjectType({ description: 'When the patient is to come again.' })
@Classified('prescription')
export class FollowUp {
  @Field(() => LocalDateScalar, { description: 'The day, where the chamber is.' })
  on: string;

  @Field(() => String, { nullable: true, description: 'What for, and with what.' })
  note: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that stands for it; null while there is none, or when it was cancelled or the patient did not come.' })
  appointmentId: string | null;
}

@ObjectType({ description: 'The signature of a prescription.' })
@Classified('prescription')
export class PrescriptionSignature {
  @Field(() => MemberName, { description: 'Who signed.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field({ description: 'SHA-256 of the signed form in canonical JSON (RFC 8785), in hexadecimal.' })
  hash: string;
}

@ObjectType({ description: 'Who declared a prescription invalid, when and why.' })
@Classified('prescription')
export class PrescriptionCancellation {
  @Field(() => MemberName, { description: 'Who did.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field({ description: 'Why.' })
  reason: string;
}

@ObjectType({ description: 'A prescription. What was signed never changes: an amendment is a prescription of its own.' })
@Classified('prescription')
export class Prescription {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The patient’s id.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber in which it was written.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'Who is to sign it, or did.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that it is of.' })
  appointmentId: string | null;

  @Field(() => PrescriptionStatus, { description: 'How far it has come.' })
  status: PrescriptionStatus;

  @Field(() => String, { nullable: true, description: 'Its number in the practice, RX-000123; null until it is signed.' })
  number: string | null;

  @Field(() => [String], { description: 'What the patient complains of.' })
  complaints: string[];

  @Field(() => String, { nullable: true, description: 'What was found on examination, with line ends.' })
  examination: string | null;

  @Field(() => [PrescribedDiagnosis], { description: 'The diagnoses.' })
  diagnoses: PrescribedDiagnosis[];

  @Field(() => [Investigation], { description: 'What is to be investigated.' })
  investigations: Investigation[];

  @Field(() => [PrescriptionItem], { description: 'The medicines, in their order.' })
  items: PrescriptionItem[];

  @Field(() => [String], { description: 'Advice.' })
  advice: string[];

  @Field(() => FollowUp, { nullable: true, description: 'When to come again.' })
  followUp: FollowUp | null;

  @Field(() => PregnancyState, { nullable: true, description: 'Whether the patient is pregnant or breast-feeds, as it was stated here; null when nobody said.' })
  pregnancy: PregnancyState | null;

  @Field(() => PrescriptionSignature, { nullable: true, description: 'The signature; null until it is signed.' })
  signature: PrescriptionSignature | null;

  @Field(() => PrescriptionCancellation, { nullable: true, description: 'Who declared it invalid; null unless somebody did.' })
  cancellation: PrescriptionCancellation | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the version that it takes the place of, once it is signed.' })
  amendsId: string | null;

  @Field(() => String, { nullable: true, description: 'Why it amends that one.' })
  amendmentReason: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the draft or version that amends this one.' })
  amendedById: string | null;

  @Field(() => MemberName, { description: 'Who began it.' })
  draftedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was begun.' })
  draftedAt: Date;

  @Field(() => MemberName, { description: 'Who changed it last.' })
  updatedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was changed last.' })
  updatedAt: Date;

  @Field(() => Int, { description: 'Rises with each change. Send it back with a change, so that nobody else’s is overwritten.' })
  version: number;

  /** What it says, as it is kept: for fields that are answered elsewhere. */
  content: PrescriptionContent;
}

export const PrescriptionConnection = ConnectionOf(Prescription, 'Prescription');

/** What changing a prescription answers with; the resolver's field `prescription` shows it. */
@ObjectType({ description: 'A prescription as saved.' })
@Classified('prescription')
export class PrescriptionSaved {
  saved: Prescription;
}

/** An opened prescription, for those who may see it. */
export function toPrescription({ row, content, reason, cancelReason }: PrescriptionRecord): Prescription {
  return {
    id: row.id, patientId: row.patient_id, chamberId: row.chamber_id, doctor: { id: row.doctor_id }, appointmentId: row.appointment_id, status: row.status,
    number: row.number && formatPrescriptionNumber(row.number),
    complaints: content.complaints, examination: content.examination, diagnoses: content.diagnoses.map(toDiagnosis), investigations: content.investigations, items: content.items.map(toItem),
    advice: content.advice, followUp: content.followUp && { ...content.followUp, appointmentId: row.follow_up_appointment_id }, pregnancy: content.pregnancy ?? null,
    signature: row.signed_by && row.signed_at && row.content_hash ? { by: { id: row.signed_by }, at: row.signed_at, hash: row.content_hash.toString('hex') } : null,
    cancellation: row.cancelled_by && row.cancelled_at && cancelReason !== null ? { by: { id: row.cancelled_by }, at: row.cancelled_at, reason: cancelReason } : null,
    amendsId: row.amends, amendmentReason: reason, amendedById: row.amended_by,
    draftedBy: { id: row.drafted_by }, draftedAt: row.drafted_at, updatedBy: { id: row.updated_by }, updatedAt: row.updated_at, version: row.version, content,
  };
}

/** A diagnosis, as it is shown. */
export const toDiagnosis = ({ coded, text }: PrescriptionContent['diagnoses'][number]): PrescribedDiagnosis =>
  ({ code: coded?.code ?? null, title: coded?.title ?? null, titleBn: coded?.titleBn ?? null, text });
