import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import type { VisitTimes } from './visit-window.js';

@ObjectType({ description: 'When a visit by video can be joined.' })
@Classified('appointment')
export class VideoWindow {
  @Field(() => DateTimeScalar, { description: 'From when: 15 minutes before it begins.' })
  opensAt: Date;

  @Field(() => DateTimeScalar, { description: 'Until when: 30 minutes after its end, and as much later as the doctor is.' })
  closesAt: Date;
}

@ObjectType({ description: 'A way to a visit by video.' })
@Classified('link')
export class VisitAddress {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  appointmentId: string;

  @Field({ description: 'The address to open in a browser.' })
  url: string;

  @Field(() => DateTimeScalar, { description: 'From when the visit can be joined: 15 minutes before it begins.' })
  opensAt: Date;

  @Field(() => DateTimeScalar, { description: 'Until when: 30 minutes after its end, and as much later as the doctor is.' })
  closesAt: Date;
}

/** An appointment as far as a visit by video needs it, with what the caller may in its chamber. */
export interface VisitRow extends VisitTimes {
  id: string;
  patient_id: string | null;
  doctor_id: string;
  video: boolean;
  due: boolean;
  status: string;
  may: boolean;
  now: Date;
}

/** $1 tenant, $2 appointment, $3 permission */
export const VISIT_BY_APPOINTMENT = `
select a.id, a.patient_id, a.doctor_id, a.video, case when s.status = 'CANCELLED' then 'CANCELLED' else a.status end as status, a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT') and s.status <> 'CANCELLED' as due,
  a.slot_from, a.slot_until, s.starts_at, s.ends_at, s.delay_minutes, clinic.may_in($1, platform.current_member(), a.chamber_id, $3) as may, now() as now
from clinic.appointments a join clinic.sessions s on s.tenant_id = $1 and s.id = a.session_id where a.tenant_id = $1 and a.id = $2`;

export const ADD_VISIT_LINK = 'insert into clinic.visit_links (tenant_id, id, appointment_id, secret_hash, created_by) values ($1, $2, $3, $4, platform.current_member())';
