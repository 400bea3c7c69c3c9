import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { listOf } from '../../platform/graphql/cost.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { type AppointmentRecord, Appointment, toAppointment } from '../appointment.model.js';
import { BookingObstacle } from '../booking-obstacle.js';
import { MOST_OCCURRENCES } from './recurrence.js';

@ObjectType({ description: 'One day of a series: an appointment, or why there is none.' })
@Classified('appointment')
export class Occurrence {
  @Field(() => LocalDateScalar, { description: 'The day.' })
  localDate: string;

  @Field(() => Appointment, { nullable: true, description: 'The appointment; null when there was no place.' })
  appointment: Appointment | null;

  @Field(() => BookingObstacle, { nullable: true, description: 'What stood in the way; null when there is an appointment.' })
  obstacle: BookingObstacle | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that stood in the way, where there is one that the caller may see.' })
  obstacleId: string | null;
}

@ObjectType({ description: 'Appointments that were booked together.' })
@Classified('appointment')
export class AppointmentSeries {
  @Field(() => UuidScalar, { description: 'The `recurrenceId` of its appointments.' })
  recurrenceId: string;

  @Field(() => Int, { description: 'How many were booked.' })
  booked: number;

  @Field(() => [Occurrence], { complexity: listOf(MOST_OCCURRENCES), description: 'Every day that was asked for, in their order.' })
  occurrences: Occurrence[];
}

/** A day of a series on which there was no place. */
export interface Missed {
  localDate: string;
  obstacle: BookingObstacle;
  /** The appointment that stood in the way. */
  obstacleId: string | null;
}

/** A series as booked. */
export interface SeriesRecord {
  id: string;
  booked: AppointmentRecord[];
  missed: Missed[];
}

/** A series, for who may see who has an appointment. */
export function toSeries({ id, booked, missed }: SeriesRecord): AppointmentSeries {
  const occurrences = [
    ...booked.map((record): Occurrence => ({ localDate: record.row.local_date, appointment: toAppointment(record), obstacle: null, obstacleId: null })),
    ...missed.map(({ localDate, obstacle, obstacleId }): Occurrence => ({ localDate, obstacle, obstacleId: obstacleId ?? null, appointment: null })),
  ];
  return { recurrenceId: id, booked: booked.length, occurrences: occurrences.sort((a, b) => (a.localDate < b.localDate ? -1 : 1)) };
}
