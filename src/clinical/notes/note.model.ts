import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import type { Entry } from '../entries/entry-table.js';
import { ClinicalEntry, toClinicalEntry } from '../entries/entry.model.js';
import { LONGEST_NOTE, type NoteContent, type NoteKind, type NoteRow } from './note-content.js';

export const ClinicalNoteKind = {
  CONSULTATION: 'CONSULTATION', PROGRESS: 'PROGRESS', PROCEDURE: 'PROCEDURE', PHONE: 'PHONE', OTHER: 'OTHER',
} as const satisfies Record<NoteKind, NoteKind>;
registerEnumType(ClinicalNoteKind, {
  name: 'ClinicalNoteKind',
  description: 'What a clinical note is about.',
  valuesMap: {
    CONSULTATION: { description: 'A consultation: complaint, findings, assessment, plan.' },
    PROGRESS: { description: 'How the patient has been since.' },
    PROCEDURE: { description: 'A procedure that was done.' },
    PHONE: { description: 'A conversation by telephone or video.' },
    OTHER: { description: 'Anything else.' },
  },
});

@ObjectType({ description: 'A clinical note of a patient, as somebody wrote it: `recordedBy` is its author.' })
@Classified('clinical')
export class ClinicalNote extends ClinicalEntry {
  @Field(() => ClinicalNoteKind, { description: 'What it is about.' })
  kind: NoteKind;

  @Field({ description: 'The text, with line ends.' })
  text: string;

  @Field(() => DateTimeScalar, { description: 'When what it tells happened; when it was recorded, unless its author said otherwise.' })
  occurredAt: Date;
}

/** A page of clinical notes. */
export const ClinicalNoteConnection = ConnectionOf(ClinicalNote, 'ClinicalNote');

/** What changing a note answers with; the resolver's field `note` shows it. */
@ObjectType({ description: 'A clinical note as saved.' })
export class ClinicalNoteSaved {
  saved: ClinicalNote;
}

@InputType({ description: 'A clinical note as it is to be recorded.' })
export class ClinicalNoteInput {
  @Field(() => ClinicalNoteKind, { description: 'What it is about.' })
  kind: NoteKind;

  @Field({ description: `The text, with line ends; up to ${LONGEST_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  text: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When what it tells happened; now unless told. Reasons of faults: FUTURE (over five minutes ahead), BEFORE_BIRTH.' })
  occurredAt?: Date | null;
}

@InputType({ description: 'A clinical note to record of a patient.' })
export class RecordClinicalNoteInput extends ClinicalNoteInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each note to record, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

/** A clinical note, for those who may see it. */
export const toNote = (entry: Entry<NoteContent, NoteRow>): ClinicalNote => ({
  ...toClinicalEntry(entry), ...entry.content, occurredAt: entry.row.occurred_at,
});
