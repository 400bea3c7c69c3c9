import type { LightMyRequestResponse } from 'fastify';
import { jwtVerify } from 'jose';
import type { Logger } from 'pino';
import type { AuditWriter } from '../../src/audit/audit-writer.js';
import { limits } from '../../src/auth/throttle/limits.js';
import type { VideoConfig } from '../../src/config.js';
import { newLinkSecret } from '../../src/links/link-secret.js';
import { VideoRooms } from '../../src/links/video/video-rooms.js';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { type AppointmentAnswer, Appointments, type SessionAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { ageProof } from '../support/factors.js';
import { Patients, codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

const JITSI = { VIDEO_JITSI_URL: 'https://meet.example/clinic', VIDEO_JITSI_APP_ID: 'sinduk', VIDEO_JITSI_SECRET: 'ten quiet ferries cross at dawn today' };

let world: World;
let practice: Practice;
let chamberId: string;
let doctor: Person;
let reception: Person;
let owner: Appointments;
let desk: Appointments;
let patients: string[];

beforeAll(async () => {
  world = await World.open({ SERVER_URL: 'http://clinic.example/api', ...JITSI });
  practice = await world.practice('Shanti Clinic');
  chamberId = await openChamber(world, practice, 'Shanti Uttara');
  doctor = await hire(world, practice, chamberId, 'DOCTOR');
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 20 }, async (_, index) => (await register.register({ nameEn: `Selina Parvin ${'ABCDEFGHIJKLMNOPQRST'[index]}` })).id));
});
afterAll(() => world.close());

/** The path in an address that the API gave. */
const pathOf = (url: string): string => {
  expect(url).toMatch(/^http:\/\/clinic\.example\/api\/(display|calendar|visit)\/[\w-]{64}(\.ics)?$/);
  return url.slice('http://clinic.example/api'.length);
};
const get = (path: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.9'): Promise<LightMyRequestResponse> => world.app.inject({ method: 'GET', url: path, headers, remoteAddress });
const tellOfStrangers = () => world.app.get<AuditWriter>(AuditTrail, { strict: false }).tellOfStrangers();
/** Waits until what was remembered is no longer shown. */
const changed = async (path: string, before: string): Promise<LightMyRequestResponse> => {
  for (;;) {
    const answer = await get(path);
    if (answer.body !== before) return answer;
  }
};
const comparable = ({ statusCode, headers, body }: LightMyRequestResponse): object => {
  const { 'x-request-id': requestId, date: _, ...rest } = headers;
  return { statusCode, rest, body: body.replaceAll(String(requestId), '') };
};

describe('a queue display', () => {
  const CREATE = 'mutation ($input: CreateQueueDisplayInput!) { createQueueDisplay(input: $input) { url display { id name chamberId createdBy { id } endedAt } } }';
  const END = 'mutation ($id: UUID!) { endQueueDisplay(id: $id) { id endedAt endedBy { id } } }';
  const create = async (chamber = chamberId): Promise<{ path: string; id: string }> => {
    const { createQueueDisplay: made } = await world.ok(CREATE, { input: { chamberId: chamber, name: 'Waiting room' } }, reception.token);
    return { path: pathOf(made.url), id: made.display.id };
  };
  let session: SessionAnswer;

  beforeAll(async () => {
    session = await owner.addSession({ chamberId, doctorId: doctor.memberId, localDate: dayFromNow(0), startsAt: '00:00', endsAt: '23:59', capacity: 30 });
    await desk.step('openClinicSession', session.id);
    for (const patientId of patients.slice(0, 15)) await desk.step('noteArrival', (await desk.book({ sessionId: session.id, patientId, note: 'comes with Rafiq' })).id);
    await desk.step('startClinicSession', session.id);
    await desk.step('beginConsultation', (await desk.step('callNextPatient', session.id)).id);
    await desk.step('callNextPatient', session.id);
  });

  it('is made by who manages the queue, its secret shown once and kept as a hash, and listed', async () => {
    const { createQueueDisplay: made } = await world.ok(CREATE, { input: { chamberId, name: 'Upstairs' } }, reception.token);
    expect(made.display).toMatchObject({ name: 'Upstairs', chamberId, createdBy: { id: reception.memberId }, endedAt: null });
    const secret = pathOf(made.url).split('/')[2]!;
    const rows = await world.sql<{ row: string }>('superuser', 'select d::text as row from clinic.queue_displays d where d.id = $1', [made.display.id]);
    expect(rows[0]!.row).not.toContain(secret);
    const { queueDisplays } = await world.ok('query ($id: UUID!) { queueDisplays(chamberId: $id) { id name } }', { id: chamberId }, reception.token);
    expect(queueDisplays).toContainEqual({ id: made.display.id, name: 'Upstairs' });
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(codeOf(await world.graphql(CREATE, { input: { chamberId, name: 'Mine' } }, nurse.token))).toBe('FORBIDDEN');
    const elsewhere = await openChamber(world, practice, 'Shanti Dhanmondi');
    expect(codeOf(await world.graphql(CREATE, { input: { chamberId: elsewhere, name: 'Mine' } }, reception.token))).toBe('FORBIDDEN');
    expect(codeOf(await world.graphql('query ($id: UUID!) { queueDisplays(chamberId: $id) { id } }', { id: elsewhere }, reception.token))).toBe('FORBIDDEN');
  });

  it('shows numbers and times, the doctor, and nothing of any patient', async () => {
    const { path } = await create();
    const answer = await get(`${path}/state`);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, no-cache' });
    const state = answer.json<{ chamber: string; date: string; sessions: Array<{ next: Array<{ number: number; from: string; until: string }> }> }>();
    const local = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+06:00$/) as string;
    expect(state).toEqual({
      chamber: 'Shanti Uttara', date: dayFromNow(0),
      sessions: [{
        doctor: { nameEn: 'Rokeya Akter', nameBn: null }, room: null, status: 'RUNNING', startsAt: `${dayFromNow(0)}T00:00:00+06:00`, endsAt: `${dayFromNow(0)}T23:59:00+06:00`, delayMinutes: 0,
        called: [2], inConsultation: [1], waiting: 13, next: Array.from({ length: 12 }, (_, index) => ({ number: index + 3, from: local, until: local })),
      }],
    });
    for (const { from, until } of state.sessions[0]!.next) expect(Date.parse(until)).toBeGreaterThan(Date.parse(from));
    const booked = await desk.queue(session.id);
    for (const told of ['Selina', 'Rafiq', session.id, ...booked.flatMap(({ id, patientId }) => [id, patientId as string])]) expect(answer.body).not.toContain(told);
  });

  it('is a page that is whole in itself, in the language of the chamber or the one asked for', async () => {
    const { path } = await create();
    const page = await get(path);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'$/);
    expect(page.body).toContain('<html lang="en">');
    expect((await get(`${path}?language=bn`)).body).toContain('<html lang="bn">');
    expect((await get(`${path}?language=<b>&language=x`)).body).toBe(page.body);
    expect(page.body).not.toMatch(/https?:|src=/);
  });

  it('shows a session that runs past midnight until it is closed, as lists of the day after do', async () => {
    const night = await openChamber(world, practice, 'Shanti Mirpur');
    const doctorId = (await hire(world, practice, night, 'DOCTOR')).memberId;
    const { createQueueDisplay: made } = await world.ok(CREATE, { input: { chamberId: night, name: 'Night' } }, practice.owner.token);
    const { id } = await owner.addSession({ chamberId: night, doctorId, localDate: dayFromNow(0), startsAt: '00:00', endsAt: '23:59' });
    for (const step of ['openClinicSession', 'startClinicSession']) await owner.step(step, id);
    await world.sql('superuser', `update clinic.sessions set local_date = local_date - 1, starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day' where id = $1`, [id]);
    const shown = async () => (await get(`${pathOf(made.url)}/state`)).json<{ sessions: object[] }>().sessions;
    const listed = async (days: number) => (await owner.sessions(night, dayFromNow(days), dayFromNow(days))).map((one) => one.id);
    expect(await shown()).toMatchObject([{ status: 'RUNNING' }]);
    expect(await listed(0)).toEqual([id]);
    expect(await listed(1)).toEqual([]);
    await owner.step('closeClinicSession', id);
    expect(await listed(0)).toEqual([]);
    const late = await owner.addSession({ chamberId: night, doctorId, localDate: dayFromNow(3), startsAt: '22:00', endsAt: '00:30' });
    expect(await Promise.all([3, 4, 5].map(listed))).toEqual([[late.id], [late.id], []]);
    await world.sql('superuser', `update clinic.sessions set status = 'CANCELLED', cancelled_at = now() where id = $1`, [late.id]);
    expect(await listed(4)).toEqual([]);
  });

  it('answers 304 while nothing happens, and what happened within a second', async () => {
    const { path } = await create();
    const first = await get(`${path}/state`);
    const again = await get(`${path}/state`, { 'if-none-match': String(first.headers['etag']) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    await desk.step('skipPatient', (await desk.queue(session.id)).find(({ status }) => status === 'CALLED')!.id);
    const later = await changed(`${path}/state`, first.body);
    expect(later.json<{ sessions: object[] }>().sessions[0]).toMatchObject({ called: [], inConsultation: [1] });
    expect((await get(`${path}/state`, { 'if-none-match': String(first.headers['etag']) })).statusCode).toBe(200);
  });

  it('costs one statement a second, however many screens ask', async () => {
    const { path } = await create();
    const asked = jest.spyOn(world.databases.auth, 'connect');
    try {
      const answers = await Promise.all(Array.from({ length: 200 }, () => get(`${path}/state`)));
      expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
      expect(asked.mock.calls.length).toBeLessThanOrEqual(3);
    } finally {
      asked.mockRestore();
    }
  });

  it('is in the trail of the practice, once for each network in a stretch of time, and then by how often', async () => {
    const { path, id } = await create();
    const state = (): Promise<LightMyRequestResponse> => get(`${path}/state`, { authorization: `Bearer ${reception.token}` }, '198.51.100.7');
    for (let n = 0; n < 5; n++) expect((await state()).statusCode).toBe(200);
    const told = async () => (await entriesOf(world, practice.tenantId, 'GET /display/:secret/state')).filter(({ records }) => records.includes(`queue-display:${id}`));
    expect(await told()).toEqual([expect.objectContaining({ outcome: 'SUCCESS', action: 'VIEWED', actor_member_id: null, actorName: null, ip: '198.51.100.7', reason: null })]);
    await tellOfStrangers();
    expect(await told()).toHaveLength(1);
    const another = await world.anotherServer();
    await another.init();
    for (let n = 0; n < 3; n++) await another.inject({ method: 'GET', url: `${path}/state`, remoteAddress: '198.51.100.8' });
    await another.close();
    expect((await told()).slice(1).map(({ reason }) => reason)).toEqual([null, 'for 2 requests of strangers from this network that have no entry of their own; none ended worse']);
  });

  it('that was ended, was of an archived chamber or never was answers alike', async () => {
    const ended = await create();
    const other = await openChamber(world, practice, 'Shanti Banani');
    const { createQueueDisplay: archived } = await world.ok(CREATE, { input: { chamberId: other, name: 'Old' } }, practice.owner.token);
    expect((await get(pathOf(archived.url))).statusCode).toBe(200);
    await world.sql('superuser', 'update clinic.chambers set archived_at = now() where id = $1', [other]);
    expect(await world.ok(END, { id: ended.id }, reception.token)).toMatchObject({ endQueueDisplay: { endedBy: { id: reception.memberId } } });
    expect(reasonOf(await world.graphql(END, { id: ended.id }, reception.token))).toBe('ENDED_ALREADY');
    expect(reasonOf(await world.graphql(CREATE, { input: { chamberId: other, name: 'Old' } }, practice.owner.token))).toBe('CHAMBER_ARCHIVED');
    // Neither is remembered any more.
    await changed(`${pathOf(archived.url)}/state`, (await get(`${pathOf(archived.url)}/state`)).body);
    for (const suffix of ['', '/state']) {
      const unknown = comparable(await get(`/display/${newLinkSecret(practice.tenantId)}${suffix}`));
      expect(unknown).toMatchObject({ statusCode: 404 });
      for (const path of [ended.path, pathOf(archived.url), `/display/${newLinkSecret(doctor.memberId)}`, '/display/guess', `/display/${'x'.repeat(64)}`]) {
        expect(comparable(await get(`${path}${suffix}`))).toEqual(unknown);
      }
    }
  });

  it('guessed at too often is refused with THROTTLED, and those that are right go on', async () => {
    const { path } = await create();
    const from = '192.0.2.77';
    const guess = async (): Promise<number> => (await get(`/display/${newLinkSecret(practice.tenantId)}`, {}, from)).statusCode;
    expect(new Set(await Promise.all(Array.from({ length: limits.link.address }, guess)))).toEqual(new Set([404]));
    expect(await guess()).toBe(429);
    expect((await get(path, {}, from)).statusCode).toBe(200);
  });

  it('is in the log without its secret', async () => {
    const { path } = await create();
    const logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'info');
    try {
      await get(path);
      while (!logged.mock.calls.length) await new Promise(setImmediate);
      expect(logged.mock.calls).toEqual([[expect.objectContaining({ path: '/display/…', status: 200 }), 'request']]);
    } finally {
      logged.mockRestore();
    }
  });

  it('opens by its secret alone: the role that asks can read nothing else, and a hash opens nothing', async () => {
    const { path } = await create();
    const secret = path.split('/')[2]!;
    const shown = (bytes: string, tenant = practice.tenantId) => world.sql('auth', `select display_id from platform.shown_on_display($1, ${bytes})`, [tenant, secret]);
    expect(await shown('convert_to($2, \'UTF8\')')).toHaveLength(1);
    expect(await shown('sha256(convert_to($2, \'UTF8\'))')).toEqual([]);
    const other = await world.practice('Kadam Clinic');
    expect(await shown('convert_to($2, \'UTF8\')', other.tenantId)).toEqual([]);
    await expect(world.sql('auth', 'select * from clinic.queue_displays')).rejects.toThrow(/permission denied/);
    await expect(world.sql('app', 'select platform.shown_on_display($1, $2)', [practice.tenantId, Buffer.from(secret)])).rejects.toThrow(/permission denied/);
    // Nor does the practice stay entered when the call is over.
    await expect(world.sql('auth', `begin; select platform.shown_on_display('${practice.tenantId}', convert_to('${secret}', 'UTF8')); select platform.current_tenant();`)).rejects.toThrow(/no tenant context/);
  });
});

describe('a calendar feed', () => {
  const CREATE = 'mutation { made: createCalendarFeed { url feed { id withPatients endedAt } } }';
  const CREATE_WITH_PATIENTS = 'mutation { made: createCalendarFeedWithPatients { url feed { id withPatients endedAt } } }';
  const END = 'mutation ($id: UUID!) { endCalendarFeed(id: $id) { id endedAt } }';
  const create = async (operation: string, token: string): Promise<{ path: string; id: string }> => {
    const { made } = await world.ok(operation, {}, token);
    return { path: pathOf(made.url), id: made.feed.id };
  };
  /** The events of a calendar by their UID. */
  const eventsOf = ({ body }: LightMyRequestResponse): Map<string, Record<string, string>> =>
    new Map([...body.replaceAll('\r\n ', '').matchAll(/BEGIN:VEVENT\r\n(.*?)END:VEVENT/gs)].map(([, text]) => {
      const event = Object.fromEntries(text!.trimEnd().split('\r\n').map((line) => line.split(/:(.*)/s, 2) as [string, string]));
      return [event['UID']!, event];
    }));
  const utc = (instant: string | Date): string => `${new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  let surgeon: Person;
  let slots: SessionAnswer;
  let serial: SessionAnswer;
  let kept: AppointmentAnswer;
  let cancelled: AppointmentAnswer;

  beforeAll(async () => {
    surgeon = await hire(world, practice, chamberId, 'DOCTOR');
    const session = { chamberId, doctorId: surgeon.memberId };
    slots = await owner.addSession({ ...session, localDate: dayFromNow(5), mode: 'SLOT', slotMinutes: 30, capacity: undefined });
    serial = await owner.addSession({ ...session, localDate: dayFromNow(6), startsAt: '22:00', endsAt: '01:00' });
    kept = await desk.book({ sessionId: slots.id, patientId: patients[0], slotFrom: slots.startsAt, note: 'comes with Rafiq' });
    cancelled = await desk.book({ sessionId: slots.id, patientId: patients[1], slotFrom: new Date(Date.parse(slots.startsAt) + 30 * 60_000).toISOString() });
    await desk.cancelAnswer(cancelled);
    await desk.book({ sessionId: serial.id, patientId: patients[2] });
  });

  it('tells sessions and appointments in UTC, without patients, what was cancelled as such, and is fetched again only when it changed', async () => {
    const { path } = await create(CREATE, surgeon.token);
    const answer = await get(path);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'private, no-cache' });
    expect(answer.body).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:.*\r\n/);
    for (const line of answer.body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    for (const told of ['Selina', 'Rafiq', ...patients]) expect(answer.body).not.toContain(told);
    const events = eventsOf(answer);
    expect([...events.keys()]).toEqual([slots.id, kept.id, cancelled.id, serial.id].map((id) => `${id}@sinduk`));
    expect(events.get(`${slots.id}@sinduk`)).toMatchObject({ DTSTART: utc(slots.startsAt), DTEND: utc(slots.endsAt), SUMMARY: 'Shanti Uttara', DESCRIPTION: 'Patients: 1', STATUS: 'CONFIRMED' });
    expect(events.get(`${kept.id}@sinduk`)).toMatchObject({ DTSTART: utc(slots.startsAt), SUMMARY: 'No. 1', SEQUENCE: '1', STATUS: 'CONFIRMED' });
    expect(events.get(`${cancelled.id}@sinduk`)).toMatchObject({ SUMMARY: 'No. 2', SEQUENCE: '2', STATUS: 'CANCELLED' });
    expect(events.get(`${serial.id}@sinduk`)).toMatchObject({ DTSTART: `${dayFromNow(6).replaceAll('-', '')}T160000Z`, DTEND: `${dayFromNow(6).replaceAll('-', '')}T190000Z`, DESCRIPTION: 'Patients: 1' });
    const again = await get(path, { 'if-none-match': String(answer.headers['etag']) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await desk.rescheduleAnswer({ id: kept.id, version: kept.version, sessionId: slots.id, slotFrom: new Date(Date.parse(slots.startsAt) + 60 * 60_000).toISOString() })).errors).toBeUndefined();
    const later = await get(path, { 'if-none-match': String(answer.headers['etag']) });
    expect(later.statusCode).toBe(200);
    expect(eventsOf(later).get(`${kept.id}@sinduk`)).toMatchObject({ STATUS: 'CANCELLED', SEQUENCE: '2' });
    expect((await entriesOf(world, practice.tenantId, 'GET /calendar/:secret.ics')).at(-1)!.records).toEqual([expect.stringMatching(/^calendar-feed:/)]);
  });

  it('names patients only where that was chosen with a fresh proof of identity, and each fetch is in the trail of each of them', async () => {
    await ageProof(world, surgeon, 6);
    expect(codeOf(await world.graphql(CREATE_WITH_PATIENTS, {}, surgeon.token))).toBe('STEP_UP_NEEDED');
    await ageProof(world, surgeon, 0);
    const { path, id } = await create(CREATE_WITH_PATIENTS, surgeon.token);
    const answer = await get(path);
    expect(eventsOf(answer).get(`${serial.id}@sinduk`)).toMatchObject({ DESCRIPTION: 'Patients: 1\\n1 Selina Parvin C' });
    expect(eventsOf(answer).get(`${cancelled.id}@sinduk`)).toMatchObject({ SUMMARY: 'Selina Parvin B · No. 2' });
    expect((await get(path, { 'if-none-match': String(answer.headers['etag']) })).statusCode).toBe(304);
    const fetched = (await entriesOf(world, practice.tenantId, 'GET /calendar/:secret.ics')).filter(({ records }) => records.includes(`calendar-feed:${id}`));
    expect(fetched).toHaveLength(2);
    for (const { action, outcome, records } of fetched) {
      expect({ action, outcome }).toEqual({ action: 'EXPORTED', outcome: 'SUCCESS' });
      expect(records).toEqual(expect.arrayContaining([`patient:${patients[0]}`, `patient:${patients[1]}`, `patient:${patients[2]}`, `appointment:${cancelled.id}`]));
    }
    // Who may not see them any more gets their numbers alone.
    await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:read', memberId: surgeon.memberId } }, practice.owner.token);
    const less = await get(path);
    expect([less.statusCode, less.body.includes('Selina')]).toEqual([200, false]);
    expect(codeOf(await world.graphql(CREATE_WITH_PATIENTS, {}, surgeon.token))).toBe('FORBIDDEN');
  });

  it('that names patients can be fetched so often and no more', async () => {
    const { path } = await create(CREATE_WITH_PATIENTS, practice.owner.token);
    const statuses = await Promise.all(Array.from({ length: limits.linkOpened.account }, async (_, n) => (await get(path, {}, `198.51.100.${n}`)).statusCode));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await get(path)).statusCode).toBe(429);
  });

  it('is ended by whose it is, and with their membership, and then answers as if it never was', async () => {
    const leaver = await hire(world, practice, chamberId, 'DOCTOR');
    const [first, second] = [await create(CREATE, leaver.token), await create(CREATE, leaver.token)];
    expect(codeOf(await world.graphql(END, { id: first.id }, surgeon.token))).toBe('NOT_FOUND');
    await world.ok(END, { id: first.id }, leaver.token);
    expect((await get(first.path)).statusCode).toBe(404);
    expect(reasonOf(await world.graphql(END, { id: first.id }, leaver.token))).toBe('ENDED_ALREADY');
    expect((await world.ok('{ calendarFeeds { id } }', {}, leaver.token)).calendarFeeds).toEqual([{ id: second.id }, { id: first.id }]);
    expect((await get(second.path)).statusCode).toBe(200);
    await world.sql('superuser', `update clinic.members set status = 'DEACTIVATED', deactivated_at = now() where id = $1`, [leaver.memberId]);
    const unknown = comparable(await get(`/calendar/${newLinkSecret(practice.tenantId)}.ics`));
    expect(unknown).toMatchObject({ statusCode: 404 });
    for (const path of [first.path, second.path, '/calendar/guess.ics']) expect(comparable(await get(path))).toEqual(unknown);
  });
});

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
