import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CryptoKey, type JWK, importJWK } from 'jose';
import { changePrivateFile, createPrivateFile, readPrivateFile } from '../../platform/crypto/private-file.js';
import { type TokenKey, formatTokenKeys, newTokenKey, nextSigning, parseTokenKeys, signingKey, superseded, verifies } from './token-key-file.js';

interface LoadedKey extends TokenKey {
  publicKey: CryptoKey;
  privateKey: CryptoKey | undefined;
}

/** The keys that sign access tokens. They live in a file, never in the database, and are read anew when it changes. */
export class TokenKeys {
  private constructor(
    private readonly path: string,
    private keys: readonly LoadedKey[],
    private state: string,
  ) {}

  /** Reads the file; rejects with KeyFileError when it is missing or at fault. */
  static async fromFile(path: string): Promise<TokenKeys> {
    const state = await stateOf(path);
    return new TokenKeys(path, await load(path), state);
  }

  /** Makes a file with one fresh key (mode 0600) unless there is one. */
  static async ensureFile(path: string): Promise<void> {
    if (!existsSync(path)) createPrivateFile(path, formatTokenKeys([await newTokenKey(new Date())]));
  }

  /** Adds a fresh key to the file, in one step: it is published at once and signs after the overlap. The others verify until their last token has expired. */
  static async rotate(path: string): Promise<TokenKey> {
    const now = new Date();
    const next = await newTokenKey(nextSigning(now));
    changePrivateFile(path, mayBeLoose, (text) => formatTokenKeys(superseded(parseTokenKeys(path, text), next, now)));
    return next;
  }

  /** Puts a fresh key into the file in place of all others: they neither sign nor verify any more once the file was read. */
  static async replace(path: string): Promise<TokenKey> {
    const next = await newTokenKey(new Date());
    changePrivateFile(path, mayBeLoose, () => formatTokenKeys([next]));
    return next;
  }

  /** The key to sign with now. */
  get signing(): { kid: string; key: CryptoKey } {
    const { kid, privateKey } = signingKey(this.keys, new Date());
    return { kid, key: privateKey! };
  }

  /** The public key with this id, or undefined. Another object after the file was read anew. */
  verifying(kid: string): CryptoKey | undefined {
    const now = new Date();
    return this.keys.find((key) => key.kid === kid && verifies(key, now))?.publicKey;
  }

  /** The public halves (RFC 7517) of every key whose tokens are accepted or will be. */
  get published(): JWK[] {
    const now = new Date();
    return this.keys.filter((key) => verifies(key, now)).map(({ kid, kty, crv, x }) => ({ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }));
  }

  /** Reads the file once more if it changed, and tells whether it did. Rejects with KeyFileError when it is at fault, and then keeps what it had. */
  async reread(): Promise<boolean> {
    const state = await stateOf(this.path);
    if (state === this.state) return false;
    this.keys = await load(this.path);
    this.state = state;
    return true;
  }
}

// It holds nothing that opens data, and installations mount it with the modes of their mounts.
const mayBeLoose = { allowLoosePermissions: true };

const load = (path: string): Promise<LoadedKey[]> =>
  Promise.all(parseTokenKeys(path, readPrivateFile(path, mayBeLoose)).map(async (key) => ({
    ...key, publicKey: await imported({ ...jwkOf(key), x: key.x }), privateKey: key.d ? await imported({ ...jwkOf(key), d: key.d }) : undefined,
  })));

const jwkOf = ({ kty, crv, x }: TokenKey): JWK => ({ kty, crv, x });

const imported = async (jwk: JWK): Promise<CryptoKey> => (await importJWK(jwk, 'EdDSA')) as CryptoKey;

// What changes whenever the file is written or replaced.
async function stateOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'missing';
  }
}
