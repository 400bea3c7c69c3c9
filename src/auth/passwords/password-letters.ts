import type { AccountLetter } from '../account/account-letter.js';
import { LINK_MINUTES } from './password-rows.js';

const LINK_MINUTES_BN = LINK_MINUTES.toLocaleString('bn-BD-u-nu-beng');

/** Tells a person how to set a new password. */
export const resetLetter = (code: string): AccountLetter => ({
  subject: { en: 'Set a new password', bn: 'নতুন পাসওয়ার্ড দিন' },
  happened: {
    en: `A link to set a new password for your Sinduk account was asked for. It works once, for ${LINK_MINUTES} minutes.`,
    bn: `আপনার সিন্দুক অ্যাকাউন্টে নতুন পাসওয়ার্ড দেওয়ার লিংক চাওয়া হয়েছে। এটি একবার, ${LINK_MINUTES_BN} মিনিট কাজ করবে।`,
  },
  advice: {
    en: 'If it was not you, do nothing: your password stays as it is.',
    bn: 'আপনি না চেয়ে থাকলে কিছু করতে হবে না: পাসওয়ার্ড আগের মতোই থাকবে।',
  },
  link: { page: `/reset-password#code=${code}`, label: { en: 'Set a new password', bn: 'নতুন পাসওয়ার্ড দিন' } },
});

/** Tells a person who asked for a new password that their account has none, and how they get in. */
export const noPasswordLetter: AccountLetter = {
  subject: { en: 'Your account has no password', bn: 'আপনার অ্যাকাউন্টে পাসওয়ার্ড নেই' },
  happened: {
    en: 'A link to set a new password for your Sinduk account was asked for. Your account has no password: you sign in with Google, as you chose. A link by mail would be another way in, so this mail has none. Once signed in, you can set a password in your account.',
    bn: 'আপনার সিন্দুক অ্যাকাউন্টে নতুন পাসওয়ার্ড দেওয়ার লিংক চাওয়া হয়েছে। আপনার অ্যাকাউন্টে পাসওয়ার্ড নেই: আপনার ইচ্ছামতো আপনি গুগল দিয়ে সাইন ইন করেন। ইমেইলের লিংক ঢোকার আরেকটি পথ হতো, তাই এখানে কোনো লিংক নেই। সাইন ইন করার পর অ্যাকাউন্টে পাসওয়ার্ড দিতে পারবেন।',
  },
  advice: { en: 'If it was not you, do nothing.', bn: 'আপনি না চেয়ে থাকলে কিছু করতে হবে না।' },
};

/** Tells a person that their account has a new password, and what to do if that was not them. */
export const changedLetter: AccountLetter = {
  subject: { en: 'Your password was changed', bn: 'আপনার পাসওয়ার্ড বদলানো হয়েছে' },
  happened: {
    en: 'The password of your Sinduk account was set anew. Other devices must sign in again.',
    bn: 'আপনার সিন্দুক অ্যাকাউন্টের পাসওয়ার্ড নতুন করে দেওয়া হয়েছে। অন্য ডিভাইসগুলোতে আবার সাইন ইন করতে হবে।',
  },
  advice: {
    en: 'If it was not you, set a new password at once and tell the owner of your practice.',
    bn: 'আপনি না করে থাকলে এখনই নতুন পাসওয়ার্ড দিন এবং প্র্যাকটিসের মালিককে জানান।',
  },
  link: { page: '/reset-password', label: { en: 'Ask for a link to set a new password', bn: 'নতুন পাসওয়ার্ড দেওয়ার লিংক চান' } },
};
