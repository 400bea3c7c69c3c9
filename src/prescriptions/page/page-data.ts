import { formRules } from '../../drugs/drug-form.model.js';
import type { PatientSnapshot } from '../../patients/patient-snapshots.reader.js';
import { sexWords } from '../../patients/sex-words.model.js';
import type { BothLanguages } from '../../platform/languages.js';
import { type PageLanguage, dayWords, instantWords, namesOf, say, shortened } from '../../platform/pages/page-words.js';
import type { Letterhead } from '../../tenants/letterheads.reader.js';
import { doseSentence } from '../dose/dose-sentence.js';
import { parseDose } from '../dose/parse-dose.js';
import { amountText } from '../item-text.js';
import type { PrescribedDrug, PrescribedItem, PrescriptionContent } from '../prescription-content.js';
import type { PrescriptionStatus } from '../prescription.enums.js';
import { routeWords } from '../route-words.model.js';
import { ageWords, marks, medicinesInAll, pageWords, weightWords } from './page-words.js';

/** The sizes of paper (ISO 216). */
export const papers = ['a4', 'a5'] as const;
export type Paper = (typeof papers)[number];

/** A prescription as it is printed: what was signed, or what a draft says now. */
export interface Paperwork extends Pick<Letterhead, 'practice' | 'chamber' | 'doctor'> {
  status: Exclude<PrescriptionStatus, 'DISCARDED'>;
  content: PrescriptionContent;
  patient: PatientSnapshot & { weightKg: string | null };
  /** The calendar day at the chamber, yyyy-mm-dd. */
  day: string;
  /** Null for a draft. */
  signed: { number: string; amends: string | null; at: Date; hash: string; address: string; code: string; qr: string } | null;
  /** What could not be checked when it was signed. */
  unchecked: BothLanguages[];
  /** The number of the version that holds in its place. */
  supersededBy: string | null;
}

/** A line of a page, and how much it matters: the template has a look for each. */
interface Line {
  look: 'name' | 'generic' | 'dose' | 'plain' | 'note';
  text: string;
}

interface Section {
  title: string;
  lines: string[];
}

/** Everything that stands on a page, worded; the template lays it out. */
export interface PageData {
  paper: Paper;
  lang: 'en' | 'bn';
  title: string;
  /** What marks the paper as invalid, across it. */
  mark: string | null;
  notices: string[];
  doctor: { names: string[]; registration: string | null };
  place: { practice: string; chamber: string; address: string };
  fields: Array<{ label: string; value: string }>;
  left: Section[];
  items: Line[][];
  inAll: string | null;
  right: Section[];
  /** What the pages after the first begin with. */
  running: string;
  signature: { name: string; registration: string | null; when: string[] };
  verification: { qr: string; words: string; address: string; code: string; hash: string } | null;
  pageWord: string;
}

/** What stands on the page of a prescription. */
export function pageData(of: Paperwork, paper: Paper, language: PageLanguage): PageData {
  const { content, doctor, patient, signed } = of;
  const told = (words: BothLanguages): string => say(words, language);
  const mark = of.status === 'SIGNED' ? null : marks[of.status];
  const registration = doctor.licence && `${told(pageWords.registration)} ${doctor.licence}`;
  const patientName = named(patient, language);
  const day = told(dayWords(of.day));
  return {
    paper, lang: language === 'en' ? 'en' : 'bn', title: signed?.number ?? told(marks.DRAFT.told), mark: mark && told(mark.across),
    notices: [mark && told(mark.told), of.supersededBy && `${told(pageWords.supersededBy)} ${of.supersededBy}`, signed?.amends && `${told(pageWords.amends)} ${signed.amends}`].filter((notice) => typeof notice === 'string'),
    doctor: { names: namesOf(doctor, language), registration }, place: { practice: of.practice.name, chamber: of.chamber.name, address: of.chamber.address },
    fields: [
      { label: told(pageWords.name), value: patientName }, { label: told(pageWords.age), value: patient.age ? told(ageWords(patient.age)) : '–' }, { label: told(pageWords.sex), value: told(sexWords[patient.sex]) },
      { label: told(pageWords.weight), value: patient.weightKg === null ? '–' : told(weightWords(patient.weightKg)) },
      { label: told(pageWords.mrn), value: patient.mrn }, { label: told(pageWords.date), value: day }, { label: told(pageWords.number), value: signed?.number ?? '–' },
    ],
    left: sections([pageWords.complaints, content.complaints], [pageWords.examination, content.examination?.split('\n') ?? []],
      [pageWords.diagnoses, content.diagnoses.map((diagnosis) => diagnosisText(diagnosis, language))], [pageWords.investigations, content.investigations.map(({ name, note }) => withNote(name, note))]),
    items: content.items.map((item) => itemLines(item, language)), inAll: content.items.length ? told(medicinesInAll(content.items.length)) : null,
    right: sections([pageWords.advice, content.advice], [pageWords.followUp, content.followUp ? [withNote(told(dayWords(content.followUp.on)), content.followUp.note)] : []], [pageWords.unchecked, [...new Set(of.unchecked.map(told))]]),
    running: [signed?.number, patient.mrn, shortened(patientName), day].filter(Boolean).join('  ·  '),
    signature: { name: shortened(namesOf(doctor, language)[0]!), registration: registration && shortened(registration), when: signed ? [told(pageWords.signedAt), told(instantWords(signed.at, of.chamber.timeZone))] : [told(pageWords.unsigned)] },
    verification: signed && { qr: signed.qr, words: told(pageWords.verify), address: signed.address, code: signed.code, hash: `${told(pageWords.hash)}: ${signed.hash.slice(0, 16)}` },
    pageWord: told(pageWords.page),
  };

  function sections(...all: Array<[title: BothLanguages, lines: string[]]>): Section[] {
    return all.filter(([, lines]) => lines.length).map(([title, lines]) => ({ title: told(title), lines }));
  }
}

function itemLines({ drug, dose, unit, meal, route, quantity, packs, note }: PrescribedItem, language: PageLanguage): Line[] {
  const dosing = parseDose(dose);
  const sentences = (language === 'both' ? (['bn', 'en'] as const) : [language]).map((one) => doseSentence(dosing, { unit, meal }, one));
  const amount = quantity === null ? null : `${say(pageWords.quantity, language)}: ${say(amountText(quantity, unit), language)}${packs ? ` (${packs.count} × ${packs.each}${packUnits[packs.unit]})` : ''}`;
  const facts = [route && say(routeWords[route], language), amount].filter(Boolean).join('  ·  ');
  return [
    { look: 'name', text: drugName(drug, language) }, { look: 'generic', text: drug.kind === 'PRODUCT' ? drug.generic : '' }, { look: 'dose', text: dose },
    ...sentences.map((text) => ({ look: 'plain' as const, text })), { look: 'plain', text: facts }, { look: 'note', text: note ?? '' },
  ].filter(({ text }) => text) as Line[];
}

const packUnits = { PIECE: '', ML: ' ml', GRAM: ' g', PUFF: ' puffs' } as const;

function drugName(drug: PrescribedDrug, language: PageLanguage): string {
  if (drug.kind === 'FREE') return drug.text;
  const { brand, brandBn, strength, form } = drug;
  const name = !brandBn || language === 'en' ? brand : language === 'bn' ? `${brandBn} (${brand})` : `${brand} (${brandBn})`;
  return `${name}  ${strength}  ${say(formRules(form), language)}`;
}

function diagnosisText({ coded, text }: PrescriptionContent['diagnoses'][number], language: PageLanguage): string {
  const title = coded && `${say({ en: coded.title, bn: coded.titleBn ?? coded.title }, language)} (${coded.code})`;
  return [title, text].filter(Boolean).join(' – ');
}

const withNote = (text: string, note: string | null): string => (note ? `${text} – ${note}` : text);

const named = (person: { nameEn: string | null; nameBn: string | null }, language: PageLanguage): string => namesOf(person, language).join(' / ');
