import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const { data } = await server.graphql('mutation { signIn(input: { email: "shirin@shapla.example", password: "seven quiet rivers cross", client: BEARER }) { ... on SignedIn { practices { name } } } }');
    expect(data.signIn.practices.map(({ name }: { name: string }) => name).sort()).toEqual(['Marina Family Clinic', 'Shapla Skin Centre']);
  });
});
