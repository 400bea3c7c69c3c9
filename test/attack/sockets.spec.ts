import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { type Socket as TcpSocket, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TenantDb } from '../../src/platform/database/tenant-db.js';
import { limits, socketLimits } from '../../src/platform/graphql/limits.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { type Connecting, Socket, portOf } from '../support/sockets.js';
import { ServerProcess } from '../support/server-process.js';
import { PASSWORD, type Practice, World } from '../support/world.js';

const ORIGIN = 'https://clinic.example';
const MINE = 'subscription { mySessionsChanged { version } }';
const NOT_SIGNED_IN = { code: 4401, reason: 'No live session: sign in, or refresh the access token' };

describe('a WebSocket', () => {
  let world: World;
  let practice: Practice;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    world = await World.open({ PUBLIC_ORIGINS: ORIGIN, TRUSTED_PROXIES: '127.0.0.1', GRAPHQL_INTROSPECTION: 'false' });
    practice = await world.practice('Shapla Chamber');
    port = await portOf(world.app);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  });
  afterAll(() => world.close());

  const kept = (socket: Socket): Socket => {
    sockets.push(socket);
    return socket;
  };
  const connect = async (token?: string, connecting?: Connecting, to = port): Promise<Socket> => kept(await Socket.connect(to, token, connecting));
  const freshToken = async (): Promise<string> => (await world.signIn(practice.owner.email)).token;
  const openSockets = async (app = world.app): Promise<number> => Number(/^sinduk_websockets (\d+)$/m.exec(await app.get(Metrics).registry.getSingleMetricAsString('sinduk_websockets'))![1]);
  const lastEntry = async () => (await world.sql('superuser', 'select operation, action, outcome, error_code, tenant_id from audit.entries order by id desc limit 1'))[0];

  /** The HTTP status with which a request for a WebSocket is answered; 0 for none. */
  const upgradeStatus = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> =>
    new Promise((resolve) => {
      request({ port, path, method, agent: false, headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64'), 'sec-websocket-protocol': 'graphql-transport-ws', ...headers } })
        .on('response', (response) => resolve(response.resume().statusCode!))
        .on('upgrade', (_, socket) => resolve((socket.destroy(), 101)))
        .on('error', () => resolve(0)).end();
    });

  describe('is asked for', () => {
    it('at the GraphQL endpoint only, and by its protocol', async () => {
      expect(await upgradeStatus('/graphql')).toBe(101);
      expect(await upgradeStatus('/graphql?token=x', { origin: ORIGIN })).toBe(101);
      for (const path of ['/', '/health/live', '/graphql/', '/%67raphql', '/graphql-page/', '//graphql', '/documents/x/content', '*']) expect([path, await upgradeStatus(path)]).toEqual([path, 404]);
      for (const protocol of ['graphql-ws', 'mqtt', '', 'x,y']) expect([protocol, await upgradeStatus('/graphql', { 'sec-websocket-protocol': protocol })]).toEqual([protocol, 400]);
      expect(await upgradeStatus('/graphql', { upgrade: 'h2c' })).toBe(400);
      expect(await upgradeStatus('/graphql', {}, 'POST')).toBe(400);
      expect(await upgradeStatus('/graphql', { 'sec-websocket-version': '7' })).toBe(400);
      expect(await upgradeStatus('/graphql', { 'sec-websocket-key': 'short' })).toBe(400);
    });

    it('by a page of a known origin only, and a foreign one is in the trail', async () => {
      for (const origin of ['https://evil.example', 'https://clinic.example.evil.example', 'http://clinic.example', 'null', `${ORIGIN}/`]) {
        expect([origin, await upgradeStatus('/graphql', { origin })]).toEqual([origin, 403]);
        expect(await lastEntry()).toMatchObject({ operation: 'http', action: 'REFUSED', outcome: 'FAILED', error_code: 'QUERY_REFUSED' });
      }
    });

    it('as long as there is room', async () => {
      kept(await Socket.connect(port, practice.owner.token));
      jest.replaceProperty(socketLimits, 'sockets', 1);
      await expect(Socket.open(port)).rejects.toThrow('HTTP 503');
    });

    it('in the place of the one from there that has waited longest, and of nobody who has said who they are', async () => {
      jest.replaceProperty(socketLimits, 'waitingOfAddress', 2);
      const known = kept(await Socket.connect(port, practice.owner.token));
      const [first, second] = [kept(await Socket.open(port)), kept(await Socket.open(port))];
      const third = kept(await Socket.open(port));
      await first.end();
      expect([known, second, third].map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
      third.send({ type: 'connection_init', payload: { authorization: `Bearer ${practice.owner.token}` } });
      await third.until(() => third.messages.length > 0);
      expect(third.messages[0]!.type).toBe('connection_ack');
    });

    const openFrom = async (ip: string): Promise<Socket> => kept(await Socket.open(port, { headers: { 'x-forwarded-for': ip } }));

    it('in the place of one of the network that has most, when all together are too many', async () => {
      jest.replaceProperty(socketLimits, 'waiting', 3);
      const greedy = [await openFrom('198.51.100.1'), await openFrom('198.51.100.1')];
      const others = [await openFrom('198.51.100.2'), await openFrom('198.51.100.3')];
      await greedy[0]!.end();
      expect([greedy[1]!, ...others].map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
    });

    it('from one network of IPv6 no oftener than from one address', async () => {
      jest.replaceProperty(socketLimits, 'waitingOfAddress', 2);
      const [first] = [await openFrom('2001:db8:1:2::1'), await openFrom('2001:db8:1:2:ffff::2'), await openFrom('2001:db8:1:2::3')];
      await first.end();
      const elsewhere = await openFrom('2001:db8:1:3::1');
      expect(elsewhere.isOpen).toBe(true);
    });
  });

  describe('speaks for', () => {
    const cookies = async (): Promise<string> => {
      const answer = await world.http({ query: 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', variables: { input: { email: practice.owner.email, password: PASSWORD } } }, { origin: ORIGIN });
      return [answer.headers['set-cookie']].flat().map((cookie) => cookie!.split(';')[0]).join('; ');
    };

    it('a browser by its cookie, from a page of ours', async () => {
      const socket = await connect(undefined, { headers: { cookie: await cookies(), origin: ORIGIN } });
      expect((await socket.result(socket.subscribe(MINE))).data.mySessionsChanged.version).toBe(1);
    });

    it('nobody by a cookie without an origin, by a token in the address or the headers, or by one of the other kind', async () => {
      const cookie = await cookies();
      const browserToken = /access=([^;]+)/.exec(cookie)![1]!;
      const refused: Array<[string, string | undefined, Connecting]> = [
        ['nothing', undefined, {}],
        ['a cookie without an origin', undefined, { headers: { cookie } }],
        ['a header', undefined, { headers: { authorization: `Bearer ${practice.owner.token}` } }],
        ['a browser’s token', browserToken, {}],
        ['a bearer token in the cookie', undefined, { headers: { cookie: `__Host-sinduk-access=${practice.owner.token}`, origin: ORIGIN } }],
        ['rubbish besides a cookie', undefined, { headers: { cookie, origin: ORIGIN }, payload: { authorization: 7 } }],
        ['a token without its signature', practice.owner.token.replace(/\.[^.]+$/, '.'), {}],
        ['a token with another one', practice.owner.token.replace(/\.[^.]+$/, `.${'A'.repeat(86)}`), {}],
      ];
      for (const [what, token, connecting] of refused) {
        const socket = await connect(token, connecting);
        expect([what, await socket.end()]).toEqual([what, NOT_SIGNED_IN]);
        expect([what, await lastEntry()]).toEqual([what, { operation: 'websocket', action: 'REFUSED', outcome: 'DENIED', error_code: 'UNAUTHENTICATED', tenant_id: null }]);
      }
    });

    it('nobody whose session has ended, though the token is good', async () => {
      const { token } = await world.signIn(practice.owner.email);
      await world.ok('mutation { signOut }', {}, token);
      expect(await (await connect(token)).end()).toEqual(NOT_SIGNED_IN);
      expect(await lastEntry()).toMatchObject({ operation: 'websocket', outcome: 'DENIED', error_code: 'UNAUTHENTICATED', tenant_id: practice.tenantId });
    });

    it('nobody whose session ends in the moment in which it is let in, unheard', async () => {
      const { token } = await world.signIn(practice.owner.email);
      const db = world.app.get(TenantDb, { strict: false });
      const authorise = db.authorise.bind(db);
      const between = jest.spyOn(db, 'authorise').mockImplementation(async (ctx) => {
        await authorise(ctx);
        between.mockRestore();
        await world.ok('mutation { signOut }', {}, token);
      });
      await world.sql('superuser', 'alter table auth.sessions disable trigger user');
      const socket = await connect(token);
      expect(await socket.end()).toEqual(NOT_SIGNED_IN);
      await world.sql('superuser', 'alter table auth.sessions enable trigger user');
    });
  });

  describe('takes', () => {
    const refusal = async (query: string, token?: string) => {
      const socket = await connect(token ?? (await freshToken()));
      const id = socket.subscribe(query);
      const { data, errors } = await socket.result(id);
      expect([query, data]).toEqual([query, null]);
      expect([query, errors![0]!.extensions]).toEqual([query, expect.objectContaining({ code: 'QUERY_REFUSED', requestId: expect.any(String) })]);
      const [entry] = await world.sql('superuser', 'select operation, action, outcome, error_code from audit.entries where request_id = $1', [errors![0]!.extensions.requestId]);
      expect(entry).toMatchObject({ action: 'REFUSED', outcome: 'FAILED', error_code: 'QUERY_REFUSED' });
      return errors!.map(({ message }) => message).join(' ');
    };

    it('subscriptions only, and HTTP none', async () => {
      for (const query of ['{ viewer { member { id } } }', 'mutation { signOut }', `query Q { viewer { member { id } } } ${MINE.replace('subscription', 'subscription S')}`]) {
        const told = await refusal(query);
        expect(told).toMatch(/subscriptions only|no such operation/);
      }
      const answer = await world.graphql(MINE, {}, await freshToken());
      expect([answer.status, answer.data, answer.errors!.map(({ message, extensions }) => [message, extensions.code])]).toEqual([400, undefined, [['Subscriptions go over a WebSocket.', 'QUERY_REFUSED']]]);
      expect(await lastEntry()).toMatchObject({ operation: 'subscription', action: 'REFUSED', error_code: 'QUERY_REFUSED' });
      const get = await world.app.inject({ method: 'GET', url: `/graphql?query=${encodeURIComponent(MINE)}`, headers: { authorization: `Bearer ${await freshToken()}`, 'content-type': 'application/json' } });
      expect([get.statusCode, get.body.includes('version')]).toEqual([405, false]);
    });

    it('no document beyond the limits, as by HTTP', async () => {
      const fields = 'mySessionsChanged { version }';
      const documents: Array<[string, RegExp]> = [
        ['subscription {', /Syntax Error/],
        ['subscription { nothing }', /Cannot query field/],
        ['subscription { mySessionsChange { version } }', /^Cannot query field "mySessionsChange" on type "Subscription"\.$/],
        [`subscription { ${fields} a: ${fields} }`, /only one|single/i],
        ['subscription { __typename }', /introspection|top level/i],
        ['subscription { mySessionsChanged { version __typename } __schema { types { name } } }', /introspection/i],
        [`subscription { mySessionsChanged { ${Array.from({ length: 16 }, (_, n) => `a${n}: version`).join(' ')} } }`, /Aliases|alias/],
        [`subscription { mySessionsChanged { version ${'@include(if: true) '.repeat(6)} } }`, /directive/i],
        [`subscription { mySessionsChanged { ${'version '.repeat(2_001)} } }`, /2000 tokens/],
      ];
      for (const [document, message] of documents) expect([document.slice(0, 60), await refusal(document)]).toEqual([document.slice(0, 60), expect.stringMatching(message)]);
    });

    it('no costly document, and none whose root is skipped', async () => {
      const token = await freshToken();
      jest.replaceProperty(limits, 'cost', 10 as never);
      expect(await refusal('subscription { mySessionsChanged { sessions { id ip userAgent client createdAt } } }', token)).toMatch(/costs \d+, and may cost 10/);
      jest.restoreAllMocks();
      for (const root of ['mySessionsChanged @skip(if: true) { version }', '... @include(if: false) { mySessionsChanged { version } }', '...F @skip(if: true) } fragment F on Subscription { mySessionsChanged { version }']) {
        expect(await refusal(`subscription { ${root} }`)).toMatch(/condition/);
      }
    });

    it('as many subscriptions, connections and messages as anybody needs', async () => {
      const token = await freshToken();
      const socket = await connect(token);
      jest.replaceProperty(socketLimits, 'subscriptions', 2);
      const [one, two, three] = [MINE, MINE, MINE].map((query) => socket.subscribe(query)) as [string, string, string];
      expect((await socket.result(three)).errors).toMatchObject([{ message: 'At most 2 subscriptions at a time.', extensions: { code: 'QUERY_REFUSED' } }]);
      await Promise.all([socket.result(one), socket.result(two)]);
      socket.send({ id: one, type: 'complete' });
      expect((await socket.result(socket.subscribe(MINE))).data.mySessionsChanged.version).toBe(1);

      jest.replaceProperty(socketLimits, 'perSession', 2);
      await connect(token);
      expect(await (await connect(token)).end()).toEqual({ code: 1008, reason: 'Too many connections of this session or person' });
      await (await connect(await freshToken())).close();

      jest.replaceProperty(socketLimits, 'perPerson', 3);
      await connect(await freshToken());
      expect(await (await connect(await freshToken())).end()).toEqual({ code: 1008, reason: 'Too many connections of this session or person' });
      jest.replaceProperty(socketLimits, 'perPerson', 30);

      jest.replaceProperty(socketLimits, 'messages', 10);
      const noisy = await connect(await freshToken());
      for (let n = 0; n < 12; n++) noisy.send({ type: 'ping' });
      expect(await noisy.end()).toEqual({ code: 1008, reason: 'Too many messages' });
      const pinging = await connect(await freshToken());
      for (let n = 0; n < 12; n++) pinging.webSocket.ping();
      expect(await pinging.end()).toEqual({ code: 1008, reason: 'Too many messages' });
    });

    it('no message that is too long, or not of the protocol', async () => {
      const socket = await connect(await freshToken());
      socket.subscribe(MINE, { padding: 'x'.repeat(70_000) });
      expect((await socket.end()).code).toBe(1009);
      const rubbish: Array<[unknown, number]> = [['{', 4400], [{ type: 'start' }, 4400], [{ type: 'subscribe', id: '', payload: { query: MINE } }, 4400], [{ type: 'connection_init' }, 4429], [{ type: 'next', id: '1', payload: {} }, 4500]];
      for (const [message, code] of rubbish) {
        const other = await connect(await freshToken());
        other.webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
        expect([message, (await other.end()).code]).toEqual([message, code]);
      }
      const early = kept(await Socket.open(port));
      early.subscribe(MINE);
      expect((await early.end()).code).toBe(4401);
    });
  });

  describe('ends', () => {
    let impatient: NestFastifyApplication;
    let impatientPort: number;

    beforeAll(async () => {
      Object.assign(socketLimits, { initMs: 300, pingMs: 300, sessionsMs: 300 });
      impatient = await world.anotherServer();
      impatientPort = await portOf(impatient);
    });
    afterAll(() => impatient.close());

    it('when nobody says who they are', async () => {
      const socket = kept(await Socket.open(impatientPort));
      expect((await socket.end()).code).toBe(4408);
    });

    it('when its peer gives no sign of life, and not before', async () => {
      const lively = await connect(await freshToken(), {}, impatientPort);
      const silent = connectTcp(impatientPort, '127.0.0.1');
      silent.write(handshake(impatientPort));
      await once(silent, 'data');
      silent.write(frame(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${practice.owner.token}` } })));
      while ((await openSockets(impatient)) < 2) await delay(10);
      silent.on('error', () => undefined).resume();
      await once(silent, 'close');
      while ((await openSockets(impatient)) > 1) await delay(10);
      expect(lively.isOpen).toBe(true);
    });

    it('when the time of its session has run out, though nothing tells of that', async () => {
      const person = await world.signIn(practice.owner.email);
      const [{ id }] = (await world.ok('{ mySessions { id current } }', {}, person.token)).mySessions.filter(({ current }: { current: boolean }) => current);
      const socket = await connect(person.token, {}, impatientPort);
      await world.sql('owner', 'update auth.sessions set absolute_expires_at = now() where id = $1', [id]);
      expect(await socket.end()).toEqual(NOT_SIGNED_IN);
    });

    it('when its peer takes nothing of what is sent to it, before it fills the memory', async () => {
      const socket = await connect(await freshToken());
      const before = await openSockets();
      jest.replaceProperty(socketLimits, 'messages', 100_000);
      socket.webSocket.pause();
      (socket.webSocket as unknown as { _socket: TcpSocket })._socket.pause();
      const payload = { filling: 'x'.repeat(60_000) };
      for (let n = 0; n < 1_000 && (await openSockets()) === before; n++) {
        socket.send({ type: 'ping', payload });
        if (n % 20 === 0) await delay(5);
      }
      while ((await openSockets()) === before) await delay(10);
      socket.webSocket.terminate();
    });
  });

  describe('brings no server process down', () => {
    let directory: string;
    let server: ServerProcess;

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'sinduk-sockets-'));
      server = await ServerProcess.on(join(directory, 'data'), { DEMO_DATA: 'false' });
      await server.start();
    });
    afterAll(async () => {
      await server.end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    });

    const alive = async (): Promise<string> => (await server.graphql('{ viewer { member { id } } }')).errors![0]!.extensions.code;

    /** Sends bytes and resets the connection, at once or after the first answer. */
    const sendAndReset = async (bytes: string | Buffer, wait: number): Promise<void> => {
      const socket = connectTcp(server.port, '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(bytes);
      if (wait) await Promise.race([once(socket, 'data'), delay(wait)]).catch(() => undefined);
      socket.resetAndDestroy();
    };

    it('by requests for a WebSocket that are wrong, foreign, or reset in their midst', async () => {
      const good = handshake(server.port);
      const requests = [
        good, good.replace('/graphql', '/elsewhere'), good.replace('/graphql', '/%zz'), good.replace('graphql-transport-ws', 'mqtt'), good.replace('GET', 'POST'), good.replace('13', '99'),
        good.replace(/Sec-WebSocket-Key: .*/, 'Sec-WebSocket-Key: \u00ff'), good.replace('\r\n\r\n', '\r\nOrigin: https://evil.example\r\n\r\n'), good.replace('websocket', 'h2c'),
        good.slice(0, -2), `${good}${'\u0000'.repeat(500)}`, good.replace('Connection: Upgrade', 'Connection: Upgrade, keep-alive'), `${good}${good}`,
      ];
      for (const bytes of requests) {
        for (const wait of [0, 0, 50]) await sendAndReset(Buffer.from(bytes, 'latin1'), wait);
      }
      // Many at once, and frames that no server expects: unmasked, of a reserved kind, endless, cut off.
      const frames = [Buffer.from([0x81, 0x05]), Buffer.from([0x83, 0x80, 0, 0, 0, 0]), Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), frame('{"type":"connection_init"}').subarray(0, 9)];
      await Promise.all(frames.flatMap((bytes) => Array.from({ length: 10 }, () => sendAndReset(Buffer.concat([Buffer.from(good), bytes]), 50))));
      expect(await alive()).toBe('UNAUTHENTICATED');
      expect(server.output).not.toMatch(/Error|ECONNRESET/);
    });
  });
});

const handshake = (port: number): string =>
  ['GET /graphql HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Protocol: graphql-transport-ws', '', ''].join('\r\n');

/** A masked text frame (RFC 6455, 5.2) of up to 65,535 bytes, as a client would send it. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4]!)]);
}
