import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../support/server-process.js';

describe('the log', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-log-'));
  let server: ServerProcess;

  beforeAll(async () => {
    server = await ServerProcess.on(dataDir, { DEMO_DATA: 'false' });
    await server.start();
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('takes no refusal of a caller for a fault of the server', async () => {
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
