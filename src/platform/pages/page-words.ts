import type { BothLanguages } from '../languages.js';

/** The languages of a page: one, or both. */
export const pageLanguages = ['en', 'bn', 'both'] as const;
export type PageLanguage = (typeof pageLanguages)[number];

/** A wording as a page in this language has it; in both languages, unless they say the same. */
export const say = ({ en, bn }: BothLanguages, language: PageLanguage): string => (language === 'both' ? [...new Set([bn, en])].join(' / ') : { en, bn }[language]);

const dayIn = (locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
const days = { en: dayIn('en-GB'), bn: dayIn('bn-BD-u-nu-beng') };

/** A calendar day, given as yyyy-mm-dd. */
export function dayWords(day: string): BothLanguages {
  const date = new Date(`${day}T00:00:00Z`);
  return { en: days.en.format(date), bn: days.bn.format(date) };
}

const instantIn = (locale: string, timeZone: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone });

/** An instant, by the clock of an IANA time zone. */
export const instantWords = (instant: Date, timeZone: string): BothLanguages =>
  ({ en: instantIn('en-GB', timeZone).format(instant), bn: instantIn('bn-BD-u-nu-beng', timeZone).format(instant) });

/** A name in the languages of the page, as far as there is one. */
export const namesOf = ({ nameEn, nameBn }: { nameEn: string | null; nameBn: string | null }, language: PageLanguage): string[] => {
  const names = { en: [nameEn ?? nameBn], bn: [nameBn ?? nameEn], both: [nameBn, nameEn] }[language];
  return names.filter((name) => name !== null);
};

const NAME_IN_MARGIN = 48;
const graphemes = new Intl.Segmenter('bn', { granularity: 'grapheme' });

/** As much of a name as a margin has room for. */
export function shortened(text: string): string {
  const all = [...graphemes.segment(text)];
  return all.length > NAME_IN_MARGIN ? `${all.slice(0, NAME_IN_MARGIN - 1).map(({ segment }) => segment).join('')}…` : text;
}
