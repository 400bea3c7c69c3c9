import { generateKeyPairSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { lockCaller } from './lock-caller.js';
import { keyEnded } from './prescriptions.errors.js';
import type { PublicJwk } from './signed-form.js';

const TABLE = 'clinic.signing_keys';

/** A doctor's key. */
export interface SigningKey {
  id: string;
  jwk: PublicJwk;
  /** The private half, 32 bytes in base64url (RFC 8037). */
  d: string;
}

/** The public half of a key, and when it was current. */
export interface PublishedKey {
  id: string;
  jwk: PublicJwk;
  since: Date;
  until: Date | null;
}

interface PublicRow {
  id: string;
  public_key: Buffer;
  created_at: Date;
  ended_at: Date | null;
}

/** Asks for the key that the member who is asking signs with. */
export const askSigningKey = (tenantId: string): Statement => ({
  text: `select k.id, k.public_key, k.private_key from ${TABLE} k where k.tenant_id = $1 and k.member_id = platform.current_member() and k.ended_at is null`, values: [tenantId],
});

const PUBLIC = 'k.id, k.public_key, k.created_at, k.ended_at';

/** The keys that doctors sign with: one at a time each, the first made when it is needed. */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The member's key, a fresh one if they have none; `rows` are the answer to `askSigningKey`. Two first signatures at the same moment run one after the other by the lock on the member. */
  async of(tx: AuditedTx, tenantId: string, memberId: string, [row]: Row[]): Promise<SigningKey> {
    if (!row) return this.#make(tx, tenantId, memberId);
    const { id, public_key, private_key } = row as unknown as { id: string; public_key: Buffer; private_key: Buffer };
    const keys = await this.keyring.of(tenantId, [private_key]);
    return { id, jwk: jwkOf(public_key.toString('base64url')), d: keys.open<{ d: string }>(TABLE, id, 'private_key', private_key).d };
  }

  /** The keys that a member signs with or did, the newest first; none for whoever never signed. */
  async list(ctx: Ctx, memberId: string): Promise<PublishedKey[]> {
    const [rows] = await this.db.read(ctx, { text: `select ${PUBLIC} from ${TABLE} k where k.tenant_id = $1 and k.member_id = $2 order by k.created_at desc, k.id desc`, values: [ctx.tenantId, memberId] });
    const keys = rows!.map(published);
    keys.forEach(({ id }) => ctx.disclose('signing-key', id));
    return keys;
  }

  /** Ends the caller's key and makes them another one, which it gives. NOT_FOUND, CONFLICT. The lock keeps it apart from a signature. */
  replace(ctx: Ctx, id: string): Promise<PublishedKey> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, found]) => {
      if (!found![0]) throw notFound();
      if (found![0]['ended_at']) throw keyEnded();
      const [[ended]] = (await tx.group({ text: `update ${TABLE} k set private_key = null, ended_at = now() where k.tenant_id = $1 and k.id = $2 returning k.ended_at`, values: [tenantId, id] })) as [Row[]];
      tx.record('signing-key', id);
      tx.change('signing-key', id, 'endedAt', null, ended!['ended_at']);
      const { id: freshId } = await this.#make(tx, tenantId, ctx.member.memberId);
      const [fresh] = await tx.group({ text: `select ${PUBLIC} from ${TABLE} k where k.tenant_id = $1 and k.id = $2`, values: [tenantId, freshId] });
      return published(fresh![0]!);
    }, lockCaller(tenantId),
    { text: `select k.ended_at from ${TABLE} k where k.tenant_id = $1 and k.id = $2 and k.member_id = platform.current_member()`, values: [tenantId, id] });
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

function published(row: Row): PublishedKey {
  const { id, public_key, created_at, ended_at } = row as unknown as PublicRow;
  return { id, jwk: jwkOf(public_key.toString('base64url')), since: created_at, until: ended_at };
}
