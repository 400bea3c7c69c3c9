import { createHash } from 'node:crypto';
import { Html, html } from '../../platform/html.js';
import type { OpenedVisit } from './opened-visits.reader.js';

const STYLE = `
body { font: 1.15rem/1.6 "Noto Sans Bengali", "Kalpurush", "SolaimanLipi", "Nirmala UI", "Noto Sans", Arial, sans-serif; color: #10202f; background: #f2f5f8; margin: 0; padding: 1rem; }
main { max-width: 30rem; margin: 8vh auto 0; background: #fff; border: 1px solid #cfd8e1; border-radius: .6rem; padding: 1.5rem; text-align: center; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } p { margin: .5rem 0; }
a { display: block; background: #0b6b3a; color: #fff; text-decoration: none; font-size: 1.4rem; font-weight: bold; padding: .9rem; border-radius: .5rem; margin-top: 1.2rem; }
a:focus { outline: .25rem solid #ffb703; outline-offset: .15rem; }
`;

/** What the page of a visit may do: its own style, and nothing else. */
export const VISIT_POLICY = `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The page asks again so often until the visit opens, in seconds. */
const AGAIN_SECONDS = 60;

const words = {
  en: { title: 'Visit by video', at: 'at', EARLY: 'You can come in from', OPEN: 'Come in', OVER: 'This visit is over.' },
  bn: { title: 'ভিডিওতে ডাক্তার দেখানো', at: 'সময়', EARLY: 'প্রবেশ করা যাবে', OPEN: 'প্রবেশ করুন', OVER: 'এই সাক্ষাৎ শেষ হয়েছে।' },
} as const;

/**
 * The page of a visit by video. It leads on by a link that somebody must follow, since programs that show previews of
 * messages open what is in them. It names the doctor and the time, and not the patient.
 */
export function visitPage(secret: string, { place, window, startsAt, timeZone, language, chamber, doctor }: OpenedVisit): string {
  const told = words[language];
  const time = new Intl.DateTimeFormat(language === 'bn' ? 'bn-BD' : 'en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone });
  const next = {
    EARLY: () => html`<p>${told.EARLY} ${time.format(window.opensAt)}.</p>`,
    OPEN: () => html`<a href="/visit/${secret}/join" rel="noreferrer">${told.OPEN}</a>`,
    OVER: () => html`<p>${told.OVER}</p>`,
  }[place]();
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
${place === 'EARLY' ? html`<meta http-equiv="refresh" content="${AGAIN_SECONDS}">` : null}<title>${told.title}</title><style>${new Html(STYLE)}</style></head>
<body><main><h1>${told.title}</h1><p>${(language === 'bn' && doctor.nameBn) || doctor.nameEn}, ${chamber}</p><p>${told.at} ${time.format(startsAt)}</p>${next}</main></body></html>
`.text;
}
