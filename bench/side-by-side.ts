import pg from 'pg';
import type { Installation } from './installation.js';
import { type LoadResult, type Shot, get, load } from './load.js';
import { type ServerProcess, startServer } from './processes.js';

/** How long each measurement takes. */
export const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const WARM_UP_SECONDS = 5;
const FLOOR_PORT = 4801;

export const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;

/** A load and what it cost the server: CPU in microseconds for each answer. */
export interface Measured extends LoadResult {
  cpuMicros: number;
}

/** The floor beside a server: `measure` loads the floor, the server and the floor again, so that all three are of the same minutes. */
export interface SideBySide {
  measure: (connections: number, shot: () => Shot) => Promise<{ ours: Measured; floor: Measured }>;
  warmUp: (shot: () => Shot) => Promise<void>;
  floorPerSecond: (connections: number) => Promise<number>;
  stop: () => Promise<void>;
}

/** Starts the floor with a row for each id, in a database of its own on the same PostgreSQL. */
export async function putBeside(ours: ServerProcess, { superuserUrl }: Installation, ids: readonly string[]): Promise<SideBySide> {
  const floor = await startServer('dist/bench/floor.js', FLOOR_PORT, { DATABASE_URL: await fillFloor(superuserUrl, ids) }, 'ready');
  const floorShot = (): Shot => {
    const id = pick(ids);
    return { request: get(FLOOR_PORT, `/${id}`), expected: id };
  };
  return {
    measure: async (connections, shot) => {
      const before = await measured(floor, connections, floorShot);
      const ofOurs = await measured(ours, connections, shot);
      return { ours: ofOurs, floor: mean(before, await measured(floor, connections, floorShot)) };
    },
    warmUp: async (shot) => {
      await load(floor.port, 64, WARM_UP_SECONDS, floorShot);
      await load(ours.port, 64, WARM_UP_SECONDS, shot);
    },
    floorPerSecond: async (connections) => (await measured(floor, connections, floorShot)).perSecond,
    stop: floor.stop,
  };
}

/** What was measured, as a line to print. */
export const lineOf = (name: string, connections: number, { ours, floor }: { ours: Measured; floor: Measured }): string =>
  [
    name.padEnd(32), `${connections} conn`.padStart(8), `${ours.perSecond.toFixed(0)}/s`.padStart(9),
    `${shareOf({ ours, floor }).toFixed(1)}% of the floor`.padStart(20), `(floor ${floor.perSecond.toFixed(0)}/s)`.padStart(16),
    `p50 ${ours.p50.toFixed(2)} ms (floor ${floor.p50.toFixed(2)}, ×${(ours.p50 / floor.p50).toFixed(1)})`, `p99 ${ours.p99.toFixed(2)} ms`,
    `CPU ${ours.cpuMicros.toFixed(0)} µs (floor ${floor.cpuMicros.toFixed(0)})`,
  ].join('  ');

/** Answers a second in per cent of the floor's. */
export const shareOf = ({ ours, floor }: { ours: Measured; floor: Measured }): number => (100 * ours.perSecond) / floor.perSecond;

async function measured(server: ServerProcess, connections: number, shot: () => Shot): Promise<Measured> {
  const before = server.cpuMs();
  const result = await load(server.port, connections, SECONDS, shot);
  return { ...result, cpuMicros: ((server.cpuMs() - before) * 1000) / result.answered };
}

const mean = (a: Measured, b: Measured): Measured => ({
  answered: a.answered + b.answered, perSecond: (a.perSecond + b.perSecond) / 2, p50: (a.p50 + b.p50) / 2, p99: (a.p99 + b.p99) / 2, cpuMicros: (a.cpuMicros + b.cpuMicros) / 2,
});

async function fillFloor(superuserUrl: string, ids: readonly string[]): Promise<string> {
  const url = Object.assign(new URL(superuserUrl), { pathname: '/floor' }).toString();
  await asSuperuser(superuserUrl, 'create database floor');
  await asSuperuser(url, 'create table public.floor (id uuid primary key, body text not null)');
  await asSuperuser(url, `insert into public.floor select unnest($1::uuid[]), repeat('x', 400)`, [ids]);
  await asSuperuser(url, 'vacuum analyze public.floor');
  return url;
}

/** Has PostgreSQL do now what it would do in its own time, in the midst of a measurement. */
export async function settleDatabase(superuserUrl: string): Promise<void> {
  const sinduk = Object.assign(new URL(superuserUrl), { pathname: '/sinduk' }).toString();
  await asSuperuser(sinduk, 'vacuum analyze');
  await asSuperuser(sinduk, 'checkpoint');
}

async function asSuperuser(url: string, text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text, values);
  await client.end();
}
