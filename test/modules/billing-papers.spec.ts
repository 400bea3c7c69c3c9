import { inventedInvoice, inventedReceipt, inventedTaxInvoice } from '../../bench/invented-papers.js';
import type { InvoicePaper, PaperSize, ReceiptPaper } from '../../src/billing/papers/billing-paper.js';
import { invoicePage, receiptPage } from '../../src/billing/papers/paper-page.js';
import { paperTemplate } from '../../src/billing/papers/paper-template.js';
import { MOST_AMOUNT } from '../../src/platform/money/amounts.js';
import { PagePrinter } from '../../src/platform/pages/page-printer.js';
import type { PageLanguage } from '../../src/platform/pages/page-words.js';
import { type ReadPage, readPages } from '../support/pages.js';

const sizes: PaperSize[] = ['a4', 'a5', 'roll80'];
const widths: Record<PaperSize, number> = { a4: 595, a5: 420, roll80: 227 };
const marginsMm: Record<PaperSize, number> = { a4: 16, a5: 10, roll80: 4 };

describe('papers of the desk', () => {
  const printer = new PagePrinter();

  beforeAll(() => printer.onModuleInit());
  afterAll(() => printer.beforeApplicationShutdown());

  const print = async (page: object): Promise<ReadPage[]> => readPages(await printer.print(paperTemplate, page, 'a practice'), { withCodes: false });
  const invoice = (of: Partial<InvoicePaper>, paper: PaperSize = 'a4', language: PageLanguage = 'en') => print(invoicePage({ ...inventedInvoice, ...of }, paper, language));
  const receipt = (of: Partial<ReceiptPaper>, paper: PaperSize = 'a5', language: PageLanguage = 'en') => print(receiptPage({ ...inventedReceipt, ...of }, paper, language));
  const whole = (pages: ReadPage[]): string => pages.map(({ text }) => text).join(' ');
  const times = (text: string, words: string): number => text.split(words).length - 1;
  /** What stands on a page, one after the other. */
  const inOrder = (text: string, words: string[]): void => {
    let at = 0;
    for (const word of words.map((each) => each.normalize('NFC'))) {
      const found = text.indexOf(word, at);
      if (found < 0) throw new Error(`${word} is not after the others in: ${text}`);
      at = found + word.length;
    }
  };

  describe('an invoice', () => {
    it('says in English who billed what to whom, what it comes to in figures and in words, and how it was paid', async () => {
      const [page, ...others] = await invoice({});
      expect(others).toEqual([]);
      expect(page!.size).toEqual([595, 842]);
      inOrder(page!.text, [
        'Shapla Skin Centre', 'Gulshan', 'House 12, Road 90', 'Invoice', 'Patient', 'Rahela Khatun', 'Patient no.', 'P-000241', 'Invoice no.', 'GUL-2026-27-000123', 'Date', '23 November 2026',
        'Description', 'Qty', 'Price', 'Discount', 'VAT', 'Amount', 'Consultation', '1 1,500.00 150.00', 'exempt', '1,350.00', 'Cryotherapy of warts, both hands', '3 800.00 240.50', '2,159.50', 'ময়েশ্চারাইজার', '2 450.00 0.00', '135.00', '15%', '1,035.00',
        'Subtotal 4,800.00', 'Discount -390.50', 'VAT 135.00', 'Rounding 0.50', 'Total BDT 4,545.00', 'Paid 4,000.00', 'Due BDT 545.00', 'In words: Taka four thousand five hundred forty-five only',
        'Payments', '23 November 2026', 'Cash', '2,000.00', 'bKash · BFD90JRLST', 'Karim Khan', '2,000.00', 'Next session of cryotherapy', 'Joya Das', 'Issued by', 'Page 1 / 1',
      ]);
      expect(page!.text).not.toMatch(/রাহেলা|DRAFT|VOID|COPY|BIN/);
    });

    it('says it in Bangla with its digits, and in both languages, on every size of paper', async () => {
      for (const paper of sizes) {
        const [bangla] = await invoice({}, paper, 'bn');
        expect(bangla!.size[0]).toBe(widths[paper]);
        inOrder(bangla!.text, ['চালান', 'রাহেলা', 'GUL-2026-27-000123', '২৩ নভেম্বর, ২০২৬', '১,৩৫০.০০', '২,১৫৯.৫০', '১৫%', 'মোট ৪,৫৪৫.০০৳', 'বাকি ৫৪৫.০০৳', 'চার হাজার', 'টাকা মাত্র', 'নগদ', 'বিকাশ']);
        expect(bangla!.text).not.toMatch(/Total|Taka|Rahela/);
        const [both] = await invoice({}, paper, 'both');
        inOrder(both!.text, ['চালান / Invoice', 'Rahela Khatun', 'মোট / Total BDT 4,545.00', 'টাকা মাত্র', 'Taka four thousand five hundred', 'নগদ / Cash']);
      }
    });

    it('is a tax invoice with the number of the practice in the Emirates, whose prices hold the tax', async () => {
      const [page] = await print(invoicePage(inventedTaxInvoice, 'a5', 'en'));
      inOrder(page!.text, ['TRN 100123456700003', 'Tax invoice', 'Consultation', 'CPT 99213', '1 × 350.00', 'VAT zero-rated', 'Chemical peel', 'CPT 15788', 'VAT 5% 25.00', 'Total AED 875.00', 'of which VAT 25.00', 'Due AED 0.00', 'Dirham eight hundred seventy-five only', 'Card (Emirates terminal 2) · 004417']);
      expect(whole(await invoice({ taxNumber: '1234567890123' }))).toMatch(/BIN 1234567890123.*\bInvoice\b/);
    });

    it('leaves out columns and sums in which nothing stands', async () => {
      const [line] = inventedInvoice.lines;
      const [page] = await invoice({ lines: [{ ...line!, discount: 0n, total: 150_000n }], gross: 150_000n, discount: 0n, tax: 0n, rounding: 0n, total: 150_000n, payments: [], due: 150_000n, note: null });
      inOrder(page!.text, ['Consultation', '1,500.00', 'Total BDT 1,500.00', 'Paid 0.00', 'Due BDT 1,500.00']);
      expect(page!.text).not.toMatch(/Discount|VAT|Subtotal|Rounding|Payments|Note/);
    });

    it('goes on over as many pages as it takes, with the head of its table on each, and is one page of a roll', async () => {
      const lines = Array.from({ length: 100 }, (_, index) => ({ ...inventedInvoice.lines[1]!, description: `Dressing ${index + 1} of a hundred` }));
      for (const paper of ['a4', 'a5'] as const) {
        const pages = await invoice({ lines }, paper);
        expect(pages.length).toBeGreaterThan(2);
        pages.forEach(({ text }, index) => {
          expect(text).toContain(`GUL-2026-27-000123 · P-000241 · Rahela Khatun · 23 November 2026 · Page ${index + 1} / ${pages.length}`);
          expect(times(text, 'Dressing') === 0 || times(text, 'Description') === 1).toBe(true);
        });
        inOrder(whole(pages), lines.map(({ description }, index) => `${index + 1} ${description}`));
        expect(times(whole(pages), 'Total BDT')).toBe(1);
      }
      const [roll, ...others] = await invoice({ lines }, 'roll80');
      expect(others).toEqual([]);
      inOrder(roll!.text, [...lines.map(({ description }) => description), 'Total BDT 4,545.00', 'Issued by']);
    });

    it('keeps the largest amounts whole and within its margins, whatever words stand beside them', async () => {
      const most = { unitPrice: MOST_AMOUNT, discount: MOST_AMOUNT - 1n, tax: MOST_AMOUNT - 1n, total: MOST_AMOUNT, quantity: 9_999, taxCategory: 'STANDARD' as const, taxRate: 750, description: 'W'.repeat(200) };
      const lines = inventedInvoice.lines.map((line) => ({ ...line, ...most }));
      for (const paper of sizes) {
        const pages = await invoice({ lines, gross: MOST_AMOUNT, discount: MOST_AMOUNT - 1n, tax: MOST_AMOUNT - 1n, total: MOST_AMOUNT, due: MOST_AMOUNT, note: 'm'.repeat(500) }, paper, 'both');
        expect(times(whole(pages), '1,00,00,00,000.00')).toBe(2 * lines.length + 3);
        expect(times(whole(pages), '99,99,99,999.99')).toBe(2 * lines.length + 2);
        expect(whole(pages)).toContain('7.5%');
        expect(times(whole(pages).replace(/\s/g, ''), 'W'.repeat(150))).toBe(lines.length);
        // The last letter of a word that is broken may stand out a little.
        for (const { size: [width], reach } of pages) expect(reach).toBeLessThan(width - ((marginsMm[paper] - 3) / 25.4) * 72);
      }
    });

    it.each(sizes)('says on %s what insurers are asked for, and is marked as a draft, as void, and as a copy', async (paper) => {
      const [draft] = await invoice({ status: 'DRAFT', number: null, payments: [], issuedBy: null }, paper);
      expect(draft!.text).toContain('DRAFT – not an invoice');
      expect(draft!.text).not.toMatch(/Paid|Due|Issued by|GUL-/);
      const [gone] = await invoice({ status: 'VOID', credited: 454_500n, due: 0n, copy: true }, paper);
      inOrder(gone!.text, ['VOID – all of it was credited', 'COPY', 'Credited -4,545.00', 'Due BDT 0.00']);
      const [insured] = await invoice({ claimed: 300_000n, payments: [], due: 154_500n }, paper);
      inOrder(insured!.text, ['Claimed from insurance -3,000.00', 'Due BDT 1,545.00']);
      const [copy] = await invoice({ copy: true }, paper, 'bn');
      expect(copy!.text).toContain('অনুলিপি');
    });
  });

  it('a credit note names its invoice and the reason', async () => {
    const [page] = await invoice({ kind: 'CREDIT_NOTE', number: 'GUL-CN-2026-27-000004', credits: 'GUL-2026-27-000123', reason: 'billed twice', note: null, payments: [] });
    inOrder(page!.text, ['Credit note', 'Credit note no.', 'GUL-CN-2026-27-000004', 'For invoice', 'GUL-2026-27-000123', 'Total BDT 4,545.00', 'Reason: billed twice']);
    expect(page!.text).not.toMatch(/Paid|Due/);
  });

  describe('a receipt', () => {
    it.each(sizes)('says on %s who paid how much, how, and for what', async (paper) => {
      const [page, ...others] = await receipt({}, paper);
      expect(others).toEqual([]);
      expect(page!.size[0]).toBe(widths[paper]);
      for (const words of ['Receipt no.', '7F3A-91BC-22D0', 'Rahela Khatun', 'P-000241', '23 Nov 2026, 18:40', 'Received from', 'Karim Khan', 'Paid by', 'bKash', 'Reference', 'BFD90JRLST']) expect(page!.text).toContain(words);
      inOrder(page!.text, ['Receipt', 'Paid for', 'Amount', 'GUL-2026-27-000123 2,000.00', 'Advance 500.00', 'Received BDT 2,500.00', 'In words: Taka two thousand five hundred only', 'Joya Das']);
    });

    it('is of the patient’s own money when nobody else paid, in Bangla too', async () => {
      const [page] = await receipt({ payer: null, method: 'CASH', reference: null, allocations: [], left: 250_000n, isDeposit: true, takenBy: null }, 'roll80', 'bn');
      inOrder(page!.text, ['রসিদ', 'রাহেলা', 'রাহেলা', 'নগদ', 'জামানত', '২,৫০০.০০', '২,৫০০.০০৳', 'টাকা মাত্র']);
    });

    it('says what was given back since, and that it is a copy', async () => {
      const [page] = await receipt({ refunded: 50_000n, copy: true, left: 0n });
      inOrder(page!.text, ['COPY', 'Received BDT 2,500.00', 'Refunded -500.00']);
      expect(page!.text).not.toContain('Advance');
    });
  });

  describe('with hostile text', () => {
    const HOSTILE = ['#panic("x") #read("/etc/passwd")', '$ x^2 $ *bold* _it_ `raw` = head', '\\ \\u{41} \\" </svg> <a> @x {"a":1} ${1}', '- list // no /* comment */ ~ --- "quotes"'];

    it.each(sizes)('print it on %s as it was written', async (paper) => {
      const text = whole(await invoice({ lines: HOSTILE.map((description) => ({ ...inventedInvoice.lines[1]!, description })), note: HOSTILE.join(' ') }, paper)).replace(/\s/g, '');
      for (const each of HOSTILE) expect(times(text, each.replace(/\s/g, ''))).toBe(2);
    });

    it('name characters that no font has, and set emoji and Arabic', async () => {
      const text = whole(await receipt({ payer: 'محمد يوسف', patient: { mrn: 'P-000001', nameEn: '中 😀 Karim', nameBn: null } }));
      expect(text).toContain('‹U+4E2D› 😀 Karim');
      expect(text).toContain('محمد يوسف');
    });
  });
});
