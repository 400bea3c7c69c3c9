import { html } from '../../platform/html.js';
import { plainPage } from '../../platform/http/plain-page.js';
import type { OpenedVisit } from './opened-visits.reader.js';

/** The page asks again so often until the visit opens, in seconds. */
const AGAIN_SECONDS = 60;

const words = {
  en: { title: 'Visit by video', EARLY: (time: string) => `You can come in from ${time}.`, OPEN: 'Come in', OVER: 'This visit is over.' },
  bn: { title: 'ভিডিওতে ডাক্তার দেখানো', EARLY: (time: string) => `${time} থেকে প্রবেশ করা যাবে।`, OPEN: 'প্রবেশ করুন', OVER: 'এই সাক্ষাৎ শেষ হয়েছে।' },
} as const;

/**
 * The page of a visit by video. It leads on by a link that somebody must follow, since programs that show previews of
 * messages open what is in them. It names the doctor and the time, and not the patient.
 */
export function visitPage(secret: string, { place, window, startsAt, timeZone, language, chamber, doctor }: OpenedVisit): string {
  const told = words[language];
  const time = (instant: Date): string => timeOf(instant, language, timeZone);
  const next = {
    EARLY: () => html`<p>${told.EARLY(time(window.opensAt))}</p>`,
    OPEN: () => html`<a href="${secret}/join" rel="noreferrer">${told.OPEN}</a>`,
    OVER: () => html`<p>${told.OVER}</p>`,
  }[place]();
  const body = html`<h1>${told.title}</h1><p>${(language === 'bn' && doctor.nameBn) || doctor.nameEn}, ${chamber}</p><p>${time(startsAt)}</p>${next}`;
  return plainPage(language, told.title, body, place === 'EARLY' ? AGAIN_SECONDS : undefined);
}

// In Bangla the time of day stands before the hour.
function timeOf(instant: Date, language: 'en' | 'bn', timeZone: string): string {
  if (language === 'en') return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(instant);
  const day = new Intl.DateTimeFormat('bn-BD', { dateStyle: 'full', timeZone }).format(instant);
  const parts = new Intl.DateTimeFormat('bn-BD', { hour: 'numeric', minute: '2-digit', hourCycle: 'h12', dayPeriod: 'short', timeZone }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)!.value;
  return `${day}, ${part('dayPeriod')} ${part('hour')}:${part('minute')}`;
}
