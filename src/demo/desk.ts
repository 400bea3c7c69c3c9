import { Temporal } from 'temporal-polyfill';
import { OwnerDb } from '../operator/owner-db.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import type { Api } from './api.js';

/** Where and for whom the desk works. */
export interface Desk {
  tenantId: string;
  chamberId: string;
  doctorId: string;
  timeZone: string;
  hours: DemoHours;
}

/** A doctor's hours on some days of the week, by the clock where the chamber is. */
export interface DemoHours {
  weekdays: string[];
  startsAt: string;
  endsAt: string;
  /** For visits by appointment; by numbers unless told. */
  slotMinutes?: number;
}

/** How long ago, in minutes, the patients of the running session came, went in to the doctor, and left. Those after them wait, and the others have not come. */
const SEEN = [
  { came: 82, began: 71, left: 60 }, { came: 80, began: 59, left: 44 }, { came: 66, began: 43, left: 33 }, { came: 58, began: 31, left: 18 }, { came: 47, began: 16, left: 6 },
];
const WITH_DOCTOR = { came: 41, began: 5 };
const WAITING = [33, 24, 12, 3];
const CHANNELS = ['DESK', 'DESK', 'PHONE', 'DESK', 'PHONE', 'DESK', 'WALK_IN'];
const VISITS = ['NEW', 'RETURNING', 'FOLLOW_UP', 'NEW', 'REPORT'];
const BOOKED = 15;
const CAPACITY = 30;
const BEGAN_MINUTES_AGO = 75;

/** Gives a doctor weekly hours, bookings for the next of them, and a session that runs at this moment: patients seen, one with the doctor, some waiting, some still to come. Gives the appointments of those who were seen. */
export async function seedDesk(owner: { ownerUrl: string; keks: KeyEncryptionKeys }, api: Api, token: string, desk: Desk, patientIds: readonly string[]): Promise<Array<{ id: string; patientId: string }>> {
  const now = Temporal.Now.zonedDateTimeISO(desk.timeZone);
  const next = await addHours(api, token, desk, now.toPlainDate());
  const running = await addRunningSession(api, token, desk, now);
  if (!desk.hours.slotMinutes) for (const patientId of patientIds.slice(BOOKED, BOOKED + 6)) await book(api, token, next, patientId, 0);
  const ids: string[] = [];
  for (const [turn, patientId] of patientIds.slice(0, BOOKED).entries()) ids.push(await book(api, token, running, patientId, turn));
  await step(api, token, 'openClinicSession', running);
  await step(api, token, 'startClinicSession', running);
  const here = [...SEEN.map(({ came }) => came), WITH_DOCTOR.came, ...WAITING];
  for (const id of ids.slice(0, here.length)) await step(api, token, 'noteArrival', id);
  for (const id of ids.slice(0, SEEN.length + 1)) for (const operation of ['callPatient', 'beginConsultation']) await step(api, token, operation, id);
  await tellTimes(owner, desk, running, ids, here);
  return SEEN.map((_, turn) => ({ id: ids[turn]!, patientId: patientIds[turn]! }));
}

/** Hours from tomorrow on; gives the first session of them. */
async function addHours(api: Api, token: string, { chamberId, doctorId, hours }: Desk, today: Temporal.PlainDate): Promise<string> {
  const { weekdays, startsAt, endsAt, slotMinutes } = hours;
  for (const weekday of weekdays) {
    await api('mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { planned } }', { input: {
      chamberId, doctorId, weekday, startsAt, endsAt, validFrom: today.add({ days: 1 }).toString(), overbookLimit: 3, online: true,
      ...(slotMinutes ? { mode: 'SLOT', slotMinutes } : { mode: 'SERIAL', capacity: CAPACITY, reserved: [{ series: 'PHONE', first: 5, last: 8 }] }),
    } }, token);
  }
  const { clinicSessions } = await api<{ clinicSessions: Array<{ id: string }> }>(
    'query ($chamberId: UUID!, $first: LocalDate!) { clinicSessions(chamberId: $chamberId, first: $first, days: 14) { id } }', { chamberId, first: today.add({ days: 1 }).toString() }, token);
  return clinicSessions[0]!.id;
}

async function addRunningSession(api: Api, token: string, { chamberId, doctorId }: Desk, now: Temporal.ZonedDateTime): Promise<string> {
  const began = now.subtract({ minutes: BEGAN_MINUTES_AGO });
  // A session begins on its own day.
  const begins = began.toPlainDate().equals(now.toPlainDate()) ? began.toPlainTime() : Temporal.PlainTime.from('00:00');
  const clock = (time: Temporal.PlainTime): string => time.toString({ smallestUnit: 'minute' });
  const { addClinicSession } = await api<{ addClinicSession: { id: string } }>('mutation ($input: AddSessionInput!) { addClinicSession(input: $input) { id } }', { input: {
    chamberId, doctorId, localDate: now.toPlainDate().toString(), startsAt: clock(begins), endsAt: clock(begins.add({ hours: 4 })), mode: 'SERIAL', capacity: CAPACITY, overbookLimit: 3,
  } }, token);
  return addClinicSession.id;
}

async function book(api: Api, token: string, sessionId: string, patientId: string, turn: number): Promise<string> {
  const { bookAppointment } = await api<{ bookAppointment: { id: string } }>('mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }',
    { input: { sessionId, patientId, channel: CHANNELS[turn % CHANNELS.length], visitType: VISITS[turn % VISITS.length] } }, token);
  return bookAppointment.id;
}

const step = (api: Api, token: string, operation: string, id: string): Promise<unknown> => api(`mutation ($id: UUID!) { ${operation}(id: $id) { id } }`, { id }, token);

/** Lets what was done within a second have been done in its time, as it shows how long consultations take; and ends those that are over. */
async function tellTimes({ ownerUrl, keks }: { ownerUrl: string; keks: KeyEncryptionKeys }, { tenantId, doctorId }: Desk, sessionId: string, ids: readonly string[], came: readonly number[]): Promise<void> {
  await OwnerDb.run(ownerUrl, keks, async (db) => {
    await db.enter(tenantId, doctorId);
    const ago = 'now() - make_interval(mins => $3)';
    await db.client.query(`update clinic.sessions s set opened_at = ${ago}, started_at = ${ago} where s.tenant_id = $1 and s.id = $2`, [tenantId, sessionId, BEGAN_MINUTES_AGO]);
    for (const [turn, minutes] of came.entries()) await db.client.query(`update clinic.appointments a set arrived_at = ${ago} where a.tenant_id = $1 and a.id = $2`, [tenantId, ids[turn], minutes]);
    for (const [turn, { began }] of [...SEEN, WITH_DOCTOR].entries()) {
      await db.client.query(`update clinic.appointments a set called_at = ${ago}, consult_at = ${ago} where a.tenant_id = $1 and a.id = $2`, [tenantId, ids[turn], began]);
    }
    const seen = ids.slice(0, SEEN.length);
    for (const [turn, id] of seen.entries()) {
      await db.client.query(`update clinic.appointments a set status = 'COMPLETED', completed_at = ${ago}, version = a.version + 1 where a.tenant_id = $1 and a.id = $2`, [tenantId, id, SEEN[turn]!.left]);
    }
    await db.record('seedDemo', { action: 'UPDATED', outcome: 'SUCCESS', tenantId, records: seen.map((id) => ({ type: 'appointment', id })) });
  });
}
