import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MessageKind, MessageReason, MessageState } from './message-kinds.model.js';
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

  @Field(() => MessageReason, { nullable: true, description: 'Why it was not sent; while it is QUEUED, why its last try failed.' })
  reason: MessageReason | null;

  @Field(() => Int, { nullable: true, description: 'The HTTP status with which the gateway refused it.' })
  gatewayStatus: number | null;

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

const reasons: ReadonlySet<string> = new Set(Object.values(MessageReason));

// What is kept is the gateway's status, or the code of the connection, which are many.
function whyNotSent(kept: string | null): Pick<AppointmentMessage, 'reason' | 'gatewayStatus'> {
  const status = kept && /^HTTP_(\d{3})$/.exec(kept);
  if (status) return { reason: MessageReason.GATEWAY_REFUSED, gatewayStatus: Number(status[1]) };
  return { reason: kept === null || reasons.has(kept) ? (kept as MessageReason | null) : MessageReason.UNREACHABLE, gatewayStatus: null };
}

/** A message as the practice sees it; the number that it went to is not shown. */
export const toMessage = ({ row, content }: MessageRecord): AppointmentMessage => ({
  id: row.id, kind: row.kind, state: row.state, dueAt: row.due, sentAt: row.sent_at, ...whyNotSent(row.reason), tries: row.tries, text: content && content.text,
});
