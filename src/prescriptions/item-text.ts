import { drugForms } from '../drugs/drug-form.model.js';
import { type DoseLanguage, phrases } from './dose/dose-phrases.js';
import { doseSentence } from './dose/dose-sentence.js';
import { parseDose } from './dose/parse-dose.js';
import type { PrescribedDrug, PrescribedItem } from './prescription-content.js';
import { routeWords } from './route-words.model.js';

const languages = ['en', 'bn'] as const;

const inBoth = (say: (language: DoseLanguage) => string): Record<DoseLanguage, string> => ({ en: say(languages[0]), bn: say(languages[1]) });

/** A medicine as it is named, with its generic name, strength and form; a free text as it is. */
export const drugText = (drug: PrescribedDrug): Record<DoseLanguage, string> => inBoth((language) => {
  if (drug.kind === 'FREE') return drug.text;
  const brand = language === 'bn' ? (drug.brandBn ?? drug.brand) : drug.brand;
  return `${brand} ${drug.strength} ${drugForms[drug.form][language]}${drug.generic === drug.brand ? '' : ` (${drug.generic})`}`;
});

/** How a medicine is taken, by which way, how much of it there is, and what else is to be heeded. */
export const dosageText = ({ dose, unit, meal, route, quantity, note }: PrescribedItem): Record<DoseLanguage, string> => inBoth((language) => {
  const amount = quantity === null ? null : phrases[language].amount(Math.round(Number(quantity) * 1000), unit);
  return [doseSentence(parseDose(dose), { unit, meal }, language), route && routeWords[route][language], amount && { en: `${amount} in all`, bn: `মোট ${amount}` }[language], note].filter(Boolean).join('; ');
});
