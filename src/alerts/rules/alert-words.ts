import type { Words } from '../../mail/letter.model.js';
import type { RuleName } from './alert-rule.js';

const words = (en: string, bn: string): Words => ({ en, bn });

/** What each rule noticed, in words for a mail: of nobody by name, for a mail leaves the strongbox. */
export const alertWords: Record<RuleName, Words> = {
  REPEATED_FAILURES: words('Sign-ins were refused again and again', 'বারবার সাইন ইন প্রত্যাখ্যাত হয়েছে'),
  REFRESH_REUSED: words('A session was used by somebody who had copied its token, and was ended', 'টোকেন নকল করে কেউ একটি সেশন ব্যবহার করেছে; সেশনটি বন্ধ করা হয়েছে'),
  ENDED_ACCESS_USED: words('Somebody whose access was ended tried to come in', 'যার প্রবেশাধিকার শেষ, এমন কেউ ঢোকার চেষ্টা করেছেন'),
  NEW_DEVICE: words('A member signed in on a device that is new to them', 'একজন কর্মী নতুন ডিভাইস থেকে সাইন ইন করেছেন'),
  ODD_HOURS: words('A member worked while the practice was closed', 'প্র্যাকটিস বন্ধ থাকার সময় একজন কর্মী কাজ করেছেন'),
  TWO_PLACES: words('A session was used in two places at once', 'একটি সেশন একই সময়ে দুই জায়গায় ব্যবহৃত হয়েছে'),
  IMPOSSIBLE_PACE: words('Patients’ records were opened faster than a person can read', 'একজন মানুষের পড়ার চেয়ে দ্রুত রোগীদের রেকর্ড খোলা হয়েছে'),
  MASS_READING: words('A member opened far more patients’ records than usual', 'একজন কর্মী সাধারণের চেয়ে অনেক বেশি রোগীর রেকর্ড খুলেছেন'),
  MASS_LISTING: words('A member went through far more of the list of patients than usual', 'একজন কর্মী সাধারণের চেয়ে অনেক বেশি রোগীর তালিকা দেখেছেন'),
  MASS_EXPORT: words('A member exported or printed far more than usual', 'একজন কর্মী সাধারণের চেয়ে অনেক বেশি রেকর্ড রপ্তানি বা প্রিন্ট করেছেন'),
  UNRELATED_PATIENTS: words('A member opened records of patients with whom the practice had nothing to do at the time', 'একজন কর্মী এমন রোগীদের রেকর্ড খুলেছেন যাঁদের সঙ্গে তখন প্র্যাকটিসের কোনো কাজ ছিল না'),
  REPEATED_DENIALS: words('A member reached again and again for what they may not see', 'একজন কর্মী বারবার এমন কিছু দেখতে চেয়েছেন যা দেখার অনুমতি নেই'),
  EMERGENCY_ACCESS: words('A member opened emergency access to all records', 'একজন কর্মী সব রেকর্ডে জরুরি প্রবেশাধিকার নিয়েছেন'),
};
