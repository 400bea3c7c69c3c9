import fc from 'fast-check';
import { inspect } from 'node:util';
import { type DataKey, keyVersionOf, open, openJson, seal, SealBrokenError, type SealedPlace, sealJson } from './sealed-value.js';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const anyPlace = fc.record({ scope: text, table: text, row: text, column: text });
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const anyKey = fc.record({
  version: fc.integer({ min: 0, max: 0xffff_ffff }),
  bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
});

const key: DataKey = { version: 7, bytes: Buffer.from([...Array(32).keys()]) };
const place: SealedPlace = {
  scope: '2f1c6f0e-6a53-4f0e-9d55-0c8f4d1b7a11',
  table: 'patients',
  row: '91b3a6b4-2c1f-4c53-8b58-7b1f5a0c9e42',
  column: 'family_name',
};
const secret = Buffer.from('Árnadóttir');

function brokenBy(attempt: () => unknown): SealBrokenError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof SealBrokenError) return error;
    throw error;
  }
  throw new Error('it opened');
}

describe('a sealed value', () => {
  it('opens where it was sealed, for any key, place and bytes', () => {
    fc.assert(
      fc.property(anyKey, anyPlace, anyBytes, (anyKey, where, plaintext) => {
        const sealed = seal(anyKey, where, plaintext);
        expect(open(anyKey, where, sealed).equals(plaintext)).toBe(true);
        expect(keyVersionOf(sealed)).toBe(anyKey.version);
        expect(sealed.length).toBe(plaintext.length + 33);
      }),
    );
  });

  it('opens the example of the documented format', () => {
    const sealed = '0100000007a0a1a2a3a4a5a6a7a8a9aaabc4dbfd5f2baa667cd111f3ba7558c2a648ab242204b61888c8d17f2f0366';
    expect(openJson<string>(key, place, Buffer.from(sealed, 'hex'))).toBe('Árnadóttir');
  });

  it('never has the same bytes twice', () => {
    expect(seal(key, place, secret).equals(seal(key, place, secret))).toBe(false);
  });

  it('breaks when any one byte is changed in any way', () => {
    const sealed = seal(key, place, secret);
    for (let at = 0; at < sealed.length; at += 1) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(sealed);
        changed[at] = changed.readUInt8(at) ^ flip;
        expect(brokenBy(() => open(key, place, changed)).place).toEqual(place);
      }
    }
  });

  it('breaks when one byte of any sealed bytes is changed', () => {
    fc.assert(
      fc.property(anyPlace, anyBytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (where, plaintext, position, flip) => {
        const sealed = seal(key, where, plaintext);
        const at = position % sealed.length;
        sealed[at] = sealed.readUInt8(at) ^ flip;
        brokenBy(() => open(key, where, sealed));
      }),
    );
  });

  it('breaks when cut short at any length or lengthened', () => {
    const sealed = seal(key, place, secret);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(brokenBy(() => open(key, place, sealed.subarray(0, length))).place).toEqual(place);
    }
    brokenBy(() => open(key, place, Buffer.concat([sealed, Buffer.of(0)])));
  });

  it.each(['scope', 'table', 'row', 'column'] as const)('breaks when moved to another %s', (part) => {
    fc.assert(
      fc.property(anyPlace, text, anyBytes, (where, other, plaintext) => {
        fc.pre(where[part] !== other);
        const sealed = seal(key, where, plaintext);
        const moved = { ...where, [part]: other };
        expect(brokenBy(() => open(key, moved, sealed)).place).toEqual(moved);
      }),
    );
  });

  it('breaks at any other place, also one whose parts run together the same', () => {
    const sealed = seal(key, { scope: 'ab', table: 'c', row: 'd', column: 'e' }, secret);
    brokenBy(() => open(key, { scope: 'a', table: 'bc', row: 'd', column: 'e' }, sealed));
    brokenBy(() => open(key, { scope: 'ab', table: 'c', row: 'de', column: '' }, sealed));
  });

  it('breaks under another version of the key, even with the same bytes and the version rewritten', () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 0, max: 0xffff_ffff }), (anyKey, version) => {
        fc.pre(version !== anyKey.version);
        const sealed = seal(anyKey, place, secret);
        brokenBy(() => open({ ...anyKey, version }, place, sealed));
        sealed.writeUInt32BE(version, 1);
        brokenBy(() => open({ ...anyKey, version }, place, sealed));
      }),
    );
  });

  it('breaks under other key bytes of the same version', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        fc.pre(!one.bytes.equals(other.bytes));
        const sealed = seal(one, place, secret);
        brokenBy(() => open({ ...other, version: one.version }, place, sealed));
      }),
    );
  });

  it('is not read from bytes that are none', () => {
    expect(brokenBy(() => keyVersionOf(Buffer.alloc(0))).place).toBeUndefined();
    brokenBy(() => keyVersionOf(seal(key, place, Buffer.alloc(0)).subarray(0, 32)));
    brokenBy(() => keyVersionOf(Buffer.alloc(60, 2)));
  });

  it('is not made with a key that is not one', () => {
    for (const version of [-1, 1.5, Number.NaN, 0x1_0000_0000]) {
      expect(() => seal({ ...key, version }, place, secret)).toThrow(RangeError);
    }
    expect(() => seal({ version: 1, bytes: Buffer.alloc(16) }, place, secret)).toThrow('Invalid key length');
    expect(() => open({ version: 7, bytes: Buffer.alloc(16) }, place, seal(key, place, secret))).toThrow('Invalid key length');
  });
});

describe('a sealed JSON value', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(openJson(key, place, sealJson(key, place, value))).toEqual(plain);
      }),
    );
  });

  it('is refused when JSON cannot express it', () => {
    expect(() => sealJson(key, place, undefined)).toThrow(TypeError);
  });

  it('breaks, without quoting the plaintext, when the plaintext is not JSON', () => {
    const error = brokenBy(() => openJson(key, place, seal(key, place, secret)));
    expect(inspect(error, { depth: null })).not.toContain('rnad');
    expect(error.message).toContain('patients.family_name');
  });
});
