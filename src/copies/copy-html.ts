import { validate as isUuid } from 'uuid';
import { type Html, html } from '../platform/html.js';
import { pageEnd, pageHead } from './html-page.js';
import { LocalText } from './local-text.js';
import type { CopyRecord, Name, PatientCopy } from './patient-copy.reader.js';
import { fieldWords } from './words/field-words.js';
import { valueWords } from './words/value-words.js';
import { type Language, type Words, worded } from './words/words.js';

const text = {
  title: { en: 'Copy of your record', bn: 'আপনার রেকর্ডের কপি' },
  madeAt: { en: 'Made on', bn: 'তৈরির সময়' },
  madeBy: { en: 'Made by', bn: 'তৈরি করেছেন' },
  clock: { en: 'All times are by the clock of', bn: 'সব সময় এই অঞ্চলের ঘড়ি অনুযায়ী:' },
  patient: { en: 'The patient', bn: 'রোগী' },
  mistake: { en: 'Entered in error: it counts for nothing', bn: 'ভুলে লেখা: এটি ধরা হবে না' },
  none: { en: 'Nothing is on record.', bn: 'কিছু লেখা নেই।' },
  number: { en: 'No.', bn: 'নং' },
  yes: { en: 'Yes', bn: 'হ্যাঁ' },
  no: { en: 'No', bn: 'না' },
  end: { en: 'End of the copy. Records:', bn: 'কপির শেষ। মোট রেকর্ড:' },
} satisfies Record<string, Words>;

/** What says nothing to a reader: the JSON has it. */
export const hiddenFields: ReadonlySet<string> = new Set(['id', 'version', 'searchVersion', 'survivorVersion', 'isClinical']);

/** What people wrote themselves, which is shown as it is though it may look like a word of ours. */
const verbatim = new Set(['text', 'pharmacy', 'pharmacist', 'note', 'notes', 'name', 'nameEn', 'nameBn', 'line', 'area', 'city', 'district', 'postalCode', 'country', 'reason', 'code', 'system', 'textVersion', 'language', 'number', 'mrn', 'title', 'titleBn', 'fileName', 'type', 'sha256', 'source', 'sourceId']);

/** UCUM codes as people write them. */
const units: Record<string, string> = { 'mm[Hg]': 'mmHg', Cel: '°C', '[degF]': '°F', '[lb_av]': 'lb', '[in_i]': 'in', '[ft_i]': 'ft', '{score}': '/ 10', 'kg/m2': 'kg/m²', m2: 'm²' };

const INSTANT = /(At|Until)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A copy as a page to read and to print, piece by piece. */
export async function* copyAsHtml(copy: PatientCopy, language: Language, records: (section: PatientCopy['sections'][number]) => AsyncIterable<CopyRecord[]>): AsyncGenerator<string> {
  const page = new CopyPage(copy, language);
  yield page.head().text;
  let total = 0;
  for (const one of copy.sections) {
    yield html`<section><h2>${one.section.title[language]}</h2>\n`.text;
    if (!one.ids.length) yield html`<p>${text.none[language]}</p>\n`.text;
    for await (const part of records(one)) yield part.map((record) => page.record(record).text).join('');
    total += one.ids.length;
    yield html`</section>\n`.text;
  }
  yield page.end(total).text;
}

class CopyPage {
  readonly #local: LocalText;
  /** The number of each record in its section, by which others refer to it. */
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(
    private readonly copy: PatientCopy,
    private readonly language: Language,
  ) {
    this.#local = new LocalText(language, copy.practice.country);
    this.#numbers = new Map(copy.sections.flatMap(({ ids }) => ids.map((id, index) => [id, index + 1] as const)));
  }

  head(): Html {
    const { copy, language } = this;
    const { identity, clinical, mrn, ...rest } = copy.patient;
    const title = `${text.title[language]}: ${this.#nameOf(identity)}`;
    return html`${pageHead(language, title)}<header><h1><bdi>${title}</bdi></h1><p><bdi>${copy.practice.name}</bdi></p>
<dl>${this.#field(text.madeAt[language], this.#local.instant(copy.madeAt))}${this.#field(text.madeBy[language], this.#member(copy.madeById))}</dl>
<p>${text.clock[language]} ${this.#local.timeZone}</p></header>
<section><h2>${text.patient[language]}</h2><article><dl>${this.#fields({ mrn, ...identity, clinical, ...rest })}</dl></article></section>
`;
  }

  record(record: CopyRecord): Html {
    const mistake = isMistake(record);
    const mark = mistake ? html` <span class="mark">${text.mistake[this.language]}</span>` : null;
    return html`<article${mistake ? html` class="error"` : null}><h3>${this.#number(record.id)}${mark}</h3><dl>${this.#fields(record)}</dl></article>
`;
  }

  end(total: number): Html {
    return html`<footer><p>${text.end[this.language]} ${this.#local.digits(String(total))}</p></footer>${pageEnd}`;
  }

  #fields(record: object): Html[] {
    return Object.entries(record).flatMap(([key, value]) => {
      if (hiddenFields.has(key) || isEmpty(value) || (!verbatim.has(key) && this.#saysNothing(value))) return [];
      return [this.#field(worded(fieldWords, key, this.language), this.#value(key, value))];
    });
  }

  // An id of nothing that the copy names, or of the patient themselves: the JSON has it.
  #saysNothing(value: unknown): boolean {
    const { patients, members, chambers } = this.copy;
    return typeof value === 'string' && isUuid(value) && ![patients, members, chambers, this.#numbers].some((known) => known.has(value));
  }

  #number(id: string): string {
    return `${text.number[this.language]} ${this.#local.digits(String(this.#numbers.get(id)))}`;
  }

  #field(label: string, value: Html | string): Html {
    return html`<dt>${label}</dt><dd>${value}</dd>`;
  }

  #value(key: string, value: unknown): Html {
    const line = this.#line(value);
    if (line !== undefined) return html`<bdi>${line}</bdi>`;
    if (Array.isArray(value)) return html`<ul>${value.map((item) => html`<li>${this.#value(key, item)}</li>`)}</ul>`;
    if (value instanceof Date) return html`${this.#local.instant(value)}`;
    if (typeof value === 'object' && value !== null) return html`<dl>${this.#fields(value)}</dl>`;
    if (typeof value === 'boolean') return html`${text[value ? 'yes' : 'no'][this.language]}`;
    return html`<bdi>${this.#text(key, String(value))}</bdi>`;
  }

  #text(key: string, value: string): string {
    const { copy, language } = this;
    if (verbatim.has(key)) return value;
    const other = copy.patients.get(value);
    if (other) return `${this.#nameOf(other)} (${other.mrn})`;
    if (copy.members.has(value)) return this.#member(value);
    const chamber = copy.chambers.get(value);
    if (chamber !== undefined) return chamber;
    if (this.#numbers.has(value)) return this.#number(value);
    if (DAY.test(value)) return this.#local.day(value);
    if (INSTANT.test(key)) return this.#local.instant(new Date(value));
    return Object.hasOwn(valueWords, value) ? worded(valueWords, value, language) : this.#local.digits(value);
  }

  /** What people read in one line, such as a measurement with its unit; undefined for anything else. */
  #line(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const { measure, unit, value: amount, timing, warning, number, label, kind, warnings, date, precision, asOf, ageYears } = value as Record<string, string | undefined>;
    const word = (name: string): string => worded(valueWords, name, this.language);
    const remarks = (...names: Array<string | undefined>): string => {
      const told = names.flatMap((name) => (name ? [word(name)] : []));
      return told.length ? ` (${told.join(', ')})` : '';
    };
    if (measure && amount && unit) return `${word(measure)}: ${this.#local.digits(amount)} ${units[unit] ?? unit}`.trimEnd() + remarks(timing, warning);
    if (number && label) return number + remarks(label);
    if (kind && amount && Array.isArray(warnings)) return `${word(kind)}: ${amount}${remarks(...(warnings as string[]))}`;
    if (date && precision === 'AGE_ESTIMATE') return `${worded(fieldWords, 'ageYears', this.language)}: ${this.#local.digits(String(ageYears))} (${worded(fieldWords, 'asOf', this.language)}: ${this.#local.day(asOf!)})`;
    return date && precision ? this.#local.day(date, precision) : undefined;
  }

  #member(id: string): string {
    const name = this.copy.members.get(id);
    return name ? this.#nameOf(name) : id;
  }

  #nameOf({ nameEn, nameBn }: Name): string {
    return (this.language === 'bn' ? (nameBn ?? nameEn) : (nameEn ?? nameBn)) ?? '';
  }
}

const isMistake = ({ status, errorAt, endDetails }: CopyRecord): boolean =>
  status === 'ENTERED_IN_ERROR' || Boolean(errorAt) || (endDetails as { enteredInError?: boolean } | null | undefined)?.enteredInError === true;

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
