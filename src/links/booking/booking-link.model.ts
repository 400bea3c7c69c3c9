import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

export const LONGEST_LINK_NAME = 100;

@ObjectType({ description: 'A link by which patients book online in the chambers that are open for it. Everybody may know it: put it on a poster or a page.' })
@Classified('schedule')
export class BookingLink {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'What it is called in the practice.' })
  name: string;

  @Field(() => MemberName, { description: 'Who made it.' })
  createdBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who ended it.' })
  endedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when nobody books by it; null while it works. What was booked by it stays.' })
  endedAt: Date | null;
}

@ObjectType({ description: 'A booking link that was just made, with its address, which is shown this once.' })
@Classified('link')
export class NewBookingLink {
  @Field(() => BookingLink, { description: 'The link.' })
  link: BookingLink;

  @Field({ description: 'Its address in the frontend, which passes what follows `/book/` to `onlineClinic`.' })
  url: string;
}

@InputType({ description: 'A new booking link.' })
export class CreateBookingLinkInput {
  @Field({ description: `What it is called in the practice, up to ${LONGEST_LINK_NAME} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  name: string;
}

/** A row of clinic.booking_links. */
export interface BookingLinkRow {
  id: string;
  name: string;
  created_by: string;
  created_at: Date;
  ended_by: string | null;
  ended_at: Date | null;
}

/** The columns of a BookingLinkRow, of clinic.booking_links as l. */
export const BOOKING_LINK_COLUMNS = 'l.id, l.name, l.created_by, l.created_at, l.ended_by, l.ended_at';

/** A booking link, for who manages chambers. */
export const toBookingLink = (row: BookingLinkRow): BookingLink => ({
  id: row.id, name: row.name, createdBy: { id: row.created_by }, createdAt: row.created_at, endedBy: row.ended_by === null ? null : { id: row.ended_by }, endedAt: row.ended_at,
});
