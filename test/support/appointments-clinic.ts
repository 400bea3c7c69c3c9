import { Appointments, dayFromNow } from './appointments.js';
import { Patients } from './patients.js';
import { shared } from './shared.js';
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
/** How many book at one moment. */
export const CROWD = 200;

/** A day that no other session of these suites has. */
export const freshDay = (): string => dayFromNow(days++);
export const serial = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: freshDay(), ...changes });
export const slots = (changes: object = {}) => serial({ mode: 'SLOT', slotMinutes: 30, capacity: undefined, ...changes });

/** Changes rows past the triggers, which want a practice entered. */
export const pastTriggers = (statement: string) => world.sql('superuser', `set session_replication_role = replica; ${statement}`);

/** A clinic with one chamber, a doctor, somebody at the desk and many patients, for the suites about its appointments. */
export const useClinic = shared(async () => {
  world = await World.open();
  practice = await world.practice('Shanti Clinic');
  chamberId = await openChamber(world, practice, 'Shanti Uttara');
  doctorId = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = [];
  for (let at = 0; at < CROWD; at += 20) patients.push(...await Promise.all(Array.from({ length: 20 }, async (_, index) => (await register.register({ nameEn: `Patient ${at + index}` })).id)));
}, () => world.close());
