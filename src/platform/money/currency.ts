import { AED, BDT, type DineroCurrency, dinero, toDecimal } from 'dinero.js/bigint';
import { registerEnumType } from '@nestjs/graphql';

/** The currencies that practices keep their books in; a practice has one. Both have a hundred minor units (ISO 4217). */
export enum Currency { BDT = 'BDT', AED = 'AED' }
registerEnumType(Currency, {
  name: 'Currency',
  description: 'A currency, by ISO 4217. A practice keeps its books in one: `Practice.currency`.',
  valuesMap: {
    BDT: { description: 'Bangladeshi taka; its minor unit is the paisa, a hundredth.' },
    AED: { description: 'Dirham of the United Arab Emirates; its minor unit is the fils, a hundredth.' },
  },
});

/** The languages that money is shown in. */
export enum MoneyLanguage { EN = 'EN', BN = 'BN' }
registerEnumType(MoneyLanguage, {
  name: 'MoneyLanguage',
  description: 'The language and digits that money is shown in.',
  valuesMap: { EN: { description: 'English: BDT 1,25,000.00, AED 125,000.00.' }, BN: { description: 'Bangla: ১,২৫,০০০.০০৳.' } },
});

const known: Record<Currency, DineroCurrency<bigint>> = { BDT, AED };
// Taka are grouped by lakh and crore, in English too; the locale en-BD of the library of the language is not.
const locales: Record<MoneyLanguage, Record<Currency, string>> = { EN: { BDT: 'en-IN', AED: 'en-AE' }, BN: { BDT: 'bn-BD', AED: 'bn-BD' } };

/** Minor units as people read them: `BDT 1,25,000.00`, with spaces that break lines. */
export function shown(amount: bigint, currency: Currency, language: MoneyLanguage): string {
  const decimal = toDecimal(dinero({ amount, currency: known[currency] })) as Intl.StringNumericLiteral;
  const format = new Intl.NumberFormat(locales[language][currency], { style: 'currency', currency, currencyDisplay: language === MoneyLanguage.EN ? 'code' : 'symbol' });
  return format.format(decimal).replace(/\u00a0/g, ' ');
}

/** Minor units as people read them where the currency is told elsewhere: `1,25,000.00`. */
export function figures(amount: bigint, currency: Currency, language: MoneyLanguage): string {
  const decimal = toDecimal(dinero({ amount, currency: known[currency] })) as Intl.StringNumericLiteral;
  return new Intl.NumberFormat(locales[language][currency], { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(decimal);
}
