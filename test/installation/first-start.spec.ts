import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '../support/server-process.js';

describe('the very first start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-first-'));
  let server: ServerProcess;

  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is begun again when it was killed while it made the demo data', async () => {
    server = await ServerProcess.on(dataDir);
    const started = server.start().catch((error: Error) => error);
    while (!existsSync(join(dataDir, 'unfinished'))) await delay(5);
    await delay(300);
    await server.end('SIGKILL');
    expect(await started).toBeInstanceOf(Error);
    expect(existsSync(join(dataDir, 'unfinished'))).toBe(true);

    await server.start();
    expect(existsSync(join(dataDir, 'unfinished'))).toBe(false);
    const counted = await server.sql<{ name: string; patients: number }>(
      `select t.name, count(*)::int as patients from clinic.tenants t join clinic.patients p on p.tenant_id = t.id group by t.name order by t.name`);
    expect(counted).toEqual([{ name: 'Marina Family Clinic', patients: 120 }, { name: 'Shapla Skin Centre', patients: 240 }]);
    expect(await server.sql(`select rule from clinic.alerts`)).toEqual([]);
    expect(await server.sql(
      `select c.name, count(*) filter (where a.status = 'COMPLETED')::int as seen, count(*) filter (where a.status = 'IN_CONSULT')::int as inside, count(*) filter (where a.status = 'ARRIVED')::int as waiting, count(*) filter (where a.status = 'BOOKED')::int as awaited
       from clinic.sessions s join clinic.appointments a on a.session_id = s.id join clinic.chambers c on c.id = s.chamber_id where s.status = 'RUNNING' and s.starts_at < now() and s.ends_at > now() group by c.name order by c.name`))
      .toEqual([{ name: 'Deira', seen: 5, inside: 1, waiting: 4, awaited: 5 }, { name: 'Gulshan', seen: 5, inside: 1, waiting: 4, awaited: 5 }]);
    expect(await server.sql(
      `select t.name, count(*) filter (where p.status = 'SIGNED')::int as signed, count(*) filter (where p.status = 'SUPERSEDED')::int as superseded, count(*) filter (where p.status = 'DRAFT')::int as drafts,
         (select count(*)::int from clinic.dispensings d where d.tenant_id = t.id) as handed, (select count(*)::int from clinic.prescription_templates k where k.tenant_id = t.id) as kept
       from clinic.tenants t join clinic.prescriptions p on p.tenant_id = t.id group by t.id, t.name order by t.name`))
      .toEqual(['Marina Family Clinic', 'Shapla Skin Centre'].map((name) => ({ name, signed: 4, superseded: 1, drafts: 1, handed: 1, kept: 3 })));
    const { data } = await server.graphql('mutation { signIn(input: { email: "shirin@shapla.example", password: "seven quiet rivers cross", client: BEARER }) { ... on SignedIn { practices { name } } } }');
    expect(data.signIn.practices.map(({ name }: { name: string }) => name).sort()).toEqual(['Marina Family Clinic', 'Shapla Skin Centre']);
  });

  it('leaves nothing that looks as if somebody had been there: the first to sign in raise no alarm', async () => {
    const before = existsSync(join(dataDir, 'mails')) ? readdirSync(join(dataDir, 'mails')) : [];
    const { data } = await server.graphql('mutation { signIn(input: { email: "nasrin@shapla.example", password: "seven quiet rivers cross", client: BEARER }) { ... on SignedIn { accessToken } } }');
    const { data: { myDevices, mySessions } } = await server.graphql('{ myDevices { id } mySessions { current } }', {}, data.signIn.accessToken);
    expect([myDevices, mySessions]).toEqual([[{ id: expect.any(String) }], [{ current: true }]]);
    expect(await server.sql(`select from auth.users where new_device_mailed_at is not null`)).toEqual([]);
    expect(existsSync(join(dataDir, 'mails')) ? readdirSync(join(dataDir, 'mails')) : []).toEqual(before);
  });

  it('leaves a server beside which the operator’s commands work', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/operate.js', 'rewrap-data-keys'], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir } });
    expect(stdout).toMatch(/^\d+ data keys wrapped anew/);
    expect((await server.graphql('{ signInMethods { google } }')).status).toBe(200);
  });

  it('leaves a server whose log takes no refusal of a caller for a fault of its own', async () => {
    const before = server.output;
    const refused = await server.graphql('mutation { signIn(input: { email: "nobody@practice.example", password: "whatever it may be" }) { ... on SignedIn { accessTokenExpiresAt } } }');
    expect(refused.errors?.[0]?.extensions.code).toBe('SIGN_IN_REFUSED');
    const anonymous = await server.graphql('{ myPractices { id } }');
    expect(anonymous.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const faulty = await server.graphql('mutation { signIn(input: { email: "not an address", password: "x" }) { ... on SignedIn { accessTokenExpiresAt } } }');
    expect(faulty.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(server.output).toBe(before);
  });
});
