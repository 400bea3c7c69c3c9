import { Appointments, type SessionAnswer, dayFromNow } from './appointments.js';
import { Patients } from './patients.js';
import { shared } from './shared.js';
import { Socket, portOf } from './sockets.js';
import { hire, openChamber } from './staff.js';
import { type Person, type Practice, World } from './world.js';

export let world: World;
export let practice: Practice;
export let chamberId: string;
export let doctorId: string;
export let reception: Person;
export let desk: Appointments;
export let owner: Appointments;
export let patients: string[];
let days = 3;

/** A day that no other session of these suites has. */
export const freshDay = (): string => dayFromNow((days += 2));
/** The day after the latest of these, on which there is none. */
export const dayBetween = (): string => dayFromNow(days + 1);
export const serial = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: freshDay(), ...changes });
export const slots = (changes: object = {}) => serial({ mode: 'SLOT', slotMinutes: 30, capacity: undefined, ...changes });
export const slotOf = ({ startsAt }: SessionAnswer, index: number): string => new Date(Date.parse(startsAt) + index * 30 * 60_000).toISOString();
export const bookAll = (session: SessionAnswer, count: number) => Promise.all(Array.from({ length: count }, (_, index) => desk.book({ sessionId: session.id, patientId: patients[index] })));
export const statuses = async (id: string): Promise<string[]> => (await desk.queue(id)).map(({ number, status }) => `${number} ${status}`);
export const anotherDoctor = async (): Promise<string> => (await hire(world, practice, chamberId, 'DOCTOR')).memberId;

/** A clinic with one chamber, a doctor, somebody at the desk and a few patients, for the suites about what happens to its sessions. */
export const useClinic = shared(async () => {
  world = await World.open();
  practice = await world.practice('Jui Clinic');
  chamberId = await openChamber(world, practice, 'Jui Uttara');
  doctorId = await anotherDoctor();
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 12 }, async (_, index) => (await register.register({ nameEn: `Patient ${index}` })).id));
}, () => world.close());

/** What took the place of a session that ended, and of everybody in it. */
export const succeeded = async (id: string) => (await world.ok('query ($id: UUID!) { clinicSession(id: $id) { replacedById appointments { rescheduledToId } } }', { id }, reception.token)).clinicSession;

/** Watches the queue of a session, and what is in its place. */
export async function watch(id: string) {
  const socket = await Socket.connect(await portOf(world.app), reception.token);
  const events = socket.subscribe(`subscription { clinicQueueChanged(sessionId: "${id}") { session { status replacedById } } }`);
  await socket.result(events, 1);
  return { socket, until: (done: () => boolean) => socket.until(done), latest: () => socket.results(events).at(-1)!.data.clinicQueueChanged.session };
}
