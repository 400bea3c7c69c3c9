import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { badInput } from '../../platform/errors.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import { AccountNotices } from '../account/account-notices.js';
import { AccountsService, type Practice } from '../accounts.service.js';
import { signInRefused } from '../auth.errors.js';
import { DevicesService } from '../devices.service.js';
import { endPending } from '../factors/pending-rows.js';
import { SecondFactors } from '../factors/second-factors.js';
import { SessionsService } from '../sessions.service.js';
import type { UserProfile } from '../user.entity.js';
import { hashPassword } from './password-hashes.js';
import { changedLetter } from './password-letters.js';
import { PasswordJudge } from './password-judge.js';
import { SHORTEST_PASSWORD, isLongPassword, tooShort } from './password-policy.js';
import { type AccountRow, putPassword, voidLink } from './password-rows.js';

// Where a new password stands, whichever operation takes it.
const PATH = ['input', 'newPassword'];

/** Somebody who is going to have a new password. */
export interface Holder {
  account: AccountRow;
  practices: Practice[];
  hasSecondFactor: boolean;
}

/** A new password, judged and hashed. */
export interface NewPassword {
  holder: Holder;
  hash: string;
  isLong: boolean;
}

/** New passwords: judged before anything is used up for them, and put in place together with all that they end. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly devices: DevicesService,
    private readonly factors: SecondFactors,
    private readonly notices: AccountNotices,
    private readonly passwordJudge: PasswordJudge,
  ) {}

  /** Whose account this is. For nobody the same is asked. */
  async holderOf(account: AccountRow | undefined): Promise<Holder | undefined> {
    const practices = await this.accounts.practicesOf(account?.id ?? NIL);
    const { kinds } = await this.factors.of(account?.id ?? NIL);
    return account && { account, practices, hasSecondFactor: kinds.length > 0 };
  }

  /** The new password, hashed; throws BAD_USER_INPUT when the policy refuses it. */
  async judge(holder: Holder, password: string): Promise<NewPassword> {
    const { account, practices, hasSecondFactor } = holder;
    const profile = await this.profileOf(account);
    const ownWords = [profile.email, profile.nameEn, profile.nameBn ?? '', ...practices.map(({ name }) => name)];
    const fault = await this.passwordJudge.faultOf(password, { ownWords, hasSecondFactor });
    if (fault) throw badInput([{ path: PATH, ...fault }]);
    return { holder, isLong: isLongPassword(password), hash: await hashPassword(password) };
  }

  /** Puts it in place, ends the person's sessions and forgets their devices but one if told, voids a mailed link and what else waits, and mails the person; gives how many sessions were ended. Throws SIGN_IN_REFUSED when the password was changed meanwhile. */
  async put(ctx: Ctx, tx: AuditedTx, { holder, hash, isLong }: NewPassword, but?: string): Promise<number> {
    const { id, since, email_token: emailToken } = holder.account;
    // The account first: whoever signs in by the former password holds it, and has a session to be ended when it is let go.
    const [changed] = await tx.group(putPassword(id, since, hash, isLong), voidLink(emailToken), endPending(id));
    if (!changed!.length) throw signInRefused();
    if (!isLong && !(await this.factors.within(tx, id)).kinds.length) throw badInput([{ path: PATH, ...tooShort(SHORTEST_PASSWORD) }]);
    tx.record('password', id);
    await this.devices.forgetAllOf(tx, id, but);
    const ended = await this.sessions.endAllOf(tx, id, 'PASSWORD_CHANGED', but);
    await this.notices.tell(tx, ctx, id, changedLetter);
    return ended;
  }

  /** The e-mail address and names of an account. */
  async profileOf({ id, profile }: AccountRow): Promise<UserProfile> {
    const keys = await this.keyring.of(INSTALLATION, [profile]);
    return keys.open<UserProfile>('auth.users', id, 'profile', profile);
  }
}

/** Refuses the password that there is already. */
export const unchanged = () => badInput([{ path: PATH, reason: 'UNCHANGED' }]);

/** Where a person works, for the clock. */
export const countryOf = ([first]: Practice[]): Country => (first?.country ?? 'BD') as Country;
