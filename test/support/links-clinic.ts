import type { LightMyRequestResponse } from 'fastify';
import type { AuditWriter } from '../../src/audit/audit-writer.js';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { Appointments } from './appointments.js';
import { Patients } from './patients.js';
import { shared } from './shared.js';
import { SmsGateway } from './sms-gateway.js';
import { hire, openChamber } from './staff.js';
import { type Person, type Practice, World } from './world.js';

export const JITSI = { VIDEO_JITSI_URL: 'https://meet.example/clinic', VIDEO_JITSI_APP_ID: 'sinduk', VIDEO_JITSI_SECRET: 'ten quiet ferries cross at dawn today' };

export let world: World;
export let sms: SmsGateway;
export let practice: Practice;
export let chamberId: string;
export let doctor: Person;
export let reception: Person;
export let owner: Appointments;
export let desk: Appointments;
export let patients: string[];

/** A clinic with a gateway for SMS and a server for video, for the suites about links that strangers open. */
export const useClinic = shared(async () => {
  sms = await SmsGateway.start();
  world = await World.open({ SERVER_URL: 'http://clinic.example/api', ...JITSI, ...sms.settings() });
  practice = await world.practice('Shanti Clinic');
  chamberId = await openChamber(world, practice, 'Shanti Uttara');
  doctor = await hire(world, practice, chamberId, 'DOCTOR');
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 20 }, async (_, index) => (await register.register({ nameEn: `Selina Parvin ${'ABCDEFGHIJKLMNOPQRST'[index]}` })).id));
}, async () => {
  await world.close();
  await sms.stop();
});

/** The path in an address that the API gave. */
export const pathOf = (url: string): string => {
  expect(url).toMatch(/^http:\/\/clinic\.example\/api\/(display|calendar|visit)\/[\w-]{64}(\.ics)?$/);
  return url.slice('http://clinic.example/api'.length);
};
export const get = (path: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.9'): Promise<LightMyRequestResponse> => world.app.inject({ method: 'GET', url: path, headers, remoteAddress });
export const tellOfStrangers = () => world.app.get<AuditWriter>(AuditTrail, { strict: false }).tellOfStrangers();
/** Waits until what was remembered is no longer shown. */
export const changed = async (path: string, before: string): Promise<LightMyRequestResponse> => {
  for (;;) {
    const answer = await get(path);
    if (answer.body !== before) return answer;
  }
};
export const comparable = ({ statusCode, headers, body }: LightMyRequestResponse): object => {
  const { 'x-request-id': requestId, date: _, ...rest } = headers;
  return { statusCode, rest, body: body.replaceAll(String(requestId), '') };
};
