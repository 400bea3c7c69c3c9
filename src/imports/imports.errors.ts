import { DomainError, ErrorCode } from '../platform/errors.js';
import type { ImportState } from './import-states.js';

/** Refuses what an import as it stands does not allow. */
export const notInState = (state: ImportState) => new DomainError(ErrorCode.CONFLICT, `The import is ${state}.`, { state });

/** Refuses a second upload while one is on its way. */
export const uploadRuns = () => new DomainError(ErrorCode.CONFLICT, 'The file is being sent already, or its upload broke off less than a minute ago.', { state: 'AWAITING_FILE' });

/** Refuses to run two imports of one practice at once. */
export const anotherRuns = () => new DomainError(ErrorCode.CONFLICT, 'Another import of the practice is running.', { reason: 'ANOTHER_IS_RUNNING' });

/** Refuses to leave faulty lines out unasked. */
export const hasFaultyLines = (faulty: number) =>
  new DomainError(ErrorCode.CONFLICT, 'Some lines have faults. Correct the file, or start with skipFaulty.', { reason: 'FAULTY_LINES', faulty });

/** Refuses to run an import of nothing. */
export const nothingToImport = () => new DomainError(ErrorCode.CONFLICT, 'No line can be imported.', { reason: 'NOTHING_TO_IMPORT' });
