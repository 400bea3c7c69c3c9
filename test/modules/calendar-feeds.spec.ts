import type { LightMyRequestResponse } from 'fastify';
import { limits } from '../../src/auth/throttle/limits.js';
import { newLinkSecret } from '../../src/links/link-secret.js';
import { type AppointmentAnswer, type SessionAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { ageProof } from '../support/factors.js';
import { chamberId, comparable, desk, get, owner, pathOf, patients, practice, useClinic, world } from '../support/links-clinic.js';
import { codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person } from '../support/world.js';

useClinic();

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

  it('counts the days from a month ago where the chamber is, not where the server is', async () => {
    // At any hour it is another day in one of these than in UTC.
    const timeZone = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].find((zone) => dayFromNow(0, zone) !== dayFromNow(0, 'UTC'))!;
    const away = await openChamber(world, practice, 'Shanti Abroad', timeZone);
    const { memberId, token } = await hire(world, practice, away, 'DOCTOR');
    const [first, before] = [await owner.addSession({ chamberId: away, doctorId: memberId, localDate: dayFromNow(2, timeZone) }), await owner.addSession({ chamberId: away, doctorId: memberId, localDate: dayFromNow(3, timeZone) })];
    for (const [session, days] of [[first, -31], [before, -32]] as const) {
      const day = dayFromNow(days, timeZone);
      await world.sql('superuser', `update clinic.sessions set starts_at = starts_at + ($2::date - local_date) * interval '1 day', ends_at = ends_at + ($2::date - local_date) * interval '1 day', local_date = $2 where id = $1`, [session.id, day]);
    }
    const uids = [...eventsOf(await get((await create(CREATE, token)).path)).keys()].join();
    expect([uids.includes(first.id), uids.includes(before.id)]).toEqual([true, false]);
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
