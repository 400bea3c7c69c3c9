import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { demoPatients } from '../src/demo/people.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import { type Identity, changedIdentity, nobody, nothingClinical } from '../src/patients/patient-identity.js';
import { searchStatement } from '../src/patients/patient-search.reader.js';
import { bestOf, fitOf } from '../src/patients/patient-search.js';
import { SEARCH_VERSION, findablesOf, tokenArrays } from '../src/patients/patient-tokens.js';
import { readSearch } from '../src/patients/search-text.js';
import type { SearchRow } from '../src/patients/search-rows.js';
import { formatMrn } from '../src/patients/mrn.js';
import type { KeyEncryptionKeys } from '../src/platform/crypto/key-encryption-keys.js';
import { runGroup } from '../src/platform/database/statement-group.js';
import type { BenchPractice } from './data.js';
import { type Shot, load, post } from './load.js';
import type { ServerProcess } from './processes.js';

const QUERY = 'query Search($text: String!) { searchPatients(text: $text) { hasMore found { by patient { id mrn nameEn nameBn } } } }';
const FIRST = 10;
const BATCH = 500;
const FIRST_MRN = 100_000;

/** A patient of the benchmark who can be searched for. */
interface Person {
  practice: number;
  id: string;
  mrn: string;
  identity: Identity;
}

/** What people type for a person, by kind; null when the person has no such thing. */
const kinds: Record<string, (person: Person, dice: () => number) => string | null> = {
  'beginning of 2–4 letters': ({ identity }, dice) => aWord(identity.nameEn, dice)?.slice(0, 2 + Math.floor(dice() * 3)) ?? null,
  'full name': ({ identity }) => identity.nameEn,
  'name in Bangla': ({ identity }) => identity.nameBn,
  'name with a slip': ({ identity }, dice) => withSlip(identity.nameEn, dice),
  'part of a telephone': ({ identity: { phones: [phone] } }, dice) => (phone ? (dice() < 0.5 ? phone.number.slice(-4) : `0${phone.number.slice(4, 11)}`) : null),
  'record number': ({ mrn }) => mrn,
};

/** Fills each practice with people who have names, telephones and identifiers, sealed and indexed as the product does; gives those it put in. */
export async function seedPeople(ownerUrl: string, keks: KeyEncryptionKeys, practices: readonly BenchPractice[], each: number): Promise<Person[]> {
  const people: Person[] = [];
  for (const [practice, { tenantId, memberId }] of practices.entries()) {
    const invented = demoPatients(1_000 + practice, each, 'BD');
    for (let at = 0; at < each; at += BATCH) {
      await OwnerDb.run(ownerUrl, keks, async (db) => {
        const keys = await db.keysOf(tenantId);
        await db.enter(tenantId, memberId);
        const rows = invented.slice(at, at + BATCH).map(({ nameEn, nameBn, sex, birth, phones, identifiers, guardian }, index) => {
          const identity = changedIdentity(nobody, { nameEn, nameBn, sex, birth, phones, identifiers, ...(guardian && { guardian }) }, 'BD');
          return { practice, id: uuidv7(), mrn: formatMrn(FIRST_MRN + at + index), identity };
        });
        await db.client.query(
          `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by, search_version)
           select $1, t.id, $3::bigint + t.n, t.identity, t.clinical, $2, $4 from unnest($5::uuid[], $6::bytea[], $7::bytea[]) with ordinality as t (id, identity, clinical, n)`,
          [tenantId, memberId, FIRST_MRN + at - 1, SEARCH_VERSION, rows.map(({ id }) => id), rows.map(({ id, identity }) => keys.seal('clinic.patients', id, 'identity', identity)),
            rows.map(({ id }) => keys.seal('clinic.patients', id, 'clinical', nothingClinical))]);
        const tokens = rows.map(({ id, identity }) => ({ id, arrays: tokenArrays(keys, findablesOf(identity)) }));
        await db.client.query(
          'insert into clinic.patient_tokens (tenant_id, field, token, patient_id) select $1, t.field, t.token, t.id from unnest($2::text[], $3::bytea[], $4::uuid[]) as t (field, token, id) on conflict do nothing',
          [tenantId, tokens.flatMap(({ arrays }) => arrays[0]), tokens.flatMap(({ arrays }) => arrays[1]), tokens.flatMap(({ id, arrays }) => arrays[0].map(() => id))]);
        people.push(...rows);
      });
    }
  }
  return people;
}

/** What the searches are measured on and against. */
export interface SearchBench {
  server: ServerProcess;
  /** The floor's searches a second at 1 and at 16 connections, measured in the same minutes. */
  floorPerSecond: (connections: number) => Promise<number>;
  appUrl: string;
  ownerUrl: string;
  keks: KeyEncryptionKeys;
  practices: readonly BenchPractice[];
  /** One access token for each practice. */
  accessTokens: readonly string[];
  people: readonly Person[];
  seconds: number;
}

/** Measures searchPatients over HTTP, each kind of text at one connection and the mixture at 1 and 16; gives lines to print. */
export async function measureSearch(bench: SearchBench): Promise<string[]> {
  const dice = diceFrom(4_711);
  const texts = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, shotsOf(bench, kind, dice)]));
  const mixture = Object.values(texts).flat();
  const next = (shots: readonly Shot[]) => () => shots[Math.floor(dice() * shots.length)]!;
  const lines = await openedLines(bench, diceFrom(4_712));
  await load(bench.server.port, 16, 3, next(mixture));
  for (const [kind, shots] of Object.entries(texts)) {
    const { p50, p99 } = await load(bench.server.port, 1, bench.seconds, next(shots));
    lines.push(`search by ${kind.padEnd(26)} 1 conn  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`);
  }
  for (const connections of [1, 16]) {
    const floorBefore = await bench.floorPerSecond(connections);
    const cpuBefore = bench.server.cpuMs();
    const { perSecond, p50, p99, answered } = await load(bench.server.port, connections, 2 * bench.seconds, next(mixture));
    const cpu = ((bench.server.cpuMs() - cpuBefore) * 1_000) / answered;
    const floor = (floorBefore + (await bench.floorPerSecond(connections))) / 2;
    lines.push(`search, all kinds mixed       ${String(connections).padStart(2)} conn  ${perSecond.toFixed(0)}/s  ${((100 * perSecond) / floor).toFixed(1)}% of the floor (${floor.toFixed(0)}/s)  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  CPU ${cpu.toFixed(0)} µs`);
  }
  return lines;
}

function shotsOf({ server, people, accessTokens }: SearchBench, kind: string, dice: () => number): Shot[] {
  const shots: Shot[] = [];
  while (shots.length < 2_000) {
    const person = people[Math.floor(dice() * people.length)]!;
    const text = kinds[kind]!(person, dice);
    if (text) shots.push({ request: post(server.port, '/graphql', JSON.stringify({ query: QUERY, variables: { text } }), { authorization: `Bearer ${accessTokens[person.practice]!}` }), expected: '"searchPatients":{"hasMore":' });
  }
  return shots;
}

/** How many candidates a search opens, and whether it shows the patient who was meant, asked of the database directly. */
async function openedLines({ appUrl, ownerUrl, keks, practices, accessTokens, people }: SearchBench, dice: () => number): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: appUrl, max: 1 });
  const client = await pool.connect();
  const lines: string[] = [];
  try {
    const keys = await OwnerDb.run(ownerUrl, keks, async (db) => {
      const all = [];
      for (const { tenantId } of practices) all.push(await db.keysOf(tenantId));
      return all;
    });
    const sessions = accessTokens.map((token) => Buffer.from((JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid, 'base64url'));
    for (const kind of Object.keys(kinds)) {
      const opened: number[] = [];
      const counts = { meant: 0, more: 0, all: 0, micros: 0 };
      for (let i = 0; i < 300; i++) {
        const person = people[Math.floor(dice() * people.length)]!;
        const text = kinds[kind]!(person, dice);
        if (!text) continue;
        const typed = readSearch(text);
        const its = keys[person.practice]!;
        const begin = performance.now();
        const [, rows] = await runGroup(client, [
          { text: 'select from platform.enter($1, $2, null, $3, false)', values: [sessions[person.practice], practices[person.practice]!.tenantId, 'patients:read'] },
          searchStatement(its, typed, 'ACTIVE', FIRST),
        ]);
        counts.micros += (performance.now() - begin) * 1_000;
        let open = 0;
        const { best, more } = bestOf(rows as unknown as SearchRow[], FIRST, (row) => {
          open++;
          return fitOf(typed, row.mrn, its.open<Identity>('clinic.patients', row.id, 'identity', row.identity));
        });
        opened.push(open);
        counts.all++;
        if (more) counts.more++;
        if (best.some(({ candidate }) => candidate.id === person.id)) counts.meant++;
      }
      opened.sort((a, b) => a - b);
      const mean = opened.reduce((sum, each) => sum + each, 0) / opened.length;
      lines.push(`candidates for ${kind.padEnd(26)} opened mean ${mean.toFixed(1)}, p99 ${opened[Math.floor(opened.length * 0.99)]}; round trip ${(counts.micros / counts.all).toFixed(0)} µs; the one meant among the first ${FIRST}: ${counts.meant} of ${counts.all}, more than shown: ${counts.more}`);
    }
    return lines;
  } finally {
    client.release();
    await pool.end();
  }
}

const aWord = (name: string | null, dice: () => number): string | null => {
  const words = (name ?? '').split(/[\s.]+/).filter((word) => word.length >= 4);
  return words[Math.floor(dice() * words.length)] ?? null;
};

/** A name with one letter left out, doubled, changed, or swapped with the next, in one of its longer words. */
function withSlip(name: string | null, dice: () => number): string | null {
  const word = aWord(name, dice);
  if (!name || !word) return null;
  const at = 1 + Math.floor(dice() * (word.length - 2));
  const [before, letter, next, after] = [word.slice(0, at), word[at]!, word[at + 1]!, word.slice(at + 2)];
  const other = String.fromCharCode(97 + Math.floor(dice() * 26));
  return name.replace(word, before + [next, letter + letter + next, other + next, next + letter][Math.floor(dice() * 4)]! + after);
}

/** Numbers from 0 to 1, the same at each run (a linear congruence with the constants of Numerical Recipes). */
function diceFrom(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
