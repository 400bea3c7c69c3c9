import { DomainError, ErrorCode, badInput } from '../../platform/errors.js';

/** Refuses to state that there are no known allergies while one stands. */
export const hasAllergies = () => badInput([{ path: ['input', 'patientId'], reason: 'HAS_ALLERGIES' }]);

/** Refuses an allergy to a substance that one which stands is to already. */
export const allergyIsRecorded = (allergyId: string) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, 'An allergy to this substance is recorded already.', {
    faults: [{ path: ['input', 'substance', 'text'], reason: 'ALREADY_EXISTS', params: { allergyId } }],
  });
