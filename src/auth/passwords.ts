import { hash, verify } from '@node-rs/argon2';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

/** OWASP's parameters for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The shortest password of an account without a second factor, in characters (NIST SP 800-63B-4). */
export const SHORTEST_PASSWORD = 15;

/** The longest password accepted, in characters. */
export const LONGEST_PASSWORD = 128;

const ACCEPTABLE_SCORE = 3;
const JUDGED = 32;
const AT_ONCE = 2;

let running = 0;
const waiting: Array<() => void> = [];

// Hashing fills libuv's pool and two lanes of memory; more at once would starve every other request.
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

/** The argon2id hash of a password, in PHC string format. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password.normalize('NFC'), parameters));

let decoy: Promise<string> | undefined;

/** True when the password fits the hash. Without a hash it takes as long and says false. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const against = stored ?? (await decoy);
  const fits = await inTurn(() => verify(against, password.normalize('NFC')));
  return fits && stored !== undefined && stored !== null;
}

let strength: ZxcvbnFactory | undefined;

/** Why a new password is refused, or undefined: too short, too long, common, or made of the person's own words. */
export function passwordFault(password: string, ownWords: string[]): 'TOO_SHORT' | 'TOO_LONG' | 'TOO_COMMON' | undefined {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return 'TOO_SHORT';
  if (length > LONGEST_PASSWORD) return 'TOO_LONG';
  strength ??= new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs });
  // The check runs on the event loop and its time grows with the square of the length: seconds for 128 characters. What follows only adds strength.
  return strength.check([...password].slice(0, JUDGED).join(''), ownWords).score < ACCEPTABLE_SCORE ? 'TOO_COMMON' : undefined;
}
