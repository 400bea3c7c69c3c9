import { PDFiumLibrary } from '@hyzyla/pdfium';
import jsqr from 'jsqr';

/** A PDF as a reader of PDFs shows it. */
export interface ReadPage {
  /** The text as it is copied, in its order, with what is invisible left out. */
  text: string;
  /** Width and height in points. */
  size: [number, number];
  /** What the QR code on it says; null when there is none. */
  qr: string | null;
}

// Its types say that it is an ES module, which it is not.
const readCode = jsqr as unknown as typeof jsqr.default;

let library: Promise<PDFiumLibrary> | undefined;

const INVISIBLE = /[\u0000\u200b\u2066-\u2069\ufffe]/g;

/** Reads a PDF with pdfium, as browsers do. */
export async function readPages(pdf: Buffer): Promise<ReadPage[]> {
  const pdfium = await (library ??= PDFiumLibrary.init());
  const document = await pdfium.loadDocument(pdf);
  const pages: ReadPage[] = [];
  for (const page of document.pages()) {
    const { originalWidth, originalHeight } = page.getOriginalSize();
    const text = page.getText();
    // Closes the page.
    const { data, width, height } = await page.render({ scale: 3, render: 'bitmap' });
    pages.push({ text: text.replace(INVISIBLE, '').replace(/\s+/g, ' '), size: [Math.round(originalWidth), Math.round(originalHeight)], qr: readCode(new Uint8ClampedArray(data), width, height)?.data ?? null });
  }
  document.destroy();
  return pages;
}
