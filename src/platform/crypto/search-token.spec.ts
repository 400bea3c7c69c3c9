import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { deriveFieldKey, searchToken } from './search-token.js';

const indexKey = Buffer.from([...Array(32).keys()]);
const scope = '2f1c6f0e-6a53-4f0e-9d55-0c8f4d1b7a11';
const text = fc.string({ unit: 'binary', maxLength: 40 });

const tokenIn = (scope: string, field: string, value: string): string =>
  searchToken(deriveFieldKey(indexKey, scope, field), value).toString('hex');

describe('a search token', () => {
  it('is the documented example', () => {
    const fieldKey = deriveFieldKey(indexKey, scope, 'patients.family_name');
    expect(fieldKey.toString('hex')).toBe('fdeb18b262408fc556989ada3ac0aba70b8ec048e99185352ae7a7fba15a9836');
    expect(searchToken(fieldKey, 'árnadóttir').toString('hex')).toBe('ba502978aef1de06a8dc7502cac277c1');
  });

  it('is HMAC-SHA-256 cut to 16 bytes, also for RFC 4231 case 3 padded to a 32-byte key', () => {
    // HMAC fills a key up with zeros, so the 20-byte key of the case equals these 32 bytes.
    const padded = Buffer.concat([Buffer.alloc(20, 0xaa), Buffer.alloc(12)]);
    const whole = createHmac('sha256', padded).update(Buffer.alloc(50, 0xdd)).digest('hex');
    expect(whole).toBe('773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe');
    const ascii = 'd'.repeat(50);
    expect(searchToken(padded, ascii).toString('hex')).toBe(createHmac('sha256', padded).update(ascii).digest('hex').slice(0, 32));
  });

  it('is shared by equal values in one scope and field, and by them alone', () => {
    fc.assert(
      fc.property(text, text, text, text, (scope, field, one, other) => {
        expect(tokenIn(scope, field, one)).toBe(tokenIn(scope, field, one));
        expect(tokenIn(scope, field, one) === tokenIn(scope, field, other)).toBe(one === other);
      }),
    );
  });

  it('differs in every other scope and every other field', () => {
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), text, ([scope, field], [otherScope, otherField], value) => {
        fc.pre(scope !== otherScope || field !== otherField);
        expect(tokenIn(scope, field, value)).not.toBe(tokenIn(otherScope, otherField, value));
      }),
    );
  });

  it('keeps scopes and fields apart that run together the same', () => {
    expect(tokenIn('ab', 'c', 'x')).not.toBe(tokenIn('a', 'bc', 'x'));
  });

  it('differs under another index key', () => {
    const elsewhere = searchToken(deriveFieldKey(Buffer.alloc(32, 1), scope, 'f'), 'x').toString('hex');
    expect(elsewhere).not.toBe(tokenIn(scope, 'f', 'x'));
  });

  it('is not made with a key of another length', () => {
    expect(() => deriveFieldKey(Buffer.alloc(31), scope, 'f')).toThrow(RangeError);
    expect(() => searchToken(Buffer.alloc(0), 'x')).toThrow(RangeError);
  });
});
