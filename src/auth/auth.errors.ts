import { DomainError, ErrorCode } from '../platform/errors.js';

/** The one answer to wrong credentials of any kind. */
export const signInRefused = () => new DomainError(ErrorCode.SIGN_IN_REFUSED, 'These credentials were not accepted.');
