import { Field, InputType } from '@nestjs/graphql';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { GuardianRelation } from '../patients/patient.model.js';
import { consentLimits } from './consent-details.js';
import { ConsentChoice, ConsentGiverKind, ConsentMethod, ConsentPurpose } from './consent.enums.js';

// What the values must be is decided in one place, consent-details.ts, which names all faults at once.

const TEXT = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';

@InputType({ description: 'Who decided.' })
export class ConsentGiverInput {
  @Field(() => ConsentGiverKind, { description: 'As what. A minor’s agreement is given by a guardian (GUARDIAN_REQUIRED).' })
  kind: ConsentGiverKind;

  @Field(() => String, { nullable: true, description: `Name; required unless it is the patient (NAME_REQUIRED), and then not told (NOT_FOR_PATIENT); up to ${consentLimits.name} characters. ${TEXT}` })
  name?: string | null;

  @Field(() => GuardianRelation, { nullable: true, description: 'What they are to the patient; required unless it is the patient (RELATION_REQUIRED), and then not told (NOT_FOR_PATIENT).' })
  relation?: GuardianRelation | null;
}

@InputType({ description: 'That a consent is taken back.' })
export class WithdrawConsentInput {
  @Field(() => ConsentPurpose, { description: 'What for.' })
  purpose: ConsentPurpose;

  @Field(() => ConsentGiverInput, { description: 'Who decided.' })
  givenBy: ConsentGiverInput;

  @Field(() => ConsentMethod, { description: 'How they said so.' })
  method: ConsentMethod;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When they decided; now, unless told. Reasons of faults: FUTURE; for a withdrawal BEFORE_GRANT.' })
  decidedAt?: Date | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the document that shows it, one of the patient’s (NOT_FOUND).' })
  documentId?: string | null;

  @Field(() => String, { nullable: true, description: `A note, with line ends, up to ${consentLimits.note} characters. ${TEXT}` })
  note?: string | null;
}

@InputType({ description: 'What somebody answered when they were asked for consent.' })
export class RecordConsentInput extends WithdrawConsentInput {
  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each answer to record, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;

  @Field(() => ConsentChoice, { description: 'Yes or no. To take back an earlier yes, use `withdrawConsent`.' })
  choice: ConsentChoice;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When a yes ends by itself; without end unless told. Reasons of faults: NOT_AFTER_DECISION, NOT_FOR_REFUSAL.' })
  validUntil?: Date | null;

  @Field(() => String, { nullable: true, description: 'Language of the text they were shown or told, as a BCP 47 tag such as bn or en-AE. Reason of a fault: NOT_A_LANGUAGE.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: `Which version of the text that was, such as “2026-03, form B”; up to ${consentLimits.textVersion} characters. ${TEXT}` })
  textVersion?: string | null;
}
