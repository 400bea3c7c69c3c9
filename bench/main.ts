import pg from 'pg';
import { graphql, signIn } from './client.js';
import { multiplyPatient, openPractices } from './data.js';
import { install } from './installation.js';
import { measureIsolation } from './isolation.js';
import { type LoadResult, type Shot, get, load, post } from './load.js';
import { type ServerProcess, pinSelf, startServer } from './processes.js';

const PRACTICES = 50;
const PATIENTS_EACH = Number(process.env['BENCH_PATIENTS_EACH'] ?? 2_000);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const WARM_UP_SECONDS = 5;
const FLOOR_PORT = 4801;
const OURS_PORT = 4802;

const READ = 'query Patient($id: UUID!) { patient(id: $id) { id mrn nameEn nameBn version } }';
const REGISTER = `mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id mrn } } }`;

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;

interface Measured extends LoadResult {
  cpuMicros: number;
}

async function measure(server: ServerProcess, connections: number, shot: () => Shot): Promise<Measured> {
  const before = server.cpuMs();
  const result = await load(server.port, connections, SECONDS, shot);
  return { ...result, cpuMicros: ((server.cpuMs() - before) * 1000) / result.answered };
}

const line = (name: string, connections: number, ours: Measured, floor: Measured): string =>
  [
    name.padEnd(24), `${connections} conn`.padStart(8), `${ours.perSecond.toFixed(0)}/s`.padStart(9),
    `${((100 * ours.perSecond) / floor.perSecond).toFixed(1)}% of the floor`.padStart(20), `(floor ${floor.perSecond.toFixed(0)}/s)`.padStart(16),
    `p50 ${ours.p50.toFixed(2)} ms (floor ${floor.p50.toFixed(2)}, ×${(ours.p50 / floor.p50).toFixed(1)})`, `p99 ${ours.p99.toFixed(2)} ms`,
    `CPU ${ours.cpuMicros.toFixed(0)} µs (floor ${floor.cpuMicros.toFixed(0)})`,
  ].join('  ');

const mean = (a: Measured, b: Measured): Measured => ({
  answered: a.answered + b.answered, perSecond: (a.perSecond + b.perSecond) / 2, p50: (a.p50 + b.p50) / 2, p99: (a.p99 + b.p99) / 2, cpuMicros: (a.cpuMicros + b.cpuMicros) / 2,
});

async function fillFloor(superuserUrl: string, ids: string[]): Promise<string> {
  const url = Object.assign(new URL(superuserUrl), { pathname: '/floor' }).toString();
  const admin = new pg.Client({ connectionString: superuserUrl });
  await admin.connect();
  await admin.query('create database floor');
  await admin.end();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table public.floor (id uuid primary key, body text not null)');
  await client.query(`insert into public.floor select unnest($1::uuid[]), repeat('x', 400)`, [ids]);
  await client.query('vacuum analyze public.floor');
  await client.end();
  return url;
}

async function main(): Promise<void> {
  pinSelf();
  const stops: Array<() => Promise<void>> = [];
  try {
    const { keks, superuserUrl, ownerUrl, urls, env, remove } = await install({ shared_buffers: '512MB' });
    stops.push(remove);
    const practices = await openPractices(ownerUrl, keks, PRACTICES);
    const startedAt = performance.now();
    const ours = await startServer('dist/src/main.js', OURS_PORT, env, 'listens on');
    stops.unshift(ours.stop);
    process.stdout.write(`start to ready ${((performance.now() - startedAt) / 1000).toFixed(2)} s\n`);

    const tokens = await Promise.all(practices.map((practice) => signIn(OURS_PORT, practice)));
    const { registerPatient } = await graphql(OURS_PORT, REGISTER, { input: {
      nameEn: 'Rahima Khatun', nameBn: 'রহিমা খাতুন', sex: 'FEMALE', birth: { ageYears: 34 }, phones: [{ number: '01711000000' }],
    } }, tokens[0]);
    await multiplyPatient(ownerUrl, keks, practices, PATIENTS_EACH, registerPatient.patient.id);
    process.stdout.write(`${await measureIsolation(urls.app, tokens[0]!, practices[0]!.tenantId, practices[0]!.patientIds[0]!)}\n`);
    const floorUrl = await fillFloor(superuserUrl, practices.flatMap(({ patientIds }) => patientIds));
    const maintenance = new pg.Client({ connectionString: Object.assign(new URL(superuserUrl), { pathname: '/sinduk' }).toString() });
    await maintenance.connect();
    await maintenance.query('vacuum analyze');
    await maintenance.query('checkpoint');
    await maintenance.end();
    const floor = await startServer('dist/bench/floor.js', FLOOR_PORT, { DATABASE_URL: floorUrl }, 'ready');
    stops.unshift(floor.stop);

    const floorShot = (): Shot => {
      const id = pick(pick(practices).patientIds);
      return { request: get(FLOOR_PORT, `/${id}`), expected: id };
    };
    const readShot = (): Shot => {
      const at = Math.floor(Math.random() * practices.length);
      const id = pick(practices[at]!.patientIds);
      return { request: post(OURS_PORT, '/graphql', JSON.stringify({ query: READ, variables: { id } }), { authorization: `Bearer ${tokens[at]!}` }), expected: `"patient":{"id":"${id}"` };
    };
    const registerShot = (): Shot => ({
      request: post(OURS_PORT, '/graphql', JSON.stringify({ query: REGISTER, variables: { input: {
        nameEn: 'Selim Mia', sex: 'MALE', birth: { year: 1980 }, phones: [{ number: '01711000001' }],
      } } }), { authorization: `Bearer ${pick(tokens)}` }),
      expected: '"registerPatient":{"patient":{"id":"',
    });

    // Where a read's time goes: what HTTP alone costs here, then GraphQL with its audit entry but without any data.
    const liveShot = (): Shot => ({ request: get(OURS_PORT, '/health/live'), expected: '{"status":"ok"}' });
    const emptyShot = (): Shot => ({ request: post(OURS_PORT, '/graphql', '{"query":"{ __typename }"}', {}), expected: '"__typename":"Query"' });
    const stages = [['HTTP alone', liveShot], ['an empty operation', emptyShot]] as const;

    for (const [shot, server] of [[floorShot, floor], [readShot, ours]] as const) await load(server.port, 64, WARM_UP_SECONDS, shot);
    for (const [name, shot] of stages) {
      const before = await measure(floor, 64, floorShot);
      const stage = await measure(ours, 64, shot);
      process.stdout.write(`${line(name, 64, stage, before)}\n`);
    }
    for (const connections of [1, 16, 64]) {
      const before = await measure(floor, connections, floorShot);
      const read = await measure(ours, connections, readShot);
      const after = await measure(floor, connections, floorShot);
      process.stdout.write(`${line('read of one patient', connections, read, mean(before, after))}\n`);
    }
    const before = await measure(floor, 64, floorShot);
    const registered = await measure(ours, 64, registerShot);
    const after = await measure(floor, 64, floorShot);
    process.stdout.write(`${line('registration', 64, registered, mean(before, after))}\n`);
    process.stdout.write(`memory under load ${ours.memoryMb().toFixed(0)} MB\n`);
  } finally {
    for (const stop of stops) await stop();
  }
}

await main();
