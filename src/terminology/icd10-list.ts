import { readCsvList } from '../platform/csv-list.js';
import { InvalidText, cleanLine } from '../platform/plain-text.js';
import { InvalidCode, normaliseCode } from './icd10-code.js';

const LONGEST_TITLE = 300;

/** A code of a list that was read. */
export interface ListedCode {
  code: string;
  title: string;
  titleBn: string | null;
}

/**
 * Reads a list of codes from CSV with the columns code, title and perhaps title_bn. Codes may lack their dot. Throws FaultyList with
 * every fault and the line on which it is; a list with one fault is not taken at all.
 */
export function readIcd10List(bytes: Buffer): ListedCode[] {
  const codes = new Map<string, { line: number; listed: ListedCode }>();
  readCsvList(bytes, { required: ['code', 'title'], optional: ['title_bn'], of: 'code' }, ({ line, cell, blame }) => {
    const listed = {
      code: read(() => normaliseCode(cell('code')), (reason) => blame(`code ${reason}`)),
      title: read(() => cleanLine(cell('title'), LONGEST_TITLE), (reason) => blame(`title ${reason}`)),
      titleBn: cell('title_bn').trim() === '' ? null : read(() => cleanLine(cell('title_bn'), LONGEST_TITLE), (reason) => blame(`title_bn ${reason}`)),
    };
    const earlier = codes.get(listed.code);
    if (earlier && listed.code) blame(`${listed.code} is on line ${earlier.line} already`);
    else codes.set(listed.code, { line, listed });
  });
  return [...codes.values()].map(({ listed }) => listed);
}

function read(clean: () => string, refuse: (reason: string) => void): string {
  try {
    return clean();
  } catch (error) {
    if (!(error instanceof InvalidCode) && !(error instanceof InvalidText)) throw error;
    refuse(error.reason);
    return '';
  }
}
