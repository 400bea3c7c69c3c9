import { demoPatients } from '../src/demo/people.js';
import { signIn } from './client.js';
import { openPractices } from './data.js';
import { importLines } from './imports.js';
import { install } from './installation.js';
import { measureIsolation } from './isolation.js';
import { type Shot, get, post } from './load.js';
import { startServer } from './processes.js';
import { measureSearch, seedPeople } from './search.js';
import { SECONDS, lineOf, pick, putBeside, settleDatabase } from './side-by-side.js';

const PRACTICES = 50;
const PATIENTS_EACH = Number(process.env['BENCH_PATIENTS_EACH'] ?? 2_000);
const IMPORTED = 10_000;
const PORT = 4802;

const READ = 'query Patient($id: UUID!) { patient(id: $id) { id mrn nameEn nameBn version } }';
const PAGE = 'query Page { patients(first: 20) { edges { node { id mrn nameEn nameBn sex birth { date ageYears } phones { number } status } } pageInfo { hasNextPage endCursor } } }';
const REGISTER = 'mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id mrn } } }';

/** What a clinic does all day, in 50 practices of 2,000 patients each. */
export async function measureClinic(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const installation = await install({ shared_buffers: '512MB' });
    stops.push(installation.remove);
    const { keks, ownerUrl, urls, env, superuserUrl } = installation;
    const practices = await openPractices(ownerUrl, keks, PRACTICES);
    const people = await seedPeople(ownerUrl, keks, practices, PATIENTS_EACH);
    const startedAt = performance.now();
    const ours = await startServer('dist/src/main.js', PORT, env, 'listens on');
    stops.unshift(ours.stop);
    say(`start to ready ${((performance.now() - startedAt) / 1000).toFixed(2)} s`);

    const tokens = await Promise.all(practices.map((practice) => signIn(PORT, practice)));
    say(await measureIsolation(urls.app, tokens[0]!, practices[0]!.tenantId, people[0]!.id));
    await settleDatabase(superuserUrl);
    const side = await putBeside(ours, installation, people.map(({ id }) => id));
    stops.unshift(side.stop);

    const operation = (query: string, variables: object, token: string): Buffer => post(PORT, '/graphql', JSON.stringify({ query, variables }), { authorization: `Bearer ${token}` });
    const read = (): Shot => {
      const { id, practice } = pick(people);
      return { request: operation(READ, { id }, tokens[practice]!), expected: `"patient":{"id":"${id}"` };
    };
    const page = (): Shot => ({ request: operation(PAGE, {}, pick(tokens)), expected: '"patients":{"edges":[{"node":{"id":"' });
    const invented = demoPatients(5, 20_000, 'BD');
    const register = (): Shot => {
      const { nameEn, nameBn, sex, phones } = pick(invented);
      const input = { nameEn, nameBn, sex, birth: { year: 1940 + Math.floor(Math.random() * 80) }, phones: phones.map(({ number }) => ({ number })) };
      return { request: operation(REGISTER, { input }, pick(tokens)), expected: '"registerPatient":{"patient":{"id":"' };
    };
    // Where a read's time goes: what HTTP alone costs here, then GraphQL with its audit entry but without any data.
    const live = (): Shot => ({ request: get(PORT, '/health/live'), expected: '{"status":"ok"}' });
    const empty = (): Shot => ({ request: post(PORT, '/graphql', '{"query":"{ __typename }"}', {}), expected: '"__typename":"Query"' });

    await side.warmUp(read);
    const shots: Array<[string, number, () => Shot]> = [
      ['HTTP alone', 64, live], ['an empty operation', 64, empty], ['read of one patient', 1, read], ['read of one patient', 16, read], ['read of one patient', 64, read],
      ['page of 20 patients', 64, page], ['registration', 64, register],
    ];
    for (const [name, connections, shot] of shots) say(lineOf(name, connections, await side.measure(connections, shot)));
    for (const line of await measureSearch({ server: ours, floorPerSecond: side.floorPerSecond, appUrl: urls.app, ownerUrl, keks, practices, accessTokens: tokens, people, seconds: SECONDS })) say(line);
    say(await importLines(PORT, tokens[0]!, IMPORTED));
    say(`memory under load ${ours.memoryMb().toFixed(0)} MB`);
  } finally {
    for (const stop of stops) await stop();
  }
}
