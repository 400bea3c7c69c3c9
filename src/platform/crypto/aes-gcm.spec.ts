import { decipher, encipher, openFrame, sealFrame } from './aes-gcm.js';
import published from './aes-gcm.vectors.json' with { type: 'json' };

interface Vector {
  group: string;
  count: number;
  key: string;
  nonce: string;
  aad: string;
  ciphertext: string;
  tag: string;
  plaintext: string | null;
}

const vectors: Vector[] = published.vectors;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const accepted = vectors.flatMap((vector) => (vector.plaintext === null ? [] : [{ ...vector, plaintext: vector.plaintext }]));
const rejected = vectors.filter((vector) => vector.plaintext === null);

describe('AES-256-GCM against the NIST CAVP vectors', () => {
  it('has accepted and rejected cases to run', () => {
    expect([accepted.length, rejected.length]).toEqual([25, 25]);
  });

  it.each(accepted)('deciphers $group, count $count', ({ key, nonce, aad, ciphertext, tag, plaintext }) => {
    expect(decipher(hex(key), hex(nonce), hex(aad), hex(ciphertext), hex(tag))?.toString('hex')).toBe(plaintext);
  });

  it.each(accepted)('enciphers $group, count $count', ({ key, nonce, aad, ciphertext, tag, plaintext }) => {
    const made = encipher(hex(key), hex(nonce), hex(aad), hex(plaintext));
    expect([made.ciphertext.toString('hex'), made.tag.toString('hex')]).toEqual([ciphertext, tag]);
  });

  it.each(rejected)('refuses $group, count $count', ({ key, nonce, aad, ciphertext, tag }) => {
    expect(decipher(hex(key), hex(nonce), hex(aad), hex(ciphertext), hex(tag))).toBeUndefined();
  });

  it.each(accepted)('opens a frame of $group, count $count, through the same call', ({ key, nonce, aad, ciphertext, tag, plaintext }) => {
    const frame = hex(`ffff${nonce}${ciphertext}${tag}`);
    expect(openFrame(hex(key), 2, hex(aad), frame)?.toString('hex')).toBe(plaintext);
  });
});

describe('the cipher call', () => {
  const [first] = accepted;
  if (first === undefined) throw new Error('no vectors');

  it.each([4, 8, 12, 15])('takes no tag shortened to %i bytes', (length) => {
    const { key, nonce, aad, ciphertext, tag } = first;
    expect(() => decipher(hex(key), hex(nonce), hex(aad), hex(ciphertext), hex(tag).subarray(0, length))).toThrow('authentication tag');
  });

  it('takes no key of another length', () => {
    const { nonce, aad, ciphertext, tag } = first;
    expect(() => decipher(Buffer.alloc(16), hex(nonce), hex(aad), hex(ciphertext), hex(tag))).toThrow('Invalid key length');
    expect(() => encipher(Buffer.alloc(16), hex(nonce), hex(aad), hex(ciphertext))).toThrow('Invalid key length');
  });

  it('uses a nonce of its own for every frame', () => {
    const frames = Array.from({ length: 1000 }, () => sealFrame(hex(first.key), Buffer.alloc(0), Buffer.alloc(0), Buffer.from('same')));
    expect(new Set(frames.map((frame) => frame.toString('hex', 0, 12))).size).toBe(1000);
  });
});
