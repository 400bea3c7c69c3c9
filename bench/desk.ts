import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { Temporal } from 'temporal-polyfill';
import { v7 as uuidv7 } from 'uuid';
import { WebSocket } from 'ws';
import { OwnerDb } from '../src/operator/owner-db.js';
import type { KeyEncryptionKeys } from '../src/platform/crypto/key-encryption-keys.js';
import { graphql, signIn } from './client.js';
import type { BenchPractice } from './data.js';
import type { Installation } from './installation.js';
import { type Shot, post } from './load.js';
import { runPractice } from './running-practice.js';
import { SECONDS, lineOf, pick, putBeside, settleDatabase } from './side-by-side.js';

const PATIENTS = 11_000;
const APPOINTMENTS = Number(process.env['BENCH_APPOINTMENTS'] ?? 1_000_000);
const CHAMBERS = 10;
const SESSIONS_A_DAY = 5;
const IN_A_SESSION = 40;
const SOCKETS = 500;
/** A session has ten sockets at most, a person thirty. */
const SOCKETS_OF_A_PERSON = 10;
const STEPS = 20;
const LONGEST_WAIT_MS = 60_000;
/** The largest session; when it is full the next one is the hot one. */
const HOT_CAPACITY = 500;
const PORT = 4805;

const BOOK = 'mutation Book($input: BookAppointmentInput!) { bookAppointment(input: $input) { id number } }';
const DAY = `query Day($chamberId: UUID!, $first: LocalDate!) { clinicSessions(chamberId: $chamberId, first: $first, days: 1) {
  id status delayMinutes doctor { nameEn } appointments { id number status visitType patient { id mrn nameEn } }
  queue { current { id } waiting { appointment { id } ahead expectedFrom expectedUntil } completed } } }`;
const QUEUE = 'subscription Queue($id: UUID!) { clinicQueueChanged(sessionId: $id) { version current { number } next { number } waiting { appointment { id number } expectedFrom expectedUntil } } }';

const today = (): Temporal.PlainDate => Temporal.Now.plainDateISO('Asia/Dhaka');

/** What the desk of a chamber does, in a practice with a million appointments: bookings at one session, the view of a day, and a queue that hundreds watch. */
export async function measureDesk(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { installation, practice, others, otherIds: doctors, ours, token } = await runPractice(stops, { port: PORT, settings: { shared_buffers: '1GB' }, patients: PATIENTS, others: SOCKETS / SOCKETS_OF_A_PERSON });
    const chambers = await openChambers(token);
    const days = await fillDays(installation, practice, chambers, doctors);
    await settleDatabase(installation.superuserUrl);
    const side = await putBeside(ours, installation, practice.patientIds);
    stops.unshift(side.stop);
    const operation = (query: string, variables: object): Buffer => post(PORT, '/graphql', JSON.stringify({ query, variables }), { authorization: `Bearer ${token}` });

    const day = (): Shot => ({ request: operation(DAY, { chamberId: pick(chambers), first: pick(days) }), expected: '"clinicSessions":[{"id":"' });
    await side.warmUp(day);
    const appointments = `${SESSIONS_A_DAY} sessions of ${IN_A_SESSION}, at ${APPOINTMENTS} appointments`;
    for (const connections of [1, 16]) say(lineOf(`a chamber's day: ${appointments}`, connections, await side.measure(connections, day)));

    const hot = await openHotSessions(token, practice, chambers[0]!, Math.ceil((SECONDS * 2_000) / HOT_CAPACITY));
    let booked = 0;
    const book = (): Shot => {
      const [sessionId, patientId] = [hot[Math.floor(booked / HOT_CAPACITY)]!, practice.patientIds[booked % HOT_CAPACITY]!];
      booked++;
      return { request: operation(BOOK, { input: { sessionId, patientId, visitType: 'NEW', idempotencyKey: randomUUID() } }), expected: '"bookAppointment":{"id":"' };
    };
    say(lineOf('booking at one hot session', 64, await side.measure(64, book)));

    say(await measureFanOut(practice, others, token, hot.at(-1)!));
    say(`memory under load ${ours.memoryMb().toFixed(0)} MB`);
  } finally {
    for (const stop of stops) await stop();
  }
}

/** Chambers of the practice, through the API. */
async function openChambers(token: string): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < CHAMBERS; i++) {
    const input = { name: `Chamber ${i}`, timeZone: 'Asia/Dhaka', locale: 'en_BD', receiptPrefix: `C${i}` };
    ids.push((await graphql(PORT, 'mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }', { input }, token)).addChamber.id);
  }
  return ids;
}

/** The past days of all chambers, row by row as the API would have left them, without what the API would have asked on the way; gives the days. */
async function fillDays({ ownerUrl, superuserUrl, keks }: Installation, { tenantId, memberId, patientIds }: BenchPractice, chambers: readonly string[], doctors: readonly string[]): Promise<string[]> {
  const perDay = CHAMBERS * SESSIONS_A_DAY * IN_A_SESSION;
  const days = Array.from({ length: Math.ceil(APPOINTMENTS / perDay) }, (_, ago) => today().subtract({ days: ago + 1 }).toString());
  const seal = await sealer(ownerUrl, keks, tenantId);
  await OwnerDb.run(sinduk(superuserUrl), keks, async ({ client }) => {
    await client.query('set session_replication_role = replica');
    for (const day of days) {
      const sessions = chambers.flatMap((chamber, index) => Array.from({ length: SESSIONS_A_DAY }, (_, nth) => ({ id: uuidv7(), chamber, doctor: doctors[index]!, hour: 9 + 2 * nth })));
      await client.query(
        `insert into clinic.sessions (tenant_id, id, chamber_id, doctor_id, local_date, starts_at, ends_at, mode, capacity, status, queue_version)
         select $1, t.id, t.chamber, t.doctor, $2::date, $2::date + make_interval(hours => t.hour), $2::date + make_interval(hours => t.hour + 2), 'SERIAL', $3, 'CLOSED', 200
         from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int[]) as t (id, chamber, doctor, hour)`,
        [tenantId, day, IN_A_SESSION, sessions.map(({ id }) => id), sessions.map(({ chamber }) => chamber), sessions.map(({ doctor }) => doctor), sessions.map(({ hour }) => hour)]);
      const rows = sessions.flatMap((session) => Array.from({ length: IN_A_SESSION }, (_, nth) => ({ id: uuidv7(), session, number: nth + 1 })));
      await client.query(
        `insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, patient_id, status, visit_type, channel, series, number, call_order, details, booked_by, arrived_at, called_at, consult_at, completed_at)
         select $1, t.id, t.session, t.chamber, $3::date, t.doctor, t.patient, 'COMPLETED', 'NEW', 'DESK', 'GENERAL', t.number, t.number, t.details, $2, $3::date, $3::date, $3::date, $3::date
         from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::int[], $10::bytea[]) as t (id, session, chamber, doctor, patient, number, details)`,
        [tenantId, memberId, day, rows.map(({ id }) => id), rows.map(({ session }) => session.id), rows.map(({ session }) => session.chamber), rows.map(({ session }) => session.doctor), rows.map(() => pick(patientIds)), rows.map(({ number }) => number), rows.map(({ id }) => seal(id))]);
    }
  });
  return days;
}

/** Seals what is kept of an appointment without a note. */
const sealer = (ownerUrl: string, keks: KeyEncryptionKeys, tenantId: string): Promise<(id: string) => Buffer> =>
  OwnerDb.run(ownerUrl, keks, async (db) => {
    const keys = await db.keysOf(tenantId);
    return (id: string) => keys.seal('clinic.appointments', id, 'details', {});
  });

const sinduk = (url: string): string => Object.assign(new URL(url), { pathname: '/sinduk' }).toString();

/** As many sessions as a run can fill, each of them on a day of its own. */
async function openHotSessions(token: string, practice: BenchPractice, chamberId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const input = { chamberId, doctorId: practice.memberId, localDate: today().add({ days: 1 + i }).toString(), startsAt: '08:00', endsAt: '20:00', mode: 'SERIAL', capacity: HOT_CAPACITY };
    ids.push((await graphql(PORT, 'mutation ($input: AddSessionInput!) { addClinicSession(input: $input) { id } }', { input }, token)).addClinicSession.id);
  }
  return ids;
}

/** How long it takes until hundreds who watch a queue have seen what happened in it, from the moment that the step was asked for. */
async function measureFanOut(practice: BenchPractice, people: readonly BenchPractice[], token: string, sessionId: string): Promise<string> {
  const tokens = await Promise.all(people.map((person) => signIn(PORT, person, practice.tenantId)));
  const heard: number[] = [];
  const sockets: WebSocket[] = [];
  let failure: Error | undefined;
  const allHeard = async (): Promise<void> => {
    for (const begin = performance.now(); heard.length < SOCKETS; await delay(1)) {
      if (failure) throw failure;
      if (performance.now() - begin > LONGEST_WAIT_MS) throw new Error(`only ${heard.length} of ${SOCKETS} sockets heard of it`);
    }
  };
  for (let i = 0; i < SOCKETS; i++) sockets.push(await watch(sessionId, tokens[i % tokens.length]!, () => heard.push(performance.now()), (error) => (failure = error)));
  await allHeard();
  const latencies: number[] = [];
  const lasts: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    heard.length = 0;
    const input = { sessionId, patientId: practice.patientIds[HOT_CAPACITY + step], visitType: 'NEW' };
    const begin = performance.now();
    await graphql(PORT, BOOK, { input }, token);
    await allHeard();
    latencies.push(...heard.map((at) => at - begin));
    lasts.push(Math.max(...heard) - begin);
  }
  for (const socket of sockets) socket.close();
  const sorted = latencies.sort((a, b) => a - b);
  const last = lasts.sort((a, b) => a - b);
  return `queue seen by ${SOCKETS} sockets after a booking: half of them within ${sorted[sorted.length >> 1]!.toFixed(0)} ms, the last within ${last[last.length >> 1]!.toFixed(0)} ms (median of ${STEPS}), ${last.at(-1)!.toFixed(0)} ms at worst`;
}

/** A socket that watches a queue, and says whenever it hears of it. */
async function watch(sessionId: string, token: string, hear: () => void, fail: (error: Error) => void): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${PORT}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: { errors?: unknown } };
    if (type === 'next' && !payload?.errors) hear();
    else if (type !== 'ping') fail(new Error(data.toString()));
  });
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUEUE, variables: { id: sessionId } } }));
  return socket;
}
