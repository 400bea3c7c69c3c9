import { banglaDigits } from '../../platform/digits.js';
import type { DoseUnit, MealRelation, PartOfDay, Thousandths, Weekday } from './dosing.js';
import { writeAmount } from './write-dose.js';

export type DoseLanguage = 'en' | 'bn';

/** How a language says the pieces of a dosing. */
export interface DosePhrases {
  readonly parts: Readonly<Record<PartOfDay, string>>;
  readonly weekdays: Readonly<Record<Weekday, string>>;
  readonly meals: Readonly<Record<MealRelation, string>>;
  readonly continued: string;
  readonly then: string;
  amount(amount: Thousandths, unit: DoseUnit): string;
  /** The same dose at each of several times, `count` of them. */
  doseAt(dose: string, times: string, count: number): string;
  daily(dose: string, times: number): string;
  hourly(dose: string, hours: number): string;
  once(dose: string): string;
  asNeeded(dose: string): string;
  apart(hours: number): string;
  most(dose: string): string;
  on(days: string): string;
  everyDays(days: number): string;
  lasting(count: number, unit: 'd' | 'w' | 'mo'): string;
  list(items: readonly string[]): string;
}

const list = (and: string) => (items: readonly string[]): string => [...(items.length > 1 ? [items.slice(0, -1).join(', ')] : []), items.at(-1)].join(` ${and} `);

const english: Record<DoseUnit, readonly [one: string, more: string]> = {
  TABLET: ['tablet', 'tablets'], CAPSULE: ['capsule', 'capsules'], ML: ['ml', 'ml'], DROP: ['drop', 'drops'], PUFF: ['puff', 'puffs'], UNIT: ['unit', 'units'], SACHET: ['sachet', 'sachets'],
  SUPPOSITORY: ['suppository', 'suppositories'], AMPOULE: ['ampoule', 'ampoules'], PATCH: ['patch', 'patches'], MG: ['mg', 'mg'], GRAM: ['g', 'g'], APPLICATION: ['application', 'applications'],
};
const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const en: DosePhrases = {
  parts: { MORNING: 'in the morning', NOON: 'at noon', EVENING: 'in the evening', NIGHT: 'at night' },
  weekdays: { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' },
  meals: { BEFORE_MEAL: 'before food', WITH_MEAL: 'with food', AFTER_MEAL: 'after food', EMPTY_STOMACH: 'on an empty stomach' },
  continued: 'to be continued',
  then: '; then ',
  amount: (amount, unit) => `${writeAmount(amount, unit)} ${english[unit][amount > 1000 || amount === 0 ? 1 : 0]}`,
  doseAt: (dose, times) => `${dose} ${times}`,
  daily: (dose, times) => `${dose} ${['', 'once', 'twice'][times] ?? `${times} times`} a day`,
  hourly: (dose, hours) => `${dose} every ${counted(hours, 'hour')}`,
  once: (dose) => `${dose} once, straight away`,
  asNeeded: (dose) => `${dose} when needed`,
  apart: (hours) => `at least ${counted(hours, 'hour')} apart`,
  most: (dose) => `at most ${dose} a day`,
  on: (days) => `on ${days} only`,
  everyDays: (days) => ({ 2: 'every other day only', 7: 'one day a week only' }[days] ?? `one day in ${days} only`),
  lasting: (count, unit) => `for ${counted(count, { d: 'day', w: 'week', mo: 'month' }[unit])}`,
  list: list('and'),
};

// What follows the number: a classifier and the noun, or the noun alone; and whether halves have words of their own.
const bangla: Record<DoseUnit, { classifier: string; noun: string; halves: boolean }> = {
  TABLET: { classifier: 'টি', noun: 'ট্যাবলেট', halves: true }, CAPSULE: { classifier: 'টি', noun: 'ক্যাপসুল', halves: true }, ML: { classifier: '', noun: 'মিলি', halves: false },
  DROP: { classifier: '', noun: 'ফোঁটা', halves: false }, PUFF: { classifier: '', noun: 'পাফ', halves: false }, UNIT: { classifier: '', noun: 'ইউনিট', halves: false },
  SACHET: { classifier: 'টি', noun: 'স্যাশে', halves: true }, SUPPOSITORY: { classifier: 'টি', noun: 'সাপোজিটরি', halves: true }, AMPOULE: { classifier: 'টি', noun: 'অ্যাম্পুল', halves: true },
  PATCH: { classifier: 'টি', noun: 'প্যাচ', halves: true }, MG: { classifier: '', noun: 'মি.গ্রা.', halves: false }, GRAM: { classifier: '', noun: 'গ্রাম', halves: false },
  APPLICATION: { classifier: '', noun: 'প্রলেপ', halves: false },
};

function banglaAmount(amount: Thousandths, unit: DoseUnit): string {
  const { classifier, noun, halves } = bangla[unit];
  if (halves && amount % 1000 === 500) return `${banglaHalves(Math.floor(amount / 1000))} ${noun}`;
  return `${banglaDigits(writeAmount(amount, unit))}${classifier} ${noun}`;
}

/** So many and a half: আধা, দেড়, আড়াই, সাড়ে ৩. */
const banglaHalves = (whole: number): string => ['আধা', 'দেড়', 'আড়াই'][whole] ?? `সাড়ে ${banglaDigits(whole)}`;

const bn: DosePhrases = {
  parts: { MORNING: 'সকালে', NOON: 'দুপুরে', EVENING: 'সন্ধ্যায়', NIGHT: 'রাতে' },
  weekdays: { mon: 'সোমবার', tue: 'মঙ্গলবার', wed: 'বুধবার', thu: 'বৃহস্পতিবার', fri: 'শুক্রবার', sat: 'শনিবার', sun: 'রবিবার' },
  meals: { BEFORE_MEAL: 'খাবারের আগে', WITH_MEAL: 'খাবারের সঙ্গে', AFTER_MEAL: 'খাবারের পরে', EMPTY_STOMACH: 'খালি পেটে' },
  continued: 'চলবে',
  then: '; তারপর ',
  amount: banglaAmount,
  doseAt: (dose, times, count) => (count > 1 ? `${dose} করে ${times}` : `${times} ${dose}`),
  daily: (dose, times) => (times > 1 ? `${dose} করে দিনে ${banglaDigits(times)} বার` : `দিনে ১ বার ${dose}`),
  hourly: (dose, hours) => `${dose} করে ${banglaDigits(hours)} ঘণ্টা পর পর`,
  once: (dose) => `এখনই একবার ${dose}`,
  asNeeded: (dose) => `প্রয়োজনে ${dose}`,
  apart: (hours) => `কমপক্ষে ${banglaDigits(hours)} ঘণ্টা পর পর`,
  most: (dose) => `দিনে সর্বোচ্চ ${dose}`,
  on: (days) => `শুধু ${days}`,
  everyDays: (days) => (days === 2 ? 'একদিন পর পর' : `${days === 7 ? 'সপ্তাহে' : `প্রতি ${banglaDigits(days)} দিনে`} শুধু একদিন`),
  lasting: (count, unit) => `${banglaDigits(count)} ${{ d: 'দিন', w: 'সপ্তাহ', mo: 'মাস' }[unit]}`,
  list: list('ও'),
};

export const phrases: Readonly<Record<DoseLanguage, DosePhrases>> = { en, bn };
