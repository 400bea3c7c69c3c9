import type { MessageKind } from './message-kinds.model.js';
import { shorterName, smsLength } from './sms-length.model.js';

export type MessageLanguage = 'bn' | 'en';

/** What a message tells. Times are shown by the clock of `timeZone`. */
export interface Told {
  kind: MessageKind;
  number: number;
  /** When the patient is to come: their slot, or the beginning of the session. */
  begins: Date;
  /** Until when the place is held; null when it is not. */
  heldUntil: Date | null;
  timeZone: string;
  delayMinutes: number;
  /** How many more of a series the same is told of. */
  others: number;
  doctor: string;
  chamber: string;
}

const locales: Record<MessageLanguage, string> = { en: 'en-GB', bn: 'bn-BD-u-nu-beng' };
const days: Record<MessageLanguage, Intl.DateTimeFormatOptions> = { en: { weekday: 'short', day: 'numeric', month: 'short' }, bn: { day: 'numeric', month: 'short' } };

/** What each message says before the names, with the number, the day and the time, until when a place is held, and how many more of a series. */
const heads: Record<MessageLanguage, Record<MessageKind, (number: string, day: string, time: string, minutes: string, until: string, others: string) => string>> = {
  en: {
    CONFIRMATION: (number, day, time, _minutes, _until, others) => `Booked: serial ${number}, ${day}, ${time}${others && ` and ${others} more`}.`,
    CANCELLED: (number, day, time, _minutes, _until, others) => `Cancelled: serial ${number}, ${day}, ${time}${others && ` and ${others} more`}.`,
    RESCHEDULED: (number, day, time) => `Your appointment is moved: serial ${number}, ${day}, ${time}.`,
    REMINDER_EVENING: (number, day, time) => `Reminder: serial ${number}, ${day}, ${time}.`,
    REMINDER_SOON: (number, day, time) => `Reminder: serial ${number}, ${day}, ${time}.`,
    SERIAL_NEAR: (number) => `Your turn is near: serial ${number}. Please be at the chamber.`,
    SESSION_LATE: (number, day, time, minutes) => `The doctor is about ${minutes} minutes late. Serial ${number}, ${day}: from ${time}.`,
    SESSION_MOVED: (number, day, time) => `New time: serial ${number}, ${day}, ${time}.`,
    SESSION_CANCELLED: (number, day, time) => `The doctor does not come on ${day}, ${time}. Serial ${number} is cancelled.`,
    WAITLIST_OFFER: (number, day, time, _minutes, until) => `A place is free: ${day}, ${time}, serial ${number}. Call us by ${until} to take it.`,
  },
  bn: {
    CONFIRMATION: (number, day, time, _minutes, _until, others) => `সিরিয়াল ${number}, ${day} ${time}${others && `, আরও ${others}টি`}।`,
    CANCELLED: (number, day, time, _minutes, _until, others) => `বাতিল: সিরিয়াল ${number}, ${day} ${time}${others && `, আরও ${others}টি`}।`,
    RESCHEDULED: (number, day, time) => `নতুন সিরিয়াল ${number}, ${day} ${time}।`,
    REMINDER_EVENING: (number, day, time) => `মনে রাখুন: সিরিয়াল ${number}, ${day} ${time}।`,
    REMINDER_SOON: (number, day, time) => `মনে রাখুন: সিরিয়াল ${number}, ${day} ${time}।`,
    SERIAL_NEAR: (number) => `আপনার পালা কাছে: সিরিয়াল ${number}। চেম্বারে আসুন।`,
    SESSION_LATE: (number, day, time) => `দেরি হবে: সিরিয়াল ${number}, ${day} ${time} থেকে।`,
    SESSION_MOVED: (number, day, time) => `নতুন সময়: সিরিয়াল ${number}, ${day} ${time}।`,
    SESSION_CANCELLED: (number, day, time) => `চেম্বার হবে না: ${day} ${time}, সিরিয়াল ${number}।`,
    WAITLIST_OFFER: (number, day, time, _minutes, until) => `খালি: ${day} ${time}, নং ${number}। ${until}-এর আগে ফোন দিন।`,
  },
};

/** What a patient is told, in one segment of an SMS: the names are cut as far as that needs. No name of the patient is in it, for many share a telephone. */
export function messageText(told: Told, language: MessageLanguage): string {
  const count = new Intl.NumberFormat(locales[language], { useGrouping: false });
  const inZone = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locales[language], { ...options, timeZone: told.timeZone });
  const [begins, until] = [timeOf(told.begins, language, inZone), told.heldUntil ? timeOf(told.heldUntil, language, inZone) : ''];
  const head = heads[language][told.kind](count.format(told.number), inZone(days[language]).format(told.begins).replace(',', ''), begins, count.format(told.delayMinutes), until, told.others ? count.format(told.others) : '');
  let [doctor, chamber] = [told.doctor, told.chamber];
  for (;;) {
    const text = [head, [doctor, chamber].filter(Boolean).join(', ')].join(' ').trim();
    if (smsLength(text).segments === 1 || (!doctor && !chamber)) return text;
    if (doctor.length >= chamber.length) doctor = shorterName(doctor, locales[language]);
    else chamber = shorterName(chamber, locales[language]);
  }
}

// In Bangla the time of day stands before the hour; in English a narrow space would make the SMS one of 70 characters.
function timeOf(instant: Date, language: MessageLanguage, inZone: (options: Intl.DateTimeFormatOptions) => Intl.DateTimeFormat): string {
  if (language === 'en') return inZone({ hour: 'numeric', minute: '2-digit', hour12: true }).format(instant).replace(/\s/gu, ' ');
  const parts = inZone({ hour: 'numeric', minute: '2-digit', hourCycle: 'h12', dayPeriod: 'short' }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)!.value;
  return `${part('dayPeriod')} ${part('hour')}:${part('minute')}`;
}
