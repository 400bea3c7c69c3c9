import { KeyFileError } from '../../platform/crypto/private-file.js';
import { formatTokenKeys, newTokenKey, nextSigning, parseTokenKeys, signingKey, superseded, type TokenKey, verifies } from './token-key-file.js';
import { ACCESS_TOKEN_SECONDS, CHECK_MS, CLOCK_LEEWAY_SECONDS, OVERLAP_SECONDS, PUBLISHED_SECONDS } from './token-times.js';

const NOON = new Date('2026-11-22T12:00:00.000Z');
const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);
const signerAt = (keys: TokenKey[], seconds: number): string => signingKey(keys, at(seconds)).kid;

describe('a rotation of token keys', () => {
  let first: TokenKey;
  let second: TokenKey;
  let third: TokenKey;
  let keys: TokenKey[];

  beforeAll(async () => {
    third = await newTokenKey(at(5000));
    first = await newTokenKey(at(-1000));
    second = await newTokenKey(nextSigning(NOON));
    keys = superseded([first], second, NOON);
  });

  it('leaves every server and every copy of the public keys time to learn of the new key before it signs', () => {
    expect(OVERLAP_SECONDS).toBeGreaterThanOrEqual(PUBLISHED_SECONDS + CHECK_MS / 1000 + CLOCK_LEEWAY_SECONDS);
    expect([signerAt(keys, 0), signerAt(keys, OVERLAP_SECONDS - 1)]).toEqual([first.kid, first.kid]);
    expect([signerAt(keys, OVERLAP_SECONDS), signerAt(keys, 1e6)]).toEqual([second.kid, second.kid]);
    expect(keys.every((key) => verifies(key, NOON))).toBe(true);
  });

  it('lets the former key verify until the last token that it signed has expired, and no longer', () => {
    const [former] = keys as [TokenKey];
    const lastToken = OVERLAP_SECONDS + ACCESS_TOKEN_SECONDS;
    expect([verifies(former, at(lastToken)), verifies(former, at(lastToken + CLOCK_LEEWAY_SECONDS))]).toEqual([true, false]);
    const later = superseded(keys, third, at(lastToken + CLOCK_LEEWAY_SECONDS));
    expect(later.map(({ kid }) => kid)).toEqual([second.kid, third.kid]);
  });

  it('that follows at once does not prolong what a former one ended', () => {
    const again = superseded(keys, { ...third, signsFrom: at(10 + OVERLAP_SECONDS) }, at(10));
    expect(again.map(({ kid, verifiesUntil }) => [kid, verifiesUntil])).toEqual([
      [first.kid, keys[0]!.verifiesUntil],
      [second.kid, at(10 + OVERLAP_SECONDS + ACCESS_TOKEN_SECONDS + CLOCK_LEEWAY_SECONDS)],
      [third.kid, undefined],
    ]);
    expect([0, 5, 10].map((past) => signerAt(again, OVERLAP_SECONDS + past - 1))).toEqual([first.kid, second.kid, second.kid]);
    expect(signerAt(again, OVERLAP_SECONDS + 10)).toBe(third.kid);
  });

  it('leaves a key to sign with even where the clock is far behind', () => {
    expect(signerAt(keys, -1e7)).toBe(first.kid);
    expect(signerAt([second], 0)).toBe(second.kid);
  });
});

describe('a file of token keys', () => {
  let key: TokenKey;
  let other: TokenKey;
  beforeAll(async () => {
    [key, other] = [await newTokenKey(NOON), await newTokenKey(NOON)];
  });

  const faultOf = (text: string): string => {
    try {
      parseTokenKeys('keys.json', text);
    } catch (error) {
      expect(error).toBeInstanceOf(KeyFileError);
      for (const { d } of [key, other]) expect(String(error)).not.toContain(d!.slice(0, 8));
      return (error as KeyFileError).fault;
    }
    return 'ACCEPTED';
  };

  it('holds what was written', () => {
    const keys = superseded([key], other, NOON);
    expect(parseTokenKeys('keys.json', formatTokenKeys(keys))).toEqual(keys);
  });

  it('of before keys had times signs with its current one and only verifies by the others', () => {
    const jwk = ({ signsFrom: _, ...rest }: TokenKey) => ({ ...rest, alg: 'EdDSA', use: 'sig' });
    const keys = parseTokenKeys('keys.json', JSON.stringify({ current: key.kid, keys: [jwk(key), jwk(other)] }));
    expect(signingKey(keys, NOON)).toMatchObject({ kid: key.kid, d: key.d });
    expect(keys.map(({ kid, d }) => [kid, d !== undefined])).toEqual([[other.kid, false], [key.kid, true]]);
    expect(keys.every((each) => verifies(each, NOON))).toBe(true);
    const next = { ...other, kid: 'next', signsFrom: nextSigning(NOON) };
    const rotated = superseded(keys, next, NOON);
    expect(parseTokenKeys('keys.json', formatTokenKeys(rotated))).toEqual(rotated);
    expect([signerAt(rotated, 0), signerAt(rotated, OVERLAP_SECONDS)]).toEqual([key.kid, 'next']);
  });

  it.each<[string, () => string, string]>([
    ['nothing', () => '', 'is not JSON'],
    ['half of itself', () => formatTokenKeys([key, other]).slice(0, 150), 'is not JSON'],
    ['a list', () => '[]', 'holds no token keys: at fault is the whole'],
    ['no keys', () => '{"keys":[]}', 'has no key that signs'],
    ['a current one that is not there', () => JSON.stringify({ current: 'gone', keys: [key] }), 'has no key that signs'],
    ['only keys that are superseded', () => formatTokenKeys([{ ...key, verifiesUntil: NOON }]), 'has no key that signs'],
    ['only public halves', () => formatTokenKeys([{ ...key, d: undefined }]), 'has no key that signs'],
    ['no time', () => JSON.stringify({ keys: [{ ...key, signsFrom: undefined }] }), 'holds no token keys: at fault is keys.0.signsFrom'],
    ['a key of another kind', () => JSON.stringify({ keys: [key, { ...other, crv: 'X25519' }] }), 'holds no token keys: at fault is keys.1.crv'],
    ['a cut key', () => JSON.stringify({ keys: [{ ...key, d: key.d!.slice(1) }] }), 'holds no token keys: at fault is keys.0.d'],
    ['an id that is a path', () => JSON.stringify({ keys: [{ ...key, kid: '../key' }] }), 'holds no token keys: at fault is keys.0.kid'],
    ['an id twice', () => formatTokenKeys([key, { ...other, kid: key.kid }]), 'two of its keys have the same id'],
  ])('that holds %s is refused, quoting no key', (_, text, fault) => {
    expect(faultOf(text())).toBe(fault);
  });

  it('whose private half belongs to another public one is refused', () => {
    expect(faultOf(formatTokenKeys([{ ...key, d: other.d }]))).toBe(`the two halves of key "${key.kid}" do not fit`);
  });
});
