import { Injectable } from '@nestjs/common';
import { MailsWriter } from '../../mail/mails.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { deviceName } from '../device-name.js';
import type { UserProfile } from '../user.entity.js';
import { type FactorEvent, factorLetter } from './factor-letters.js';

/** Tells people by mail what happened to their second factors: if and only if it did, because the mail is queued in the same transaction. */
@Injectable()
export class FactorNotices {
  constructor(
    private readonly keyring: Keyring,
    private readonly mails: MailsWriter,
  ) {}

  /** Queues the mail. */
  async tell(tx: AuditedTx, ctx: Ctx, userId: string, event: FactorEvent): Promise<void> {
    const [user] = await tx.query<{ profile: Buffer }>('select profile from auth.users where id = $1', [userId]);
    const keys = await this.keyring.of(INSTALLATION, [user!.profile]);
    const { email } = keys.open<UserProfile>('auth.users', userId, 'profile', user!.profile);
    await this.mails.queue(tx, factorLetter(email, event, new Date(), deviceName(ctx.origin.device)));
  }
}
