import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { GuardianRelation } from '../patients/patient.model.js';
import { MemberName } from '../tenants/member-name.model.js';
import type { ConsentDetails, ErrorDetails } from './consent-details.js';
import type { ConsentRow } from './consent-rows.js';
import { ConsentDecision, ConsentGiverKind, ConsentMethod, ConsentPurpose, ConsentStatus, ConsentWarning } from './consent.enums.js';

/** A decision with its sealed parts opened. */
export interface ConsentRecord {
  row: ConsentRow;
  details: ConsentDetails;
  error: ErrorDetails | null;
}

/** How a patient's consent to one purpose stands now; `record` is the decision that made it so. */
export interface Standing {
  patientId: string;
  purpose: ConsentPurpose;
  status: ConsentStatus;
  record: ConsentRecord | null;
}

@ObjectType({ description: 'Who decided.' })
@Classified('patient')
export class ConsentGiver {
  @Field(() => ConsentGiverKind, { description: 'As what.' })
  kind: ConsentGiverKind;

  @Field(() => String, { nullable: true, description: 'Name; null for the patient.' })
  name: string | null;

  @Field(() => GuardianRelation, { nullable: true, description: 'What they are to the patient; null for the patient.' })
  relation: GuardianRelation | null;
}

@ObjectType({ description: 'That an entry was a mistake: it stays readable and counts for nothing.' })
@Classified('patient')
export class ConsentError {
  @Field({ description: 'Why.' })
  reason: string;

  @Field(() => DateTimeScalar, { description: 'When it was marked.' })
  at: Date;

  @Field(() => MemberName, { description: 'Who marked it.' })
  by: MemberName;
}

@ObjectType({ description: 'One decision about one purpose. Decisions are never changed: a later one takes the place of an earlier one.' })
@Classified('patient')
export class Consent {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'The patient whom it is about.' })
  patientId: string;

  @Field(() => ConsentPurpose, { description: 'What for.' })
  purpose: ConsentPurpose;

  @Field(() => ConsentDecision, { description: 'What was decided.' })
  decision: ConsentDecision;

  @Field(() => ConsentGiver, { description: 'Who decided.' })
  givenBy: ConsentGiver;

  @Field(() => ConsentMethod, { description: 'How it was given.' })
  method: ConsentMethod;

  @Field(() => DateTimeScalar, { description: 'When it was decided. The latest of a purpose counts, and of two decided at the same instant the one recorded later.' })
  decidedAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When a grant ends by itself; null without end.' })
  validUntil: Date | null;

  @Field(() => String, { nullable: true, description: 'Language of the text that they were shown or told, as a BCP 47 tag.' })
  language: string | null;

  @Field(() => String, { nullable: true, description: 'Which version of the text that was.' })
  textVersion: string | null;

  @Field(() => String, { nullable: true, description: 'A note, with line ends.' })
  note: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the document that shows it.' })
  documentId: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt: Date;

  @Field(() => MemberName, { description: 'Who recorded it.' })
  recordedBy: MemberName;

  @Field(() => ConsentError, { nullable: true, description: 'Set when the entry was a mistake; it then counts for nothing.' })
  enteredInError: ConsentError | null;
}

export const ConsentConnection = ConnectionOf(Consent, 'Consent');

@ObjectType({ description: 'How a patient’s consent to one purpose stands now.' })
@Classified('patient')
export class ConsentStanding {
  @Field(() => ConsentPurpose, { description: 'What for.' })
  purpose: ConsentPurpose;

  @Field(() => ConsentStatus, { description: 'How it stands.' })
  status: ConsentStatus;

  @Field({ description: 'Whether it may be done: with a grant in force only. Treatment may be begun also while nobody has been asked, since whoever comes for it agrees by coming.' })
  allowed: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when: when it was decided, or when the grant expired. Null while unknown.' })
  since: Date | null;

  @Field(() => Consent, { nullable: true, description: 'The decision that counts; null while unknown.' })
  decision: Consent | null;
}

@ObjectType({ description: 'A decision as saved, and what follows from it.' })
@Classified('patient')
export class ConsentSaved {
  @Field(() => Consent, { description: 'The decision.' })
  consent: Consent;

  @Field(() => ConsentStanding, { description: 'How the consent to that purpose stands now; an older decision that is recorded late does not change it.' })
  standing: ConsentStanding;

  @Field(() => [ConsentWarning], { description: 'What somebody should look at again; empty when nothing. It was saved all the same.' })
  warnings: ConsentWarning[];
}

/** Whether something may be done. Everything but treatment waits for a yes. */
export const isAllowed = (purpose: ConsentPurpose, status: ConsentStatus): boolean =>
  status === 'GRANTED' || (purpose === 'TREATMENT' && status === 'UNKNOWN');

/** A decision as its readers see it. */
export const toConsent = ({ row, details, error }: ConsentRecord): Consent => ({
  id: row.id,
  patientId: row.patient_id,
  purpose: row.purpose,
  decision: row.decision,
  givenBy: details.givenBy,
  method: row.method,
  decidedAt: row.decided_at,
  validUntil: row.valid_until,
  language: details.language,
  textVersion: details.textVersion,
  note: details.note,
  documentId: row.document_id,
  recordedAt: row.recorded_at,
  recordedBy: { id: row.recorded_by },
  enteredInError: error && { ...error, at: row.error_at!, by: { id: row.error_by! } },
});

/** How a consent stands, as its readers see it. */
export const toStanding = ({ purpose, status, record }: Standing): ConsentStanding => ({
  purpose,
  status,
  allowed: isAllowed(purpose, status),
  since: record && (status === 'EXPIRED' ? record.row.valid_until : record.row.decided_at),
  decision: record && toConsent(record),
});
