import { generateKeyPairSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { PublicJwk } from './signed-form.js';

const TABLE = 'clinic.signing_keys';

/** A doctor's key. */
export interface SigningKey {
  id: string;
  jwk: PublicJwk;
  /** The private half, 32 bytes in base64url (RFC 8037). */
  d: string;
}

/** Asks for the key of the member who is asking. */
export const askSigningKey = (tenantId: string): Statement => ({
  text: `select k.id, k.public_key, k.private_key from ${TABLE} k where k.tenant_id = $1 and k.member_id = platform.current_member()`, values: [tenantId],
});

/** The keys that doctors sign with: one each, made when it is first needed. */
@Injectable()
export class SigningKeys {
  constructor(private readonly keyring: Keyring) {}

  /** The member's key, a fresh one if they have none; `rows` are the answer to `askSigningKey`. Two first signatures at the same moment run one after the other by the lock on the member. */
  async of(tx: AuditedTx, tenantId: string, memberId: string, [row]: Row[]): Promise<SigningKey> {
    if (!row) return this.#make(tx, tenantId, memberId);
    const { id, public_key, private_key } = row as unknown as { id: string; public_key: Buffer; private_key: Buffer };
    const keys = await this.keyring.of(tenantId, [private_key]);
    return { id, jwk: jwkOf(public_key.toString('base64url')), d: keys.open<{ d: string }>(TABLE, id, 'private_key', private_key).d };
  }

  async #make(tx: AuditedTx, tenantId: string, memberId: string): Promise<SigningKey> {
    const id = uuidv7();
    const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as { x: string; d: string };
    const sealed = (await this.keyring.of(tenantId)).seal(TABLE, id, 'private_key', { d });
    await tx.query(`insert into ${TABLE} (tenant_id, id, member_id, public_key, private_key) values ($1, $2, $3, $4, $5)`, [tenantId, id, memberId, Buffer.from(x, 'base64url'), sealed]);
    tx.record('signing-key', id);
    return { id, jwk: jwkOf(x), d };
  }
}

const jwkOf = (x: string): PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', x });
