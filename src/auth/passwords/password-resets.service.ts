import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import type { Letter } from '../../mail/letter.model.js';
import { MailsWriter } from '../../mail/mails.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf, newSecret } from '../../platform/crypto/secrets.js';
import { normaliseEmail } from '../../platform/email.js';
import { CONFIG } from '../../platform/platform.module.js';
import { accountLetter } from '../account/account-letter.js';
import { AccountsService, showToPractices } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { occasion } from '../occasion.js';
import { Throttle } from '../throttle/throttle.service.js';
import { type Holder, NewPasswords, countryOf, unchanged } from './new-passwords.js';
import { verifyPassword } from './password-hashes.js';
import { noPasswordLetter, resetLetter } from './password-letters.js';
import { type AccountRow, accountWithEmail, accountWithLink, putLink, useLink } from './password-rows.js';
import type { ResetPasswordInput } from './passwords.inputs.js';

/** New passwords for who has forgotten theirs. Whether there is an account is told to nobody but whoever reads its mail. */
@Injectable()
export class PasswordResetsService {
  constructor(
    private readonly db: AuthDb,
    private readonly newPasswords: NewPasswords,
    private readonly mails: MailsWriter,
    private readonly accounts: AccountsService,
    private readonly throttle: Throttle,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Mails a link to whoever has this address, if anybody. For nobody the same is done, and undone. Rejects with THROTTLED; `deviceToken` is what the device has kept of earlier sign-ins. */
  async request(ctx: Ctx, email: string, deviceToken: string | undefined): Promise<void> {
    await this.throttle.attempt(ctx, 'passwordReset', await this.accounts.claimant(ctx, email, deviceToken), () => this.#request(ctx, email));
  }

  async #request(ctx: Ctx, email: string): Promise<void> {
    const normalised = normaliseEmail(email);
    const emailToken = await this.accounts.emailToken(normalised);
    const [rows] = await this.db.read(accountWithEmail(emailToken));
    const holder = await this.newPasswords.holderOf(rows![0] as AccountRow | undefined);
    if (holder) showToPractices(ctx, holder.account.id, holder.practices);
    const code = newSecret();
    const letter = await this.#letter(ctx, holder, normalised, code);
    await this.db.write(ctx, async (tx) => {
      const [, put] = await tx.group({ text: 'savepoint asked' }, putLink(emailToken, hashOf(code)));
      await this.mails.queue(tx, letter);
      const isMeant = holder !== undefined && holder.practices.length > 0 && put!.length > 0;
      await tx.query(isMeant ? 'release savepoint asked' : 'rollback to savepoint asked');
    });
  }

  /** Sets a new password by a mailed code and ends every session of the person; rejects with SIGN_IN_REFUSED when the code does not work, or THROTTLED. */
  reset(ctx: Ctx, input: ResetPasswordInput): Promise<void> {
    return this.throttle.attempt(ctx, 'resetCode', {}, () => this.#reset(ctx, input));
  }

  async #reset(ctx: Ctx, { code, newPassword }: ResetPasswordInput): Promise<void> {
    const codeHash = hashOf(code.trim());
    const [rows] = await this.db.read(accountWithLink(codeHash));
    const holder = await this.newPasswords.holderOf(rows![0] as AccountRow | undefined);
    if (!holder || !holder.practices.length || !mayReset(holder)) throw signInRefused();
    showToPractices(ctx, holder.account.id, holder.practices);
    // Whoever asks for another because somebody knows theirs must not keep it.
    if (await verifyPassword(holder.account.password_hash, newPassword)) throw unchanged();
    const judged = await this.newPasswords.judge(holder, newPassword);
    await this.db.write(ctx, async (tx) => {
      const [used] = await tx.group(useLink(codeHash));
      if (!used!.length) throw signInRefused();
      await this.newPasswords.put(ctx, tx, judged);
    });
  }

  async #letter(ctx: Ctx, holder: Holder | undefined, email: string, code: string): Promise<Letter> {
    const at = occasion(ctx.origin, countryOf(holder?.practices ?? []));
    const profile = holder ? await this.newPasswords.profileOf(holder.account) : { email, nameEn: 'Nobody', nameBn: null };
    return accountLetter(profile, at, holder && !mayReset(holder) ? noPasswordLetter : resetLetter(code), this.config.frontendUrl);
  }
}

// Who chose to have no password gets no way in through their mailbox alone; behind a second factor the link opens nothing by itself.
const mayReset = ({ account, hasSecondFactor }: Holder): boolean => account.password_hash !== null || hasSecondFactor;
