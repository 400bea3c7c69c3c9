import fc from 'fast-check';
import { InvalidText } from '../platform/plain-text.js';
import { extensions } from './document-types.js';
import { LONGEST_FILE_NAME, UnknownExtension, cleanFileName, extensionOf } from './file-name.js';

const refusal = (raw: string): string => {
  try {
    cleanFileName(raw);
  } catch (error) {
    if (error instanceof InvalidText) return error.reason;
    if (error instanceof UnknownExtension) return 'UNKNOWN_EXTENSION';
    throw error;
  }
  return 'taken';
};

describe('a file name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['রক্ত পরীক্ষা ২০২৬.PDF', 'রক্ত পরীক্ষা ২০২৬.PDF'],
    ['  two   spaces .jpg ', 'two spaces .jpg'],
    ['C:\\fakepath\\scan 1.png', 'scan 1.png'],
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['/srv/desk/a.b.c.tiff', 'a.b.c.tiff'],
    ['..\\..\\windows\\x.heic', 'x.heic'],
    ['mixed\\and/or.dcm', 'or.dcm'],
    ['a’b "c";d=e.pdf', 'a’b "c";d=e.pdf'],
    ['ক্ষ\u200D.pdf', 'ক্ষ\u200D.pdf'],
  ])('%j is kept as %j', (raw, kept) => {
    expect(cleanFileName(raw)).toBe(kept);
  });

  it.each([
    ['../../etc/passwd', 'UNKNOWN_EXTENSION'],
    ['report', 'UNKNOWN_EXTENSION'],
    ['report.', 'UNKNOWN_EXTENSION'],
    ['report.pdf.exe', 'UNKNOWN_EXTENSION'],
    ['page.html', 'UNKNOWN_EXTENSION'],
    ['drawing.svg', 'UNKNOWN_EXTENSION'],
    ['letter.docm', 'UNKNOWN_EXTENSION'],
    ['all.zip', 'UNKNOWN_EXTENSION'],
    ['report.pdf ' + 'x', 'UNKNOWN_EXTENSION'],
    ['report.pdf::$DATA', 'UNKNOWN_EXTENSION'],
    ['.pdf', 'EMPTY'],
    ['...pdf', 'EMPTY'],
    ['a/.pdf', 'EMPTY'],
    ['scans.pdf/', 'EMPTY'],
    ['scans.pdf\\', 'EMPTY'],
    ['   ', 'EMPTY'],
    ['', 'EMPTY'],
    ['a\0.pdf', 'CONTROL_CHARACTER'],
    ['a\u001B.pdf', 'CONTROL_CHARACTER'],
    ['invoice\u202Efdp.exe', 'BIDIRECTIONAL_CONTROL'],
    ['invoice\u202Eexe.pdf', 'BIDIRECTIONAL_CONTROL'],
    ['a\uD800.pdf', 'LONE_SURROGATE'],
    [`${'x'.repeat(LONGEST_FILE_NAME - 3)}.pdf`, 'TOO_LONG'],
    [`${'x'.repeat(10_000)}.pdf`, 'TOO_LONG'],
    [`${'x/'.repeat(100_000)}a.pdf`, 'TOO_LONG'],
  ])('%j is refused: %s', (raw, reason) => {
    expect(refusal(raw)).toBe(reason);
  });

  it('of the greatest length is kept', () => {
    const name = `${'ক'.repeat(LONGEST_FILE_NAME - 4)}.pdf`;
    expect(cleanFileName(`a/${name}`)).toBe(name);
  });

  it('that is kept names one file in no directory, with a known extension, and stays as it is when cleaned again', () => {
    const extension = fc.constantFrom(...extensions);
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), extension, (stem, kind) => {
      const raw = `${stem}.${kind}`;
      if (refusal(raw) !== 'taken') return;
      const name = cleanFileName(raw);
      expect(name).not.toMatch(/[/\\\p{Cc}]/u);
      expect(extensionOf(name)).toBe(kind);
      expect(cleanFileName(name)).toBe(name);
    }));
  });
});
