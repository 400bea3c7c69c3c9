import { type Country, timeZoneIn } from '../tenants/practice-countries.reader.js';
import type { Language } from './words/words.js';

const locales: Record<Language, string> = { en: 'en-GB', bn: 'bn-BD-u-nu-beng' };
const BANGLA_ZERO = '০'.charCodeAt(0);

/** Numbers, days and times as they are read in a language, by the clock where a practice is. */
export class LocalText {
  readonly timeZone: string;
  readonly #instant: Intl.DateTimeFormat;

  constructor(
    readonly language: Language,
    country: Country,
  ) {
    this.timeZone = timeZoneIn(country);
    this.#instant = new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeStyle: 'short', timeZone: this.timeZone });
  }

  /** Digits of the language in place of ASCII digits. */
  digits(text: string): string {
    return this.language === 'bn' ? text.replace(/\d/g, (digit) => String.fromCharCode(BANGLA_ZERO + Number(digit))) : text;
  }

  /** A calendar day, given as yyyy-mm-dd; the month or the year alone when that is all that is known. */
  day(date: string, precision = 'DAY'): string {
    const known: Intl.DateTimeFormatOptions = precision === 'YEAR' ? { year: 'numeric' } : precision === 'MONTH' ? { year: 'numeric', month: 'long' } : { dateStyle: 'long' };
    return new Intl.DateTimeFormat(locales[this.language], { ...known, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
  }

  /** An instant, by the clock where the practice is. */
  instant(instant: Date): string {
    return this.#instant.format(instant);
  }
}
