import type { DoseUnit } from '../drugs/dose-unit.model.js';
import { drugForms } from '../drugs/drug-form.model.js';
import type { BothLanguages } from '../platform/languages.js';
import { type DoseLanguage, phrases } from './dose/dose-phrases.js';
import { doseSentence } from './dose/dose-sentence.js';
import { toThousandths } from './dose/dosing.js';
import { parseDose } from './dose/parse-dose.js';
import type { PrescribedDrug, PrescribedItem } from './prescription-content.js';
import { routeWords } from './route-words.model.js';

const inBoth = (say: (language: DoseLanguage) => string): BothLanguages => ({ en: say('en'), bn: say('bn') });

/** An amount in words; `quantity` is decimal text, in `unit`. */
export const amountText = (quantity: string, unit: DoseUnit): BothLanguages => inBoth((language) => phrases[language].amount(toThousandths(quantity), unit));

/** A medicine as it is named, with its generic name, strength and form; a free text as it is. */
export const drugText = (drug: PrescribedDrug): BothLanguages => inBoth((language) => {
  if (drug.kind === 'FREE') return drug.text;
  const brand = language === 'bn' ? (drug.brandBn ?? drug.brand) : drug.brand;
  return `${brand} ${drug.strength} ${drugForms[drug.form][language]}${drug.generic === drug.brand ? '' : ` (${drug.generic})`}`;
});

/** How a medicine is taken, by which way, how much of it there is, and what else is to be heeded. */
export const dosageText = ({ dose, unit, meal, route, quantity, note }: PrescribedItem): BothLanguages => inBoth((language) => {
  const amount = quantity === null ? null : amountText(quantity, unit)[language];
  return [doseSentence(parseDose(dose), { unit, meal }, language), route && routeWords[route][language], amount && { en: `${amount} in all`, bn: `মোট ${amount}` }[language], note].filter(Boolean).join('; ');
});
