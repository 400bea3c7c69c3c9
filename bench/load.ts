import { connect } from 'node:net';

/** One request to send, and what its answer must contain to count. With `then`, another one follows upon the answer, and only the last of them counts, with the time since the first was sent. */
export interface Shot {
  request: Buffer;
  expected: string;
  then?: (body: string) => Shot;
}

/** What a run measured. Latencies in milliseconds. */
export interface LoadResult {
  answered: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Keeps `connections` requests in flight for `seconds`; rejects on the first answer that is not the expected one. */
export async function load(port: number, connections: number, seconds: number, nextShot: () => Shot): Promise<LoadResult> {
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => one(port, end, nextShot, latencies)));
  const elapsed = (performance.now() - begin) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!;
  return { answered: latencies.length, perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) };
}

function one(port: number, end: number, nextShot: () => Shot, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let shot: Shot;
    let sentAt = 0;
    let received = '';
    const send = (next: Shot): void => {
      shot = next;
      received = '';
      socket.write(shot.request);
    };
    const begin = (): void => {
      sentAt = performance.now();
      send(nextShot());
    };
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(why));
    };
    socket.on('connect', begin);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      // One character for each byte, as files are not text; what is expected is ASCII.
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /content-length: (\d+)/i.exec(received.slice(0, head));
      if (!length) return fail(`an answer without content-length: ${received.slice(0, 300)}`);
      if (received.length < head + 4 + Number(length[1])) return;
      const answeredAt = performance.now();
      if (!received.startsWith('HTTP/1.1 200') || !received.includes(shot.expected)) return fail(`not the expected answer (${shot.expected}): ${received.slice(0, 1000)}`);
      if (shot.then) return send(shot.then(received.slice(head + 4)));
      latencies.push(answeredAt - sentAt);
      if (performance.now() < end) return begin();
      socket.end();
      resolve();
    });
  });
}

/** A POST as bytes. */
export const post = (port: number, path: string, body: string, headers: Record<string, string>): Buffer =>
  Buffer.from([
    `POST ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body,
  ].join('\r\n'));

/** A GET as bytes. */
export const get = (port: number, path: string): Buffer => Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
