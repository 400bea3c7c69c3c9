import { mkdirSync, writeFileSync } from 'node:fs';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { PNG } from 'pngjs';
import QRCode from 'qrcode';
import { invoicePage, receiptPage } from '../src/billing/papers/paper-page.js';
import { paperTemplate } from '../src/billing/papers/paper-template.js';
import { PagePrinter } from '../src/platform/pages/page-printer.js';
import type { PageLanguage } from '../src/platform/pages/page-words.js';
import { type Paper, type Paperwork, pageData } from '../src/prescriptions/page/page-data.js';
import { pageTemplate } from '../src/prescriptions/page/page-template.js';
import { printedCode, verificationAddress } from '../src/prescriptions/verification-code.js';
import { inventedInvoice, inventedReceipt, inventedTaxInvoice } from './invented-papers.js';

const CODE = '7K3F9M2QXV4T8RBN6WZC1HJ5DG';

const tablet = { kind: 'PRODUCT' as const, productId: '', form: 'TABLET' as const, ingredients: [] };
const item = { id: '', unit: 'TABLET', meal: 'AFTER_MEAL', route: 'ORAL', quantity: null, packs: null, note: null } as const;

/** A prescription of nobody, by nobody. */
async function invented(): Promise<Paperwork> {
  const address = verificationAddress('https://shapla.example', CODE);
  return {
    status: 'SIGNED', practice: { id: '', name: 'Shapla Skin Centre' }, chamber: { id: '', name: 'Gulshan', address: 'House 12, Road 90, Gulshan 2, Dhaka 1212', timeZone: 'Asia/Dhaka' },
    doctor: { memberId: '', nameEn: 'Dr. Nasrin Chowdhury', nameBn: 'ডা. নাসরিন চৌধুরী', licence: 'BMDC A-00009', licenceExpiresOn: null },
    patient: { id: '', mrn: 'P-000241', nameEn: 'Rahela Khatun', nameBn: 'রাহেলা খাতুন', sex: 'FEMALE', age: { years: 64, months: null, estimated: false }, weightKg: '58.5' },
    day: '2026-11-23', supersededBy: null, unchecked: [],
    signed: {
      number: 'RX-000124', amends: null, at: new Date('2026-11-23T12:40:00Z'), hash: '9f2c4e1ab07d5563c8e19a4470d3f6b2', address, code: printedCode(CODE),
      qr: await QRCode.toString(address, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' }),
    },
    content: {
      complaints: ['Itching of both hands for 3 weeks', 'রাতে চুলকানি বাড়ে'], examination: 'BP 130/80 mmHg\nErythematous scaly plaques on both palms',
      diagnoses: [{ coded: { system: 'ICD-10', version: '', code: 'L30.9', title: 'Dermatitis, unspecified', titleBn: 'ত্বকের প্রদাহ' } as never, text: 'hand eczema' }, { coded: null, text: 'Type 2 diabetes' }],
      investigations: [{ name: 'HbA1c', note: null }, { name: 'Serum creatinine', note: 'before the next visit' }],
      items: [
        { ...item, drug: { ...tablet, brand: 'Kandrocet', brandBn: 'ক্যান্ড্রোসেট', generic: 'Cetirizine hydrochloride', strength: '10 mg' }, dose: '0+0+1 ×14d', quantity: '14' },
        { ...item, drug: { ...tablet, form: 'CREAM', brand: 'Betaderm', brandBn: 'বেটাডার্ম', generic: 'Betamethasone valerate', strength: '0.1%' }, unit: 'APPLICATION', meal: null, route: 'TOPICAL', dose: '1+0+1 ×7d then 0+0+1 ×7d', packs: { count: 1, each: 20, unit: 'GRAM' }, note: 'Thinly, on the palms only' },
        { ...item, drug: { ...tablet, brand: 'Glucozil', brandBn: 'গ্লুকোজিল', generic: 'Metformin hydrochloride', strength: '500 mg' }, dose: '1+0+1 cont', meal: 'WITH_MEAL' },
        { ...item, drug: { kind: 'FREE', text: 'Napadol 500 mg tablet' }, dose: '1 sos max 3/d', quantity: '10' },
      ],
      advice: ['প্রতিবার হাত ধোয়ার পর ময়েশ্চারাইজার লাগাবেন', 'Wear cotton-lined gloves for wet work'], followUp: { on: '2026-12-14', note: 'with the reports' },
    },
  };
}

const TEMPLATES = { prescription: pageTemplate, billing: paperTemplate };

/** The pictures of docs/prescriptions.md and docs/billing.md. */
async function drawPages(directory: string): Promise<void> {
  const work = await invented();
  const prescription = (of: Partial<Paperwork>, paper: Paper, language: PageLanguage) => pageData({ ...work, ...of }, paper, language);
  const pages: Array<[template: keyof typeof TEMPLATES, name: string, page: object]> = [
    ['prescription', 'a4-both', prescription({}, 'a4', 'both')], ['prescription', 'a4-en', prescription({}, 'a4', 'en')], ['prescription', 'a5-bn', prescription({}, 'a5', 'bn')],
    ['prescription', 'a5-draft', prescription({ status: 'DRAFT', signed: null }, 'a5', 'both')],
    ['billing', 'invoice-a4-both', invoicePage(inventedInvoice, 'a4', 'both')], ['billing', 'invoice-a5-bn', invoicePage(inventedInvoice, 'a5', 'bn')], ['billing', 'tax-invoice-a5-en', invoicePage(inventedTaxInvoice, 'a5', 'en')],
    ['billing', 'receipt-a5-bn', receiptPage(inventedReceipt, 'a5', 'bn')], ['billing', 'receipt-roll80-both', receiptPage(inventedReceipt, 'roll80', 'both')], ['billing', 'invoice-roll80-bn', invoicePage(inventedInvoice, 'roll80', 'bn')],
  ];
  const pdfium = await PDFiumLibrary.init();
  const printer = new PagePrinter();
  printer.onModuleInit();
  mkdirSync(directory, { recursive: true });
  for (const [template, name, page] of pages) {
    const document = await pdfium.loadDocument(await printer.print(TEMPLATES[template], page, 'the one practice'));
    const { data, width, height } = await document.getPage(0).render({ scale: 1.5, render: 'bitmap' });
    document.destroy();
    const png = new PNG({ width, height });
    // What pdfium draws is in the order blue, green, red.
    for (let at = 0; at < data.length; at += 4) png.data.set([data[at + 2]!, data[at + 1]!, data[at]!, 255], at);
    writeFileSync(`${directory}/${template}-${name}.png`, PNG.sync.write(png, { colorType: 0 }));
  }
  pdfium.destroy();
  await printer.beforeApplicationShutdown();
}

await drawPages('docs/pictures');
