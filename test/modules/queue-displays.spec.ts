import { setTimeout as delay } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { Logger } from 'pino';
import { limits } from '../../src/auth/throttle/limits.js';
import { newLinkSecret } from '../../src/links/link-secret.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { type SessionAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { chamberId, changed, comparable, desk, doctor, get, owner, pathOf, patients, practice, reception, tellOfStrangers, useClinic, world } from '../support/links-clinic.js';
import { codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

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
    await desk.open(session.id);
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
        called: [2], inConsultation: [1], waiting: 13, here: 13, next: Array.from({ length: 12 }, (_, index) => ({ number: index + 3, from: local, until: local })),
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

  it('does not call a session cancelled whose place another one took that day', async () => {
    const chamber = await openChamber(world, practice, 'Shanti Banani');
    const { createQueueDisplay: made } = await world.ok(CREATE, { input: { chamberId: chamber, name: 'Door' } }, practice.owner.token);
    const { id } = await owner.addSession({ chamberId: chamber, doctorId: (await hire(world, practice, chamber, 'DOCTOR')).memberId, localDate: dayFromNow(0), startsAt: '00:00', endsAt: '23:59' });
    const shows = async (...expected: object[]) => {
      for (;;) {
        const { sessions } = (await get(`${pathOf(made.url)}/state`)).json<{ sessions: Array<{ status: string; startsAt: string }> }>();
        if (JSON.stringify(sessions.map(({ status, startsAt }) => [status, startsAt.slice(11, 16)])) === JSON.stringify(expected)) return;
        // What is remembered of a display is a second old at most.
        await delay(50);
      }
    };
    await shows(['PLANNED', '00:00']);
    const shifted = await owner.change({ sessionId: id, kind: 'SHIFT', startsAt: '00:01' });
    await shows(['PLANNED', '00:01']);
    const { restoredSessionId } = await owner.undo(shifted.id);
    await shows(['PLANNED', '00:00']);
    await owner.change({ sessionId: restoredSessionId!, kind: 'CANCEL' });
    await shows(['CANCELLED', '00:00']);
  });

  it('answers 304 while nothing happens, and what happened within a second', async () => {
    const { path } = await create();
    const first = await get(`${path}/state`, { origin: world.config.publicOrigins[0]! });
    expect(first.headers['access-control-expose-headers']).toContain('etag');
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
