import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { CHUNK_BYTES, StreamBrokenError, type StreamPlace, newStreamKey, openStream, sealStream, sealedLength } from './sealed-stream.js';

const HEADER = 8;
const SEALED_CHUNK = CHUNK_BYTES + 16;
const key: Buffer = Buffer.from([...Array(32).keys()]);
const place: StreamPlace = { scope: '2f1c6f0e-6a53-4f0e-9d55-0c8f4d1b7a11', name: 'document 91b3a6b4-2c1f-4c53-8b58-7b1f5a0c9e42' };

async function* inParts(bytes: Buffer, size = bytes.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collect = async (parts: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
};

const sealed = (plaintext: Buffer, where = place): Promise<Buffer> => collect(sealStream(key, where, inParts(plaintext)));
const opened = (bytes: Buffer, where = place, with_ = key): Promise<Buffer> => collect(openStream(with_, where, inParts(bytes, 10_000)));

/** Bytes that differ from chunk to chunk. */
const sample = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, at) => at + (at >> 8) * 3 + (at >> 16) * 7));

/** What of the plaintext came out before the stream was found broken. */
async function brokenAfter(bytes: Buffer, where = place, with_ = key): Promise<Buffer> {
  const before: Buffer[] = [];
  try {
    for await (const chunk of openStream(with_, where, inParts(bytes, 10_000))) before.push(chunk);
  } catch (error) {
    if (!(error instanceof StreamBrokenError)) throw error;
    expect(error.place).toEqual(where);
    return Buffer.concat(before);
  }
  throw new Error('it opened to its end');
}

describe('a sealed stream', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5])('of %i bytes opens where it was sealed, and has the length foretold', async (length) => {
    const plaintext = sample(length);
    const bytes = await sealed(plaintext);
    expect(bytes.length).toBe(sealedLength(length));
    expect((await opened(bytes)).equals(plaintext)).toBe(true);
  });

  it('opens however it was cut into parts on either way', async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 0, max: 3 * CHUNK_BYTES }), fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }),
      async (length, partIn, partOut) => {
        const plaintext = sample(length);
        const bytes = await collect(sealStream(key, place, inParts(plaintext, partIn)));
        expect((await collect(openStream(key, place, inParts(bytes, partOut)))).equals(plaintext)).toBe(true);
      }), { numRuns: 60 });
  });

  it('opens byte by byte, too', async () => {
    const bytes = await sealed(Buffer.from('পরীক্ষার ফল'));
    expect((await collect(openStream(key, place, inParts(bytes, 1)))).toString()).toBe('পরীক্ষার ফল');
  });

  it('opens the example of the documented format', async () => {
    const example = Buffer.from('01a0a1a2a3a4a5a605043a6bd472dae06c0ed4df433edf7de30dc124010600c43b65', 'hex');
    expect((await opened(example)).toString()).toBe('result: ok');
  });

  it('is, byte for byte, AES-256-GCM under the documented nonces and associated data', async () => {
    const plaintext = sample(CHUNK_BYTES + 3);
    const bytes = await sealed(plaintext);
    const prefix = bytes.subarray(1, 8);
    const text = (value: string) => Buffer.concat([Buffer.from([0, 0, 0, Buffer.byteLength(value)]), Buffer.from(value)]);
    const chunk = (part: Buffer, counterAndFlag: number[]) => {
      const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([prefix, Buffer.from(counterAndFlag)]));
      cipher.setAAD(Buffer.concat([Buffer.of(1), prefix, text(place.scope), text(place.name)]));
      return Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()]);
    };
    const expected = Buffer.concat([Buffer.of(1), prefix, chunk(plaintext.subarray(0, CHUNK_BYTES), [0, 0, 0, 0, 0]), chunk(plaintext.subarray(CHUNK_BYTES), [0, 0, 0, 1, 1])]);
    expect(bytes.equals(expected)).toBe(true);
  });

  it('never has the same bytes twice', async () => {
    expect((await sealed(Buffer.from('same'))).equals(await sealed(Buffer.from('same')))).toBe(false);
    expect(newStreamKey().equals(newStreamKey())).toBe(false);
  });

  it('passes on the failure of its source', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10, 1);
      throw new Error('the line was cut');
    }
    await expect(collect(sealStream(key, place, failing()))).rejects.toThrow('the line was cut');
    await expect(collect(openStream(key, place, failing()))).rejects.toThrow('the line was cut');
  });

  it('lets go of its source when the reader stops early', async () => {
    let closed = 0;
    async function* source(bytes: Buffer): AsyncGenerator<Buffer> {
      try {
        yield* inParts(bytes, 1_000);
      } finally {
        closed++;
      }
    }
    for await (const _ of sealStream(key, place, source(sample(300_000)))) break;
    for await (const _ of openStream(key, place, source(await sealed(sample(300_000))))) break;
    // The first was not even begun: its header needs no source.
    expect(closed).toBe(1);
  });

  it('is worked through one chunk at a time, however long it is', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        asked += CHUNK_BYTES;
        yield Buffer.alloc(CHUNK_BYTES);
      }
    }
    let given = 0;
    for await (const chunk of openStream(key, place, sealStream(key, place, endless()))) {
      given += chunk.length;
      expect(asked - given).toBeLessThanOrEqual(2 * CHUNK_BYTES);
      if (given > 50 * CHUNK_BYTES) break;
    }
  });
});

describe('a sealed stream breaks', () => {
  const plaintext = sample(3 * CHUNK_BYTES + 100);
  const boundaries = [HEADER, HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK, HEADER + 3 * SEALED_CHUNK];

  const expectHonest = (before: Buffer) => expect(plaintext.subarray(0, before.length).equals(before)).toBe(true);

  it('when a byte beside any boundary of chunks is changed, and gives out nothing of that chunk', async () => {
    const bytes = await sealed(plaintext);
    for (const [chunk, boundary] of [...boundaries, bytes.length].entries()) {
      for (const at of [boundary - 17, boundary - 16, boundary - 1, boundary, boundary + 1, boundary + 15]) {
        if (at < 0 || at >= bytes.length) continue;
        const changed = Buffer.from(bytes);
        changed[at] = changed.readUInt8(at) ^ 1;
        const before = await brokenAfter(changed);
        expectHonest(before);
        expect(before.length).toBeLessThanOrEqual(Math.max(0, at < boundary ? chunk - 1 : chunk) * CHUNK_BYTES);
      }
    }
  });

  it('when any one byte is changed in any way', async () => {
    const bytes = await sealed(plaintext);
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at] = changed.readUInt8(at) ^ flip;
      expectHonest(await brokenAfter(changed));
    }), { numRuns: 60 });
  });

  it('when it is cut at any boundary, beside it, or anywhere', async () => {
    const bytes = await sealed(plaintext);
    for (const boundary of [0, ...boundaries]) {
      for (const length of [boundary - 1, boundary, boundary + 1, boundary + 15, boundary + 16, boundary + 17]) {
        if (length >= 0 && length < bytes.length) expectHonest(await brokenAfter(bytes.subarray(0, length)));
      }
    }
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => expectHonest(await brokenAfter(bytes.subarray(0, length)))), { numRuns: 60 });
  });

  it('when it is cut at the end of its last chunk but one and had full chunks only', async () => {
    const bytes = await sealed(sample(2 * CHUNK_BYTES));
    expect(await brokenAfter(bytes.subarray(0, HEADER + SEALED_CHUNK))).toHaveLength(0);
  });

  it('when anything is put behind its end, also a chunk of its own or another stream', async () => {
    const bytes = await sealed(plaintext);
    const other = await sealed(Buffer.from('more'));
    for (const more of [Buffer.of(0), Buffer.alloc(16), bytes.subarray(boundaries[3]), bytes.subarray(HEADER), other, other.subarray(HEADER)]) {
      expectHonest(await brokenAfter(Buffer.concat([bytes, more])));
    }
    const short = await sealed(Buffer.from('short'));
    expect(await brokenAfter(Buffer.concat([short, short.subarray(HEADER)]))).toHaveLength(0);
  });

  it('when chunks change places, come twice or are left out', async () => {
    const bytes = await sealed(plaintext);
    const header = bytes.subarray(0, HEADER);
    const chunks = boundaries.map((from, index) => bytes.subarray(from, boundaries[index + 1] ?? bytes.length));
    const orders = [[1, 0, 2, 3], [0, 2, 1, 3], [0, 0, 1, 2, 3], [0, 1, 1, 2, 3], [1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [3], [0, 1, 2, 3, 3]];
    for (const order of orders) {
      const before = await brokenAfter(Buffer.concat([header, ...order.map((index) => chunks[index]!)]));
      expectHonest(before);
    }
  });

  it('when chunks of two streams under one key are mixed', async () => {
    const [one, two] = [await sealed(plaintext), await sealed(plaintext)];
    expectHonest(await brokenAfter(Buffer.concat([one.subarray(0, boundaries[1]), two.subarray(boundaries[1])])));
  });

  it.each(['scope', 'name'] as const)('when it is read for another %s', async (part) => {
    const bytes = await sealed(plaintext);
    expect(await brokenAfter(bytes, { ...place, [part]: 'another' })).toHaveLength(0);
  });

  it('for a place whose parts run together the same', async () => {
    const bytes = await sealed(plaintext, { scope: 'ab', name: 'c' });
    expect(await brokenAfter(bytes, { scope: 'a', name: 'bc' })).toHaveLength(0);
  });

  it('under another key', async () => {
    expect(await brokenAfter(await sealed(plaintext), place, newStreamKey())).toHaveLength(0);
  });

  it('when it is none', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.of(1), Buffer.alloc(HEADER, 1), Buffer.alloc(24, 2), Buffer.alloc(200_000, 1)]) {
      expect(await brokenAfter(bytes)).toHaveLength(0);
    }
  });

  it('without telling anything of what it holds', async () => {
    const bytes = (await sealed(Buffer.from('Qzxwhale'))).fill(0, 20);
    await expect(opened(bytes)).rejects.toThrow(`The seal does not hold on the content of ${place.name}, scope ${place.scope}`);
  });
});
