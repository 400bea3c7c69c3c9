import { type Letter, type Words, nameInLetter } from '../mail/letter.model.js';
import type { Changer } from './owner-letters.writer.js';
import { Standing } from './role.model.js';

const standings: Record<Standing, Words> = {
  OWNER: { en: 'owners', bn: 'মালিক' },
  DOCTOR: { en: 'doctors', bn: 'চিকিৎসক' },
  MANAGER: { en: 'managers', bn: 'ব্যবস্থাপক' },
  RECEPTIONIST: { en: 'receptionists', bn: 'অভ্যর্থনাকারী' },
  NURSE: { en: 'nurses', bn: 'নার্স' },
  ASSISTANT: { en: 'assistants', bn: 'সহকারী' },
};

/** The mail that tells an owner who needs no second factor any more, and who said so. */
export function secondFactorLetter(to: string, practice: string, by: Changer, freed: readonly Standing[], frontendUrl: string): Letter {
  const [name, nameEn, nameBn] = [nameInLetter(practice), nameInLetter(by.nameEn), nameInLetter(by.nameBn ?? by.nameEn)];
  const who = (language: keyof Words): string => freed.map((role) => standings[role][language]).join(', ');
  return {
    to,
    subject: { en: `${name}: a second factor is no longer required`, bn: `${name}: দ্বিতীয় প্রমাণ আর বাধ্যতামূলক নয়` },
    paragraphs: [
      { en: `${nameEn} said that these need no second factor any more: ${who('en')}.`, bn: `${nameBn} জানিয়েছেন যে এঁদের আর দ্বিতীয় প্রমাণ লাগবে না: ${who('bn')}।` },
      { en: 'If this should not be, require it again, and ask who changed it.', bn: 'এটি হওয়ার কথা না থাকলে আবার বাধ্যতামূলক করুন এবং যিনি বদলেছেন তাঁকে জিজ্ঞাসা করুন।' },
    ],
    link: { url: `${frontendUrl}/practice/security`, label: { en: 'Look at what is required', bn: 'কী বাধ্যতামূলক তা দেখুন' } },
  };
}
