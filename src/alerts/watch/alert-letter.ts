import { type Letter, nameInLetter } from '../../mail/letter.model.js';
import { alertWords } from '../rules/alert-words.js';
import { type Finding, instantOf } from '../rules/fact.js';

const toOne = { en: 'They were all for one member’s account.', bn: 'সবগুলো একজন কর্মীর অ্যাকাউন্টে।' };
const fromOne = { en: 'They all came from one network address.', bn: 'সবগুলো একই নেটওয়ার্ক ঠিকানা থেকে।' };

/** The mail that tells an owner of an alert: what, how often and when, but nobody's name. */
export function alertLetter(to: string, practiceName: string, frontendUrl: string, id: string, zone: string, { rule, subject, userId, count, threshold, last }: Finding): Letter {
  const practice = nameInLetter(practiceName);
  const title = alertWords[rule];
  const clock = (locale: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23', timeZone: zone }).format(instantOf(last));
  const counted = threshold === undefined ? '' : ` (${count})`;
  return {
    to,
    subject: { en: `${practice}: ${title.en}`, bn: `${practice}: ${title.bn}` },
    paragraphs: [
      { en: `${title.en}${counted}, ${clock('en-GB')} (${zone}).`, bn: `${title.bn}${counted}, ${clock('bn-BD-u-nu-beng')} (${zone})।` },
      ...(rule === 'REPEATED_FAILURES' ? [subject === userId ? toOne : fromOne] : []),
      { en: 'Who it was, and what they did, is told in the practice alone: sign in and look at it.', bn: 'কে এবং কী করেছেন তা শুধু প্র্যাকটিসের ভেতরেই দেখা যায়: সাইন ইন করে দেখুন।' },
    ],
    link: { url: `${frontendUrl}/alerts/${id}`, label: { en: 'Look at the alert', bn: 'সতর্কবার্তাটি দেখুন' } },
  };
}
