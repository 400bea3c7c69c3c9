import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What an authenticator may get wrong, or do on purpose. */
export interface Quirks {
  origin?: string;
  rpId?: string;
  userVerified?: boolean;
  counter?: number;
  challenge?: string;
  userHandle?: string | null;
  type?: string;
  /** A maker's certificate (DER) and its key (PEM), to attest the passkey with as U2F keys do. */
  maker?: { certificate: Buffer; key: string };
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** The little of CBOR (RFC 8949) that an attestation needs. */
function cbor(value: unknown): Buffer {
  const head = (major: number, n: number): Buffer =>
    n < 24 ? Buffer.from([(major << 5) | n]) : n < 256 ? Buffer.from([(major << 5) | 24, n]) : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])]);
  throw new Error('not needed');
}

/** A passkey in software (WebAuthn Level 3, ES256): honest unless told otherwise. */
export class Authenticator {
  readonly id = randomBytes(16);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  counter = 0;
  userHandle: string | undefined;

  constructor(private readonly origin: string) {}

  /** What navigator.credentials.create answers to these options, as JSON text. */
  create(options: string, quirks: Quirks = {}): string {
    const { challenge, rp, user } = JSON.parse(options) as { challenge: string; rp: { id: string }; user: { id: string } };
    this.userHandle = user.id;
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, this.#coseKey(this.#keys.publicKey)]);
    const authData = Buffer.concat([this.#authData(quirks.rpId ?? rp.id, 0x40, quirks), attested]);
    const clientData = this.#clientData('webauthn.create', challenge, quirks);
    const [fmt, attStmt] = quirks.maker ? ['fido-u2f', this.#attested(quirks.maker, authData, clientData)] : ['none', new Map()];
    const attestationObject = cbor(new Map<string, unknown>([['fmt', fmt], ['attStmt', attStmt], ['authData', authData]]));
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestationObject.toString('base64url'), transports: ['internal'],
    });
  }

  /** What navigator.credentials.get answers to these options, as JSON text. */
  get(options: string, quirks: Quirks = {}): string {
    const { challenge, rpId } = JSON.parse(options) as { challenge: string; rpId: string };
    const authData = this.#authData(quirks.rpId ?? rpId, 0, quirks);
    const clientData = this.#clientData('webauthn.get', challenge, quirks);
    const userHandle = quirks.userHandle === undefined ? this.userHandle : quirks.userHandle;
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'), authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#keys.privateKey).toString('base64url'),
      ...(userHandle && { userHandle }),
    });
  }

  // WebAuthn Level 3, 8.6.
  #attested({ certificate, key }: { certificate: Buffer; key: string }, authData: Buffer, clientData: Buffer): Map<string, unknown> {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' });
    const signed = Buffer.concat([Buffer.from([0]), authData.subarray(0, 32), sha256(clientData), this.id, Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
    return new Map<string, unknown>([['sig', sign('sha256', signed, key)], ['x5c', [certificate]]]);
  }

  #answer(response: object): string {
    const id = this.id.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  }

  #authData(rpId: string, flags: number, { userVerified = true, counter = ++this.counter }: Quirks): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags | 0x01 | (userVerified ? 0x04 : 0)]), count]);
  }

  #clientData(type: string, challenge: string, quirks: Quirks): Buffer {
    return Buffer.from(JSON.stringify({ type: quirks.type ?? type, challenge: quirks.challenge ?? challenge, origin: quirks.origin ?? this.origin, crossOrigin: false }));
  }

  #coseKey(key: KeyObject): Buffer {
    const { x, y } = key.export({ format: 'jwk' });
    return cbor(new Map<number, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x!, 'base64url')], [-3, Buffer.from(y!, 'base64url')]]));
  }
}
