import { jwtVerify } from 'jose';
import type { VideoConfig } from '../../src/config.js';
import { newLinkSecret } from '../../src/links/link-secret.js';
import { VideoRooms } from '../../src/links/video/video-rooms.js';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { type AppointmentAnswer, type SessionAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { JITSI, chamberId, comparable, desk, doctor, get, owner, pathOf, patients, practice, reception, useClinic, world } from '../support/links-clinic.js';
import { codeOf } from '../support/patients.js';
import { hire } from '../support/staff.js';
import { type Person } from '../support/world.js';

useClinic();

describe('a visit by video', () => {
  const JOIN = 'mutation ($id: UUID!) { joinVideoVisit(appointmentId: $id) { url opensAt closesAt } }';
  const LINK = 'mutation ($id: UUID!) { createVisitLink(appointmentId: $id) { url opensAt closesAt } }';
  let physician: Person;
  let session: SessionAnswer;
  let booked = 0;

  beforeAll(async () => {
    physician = await hire(world, practice, chamberId, 'DOCTOR');
    session = await owner.addSession({ chamberId, doctorId: physician.memberId, localDate: dayFromNow(9), mode: 'SLOT', slotMinutes: 30, capacity: undefined });
  });

  const book = (more: object = {}): Promise<AppointmentAnswer> => {
    const slotFrom = new Date(Date.parse(session.startsAt) + booked * 30 * 60_000).toISOString();
    return desk.book({ sessionId: session.id, patientId: patients[booked++], slotFrom, video: true, ...more });
  };
  /** Moves an appointment of half an hour so that it begins so many minutes from now, past the triggers, which want a practice entered. */
  const move = ({ id }: AppointmentAnswer, minutes: number) => world.sql('superuser', `
    set session_replication_role = replica;
    update clinic.appointments set overbooked = true, slot_from = now() + make_interval(mins => ${minutes}), slot_until = now() + make_interval(mins => ${minutes + 30}) where id = '${id}'`);
  const linkTo = async ({ id }: AppointmentAnswer): Promise<string> => pathOf((await world.ok(LINK, { id }, reception.token)).createVisitLink.url);
  const claimsOf = async (url: string) => {
    const { origin, pathname, searchParams } = new URL(url);
    const { payload, protectedHeader } = await jwtVerify<{ room: string; context: object }>(searchParams.get('jwt')!, Buffer.from(JITSI.VIDEO_JITSI_SECRET), {
      algorithms: ['HS256'], issuer: 'sinduk', audience: 'jitsi', subject: 'clinic',
    });
    expect([origin, pathname, protectedHeader]).toEqual(['https://meet.example', `/clinic/${payload.room}`, { alg: 'HS256', typ: 'JWT' }]);
    return payload;
  };

  it('lets doctor and patient into one room while it is open, the patient without a name', async () => {
    const appointment = await book();
    const path = await linkTo(appointment);
    const { appointment: shown, viewer } = await world.ok('query ($id: UUID!) { appointment(id: $id) { slotFrom videoWindow { opensAt closesAt } } viewer { practice { videoVisits } } }', { id: appointment.id }, reception.token);
    expect(viewer.practice.videoVisits).toBe(true);
    expect([shown.videoWindow.opensAt, shown.videoWindow.closesAt].map((at) => (Date.parse(at) - Date.parse(shown.slotFrom)) / 60_000)).toEqual([-15, 60]);
    await move(appointment, 14);
    const page = await get(path);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.body).toContain(`href="${path.split('/')[2]!}/join"`);
    expect(page.body).not.toMatch(/Selina|jwt|<script/);
    const { joinVideoVisit: own } = await world.ok(JOIN, { id: appointment.id }, physician.token);
    const went = await get(`${path}/join`);
    expect(went.statusCode).toBe(303);
    const [patient, doctorsOwn] = [await claimsOf(String(went.headers['location'])), await claimsOf(own.url)];
    expect(patient.room).toBe(doctorsOwn.room);
    expect(patient.room).toMatch(/^visit-[0-9a-f]{32,}$/);
    expect(patient.context).toEqual({ user: { id: 'patient', name: 'Patient', moderator: 'false' } });
    expect(doctorsOwn.context).toEqual({ user: { id: physician.memberId, name: 'Rokeya Akter', moderator: 'true' } });
    for (const { nbf, exp } of [patient, doctorsOwn]) expect([nbf, exp]).toEqual([own.opensAt, own.closesAt].map((time: string) => Math.floor(Date.parse(time) / 1000)));
    const [entry] = (await entriesOf(world, practice.tenantId, 'GET /visit/:secret/join')).slice(-1);
    expect(entry).toMatchObject({ outcome: 'SUCCESS', actor_member_id: null });
    expect(entry!.records).toContain(`appointment:${appointment.id}`);
    expect(JSON.stringify(patient)).not.toMatch(new RegExp(`Selina|${appointment.id}|${appointment.patientId as string}`));
  });

  it('goes on by the same link, in the room where the doctor is, when the appointment is moved', async () => {
    const appointment = await book();
    const path = await linkTo(appointment);
    const other = await owner.addSession({ chamberId, doctorId: physician.memberId, localDate: dayFromNow(10), mode: 'SLOT', slotMinutes: 30, capacity: undefined });
    const { rescheduleAppointment: moved } = (await desk.rescheduleAnswer({ id: appointment.id, version: appointment.version, sessionId: other.id, slotFrom: other.startsAt })).data;
    const { newSessionId } = await desk.change({ sessionId: other.id, kind: 'SHIFT', startsAt: '18:00' });
    const [latest] = await desk.queue(newSessionId!);
    expect(latest).toMatchObject({ rescheduledFromId: moved.id });
    await move(latest!, 10);
    const went = await get(`${path}/join`);
    expect(went.statusCode).toBe(303);
    const { joinVideoVisit: own } = await world.ok(JOIN, { id: latest!.id }, physician.token);
    expect((await claimsOf(String(went.headers['location']))).room).toBe((await claimsOf(own.url)).room);
  });

  it('is closed before and after, for both, and says from when', async () => {
    const appointment = await book();
    const path = await linkTo(appointment);
    const refused = async () => [
      (await get(`${path}/join`)).statusCode,
      reasonOf(await world.graphql(JOIN, { id: appointment.id }, physician.token)),
    ];
    await move(appointment, 16);
    expect(await refused()).toEqual([409, 'VISIT_NOT_OPEN']);
    const early = (await get(path)).body;
    expect(early).toContain('You can come in from');
    expect(early).not.toContain('/join');
    await move(appointment, -61);
    expect(await refused()).toEqual([409, 'VISIT_NOT_OPEN']);
    expect((await get(path)).body).toContain('This visit is over.');
    expect(reasonOf(await world.graphql(LINK, { id: appointment.id }, reception.token))).toBe('VISIT_NOT_OPEN');
    await move(appointment, -59);
    expect((await get(`${path}/join`)).statusCode).toBe(303);
  });

  it('is for its doctor alone, and for who holds the link', async () => {
    const appointment = await book();
    await move(appointment, 0);
    for (const person of [doctor, reception, practice.owner]) expect(codeOf(await world.graphql(JOIN, { id: appointment.id }, person.token))).toBe('FORBIDDEN');
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(codeOf(await world.graphql(LINK, { id: appointment.id }, nurse.token))).toBe('FORBIDDEN');
    const path = await linkTo(appointment);
    expect((await get(path)).statusCode).toBe(200);
    await desk.cancelAnswer(appointment);
    expect(reasonOf(await world.graphql(JOIN, { id: appointment.id }, physician.token))).toBe('APPOINTMENT_STATUS');
    const unknown = comparable(await get(`/visit/${newLinkSecret(practice.tenantId)}`));
    expect(unknown).toMatchObject({ statusCode: 404 });
    for (const one of [path, '/visit/guess']) expect(comparable(await get(one))).toEqual(unknown);
    expect((await get(`${path}/join`)).statusCode).toBe(404);
  });

  it('is none when the appointment is not by video, or the server was not set up for it', async () => {
    const appointment = await book({ video: false });
    expect(reasonOf(await world.graphql(LINK, { id: appointment.id }, reception.token))).toBe('NOT_A_VIDEO_VISIT');
    expect(reasonOf(await world.graphql(JOIN, { id: appointment.id }, physician.token))).toBe('NOT_A_VIDEO_VISIT');
    const rooms = (video: VideoConfig | undefined) => new VideoRooms(world.app.get(Keyring), { ...world.config, video });
    const ask = (video: VideoConfig | undefined) => rooms(video).addressFor(practice.tenantId, appointment.id, { opensAt: new Date(), closesAt: new Date() }, { id: 'patient', name: 'Patient', moderator: false });
    await expect(ask(undefined)).rejects.toMatchObject({ code: 'CONFLICT', details: { reason: 'VIDEO_IS_OFF' } });
    expect(() => rooms(undefined).demand()).toThrow('not set up');
    expect(await ask({ kind: 'template', template: 'https://video.example/{room}/now' })).toMatch(/^https:\/\/video\.example\/visit-[0-9a-f]{32,}\/now$/);
  });
});
