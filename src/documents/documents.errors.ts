import { DomainError, ErrorCode, UNAVAILABLE_MESSAGE, conflict } from '../platform/errors.js';

/** Refuses a second correction of one document. */
export const isCorrected = () =>
  conflict('CORRECTED_ALREADY', 'Another document corrects this one already.', { faults: [{ path: ['input', 'correctsId'], reason: 'CORRECTED_ALREADY' }] });

/** Refuses to change what was entered in error. */
export const isEnteredInError = () => conflict('ENTERED_IN_ERROR', 'The document was entered in error; it stays as it is.', { status: 'ENTERED_IN_ERROR' });

/** Refuses other bytes for a document that has its content. */
export const isStored = () => conflict('STORED', 'The document has another content, which never changes. Add a document that corrects it.', { state: 'STORED' });

/** Refuses to give out a content that is not there yet. */
export const awaitsContent = () => conflict('AWAITING_CONTENT', 'The file of this document has not been stored yet.', { state: 'AWAITING_CONTENT' });

/** What a caller is told while the document store takes or gives nothing; why is for the log. */
export function storeIsAway(cause: unknown): DomainError {
  const error = new DomainError(ErrorCode.UNAVAILABLE, UNAVAILABLE_MESSAGE);
  error.cause = cause;
  return error;
}
