import type { IncidentInput, IncidentPatient } from '../audit/incident.model.js';
import { BYTE_ORDER_MARK, csvOf } from '../platform/csv.js';
import { type Html, html } from '../platform/html.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import { pageEnd, pageHead } from './html-page.js';
import { LocalText } from './local-text.js';
import { wordsOfRecord } from './words/record-words.js';
import type { Language, Words } from './words/words.js';

/** What a report of an incident begins with. */
export interface IncidentHead {
  madeAt: Date;
  madeBy: string;
  practice: { id: string; name: string; country: Country };
  incident: IncidentInput;
  /** The member's name, where the incident is told by a member. */
  member: string | null;
}

/** A patient whom an incident concerns, by number and name. */
export type NamedPatient = IncidentPatient & { mrn: string; nameEn: string | null; nameBn: string | null };

const text = {
  title: { en: 'Patients concerned by an incident', bn: 'একটি ঘটনায় যেসব রোগীর তথ্য জড়িত' },
  madeAt: { en: 'Made on', bn: 'তৈরির সময়' },
  madeBy: { en: 'Made by', bn: 'তৈরি করেছেন' },
  who: { en: 'What this member did', bn: 'যে কর্মীর কাজ' },
  account: { en: 'What this account did', bn: 'যে অ্যাকাউন্টের কাজ' },
  session: { en: 'What was done in this session', bn: 'যে সেশনের কাজ' },
  address: { en: 'What was done from this internet address', bn: 'যে ইন্টারনেট ঠিকানা থেকে কাজ' },
  period: { en: 'Period', bn: 'সময়কাল' },
  affected: { en: 'Patients of whom something was shown or changed', bn: 'যত রোগীর কিছু দেখা বা বদলানো হয়েছে' },
  tried: { en: 'Patients whose records were only tried, and refused', bn: 'যত রোগীর রেকর্ড শুধু দেখার চেষ্টা হয়েছে, দেখা যায়নি' },
  clock: { en: 'All times are by the clock of', bn: 'সব সময় এই অঞ্চলের ঘড়ি অনুযায়ী:' },
  patient: { en: 'Patient', bn: 'রোগী' },
  number: { en: 'Number', bn: 'নম্বর' },
  seen: { en: 'Seen', bn: 'যা দেখা হয়েছে' },
  changed: { en: 'Changed', bn: 'যা বদলানো হয়েছে' },
  first: { en: 'First', bn: 'প্রথমবার' },
  last: { en: 'Last', bn: 'শেষবার' },
  left: { en: 'Left the system', bn: 'বাইরে গেছে' },
  refused: { en: 'Refused attempts', bn: 'ব্যর্থ চেষ্টা' },
  exported: { en: 'as a file', bn: 'ফাইল হিসেবে' },
  printed: { en: 'on paper', bn: 'কাগজে' },
  next: { en: 'What the law may ask of the practice now', bn: 'আইন এখন প্র্যাকটিসের কাছে যা চাইতে পারে' },
  end: { en: 'End of the report. Patients:', bn: 'প্রতিবেদনের শেষ। মোট রোগী:' },
} satisfies Record<string, Words>;

/** Where to read on; what applies is for a lawyer to say. */
const pointers: readonly Words[] = [
  { en: 'HIPAA (45 CFR 164.404 and 164.408): each individual without unreasonable delay and within 60 days of discovery at the latest, and the Secretary.', bn: 'HIPAA (45 CFR 164.404 ও 164.408): অযথা দেরি না করে, জানার সর্বোচ্চ ৬০ দিনের মধ্যে প্রত্যেক ব্যক্তিকে এবং কর্তৃপক্ষকে জানানো।' },
  { en: 'GDPR (Articles 33 and 34): the supervisory authority within 72 hours of becoming aware, and the persons themselves where the risk to them is high.', bn: 'GDPR (ধারা ৩৩ ও ৩৪): জানার ৭২ ঘণ্টার মধ্যে তদারককারী কর্তৃপক্ষকে, এবং ঝুঁকি বেশি হলে ব্যক্তিদের জানানো।' },
  { en: 'Bangladesh and the UAE: ask your counsel which authority must be told, and by when.', bn: 'বাংলাদেশ ও সংযুক্ত আরব আমিরাত: কাকে ও কবের মধ্যে জানাতে হবে তা আপনার আইনজীবীকে জিজ্ঞেস করুন।' },
  { en: 'This report is aligned with these rules and certified for none; it is no legal advice.', bn: 'এই প্রতিবেদন এসব নিয়মের সঙ্গে সামঞ্জস্য রেখে তৈরি, কোনোটির জন্য প্রত্যয়িত নয়; এটি আইনি পরামর্শ নয়।' },
];

const inTerms = ({ incident, member }: IncidentHead, language: Language): [string, string] => {
  if (incident.memberId) return [text.who[language], member ? `${member} (${incident.memberId})` : incident.memberId];
  if (incident.userId) return [text.account[language], incident.userId];
  return incident.sessionId ? [text.session[language], incident.sessionId] : [text.address[language], incident.address ?? ''];
};

const kindsOf = (patient: NamedPatient, which: 'seen' | 'changed', language: Language, local: LocalText): string =>
  patient.records.filter((record) => record[which] > 0).map((record) => `${wordsOfRecord(record.type)[language]} (${local.digits(String(record[which]))})`).join('; ');

const leftAs = ({ exported, printed }: NamedPatient, language: Language): string =>
  [...(exported ? [text.exported[language]] : []), ...(printed ? [text.printed[language]] : [])].join(', ');

/** A report as JSON text, piece by piece: one line for each patient. */
export async function* incidentAsJson(head: IncidentHead, language: Language, counted: { affected: number; tried: number }, patients: AsyncIterable<NamedPatient[]>): AsyncGenerator<string> {
  yield `${JSON.stringify({ format: 'sinduk-incident-report', version: 1, language, ...head, ...counted, pointers: pointers.map((words) => words[language]) }).slice(0, -1)},\n"patients":[`;
  let first = true;
  for await (const part of patients) {
    yield `${first ? '\n' : ',\n'}${part.map((patient) => JSON.stringify({ ...patient, records: patient.records.map((record) => ({ ...record, what: wordsOfRecord(record.type)[language] })) })).join(',\n')}`;
    first = false;
  }
  yield ']}\n';
}

/** A report as CSV, piece by piece: one line for each patient. */
export async function* incidentAsCsv(head: IncidentHead, language: Language, patients: AsyncIterable<NamedPatient[]>): AsyncGenerator<string> {
  const local = new LocalText(language, head.practice.country);
  const columns = [text.number, text.patient, text.affected, text.seen, text.changed, text.first, text.last, text.left, text.refused];
  yield BYTE_ORDER_MARK + csvOf([columns.map((column) => column[language])]);
  for await (const part of patients) {
    yield csvOf(part.map((patient) => [
      patient.mrn, nameOf(patient, language), String(patient.affected), kindsOf(patient, 'seen', language, local), kindsOf(patient, 'changed', language, local),
      patient.firstAt.toISOString(), patient.lastAt.toISOString(), leftAs(patient, language), String(patient.refusedAttempts),
    ]));
  }
}

/** A report as a page to read and to print, piece by piece: first those of whom something was shown or changed. */
export async function* incidentAsHtml(head: IncidentHead, language: Language, counted: { affected: number; tried: number }, patients: AsyncIterable<NamedPatient[]>): AsyncGenerator<string> {
  const local = new LocalText(language, head.practice.country);
  const columns = [text.number, text.patient, text.seen, text.changed, text.first, text.last, text.left, text.refused];
  const [term, value] = inTerms(head, language);
  const { from, to } = head.incident;
  yield html`${pageHead(language, text.title[language])}<header><h1>${text.title[language]}</h1><p><bdi>${head.practice.name}</bdi></p>
<dl><dt>${term}</dt><dd><bdi>${value}</bdi></dd><dt>${text.period[language]}</dt><dd>${local.instant(from)} – ${local.instant(to)}</dd>
<dt>${text.madeAt[language]}</dt><dd>${local.instant(head.madeAt)}</dd><dt>${text.madeBy[language]}</dt><dd><bdi>${head.madeBy}</bdi></dd>
<dt>${text.affected[language]}</dt><dd>${local.digits(String(counted.affected))}</dd><dt>${text.tried[language]}</dt><dd>${local.digits(String(counted.tried))}</dd></dl>
<p>${text.clock[language]} ${local.timeZone}</p></header>
<table><thead><tr>${columns.map((column) => html`<th>${column[language]}</th>`)}</tr></thead><tbody>
`.text;
  for await (const part of patients) yield part.map((patient) => rowOf(patient, language, local).text).join('');
  yield html`</tbody></table><section><h2>${text.next[language]}</h2><ul>${pointers.map((pointer) => html`<li>${pointer[language]}</li>`)}</ul></section>
<footer><p>${text.end[language]} ${local.digits(String(counted.affected + counted.tried))}</p></footer>${pageEnd}`.text;
}

const nameOf = ({ nameEn, nameBn }: NamedPatient, language: Language): string => (language === 'bn' ? (nameBn ?? nameEn) : (nameEn ?? nameBn)) ?? '';

function rowOf(patient: NamedPatient, language: Language, local: LocalText): Html {
  const { mrn, affected, firstAt, lastAt, refusedAttempts } = patient;
  return html`<tr${affected ? null : html` class="refused"`}><td>${mrn}</td><td><bdi>${nameOf(patient, language)}</bdi></td><td>${kindsOf(patient, 'seen', language, local)}</td><td>${kindsOf(patient, 'changed', language, local)}</td><td>${local.instant(firstAt)}</td><td>${local.instant(lastAt)}</td><td>${leftAs(patient, language)}</td><td>${refusedAttempts ? local.digits(String(refusedAttempts)) : null}</td></tr>
`;
}
