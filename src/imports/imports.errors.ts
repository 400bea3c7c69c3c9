import { conflict } from '../platform/errors.js';
import type { ImportState } from './import-states.js';

/** Refuses what an import as it stands does not allow. */
export const notInState = (state: ImportState) => conflict('WRONG_STATE', `The import is ${state}.`, { state });

/** Refuses a second upload while one is on its way. */
export const uploadRuns = () => conflict('UPLOAD_RUNS', 'The file is being sent already, or its upload broke off less than a minute ago.', { state: 'AWAITING_FILE' });

/** Refuses to run two imports of one practice at once. */
export const anotherRuns = () => conflict('ANOTHER_IS_RUNNING', 'Another import of the practice is running.');

/** Refuses to leave faulty lines out unasked. */
export const hasFaultyLines = (faulty: number) =>
  conflict('FAULTY_LINES', 'Some lines have faults. Correct the file, or start with skipFaulty.', { faulty });

/** Refuses to run an import of nothing. */
export const nothingToImport = () => conflict('NOTHING_TO_IMPORT', 'No line can be imported.');
