import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';

@ObjectType({ description: 'A link by which a calendar program fetches the caller’s sessions and appointments.' })
@Classified('own')
export class CalendarFeed {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Whether it names patients.' })
  withPatients: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it leads nowhere; null while it works.' })
  endedAt: Date | null;
}

@ObjectType({ description: 'A calendar feed that was just made, with its link, which is shown this once.' })
@Classified('link')
export class NewCalendarFeed {
  @Field(() => CalendarFeed, { description: 'The feed.' })
  feed: CalendarFeed;

  @Field({ description: 'The address to subscribe to in a calendar program (iCalendar, RFC 5545).' })
  url: string;
}

/** A row of clinic.calendar_feeds. */
export interface CalendarFeedRow {
  id: string;
  with_patients: boolean;
  created_at: Date;
  ended_at: Date | null;
}

/** The columns of a CalendarFeedRow, of clinic.calendar_feeds as f. */
export const CALENDAR_FEED_COLUMNS = 'f.id, f.with_patients, f.created_at, f.ended_at';

/** A feed, for whose calendar it is. */
export const toCalendarFeed = (row: CalendarFeedRow): CalendarFeed => ({ id: row.id, withPatients: row.with_patients, createdAt: row.created_at, endedAt: row.ended_at });
