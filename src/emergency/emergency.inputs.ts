import { Field, InputType, Int } from '@nestjs/graphql';

/** How long emergency access lasts at most, in minutes. */
export const LONGEST_EMERGENCY = 60;

@InputType({ description: 'Why somebody must read beyond their role at once, and for how long.' })
export class BreakGlassInput {
  @Field({ description: 'Why: one line of 10 to 500 characters, shown to whoever watches over the practice. Reasons of faults: EMPTY, TOO_SHORT, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  reason: string;

  @Field(() => Int, { defaultValue: LONGEST_EMERGENCY, description: `For how many minutes, 1 to ${LONGEST_EMERGENCY}. Reason of a fault: OUT_OF_RANGE.` })
  minutes: number;
}
