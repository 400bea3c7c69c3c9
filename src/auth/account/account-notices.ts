import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import { MailsWriter } from '../../mail/mails.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { CONFIG } from '../../platform/platform.module.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import { occasion } from '../occasion.js';
import type { UserProfile } from '../user.entity.js';
import { type AccountLetter, accountLetter } from './account-letter.js';

const PERSON = 'select u.profile, (select p.country from auth.practices_of(u.id) p limit 1) as country from auth.users u where u.id = $1';

/** Tells people by mail what happened to their account: if and only if it did, because the mail is queued in the same transaction. */
@Injectable()
export class AccountNotices {
  constructor(
    private readonly keyring: Keyring,
    private readonly mails: MailsWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues the mail to somebody who works in a practice. Two round trips. */
  async tell(tx: AuditedTx, ctx: Ctx, userId: string, letter: AccountLetter): Promise<void> {
    const [person] = await tx.query<{ profile: Buffer; country: Country }>(PERSON, [userId]);
    const keys = await this.keyring.of(INSTALLATION, [person!.profile]);
    const profile = keys.open<UserProfile>('auth.users', userId, 'profile', person!.profile);
    await this.mails.queue(tx, accountLetter(profile, occasion(ctx.origin, person!.country), letter, this.config.frontendUrl));
  }
}
