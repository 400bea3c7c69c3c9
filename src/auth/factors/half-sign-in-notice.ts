import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import { MailsWriter } from '../../mail/mails.writer.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CONFIG } from '../../platform/platform.module.js';
import type { Country } from '../../tenants/practice-countries.reader.js';
import { accountLetter } from '../account/account-letter.js';
import { AccountsService, type Practice } from '../accounts.service.js';
import { AuthDb } from '../auth-db.js';
import { occasion } from '../occasion.js';
import { halfSignInLetter } from './factor-letters.js';

const IF_DUE = `
with due as (
  update auth.users set second_factor_mailed_at = now()
  where id = $3 and (second_factor_mailed_at is null or second_factor_mailed_at <= now() - interval '1 day') returning id)`;

/** Mails a person that their password was right and the second factor beside it was not, once a day: unless they mistyped it, somebody knows their password. */
@Injectable()
export class HalfSignInNotice {
  constructor(
    private readonly db: AuthDb,
    private readonly accounts: AccountsService,
    private readonly mails: MailsWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues the mail unless one was queued of late. It is sent although the sign-in is refused. */
  async tell(ctx: Ctx, userId: string, [practice]: Practice[]): Promise<void> {
    if (!practice) return;
    const profile = await this.accounts.profileOf(userId);
    const { text, values } = await this.mails.statement(accountLetter(profile, occasion(ctx.origin, practice.country as Country), halfSignInLetter, this.config.frontendUrl));
    await this.db.apply({ text: `${IF_DUE}\n${text} from due`, values: [...values!, userId] });
  }
}
