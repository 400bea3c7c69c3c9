import type { PatientAccess } from '../audit/patient-access.reader.js';
import { type Html, html } from '../platform/html.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import { pageEnd, pageHead } from './html-page.js';
import { LocalText } from './local-text.js';
import { wordsOfOperation } from './words/operation-words.js';
import { wordsOfRecord } from './words/record-words.js';
import type { Language, Words } from './words/words.js';

/** What a report is about; `from` and `until` are days where the practice is, both within it. */
export interface ReportHead {
  madeAt: Date;
  practice: { name: string; country: Country };
  patient: { id: string; mrn: string; nameEn: string | null; nameBn: string | null };
  chambers: ReadonlyMap<string, string>;
  from: string | null;
  until: string | null;
  addresses: boolean;
}

const text = {
  title: { en: 'Who saw your record', bn: 'কে কে আপনার রেকর্ড দেখেছেন' },
  madeAt: { en: 'Made on', bn: 'তৈরির সময়' },
  period: { en: 'Period', bn: 'সময়কাল' },
  all: { en: 'from the beginning until now', bn: 'শুরু থেকে এখন পর্যন্ত' },
  start: { en: 'the beginning', bn: 'শুরু' },
  now: { en: 'now', bn: 'এখন' },
  clock: { en: 'All times are by the clock of', bn: 'সব সময় এই অঞ্চলের ঘড়ি অনুযায়ী:' },
  when: { en: 'When', bn: 'কখন' },
  who: { en: 'Who', bn: 'কে' },
  what: { en: 'What was done', bn: 'কী করা হয়েছে' },
  seen: { en: 'What it was about', bn: 'কোন তথ্য' },
  outcome: { en: 'Outcome', bn: 'ফল' },
  where: { en: 'Where', bn: 'কোথায়' },
  address: { en: 'Internet address', bn: 'ইন্টারনেট ঠিকানা' },
  nobody: { en: 'Somebody who was not signed in', bn: 'সাইন ইন না করা কেউ' },
  unnamed: { en: 'A member of the practice (the name cannot be read)', bn: 'প্র্যাকটিসের একজন কর্মী (নাম পড়া যায়নি)' },
  end: { en: 'End of the report. Entries:', bn: 'প্রতিবেদনের শেষ। মোট:' },
} satisfies Record<string, Words>;

/** How an attempt ended, in words. */
export const outcomeWords: Record<PatientAccess['outcome'], Words> = {
  SUCCESS: { en: 'Done', bn: 'হয়েছে' },
  DENIED: { en: 'REFUSED: it was not allowed', bn: 'প্রত্যাখ্যাত: অনুমতি ছিল না' },
  FAILED: { en: 'It did not succeed', bn: 'সফল হয়নি' },
};

/** What somebody is in the practice, in words. */
export const roleWords: Readonly<Record<string, Words>> = {
  OWNER: { en: 'owner', bn: 'মালিক' }, DOCTOR: { en: 'doctor', bn: 'ডাক্তার' }, MANAGER: { en: 'manager', bn: 'ম্যানেজার' },
  RECEPTIONIST: { en: 'receptionist', bn: 'রিসেপশনিস্ট' }, NURSE: { en: 'nurse', bn: 'নার্স' }, ASSISTANT: { en: 'assistant', bn: 'সহকারী' },
  EMERGENCY: { en: 'EMERGENCY ACCESS beyond the usual rights', bn: 'জরুরি প্রবেশাধিকার, সাধারণ অধিকারের বাইরে' },
};

/** A report as JSON text, piece by piece: one line for each entry, with the words of the language beside the program's. */
export async function* reportAsJson(head: ReportHead, language: Language, accesses: AsyncIterable<PatientAccess[]>): AsyncGenerator<string> {
  const { chambers, addresses, ...shown } = head;
  yield `${JSON.stringify({ format: 'sinduk-access-report', version: 1, language, ...shown }).slice(0, -1)},\n"entries":[`;
  const local = new LocalText(language, head.practice.country);
  let first = true;
  for await (const part of accesses) {
    yield `${first ? '\n' : ',\n'}${part.map((access) => JSON.stringify({
      id: access.id, at: access.occurredAt, atLocal: local.instant(access.occurredAt),
      who: { memberId: access.actorMemberId, name: access.actorName, roles: access.actorRoles },
      action: access.action, operation: access.operation, what: wordsOfOperation(access.operation, access.action)[language],
      records: access.recordTypes.map((type) => ({ type, what: wordsOfRecord(type)[language] })),
      outcome: access.outcome, chamber: chamberOf(access, chambers), ...(addresses && { address: access.ip }),
    })).join(',\n')}`;
    first = false;
  }
  yield ']}\n';
}

/** A report as a page to read and to print, piece by piece. */
export async function* reportAsHtml(head: ReportHead, language: Language, accesses: AsyncIterable<PatientAccess[]>): AsyncGenerator<string> {
  const local = new LocalText(language, head.practice.country);
  const columns = [text.when, text.who, text.what, text.seen, text.outcome, text.where, ...(head.addresses ? [text.address] : [])];
  yield html`${titleOf(head, language, local)}<table><thead><tr>${columns.map((column) => html`<th>${column[language]}</th>`)}</tr></thead><tbody>
`.text;
  let total = 0;
  for await (const part of accesses) {
    total += part.length;
    yield part.map((access) => rowOf(head, language, local, access).text).join('');
  }
  yield html`</tbody></table><footer><p>${text.end[language]} ${local.digits(String(total))}</p></footer>${pageEnd}`.text;
}

function titleOf({ madeAt, practice, patient, from, until }: ReportHead, language: Language, local: LocalText): Html {
  const name = (language === 'bn' ? (patient.nameBn ?? patient.nameEn) : (patient.nameEn ?? patient.nameBn)) ?? '';
  const title = `${text.title[language]}: ${name} (${patient.mrn})`;
  const period = from || until ? `${from ? local.day(from) : text.start[language]} – ${until ? local.day(until) : text.now[language]}` : text.all[language];
  return html`${pageHead(language, title)}<header><h1><bdi>${title}</bdi></h1><p><bdi>${practice.name}</bdi></p>
<dl><dt>${text.madeAt[language]}</dt><dd>${local.instant(madeAt)}</dd><dt>${text.period[language]}</dt><dd>${period}</dd></dl>
<p>${text.clock[language]} ${local.timeZone}</p></header>
`;
}

function rowOf(head: ReportHead, language: Language, local: LocalText, access: PatientAccess): Html {
  const { occurredAt, operation, action, outcome, recordTypes, ip } = access;
  const records = [...new Set(recordTypes.map((type) => wordsOfRecord(type)[language]))];
  return html`<tr${outcome === 'SUCCESS' ? null : html` class="refused"`}><td>${local.instant(occurredAt)}</td><td><bdi>${whoOf(access, language)}</bdi></td><td>${wordsOfOperation(operation, action)[language]}</td><td>${records.join('; ')}</td><td>${outcomeWords[outcome][language]}</td><td><bdi>${chamberOf(access, head.chambers)}</bdi></td>${head.addresses ? html`<td>${ip}</td>` : null}</tr>
`;
}

function whoOf({ actorMemberId, actorName, actorRoles }: PatientAccess, language: Language): string {
  const name = actorName ?? text[actorMemberId ? 'unnamed' : 'nobody'][language];
  const roles = actorRoles.map((role) => roleWords[role]?.[language] ?? role);
  return roles.length ? `${name} (${roles.join(', ')})` : name;
}

const chamberOf = ({ chamberId }: PatientAccess, chambers: ReadonlyMap<string, string>): string | null => (chamberId && chambers.get(chamberId)) ?? null;
