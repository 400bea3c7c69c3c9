import { setTimeout as delay } from 'node:timers/promises';
import { Args, Field, ObjectType, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { AppModule } from '../../src/app.module.js';
import { Can } from '../../src/platform/access/can.decorator.js';
import { Classified } from '../../src/platform/access/classification.js';
import type { Ctx } from '../../src/platform/context/ctx.js';
import { CurrentCtx } from '../../src/platform/context/request-context.js';
import { TenantDb } from '../../src/platform/database/tenant-db.js';
import { notFound } from '../../src/platform/errors.js';
import { UuidScalar } from '../../src/platform/graphql/scalars.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { Live } from '../../src/platform/websocket/live.js';
import { at, hire, invite, join, openChamber } from '../support/staff.js';
import { Socket, portOf } from '../support/sockets.js';
import { type Person, type Practice, World } from '../support/world.js';

const MINE = 'subscription { mySessionsChanged { version sessions { id current } } }';
const PATIENT = 'subscription ($id: UUID!) { patientWatched(id: $id) { version status notes } }';
const ENDED = { code: 4401, reason: 'No live session: sign in, or refresh the access token' };

@ObjectType({ description: 'A patient who is watched.' })
@Classified('patient')
class WatchedPatient {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Version.' })
  version: number;

  @Field({ description: 'Status.' })
  status: string;
}

/** A subscription as any module would write it, to a record of the practice. */
@Resolver(() => WatchedPatient)
class Probe {
  constructor(
    private readonly live: Live,
    private readonly db: TenantDb,
  ) {}

  @Subscription(() => WatchedPatient, { description: 'A patient. Needs patients:read.' })
  @Can('patients:read')
  patientWatched(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id.' }) id: string) {
    return this.live.of(ctx, [`probe:${id}`], async (event, version) => {
      const [rows] = await this.db.read(event, { text: 'select status from clinic.patients where tenant_id = $1 and id = $2', values: [event.tenantId, id] });
      if (!rows![0]) throw notFound();
      event.disclose('patient', id, id);
      return { id, version, status: rows![0]['status'] as string };
    });
  }

  @ResolveField(() => String, { nullable: true, description: 'Notes.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  notes(@CurrentCtx() ctx: Ctx, @Parent() { id }: WatchedPatient): string {
    ctx.disclose('note', id, id);
    return 'clinical notes';
  }
}

describe('a subscription', () => {
  let world: World;
  let practice: Practice;
  let chamber: string;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    const assemble = AppModule.with.bind(AppModule);
    jest.spyOn(AppModule, 'with').mockImplementation((parts) => {
      const house = assemble(parts);
      return { ...house, providers: [...house.providers!, Probe] };
    });
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamber = await openChamber(world, practice, 'Gulshan');
    port = await portOf(world.app);
  });
  afterEach(() => Promise.all(sockets.splice(0).map((socket) => socket.close())));
  afterAll(() => world.close());

  const connect = async (token: string, payload = {}, to = port): Promise<Socket> => {
    const socket = await Socket.connect(to, token, { payload });
    sockets.push(socket);
    return socket;
  };
  const register = async (): Promise<string> => (await world.ok('mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, practice.owner.token)).registerPatient.patient.id;
  const tell = (topic: string, role: 'app' | 'owner' = 'owner') => world.sql(role, `select pg_notify('sinduk', '${topic}')`);
  const entriesOf = (requestId: string) => world.sql('superuser', `
    select e.operation, e.action, e.outcome, e.error_code, e.tenant_id, (select array_agg(r.record_type || ' ' || r.record_id order by r.record_type) from audit.entry_records r where r.entry_id = e.id) as records
    from audit.entries e where e.request_id = $1 order by e.id`, [requestId]);

  it('shows the state at once and again whenever it changes, and each time leaves an entry with what it showed', async () => {
    const me = await world.signIn(practice.owner.email);
    const socket = await connect(me.token);
    const id = socket.subscribe(MINE);
    const first = await socket.result(id);
    const shown = first.data.mySessionsChanged.sessions as Array<{ id: string; current: boolean }>;
    expect([first.data.mySessionsChanged.version, shown.map(({ current }) => current)]).toEqual([1, [true, false]]);
    const other = await world.signIn(practice.owner.email);
    expect((await socket.result(id, 2)).data.mySessionsChanged).toMatchObject({ version: 2, sessions: [{ current: false }, { current: true }, { current: false }] });
    await world.ok('mutation { signOut }', {}, other.token);
    expect((await socket.result(id, 3)).data.mySessionsChanged).toEqual({ version: 3, sessions: shown });
    const entries = await entriesOf(first.extensions!.requestId);
    const entry = { operation: 'Subscription.mySessionsChanged', action: 'VIEWED', outcome: 'SUCCESS', error_code: null, tenant_id: practice.tenantId };
    expect(entries).toEqual([entry, entry, entry].map((each) => ({ ...each, records: expect.any(Array) })));
    expect(entries.map(({ records }) => (records as string[]).length)).toEqual([2, 3, 2]);
    expect(entries[0]!['records']).toEqual(expect.arrayContaining(shown.map((session) => `session ${session.id}`)));
  });

  it('is the same for the client library, which ends it without ending the connection', async () => {
    const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${practice.owner.token}` }, lazyCloseTimeout: 5_000, retryAttempts: 0 });
    const running = () => world.app.get(Metrics).registry.getSingleMetricAsString('sinduk_subscriptions');
    for (let time = 0; time < 2; time++) {
      const results = client.iterate<{ mySessionsChanged: { version: number } }>({ query: MINE });
      expect((await results.next()).value.data.mySessionsChanged.version).toBe(1);
      expect(await running()).toMatch(/^sinduk_subscriptions 1$/m);
      await results.return!();
      while (!/^sinduk_subscriptions 0$/m.test(await running())) await delay(10);
    }
    expect(await world.app.get(Metrics).registry.getSingleMetricAsString('sinduk_websockets')).toMatch(/^sinduk_websockets 1$/m);
    await client.dispose();
  });

  it('makes one event of many notifications, and takes a forged one for a reason to look', async () => {
    const patient = await register();
    const socket = await connect(practice.owner.token);
    const id = socket.subscribe(PATIENT, { id: patient });
    await socket.result(id);
    await world.sql('app', `select pg_notify('sinduk', 'probe:${patient}'), pg_notify('sinduk', 'probe:' || n) from generate_series(1, 500) n`);
    for (let time = 0; time < 20; time++) await tell(`probe:${patient}`, 'app');
    expect((await socket.result(id, 2)).data.patientWatched).toMatchObject({ version: 2, status: 'ACTIVE' });
    await tell(`probe:${patient}`);
    const settled = () => socket.results(id).at(-1)!.data.patientWatched.version as number;
    await delay(300);
    const sofar = settled();
    expect(sofar).toBeLessThan(15);
    for (const forged of ['', 'x', `session:${patient}`, 'session:not an id', `session:'; drop table auth.sessions`, 'x'.repeat(7_000)]) await tell(forged.replaceAll(`'`, `''`), 'app');
    await delay(300);
    expect([settled(), socket.isOpen]).toEqual([sofar, true]);
  });

  it('ends for whoever loses the right, at the next event, with the refusal in the trail', async () => {
    const patient = await register();
    const nurse = await hire(world, practice, chamber, 'NURSE');
    const socket = await connect(nurse.token);
    const id = socket.subscribe(PATIENT, { id: patient });
    expect((await socket.result(id)).data).toEqual({ patientWatched: { version: 1, status: 'ACTIVE', notes: 'clinical notes' } });
    await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:read-clinical', memberId: nurse.memberId } }, practice.owner.token);
    await tell(`probe:${patient}`);
    const withheld = await socket.result(id, 2);
    expect(withheld).toMatchObject({ data: { patientWatched: { version: 2, status: 'ACTIVE', notes: null } }, errors: [{ path: ['patientWatched', 'notes'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }] });
    await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:read', memberId: nurse.memberId } }, practice.owner.token);
    await tell(`probe:${patient}`);
    const refused = await socket.result(id, 3);
    expect(refused).toMatchObject({ data: { patientWatched: null }, errors: [{ path: ['patientWatched'], extensions: { code: 'FORBIDDEN', permission: 'patients:read', requestId: refused.extensions!.requestId } }] });
    await socket.until(() => socket.messages.some(({ type }) => type === 'complete'));
    const entries = (await entriesOf(refused.extensions!.requestId)).map(({ outcome, error_code, records }) => [outcome, error_code, records]);
    const [record, note] = [`patient ${patient}`, `note ${patient}`];
    expect(entries).toEqual([['SUCCESS', null, [note, record]], ['SUCCESS', null, [record]], ['DENIED', 'FORBIDDEN', [`requested:notes ${patient}`]], ['DENIED', 'FORBIDDEN', [`requested:id ${patient}`]]]);
    // The connection serves the next one.
    expect((await socket.result(socket.subscribe(MINE))).data.mySessionsChanged.version).toBe(1);
  });

  it('is refused to whoever lacks the right from the start, in the chamber that they name', async () => {
    const patient = await register();
    const uttara = await openChamber(world, practice, 'Uttara');
    const nurse = await hire(world, practice, chamber, 'NURSE');
    const elsewhere = await connect(nurse.token, at(uttara));
    for (let time = 0; time < 2; time++) {
      const refused = await elsewhere.result(elsewhere.subscribe(PATIENT, { id: patient }));
      expect(refused.data ?? null).toBeNull();
      expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'patients:read' } }]);
      expect(await entriesOf(refused.extensions!.requestId)).toEqual([{ operation: 'Subscription.patientWatched', action: 'VIEWED', outcome: 'DENIED', error_code: 'FORBIDDEN', tenant_id: practice.tenantId, records: [`requested:id ${patient}`] }]);
    }
    const here = await connect(nurse.token, at(chamber));
    expect((await here.result(here.subscribe(PATIENT, { id: patient }))).data.patientWatched.status).toBe('ACTIVE');
    const nowhere = await Socket.connect(port, nurse.token, { payload: at('Uttara') });
    expect(await nowhere.end()).toEqual({ code: 4400, reason: 'x-sinduk-chamber is not an id' });
  });

  it('answers for another practice’s record as for one that never was', async () => {
    const patient = await register();
    const other = await world.practice('Kadam Clinic');
    const socket = await connect(other.owner.token);
    for (const id of [patient, '00000000-0000-7000-8000-000000000000']) {
      const { data, errors } = await socket.result(socket.subscribe(PATIENT, { id }));
      expect([data, errors![0]!.extensions.code]).toEqual([{ patientWatched: null }, 'NOT_FOUND']);
      await tell(`probe:${patient}`);
    }
  });

  it('names what is wrong with a variable', async () => {
    const socket = await connect(practice.owner.token);
    const { errors, extensions } = await socket.result(socket.subscribe(PATIENT, { id: 'nobody' }));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', faults: [{ path: ['id'] }] } }]);
    expect(await entriesOf(extensions!.requestId)).toMatchObject([{ action: 'REFUSED', outcome: 'FAILED', error_code: 'BAD_USER_INPUT' }]);
  });

  describe('over a connection, which ends with the session', () => {
    const SIGN_OUT = 'mutation { signOut }';
    const ways: Record<string, (person: Person) => Promise<unknown>> = {
      'by signing out': (person) => world.ok(SIGN_OUT, {}, person.token),
      'by signing out everywhere': (person) => world.ok('mutation { signOutEverywhere }', {}, person.token),
      'from another device': async (person) => {
        const { token } = await world.signIn(person.email);
        const { mySessions } = await world.ok('{ mySessions { id current } }', {}, person.token);
        await world.ok('mutation ($id: UUID!) { endSession(id: $id) }', { id: mySessions.find(({ current }: { current: boolean }) => current).id }, token);
      },
      'by deactivation': (person) => world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }', { input: { memberId: person.memberId, reason: 'She has left us' } }, practice.owner.token),
      'because a refresh token was used again': async ({ refreshToken }) => {
        const refresh = (token: string) => world.graphql('mutation ($token: String!) { refreshSession(refreshToken: $token) { refreshToken } }', { token });
        const successor = (await refresh(refreshToken)).data.refreshSession.refreshToken;
        await refresh(successor);
        await refresh(refreshToken);
      },
      'by moving to another practice': async (person) => {
        const other = await world.practice('Second Clinic');
        await join(world, person.email, await invite(world, other.owner.token, person.email));
        await world.ok('mutation ($id: UUID!) { switchPractice(practiceId: $id) { accessToken } }', { id: other.tenantId }, person.token);
      },
    };

    let secondPort: number;
    let second: NestFastifyApplication;
    beforeAll(async () => {
      second = await world.anotherServer();
      secondPort = await portOf(second);
    });
    afterAll(() => second.close());

    it.each(Object.keys(ways))('%s, on every server process', async (way) => {
      const nurse = await hire(world, practice, chamber, 'NURSE');
      const both = [await connect(nurse.token), await connect(nurse.token, {}, secondPort), await connect(nurse.token, {}, secondPort)];
      for (const socket of both.slice(0, 2)) await socket.result(socket.subscribe(MINE));
      const bystander = await connect(practice.owner.token, {}, secondPort);
      await ways[way]!(nurse);
      for (const socket of both) expect(await socket.end()).toEqual(ENDED);
      expect(bystander.isOpen).toBe(true);
    });

    it('and outlasts its token, but not its session’s time', async () => {
      const nurse = await hire(world, practice, chamber, 'NURSE');
      // Signed in almost ten minutes ago.
      const now = Date.now.bind(Date);
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 598_000);
      const { token } = await world.signIn(nurse.email);
      clock.mockRestore();
      const socket = await connect(token);
      const id = socket.subscribe(MINE);
      await socket.result(id);
      while (!(await world.graphql('{ mySessions { id } }', {}, token)).errors) await delay(100);
      expect(await (await Socket.connect(port, token)).end()).toEqual(ENDED);
      const [{ user_id }] = await world.sql<{ user_id: string }>('owner', 'select user_id from auth.sessions where member_id = $1', [nurse.memberId]) as [{ user_id: string }];
      await tell(`sessions-of:${user_id}`);
      expect((await socket.result(id, 2)).data.mySessionsChanged.version).toBe(2);
      await world.sql('owner', `update auth.sessions set idle_expires_at = now() where member_id = $1`, [nurse.memberId]);
      await tell(`sessions-of:${user_id}`);
      expect(await socket.end()).toEqual(ENDED);
      expect(socket.results(id)).toHaveLength(2);
      expect(await world.sql('superuser', `select outcome, error_code from audit.entries where operation = 'Subscription.mySessionsChanged' and actor_user_id = $1 order by id desc limit 1`, [user_id])).toEqual([{ outcome: 'DENIED', error_code: 'UNAUTHENTICATED' }]);
    });
  });

  describe('when the audit trail cannot be written', () => {
    const breakTrail = () => world.sql('superuser', `
      create function audit.broken() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
      create trigger broken before insert on audit.entries for each row execute function audit.broken()`);
    const mendTrail = () => world.sql('superuser', 'drop trigger broken on audit.entries; drop function audit.broken()');

    it('does not let the event leave, nor the first one, nor a refusal', async () => {
      const patient = await register();
      const watching = await connect(practice.owner.token);
      const id = watching.subscribe(PATIENT, { id: patient });
      await watching.result(id);
      const others = [await connect(practice.owner.token), await connect(practice.owner.token), await connect(practice.owner.token)];
      await breakTrail();
      try {
        await tell(`probe:${patient}`);
        const asked = ['subscription { mySessionsChanged { version } }', 'subscription { nothing }', '{ viewer { member { nameEn } } }'];
        others.forEach((socket, index) => socket.subscribe(asked[index]!));
        for (const socket of [watching, ...others]) {
          expect(await socket.end()).toEqual({ code: 1013, reason: 'The service is not available at the moment' });
          expect(socket.messages.filter(({ type }) => ['next', 'error'].includes(type))).toHaveLength(socket === watching ? 1 : 0);
        }
        expect(await (await Socket.connect(port, 'not.a.token')).end()).toMatchObject({ code: 1013 });
      } finally {
        await mendTrail();
      }
    });
  });

  it('shows the state anew after the database was away, because what was told meanwhile is lost', async () => {
    const me = await world.practice('Stormy Clinic');
    const socket = await connect(me.owner.token);
    const id = socket.subscribe(MINE);
    await socket.result(id);
    const listening = `select pid from pg_stat_activity where datname = current_database() and application_name = 'sinduk listener'`;
    const [{ pid }] = await world.sql<{ pid: number }>('superuser', listening) as [{ pid: number }];
    await world.sql('superuser', 'alter table auth.sessions disable trigger user');
    await world.signIn(me.owner.email);
    await world.sql('superuser', 'alter table auth.sessions enable trigger user');
    await world.sql('superuser', 'select pg_terminate_backend($1)', [pid]);
    const { data } = await socket.result(id, 2);
    expect(data.mySessionsChanged).toMatchObject({ version: 2, sessions: [{ current: false }, { current: true }] });
    expect(await world.sql('superuser', listening)).not.toEqual([{ pid }]);
    // And hears again.
    await world.signIn(me.owner.email);
    expect((await socket.result(id, 3)).data.mySessionsChanged.sessions).toHaveLength(3);
  });

  it('ends in order when the server stops', async () => {
    const server = await world.anotherServer();
    const socket = await connect(practice.owner.token, {}, await portOf(server));
    await socket.result(socket.subscribe(MINE)).finally(() => server.close());
    expect(socket.closed).toEqual({ code: 1001, reason: 'The server stops' });
  });
});
