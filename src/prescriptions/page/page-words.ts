import { banglaDigits } from '../../platform/digits.js';
import type { BothLanguages } from '../../platform/languages.js';
import type { PrescriptionStatus } from '../prescription.enums.js';
import type { PatientSnapshot } from '../../patients/patient-snapshots.reader.js';

/** What a page says besides what is prescribed. */
export const pageWords = {
  name: { en: 'Name', bn: 'নাম' }, age: { en: 'Age', bn: 'বয়স' }, sex: { en: 'Sex', bn: 'লিঙ্গ' }, weight: { en: 'Weight', bn: 'ওজন' }, mrn: { en: 'Patient no.', bn: 'রোগী নং' }, date: { en: 'Date', bn: 'তারিখ' },
  number: { en: 'Prescription no.', bn: 'ব্যবস্থাপত্র নং' }, registration: { en: 'Registration no.', bn: 'নিবন্ধন নং' },
  complaints: { en: 'Complaints', bn: 'উপসর্গ' }, examination: { en: 'On examination', bn: 'শারীরিক পরীক্ষা' }, diagnoses: { en: 'Diagnosis', bn: 'রোগ নির্ণয়' }, investigations: { en: 'Investigations', bn: 'পরীক্ষা-নিরীক্ষা' },
  advice: { en: 'Advice', bn: 'পরামর্শ' }, followUp: { en: 'Come again', bn: 'আবার আসবেন' }, unchecked: { en: 'Not checked', bn: 'যাচাই করা যায়নি' }, quantity: { en: 'Quantity', bn: 'পরিমাণ' },
  signedAt: { en: 'Signed electronically', bn: 'ইলেকট্রনিকভাবে স্বাক্ষরিত' }, unsigned: { en: 'Not signed', bn: 'স্বাক্ষর নেই' },
  verify: { en: 'To verify this paper, scan the code or open', bn: 'কাগজটি যাচাই করতে কোডটি স্ক্যান করুন বা খুলুন' }, hash: { en: 'Signed form SHA-256', bn: 'স্বাক্ষরিত বিবরণের SHA-256' },
  page: { en: 'Page', bn: 'পৃষ্ঠা' }, amends: { en: 'In place of', bn: 'এর পরিবর্তে' },
  supersededBy: { en: 'In its place holds', bn: 'এর বদলে প্রযোজ্য' },
} as const satisfies Record<string, BothLanguages>;

/** What a paper says that is not in force: in large letters across it, and in a box at its head. */
export const marks = {
  DRAFT: { across: { en: 'DRAFT', bn: 'খসড়া' }, told: { en: 'DRAFT – not valid', bn: 'খসড়া – বৈধ নয়' } },
  CANCELLED: { across: { en: 'CANCELLED', bn: 'বাতিল' }, told: { en: 'CANCELLED – not valid', bn: 'বাতিল – বৈধ নয়' } },
  SUPERSEDED: { across: { en: 'SUPERSEDED', bn: 'সংশোধিত' }, told: { en: 'SUPERSEDED – not valid any more', bn: 'সংশোধিত – আর বৈধ নয়' } },
} as const satisfies Partial<Record<PrescriptionStatus, Record<'across' | 'told', BothLanguages>>>;

/** How many medicines there are, so that none is added by hand. */
export const medicinesInAll = (count: number): BothLanguages =>
  ({ en: count === 1 ? 'One medicine in all' : `${count} medicines in all`, bn: `মোট ${banglaDigits(count)}টি ওষুধ` });

/** An age in completed years, or in months where those are told. */
export function ageWords({ years, months, estimated }: NonNullable<PatientSnapshot['age']>): BothLanguages {
  const [count, en, bn] = months === null ? [years, years === 1 ? 'year' : 'years', 'বছর'] : [months, months === 1 ? 'month' : 'months', 'মাস'];
  return { en: `${estimated ? 'about ' : ''}${count} ${en}`, bn: `${estimated ? 'প্রায় ' : ''}${banglaDigits(count)} ${bn}` };
}

/** A decimal text of kilograms. */
export const weightWords = (kilograms: string): BothLanguages => ({ en: `${kilograms} kg`, bn: `${banglaDigits(kilograms)} কেজি` });
