import { DomainError, ErrorCode } from '../../platform/errors.js';

/** Refuses a condition that stands in the problem list already, written alike. */
export const conditionIsRecorded = (conditionId: string) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'This condition is in the problem list already.', {
    faults: [{ path: ['input'], reason: 'ALREADY_EXISTS', params: { conditionId } }],
  });
