import { hashOf } from '../platform/crypto/secrets.js';

/** How many people's secrets a device keeps; of more people it forgets whoever signed in there longest ago. */
const MOST_PEOPLE = 12;
const SECRET = /^[\w-]{43}$/;

/** How long a device token can be, in characters. */
export const LONGEST_DEVICE_TOKEN = MOST_PEOPLE * 44 - 1;

/** What a device keeps: a secret of each person who signed in there, whoever did last first. */
export const deviceTokenOf = (secrets: readonly string[]): string => secrets.slice(0, MOST_PEOPLE).join('.');

/** The secrets in a device token; none in what is no such token. */
export const secretsIn = (deviceToken: string): string[] => deviceToken.split('.', MOST_PEOPLE).filter((secret) => SECRET.test(secret));

/** What the secrets in a device token are kept as. */
export const hashesIn = (deviceToken: string): Buffer[] => secretsIn(deviceToken).map(hashOf);
