import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { AccountLetter } from './account/account-letter.js';
import { AccountNotices } from './account/account-notices.js';

const IF_DUE = `
update auth.users set new_device_mailed_at = now()
where id = $1 and (new_device_mailed_at is null or new_device_mailed_at <= now() - interval '15 minutes') returning id`;

/** Mails a person that they signed in on a device that was not known of them: once in a quarter of an hour, for whoever has their password could send any number. */
@Injectable()
export class NewDeviceNotice {
  constructor(private readonly notices: AccountNotices) {}

  /** Queues the mail, unless one was queued of late, in the transaction in which the session begins. */
  async tell(tx: AuditedTx, ctx: Ctx, userId: string): Promise<void> {
    if ((await tx.query(IF_DUE, [userId])).length) await this.notices.tell(tx, ctx, userId, letter);
  }
}

const letter: AccountLetter = {
  subject: { en: 'Sign-in on a new device', bn: 'নতুন ডিভাইসে সাইন ইন' },
  happened: {
    en: 'Somebody signed in to your Sinduk account on a device that was not used for it before.',
    bn: 'আপনার সিন্দুক অ্যাকাউন্টে এমন একটি ডিভাইস থেকে সাইন ইন করা হয়েছে যা আগে ব্যবহার করা হয়নি।',
  },
  advice: {
    en: 'If it was you, there is nothing to do. If it was not, end that session, then change your password. Of more new devices in the next 15 minutes your sessions tell, and no mail.',
    bn: 'আপনি করে থাকলে কিছু করতে হবে না। আপনি না করে থাকলে সেই সেশন শেষ করুন, তারপর পাসওয়ার্ড বদলান। পরের ১৫ মিনিটে আরও নতুন ডিভাইসের কথা মেইলে নয়, আপনার সেশনের তালিকায় দেখা যাবে।',
  },
  link: { page: '/account/sessions', label: { en: 'Your sessions', bn: 'আপনার সেশনগুলো' } },
};
