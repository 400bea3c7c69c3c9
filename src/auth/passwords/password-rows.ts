import type { Statement } from '../../platform/database/statement-group.js';

/** How long a link to set a new password works, in minutes. */
export const LINK_MINUTES = 30;

/** How long after a link was mailed no other one is, unless it was used, in minutes: the one there is works at least as long. */
export const PAUSE_MINUTES = 15;

/** What is known of somebody who has an account, or is asked for and has none. */
export interface AccountRow {
  id: string;
  profile: Buffer;
  email_token: Buffer;
  password_hash: string | null;
  /** When the password was set, to the microsecond. */
  since: string;
}

const ACCOUNT = 'select id, profile, email_token, password_hash, password_changed_at::text as since from auth.users';

/** The account of a person. */
export const accountOf = (userId: string): Statement => ({ text: `${ACCOUNT} where id = $1`, values: [userId] });

/** The account with this e-mail address. */
export const accountWithEmail = (emailToken: Buffer): Statement => ({ text: `${ACCOUNT} where email_token = $1`, values: [emailToken] });

/** The account for which a link that still works was mailed. An address that changed since is nobody's, or somebody else's. */
export const accountWithLink = (codeHash: Buffer): Statement => ({
  text: `${ACCOUNT} where email_token = (select r.email_token from auth.password_resets r where r.code_hash = $1 and r.used_at is null and r.expires_at > now())`,
  values: [codeHash],
});

/**
 * Holds a password that was just proven, until the transaction ends; no row comes back when it was changed since. With a new
 * hash of the same password that one is kept instead.
 */
export const holdPassword = (userId: string, since: string, renewedHash: string | undefined): Statement =>
  renewedHash === undefined
    // Shared, so that a change of the password waits, and then ends the session that begins here.
    ? { text: 'select id from auth.users where id = $1 and password_changed_at = $2::timestamptz for share', values: [userId, since] }
    : { text: 'update auth.users set password_hash = $3 where id = $1 and password_changed_at = $2::timestamptz returning id', values: [userId, since, renewedHash] };

/** Puts a password in place of the one that was there; no row comes back when that was changed meanwhile. */
export const putPassword = (userId: string, since: string, hash: string, isLong: boolean): Statement => ({
  text: 'update auth.users set password_hash = $3, password_long = $4, password_changed_at = clock_timestamp() where id = $1 and password_changed_at = $2::timestamptz returning id',
  values: [userId, since, hash, isLong],
});

/** Voids the link that was mailed to an address. */
export const voidLink = (emailToken: Buffer): Statement => ({
  text: 'update auth.password_resets set used_at = now() where email_token = $1 and used_at is null', values: [emailToken],
});

/** Puts a new link in place of the former one; no row comes back while that is too young. */
export const putLink = (emailToken: Buffer, codeHash: Buffer): Statement => ({
  text: `
insert into auth.password_resets as r (email_token, code_hash, asked_at, expires_at) values ($1, $2, now(), now() + make_interval(mins => $3))
on conflict on constraint password_resets__pkey do update
  set code_hash = excluded.code_hash, asked_at = excluded.asked_at, expires_at = excluded.expires_at, used_at = null
  where r.used_at is not null or r.asked_at <= now() - make_interval(mins => $4)
returning r.email_token`,
  values: [emailToken, codeHash, LINK_MINUTES, PAUSE_MINUTES],
});

/** Uses a link up; no row comes back when it was used, has expired, or was replaced. */
export const useLink = (codeHash: Buffer): Statement => ({
  text: 'update auth.password_resets set used_at = now() where code_hash = $1 and used_at is null and expires_at > now() returning email_token', values: [codeHash],
});
