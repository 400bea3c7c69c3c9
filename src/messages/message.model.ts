import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MessageKind, MessageState } from './message-kinds.model.js';
import type { MessageContent, MessageRow } from './message-rows.js';

@ObjectType({ description: 'What a patient is told of an appointment by SMS.' })
@Classified('appointment')
export class AppointmentMessage {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => MessageKind, { description: 'What it tells.' })
  kind: MessageKind;

  @Field(() => MessageState, { description: 'What became of it.' })
  state: MessageState;

  @Field(() => DateTimeScalar, { description: 'When it is, or was, to be sent. What would fall into quiet hours is put off until they are over.' })
  dueAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the gateway took it.' })
  sentAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was not sent. SUPPRESSED: NO_CONSENT (the patient has not agreed to SMS), NO_NUMBER, TOO_LATE (the time that it is about is over), OUT_OF_DATE (what it says is not so any more) or UNDONE (so is the change that it tells of). FAILED, and of the last try while it is QUEUED: NO_GATEWAY, TIMEOUT, HTTP_ and the gateway’s status, the code of the connection, EXPIRED or INTERNAL.' })
  reason: string | null;

  @Field(() => Int, { description: 'How often it was tried.' })
  tries: number;

  @Field(() => String, { nullable: true, description: 'What it says; null until it is first tried.' })
  text: string | null;
}

/** A message with what is sealed of it opened. */
export interface MessageRecord {
  row: MessageRow;
  content: MessageContent | null;
}

/** A message as the practice sees it; the number that it went to is not shown. */
export const toMessage = ({ row, content }: MessageRecord): AppointmentMessage => ({
  id: row.id, kind: row.kind, state: row.state, dueAt: row.due, sentAt: row.sent_at, reason: row.reason, tries: row.tries, text: content && content.text,
});
