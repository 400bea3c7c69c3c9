import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** The longest name of a display, in characters. */
export const LONGEST_DISPLAY_NAME = 100;

@ObjectType({ description: 'A link that shows the queue of a chamber by numbers, without names, to whoever holds it: for a screen in the waiting room.' })
@Classified('schedule')
export class QueueDisplay {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field({ description: 'What the screen is called.' })
  name: string;

  @Field(() => MemberName, { description: 'Who made it.' })
  createdBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who ended it.' })
  endedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it leads nowhere; null while it works.' })
  endedAt: Date | null;
}

@ObjectType({ description: 'A display that was just made, with its link, which is shown this once.' })
@Classified('link')
export class NewQueueDisplay {
  @Field(() => QueueDisplay, { description: 'The display.' })
  display: QueueDisplay;

  @Field({ description: 'The address to open on the screen. Add `?language=en` or `?language=bn` for another language than the chamber’s. The same with `/state` at its end gives what is shown as JSON.' })
  url: string;
}

@InputType({ description: 'A new display.' })
export class CreateQueueDisplayInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field({ description: `What the screen is called, up to ${LONGEST_DISPLAY_NAME} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  name: string;
}

/** A row of clinic.queue_displays. */
export interface QueueDisplayRow {
  id: string;
  chamber_id: string;
  name: string;
  created_by: string;
  created_at: Date;
  ended_by: string | null;
  ended_at: Date | null;
}

/** The columns of a QueueDisplayRow, of clinic.queue_displays as d. */
export const QUEUE_DISPLAY_COLUMNS = 'd.id, d.chamber_id, d.name, d.created_by, d.created_at, d.ended_by, d.ended_at';

/** A display, for who manages the queue of its chamber. */
export const toQueueDisplay = (row: QueueDisplayRow): QueueDisplay => ({
  id: row.id, chamberId: row.chamber_id, name: row.name, createdBy: { id: row.created_by }, createdAt: row.created_at,
  endedBy: row.ended_by === null ? null : { id: row.ended_by }, endedAt: row.ended_at,
});
