import fc from 'fast-check';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { KeyEncryptionKeys, KeyUnavailableError } from './key-encryption-keys.js';
import { KeyFileError } from './private-file.js';
import { SealBrokenError } from './sealed-value.js';

const sequence = Buffer.from([...Array(32).keys()]);
const encoded = sequence.toString('base64');
const example = { current: 'example', keys: { example: encoded }, root: encoded };
const dataKey = Buffer.alloc(32, 0x5a);

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sinduk-keys-'));
  path = join(directory, 'keys.json');
});

afterEach(() => rmSync(directory, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function write(content: unknown, mode = 0o600): void {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
}

function thrownBy(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function faultOf(attempt: () => unknown): string {
  const error = thrownBy(attempt);
  if (!(error instanceof KeyFileError)) throw error;
  expect(error.message).toContain(error.path);
  return error.fault;
}

describe('creating a key file', () => {
  it('leaves one private file in private directories, which reads back', () => {
    const deep = join(directory, 'a', 'b', 'keys.json');
    const made = KeyEncryptionKeys.createFile(deep);
    expect([modeOf(deep), modeOf(dirname(deep)), modeOf(join(directory, 'a'))]).toEqual([0o600, 0o700, 0o700]);
    expect(readdirSync(dirname(deep))).toEqual(['keys.json']);

    const read = KeyEncryptionKeys.fromFile(deep);
    expect(read.currentId).toBe(made.currentId);
    expect(read.unwrap(made.wrap(dataKey, 'x'), 'x')).toEqual(dataKey);
    expect(read.derive('x', 32)).toEqual(made.derive('x', 32));
  });

  it('makes different keys every time, and a root of its own', () => {
    KeyEncryptionKeys.createFile(path);
    KeyEncryptionKeys.createFile(join(directory, 'other.json'));
    const secrets = ['keys.json', 'other.json'].flatMap((name) => {
      const file = JSON.parse(readFileSync(join(directory, name), 'utf8')) as typeof example;
      return [file.root, ...Object.values(file.keys)];
    });
    expect(new Set(secrets).size).toBe(4);
  });

  it('does not overwrite', () => {
    write(example);
    const before = readFileSync(path, 'utf8');
    expect(faultOf(() => KeyEncryptionKeys.createFile(path))).toContain('exists already');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(directory)).toEqual(['keys.json']);
  });
});

describe('reading a key file', () => {
  const faulty: [string, unknown, string][] = [
    ['text that is not JSON', `secret ${encoded}`, 'is not JSON'],
    ['a list', [], 'the file is not a JSON object'],
    ['null', 'null', 'the file is not a JSON object'],
    ['no keys', { current: 'example', root: encoded }, '"keys" is not a JSON object'],
    ['a key too short', { ...example, keys: { example: sequence.toString('base64', 1) } }, 'key "example" has 31 bytes, not 32'],
    ['a key too long', { ...example, keys: { example: Buffer.alloc(33).toString('base64') } }, 'key "example" has 33 bytes, not 32'],
    ['a key not base64', { ...example, keys: { example: `${encoded}!` } }, 'key "example" is not base64'],
    ['a key not a string', { ...example, keys: { example: 5 } }, 'key "example" is missing or not a string'],
    ['a faulty key that is not current', { ...example, keys: { example: encoded, old: '' } }, 'key "old" has 0 bytes, not 32'],
    ['a malformed key id', { ...example, keys: { example: encoded, [encoded]: encoded } }, 'a key id is not 1 to 64'],
    ['no current', { keys: example.keys, root: encoded }, '"current" is not the id of a key'],
    ['a key as current', { ...example, current: encoded }, '"current" is not the id of a key'],
    ['an unknown current', { ...example, current: 'gone' }, '"current" names "gone", which is not among its keys'],
    ['no root', { current: 'example', keys: example.keys }, '"root" is missing or not a string'],
    ['a root too short', { ...example, root: 'AAAA' }, '"root" has 3 bytes, not 32'],
  ];

  it.each(faulty)('refuses %s, naming the fault and quoting no key', (_, content, fault) => {
    write(content);
    const error = thrownBy(() => KeyEncryptionKeys.fromFile(path));
    expect(error).toBeInstanceOf(KeyFileError);
    expect(String(error)).toContain(`${path}: ${fault}`);
    expect(inspect(error, { depth: null })).not.toContain(encoded.slice(0, 8));
  });

  it('says so when there is no file, or a directory', () => {
    expect(faultOf(() => KeyEncryptionKeys.fromFile(path))).toBe('cannot be read (ENOENT)');
    mkdirSync(path, { mode: 0o700 });
    expect(faultOf(() => KeyEncryptionKeys.fromFile(path))).toBe('cannot be read (EISDIR)');
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o644])('refuses mode %i unless loose permissions are allowed', (mode) => {
    write(example, mode);
    expect(faultOf(() => KeyEncryptionKeys.fromFile(path))).toContain(`its mode ${mode.toString(8)} lets others`);
    expect(KeyEncryptionKeys.fromFile(path, { allowLoosePermissions: true }).currentId).toBe('example');
  });

  it.each([0o600, 0o400])('accepts mode %i', (mode) => {
    write(example, mode);
    expect(KeyEncryptionKeys.fromFile(path).currentId).toBe('example');
  });
});

describe('adding a key', () => {
  it('makes it current, keeps the old ones and the root', () => {
    const before = KeyEncryptionKeys.createFile(path);
    const id = KeyEncryptionKeys.addKey(path);
    const after = KeyEncryptionKeys.fromFile(path);
    expect([after.currentId, after.currentId === before.currentId]).toEqual([id, false]);
    expect(after.unwrap(before.wrap(dataKey, 'x'), 'x')).toEqual(dataKey);
    expect(after.kekIdOf(after.wrap(dataKey, 'x'))).toBe(id);
    expect(after.derive('x', 32)).toEqual(before.derive('x', 32));
    expect([modeOf(path), readdirSync(directory)]).toEqual([0o600, ['keys.json']]);
  });

  it('follows a link and keeps the mode of the file behind it', () => {
    write(example, 0o640);
    const link = join(directory, 'link.json');
    symlinkSync(path, link);
    const id = KeyEncryptionKeys.addKey(link, { allowLoosePermissions: true });
    expect(KeyEncryptionKeys.fromFile(path, { allowLoosePermissions: true }).currentId).toBe(id);
    expect([modeOf(path), readdirSync(directory).sort()]).toEqual([0o640, ['keys.json', 'link.json']]);
  });

  it('stands back from another change under way and leaves the file as it was', () => {
    write(example);
    writeFileSync(`${path}.new`, 'of another writer');
    expect(faultOf(() => KeyEncryptionKeys.addKey(path))).toContain('another change is under way');
    expect(readFileSync(`${path}.new`, 'utf8')).toBe('of another writer');
    expect(KeyEncryptionKeys.fromFile(path).currentId).toBe('example');
  });

  it('leaves a faulty, loose or missing file as it was, and nothing beside it', () => {
    expect(faultOf(() => KeyEncryptionKeys.addKey(path))).toBe('cannot be read (ENOENT)');
    expect(existsSync(`${path}.new`)).toBe(false);
    write(example, 0o644);
    expect(faultOf(() => KeyEncryptionKeys.addKey(path))).toContain('its mode 644');
    write({ ...example, root: '' });
    expect(faultOf(() => KeyEncryptionKeys.addKey(path))).toContain('"root"');
    expect(readdirSync(directory)).toEqual(['keys.json']);
  });
});

describe('wrapping a data key', () => {
  beforeEach(() => write(example));

  it('unwraps the documented example', () => {
    const wrapped = Buffer.from(
      '01076578616d706c65a0a1a2a3a4a5a6a7a8a9aaabbc4226771f9158e5383fdd895d209a842af6034ac8ed1836c6547cdc25f12f5b3f97a9cc5bd54135fed0a8c3de7ed678',
      'hex',
    );
    const keys = KeyEncryptionKeys.fromFile(path);
    expect(keys.kekIdOf(wrapped)).toBe('example');
    expect(keys.unwrap(wrapped, 'data key 7')).toEqual(dataKey);
  });

  it('unwraps under the same label and no other', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    const label = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(label, label, fc.uint8Array({ minLength: 1, maxLength: 64 }), (one, other, bytes) => {
        const wrapped = keys.wrap(Buffer.from(bytes), one);
        expect(keys.unwrap(wrapped, one)).toEqual(Buffer.from(bytes));
        fc.pre(one !== other);
        expect(thrownBy(() => keys.unwrap(wrapped, other))).toMatchObject({ name: 'SealBrokenError', place: { label: other } });
      }),
    );
  });

  it('breaks when any one byte is changed', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    const wrapped = keys.wrap(dataKey, 'x');
    const idBytes = [2, 3, 4, 5, 6, 7, 8];
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = Buffer.from(wrapped);
      changed[at] = changed.readUInt8(at) ^ 2;
      // A changed or shortened id is still well formed, and names a key that is not there.
      const expected = idBytes.includes(at) || at === 1 ? KeyUnavailableError : SealBrokenError;
      expect(thrownBy(() => keys.unwrap(changed, 'x'))).toBeInstanceOf(expected);
    }
  });

  it('breaks when cut short anywhere', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    const wrapped = keys.wrap(dataKey, 'x');
    for (let length = 0; length < wrapped.length; length += 1) {
      expect(thrownBy(() => keys.unwrap(wrapped.subarray(0, length), 'x'))).toBeInstanceOf(SealBrokenError);
    }
    expect(thrownBy(() => keys.kekIdOf(wrapped.subarray(0, 5)))).toBeInstanceOf(SealBrokenError);
  });

  it('names the key that is missing', () => {
    const wrapped = KeyEncryptionKeys.createFile(join(directory, 'other.json')).wrap(dataKey, 'x');
    const keys = KeyEncryptionKeys.fromFile(path);
    const error = thrownBy(() => keys.unwrap(wrapped, 'x'));
    expect(error).toBeInstanceOf(KeyUnavailableError);
    expect(error).toMatchObject({ keyId: keys.kekIdOf(wrapped) });
    expect(String(error)).toContain(keys.kekIdOf(wrapped));
  });

  it('breaks when relabelled with another id whose key is the same', () => {
    write({ ...example, keys: { example: encoded, another: encoded } });
    const keys = KeyEncryptionKeys.fromFile(path);
    const wrapped = keys.wrap(dataKey, 'x');
    wrapped.write('another', 2, 'latin1');
    expect(keys.kekIdOf(wrapped)).toBe('another');
    expect(thrownBy(() => keys.unwrap(wrapped, 'x'))).toBeInstanceOf(SealBrokenError);
  });

  it('never has the same bytes twice', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    expect(keys.wrap(dataKey, 'x').equals(keys.wrap(dataKey, 'x'))).toBe(false);
  });
});

describe('deriving a secret', () => {
  beforeEach(() => write(example));

  it('gives the documented example', () => {
    const secret = KeyEncryptionKeys.fromFile(path).derive('database role app', 32);
    expect(secret.toString('hex')).toBe('7e6b586ae761c9f81524e810b655c05a00e0910f06c5c92c998f59a25bc76f33');
  });

  it('gives another secret for another label', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    const label = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(label, label, (one, other) => expect(keys.derive(one, 16).equals(keys.derive(other, 16))).toBe(one === other)),
    );
  });

  it('depends on the root alone', () => {
    const secret = KeyEncryptionKeys.fromFile(path).derive('x', 24);
    write({ current: 'b', keys: { b: Buffer.alloc(32).toString('base64') }, root: encoded });
    expect(KeyEncryptionKeys.fromFile(path).derive('x', 24)).toEqual(secret);
    write({ ...example, root: Buffer.alloc(32).toString('base64') });
    expect(KeyEncryptionKeys.fromFile(path).derive('x', 24)).not.toEqual(secret);
  });

  it('is refused when short enough to guess or longer than HKDF gives', () => {
    const keys = KeyEncryptionKeys.fromFile(path);
    expect([keys.derive('x', 16).length, keys.derive('x', 8160).length]).toEqual([16, 8160]);
    for (const length of [0, 15, 8161, 20.5, Number.NaN]) expect(() => keys.derive('x', length)).toThrow(RangeError);
  });
});

it('shows no key when printed or serialised', () => {
  write(example);
  const keys = KeyEncryptionKeys.fromFile(path);
  const shown = inspect(keys, { depth: null, showHidden: true }) + JSON.stringify(keys);
  expect(shown).not.toContain(encoded.slice(0, 8));
  expect(shown).not.toContain('00 01 02');
});
