import { PDFiumLibrary } from '@hyzyla/pdfium';
import jsqr from 'jsqr';

/** A PDF as a reader of PDFs shows it. */
export interface ReadPage {
  /** The text as it is copied, in its order, with what is invisible left out. */
  text: string;
  /** Width and height in points. */
  size: [number, number];
  /** What the QR code on it says; null when there is none, or it was not looked for. */
  qr: string | null;
  /** How far anything dark reaches to the right, in points from the left. */
  reach: number;
}

// Its types say that it is an ES module, which it is not.
const readCode = jsqr as unknown as typeof jsqr.default;

let library: Promise<PDFiumLibrary> | undefined;

/** Pixels of a point. */
const SCALE = 3;
/** The colour of a page, 0 to 255, below which it is dark: all but what is written across a page as a mark. */
const DARK = 190;

const INVISIBLE = /[\u0000\u200b\u2066-\u2069\ufffe]/g;

/** Reads a PDF with pdfium, as browsers do. Looking for codes takes longer than all else. */
export async function readPages(pdf: Buffer, { withCodes = true } = {}): Promise<ReadPage[]> {
  const pdfium = await (library ??= PDFiumLibrary.init());
  const document = await pdfium.loadDocument(pdf);
  const pages: ReadPage[] = [];
  for (const page of document.pages()) {
    const { originalWidth, originalHeight } = page.getOriginalSize();
    const text = page.getText();
    // Closes the page.
    const { data, width, height } = await page.render({ scale: SCALE, render: 'bitmap' });
    pages.push({ text: text.replace(INVISIBLE, '').replace(/\s+/g, ' '), size: [Math.round(originalWidth), Math.round(originalHeight)], qr: withCodes ? readCode(new Uint8ClampedArray(data), width, height)?.data ?? null : null, reach: rightmost(data, width) / SCALE });
  }
  document.destroy();
  return pages;
}

/** The place behind the last column with anything dark, of a picture of four bytes a pixel. */
function rightmost(pixels: Uint8Array, width: number): number {
  let found = 0;
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 1]! < DARK) found = Math.max(found, ((at / 4) % width) + 1);
  return found;
}
