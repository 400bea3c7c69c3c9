import { Temporal } from 'temporal-polyfill';
import type { InputFault } from '../platform/errors.js';
import { InputCheck, textFault } from '../platform/input-check.js';
import { extensions } from './document-types.js';
import { UnknownExtension, cleanFileName } from './file-name.js';

/** The most of each, in code points. */
export const documentLimits = { title: 200, note: 2_000 } as const;

const OLDEST_YEARS = 130;

/** What is sealed in `clinic.documents.description`. */
export interface DocumentDescription {
  title: string;
  fileName: string;
  /** The day on the document, as yyyy-mm-dd. */
  documentDate: string | null;
  note: string | null;
}

/** What a caller tells of a new document. */
export interface DescriptionInput {
  title: string;
  fileName: string;
  documentDate?: string | null;
  note?: string | null;
}

/** The description, clean. Throws BAD_USER_INPUT that names every fault at once; `today` is the day where the practice is. */
export function describedBy(input: DescriptionInput, today: string): DocumentDescription {
  const check = new InputCheck(describedFault);
  const description = {
    title: check.line(['title'], input.title, documentLimits.title) ?? '',
    fileName: check.at(['fileName'], () => cleanFileName(input.fileName)) ?? '',
    documentDate: dayOf(check, input.documentDate, today),
    note: check.lines(['note'], input.note, documentLimits.note),
  };
  check.throwIfAny();
  return description;
}

function dayOf(check: InputCheck, day: string | null | undefined, today: string): string | null {
  if (!day) return null;
  // Days in this form are in the order of their texts.
  if (day > today) check.blame(['documentDate'], 'FUTURE');
  if (day < Temporal.PlainDate.from(today).subtract({ years: OLDEST_YEARS }).toString()) check.blame(['documentDate'], 'TOO_LONG_AGO');
  return day;
}

/** The fault that a refused text or file name is; any other error is thrown again. */
export const describedFault = (path: string[], error: unknown): InputFault =>
  error instanceof UnknownExtension ? { path, reason: 'UNKNOWN_EXTENSION', params: { known: [...extensions].join(', ') } } : textFault(path, error);
