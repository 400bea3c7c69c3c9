import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Controller, Get, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from '../../src/app.module.js';
import { Can } from '../../src/platform/access/can.decorator.js';
import type { Ctx } from '../../src/platform/context/ctx.js';
import { CurrentCtx } from '../../src/platform/context/request-context.js';
import { TenantDb } from '../../src/platform/database/tenant-db.js';
import { badInput, notFound } from '../../src/platform/errors.js';
import { byteStream } from '../../src/platform/http/byte-stream.js';
import { fileAnswer } from '../../src/platform/http/file-answer.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

const RECORD = '018f0000-0000-7000-8000-000000000001';

/** Routes of every kind, on the real road. */
@Controller('probe')
class Probe {
  constructor(private readonly db: TenantDb) {}

  @Get('file/:id')
  @Can('audit:read', 'EXPORTED')
  file(@CurrentCtx() ctx: Ctx, @Param('id') id: string) {
    ctx.disclose('document', id, RECORD);
    const stream = Readable.from([Buffer.from('what is in it')]);
    return fileAnswer({ stream, type: 'text/plain', name: 'রিপোর্ট "1".txt' });
  }

  @Get('broken')
  @Can('audit:read')
  broken() {
    return fileAnswer({ stream: Readable.from((async function* () {
      yield Buffer.alloc(100_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw new Error('the disk is gone');
    })()), type: 'text/plain', name: 'a.txt', length: 200_000 });
  }

  @Get('missing/:id')
  @Can('audit:read')
  missing(): never {
    throw notFound();
  }

  @Get('fault')
  @Can('audit:read')
  fault(): never {
    throw new Error('secret of the server');
  }

  @Put('file/:id')
  @Can('practice:manage', 'UPDATED')
  async store(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Req() request: FastifyRequest) {
    let length = 0;
    for await (const chunk of byteStream(request)) {
      length += chunk.length;
      if (length > 2_000_000) throw badInput([{ path: ['body'], reason: 'TOO_LARGE', params: { max: 2_000_000 } }]);
    }
    return this.db.write(ctx, async (tx) => {
      tx.record('document', id, RECORD);
      return { length };
    });
  }

  @Post('careless')
  @Can('practice:manage', 'CREATED')
  careless() {
    return { done: true };
  }
}

describe('an HTTP route', () => {
  let world: World;
  let practice: Practice;
  let assistant: Person;

  beforeAll(async () => {
    const assemble = AppModule.with.bind(AppModule);
    jest.spyOn(AppModule, 'with').mockImplementation((parts) => ({ ...assemble(parts), controllers: [Probe] }));
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    assistant = await hire(world, practice, await openChamber(world, practice, 'Gulshan'), 'ASSISTANT');
  });
  afterAll(() => world.close());

  const send = (method: 'GET' | 'PUT' | 'POST', url: string, token?: string, headers: Record<string, string> = {}, payload?: Buffer | string) =>
    world.app.inject({ method, url, headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers }, ...(payload !== undefined && { payload }) });

  const entriesOf = (answer: { headers: Record<string, unknown> }) =>
    world.sql('superuser', `select e.operation, e.action, e.outcome, e.error_code, r.record_type, r.record_id, r.patient_id
      from audit.entries e left join audit.entry_records r on r.entry_id = e.id where e.request_id = $1`, [answer.headers['x-request-id']]);

  const bytes = { 'content-type': 'application/octet-stream' };

  it('sends a file with its name in any script, once its entry is durable', async () => {
    const answer = await send('GET', `/probe/file/${RECORD}`, practice.owner.token);
    expect([answer.statusCode, answer.body]).toEqual([200, 'what is in it']);
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="??????? \\"1\\".txt"; filename*=UTF-8''${encodeURIComponent('রিপোর্ট "1".txt')}`);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(await entriesOf(answer)).toEqual([expect.objectContaining({
      operation: 'GET /probe/file/:id', action: 'EXPORTED', outcome: 'SUCCESS', record_type: 'document', record_id: RECORD, patient_id: RECORD })]);
  });

  it('sends nothing when its entry cannot be written', async () => {
    await world.sql('superuser', 'revoke insert on audit.entries from sinduk_audit');
    const answer = await send('GET', `/probe/file/${RECORD}`, practice.owner.token);
    await world.sql('superuser', `grant insert (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id, action, operation, outcome,
      error_code, request_id, ip, payload, payload_hash, records_hash) on audit.entries to sinduk_audit`);
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    expect(answer.body).not.toContain('what is in it');
    expect(answer.headers['content-disposition']).toBeUndefined();
  });

  it('refuses whoever is not signed in, or lacks the permission, with an entry', async () => {
    const nobody = await send('GET', `/probe/file/${RECORD}`);
    expect([nobody.statusCode, nobody.json().errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await entriesOf(nobody)).toEqual([expect.objectContaining({ operation: 'GET /probe/file/:id', outcome: 'DENIED', action: 'EXPORTED', record_type: 'requested:id', record_id: RECORD })]);
    for (let time = 0; time < 2; time++) {
      const answer = await send('GET', `/probe/file/${RECORD}`, assistant.token);
      expect([answer.statusCode, answer.json().errors[0].extensions]).toEqual([403, { code: 'FORBIDDEN', permission: 'audit:read', requestId: answer.headers['x-request-id'] }]);
      expect(await entriesOf(answer)).toEqual([expect.objectContaining({ outcome: 'DENIED', error_code: 'FORBIDDEN' })]);
    }
  });

  it('takes bytes unread and bounds them itself', async () => {
    const stored = await send('PUT', `/probe/file/${RECORD}`, practice.owner.token, bytes, Buffer.alloc(1_500_000));
    expect([stored.statusCode, stored.json()]).toEqual([200, { length: 1_500_000 }]);
    expect(await entriesOf(stored)).toEqual([expect.objectContaining({ operation: 'PUT /probe/file/:id', action: 'UPDATED', outcome: 'SUCCESS', record_id: RECORD })]);
    const large = await send('PUT', `/probe/file/${RECORD}`, practice.owner.token, bytes, Buffer.alloc(2_000_001));
    expect([large.statusCode, large.json().errors[0].extensions.faults]).toEqual([413, [{ path: ['body'], reason: 'TOO_LARGE', params: { max: 2_000_000 } }]]);
    expect(await entriesOf(large)).toEqual([expect.objectContaining({ outcome: 'FAILED', error_code: 'BAD_USER_INPUT' })]);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{}', 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b', 415],
    ['text', { 'content-type': 'text/plain' }, 'a', 415],
    ['bytes of another site', { ...bytes, origin: 'https://evil.example' }, 'a', 403],
    ['a chamber that is no id', { ...bytes, 'x-sinduk-chamber': 'x' }, 'a', 400],
  ])('refuses %s, with an entry', async (_, headers, payload, status) => {
    const answer = await send('PUT', `/probe/file/${RECORD}`, practice.owner.token, headers, payload);
    expect([answer.statusCode, answer.json().errors[0].extensions.requestId]).toEqual([status, answer.headers['x-request-id']]);
    expect(await entriesOf(answer)).toHaveLength(1);
  });

  it('does not let GraphQL take bytes', async () => {
    const answer = await send('POST', '/graphql', practice.owner.token, bytes, '{"query":"{ viewer { practice { id } } }"}');
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([415, 'QUERY_REFUSED']);
  });

  it('tells a missing record and a fault of the server without a word inside', async () => {
    const missing = await send('GET', `/probe/missing/${RECORD}`, practice.owner.token);
    expect([missing.statusCode, missing.json().errors[0]]).toEqual([404, { message: 'Not found.', extensions: { code: 'NOT_FOUND', requestId: expect.any(String) } }]);
    expect(await entriesOf(missing)).toEqual([expect.objectContaining({ outcome: 'DENIED', error_code: 'NOT_FOUND', record_id: RECORD })]);
    const fault = await send('GET', '/probe/fault', practice.owner.token);
    expect([fault.statusCode, fault.body.includes('secret')]).toEqual([500, false]);
    expect(await entriesOf(fault)).toEqual([expect.objectContaining({ outcome: 'FAILED', error_code: 'INTERNAL' })]);
  });

  it('that changes something without an audited transaction fails', async () => {
    const answer = await send('POST', '/probe/careless', practice.owner.token, bytes, 'a');
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([500, 'INTERNAL']);
  });

  describe('whose file breaks off', () => {
    let port: number;
    let errors: jest.SpyInstance;
    let lines: jest.SpyInstance;

    beforeAll(async () => {
      await world.app.listen(0, '127.0.0.1');
      ({ port } = world.app.getHttpServer().address() as AddressInfo);
      errors = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
      lines = jest.spyOn(world.app.get<Logger>(LOGGER), 'info');
    });
    afterAll(() => jest.restoreAllMocks());

    const headers = () => ({ authorization: `Bearer ${practice.owner.token}` });
    const cutOff = async (): Promise<number> => Number(/route="\/probe\/broken",status="cut"\} (\d+)/.exec(
      (await world.app.get(Metrics).registry.metrics()).split('\n').filter((line) => line.startsWith('sinduk_http_request_seconds_count')).join('\n'))?.[1] ?? 0);
    const lineOf = (requestId: string | string[] | null | undefined) => lines.mock.calls.filter(([line]) => (line as { requestId: string }).requestId === requestId);

    it('breaks the connection, and is logged and counted', async () => {
      const before = await cutOff();
      const answer = await fetch(`http://127.0.0.1:${port}/probe/broken`, { headers: headers() });
      await expect(answer.arrayBuffer()).rejects.toThrow();
      const requestId = answer.headers.get('x-request-id');
      expect(errors.mock.calls).toEqual([[{ err: expect.objectContaining({ message: 'the disk is gone' }), requestId }, 'an answer was cut off in its midst']]);
      while (!lineOf(requestId).length) await new Promise((resolve) => setImmediate(resolve));
      expect(lineOf(requestId)).toEqual([[expect.objectContaining({ path: '/probe/broken', status: 200 }), 'request, whose answer broke off']]);
      expect(await cutOff()).toBe(before + 1);
    });

    it('because the caller hung up is logged and counted, and is no error', async () => {
      errors.mockClear();
      const before = await cutOff();
      const requestId = await new Promise<string>((resolve, reject) => {
        get({ port, host: '127.0.0.1', path: '/probe/broken', headers: headers() }, (response) => {
          response.once('data', () => {
            response.destroy();
            resolve(response.headers['x-request-id'] as string);
          });
        }).on('error', reject);
      });
      while (!lineOf(requestId).length) await new Promise((resolve) => setImmediate(resolve));
      expect(lineOf(requestId)).toEqual([[expect.objectContaining({ status: 200 }), 'request, whose answer broke off']]);
      expect(await cutOff()).toBe(before + 1);
      expect(errors).not.toHaveBeenCalled();
    });

    it('not, has one line too', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/probe/file/${RECORD}`, { headers: headers() });
      expect(await answer.text()).toBe('what is in it');
      const requestId = answer.headers.get('x-request-id');
      while (!lineOf(requestId).length) await new Promise((resolve) => setImmediate(resolve));
      expect(lineOf(requestId)).toEqual([[expect.objectContaining({ status: 200 }), 'request']]);
    });
  });
});
