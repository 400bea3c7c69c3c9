import type { Row, Statement } from '../platform/database/statement-group.js';
import { type InputFault, badInput, forbidden, notFound } from '../platform/errors.js';
import { dayOf } from '../platform/local-days.js';

/** Where a prescription is written, for whom to sign, and what the caller may do there. */
interface PlaceRow {
  id: string;
  archived: boolean;
  time_zone: string;
  may_write: boolean | null;
  doctor_id: string;
  doctor_is_known: boolean;
  doctor_may_sign: boolean | null;
}

const PLACE = `c.id, c.archived_at is not null as archived, c.time_zone, clinic.may_in($1, platform.current_member(), c.id, 'prescriptions:write') as may_write,
  d.id as doctor_id, exists (select from clinic.members m where m.tenant_id = $1 and m.id = d.id) as doctor_is_known, clinic.may_in($1, d.id, c.id, 'prescriptions:sign') as doctor_may_sign`;

/** Asks of a chamber and a doctor there, the caller unless named. */
export const askPlace = (tenantId: string, chamberId: string, doctorId: string | null | undefined): Statement => ({
  text: `select ${PLACE} from clinic.chambers c, (select coalesce($3::uuid, platform.current_member()) as id) d where c.tenant_id = $1 and c.id = $2`,
  values: [tenantId, chamberId, doctorId ?? null],
});

/** Asks the same of the chamber of a prescription, and of its doctor unless another is named. */
export const askPlaceOf = (tenantId: string, id: string, doctorId: string | null | undefined): Statement => ({
  text: `
select ${PLACE} from clinic.prescriptions p join clinic.chambers c on c.tenant_id = p.tenant_id and c.id = p.chamber_id cross join lateral (select coalesce($3::uuid, p.doctor_id) as id) d
where p.tenant_id = $1 and p.id = $2`,
  values: [tenantId, id, doctorId ?? null],
});

/** The place where the caller may write, its doctor, and the day there. Throws NOT_FOUND, FORBIDDEN, and BAD_USER_INPUT for a chamber that is archived or a doctor who signs nothing there. */
export function placeIn([row]: Row[]): { chamberId: string; doctorId: string; today: string } {
  const place = row as unknown as PlaceRow | undefined;
  if (!place) throw notFound(['input', 'chamberId']);
  if (!place.may_write) throw forbidden('prescriptions:write');
  if (!place.doctor_is_known) throw notFound(['input', 'doctorId']);
  const faults: InputFault[] = [];
  if (place.archived) faults.push({ path: ['input', 'chamberId'], reason: 'ARCHIVED' });
  if (!place.doctor_may_sign) faults.push({ path: ['input', 'doctorId'], reason: 'MAY_NOT_SIGN' });
  if (faults.length) throw badInput(faults);
  return { chamberId: place.id, doctorId: place.doctor_id, today: dayOf(new Date(), place.time_zone) };
}

/** Asks for the time zone of the chamber of a prescription, as `time_zone`. */
export const askTimeZone = (tenantId: string, id: string | null): Statement => ({
  text: 'select c.time_zone from clinic.prescriptions p join clinic.chambers c on c.tenant_id = p.tenant_id and c.id = p.chamber_id where p.tenant_id = $1 and p.id = $2', values: [tenantId, id],
});

/** Asks whether an appointment is of the patient in the chamber: gives a row if so. */
export const askVisit = (tenantId: string, appointmentId: string | null | undefined, patientId: string, chamberId: string): Statement => ({
  text: `
select a.id from clinic.appointments a join clinic.sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
where a.tenant_id = $1 and a.id = $2 and a.patient_id = $3 and s.chamber_id = $4`,
  values: [tenantId, appointmentId ?? null, patientId, chamberId],
});
