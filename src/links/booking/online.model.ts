import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { SessionMode } from '../../schedules/schedule-enums.model.js';
import { Availability } from './online-offer.js';

registerEnumType(Availability, {
  name: 'OnlineAvailability',
  description: 'How full a session is, for who books online.',
  valuesMap: { FREE: { description: 'There are places.' }, FEW: { description: 'There are few.' }, FULL: { description: 'There is none.' } },
});

export enum OnlineBookingStatus { HELD = 'HELD', BOOKED = 'BOOKED', ARRIVED = 'ARRIVED', COMPLETED = 'COMPLETED', CANCELLED = 'CANCELLED', NO_SHOW = 'NO_SHOW', EXPIRED = 'EXPIRED' }
registerEnumType(OnlineBookingStatus, {
  name: 'OnlineBookingStatus',
  description: 'How far a booking that was made online has come.',
  valuesMap: {
    HELD: { description: 'The place is kept until `heldUntil`.' }, BOOKED: { description: 'Booked.' }, ARRIVED: { description: 'The patient has come.' }, COMPLETED: { description: 'The consultation is over.' },
    CANCELLED: { description: 'Cancelled.' }, NO_SHOW: { description: 'The patient did not come.' }, EXPIRED: { description: 'Held, and not booked in time.' },
  },
});

export enum OnlineCanceller { PATIENT = 'PATIENT', PRACTICE = 'PRACTICE' }
registerEnumType(OnlineCanceller, {
  name: 'OnlineCanceller',
  description: 'Who cancelled a booking that was made online.',
  valuesMap: { PATIENT: { description: 'Whoever booked it.' }, PRACTICE: { description: 'The practice.' } },
});

/** For how many days sessions can be asked for at once. */
export const MOST_OFFERED_DAYS = 31;
export const LONGEST_BOOKER_NAME = 100;
export const OLDEST_BOOKER = 130;

const LINK = 'The secret in the practice’s booking link: what follows `/book/` in its address.';

@ObjectType({ description: 'A name in both scripts.' })
@Classified('offer')
export class OnlineName {
  @Field({ description: 'In Latin letters.' })
  nameEn: string;

  @Field(() => String, { nullable: true, description: 'In Bangla.' })
  nameBn: string | null;
}

@ObjectType({ description: 'A chamber in which patients book online.' })
@Classified('offer')
export class OnlineChamber {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'What it is called.' })
  name: string;

  @Field({ description: 'Where it is; empty unless the practice says so.' })
  address: string;

  @Field({ description: 'Its time zone, from the IANA database.' })
  timeZone: string;

  @Field(() => LocalDateScalar, { description: 'The last day for which can be booked now.' })
  lastDay: string;

  @Field(() => Int, { nullable: true, description: 'What is to be paid before a place is booked, in minor units of the practice’s currency; null for nothing.' })
  deposit: number | null;
}

@ObjectType({ description: 'A practice, for who books online.' })
@Classified('offer')
export class OnlineClinic {
  @Field({ description: 'What the practice is called.' })
  name: string;

  @Field({ description: 'Its currency, by ISO 4217.' })
  currency: string;

  @Field(() => [String], { description: 'The countries whose mobile numbers can be proved, by ISO 3166-1 alpha-2: its own first.' })
  countries: string[];

  @Field(() => [OnlineChamber], { description: 'The chambers in which patients book online.' })
  chambers: OnlineChamber[];
}

@ObjectType({ description: 'A slot that can be booked.' })
@Classified('offer')
export class OnlineSlot {
  @Field(() => DateTimeScalar, { description: 'When it begins; pass it as `slotFrom`.' })
  from: Date;

  @Field(() => DateTimeScalar, { description: 'When it is over.' })
  until: Date;
}

@ObjectType({ description: 'A doctor’s hours for which patients book online; how many patients there are is not told.' })
@Classified('offer')
export class OnlineSession {
  @Field(() => UuidScalar, { description: 'Id; pass it to `holdOnlinePlace`.' })
  id: string;

  @Field(() => OnlineName, { description: 'The doctor.' })
  doctor: OnlineName;

  @Field(() => LocalDateScalar, { description: 'Its day, where the chamber is.' })
  localDate: string;

  @Field(() => DateTimeScalar, { description: 'When it begins.' })
  startsAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  endsAt: Date;

  @Field(() => SessionMode, { description: 'Whether patients have numbers or times.' })
  mode: SessionMode;

  @Field(() => Availability, { description: 'How full it is.' })
  availability: Availability;

  @Field(() => DateTimeScalar, { nullable: true, description: 'In SERIAL mode, about from when whoever books now has their turn, to the half hour.' })
  aboutFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'About until when.' })
  aboutUntil: Date | null;

  /** Not a field by itself: some of them are shown. */
  free: OnlineSlot[];
}

@ObjectType({ description: 'A booking that was made online, for who made it.' })
@Classified('own')
export class OnlineBooking {
  @Field(() => OnlineBookingStatus, { description: 'How far it has come.' })
  status: OnlineBookingStatus;

  @Field(() => Int, { nullable: true, description: 'The serial number to be called by; null unless it was booked.' })
  number: number | null;

  @Field({ description: 'The practice.' })
  practice: string;

  @Field({ description: 'The chamber.' })
  chamber: string;

  @Field({ description: 'Where that is; empty unless the practice says so.' })
  address: string;

  @Field({ description: 'The time zone there.' })
  timeZone: string;

  @Field(() => OnlineName, { description: 'The doctor.' })
  doctor: OnlineName;

  @Field(() => LocalDateScalar, { description: 'The day, where the chamber is.' })
  localDate: string;

  @Field(() => DateTimeScalar, { description: 'When the session begins, with what was announced as a delay.' })
  startsAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the slot begins; null in SERIAL mode.' })
  slotFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the slot is over.' })
  slotUntil: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when the turn is to be expected; null unless it is booked.' })
  expectedFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when; four times out of five the turn comes between the two.' })
  expectedUntil: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'While it is HELD, until when it must be confirmed, or the deposit paid.' })
  heldUntil: Date | null;

  @Field(() => Int, { nullable: true, description: 'What is to be paid before it is booked, in minor units; null for nothing.' })
  deposit: number | null;

  @Field(() => String, { nullable: true, description: 'Of which currency, by ISO 4217.' })
  currency: string | null;

  @Field({ description: 'Whether the deposit was paid.' })
  depositPaid: boolean;

  @Field(() => OnlineCanceller, { nullable: true, description: 'Who cancelled it; null unless it is CANCELLED.' })
  cancelledBy: OnlineCanceller | null;
}

@ObjectType({ description: 'A place that is held.' })
@Classified('own')
export class HeldOnlinePlace {
  @Field({ description: 'By which whoever booked confirms, sees and cancels it; answered this once, and to retries under one idempotency key.' })
  @Classified('credential')
  secret: string;

  @Field(() => OnlineBooking, { description: 'The booking.' })
  booking: OnlineBooking;
}

@ArgsType()
export class OnlineSessionsArgs {
  @Field({ description: LINK })
  link: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day; today there, unless told.' })
  first?: string | null;

  @Field(() => Int, { defaultValue: 7, description: `For how many days, 1 to ${MOST_OFFERED_DAYS}. Reason of a fault: OUT_OF_RANGE.` })
  days: number;
}

const PHONE = 'A mobile number, as it is written in the country of the practice. Reasons of faults: EMPTY, NOT_A_NUMBER, TOO_SHORT, TOO_LONG, INVALID_FOR_COUNTRY, NOT_MOBILE, OTHER_COUNTRY (none of `OnlineClinic.countries`).';

@InputType({ description: 'Who asks for a code, and where.' })
export class RequestBookingCodeInput {
  @Field({ description: LINK })
  link: string;

  @Field({ description: PHONE })
  phone: string;
}

@InputType({ description: 'A place that somebody wants, and who they are.' })
export class HoldOnlinePlaceInput {
  @Field({ description: LINK })
  link: string;

  @Field({ description: PHONE })
  phone: string;

  @Field({ description: 'The code that was sent to it: six digits, of any script. It can be used once, for ten minutes; the fifth try ends it, also when it was right and the place is somebody else’s.' })
  code: string;

  @Field(() => UuidScalar, { description: 'Id of the session.' })
  sessionId: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'In SLOT mode, the instant at which the wanted slot begins; not in SERIAL mode. Reasons of faults: NEEDED, NOT_IN_THIS_MODE, NOT_A_SLOT.' })
  slotFrom?: Date | null;

  @Field({ description: `Name of the patient, up to ${LONGEST_BOOKER_NAME} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  name: string;

  @Field(() => Int, { nullable: true, description: `Age of the patient in years, 0 to ${OLDEST_BOOKER}. Reason of a fault: OUT_OF_RANGE.` })
  ageYears?: number | null;

  @Field({ defaultValue: false, description: 'Whether the patient has been with this doctor before.' })
  returning: boolean;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each booking, the same on every retry: the place is then held once, and each retry answers with it and its secret. For another request the code is used up.' })
  idempotencyKey?: string | null;
}
