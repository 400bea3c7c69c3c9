import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { normaliseEmail } from '../platform/email.js';
import type { Role } from '../tenants/role.model.js';
import { AuthDb } from './auth-db.js';
import { signInRefused } from './auth.errors.js';
import type { SignInInput } from './auth.inputs.js';
import { DevicesService } from './devices.service.js';
import { hashPassword, isWeakHash, verifyPassword } from './passwords/password-hashes.js';
import { holdPassword } from './passwords/password-rows.js';
import type { Claimant } from './throttle/throttle.service.js';
import type { UserProfile } from './user.entity.js';

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

/** What an account is opened by: the hash of its password, and when that was set, to the microsecond. */
export interface Credentials {
  id: string;
  password_hash: string | null;
  since: string;
}

interface PracticeRow {
  tenant_id: string;
  name: string;
  country: string;
  member_id: string;
  is_owner: boolean;
  roles: string | null;
}

const PRACTICES = 'select tenant_id, name, country, member_id, is_owner, roles from auth.practices_of($1)';

/** People and their passwords. Nothing here tells whether an account exists. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly devices: DevicesService,
  ) {}

  /** The user with this e-mail address and password; rejects with SIGN_IN_REFUSED, in the same time whatever is wrong. */
  async verify(ctx: Ctx, { email, password }: Pick<SignInInput, 'email' | 'password'>): Promise<ProvenPassword> {
    const user = await this.credentialsOf(await this.emailToken(email));
    const fits = await verifyPassword(user?.password_hash, password);
    // Asked for nobody's practices too, so that the time does not tell whether there is an account.
    const practices = await this.practicesOf(user?.id ?? NIL);
    if (fits && user && practices.length) return { userId: user.id, practices, claim: await this.claimOf(user, password) };
    showToPractices(ctx, user?.id ?? NIL, practices);
    throw signInRefused();
  }

  /** The practices of whom somebody claims to be: if they are refused, each of these sees it in its own trail. */
  async practicesOfClaimed(ctx: Ctx, userId: string): Promise<Practice[]> {
    const practices = await this.practicesOf(userId);
    showToPractices(ctx, userId, practices);
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

  /** Who signs in by this address, as tries are counted; `deviceToken` is what the device has kept of earlier sign-ins. */
  async claimant(ctx: Ctx, email: string, deviceToken?: string): Promise<Claimant> {
    const emailToken = await this.emailToken(email);
    return {
      account: normaliseEmail(email),
      device: await this.devices.ofAddress(ctx, deviceToken, emailToken),
      showRefusal: async () => {
        const user = await this.credentialsOf(emailToken);
        await this.practicesOfClaimed(ctx, user?.id ?? NIL);
      },
    };
  }

  /** Somebody known by their id, as tries are counted; `deviceToken` is what the device has kept of earlier sign-ins. */
  async claimantById(ctx: Ctx, userId: string, deviceToken?: string): Promise<Claimant> {
    return { account: userId, device: await this.devices.ofPerson(ctx, deviceToken, userId), showRefusal: async () => void (await this.practicesOfClaimed(ctx, userId)) };
  }

  /** The practices in which this person is an active member. */
  async practicesOf(userId: string): Promise<Practice[]> {
    const [rows] = await this.db.read({ text: PRACTICES, values: [userId] });
    return (rows as unknown as PracticeRow[]).map((row) => ({
      tenantId: row.tenant_id, name: row.name, country: row.country, memberId: row.member_id, isOwner: row.is_owner,
      roles: (row.roles ? row.roles.split(' ') : []) as Role[],
    }));
  }

  /** The keyed hash under which an e-mail address is found. */
  async emailToken(email: string): Promise<Buffer> {
    return (await this.keyring.of(INSTALLATION)).token('email', normaliseEmail(email));
  }

  /** How the account with this e-mail address is opened. */
  async credentialsOf(emailToken: Buffer): Promise<Credentials | undefined> {
    const [rows] = await this.db.read({ text: 'select id, password_hash, password_changed_at::text as since from auth.users where email_token = $1', values: [emailToken] });
    return rows![0] as Credentials | undefined;
  }

  /** What holds a password that was just proven, and keeps a stronger hash of it where that is due. */
  async claimOf({ id, password_hash: stored, since }: Credentials, password: string): Promise<ProvenPassword['claim']> {
    const renewed = isWeakHash(stored!) ? await hashPassword(password) : undefined;
    return async (tx) => {
      const [held] = await tx.group(holdPassword(id, since, renewed));
      if (!held!.length) throw signInRefused();
    };
  }

}

/** Each practice of a person who is not signed in sees in its own trail what is done in their name. */
export function showToPractices(ctx: Ctx, userId: string, practices: Practice[]): void {
  ctx.concerned = practices.map(({ tenantId, memberId }) => ({ tenantId, actor: { userId, memberId } }));
}
