import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { hashOf } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf, sqlState } from '../platform/database/database-errors.js';
import { normaliseEmail } from '../platform/email.js';
import { type InputFault, badInput } from '../platform/errors.js';
import { AccountsService, type ProvenPassword } from './accounts.service.js';
import { AuthDb } from './auth-db.js';
import { addressHasAccount, signInRefused } from './auth.errors.js';
import type { JoinInput } from './auth.inputs.js';
import { hashPassword, verifyPassword } from './passwords/password-hashes.js';
import { PasswordJudge } from './passwords/password-judge.js';
import { User, type UserProfile } from './user.entity.js';

/** An invited person, by another proof than a password. */
export type ProvenJoin = Pick<JoinInput, 'code' | 'email' | 'nameEn' | 'nameBn'>;

/** Somebody who has joined a practice. `claim` holds the password that they gave, where they had an account. */
export interface Joined {
  userId: string;
  tenantId: string;
  claim?: ProvenPassword['claim'] | undefined;
}

/** Whoever is going to have an account. */
interface NewPerson {
  email: string;
  nameEn: string;
  nameBn?: string | null | undefined;
}

const NAME_NEEDED: InputFault['reason'] = 'NAME_NEEDED';

const INVITATION = 'select from auth.invitations where code_hash = $1 and email_token = $2 and used_at is null and expires_at > now()';
const INVITATION_TO_ANY = 'select from auth.invitations where code_hash = $1 and email_token = any ($2::bytea[]) and used_at is null and expires_at > now()';

/** Joining codes: each makes its person a member once. Whoever was not invited learns nothing. */
@Injectable()
export class JoiningService {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly judge: PasswordJudge,
  ) {}

  /** True while this code opens a practice to this address. */
  async isInvited({ code, email }: JoinInput): Promise<boolean> {
    const [invited] = await this.db.read({ text: INVITATION, values: [codeHash(code), await this.accounts.emailToken(email)] });
    return invited!.length > 0;
  }

  /** Redeems a joining code: a person with an account proves it by their password, anybody else gets one. Throws SIGN_IN_REFUSED to whoever was not invited; BAD_USER_INPUT. */
  async join(ctx: Ctx, input: JoinInput): Promise<Joined> {
    const emailToken = await this.accounts.emailToken(input.email);
    const existing = await this.accounts.credentialsOf(emailToken);
    const invitation = [codeHash(input.code), emailToken];
    const [invited] = await this.db.read({ text: INVITATION, values: invitation });
    const proven = await verifyPassword(existing?.password_hash, input.password);
    // Whoever was not invited learns nothing here, not even whether there is such an account: same answer, after the same work.
    if (!invited!.length || (existing && !proven)) throw signInRefused();
    const claim = existing ? await this.accounts.claimOf(existing, input.password) : undefined;
    const created = existing ? undefined : await this.#judged(input);
    // Whoever has an account goes by its name, not by one chosen for the occasion.
    const name = existing ? (await this.accounts.profileOf(existing.id)).nameEn : created!.nameEn;
    return this.db.write(ctx, async (tx) => {
      if (!(await tx.query(INVITATION, invitation)).length) throw signInRefused();
      await claim?.(tx);
      const userId = existing?.id ?? (await this.#create(tx, created!, emailToken, created!.passwordHash));
      const { tenant_id: tenantId, member_id: memberId } = await this.#accept(tx, input.code, userId);
      tx.record('member', memberId);
      ctx.concerned = [{ tenantId, actor: { userId, memberId, name } }];
      return { userId, tenantId, claim };
    });
  }

  /**
   * Redeems a joining code for a person who has proven otherwise than by a password that they own the account `userId`, or
   * without one that the e-mail address is theirs: then they get an account without a password. What `claim` does is
   * committed with it. Throws SIGN_IN_REFUSED, BAD_USER_INPUT without a name for a new account, or CONFLICT when the address has an account that is not theirs.
   */
  async joinProven(ctx: Ctx, { code, ...person }: ProvenJoin, userId: string | undefined, claim: (tx: AuditedTx, userId: string) => Promise<void>): Promise<Joined> {
    const emailToken = await this.accounts.emailToken(person.email);
    const name = userId ? (await this.accounts.profileOf(userId)).nameEn : person.nameEn;
    return this.db.write(ctx, async (tx) => {
      const own = userId ? await tx.query<{ email_token: Buffer }>('select email_token from auth.users where id = $1', [userId]) : [];
      const invited = await tx.query(INVITATION_TO_ANY, [codeHash(code), [emailToken, ...own.map(({ email_token }) => email_token)]]);
      if (!invited.length) throw signInRefused();
      // Names were given before it was known whether they are needed.
      if (typeof name !== 'string') throw (await this.accounts.credentialsOf(emailToken)) ? addressHasAccount() : badInput([{ path: ['input'], reason: NAME_NEEDED }]);
      const joining = userId ?? (await this.#create(tx, { ...person, nameEn: name }, emailToken, null));
      const { tenant_id: tenantId, member_id: memberId } = await this.#accept(tx, code, joining);
      await claim(tx, joining);
      tx.record('member', memberId);
      ctx.concerned = [{ tenantId, actor: { userId: joining, memberId, name } }];
      return { userId: joining, tenantId };
    });
  }

  async #judged({ email, password, nameEn, nameBn }: JoinInput): Promise<NewPerson & { passwordHash: string }> {
    const fault = await this.judge.faultOf(password, { ownWords: [email, nameEn ?? '', nameBn ?? ''], hasSecondFactor: false });
    const faults: InputFault[] = [...(fault ? [{ path: ['input', 'password'], ...fault }] : []), ...(typeof nameEn === 'string' ? [] : [{ path: ['input', 'nameEn'], reason: NAME_NEEDED }])];
    if (faults.length) throw badInput(faults);
    return { email, nameEn: nameEn!, nameBn, passwordHash: await hashPassword(password) };
  }

  async #create(tx: AuditedTx, input: NewPerson, emailToken: Buffer, passwordHash: string | null): Promise<string> {
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

// The practice keeps the same hash of the code that it hands over (`clinic.invite`).
const codeHash = (code: string): Buffer => hashOf(code.trim());
