import type { Caller } from '../../platform/context/ctx.js';
import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import type { Statement } from '../../platform/database/statement-group.js';

/** How long a sign-in waits for its second factor, in seconds. */
export const PENDING_SECONDS = 5 * 60;

/** How many proofs may be tried for one sign-in. */
export const MOST_TRIES = 5;

/** A sign-in whose first factor was right. */
export interface PendingRow {
  id: string;
  user_id: string;
  tenant_id: string;
  method: 'PASSWORD' | 'GOOGLE';
  client: Caller['client'];
  /** What the device has kept of earlier sign-ins, sealed. */
  device: Buffer | null;
}

/** Keeps a sign-in that waits, under the hash of its token. */
export const addPending = (token: string, { id, user_id: userId, tenant_id: tenantId, method, client, device }: PendingRow): Statement => ({
  text: `
insert into auth.pending_sign_ins (id, token_hash, user_id, tenant_id, method, client, device, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8)) returning expires_at`,
  values: [id, hashOf(token), userId, tenantId, method, client, device, PENDING_SECONDS],
});

/** Seals what a device has kept, for the row with this id. */
export const sealDevice = (keys: ScopeKeys, id: string, deviceToken: string): Buffer => keys.seal('auth.pending_sign_ins', id, 'device', { deviceToken });

/** What the device has kept on which a sign-in began. */
export const openDevice = (keys: ScopeKeys, { id, device }: PendingRow): string | undefined =>
  device ? keys.open<{ deviceToken: string }>('auth.pending_sign_ins', id, 'device', device).deviceToken : undefined;

/** Counts a try and gives the sign-in that waits under this token; no row comes back when it is over. Counted before the proof is looked at, so that tries at once are not more. */
export const tryPending = (token: string): Statement => ({
  text: `
update auth.pending_sign_ins set tries = tries + 1
where token_hash = $1 and tries < $2 and finished_at is null and expires_at > now() returning id, user_id, tenant_id, method, client, device`,
  values: [hashOf(token), MOST_TRIES],
});

/** Ends every sign-in of a person that waits. */
export const endPending = (userId: string): Statement => ({
  text: 'update auth.pending_sign_ins set finished_at = now() where user_id = $1 and finished_at is null', values: [userId],
});

/** Ends a sign-in that waits; no row comes back when it was ended meanwhile. */
export const finishPending = (id: string): Statement => ({
  text: 'update auth.pending_sign_ins set finished_at = now() where id = $1 and finished_at is null returning id', values: [id],
});
