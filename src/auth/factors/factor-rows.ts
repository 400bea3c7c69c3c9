import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Statement } from '../../platform/database/statement-group.js';

/** How long a person may take to confirm one-time codes that they began to set up, in seconds. */
export const SET_UP_SECONDS = 15 * 60;

/** What a person's app makes codes from. */
export interface OneTimeRow {
  id: string;
  seed: Buffer;
  confirmed_at: Date | null;
}

/** Which factors a person has. */
export interface FactorRow {
  one_time_codes_since: Date | null;
  passkeys: number;
  recovery_codes: number;
}

/** Which factors a person has, and how many recovery codes are left. */
export const factorsOf = (userId: string): Statement => ({
  text: `
select (select o.confirmed_at from auth.one_time_codes o where o.user_id = $1 and o.confirmed_at is not null) as one_time_codes_since,
  (select count(*)::integer from auth.passkeys p where p.user_id = $1) as passkeys,
  (select count(*)::integer from auth.recovery_codes r where r.user_id = $1 and r.used_at is null) as recovery_codes`,
  values: [userId],
});

/** What a person's one-time codes are made from, once confirmed. */
export const confirmedCodes = (userId: string): Statement => ({
  text: 'select id, seed, confirmed_at from auth.one_time_codes where user_id = $1 and confirmed_at is not null', values: [userId],
});

/** What is being set up and can still be confirmed. */
export const begunCodes = (userId: string): Statement => ({
  text: `
select id, seed, confirmed_at from auth.one_time_codes
where user_id = $1 and confirmed_at is null and created_at > now() - make_interval(secs => $2)`,
  values: [userId, SET_UP_SECONDS],
});

/** Seals a seed for the row with this id. */
export const sealSeed = (keys: ScopeKeys, id: string, seed: string): Buffer => keys.seal('auth.one_time_codes', id, 'seed', { seed });

/** The seed of a row, in base32. */
export const openSeed = (keys: ScopeKeys, { id, seed }: Pick<OneTimeRow, 'id' | 'seed'>): string => keys.open<{ seed: string }>('auth.one_time_codes', id, 'seed', seed).seed;

/** Begins to set one-time codes up, in place of what was begun before. */
export const beginCodes = (id: string, userId: string, seed: Buffer): Statement[] => [
  { text: 'delete from auth.one_time_codes where user_id = $1 and confirmed_at is null', values: [userId] },
  { text: 'insert into auth.one_time_codes (id, user_id, seed) values ($1, $2, $3)', values: [id, userId, seed] },
];

/** Makes what was set up count, in place of what counted before; the last statement gives no row when it was confirmed or replaced meanwhile. */
export const confirmCodes = (id: string, userId: string, step: number): Statement[] => [
  { text: 'delete from auth.one_time_codes where user_id = $1 and confirmed_at is not null returning id', values: [userId] },
  {
    text: 'update auth.one_time_codes set confirmed_at = now(), last_step = $3 where id = $1 and user_id = $2 and confirmed_at is null returning id',
    values: [id, userId, step],
  },
];

/** Accepts the code of a time step; no row comes back when this step or a later one was accepted before. */
export const acceptStep = (id: string, step: number): Statement => ({
  text: 'update auth.one_time_codes set last_step = $2 where id = $1 and confirmed_at is not null and last_step < $2 returning id', values: [id, step],
});

/** Removes a person's one-time codes, and what was begun. */
export const dropCodes = (userId: string): Statement => ({ text: 'delete from auth.one_time_codes where user_id = $1 returning id, confirmed_at', values: [userId] });

/** Uses a recovery code up; no row comes back when it is none, or used. */
export const useRecoveryCode = (userId: string, codeHash: Buffer): Statement => ({
  text: 'update auth.recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null returning code_hash', values: [userId, codeHash],
});

/** Removes all of a person's recovery codes. */
export const dropRecoveryCodes = (userId: string): Statement => ({ text: 'delete from auth.recovery_codes where user_id = $1', values: [userId] });

/** Keeps new recovery codes, in place of those before. */
export const putRecoveryCodes = (userId: string, hashes: Buffer[]): Statement[] => [
  dropRecoveryCodes(userId),
  { text: 'insert into auth.recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])', values: [userId, hashes] },
];
