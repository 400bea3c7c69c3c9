import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { LOGGER } from '../../src/platform/platform.module.js';
import { type Practice, World } from '../support/world.js';

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }';
const READ = 'query ($id: UUID!) { patient(id: $id) { id nameEn } }';

describe('the database going away', () => {
  let world: World;
  let practice: Practice;
  let patientId: string;
  let outside: pg.Client;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Stormy Chamber');
    const { registerPatient } = await world.ok(REGISTER, { input: { nameEn: 'Before Storm', birth: { year: 1980 } } }, practice.owner.token);
    patientId = registerPatient.patient.id;
    // Another database of the same server, from which the world's can be shut.
    outside = new pg.Client({ connectionString: Object.assign(new URL(world.superuserUrl), { pathname: '/postgres' }).toString() });
    await outside.connect();
  });
  afterAll(async () => {
    await outside.end();
    await world.close();
  });

  const database = (): string => new URL(world.superuserUrl).pathname.slice(1);
  const cut = (): Promise<unknown> => outside.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename like 'sinduk%'`, [database()]);

  it('in the middle of a mutation changes nothing, says UNAVAILABLE, and is over when it is back', async () => {
    const blocker = new pg.Client({ connectionString: world.superuserUrl });
    await blocker.connect();
    await blocker.query('begin; lock table clinic.patients in access exclusive mode');
    const pending = world.graphql(REGISTER, { input: { nameEn: 'Lost Storm', birth: { year: 1980 } } }, practice.owner.token);
    await delay(300);
    await cut();
    const answer = await pending;
    await blocker.query('rollback');
    await blocker.end();
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    expect(answer.data?.registerPatient ?? null).toBeNull();
    expect(await world.sql('superuser', 'select id from clinic.patients')).toEqual([{ id: patientId }]);
    const { patient } = await world.ok(READ, { id: patientId }, practice.owner.token);
    expect(patient.nameEn).toBe('Before Storm');
  });

  it('or a statement taking too long says UNAVAILABLE, logs why, and changes nothing', async () => {
    const blocker = new pg.Client({ connectionString: world.superuserUrl });
    await blocker.connect();
    const logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    const waits = async () => (await outside.query(`select pid from pg_stat_activity where datname = $1 and usename = 'sinduk_app' and wait_event_type = 'Lock'`, [database()])).rows as Array<{ pid: number }>;
    const ends = [
      async () => {
        while (!(await waits()).length) await delay(20);
        await outside.query('select pg_cancel_backend($1)', [(await waits())[0]!.pid]);
      },
      // The time limit of a lock, as the server sets it.
      async () => undefined,
    ];
    for (const [index, state] of ['57014', '55P03'].entries()) {
      await blocker.query('begin; lock table clinic.patients in access exclusive mode');
      const pending = world.graphql(REGISTER, { input: { nameEn: 'Lost Patience', birth: { year: 1980 } } }, practice.owner.token);
      await ends[index]!();
      const { errors } = await pending;
      await blocker.query('rollback');
      expect(errors).toMatchObject([{ message: 'The service is not available at the moment. Try again later.', extensions: { code: 'UNAVAILABLE' } }]);
      expect(logged.mock.calls.map(([detail]) => (detail as { err: { code: string } }).err.code)).toContain(state);
    }
    await blocker.end();
    expect(await world.sql('superuser', 'select id from clinic.patients')).toEqual([{ id: patientId }]);
  });

  it('for a while withholds every answer, and the server recovers by itself', async () => {
    await outside.query(`alter database ${database()} allow_connections false`);
    await cut();
    const answers = await Promise.all([
      world.graphql(READ, { id: patientId }, practice.owner.token),
      world.graphql(REGISTER, { input: { nameEn: 'Lost Too', birth: { year: 1980 } } }, practice.owner.token),
      world.graphql('mutation { signIn(input: { email: "nobody@practice.example", password: "whatever it may be" }) { ... on SignedIn { accessTokenExpiresAt } } }'),
      world.graphql('{ nothing }'),
    ]);
    for (const { status, data, errors } of answers) {
      expect({ status, data: data ?? null, code: errors?.[0]?.extensions.code }).toEqual({ status: 503, data: null, code: 'UNAVAILABLE' });
    }
    const ready = await world.app.inject({ method: 'GET', url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    await outside.query(`alter database ${database()} allow_connections true`);
    const { patient } = await world.ok(READ, { id: patientId }, practice.owner.token);
    expect(patient.nameEn).toBe('Before Storm');
    expect((await world.app.inject({ method: 'GET', url: '/health/ready' })).statusCode).toBe(200);
  });
});
