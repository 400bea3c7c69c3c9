import { type Letter, type Words, nameInLetter } from '../mail/letter.model.js';
import type { Changer } from '../tenants/owner-letters.writer.js';
import { type AlertSettings as Settings, isOn, ruleNames, rules, thresholdOf } from './rules/alert-rule.js';
import { alertWords } from './rules/alert-words.js';
import { timeText } from './settings.model.js';

/** What was changed between two settings, one line for each rule and for the hours; none when nothing was. */
export function settingChanges(before: Settings, after: Settings): Words[] {
  const changed = ruleNames.filter((rule) => isOn(before, rule) !== isOn(after, rule) || thresholdOf(before, rule) !== thresholdOf(after, rule)).map((rule): Words => {
    const on = isOn(after, rule);
    const threshold = 'threshold' in rules[rule] ? thresholdOf(after, rule) : undefined;
    return {
      en: `“${alertWords[rule].en}”: ${!on ? 'off' : threshold === undefined ? 'on' : `on, from ${threshold}`}`,
      bn: `“${alertWords[rule].bn}”: ${!on ? 'বন্ধ' : threshold === undefined ? 'চালু' : `চালু, সীমা ${threshold}`}`,
    };
  });
  return JSON.stringify(before.hours) === JSON.stringify(after.hours) ? changed : [...changed, hours(after)];
}

const hours = ({ hours: { from, until, days } }: Settings): Words => {
  const [opens, closes, on] = [timeText(from), timeText(until), days.join(', ')];
  return { en: `Opening hours: ${opens} to ${closes}, days of the week ${on || 'none'} (1 is Monday)`, bn: `খোলার সময়: ${opens} থেকে ${closes}, সপ্তাহের দিন ${on || 'কোনোটি নয়'} (১ মানে সোমবার)` };
};

/** That alerts are sent to an address from now on. Its host alone: the rest can be a secret. */
export const webhookSet = (url: string): Words => {
  const { host } = new URL(url);
  return { en: `Alerts are sent to ${host}, under a new secret.`, bn: `সতর্কবার্তা এখন ${host} ঠিকানায় নতুন গোপন চাবিতে পাঠানো হয়।` };
};

/** That alerts are sent to no address any more. */
export const webhookRemoved = (url: string): Words => {
  const { host } = new URL(url);
  return { en: `Alerts are no longer sent to ${host}.`, bn: `সতর্কবার্তা আর ${host} ঠিকানায় পাঠানো হয় না।` };
};

/** The mail that tells an owner who changed what the practice is alerted of, and how. */
export function settingsLetter(to: string, practiceName: string, by: Changer, changes: readonly Words[], frontendUrl: string): Letter {
  const [practice, nameEn, nameBn] = [nameInLetter(practiceName), nameInLetter(by.nameEn), nameInLetter(by.nameBn ?? by.nameEn)];
  return {
    to,
    subject: { en: `${practice}: what raises alerts was changed`, bn: `${practice}: সতর্কবার্তার সেটিং বদলানো হয়েছে` },
    paragraphs: [
      { en: `${nameEn} changed what ${practice} is alerted of, or where alerts are sent.`, bn: `${nameBn} ${practice}-এর সতর্কবার্তার সেটিং বদলেছেন।` },
      ...changes,
      { en: 'If this should not be, set it back, and ask who changed it.', bn: 'এটি হওয়ার কথা না থাকলে আগের মতো করে দিন এবং যিনি বদলেছেন তাঁকে জিজ্ঞাসা করুন।' },
    ],
    link: { url: `${frontendUrl}/alerts/settings`, label: { en: 'Look at the settings', bn: 'সেটিং দেখুন' } },
  };
}
