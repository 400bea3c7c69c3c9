import { createPrivateKey, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { KeyFileError } from '../../platform/crypto/private-file.js';
import { ACCESS_TOKEN_SECONDS, CLOCK_LEEWAY_SECONDS, OVERLAP_SECONDS } from './token-times.js';

const half = z.string().regex(/^[\w-]{43}$/);
const pair = z.object({ kid: z.string().regex(/^[\w.-]{1,64}$/), kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: half, d: half.optional() });
const moment = z.iso.datetime().transform((text) => new Date(text));
const timed = z.object({ keys: z.array(pair.extend({ signsFrom: moment, verifiesUntil: moment.optional() })) });
const untimed = z.object({ current: z.string(), keys: z.array(pair) });

/** An Ed25519 key pair (RFC 8037), and when it signs and verifies: it signs from its time until the next one's, and verifies from the start until its end, if it has one. One without `d` only verifies. */
export type TokenKey = z.output<typeof timed>['keys'][number];

/** Reads what a file of token keys says; throws KeyFileError naming the fault, and quotes no key. */
export function parseTokenKeys(path: string, text: string): TokenKey[] {
  const content = parseJson(path, text);
  const keys = hasCurrent(content) ? withTimes(checked(path, untimed, content)) : checked(path, timed, content).keys;
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new KeyFileError(path, 'two of its keys have the same id');
  if (!keys.some(({ d, verifiesUntil }) => d && !verifiesUntil)) throw new KeyFileError(path, 'has no key that signs');
  const broken = keys.find((key) => !isWhole(key));
  if (broken) throw new KeyFileError(path, `the two halves of key "${broken.kid}" do not fit`);
  return keys;
}

/** The text of a file of token keys. */
export const formatTokenKeys = (keys: readonly TokenKey[]): string => `${JSON.stringify({ keys }, null, 2)}\n`;

/** A fresh key that signs from then on; its id is its thumbprint (RFC 7638). */
export async function newTokenKey(signsFrom: Date): Promise<TokenKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { x, d } = await exportJWK(privateKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: x! } as const;
  return { kid: await calculateJwkThumbprint(jwk), ...jwk, d: d!, signsFrom };
}

/** When a key made now should sign. */
export const nextSigning = (now: Date): Date => after(now, OVERLAP_SECONDS);

/** The keys with a next one: the others verify until the last token that they may sign has expired, and are gone once that has passed. */
export const superseded = (keys: readonly TokenKey[], next: TokenKey, now: Date): TokenKey[] => [
  ...keys.filter((key) => verifies(key, now))
    .map((key) => ({ ...key, verifiesUntil: key.verifiesUntil ?? after(next.signsFrom, ACCESS_TOKEN_SECONDS + CLOCK_LEEWAY_SECONDS) })),
  next,
];

/** Whether a key's tokens are accepted. */
export const verifies = ({ verifiesUntil }: TokenKey, now: Date): boolean => !verifiesUntil || verifiesUntil > now;

/** The key that signs: of those whose time has come the latest. A clock far behind finds none, and takes the earliest. */
export function signingKey<T extends TokenKey>(keys: readonly T[], now: Date): T {
  const able = keys.filter((key) => key.d && verifies(key, now));
  const begun = able.filter(({ signsFrom }) => signsFrom <= now);
  if (begun.length) return begun.reduce((latest, key) => (key.signsFrom >= latest.signsFrom ? key : latest));
  return able.reduce((earliest, key) => (key.signsFrom < earliest.signsFrom ? key : earliest));
}

const after = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which is secret.
    throw new KeyFileError(path, 'is not JSON');
  }
}

function checked<T>(path: string, schema: z.ZodType<T>, content: unknown): T {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  throw new KeyFileError(path, `holds no token keys: at fault is ${result.error.issues[0]!.path.join('.') || 'the whole'}`);
}

const hasCurrent = (content: unknown): boolean => typeof content === 'object' && content !== null && 'current' in content;

// Files of before keys had times name the one that signs. Of equals the last one signs.
const withTimes = ({ current, keys }: z.output<typeof untimed>): TokenKey[] =>
  [...keys.filter(({ kid }) => kid !== current).map(({ d: _, ...key }) => key), ...keys.filter(({ kid }) => kid === current)]
    .map((key) => ({ ...key, signsFrom: new Date(0) }));

const isWhole = ({ kty, crv, x, d }: TokenKey): boolean => {
  const jwk = { kty, crv, x, d };
  return !d || createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' }).x === x;
};
