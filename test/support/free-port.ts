import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port of the loopback address that nobody uses, below those that systems give to whoever asks for any, connections that go out
 * among them: a server may be started on it again and again. Workers choose from stretches of their own.
 */
export async function freePort(): Promise<number> {
  const port = 10_000 + 1_000 * Number(process.env['JEST_WORKER_ID'] ?? 0) + randomInt(1_000);
  return (await isFree(port)) ? port : freePort();
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
