import { v7 as uuidv7 } from 'uuid';
import { hashPassword } from '../auth/passwords/password-hashes.js';
import type { UserProfile } from '../auth/user.entity.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import { normaliseEmail } from '../platform/email.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import type { OwnerDb } from './owner-db.js';

/** Who owns a new practice. An account that exists keeps its password. */
export interface NewOwner {
  email: string;
  nameEn: string;
  nameBn?: string | undefined;
  password: string;
  licence?: string | undefined;
  /** yyyy-mm-dd. */
  licenceExpiresOn?: string | undefined;
}

/** A practice to open; country as ISO 3166-1 alpha-2. */
export interface NewPractice {
  name: string;
  country: Country;
  owner: NewOwner;
}

const currencies = { BD: 'BDT', AE: 'AED' } as const satisfies Record<Country, string>;
const TRIAL_DAYS = 14;

/** Opens a practice with its keys, its owner and a trial of 14 days; gives its id and the owner's. */
export async function openPractice(db: OwnerDb, practice: NewPractice): Promise<{ tenantId: string; memberId: string; userId: string }> {
  const tenantId = uuidv7();
  const memberId = uuidv7();
  const userId = await userOf(db, practice.owner);
  const keys = await db.keysOf(tenantId);
  await db.enter(tenantId, memberId);
  await db.client.query(
    `insert into clinic.tenants (id, name, country, currency, jurisdiction, trial_ends_at) values ($1, $2, $3, $4, $3, now() + make_interval(days => $5))`,
    [tenantId, practice.name, practice.country, currencies[practice.country], TRIAL_DAYS]);
  const { email, nameEn, nameBn, licence, licenceExpiresOn } = practice.owner;
  const profile = { nameEn, nameBn: nameBn ?? null, email: normaliseEmail(email), licence: licence ?? null };
  await db.client.query(
    `insert into clinic.members (tenant_id, id, user_id, email_token, profile, licence_expires_on, is_owner, status) values ($1, $2, $3, $4, $5, $6, true, 'ACTIVE')`,
    [tenantId, memberId, userId, keys.token('member-email', normaliseEmail(email)), keys.seal('clinic.members', memberId, 'profile', profile), licenceExpiresOn ?? null]);
  await db.client.query('insert into auth.memberships (user_id, tenant_id) values ($1, $2)', [userId, tenantId]);
  await db.record('openPractice', {
    action: 'CREATED', outcome: 'SUCCESS', tenantId,
    records: [{ type: 'practice', id: tenantId }, { type: 'member', id: memberId }],
  });
  return { tenantId, memberId, userId };
}

async function userOf(db: OwnerDb, owner: NewOwner): Promise<string> {
  const keys = await db.keysOf(INSTALLATION);
  const emailToken = keys.token('email', normaliseEmail(owner.email));
  const { rows } = await db.client.query<{ id: string }>('select id from auth.users where email_token = $1', [emailToken]);
  if (rows[0]) return rows[0].id;
  const id = uuidv7();
  const profile: UserProfile = { email: normaliseEmail(owner.email), nameEn: owner.nameEn, nameBn: owner.nameBn ?? null };
  await db.client.query('insert into auth.users (id, email_token, profile, password_hash) values ($1, $2, $3, $4)',
    [id, emailToken, keys.seal('auth.users', id, 'profile', profile), await hashPassword(owner.password)]);
  return id;
}
