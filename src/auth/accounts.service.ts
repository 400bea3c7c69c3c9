import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NIL, v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf, sqlState } from '../platform/database/database-errors.js';
import { normaliseEmail } from '../platform/email.js';
import { badInput } from '../platform/errors.js';
import type { Role } from '../tenants/role.model.js';
import { AuthDb } from './auth-db.js';
import { addressHasAccount, signInRefused } from './auth.errors.js';
import type { JoinInput, SignInInput } from './auth.inputs.js';
import { hashPassword, isWeakHash, verifyPassword } from './passwords/password-hashes.js';
import { PasswordJudge } from './passwords/password-judge.js';
import { holdPassword } from './passwords/password-rows.js';
import { type Claimant, Throttle } from './throttle/throttle.service.js';
import { User, type UserProfile } from './user.entity.js';

/** A practice in which a person is an active member. */
export interface Practice {
  tenantId: string;
  name: string;
  country: string;
  memberId: string;
  isOwner: boolean;
  roles: Role[];
}

/** Somebody whose password fits. `claim` holds it in the transaction that it opens, and throws SIGN_IN_REFUSED when it was changed meanwhile. */
export interface ProvenPassword {
  userId: string;
  practices: Practice[];
  claim: (tx: AuditedTx) => Promise<void>;
}

interface Credentials {
  id: string;
  password_hash: string | null;
  since: string;
}

/** An invited person, by another proof than a password. */
export type ProvenJoin = Pick<JoinInput, 'code' | 'email' | 'nameEn' | 'nameBn'>;

interface PracticeRow {
  tenant_id: string;
  name: string;
  country: string;
  member_id: string;
  is_owner: boolean;
  roles: string | null;
}

const INVITATION = 'select from auth.invitations where code_hash = $1 and email_token = $2 and used_at is null and expires_at > now()';
const INVITATION_TO_ANY = 'select from auth.invitations where code_hash = $1 and email_token = any ($2::bytea[]) and used_at is null and expires_at > now()';
const DEVICE_BY_EMAIL = 'select d.id from auth.devices d join auth.users u on u.id = d.user_id where d.secret_hash = $1 and u.email_token = $2';
const DEVICE_BY_ID = 'select id from auth.devices where secret_hash = $1 and user_id = $2';
const DEVICE_OF_ANYBODY = 'select id from auth.devices where secret_hash = $1 order by id limit 1';
const PRACTICES = 'select tenant_id, name, country, member_id, is_owner, roles from auth.practices_of($1)';

/** People and their passwords. Nothing here tells whether an account exists. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly policy: PasswordJudge,
    private readonly throttle: Throttle,
  ) {}

  /** The user with this e-mail address and password; rejects with SIGN_IN_REFUSED, in the same time whatever is wrong. */
  async verify(ctx: Ctx, { email, password }: Pick<SignInInput, 'email' | 'password'>): Promise<ProvenPassword> {
    const user = await this.#credentialsOf(await this.#emailToken(email));
    const fits = await verifyPassword(user?.password_hash, password);
    // Asked for nobody's practices too, so that the time does not tell whether there is an account.
    const practices = await this.practicesOf(user?.id ?? NIL);
    if (fits && user && practices.length) return { userId: user.id, practices, claim: await this.#claim(user, password) };
    concern(ctx, user?.id ?? NIL, practices);
    throw signInRefused();
  }

  /** The practices of somebody who tries to sign in: if that fails, each of them sees it in its own trail. */
  async concerned(ctx: Ctx, userId: string): Promise<Practice[]> {
    const practices = await this.practicesOf(userId);
    concern(ctx, userId, practices);
    return practices;
  }

  /** True when this is the password of a person known by their id. */
  async isPasswordOf(userId: string, password: string): Promise<boolean> {
    const [rows] = await this.db.read({ text: 'select password_hash from auth.users where id = $1', values: [userId] });
    return verifyPassword((rows![0] as { password_hash: string | null }).password_hash, password);
  }

  /** True when the account of a person known by their id has a password. */
  async hasPassword(userId: string): Promise<boolean> {
    const [rows] = await this.db.read({ text: 'select password_hash is not null as has_password from auth.users where id = $1', values: [userId] });
    return (rows![0] as { has_password: boolean }).has_password;
  }

  /** The e-mail address and names of a person known by their id. */
  async profileOf(userId: string): Promise<UserProfile> {
    const [rows] = await this.db.read({ text: 'select profile from auth.users where id = $1', values: [userId] });
    const { profile } = rows![0] as { profile: Buffer };
    const keys = await this.keyring.of(INSTALLATION, [profile]);
    return keys.open<UserProfile>('auth.users', userId, 'profile', profile);
  }

  /** Who signs in by this address, as tries are counted; `deviceSecret` is what the device has kept of an earlier sign-in. */
  async claimant(ctx: Ctx, email: string, deviceSecret?: string): Promise<Claimant> {
    const emailToken = await this.#emailToken(email);
    return {
      account: normaliseEmail(email),
      device: await this.#device(DEVICE_BY_EMAIL, deviceSecret, emailToken),
      concern: async () => {
        const user = await this.#credentialsOf(emailToken);
        await this.concerned(ctx, user?.id ?? NIL);
      },
    };
  }

  /** Somebody known by their id, as tries are counted; `deviceSecret` is what the device has kept of an earlier sign-in. */
  async claimantById(ctx: Ctx, userId: string, deviceSecret?: string): Promise<Claimant> {
    return { account: userId, device: await this.#device(DEVICE_BY_ID, deviceSecret, userId), concern: async () => void (await this.concerned(ctx, userId)) };
  }

  /** Somebody who has not yet said who they are, as tries are counted; `deviceSecret` is what the device has kept of an earlier sign-in. */
  async claimantOn(deviceSecret: string | undefined): Promise<Claimant> {
    return { device: await this.#device(DEVICE_OF_ANYBODY, deviceSecret) };
  }

  /** The practices in which this person is an active member. */
  async practicesOf(userId: string): Promise<Practice[]> {
    const [rows] = await this.db.read({ text: PRACTICES, values: [userId] });
    return (rows as unknown as PracticeRow[]).map((row) => ({
      tenantId: row.tenant_id, name: row.name, country: row.country, memberId: row.member_id, isOwner: row.is_owner,
      roles: (row.roles ? row.roles.split(' ') : []) as Role[],
    }));
  }

  /** Redeems a joining code: a person with an account proves it by their password, anybody else gets one. */
  async join(ctx: Ctx, input: JoinInput): Promise<void> {
    await this.throttle.attempt(ctx, 'join', await this.claimant(ctx, input.email), () => this.#join(ctx, input));
  }

  async #join(ctx: Ctx, input: JoinInput): Promise<void> {
    const emailToken = await this.#emailToken(input.email);
    const existing = await this.#credentialsOf(emailToken);
    const invitation = [codeHash(input.code), emailToken];
    const [invited] = await this.db.read({ text: INVITATION, values: invitation });
    const proven = await verifyPassword(existing?.password_hash, input.password);
    // Whoever was not invited learns nothing here, not even whether there is such an account: same answer, after the same work.
    if (!invited!.length || (existing && !proven)) throw signInRefused();
    const fault = existing ? undefined : await this.policy.faultOf(input.password, { ownWords: [input.email, input.nameEn, input.nameBn ?? ''], hasSecondFactor: false });
    if (fault) throw badInput([{ path: ['input', 'password'], ...fault }]);
    const passwordHash = existing ? undefined : await hashPassword(input.password);
    const name = existing && (await this.profileOf(existing.id)).nameEn;
    await this.db.write(ctx, async (tx) => {
      if (!(await tx.query(INVITATION, invitation)).length) throw signInRefused();
      const userId = existing?.id ?? (await this.#create(tx, input, emailToken, passwordHash!));
      const { tenant_id: tenantId, member_id: memberId } = await this.#accept(tx, input.code, userId);
      tx.record('member', memberId);
      // Whoever has an account goes by its name, not by one chosen for the occasion.
      ctx.concerned = [{ tenantId, actor: { userId, memberId, name: name ?? input.nameEn } }];
    });
  }

  /**
   * Redeems a joining code for a person who has proven otherwise than by a password that they own the account `userId`, or
   * without one that the e-mail address is theirs: then they get an account without a password. What `claim` does is
   * committed with it. Throws SIGN_IN_REFUSED, or CONFLICT when the address has an account that is not theirs.
   */
  async joinProven(ctx: Ctx, { code, ...person }: ProvenJoin, userId: string | undefined, claim: (tx: AuditedTx, userId: string) => Promise<void>): Promise<{ userId: string; tenantId: string }> {
    const emailToken = await this.#emailToken(person.email);
    const name = userId && (await this.profileOf(userId)).nameEn;
    return this.db.write(ctx, async (tx) => {
      const own = userId ? await tx.query<{ email_token: Buffer }>('select email_token from auth.users where id = $1', [userId]) : [];
      const invited = await tx.query(INVITATION_TO_ANY, [codeHash(code), [emailToken, ...own.map(({ email_token }) => email_token)]]);
      if (!invited.length) throw signInRefused();
      const joining = userId ?? (await this.#create(tx, person, emailToken, null));
      const { tenant_id: tenantId, member_id: memberId } = await this.#accept(tx, code, joining);
      await claim(tx, joining);
      tx.record('member', memberId);
      ctx.concerned = [{ tenantId, actor: { userId: joining, memberId, name: name ?? person.nameEn } }];
      return { userId: joining, tenantId };
    });
  }

  // The keyed hash under which an e-mail address is found.
  async #emailToken(email: string): Promise<Buffer> {
    return (await this.keyring.of(INSTALLATION)).token('email', normaliseEmail(email));
  }

  async #device(text: string, secret: string | undefined, ...whose: Array<Buffer | string>): Promise<string | undefined> {
    if (secret === undefined) return undefined;
    const [rows] = await this.db.read({ text, values: [createHash('sha256').update(secret).digest(), ...whose] });
    return (rows![0] as { id: string } | undefined)?.id;
  }

  async #credentialsOf(emailToken: Buffer): Promise<Credentials | undefined> {
    const [rows] = await this.db.read({ text: 'select id, password_hash, password_changed_at::text as since from auth.users where email_token = $1', values: [emailToken] });
    return rows![0] as Credentials | undefined;
  }

  async #claim({ id, password_hash: stored, since }: Credentials, password: string): Promise<ProvenPassword['claim']> {
    const renewed = isWeakHash(stored!) ? await hashPassword(password) : undefined;
    return async (tx) => {
      const [held] = await tx.group(holdPassword(id, since, renewed));
      if (!held!.length) throw signInRefused();
    };
  }

  async #create(tx: AuditedTx, input: Omit<ProvenJoin, 'code'>, emailToken: Buffer, passwordHash: string | null): Promise<string> {
    const id = uuidv7();
    const keys = await this.keyring.of(INSTALLATION);
    const profile: UserProfile = { email: normaliseEmail(input.email), nameEn: input.nameEn, nameBn: input.nameBn ?? null };
    try {
      await tx.manager.insert(User, { id, emailToken, passwordHash, profile: keys.seal('auth.users', id, 'profile', profile) });
    } catch (error) {
      throw constraintOf(error) === 'users__email_token' ? addressHasAccount() : error;
    }
    return id;
  }

  async #accept(tx: AuditedTx, code: string, userId: string): Promise<{ tenant_id: string; member_id: string }> {
    try {
      const [joined] = await tx.query<{ tenant_id: string; member_id: string }>(
        'select tenant_id, member_id from auth.accept_invitation($1, $2)', [codeHash(code), userId]);
      return joined!;
    } catch (error) {
      throw sqlState(error) === 'SK012' || sqlState(error) === '23505' ? signInRefused() : error;
    }
  }
}

/** Each practice of a person who is not signed in sees in its own trail what is done in their name. */
export function concern(ctx: Ctx, userId: string, practices: Practice[]): void {
  ctx.concerned = practices.map(({ tenantId, memberId }) => ({ tenantId, actor: { userId, memberId } }));
}

// The practice keeps the same hash of the code that it hands over (`clinic.invite`).
const codeHash = (code: string): Buffer => createHash('sha256').update(code.trim()).digest();
