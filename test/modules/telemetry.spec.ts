import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { fillWithDemoData } from '../support/demo-data.js';
import { freePort } from '../support/free-port.js';
import { ServerProcess } from '../support/server-process.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/i;
const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }';

describe('metrics', () => {
  let world: World;
  let practice: Practice;
  let nurse: Person;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    nurse = await hire(world, practice, await openChamber(world, practice, 'Gulshan'), 'NURSE');
  });
  afterAll(() => world.close());

  const scrape = (): Promise<string> => world.app.get(Metrics).registry.metrics();
  const valueOf = async (series: string): Promise<number> =>
    Number((await scrape()).split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1] ?? 0);

  it('count operations by how they ended, and refusals by their code', async () => {
    const done = 'sinduk_operation_seconds_count{operation="Query.viewer",outcome="SUCCESS"}';
    const denied = 'sinduk_refusals_total{operation="Mutation.registerPatient",code="FORBIDDEN"}';
    const before = [await valueOf(done), await valueOf(denied)];
    await world.ok('{ viewer { practice { id } } }', {}, nurse.token);
    await world.graphql(REGISTER, { input: { nameEn: 'Rokeya Akter' } }, nurse.token);
    expect([await valueOf(done), await valueOf(denied)]).toEqual([before[0]! + 1, before[1]! + 1]);
    expect(await valueOf('sinduk_operation_seconds_count{operation="Mutation.registerPatient",outcome="DENIED"}')).toBe(1);
  });

  it('count requests by the template of their route, whatever address was tried', async () => {
    const before = await valueOf('sinduk_http_request_seconds_count{method="GET",route="none",status="4xx"}');
    for (const url of ['/a', '/b/c', `/patients/${practice.tenantId}`]) await world.app.inject({ method: 'GET', url });
    expect(await valueOf('sinduk_http_request_seconds_count{method="GET",route="none",status="4xx"}')).toBe(before + 3);
    expect(await valueOf('sinduk_http_request_seconds_count{method="POST",route="/graphql",status="2xx"}')).toBeGreaterThan(1);
  });

  it('tell of the pools and of the trail', async () => {
    const text = await scrape();
    expect(text).toMatch(/sinduk_pool_connections\{pool="app",state="idle"\} [1-9]/);
    expect(text).toMatch(/sinduk_audit_append_seconds_count [1-9]/);
    expect(text).toMatch(/sinduk_audit_waiting 0/);
  });

  it('name nobody: no label holds an id or a text of a caller', async () => {
    await world.graphql('query Rokeya { patient(id: "018f0000-0000-7000-8000-000000000001") { id } }', {}, practice.owner.token);
    await world.graphql('query Rokeya { nothing }', {}, practice.owner.token);
    const lines = (await scrape()).split('\n').filter((line) => line && !line.startsWith('#'));
    expect(lines.filter((line) => UUID.test(line) || /Rokeya|Shapla|nothing/.test(line))).toEqual([]);
    const labels = new Set(lines.flatMap((line) => [...line.matchAll(/([a-z_]+)="/g)].map((match) => match[1])));
    expect([...labels].sort()).toEqual(['code', 'job', 'le', 'method', 'operation', 'outcome', 'pool', 'route', 'state', 'status']);
  });
});

describe('the server as its operator watches it', () => {
  let collector: Server;
  let server: ServerProcess;
  let metricsPort: number;
  let directory: string;
  const received: Array<{ resourceSpans: Array<{ scopeSpans: Array<{ spans: Span[] }> }> }> = [];

  interface Span {
    name: string;
    traceId: string;
    spanId: string;
    parentSpanId?: string;
    attributes: Array<{ key: string; value: { stringValue?: string } }>;
    status: { code?: number; message?: string };
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sinduk-telemetry-'));
    await fillWithDemoData(directory);
  });
  beforeAll(async () => {
    collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => {
        received.push(JSON.parse(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    metricsPort = await freePort();
    server = await ServerProcess.on(directory, {
      METRICS_PORT: String(metricsPort), OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    });
    await server.start();
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await new Promise((resolve) => collector.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  it('serves metrics on a port of their own only', async () => {
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toMatch(/nodejs_eventloop_lag_seconds [0-9]/);
    expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(404);
  });

  it('traces a request through its operation to its statements, and no value with them', async () => {
    const { data } = await server.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }',
      { input: { email: 'nasrin@shapla.example', password: 'seven quiet rivers cross', client: 'BEARER' } });
    const { accessToken } = data.signIn;
    await server.graphql(REGISTER, { input: { nameEn: 'Zubaida Canary', phones: [{ number: '01711000111' }] } }, accessToken);
    await server.graphql('mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }', { input: { nameEn: '' } }, accessToken);
    expect(await server.end('SIGTERM')).toBe(0);
    const spans = received.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    const [operation] = spans.filter(({ name, status }) => name === 'Mutation.registerPatient' && !status.code);
    const request = spans.find(({ spanId }) => spanId === operation!.parentSpanId);
    expect(request).toMatchObject({ name: 'POST /graphql', traceId: operation!.traceId });
    const statements = spans.filter(({ parentSpanId }) => parentSpanId === operation!.spanId);
    expect(statements.map(({ name }) => name)).toEqual(['postgresql', 'postgresql', 'postgresql']);
    expect(JSON.stringify(statements)).toContain('insert into clinic.patients');
    expect(spans.find(({ name, status }) => name === 'Mutation.registerPatient' && status.code === 2)?.status.message).toBe('BAD_USER_INPUT');
    const everything = JSON.stringify(spans);
    for (const secret of ['Canary', '1711000111', 'nasrin', 'rivers', accessToken]) expect(everything).not.toContain(secret);
    expect(spans.flatMap(({ attributes }) => attributes).filter(({ value }) => UUID.test(value.stringValue ?? ''))).toEqual([]);
  });
});
