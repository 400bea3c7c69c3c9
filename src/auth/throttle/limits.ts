/** How long tries are counted, in seconds: from the first one on. Then all of them are forgotten, and nobody waits longer. */
export const WINDOW_SECONDS = 900;

/** What tries are counted by. A device on which the person has signed in before is counted by itself, once where they last did and once for all other places, and by the others only when its own tries are used up. */
export type LimitName = 'address' | 'accountHere' | 'account' | 'device';

interface Limits extends Partial<Record<LimitName, number>> {
  /** Whether tries that were accepted weigh too, for what costs somebody else something. */
  all?: true;
  /** Of credentials that are random or signed: they are looked at before anything is counted, so that nobody's failures keep out whoever holds a good one. */
  unguessable?: true;
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
  bookingCode: { address: 100, account: 4, all: true },
  bookingCodeOfPractice: { account: 500, all: true },
  bookingProof: { address: 300, account: 10 },
  link: { address: 300, unguessable: true },
  linkOpened: { account: 60, all: true },
  stepUp: { address: 300, account: 5 },
} satisfies Record<string, Limits>;

/** What somebody tries to get in by. */
export type TryKind = keyof typeof limits;

/** The limits of a kind. */
export const limitsOf = (kind: TryKind): Limits => limits[kind];
