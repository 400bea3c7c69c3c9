import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../config.js';
import { AccessTokens } from './access-tokens.js';
import { TokenKeys } from './keys/token-keys.js';
import { ACCESS_TOKEN_SECONDS, CLOCK_LEEWAY_SECONDS } from './keys/token-times.js';

const NOON = Date.parse('2026-11-22T12:00:00.500Z');
const TENANT = '018f0000-0000-7000-8000-000000000001';
const USER = '018f0000-0000-7000-8000-000000000002';

describe('access tokens on clocks that differ and jump', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-access-tokens-'));
  const path = join(directory, 'token-keys.json');
  let ours: AccessTokens;
  let theirs: AccessTokens;

  beforeAll(async () => {
    await TokenKeys.ensureFile(path);
    const config = loadConfig({ NODE_ENV: 'test', TOKEN_KEY_FILE: path });
    [ours, theirs] = [new AccessTokens(await TokenKeys.fromFile(path), config), new AccessTokens(await TokenKeys.fromFile(path), config)];
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask', 'performance', 'hrtime'] });
  });
  afterAll(() => {
    jest.useRealTimers();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => jest.setSystemTime(NOON));

  const at = (seconds: number): void => void jest.setSystemTime(NOON + seconds * 1000);
  const issued = async (by: AccessTokens): Promise<string> =>
    (await by.issue({ userId: USER, tenantId: TENANT, client: 'BEARER', sessionSecret: Buffer.alloc(32, 7).toString('base64url') })).token;
  const accepted = async (by: AccessTokens, token: string): Promise<boolean> => (await by.verify(token)) !== undefined;

  it('are good from the leeway before they were made until they expire, remembered or not', async () => {
    const token = await issued(theirs);
    for (const times of [1, 2]) {
      const seen: boolean[] = [];
      for (const second of [-CLOCK_LEEWAY_SECONDS - 2, -CLOCK_LEEWAY_SECONDS, 0, ACCESS_TOKEN_SECONDS - 1, ACCESS_TOKEN_SECONDS]) {
        at(second);
        seen.push(await accepted(ours, token));
      }
      expect([times, seen]).toEqual([times, [false, true, true, true, false]]);
    }
  });

  it('made by a server far ahead are refused until its time has come, and then live no longer', async () => {
    at(3600);
    const token = await issued(theirs);
    at(0);
    expect(await accepted(ours, token)).toBe(false);
    at(3600 + ACCESS_TOKEN_SECONDS - 1);
    expect(await accepted(ours, token)).toBe(true);
    at(3600 + ACCESS_TOKEN_SECONDS);
    expect(await accepted(ours, token)).toBe(false);
  });

  it('do not live on when the clock is set back, though they were believed before', async () => {
    const token = await issued(ours);
    expect(await accepted(ours, token)).toBe(true);
    at(-3600);
    expect(await accepted(ours, token)).toBe(false);
    expect(await accepted(ours, await issued(ours))).toBe(true);
  });

  it('expire at once when the clock is set ahead, and those made then are good', async () => {
    const token = await issued(ours);
    at(3600);
    expect(await accepted(ours, token)).toBe(false);
    expect(await accepted(ours, await issued(ours))).toBe(true);
  });
});
