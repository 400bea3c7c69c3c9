import { hash, parseOptions, verify } from '@node-rs/argon2';
import { unavailable } from '../../platform/errors.js';

/** OWASP's parameters for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const AT_ONCE = 2;
const MOST_WAITING = 100;

let running = 0;
const waiting: Array<() => void> = [];

// Hashing fills libuv's pool and two lanes of memory; more at once would starve every other request.
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (waiting.length >= MOST_WAITING) throw unavailable(new Error('too many passwords wait to be hashed'));
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

/** The argon2id hash of a password, in PHC string format. Rejects with UNAVAILABLE when too many wait. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password.normalize('NFC'), parameters));

let decoy: Promise<string> | undefined;

/** True when the password fits the hash. Without a hash it takes as long and says false. Rejects with UNAVAILABLE when too many wait. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', parameters);
  const against = stored ?? (await decoy);
  const fits = await inTurn(() => verify(against, password.normalize('NFC')));
  return fits && stored !== undefined && stored !== null;
}

/** True when a hash was made with less memory or fewer passes than are demanded now, so that it is to be made anew at the next chance. */
export function isWeakHash(stored: string): boolean {
  const { memoryCost, timeCost } = parseOptions(stored);
  return memoryCost < parameters.memoryCost || timeCost < parameters.timeCost;
}
