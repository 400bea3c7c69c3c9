import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SecureVersion, type TLSSocket, connect } from 'node:tls';
import { generate } from 'selfsigned';
import { World } from '../support/world.js';

describe('TLS on the server itself', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-tls-'));
  let world: World;
  let port: number;
  let certificate: string;

  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
    certificate = made.cert;
    writeFileSync(join(directory, 'cert.pem'), made.cert);
    writeFileSync(join(directory, 'key.pem'), made.private, { mode: 0o600 });
    world = await World.open({ TLS_CERT_PATH: join(directory, 'cert.pem'), TLS_KEY_PATH: join(directory, 'key.pem') });
    await world.app.listen(0, '127.0.0.1');
    port = (world.app.getHttpServer().address() as { port: number }).port;
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const handshake = (version: SecureVersion): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      // The old versions need the lowest security level, or this client itself would refuse them.
      const socket = connect({ port, host: '127.0.0.1', ca: certificate, servername: 'localhost', minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0', checkServerIdentity: () => undefined });
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
    });

  it('speaks TLS 1.3', async () => {
    const socket = await handshake('TLSv1.3');
    expect(socket.getProtocol()).toBe('TLSv1.3');
    const answer = new Promise<string>((resolve) => socket.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });

  it.each(['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const)('refuses %s', async (version) => {
    await expect(handshake(version)).rejects.toThrow(/alert protocol version|alert number 70|unsupported protocol/i);
  });
});
