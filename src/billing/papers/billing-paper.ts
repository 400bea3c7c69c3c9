import type { Currency } from '../../platform/money/currency.js';
import type { InvoiceKind, InvoiceStatus } from '../invoices/invoice.enums.js';
import type { PaymentMethod } from '../payments/payment.enums.js';
import type { TaxCategory } from '../settings/tax-category.model.js';

/** The sizes of paper: ISO 216, and the roll of a desk's thermal printer, 80 mm wide and as long as it takes. */
export const paperSizes = ['a4', 'a5', 'roll80'] as const;
export type PaperSize = (typeof paperSizes)[number];

/** Somebody by name; at least one of them is there. */
export interface Named {
  nameEn: string | null;
  nameBn: string | null;
}

/** What stands on every paper of the desk. Amounts are minor units of `currency`. */
interface DeskPaper {
  practice: { name: string };
  chamber: { name: string; address: string; timeZone: string };
  /** The number under which the practice is registered for tax. */
  taxNumber: string | null;
  currency: Currency;
  /** Null for what was paid online, as long as nobody said who comes. */
  patient: (Named & { mrn: string }) | null;
  /** Whether it is printed once more, and to be marked as such. */
  copy: boolean;
}

/** How something was paid: the method, whose reference it is (the name of a terminal, a wallet or a bank), and who paid if not the patient. */
export interface PaidHow {
  method: `${PaymentMethod}`;
  provider: string | null;
  reference: string | null;
  payer: string | null;
}

export interface PaperLine {
  /** Empty for a consultation without words of its own. */
  description: string;
  /** The code of what was done, with its system: CPT 99213. */
  code: string | null;
  isConsultation: boolean;
  /** Whether it is free because of an earlier consultation. */
  isFreeFollowUp: boolean;
  doctor: Named | null;
  quantity: number;
  unitPrice: bigint;
  discount: bigint;
  taxCategory: `${TaxCategory}`;
  /** In basis points. */
  taxRate: number;
  tax: bigint;
  /** What it comes to, with tax. */
  total: bigint;
}

/** An invoice or a credit note, as it is printed. */
export interface InvoicePaper extends DeskPaper {
  kind: `${InvoiceKind}`;
  status: Exclude<`${InvoiceStatus}`, 'DISCARDED'>;
  /** Null for a draft. */
  number: string | null;
  /** The number of the invoice that a credit note takes back. */
  credits: string | null;
  /** The calendar day at the chamber, yyyy-mm-dd. */
  day: string;
  taxIncluded: boolean;
  lines: PaperLine[];
  /** Before discounts. */
  gross: bigint;
  discount: bigint;
  tax: bigint;
  rounding: bigint;
  total: bigint;
  /** What credit notes took back of it. */
  credited: bigint;
  /** What insurers owe of it instead of the patient, or have paid. */
  claimed: bigint;
  /** What pays it, the first first. */
  payments: Array<PaidHow & { day: string; amount: bigint }>;
  due: bigint;
  note: string | null;
  /** Why a credit note was issued. */
  reason: string | null;
  /** Null for a draft. */
  issuedBy: Named | null;
}

/** The receipt of a payment. */
export interface ReceiptPaper extends DeskPaper, PaidHow {
  kind: 'RECEIPT';
  number: string;
  /** When the money was had. */
  at: Date;
  amount: bigint;
  /** Which invoices were paid with it, by their numbers. */
  allocations: Array<{ number: string; amount: bigint }>;
  /** What is left of it for what comes later. */
  left: bigint;
  /** Whether what is left is held as the deposit of a booking. */
  isDeposit: boolean;
  refunded: bigint;
  /** Null for what was paid online. */
  takenBy: Named | null;
}
