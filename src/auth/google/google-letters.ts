import type { Words } from '../../mail/letter.model.js';
import type { AccountLetter } from '../account/account-letter.js';

const link = { page: '/account/security', label: { en: 'The protection of your account', bn: 'আপনার অ্যাকাউন্টের সুরক্ষা' } };

/** What a person reads when a Google account was linked to theirs. */
export const linkedLetter = (email: string | null): AccountLetter => ({
  subject: { en: 'A Google account was linked to your account', bn: 'আপনার অ্যাকাউন্টে একটি গুগল অ্যাকাউন্ট যুক্ত হয়েছে' },
  happened: { en: `From now on ${named(email).en} signs in to your Sinduk account.`, bn: `এখন থেকে ${named(email).bn} দিয়ে আপনার সিন্দুক অ্যাকাউন্টে সাইন ইন করা যাবে।` },
  advice: {
    en: 'If that was not you: sign in, unlink it, end all other sessions, and tell whoever manages your practice.',
    bn: 'এটি আপনি না করে থাকলে: সাইন ইন করুন, সেটি বিচ্ছিন্ন করুন, বাকি সব সেশন বন্ধ করুন, এবং আপনার প্র্যাকটিসের ব্যবস্থাপককে জানান।',
  },
  link,
});

/** What a person reads when a Google account was unlinked from theirs. */
export const unlinkedLetter = (email: string | null): AccountLetter => ({
  subject: { en: 'A Google account was unlinked from your account', bn: 'আপনার অ্যাকাউন্ট থেকে একটি গুগল অ্যাকাউন্ট বিচ্ছিন্ন হয়েছে' },
  happened: { en: `From now on ${named(email).en} no longer signs in to your Sinduk account.`, bn: `এখন থেকে ${named(email).bn} দিয়ে আপনার সিন্দুক অ্যাকাউন্টে আর সাইন ইন করা যাবে না।` },
  advice: {
    en: 'If that was not you: sign in, end all other sessions, and tell whoever manages your practice.',
    bn: 'এটি আপনি না করে থাকলে: সাইন ইন করুন, বাকি সব সেশন বন্ধ করুন, এবং আপনার প্র্যাকটিসের ব্যবস্থাপককে জানান।',
  },
  link,
});

const named = (email: string | null): Words => ({ en: email ? `the Google account ${email}` : 'a Google account', bn: email ? `গুগল অ্যাকাউন্ট ${email}` : 'একটি গুগল অ্যাকাউন্ট' });
