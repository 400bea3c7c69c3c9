import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { MOST_AHEAD } from './messages.writer.js';

@ObjectType({ description: 'When patients are told by SMS.' })
@Classified('practice')
export class MessageSettings {
  @Field({ description: 'When quiet hours begin, by the clock where the chamber is: HH:MM. In them patients are told only what changes their day.' })
  quietFrom: string;

  @Field({ description: 'When they end: HH:MM; earlier than `quietFrom`, it is on the next day. The same: there are none.' })
  quietUntil: string;

  @Field(() => Int, { description: 'Patients are told that their turn is near when so many are before them; 0 for never.' })
  nearAhead: number;

  @Field(() => Int, { description: 'Send it with `editMessageSettings`.' })
  version: number;
}

@InputType({ description: 'Changes of when patients are told; what is left out stays.' })
export class EditMessageSettingsInput {
  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: 'When quiet hours begin: HH:MM. Reason of a fault: NOT_A_TIME.' })
  quietFrom?: string | null;

  @Field(() => String, { nullable: true, description: 'When they end: HH:MM. Reason of a fault: NOT_A_TIME.' })
  quietUntil?: string | null;

  @Field(() => Int, { nullable: true, description: `How many may be before somebody whose turn is near, 0 to ${MOST_AHEAD}. Reason of a fault: OUT_OF_RANGE.` })
  nearAhead?: number | null;
}
