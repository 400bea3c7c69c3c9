/** How long tries are counted, in seconds, unless told: from the first one on. Then all of them are forgotten, and nobody waits longer. */
export const WINDOW_SECONDS = 900;
const DAY_SECONDS = 86_400;

/** What tries are counted by. A device on which the person has signed in before is counted by itself, once where they last did and once for all other places, and by the others only when its own tries are used up. */
export type LimitName = 'address' | 'accountHere' | 'account' | 'device';

interface Limits extends Partial<Record<LimitName, number>> {
  /** Whether tries that were accepted weigh too, for what costs somebody else something. */
  all?: true;
  /** Of credentials that are random or signed: they are looked at before anything is counted, so that nobody's failures keep out whoever holds a good one. */
  unguessable?: true;
  /** How long they are counted, in seconds. */
  seconds?: number;
  /** Whether IPv6 addresses count by the site, as for what costs money: whoever has a site has thousands of networks. */
  sites?: true;
  /** What an account is, where it is no person's. */
  whose?: string;
}

/**
 * How many tries of a kind may fail in a window. Addresses have room, because thousands share one; accounts have little, and a stranger who
 * exhausts it keeps the person from new devices only. One account can fail a hundred times an hour at the most (OWASP ASVS 4.0.3, 2.2.1).
 */
export const limits = {
  signIn: { address: 300, accountHere: 10, account: 15, device: 5 },
  join: { address: 300, accountHere: 10, account: 15 },
  joinUninvited: { address: 300 },
  refresh: { address: 1000, unguessable: true },
  signInToken: { address: 300, unguessable: true },
  secondFactor: { account: 5, device: 5 },
  passwordReset: { address: 60, accountHere: 3, account: 5, device: 3, all: true },
  resetCode: { address: 300, unguessable: true },
  google: { address: 300, unguessable: true },
  passkey: { address: 300, unguessable: true },
  ceremony: { address: 1000, device: 100, all: true },
  bookingCode: { address: 100, account: 4, whose: 'a telephone number', sites: true, all: true },
  bookingCodeADay: { address: 200, account: 8, whose: 'a telephone number', sites: true, all: true, seconds: DAY_SECONDS },
  bookingCodeOfPractice: { accountHere: 40, account: 500, whose: 'a practice', sites: true, all: true },
  bookingCodeOfPracticeADay: { accountHere: 100, account: 3000, whose: 'a practice', sites: true, all: true, seconds: DAY_SECONDS },
  bookingCodeOfAllADay: { account: 20_000, whose: 'all practices together', all: true, seconds: DAY_SECONDS },
  bookingProof: { address: 300, account: 10 },
  link: { address: 300, unguessable: true },
  linkOpened: { account: 60, all: true },
  stepUp: { address: 300, account: 5 },
} satisfies Record<string, Limits>;

/** What somebody tries to get in by. */
export type TryKind = keyof typeof limits;

/** The limits of a kind. */
export const limitsOf = (kind: TryKind): Limits => limits[kind];
