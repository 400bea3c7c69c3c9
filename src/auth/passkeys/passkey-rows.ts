import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Statement } from '../../platform/database/statement-group.js';
import type { KnownPasskey, NewPasskey, PasskeyUse } from './webauthn.js';

/** A passkey as it lies in the database. */
export interface PasskeyRow {
  id: string;
  user_id: string;
  credential_id: Buffer;
  public_key: Buffer;
  /** A bigint, which arrives as text. */
  counter: string;
  transports: string[];
  backup_eligible: boolean;
  backed_up: boolean;
  name: Buffer;
  created_at: Date;
  last_used_at: Date | null;
  copy_suspected_at: Date | null;
}

const COLUMNS = 'id, user_id, credential_id, public_key, counter, transports, backup_eligible, backed_up, name, created_at, last_used_at, copy_suspected_at';

/** All passkeys of a person, oldest first. */
export const passkeysOf = (userId: string): Statement => ({ text: `select ${COLUMNS} from auth.passkeys where user_id = $1 order by id`, values: [userId] });

/** The passkey that has this credential id, whosever it is. */
export const passkeyBy = (credentialId: Buffer): Statement => ({ text: `select ${COLUMNS} from auth.passkeys where credential_id = $1`, values: [credentialId] });

/** Keeps a new passkey; no row comes back when its credential id is known. */
export const addPasskey = (id: string, userId: string, name: Buffer, { credentialId, publicKey, counter, transports, aaguid, backupEligible, backedUp }: NewPasskey): Statement => ({
  text: `
insert into auth.passkeys (id, user_id, credential_id, public_key, counter, transports, aaguid, backup_eligible, backed_up, name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id`,
  values: [id, userId, credentialId, publicKey, counter, transports, aaguid, backupEligible, backedUp, name],
});

/** Notes a use; no row comes back when the counter has meanwhile got so far. Of two copies used at once, one wins. */
export const usePasskey = (id: string, { counter, backedUp }: PasskeyUse): Statement => ({
  text: `
update auth.passkeys set counter = $2, backed_up = $3, last_used_at = now()
where id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning id`,
  values: [id, counter, backedUp],
});

/** Notes that a passkey was refused because its counter went back. */
export const suspectCopy = (id: string): Statement => ({ text: 'update auth.passkeys set copy_suspected_at = now() where id = $1', values: [id] });

/** Renames one of a person's passkeys; no row comes back when it is not theirs. */
export const renamePasskey = (id: string, userId: string, name: Buffer): Statement => ({
  text: 'update auth.passkeys set name = $3 where id = $1 and user_id = $2 returning id', values: [id, userId, name],
});

/** Removes one of a person's passkeys; no row comes back when it is not theirs. */
export const dropPasskey = (id: string, userId: string): Statement => ({
  text: 'delete from auth.passkeys where id = $1 and user_id = $2 returning id', values: [id, userId],
});

/** Seals what a person calls a passkey, for the row with this id. */
export const sealName = (keys: ScopeKeys, id: string, name: string): Buffer => keys.seal('auth.passkeys', id, 'name', { name });

/** What a person calls a passkey. */
export const openName = (keys: ScopeKeys, { id, name }: Pick<PasskeyRow, 'id' | 'name'>): string => keys.open<{ name: string }>('auth.passkeys', id, 'name', name).name;

/** What browsers need to find these passkeys again. */
export const toKnown = (rows: PasskeyRow[]): KnownPasskey[] => rows.map(({ credential_id: credentialId, transports }) => ({ credentialId, transports }));
