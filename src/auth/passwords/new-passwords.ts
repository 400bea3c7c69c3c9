import { Inject, Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { Config } from '../../config.js';
import { MailsWriter } from '../../mail/mails.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { badInput } from '../../platform/errors.js';
import { CONFIG } from '../../platform/platform.module.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import { AccountsService, type Practice } from '../accounts.service.js';
import { signInRefused } from '../auth.errors.js';
import { endPending } from '../factors/pending-rows.js';
import { SecondFactors } from '../factors/second-factors.js';
import { occasion } from '../occasion.js';
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
  profile: UserProfile;
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
    private readonly factors: SecondFactors,
    private readonly mails: MailsWriter,
    private readonly passwordJudge: PasswordJudge,
    @Inject(CONFIG) private readonly config: Config,
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
    return { holder, profile, isLong: isLongPassword(password), hash: await hashPassword(password) };
  }

  /** Puts it in place, ends the person's sessions but one if told, voids a mailed link and what else waits, and mails the person; gives how many sessions were ended. Throws SIGN_IN_REFUSED when the password was changed meanwhile. */
  async put(ctx: Ctx, tx: AuditedTx, { holder, profile, hash, isLong }: NewPassword, but?: string): Promise<number> {
    const { account: { id, since, email_token: emailToken }, practices } = holder;
    // The account first: whoever signs in by the former password holds it, and has a session to be ended when it is let go.
    const [changed] = await tx.group(putPassword(id, since, hash, isLong), voidLink(emailToken), endPending(id));
    if (!changed!.length) throw signInRefused();
    if (!isLong && !(await this.factors.within(tx, id)).kinds.length) throw badInput([{ path: PATH, ...tooShort(SHORTEST_PASSWORD) }]);
    tx.record('password', id);
    const ended = await this.sessions.endAllOf(tx, id, 'PASSWORD_CHANGED', but);
    await this.mails.queue(tx, changedLetter(profile, occasion(ctx.origin, countryOf(practices)), this.config.frontendUrl));
    return ended;
  }

  /** The e-mail address and names of an account. */
  async profileOf({ id, profile }: AccountRow): Promise<UserProfile> {
    const keys = await this.keyring.of(INSTALLATION, [profile]);
    return keys.open<UserProfile>('auth.users', id, 'profile', profile);
  }
}

/** Where a person works, for the clock. */
export const countryOf = ([first]: Practice[]): Country => (first?.country ?? 'BD') as Country;
