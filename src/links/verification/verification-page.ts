import { type Html as HtmlPart, Html, html } from '../../platform/html.js';
import { type Paper, type PaperItem, amountInWords } from '../../prescriptions/verified-prescriptions.reader.js';
import { pagePolicy } from '../../platform/http/plain-page.js';
import type { Verified } from './paper.service.js';
import { PaperStatus, dispensingLimits } from './verification.model.js';

/** The languages of the page. */
export type PageLanguage = 'en' | 'bn';

const STYLE = `
* { box-sizing: border-box; } body { font: 1rem/1.5 "Noto Sans Bengali", "Kalpurush", "SolaimanLipi", "Nirmala UI", "Noto Sans", Arial, sans-serif; color: #10202f; background: #f2f5f8; margin: 0; padding: .6rem; }
main { max-width: 40rem; margin: 0 auto; background: #fff; border: 1px solid #cfd8e1; border-radius: .6rem; padding: 1rem; overflow-wrap: anywhere; } nav { text-align: right; }
.status { color: #fff; background: #a4161a; border-radius: .5rem; padding: .8rem; font-size: 1.25rem; font-weight: bold; } .AUTHENTIC { background: #0b6b3a; }
.status small { display: block; font-size: 1rem; font-weight: normal; } dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem .8rem; } dt { color: #45576a; } dd { margin: 0; }
fieldset, .item { border: 1px solid #cfd8e1; border-radius: .5rem; padding: .6rem .8rem; margin: .6rem 0; } h2 { font-size: 1.1rem; } .item p { margin: .1rem 0; } .left { font-weight: bold; }
label { display: block; margin: .5rem 0; } input { display: block; width: 100%; font: inherit; padding: .5rem; border: 1px solid #5b6b7c; border-radius: .4rem; } [aria-invalid] { border: 2px solid #a4161a; }
.fault { color: #a4161a; font-weight: bold; } button { width: 100%; font: inherit; font-weight: bold; color: #fff; background: #0b6b3a; border: 0; border-radius: .5rem; padding: .8rem; margin: .3rem 0; }
:focus-visible { outline: .25rem solid #ffb703; outline-offset: .15rem; }
`;

/** What the page may do: its own style, and to send its form to its own server. */
export const VERIFICATION_POLICY = pagePolicy(STYLE, `'self'`);

const words = {
  en: {
    title: 'Is this prescription genuine?', other: 'বাংলা', code: 'The code on the paper', ask: 'Verify',
    AUTHENTIC: ['Genuine and in force', 'Compare what is below with the paper: every medicine, dose and amount.'], SUPERSEDED: ['Not in force any more', 'The doctor has signed a newer version. Ask for the newer paper.'],
    CANCELLED: ['Declared invalid', 'Nothing may be handed out of this prescription.'], NOT_AUTHENTIC: ['NOT GENUINE', 'What is kept is not what the doctor signed. Do not use this paper, and call the practice.'],
    number: 'Number', signedAt: 'Signed', practice: 'Practice', doctor: 'Doctor', licence: 'Registration', medicines: 'Medicines', prescribed: 'Prescribed', dispensed: 'Handed out', left: 'Left', unknown: 'not stated',
    form: 'For pharmacies: what you hand out', pharmacy: 'Name of the pharmacy', pharmacist: 'Name or registration number of the pharmacist', amount: 'Hand out now', go: 'Go on', confirm: 'Is this right? It cannot be taken back here.', yes: 'Yes, record it', no: 'No, go back',
    recorded: 'Recorded. What is left is below.', nothing: 'Say of at least one medicine how much you hand out.', needed: 'This is needed.', wrong: 'This cannot be read or is not possible.', tooMuch: (left: string) => `Only ${left} left.`, over: 'Nothing of this prescription can be handed out.', again: 'This form was sent before with something else in it. Look at what is left, and fill it in anew.',
  },
  bn: {
    title: 'ব্যবস্থাপত্রটি কি আসল?', other: 'English', code: 'কাগজের কোড', ask: 'যাচাই করুন',
    AUTHENTIC: ['আসল এবং কার্যকর', 'নিচের সবকিছু কাগজের সঙ্গে মিলিয়ে দেখুন: প্রতিটি ওষুধ, মাত্রা ও পরিমাণ।'], SUPERSEDED: ['আর কার্যকর নয়', 'ডাক্তার নতুন ব্যবস্থাপত্রে স্বাক্ষর করেছেন। নতুন কাগজটি চান।'],
    CANCELLED: ['বাতিল করা হয়েছে', 'এই ব্যবস্থাপত্র থেকে কিছুই দেওয়া যাবে না।'], NOT_AUTHENTIC: ['আসল নয়', 'সংরক্ষিত তথ্য ডাক্তারের স্বাক্ষরের সঙ্গে মেলে না। এই কাগজ ব্যবহার করবেন না, চেম্বারে জানান।'],
    number: 'নম্বর', signedAt: 'স্বাক্ষরের সময়', practice: 'প্রতিষ্ঠান', doctor: 'ডাক্তার', licence: 'নিবন্ধন', medicines: 'ওষুধ', prescribed: 'লেখা হয়েছে', dispensed: 'দেওয়া হয়েছে', left: 'বাকি', unknown: 'বলা নেই',
    form: 'ফার্মেসির জন্য: যা দিচ্ছেন', pharmacy: 'ফার্মেসির নাম', pharmacist: 'ফার্মাসিস্টের নাম বা নিবন্ধন নম্বর', amount: 'এখন দিচ্ছেন', go: 'এগিয়ে যান', confirm: 'সব ঠিক আছে? এখান থেকে আর ফেরানো যাবে না।', yes: 'হ্যাঁ, লিখে রাখুন', no: 'না, ফিরে যান',
    recorded: 'লেখা হয়েছে। যা বাকি তা নিচে।', nothing: 'অন্তত একটি ওষুধ কতটুকু দিচ্ছেন তা লিখুন।', needed: 'এটি দরকার।', wrong: 'এটি পড়া যায় না বা সম্ভব নয়।', tooMuch: (left: string) => `বাকি আছে শুধু ${left}।`, over: 'এই ব্যবস্থাপত্র থেকে কিছু দেওয়া যাবে না।', again: 'এই ফর্ম আগে অন্য কিছু নিয়ে পাঠানো হয়েছে। যা বাকি তা দেখে নতুন করে পূরণ করুন।',
  },
} as const;

/** What is wrong with one field of the form, or, under the name of none, with all of it. */
export type FormFaults = ReadonlyMap<string, (language: PageLanguage, item?: PaperItem) => string>;

/** How the form was filled in: names of fields, and what stands in them. `key` is that of the request. */
export interface FormState {
  key: string;
  values: ReadonlyMap<string, string>;
  faults: FormFaults;
}

/** The name of the field for how much of an item is handed out. */
export const quantityField = (itemId: string): string => `quantity-${itemId}`;

/** What a fault is called on the page. */
export const faultText = {
  nothing: (language: PageLanguage) => words[language].nothing,
  needed: (language: PageLanguage) => words[language].needed,
  wrong: (language: PageLanguage) => words[language].wrong,
  over: (language: PageLanguage) => words[language].over,
  again: (language: PageLanguage) => words[language].again,
  tooMuch: (left: string) => (language: PageLanguage, item?: PaperItem) => words[language].tooMuch(item ? amountInWords(left, item.unit, language) : left),
} as const;

/** The page that asks for the code. */
export const codePage = (language: PageLanguage): string => page(language, '?', html`<h1>${words[language].title}</h1>
<form method="get" action="rx"><input type="hidden" name="language" value="${language}"><label>${words[language].code}<input name="code" required maxlength="60" autocomplete="off" autocapitalize="characters" spellcheck="false"></label><button>${words[language].ask}</button></form>`);

/** What a code leads to, and, where something can be handed out, the form for it. It shows no patient. */
export function paperPage(language: PageLanguage, { status, paper }: Verified, form: FormState, recorded: boolean): string {
  const told = words[language];
  const [short, long] = told[status];
  return page(language, '?', html`<h1>${told.title}</h1>${recorded ? html`<p role="status"><b>${told.recorded}</b></p>` : null}
<p class="status ${status}">${short}<small>${long}</small></p>${paper && said(language, paper, status)}${paper && status === PaperStatus.AUTHENTIC ? entry(language, paper, form) : null}`);
}

/** The same once more, for whoever hands out to confirm. */
export function confirmPage(language: PageLanguage, { items }: Paper, { key, values }: FormState): string {
  const told = words[language];
  const given = items.filter(({ id }) => values.get(quantityField(id)));
  return page(language, '?', html`<h1>${told.form}</h1><dl><dt>${told.pharmacy}</dt><dd>${values.get('pharmacy')}</dd><dt>${told.pharmacist}</dt><dd>${values.get('pharmacist')}</dd></dl>
${given.map((item) => html`<div class="item"><p><b>${nameOf(language, item)}</b></p><p>${item.dose}</p><p class="left">${amountInWords(values.get(quantityField(item.id))!, item.unit, language)}</p></div>`)}
<p><b>${told.confirm}</b></p><form method="post" action="?language=${language}"><input type="hidden" name="key" value="${key}">
${[...values].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button name="step" value="record">${told.yes}</button></form><p><a href="?language=${language}">${told.no}</a></p>`);
}

function said(language: PageLanguage, { number, signedAt, timeZone, practice, chamber, doctor, items }: Paper, status: PaperStatus): HtmlPart {
  const told = words[language];
  const when = new Intl.DateTimeFormat(language === 'bn' ? 'bn-BD' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23', timeZone }).format(signedAt);
  const amount = (text: string | null, item: PaperItem): string => (text === null ? told.unknown : amountInWords(text, item.unit, language));
  return html`<dl><dt>${told.number}</dt><dd>${number}</dd><dt>${told.signedAt}</dt><dd>${when}</dd><dt>${told.practice}</dt><dd>${practice}, ${chamber}</dd>
<dt>${told.doctor}</dt><dd>${(language === 'bn' && doctor.nameBn) || doctor.nameEn}</dd><dt>${told.licence}</dt><dd>${doctor.licence}</dd></dl><h2>${told.medicines}</h2>
${items.map((item) => html`<div class="item"><p><b>${nameOf(language, item)}</b></p>${item.generic && html`<p>${item.generic}</p>`}<p>${item.dose}</p><p>${language === 'bn' ? item.sentenceBn : item.sentenceEn}</p>
<p>${told.prescribed}: ${amount(item.quantity, item)} · ${told.dispensed}: ${amount(item.dispensed, item)}${status === PaperStatus.AUTHENTIC ? html` · <span class="left">${told.left}: ${amount(item.left, item)}</span>` : null}</p></div>`)}`;
}

function entry(language: PageLanguage, { items }: Paper, { key, values, faults }: FormState): HtmlPart {
  const told = words[language];
  const open = items.filter(({ left }) => left !== '0');
  if (!open.length) return html``;
  const input = (name: string, label: string, attributes: HtmlPart, item?: PaperItem): HtmlPart => {
    const fault = faults.get(name)?.(language, item);
    return html`<label>${label}<input name="${name}" value="${values.get(name)}" autocomplete="off" ${attributes} ${fault ? html`aria-invalid="true" aria-describedby="${name}-fault"` : null}></label>
${fault && html`<p class="fault" id="${name}-fault">${fault}</p>`}`;
  };
  const whole = faults.get('')?.(language);
  return html`<form method="post" action="?language=${language}"><fieldset><legend><b>${told.form}</b></legend>${whole && html`<p class="fault" role="alert">${whole}</p>`}<input type="hidden" name="key" value="${key}">
${open.map((item) => input(quantityField(item.id), `${nameOf(language, item)}, ${item.dose}: ${told.amount}`, html`inputmode="decimal" maxlength="20"`, item))}
${input('pharmacy', told.pharmacy, html`maxlength="${dispensingLimits.name}"`)}${input('pharmacist', told.pharmacist, html`maxlength="${dispensingLimits.name}"`)}
<button name="step" value="check">${told.go}</button></fieldset></form>`;
}

const nameOf = (language: PageLanguage, { name, nameBn, strength }: PaperItem): string => [(language === 'bn' && nameBn) || name, strength].filter(Boolean).join(' ');

const page = (language: PageLanguage, here: string, body: HtmlPart): string => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${words[language].title}</title><style>${new Html(STYLE)}</style></head>
<body><main><nav><a href="${here}language=${language === 'bn' ? 'en' : 'bn'}" lang="${language === 'bn' ? 'en' : 'bn'}">${words[language].other}</a></nav>${body}</main></body></html>
`.text;
