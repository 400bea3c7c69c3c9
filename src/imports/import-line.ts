import type { Clinical, Identity } from '../patients/patient-registration.writer.js';
import type { Country } from '../tenants/practice-countries.reader.js';
import type { DateOrder } from './birth-cell.js';
import type { ImportField } from './import-fields.js';

/** Which column, from 1, is for which field; and how its cells are to be read. */
export interface Mapping {
  columns: Array<{ column: number; field: ImportField }>;
  dateOrder: DateOrder;
  country: Country;
  /** Whether lines that are no UTF-8 are Windows-1252; they are at fault otherwise. */
  windows1252: boolean;
  hasHeader: boolean;
  agesAsOf: string | null;
}

/**
 * What the cells of a column hold, as its heading or they themselves tell, or as it was last mapped by somebody who may read
 * them: nothing medical, something medical, or anything.
 */
export type ColumnContent = 'HARMLESS' | 'CLINICAL' | 'UNKNOWN';

/** A line as it is kept between its arrival and its import. */
export interface StagedLine {
  cells: string[];
  unreadable: number[];
}

/** What is wrong with a line, or doubtful about it; `column` from 1, null for the line as a whole. */
export interface Finding {
  column: number | null;
  reason: string;
  params?: Record<string, string | number>;
}

/** A line as a patient; none when it has faults. */
export interface ReadLine {
  person: { identity: Identity; clinical: Clinical } | null;
  sourceId: string | null;
  faults: Finding[];
  warnings: Finding[];
}

/** What lines are read by, besides the mapping: how many cells a line has, and which columns, from 1, hold Bangla in an old font. */
export interface FileShape {
  width: number;
  legacyColumns: readonly number[];
}
