import { type Letter, nameInLetter } from '../../mail/letter.model.js';
import { alertWords } from '../rules/alert-words.js';
import { type Finding, instantOf } from '../rules/fact.js';

/** The mail that tells an owner of an alert: what, how often and when, but nobody's name. */
export function alertLetter(to: string, practiceName: string, frontendUrl: string, id: string, { rule, count, threshold, last }: Finding): Letter {
  const practice = nameInLetter(practiceName);
  const title = alertWords[rule];
  const at = instantOf(last).toISOString().slice(0, 16).replace('T', ' ');
  const counted = threshold === undefined ? '' : ` (${count})`;
  return {
    to,
    subject: { en: `${practice}: ${title.en}`, bn: `${practice}: ${title.bn}` },
    paragraphs: [
      { en: `${title.en}${counted}, ${at} UTC.`, bn: `${title.bn}${counted}, ${at} UTC।` },
      { en: 'Who it was, and what they did, is told in the practice alone: sign in and look at it.', bn: 'কে এবং কী করেছেন তা শুধু প্র্যাকটিসের ভেতরেই দেখা যায়: সাইন ইন করে দেখুন।' },
    ],
    link: { url: `${frontendUrl}/alerts/${id}`, label: { en: 'Look at the alert', bn: 'সতর্কবার্তাটি দেখুন' } },
  };
}
