import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';

@ObjectType({ description: 'Who an appointment was booked online for, as whoever booked wrote. Only the telephone number was proved.' })
@Classified('patient')
export class Booker {
  @Field({ description: 'Name.' })
  name: string;

  @Field({ description: 'Telephone number in E.164. Families share numbers: it does not say who the patient is.' })
  phone: string;

  @Field(() => Int, { nullable: true, description: 'Age in years on the day of the booking.' })
  ageYears: number | null;
}

/** What is sealed in `clinic.appointments.details` of a booking that was made online. */
export interface BookedOnline {
  booker: Booker;
}

@InputType({ description: 'Who came, for an appointment that was booked online.' })
export class IdentifyBookerInput {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => UuidScalar, { description: 'Id of the patient: one who was there before, or was just registered.' })
  patientId: string;
}
