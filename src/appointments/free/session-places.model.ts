import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { NumberSeries } from '../../schedules/schedule-enums.model.js';

@ObjectType({ description: 'The places of a session that are kept for one way of booking.' })
@Classified('schedule')
export class SeriesPlaces {
  @Field(() => NumberSeries, { description: 'For whom they are.' })
  series: NumberSeries;

  @Field(() => Int, { description: 'How many there are.' })
  capacity: number;

  @Field(() => Int, { description: 'How many are taken. Who telephones or shows reports takes one of GENERAL when theirs are used up.' })
  taken: number;

  @Field(() => Int, { description: 'How many can be booked now; none when the session takes nobody any more.' })
  free: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'In SERIAL mode, from when the turn of whoever books the next of them is to be expected; null when none is free.' })
  expectedFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when; four times out of five the turn comes between the two.' })
  expectedUntil: Date | null;
}

@ObjectType({ description: 'The places of a session at one moment. What is free may be taken before a booking arrives.' })
@Classified('schedule')
export class SessionPlaces {
  @Field(() => Int, { description: 'How many there are; as many as slots, in SLOT mode.' })
  capacity: number;

  @Field(() => Int, { description: 'How many of them are taken: held, booked, or of patients who have come.' })
  taken: number;

  @Field(() => Int, { description: 'How many can be booked now: the sum of those of `bySeries`, or fewer when there are not as many numbers, of which each is given once. In SLOT mode those whose time is over are neither taken nor free.' })
  free: number;

  @Field(() => Int, { description: 'How many are booked beyond the capacity.' })
  overbooked: number;

  @Field(() => Int, { description: 'How many more may be booked beyond the capacity, with appointments:overbook.' })
  overbooksLeft: number;

  @Field(() => [SeriesPlaces], { description: 'The same by whom the places are kept for; those for nobody in this session are left out.' })
  bySeries: SeriesPlaces[];
}

@ObjectType({ description: 'A slot of a session in SLOT mode.' })
@Classified('schedule')
export class SessionSlot {
  @Field(() => DateTimeScalar, { description: 'When it begins; pass it as `slotFrom`.' })
  from: Date;

  @Field(() => DateTimeScalar, { description: 'When it is over.' })
  until: Date;

  @Field({ description: 'Whether it can be booked now.' })
  free: boolean;
}
