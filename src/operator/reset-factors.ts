import { v7 as uuidv7 } from 'uuid';
import { accountLetter } from '../auth/account/account-letter.js';
import { factorLetter } from '../auth/factors/factor-letters.js';
import { occasion } from '../auth/occasion.js';
import type { UserProfile } from '../auth/user.entity.js';
import { MAILS } from '../mail/mails.writer.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import { normaliseEmail } from '../platform/email.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import type { OwnerDb } from './owner-db.js';

/** What was taken from an account. */
export interface ResetFactors {
  oneTimeCodes: number;
  passkeys: number;
  recoveryCodes: number;
  sessions: number;
}

const REMOVED = [
  ['oneTimeCodes', 'delete from auth.one_time_codes where user_id = $1 and confirmed_at is not null'],
  ['passkeys', 'delete from auth.passkeys where user_id = $1'],
  ['recoveryCodes', 'delete from auth.recovery_codes where user_id = $1'],
  ['sessions', `update auth.sessions set ended_at = clock_timestamp(), end_reason = 'FACTORS_RESET' where user_id = $1 and ended_at is null`],
] as const;

/** Takes every second factor from the account with this address and ends its sessions; the person gets a mail, and each of their practices an entry. Throws when there is no such account, or it would have no way in. */
export async function resetFactors(db: OwnerDb, email: string, frontendUrl: string): Promise<ResetFactors> {
  const keys = await db.keysOf(INSTALLATION);
  const { rows: [user] } = await db.client.query<{ id: string; profile: Buffer; has_way_in: boolean; password_long: boolean }>(`
    select id, profile, password_long, password_hash is not null or exists (select from auth.identities i where i.user_id = u.id) as has_way_in
    from auth.users u where email_token = $1 for update`, [keys.token('email', normaliseEmail(email))]);
  if (!user) throw new Error('There is no account with this e-mail address.');
  if (!user.has_way_in) throw new Error('The account has neither a password nor a linked Google account: without its passkeys nobody could sign in to it.');
  if (!user.password_long) throw new Error('The password is long enough beside a second factor only: let the person first set a longer one, by a mailed link.');
  await db.client.query('delete from auth.one_time_codes where user_id = $1 and confirmed_at is null', [user.id]);
  await db.client.query('delete from auth.pending_sign_ins where user_id = $1', [user.id]);
  const done = { oneTimeCodes: 0, passkeys: 0, recoveryCodes: 0, sessions: 0 };
  for (const [what, text] of REMOVED) done[what] = (await db.client.query(text, [user.id])).rowCount ?? 0;
  const { rows: practices } = await db.client.query<{ tenant_id: string; country: Country }>('select tenant_id, country from auth.practices_of($1)', [user.id]);
  const letter = accountLetter(keys.open<UserProfile>('auth.users', user.id, 'profile', user.profile),
    occasion({ ip: null, device: null }, practices[0]?.country ?? 'BD'), factorLetter('FACTORS_RESET'), frontendUrl);
  const mailId = uuidv7();
  await db.client.query('select platform.queue_mail($1, $2)', [mailId, keys.seal(MAILS, mailId, 'sealed', letter)]);
  // Once for the installation too: somebody who works nowhere now has an account all the same.
  for (const tenantId of [undefined, ...practices.map((practice) => practice.tenant_id)]) {
    await db.record('resetFactors', { action: 'DELETED', outcome: 'SUCCESS', tenantId, records: [{ type: 'second-factors', id: user.id }] });
  }
  return done;
}
