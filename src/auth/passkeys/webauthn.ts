import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

// Hundreds of modules, which a server needs only once somebody has a passkey.
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

/** How long a person may take to answer a challenge, in milliseconds. */
export const CHALLENGE_MS = 5 * 60_000;

/** The longest answer of a browser that is read, in characters. */
export const LONGEST_ANSWER = 20_000;

/** For which domain passkeys are made, and on pages of which origins they may be used. */
export interface RelyingParty {
  readonly id: string;
  readonly origins: readonly string[];
}

/** What browsers need to find a passkey again. */
export interface KnownPasskey {
  credentialId: Buffer;
  transports: string[];
}

/** A passkey as it was made. */
export interface NewPasskey extends KnownPasskey {
  publicKey: Buffer;
  counter: number;
  aaguid: string;
  backupEligible: boolean;
  backedUp: boolean;
}

/** What a passkey says with a valid signature. */
export interface PasskeyUse {
  counter: number;
  backedUp: boolean;
}

const base64url = z.string().regex(/^[\w-]+$/);
const credential = { id: base64url, rawId: base64url, type: z.literal('public-key'), clientExtensionResults: z.object({}).default({}) };
const creation = z.object({
  ...credential, response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports: z.array(z.string().max(30)).max(10).default([]) }),
});
const assertion = z.object({
  ...credential, response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url, userHandle: base64url.nullish() }),
});
const clientData = z.object({ challenge: base64url });

/** What a browser answered to `passkeyCreation`, with the challenge that it says to answer; undefined when it is no such thing. */
export const readCreation = (text: string): Answer<RegistrationResponseJSON> | undefined => read(creation, text) as Answer<RegistrationResponseJSON> | undefined;

/** What a browser answered to `passkeyRequest`, with the challenge that it says to answer; undefined when it is no such thing. */
export const readAssertion = (text: string): Answer<AuthenticationResponseJSON> | undefined => read(assertion, text) as Answer<AuthenticationResponseJSON> | undefined;

/** An answer that has the right form, and nothing else that could be said of it yet. */
export interface Answer<T> {
  response: T;
  challenge: Buffer;
}

/** Options for navigator.credentials.create, as JSON text (WebAuthn Level 3, 5.1.8): user verification, no attestation, and discoverable where possible. */
export const passkeyCreation = async (party: RelyingParty, challenge: Buffer, user: { id: string; name: string; displayName: string }, known: KnownPasskey[]): Promise<string> =>
  JSON.stringify(await (await library()).generateRegistrationOptions({
    rpName: 'Sinduk', rpID: party.id, challenge: new Uint8Array(challenge), timeout: CHALLENGE_MS, attestationType: 'none',
    userID: new Uint8Array(Buffer.from(user.id)), userName: user.name, userDisplayName: user.displayName,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    excludeCredentials: known.map(described),
  }));

/** Options for navigator.credentials.get, as JSON text: any passkey of the domain, or one of these. */
export const passkeyRequest = async (party: RelyingParty, challenge: Buffer, known?: KnownPasskey[]): Promise<string> =>
  JSON.stringify(await (await library()).generateAuthenticationOptions({
    rpID: party.id, challenge: new Uint8Array(challenge), timeout: CHALLENGE_MS, userVerification: 'required',
    ...(known && { allowCredentials: known.map(described) }),
  }));

/** The passkey that was made; undefined when the answer is not to this challenge, from another origin or domain, without user verification, or otherwise at fault. */
export async function verifyCreation(party: RelyingParty, { response, challenge }: Answer<RegistrationResponseJSON>): Promise<NewPasskey | undefined> {
  return orUndefined(async () => {
    // No attestation was asked for; a certificate in one could name addresses for the library to look at.
    const { decodeAttestationObject, isoBase64URL } = await helpers();
    const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.response.attestationObject));
    const byItself = attestation.get('fmt') === 'packed' && attestation.get('attStmt').get('x5c') === undefined;
    if (attestation.get('fmt') !== 'none' && !byItself) return undefined;
    const { registrationInfo } = await (await library()).verifyRegistrationResponse({
      response, expectedChallenge: challenge.toString('base64url'), expectedOrigin: [...party.origins], expectedRPID: party.id, requireUserVerification: true,
    });
    if (!registrationInfo) return undefined;
    const { credential: made, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo;
    return {
      credentialId: Buffer.from(made.id, 'base64url'), publicKey: Buffer.from(made.publicKey), counter: made.counter, transports: made.transports ?? [],
      aaguid, backupEligible: credentialDeviceType === 'multiDevice', backedUp: credentialBackedUp,
    };
  });
}

/** What the passkey says; undefined when the signature is not its own, or the answer is at fault as with `verifyCreation`. Whether its counter went on is for the caller to see. */
export async function verifyAssertion(party: RelyingParty, { response, challenge }: Answer<AuthenticationResponseJSON>, publicKey: Buffer): Promise<PasskeyUse | undefined> {
  return orUndefined(async () => {
    const { verified, authenticationInfo } = await (await library()).verifyAuthenticationResponse({
      response, expectedChallenge: challenge.toString('base64url'), expectedOrigin: [...party.origins], expectedRPID: party.id, requireUserVerification: true,
      credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter: 0 },
    });
    return verified ? { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp } : undefined;
  });
}

const described = ({ credentialId, transports }: KnownPasskey) => ({ id: credentialId.toString('base64url'), transports });

function read(schema: typeof creation | typeof assertion, text: string): Answer<unknown> | undefined {
  const { success, data } = schema.safeParse(parsed(text));
  if (!success) return undefined;
  const said = clientData.safeParse(parsed(Buffer.from(data.response.clientDataJSON, 'base64url').toString('utf8')));
  return said.success ? { response: data, challenge: Buffer.from(said.data.challenge, 'base64url') } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The library says by throwing what is wrong with an answer; the one who sent it is told nothing.
async function orUndefined<T>(verify: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}
