import type { InvoicePaper, PaperLine, ReceiptPaper } from '../src/billing/papers/billing-paper.js';
import { Currency } from '../src/platform/money/currency.js';

const desk = {
  practice: { name: 'Shapla Skin Centre' }, chamber: { name: 'Gulshan', address: 'House 12, Road 90, Gulshan 2, Dhaka 1212', timeZone: 'Asia/Dhaka' },
  taxNumber: null, currency: Currency.BDT, patient: { mrn: 'P-000241', nameEn: 'Rahela Khatun', nameBn: 'রাহেলা খাতুন' }, copy: false,
};
const doctor = { nameEn: 'Dr. Nasrin Chowdhury', nameBn: 'ডা. নাসরিন চৌধুরী' };
const cashier = { nameEn: 'Joya Das', nameBn: 'জয়া দাস' };
const line: PaperLine = { description: '', code: null, isConsultation: false, isFreeFollowUp: false, doctor: null, quantity: 1, unitPrice: 0n, discount: 0n, taxCategory: 'EXEMPT', taxRate: 0, tax: 0n, total: 0n };

/** An invoice of nobody, by nobody. */
export const inventedInvoice: InvoicePaper = {
  ...desk, kind: 'INVOICE', status: 'ISSUED', number: 'GUL-2026-27-000123', credits: null, day: '2026-11-23', taxIncluded: false,
  lines: [
    { ...line, isConsultation: true, doctor, unitPrice: 150_000n, discount: 15_000n, total: 135_000n },
    { ...line, description: 'Cryotherapy of warts, both hands', doctor, quantity: 3, unitPrice: 80_000n, discount: 24_050n, total: 215_950n },
    { ...line, description: 'ময়েশ্চারাইজার ১০০ মি.লি.', quantity: 2, unitPrice: 45_000n, taxCategory: 'STANDARD', taxRate: 1500, tax: 13_500n, total: 103_500n },
  ],
  gross: 480_000n, discount: 39_050n, tax: 13_500n, rounding: 50n, total: 454_500n, credited: 0n, claimed: 0n,
  payments: [
    { method: 'CASH', provider: null, reference: null, payer: null, day: '2026-11-23', amount: 200_000n },
    { method: 'BKASH', provider: null, reference: 'BFD90JRLST', payer: 'Karim Khan', day: '2026-11-23', amount: 200_000n },
  ],
  due: 54_500n, note: 'Next session of cryotherapy in two weeks.', reason: null, issuedBy: cashier,
};

/** A tax invoice of nobody in the Emirates, by nobody. */
export const inventedTaxInvoice: InvoicePaper = {
  ...inventedInvoice, practice: { name: 'Marina Dermatology' }, chamber: { name: 'Deira', address: 'Al Rigga Street 14, Deira, Dubai', timeZone: 'Asia/Dubai' }, taxNumber: '100123456700003', currency: Currency.AED,
  number: 'DEI-2026-000071', taxIncluded: true,
  lines: [
    { ...line, isConsultation: true, code: 'CPT 99213', doctor, unitPrice: 35_000n, taxCategory: 'ZERO', total: 35_000n },
    { ...line, description: 'Chemical peel, superficial', code: 'CPT 15788', doctor, unitPrice: 52_500n, taxCategory: 'STANDARD', taxRate: 500, tax: 2_500n, total: 52_500n },
  ],
  gross: 87_500n, discount: 0n, tax: 2_500n, rounding: 0n, total: 87_500n, due: 0n,
  payments: [{ method: 'CARD', provider: 'Emirates terminal 2', reference: '004417', payer: null, day: '2026-11-23', amount: 87_500n }], note: null,
};

/** The receipt of a payment of nobody, by nobody. */
export const inventedReceipt: ReceiptPaper = {
  ...desk, kind: 'RECEIPT', number: '7F3A-91BC-22D0', at: new Date('2026-11-23T12:40:00Z'), method: 'BKASH', provider: null, reference: 'BFD90JRLST', payer: 'Karim Khan', amount: 250_000n,
  allocations: [{ number: 'GUL-2026-27-000123', amount: 200_000n }], left: 50_000n, isDeposit: false, refunded: 0n, takenBy: cashier,
};
