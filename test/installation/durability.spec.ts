import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fillWithDemoData } from '../support/demo-data.js';
import { ServerProcess } from '../support/server-process.js';

// The suite kills a few times; `KILLS=100 npx jest test/installation/durability` repeats the long run.
const KILLS = Number(process.env['KILLS'] ?? 3);
const CLIENTS = 8;

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }';
const READ = 'query ($id: UUID!) { patient(id: $id) { id nameEn } }';

/** What a client was told, in so many words, before the power went. */
interface Delivered {
  requestId: string;
  kind: 'registered' | 'read';
  patientId: string;
}

describe('pulling the plug under load', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-plug-'));
  let server: ServerProcess;

  beforeAll(() => fillWithDemoData(dataDir), 180_000);
  beforeAll(async () => {
    server = await ServerProcess.on(dataDir);
    await server.start();
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const signIn = async (): Promise<string> =>
    (await server.graphql('mutation { signIn(input: { email: "nasrin@shapla.example", password: "seven quiet rivers cross", client: BEARER }) { ... on SignedIn { accessToken } } }')).data.signIn.accessToken as string;

  async function work(token: string, delivered: Delivered[], running: { on: boolean }): Promise<void> {
    let patientId: string | undefined;
    while (running.on) {
      try {
        if (!patientId || randomInt(2)) {
          const { requestId, data } = await server.graphql(REGISTER, { input: { nameEn: 'Plug Test', birth: { year: 1990 } } }, token);
          patientId = data.registerPatient.patient.id as string;
          delivered.push({ requestId, kind: 'registered', patientId });
        } else {
          const { requestId, data } = await server.graphql(READ, { id: patientId }, token);
          if (data.patient) delivered.push({ requestId, kind: 'read', patientId });
        }
      } catch {
        // The server is gone: what was not delivered is not claimed.
        await delay(5);
      }
    }
  }

  it(`${KILLS} times leaves no mutation without its entry, no entry without its mutation, and no delivered answer without its entry`, async () => {
    const delivered: Delivered[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const token = await signIn();
      const running = { on: true };
      const before = delivered.length;
      const clients = Array.from({ length: CLIENTS }, () => work(token, delivered, running));
      // A server that has just begun is slow at first; the plug is pulled while it works.
      const several = (what: Delivered['kind']): boolean => delivered.slice(before).filter(({ kind }) => kind === what).length > 1;
      while (!several('registered') || !several('read')) await delay(5);
      await delay(randomInt(150, 600));
      if (kill % 3 === 2) server.killPostgres();
      await server.end('SIGKILL');
      running.on = false;
      await Promise.all(clients);
      await server.start();
    }
    expect(delivered.filter(({ kind }) => kind === 'registered').length).toBeGreaterThan(KILLS);
    expect(delivered.filter(({ kind }) => kind === 'read').length).toBeGreaterThan(KILLS);

    const silent = await server.sql(
      `select p.id from clinic.patients p where not exists (
         select from audit.entry_records r join audit.entries e on e.id = r.entry_id
         where r.record_id = p.id and e.operation = 'Mutation.registerPatient' and e.outcome = 'SUCCESS')`);
    expect(silent).toEqual([]);
    const hollow = await server.sql(
      `select e.id from audit.entries e join audit.entry_records r on r.entry_id = e.id and r.record_type = 'patient'
       where e.operation = 'Mutation.registerPatient' and e.outcome = 'SUCCESS' and not exists (select from clinic.patients p where p.id = r.record_id)`);
    expect(hollow).toEqual([]);
    const logged = await server.sql<{ key: string }>(
      `select e.request_id || ' ' || r.record_id as key from audit.entries e join audit.entry_records r on r.entry_id = e.id where e.outcome = 'SUCCESS'`);
    const known = new Set(logged.map(({ key }) => key));
    expect(delivered.filter(({ requestId, patientId }) => !known.has(`${requestId} ${patientId}`))).toEqual([]);
    const mrns = await server.sql<{ gaps: string }>(
      `select (max(mrn) - count(*))::text as gaps from clinic.patients group by tenant_id`);
    expect(mrns.every(({ gaps }) => gaps === '0')).toBe(true);
    process.stdout.write(`${KILLS} kills, ${delivered.length} delivered answers, ${known.size} logged\n`);
  }, 1_800_000);
});
