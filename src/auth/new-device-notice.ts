import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config.js';
import type { Letter, Words } from '../mail/letter.model.js';
import { MailsWriter } from '../mail/mails.writer.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { CONFIG } from '../platform/platform.module.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import type { Practice } from './accounts.service.js';
import { greeting, occasion } from './occasion.js';
import type { UserProfile } from './user.entity.js';

const DUE = `
update auth.users set new_device_mailed_at = now()
where id = $1 and (new_device_mailed_at is null or new_device_mailed_at <= now() - interval '15 minutes') returning profile`;

/** Mails a person that they signed in on a device that was not known of them: once in a quarter of an hour, for whoever has their password could send any number. */
@Injectable()
export class NewDeviceNotice {
  constructor(
    private readonly keyring: Keyring,
    private readonly mails: MailsWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Queues the mail, unless one was queued of late, in the transaction in which the session begins. */
  async queue(ctx: Ctx, tx: AuditedTx, userId: string, { country }: Practice): Promise<void> {
    const [user] = await tx.query<{ profile: Buffer }>(DUE, [userId]);
    if (!user) return;
    const keys = await this.keyring.of(INSTALLATION, [user.profile]);
    const profile = keys.open<UserProfile>('auth.users', userId, 'profile', user.profile);
    await this.mails.queue(tx, letter(profile, occasion(ctx.origin, country as Country), this.config.frontendUrl));
  }
}

const letter = (profile: UserProfile, at: Words, frontendUrl: string): Letter => ({
  to: profile.email,
  subject: { en: 'Sign-in on a new device', bn: 'নতুন ডিভাইসে সাইন ইন' },
  paragraphs: [
    greeting(profile),
    {
      en: 'Somebody signed in to your Sinduk account on a device that was not used for it before.',
      bn: 'আপনার সিন্দুক অ্যাকাউন্টে এমন একটি ডিভাইস থেকে সাইন ইন করা হয়েছে যা আগে ব্যবহার করা হয়নি।',
    },
    at,
    {
      en: 'If it was you, there is nothing to do. If it was not, end that session, then change your password. Of more new devices in the next 15 minutes your sessions tell, and no mail.',
      bn: 'আপনি করে থাকলে কিছু করতে হবে না। আপনি না করে থাকলে সেই সেশন শেষ করুন, তারপর পাসওয়ার্ড বদলান। পরের ১৫ মিনিটে আরও নতুন ডিভাইসের কথা মেইলে নয়, আপনার সেশনের তালিকায় দেখা যাবে।',
    },
  ],
  link: { url: `${frontendUrl}/account/sessions`, label: { en: 'Your sessions', bn: 'আপনার সেশনগুলো' } },
});
