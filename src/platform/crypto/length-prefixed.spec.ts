import fc from 'fast-check';
import { lengthPrefixed } from './length-prefixed.js';

const parts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });

function split(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    found.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return found;
}

describe('lengthPrefixed', () => {
  it('writes the head, then each length in bytes and its UTF-8', () => {
    expect(lengthPrefixed(Buffer.of(9), ['é', '']).toString('hex')).toBe('0900000002c3a900000000');
  });

  it('can be split back into the same parts, so no two lists collide', () => {
    fc.assert(fc.property(parts, (list) => expect(split(lengthPrefixed(Buffer.alloc(0), list))).toEqual(list)));
  });

  it('keeps text apart that runs together when joined', () => {
    const one = lengthPrefixed(Buffer.alloc(0), ['ab', 'c']);
    expect(one.equals(lengthPrefixed(Buffer.alloc(0), ['a', 'bc']))).toBe(false);
  });
});
