import type { BothLanguages } from '../../platform/languages.js';
import { Currency } from '../../platform/money/currency.js';
import type { InvoiceKind, InvoiceStatus } from '../invoices/invoice.enums.js';
import type { PaymentMethod } from '../payments/payment.enums.js';
import type { TaxCategory } from '../settings/tax-category.model.js';
import type { InvoicePaper } from './billing-paper.js';

/** What papers of the desk say besides what was billed. */
export const paperWords = {
  invoiceNo: { en: 'Invoice no.', bn: 'চালান নং' }, creditNoteNo: { en: 'Credit note no.', bn: 'ফেরত-চালান নং' }, receiptNo: { en: 'Receipt no.', bn: 'রসিদ নং' }, forInvoice: { en: 'For invoice', bn: 'যে চালানের ফেরত' },
  date: { en: 'Date', bn: 'তারিখ' }, patient: { en: 'Patient', bn: 'রোগী' }, mrn: { en: 'Patient no.', bn: 'রোগী নং' }, currency: { en: 'Currency', bn: 'মুদ্রা' },
  description: { en: 'Description', bn: 'বিবরণ' }, quantity: { en: 'Qty', bn: 'সংখ্যা' }, price: { en: 'Price', bn: 'দর' }, discount: { en: 'Discount', bn: 'ছাড়' }, tax: { en: 'VAT', bn: 'ভ্যাট' }, amount: { en: 'Amount', bn: 'মূল্য' }, sum: { en: 'Amount', bn: 'পরিমাণ' },
  consultation: { en: 'Consultation', bn: 'চিকিৎসকের ফি' }, freeFollowUp: { en: 'free follow-up', bn: 'বিনা ফিতে ফলো-আপ' },
  subtotal: { en: 'Subtotal', bn: 'উপমোট' }, taxInIt: { en: 'of which VAT', bn: 'এর মধ্যে ভ্যাট' }, rounding: { en: 'Rounding', bn: 'রাউন্ডিং' }, total: { en: 'Total', bn: 'মোট' },
  credited: { en: 'Credited', bn: 'ফেরত-চালানে বাদ' }, claimed: { en: 'Claimed from insurance', bn: 'বীমার কাছে দাবি' }, paid: { en: 'Paid', bn: 'পরিশোধিত' }, due: { en: 'Due', bn: 'বাকি' }, inWords: { en: 'In words', bn: 'কথায়' },
  payments: { en: 'Payments', bn: 'পরিশোধের বিবরণ' }, note: { en: 'Note', bn: 'মন্তব্য' }, reason: { en: 'Reason', bn: 'কারণ' }, issuedBy: { en: 'Issued by', bn: 'প্রদানকারী' },
  payer: { en: 'Received from', bn: 'যাঁর কাছ থেকে' }, method: { en: 'Paid by', bn: 'পরিশোধের মাধ্যম' }, reference: { en: 'Reference', bn: 'রেফারেন্স' }, paidFor: { en: 'Paid for', bn: 'যে বাবদ' }, received: { en: 'Received', bn: 'গৃহীত' },
  advance: { en: 'Advance', bn: 'অগ্রিম' }, deposit: { en: 'Deposit for a booking', bn: 'বুকিংয়ের জামানত' }, refunded: { en: 'Refunded', bn: 'ফেরত দেওয়া হয়েছে' }, takenBy: { en: 'Received by', bn: 'গ্রহণকারী' },
  page: { en: 'Page', bn: 'পৃষ্ঠা' },
} as const satisfies Record<string, BothLanguages>;

/** What a paper is. */
export const titles = {
  INVOICE: { en: 'Invoice', bn: 'চালান' }, CREDIT_NOTE: { en: 'Credit note', bn: 'ফেরত-চালান' }, RECEIPT: { en: 'Receipt', bn: 'রসিদ' },
} as const satisfies Record<string, BothLanguages>;

// The Emirates ask of whoever is registered for tax that the paper says so in its title.
const taxTitles = { INVOICE: { en: 'Tax invoice', bn: 'কর চালান' }, CREDIT_NOTE: { en: 'Tax credit note', bn: 'কর ফেরত-চালান' } } as const satisfies Record<InvoiceKind, BothLanguages>;

/** What an invoice or credit note is called. */
export const titleOf = ({ kind, currency, taxNumber }: Pick<InvoicePaper, 'kind' | 'currency' | 'taxNumber'>): BothLanguages =>
  (currency === Currency.AED && taxNumber ? taxTitles : titles)[kind];

/** What the number is called under which a practice is registered for tax. */
export const taxNumberWords: Record<Currency, BothLanguages> = { BDT: { en: 'BIN', bn: 'বিআইএন' }, AED: { en: 'TRN', bn: 'টিআরএন' } };

/** What a paper says that is no invoice, or none any more: in large letters across it, and in a box at its head. */
export const marks = {
  DRAFT: { across: { en: 'DRAFT', bn: 'খসড়া' }, told: { en: 'DRAFT – not an invoice', bn: 'খসড়া – এটি চালান নয়' } },
  VOID: { across: { en: 'VOID', bn: 'বাতিল' }, told: { en: 'VOID – all of it was credited', bn: 'বাতিল – ফেরত-চালানে পুরোটা বাদ গেছে' } },
} as const satisfies Partial<Record<InvoiceStatus, Record<'across' | 'told', BothLanguages>>>;

export const copyMark: BothLanguages = { en: 'COPY', bn: 'অনুলিপি' };

export const methodWords: Record<PaymentMethod, BothLanguages> = {
  CASH: { en: 'Cash', bn: 'নগদ' }, CARD: { en: 'Card', bn: 'কার্ড' }, BKASH: { en: 'bKash', bn: 'বিকাশ' }, WALLET: { en: 'Wallet', bn: 'ওয়ালেট' }, BANK: { en: 'Bank transfer', bn: 'ব্যাংক ট্রান্সফার' },
};

/** How a line is taxed, where the rate does not tell. */
export const untaxedWords: Record<Exclude<`${TaxCategory}`, 'STANDARD'>, BothLanguages> = {
  ZERO: { en: 'zero-rated', bn: 'শূন্য হার' }, EXEMPT: { en: 'exempt', bn: 'অব্যাহতিপ্রাপ্ত' }, OUT_OF_SCOPE: { en: 'out of scope', bn: 'আওতার বাইরে' },
};
