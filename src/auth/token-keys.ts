import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CryptoKey, type JWK, exportJWK, generateKeyPair, importJWK } from 'jose';

interface KeyFile {
  current: string;
  keys: JWK[];
}

/** The Ed25519 keys (RFC 8037) that sign access tokens. They live in a file, never in the database. */
export class TokenKeys {
  private constructor(
    readonly current: { kid: string; key: CryptoKey },
    private readonly publicKeys: ReadonlyMap<string, CryptoKey>,
  ) {}

  /** The public key with this id, or undefined. */
  verifying(kid: string): CryptoKey | undefined {
    return this.publicKeys.get(kid);
  }

  /** Reads the key file; throws when it is missing or has no current key. */
  static async fromFile(path: string): Promise<TokenKeys> {
    const file = JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
    const current = file.keys.find((jwk) => jwk.kid === file.current);
    if (!current) throw new Error(`${path}: the current token key is not among the keys`);
    const publicJwks = file.keys.map(({ d: _, ...jwk }) => jwk);
    const entries = await Promise.all(publicJwks.map(async (jwk) => [jwk.kid!, (await importJWK(jwk, 'EdDSA')) as CryptoKey] as const));
    return new TokenKeys({ kid: file.current, key: (await importJWK(current, 'EdDSA')) as CryptoKey }, new Map(entries));
  }

  /** Makes a key file with one fresh key (mode 0600) unless there is one. */
  static async ensureFile(path: string): Promise<void> {
    if (existsSync(path)) return;
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const kid = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig' };
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify({ current: kid, keys: [jwk] } satisfies KeyFile, null, 2), { mode: 0o600, flag: 'wx' });
  }
}
