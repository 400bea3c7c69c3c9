import type { Words } from '../../mail/letter.model.js';
import type { AccountLetter } from '../account/account-letter.js';

const words = (en: string, bn: string): Words => ({ en, bn });

/** What happened to the second factors of an account, in the words of the mail that tells its person. */
const happened = {
  CODES_ADDED: words('One-time codes of an app were set up for your Sinduk account.', 'আপনার অ্যাকাউন্টে একটি অ্যাপের এককালীন কোড চালু করা হয়েছে।'),
  CODES_REPLACED: words('The one-time codes of your account now come from another app or device; those before do not count any more.', 'আপনার অ্যাকাউন্টের এককালীন কোড এখন অন্য অ্যাপ বা ডিভাইস থেকে আসবে; আগেরগুলো আর চলবে না।'),
  CODES_REMOVED: words('One-time codes were removed from your account.', 'আপনার অ্যাকাউন্ট থেকে এককালীন কোড সরানো হয়েছে।'),
  PASSKEY_ADDED: words('A passkey was added to your account.', 'আপনার অ্যাকাউন্টে একটি পাসকি যোগ করা হয়েছে।'),
  PASSKEY_REMOVED: words('A passkey was removed from your account.', 'আপনার অ্যাকাউন্ট থেকে একটি পাসকি সরানো হয়েছে।'),
  RECOVERY_CODES_RENEWED: words('New recovery codes were made for your account; those before do not count any more.', 'আপনার অ্যাকাউন্টের জন্য নতুন উদ্ধার কোড তৈরি হয়েছে; আগেরগুলো আর চলবে না।'),
  RECOVERY_CODE_USED: words('A recovery code of your account was used.', 'আপনার অ্যাকাউন্টের একটি উদ্ধার কোড ব্যবহার করা হয়েছে।'),
  FACTORS_RESET: words(
    'All second factors of your account were removed by the operator of the installation, and all your sessions were ended. Sign in with your password and set new ones up.',
    'পরিচালক আপনার অ্যাকাউন্টের সব দ্বিতীয় প্রমাণ সরিয়েছেন এবং আপনার সব সেশন শেষ করেছেন। পাসওয়ার্ড দিয়ে সাইন ইন করে নতুন দ্বিতীয় প্রমাণ চালু করুন।'),
} as const;

/** What can happen to the second factors of an account. */
export type FactorEvent = keyof typeof happened;

const advice = words(
  'If this was not you or done for you, change your password, end your other sessions, and tell the owner of your practice and the operator at once.',
  'আপনি নিজে বা আপনার জন্য কেউ এটি না করে থাকলে এখনই পাসওয়ার্ড বদলান, বাকি সেশনগুলো শেষ করুন, এবং প্র্যাকটিসের মালিক ও পরিচালককে জানান।');

const link = { page: '/account/security', label: words('The protection of your account', 'আপনার অ্যাকাউন্টের সুরক্ষা') };

/** Tells a person what happened to their second factors. */
export const factorLetter = (event: FactorEvent): AccountLetter => ({
  subject: words('Second factor of your account', 'আপনার অ্যাকাউন্টের দ্বিতীয় প্রমাণ'),
  happened: happened[event],
  advice,
  link,
});

/** Tells a person that somebody gave their right password and then no right second factor. */
export const halfSignInLetter: AccountLetter = {
  subject: words('Your password was used, and the sign-in refused', 'আপনার পাসওয়ার্ড ব্যবহৃত হয়েছে, সাইন ইন প্রত্যাখ্যাত হয়েছে'),
  happened: words('Somebody gave the right password of your Sinduk account, and then a second factor that was not accepted.',
    'কেউ আপনার সিন্দুক অ্যাকাউন্টের সঠিক পাসওয়ার্ড দিয়েছেন, কিন্তু তারপরের দ্বিতীয় প্রমাণটি গ্রহণ করা হয়নি।'),
  advice: words('If you mistyped it, or gave a code a second time, there is nothing to do. If it was not you, somebody knows your password: change it now. For a day no further such mail follows.',
    'আপনি নিজে ভুল লিখে থাকলে বা একই কোড দুবার দিয়ে থাকলে কিছু করতে হবে না। আপনি না হলে কেউ আপনার পাসওয়ার্ড জানে: এখনই বদলান। এক দিনের মধ্যে এমন আর কোনো মেইল আসবে না।'),
  link,
};
