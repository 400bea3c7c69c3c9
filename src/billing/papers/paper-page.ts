import { banglaDigits } from '../../platform/digits.js';
import type { BothLanguages } from '../../platform/languages.js';
import { MoneyLanguage, figures, shown } from '../../platform/money/currency.js';
import { inWords } from '../../platform/money/words.js';
import { type PageLanguage, dayWords, instantWords, namesOf, say, shortened } from '../../platform/pages/page-words.js';
import type { InvoicePaper, Named, PaidHow, PaperLine, PaperSize, ReceiptPaper } from './billing-paper.js';
import { copyMark, marks, methodWords, paperWords, taxNumberWords, titleOf, titles, untaxedWords } from './paper-words.js';

/** A piece of text in a table, and how much it matters. */
interface CellLine {
  look: 'plain' | 'note';
  text: string;
}

/** A table: the last column that is no figure takes the room that is left; figures stand at the right and are never broken. */
interface Table {
  columns: Array<{ title: string[]; figures: boolean }>;
  rows: CellLine[][][];
}

interface Field {
  label: string;
  lines: string[];
}

interface Sum {
  label: string;
  amount: string;
  strong: boolean;
}

/** Everything that stands on a paper of the desk, worded; the template lays it out. */
export interface PaperPage {
  paper: PaperSize;
  lang: 'en' | 'bn';
  title: string;
  /** What marks the paper, across it. */
  mark: string | null;
  notices: string[];
  place: { practice: string; chamber: string; address: string; taxNumber: string | null };
  fields: Field[];
  table: Table | null;
  sums: Sum[];
  words: Field;
  payments: { title: string; table: Table } | null;
  notes: Field[];
  signature: Field | null;
  /** What the pages after the first begin with. */
  running: string;
  pageWord: string;
}

/** What stands on an invoice or a credit note. */
export function invoicePage(of: InvoicePaper, paper: PaperSize, language: PageLanguage): PaperPage {
  const { told, amount, total } = wordsIn(language, of);
  const title = told(titleOf(of));
  const mark = of.status === 'ISSUED' ? null : marks[of.status];
  const day = dayWords(of.day);
  const isCredit = of.kind === 'CREDIT_NOTE';
  return {
    ...sheet(of, paper, language, mark?.across ?? null), title,
    notices: [mark && told(mark.told), of.copy && told(copyMark)].filter((notice) => typeof notice === 'string'),
    fields: [
      ...patientFields(of, language),
      { label: told(isCredit ? paperWords.creditNoteNo : paperWords.invoiceNo), lines: [of.number ?? '–'] }, { label: told(paperWords.date), lines: spoken(day, language) },
      ...(of.credits ? [{ label: told(paperWords.forInvoice), lines: [of.credits] }] : []),
    ],
    table: linesTable(of, paper, language),
    sums: [...sumsOf(of, language), ...(isCredit || of.status === 'DRAFT' ? [] : settled())],
    words: { label: told(paperWords.inWords), lines: spoken(inWords(of.total, of.currency), language) },
    payments: of.payments.length ? { title: told(paperWords.payments), table: paymentsTable(of, paper, language) } : null,
    notes: [...(of.reason ? [{ label: told(paperWords.reason), lines: [of.reason] }] : []), ...(of.note ? [{ label: told(paperWords.note), lines: [of.note] }] : [])],
    signature: of.issuedBy && signature(paperWords.issuedBy, of.issuedBy, language),
    running: [of.number, ...whose(of, language), told(day)].filter(Boolean).join('  ·  '),
  };

  function settled(): Sum[] {
    const paid = of.payments.reduce((sum, payment) => sum + payment.amount, 0n);
    return [
      ...(of.credited ? [{ label: told(paperWords.credited), amount: amount(-of.credited), strong: false }] : []),
      ...(of.claimed ? [{ label: told(paperWords.claimed), amount: amount(-of.claimed), strong: false }] : []),
      { label: told(paperWords.paid), amount: amount(paid), strong: false }, { label: told(paperWords.due), amount: total(of.due), strong: true },
    ];
  }
}

/** What stands on the receipt of a payment. */
export function receiptPage(of: ReceiptPaper, paper: PaperSize, language: PageLanguage): PaperPage {
  const { told, amount, total } = wordsIn(language, of);
  const at = instantWords(of.at, of.chamber.timeZone);
  const row = (text: string, sum: bigint): CellLine[][] => [[{ look: 'plain', text }], [{ look: 'plain', text: amount(sum) }]];
  const payer = of.payer ? [of.payer] : of.patient ? namesOf(of.patient, language) : [];
  const rest = of.left ? [row(told(of.isDeposit ? paperWords.deposit : paperWords.advance), of.left)] : [];
  const rows = [...of.allocations.map(({ number, amount: paid }) => row(number, paid)), ...rest];
  return {
    ...sheet(of, paper, language, null), title: told(titles.RECEIPT), notices: of.copy ? [told(copyMark)] : [],
    fields: [
      ...patientFields(of, language), { label: told(paperWords.receiptNo), lines: [of.number] }, { label: told(paperWords.date), lines: spoken(at, language) },
      ...(payer.length ? [{ label: told(paperWords.payer), lines: payer }] : []), { label: told(paperWords.method), lines: [methodText(of, language)] },
      ...(of.reference ? [{ label: told(paperWords.reference), lines: [of.reference] }] : []),
    ],
    table: rows.length ? { columns: [{ title: spoken(paperWords.paidFor, language), figures: false }, { title: spoken(paperWords.sum, language), figures: true }], rows } : null,
    sums: [{ label: told(paperWords.received), amount: total(of.amount), strong: true }, ...(of.refunded ? [{ label: told(paperWords.refunded), amount: amount(-of.refunded), strong: false }] : [])],
    words: { label: told(paperWords.inWords), lines: spoken(inWords(of.amount, of.currency), language) },
    payments: null, notes: [], signature: of.takenBy && signature(paperWords.takenBy, of.takenBy, language),
    running: [of.number, ...whose(of, language), told(at)].join('  ·  '),
  };
}

/** What every paper has in common. */
function sheet({ practice, chamber, taxNumber, currency, copy }: InvoicePaper | ReceiptPaper, paper: PaperSize, language: PageLanguage, across: BothLanguages | null): Pick<PaperPage, 'paper' | 'lang' | 'mark' | 'place' | 'pageWord'> {
  const told = (words: BothLanguages): string => say(words, language);
  const mark = across ?? (copy ? copyMark : null);
  return {
    paper, lang: language === 'en' ? 'en' : 'bn', mark: mark && told(mark),
    place: { practice: practice.name, chamber: chamber.name, address: chamber.address, taxNumber: taxNumber && `${told(taxNumberWords[currency])} ${taxNumber}` },
    pageWord: told(paperWords.page),
  };
}

/** How a paper says things in its language; where it is in both, figures are Latin. */
function wordsIn(language: PageLanguage, { currency }: InvoicePaper | ReceiptPaper) {
  const digits = language === 'bn' ? MoneyLanguage.BN : MoneyLanguage.EN;
  return {
    told: (words: BothLanguages): string => say(words, language),
    amount: (of: bigint): string => figures(of, currency, digits),
    total: (of: bigint): string => shown(of, currency, digits),
    number: (of: number): string => (language === 'bn' ? banglaDigits(of) : String(of)),
  };
}

/** The wordings of a page, one below the other. */
const spoken = ({ en, bn }: BothLanguages, language: PageLanguage): string[] => (language === 'both' ? [...new Set([bn, en])] : [{ en, bn }[language]]);

const patientFields = ({ patient }: InvoicePaper | ReceiptPaper, language: PageLanguage): Field[] =>
  patient ? [{ label: say(paperWords.patient, language), lines: namesOf(patient, language) }, { label: say(paperWords.mrn, language), lines: [patient.mrn] }] : [];

const whose = ({ patient }: InvoicePaper | ReceiptPaper, language: PageLanguage): string[] => patient ? [patient.mrn, shortened(namesOf(patient, language).join(' / '))] : [];

const signature = (label: BothLanguages, who: Named, language: PageLanguage): Field => ({ label: say(label, language), lines: namesOf(who, language) });

/** The lines: on large paper a column for each figure, on small paper what they are made up of below the description. */
function linesTable(of: InvoicePaper, paper: PaperSize, language: PageLanguage): Table {
  const { amount, number } = wordsIn(language, of);
  const column = (words: BothLanguages, isFigure = true) => ({ title: spoken(words, language), figures: isFigure });
  const cell = (text: string): CellLine[] => [{ look: 'plain', text }];
  const isTaxed = of.taxNumber !== null || of.lines.some(({ tax }) => tax);
  const isLess = of.discount !== 0n;
  if (paper === 'a4') {
    return {
      columns: [
        { title: ['#'], figures: true }, column(paperWords.description, false), column(paperWords.quantity), column(paperWords.price),
        ...(isLess ? [column(paperWords.discount)] : []), ...(isTaxed ? [column(paperWords.tax)] : []), column(paperWords.amount),
      ],
      rows: of.lines.map((line, index) => [
        cell(number(index + 1)), describe(line, language), cell(number(line.quantity)), cell(amount(line.unitPrice)),
        ...(isLess ? [cell(amount(line.discount))] : []), ...(isTaxed ? [taxCell(line)] : []), cell(amount(line.total)),
      ]),
    };
  }
  return {
    columns: [{ title: ['#'], figures: true }, column(paperWords.description, false), column(paperWords.amount)],
    rows: of.lines.map((line, index) => [cell(number(index + 1)), [...describe(line, language), ...reckoned(line)], cell(amount(line.total))]),
  };

  function taxCell(line: PaperLine): CellLine[] {
    if (line.taxCategory !== 'STANDARD') return spoken(untaxedWords[line.taxCategory], language).map((text) => ({ look: 'note', text }));
    return [...cell(amount(line.tax)), { look: 'note', text: taxText(line, language) }];
  }

  function reckoned(line: PaperLine): CellLine[] {
    const told = [
      `${number(line.quantity)} × ${amount(line.unitPrice)}`,
      ...(line.discount ? [`${say(paperWords.discount, language)} ${amount(line.discount)}`] : []),
      ...(isTaxed ? [`${say(paperWords.tax, language)} ${taxText(line, language)}${line.tax ? ` ${amount(line.tax)}` : ''}`] : []),
    ];
    return (paper === 'roll80' ? told : [told.map(unbroken).join('  ·  ')]).map((text) => ({ look: 'note', text }));
  }
}

function describe({ description, code, isConsultation, isFreeFollowUp, doctor }: PaperLine, language: PageLanguage): CellLine[] {
  const called = [isConsultation && say(paperWords.consultation, language), description].filter(Boolean).join(' – ');
  const notes = [isFreeFollowUp && say(paperWords.freeFollowUp, language), doctor && namesOf(doctor, language).join(' / '), code].filter((note) => typeof note === 'string');
  return [{ look: 'plain', text: called }, ...notes.map((text) => ({ look: 'note' as const, text }))];
}

function taxText({ taxCategory, taxRate }: PaperLine, language: PageLanguage): string {
  if (taxCategory !== 'STANDARD') return say(untaxedWords[taxCategory], language);
  const rate = `${taxRate / 100}%`;
  return language === 'bn' ? banglaDigits(rate) : rate;
}

function sumsOf(of: InvoicePaper, language: PageLanguage): Sum[] {
  const { told, amount, total } = wordsIn(language, of);
  const isPlain = !of.discount && !of.tax && !of.rounding;
  const line = (label: BothLanguages, sum: bigint): Sum[] => (sum ? [{ label: told(label), amount: amount(sum), strong: false }] : []);
  return [
    ...(isPlain ? [] : line(paperWords.subtotal, of.gross)), ...line(paperWords.discount, -of.discount), ...(of.taxIncluded ? [] : line(paperWords.tax, of.tax)), ...line(paperWords.rounding, of.rounding),
    { label: told(paperWords.total), amount: total(of.total), strong: true }, ...(of.taxIncluded ? line(paperWords.taxInIt, of.tax) : []),
  ];
}

function paymentsTable(of: InvoicePaper, paper: PaperSize, language: PageLanguage): Table {
  const { amount } = wordsIn(language, of);
  const isWide = paper === 'a4';
  const column = (words: BothLanguages, isFigure: boolean) => ({ title: spoken(words, language), figures: isFigure });
  const lines = (look: CellLine['look'], texts: string[]): CellLine[] => texts.map((text) => ({ look, text }));
  return {
    columns: [...(isWide ? [column(paperWords.date, false)] : []), column(paperWords.method, false), column(paperWords.sum, true)],
    rows: of.payments.map((payment) => {
      const day = spoken(dayWords(payment.day), language);
      const how = [methodText(payment, language), payment.reference].filter(Boolean).join('  ·  ');
      const notes = [...(payment.payer === null ? [] : [payment.payer]), ...(isWide ? [] : day)];
      return [...(isWide ? [lines('plain', day)] : []), [...lines('plain', [how]), ...lines('note', notes)], lines('plain', [amount(payment.amount)])];
    }),
  };
}

const methodText = ({ method, provider }: PaidHow, language: PageLanguage): string => [say(methodWords[method], language), provider && `(${provider})`].filter(Boolean).join(' ');

/** A text that stays on one line as long as a line has room for it. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');
