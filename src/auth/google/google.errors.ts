import type { Ctx } from '../../platform/context/ctx.js';
import { DomainError, ErrorCode, conflict } from '../../platform/errors.js';
import type { GoogleFault } from './google-fault.js';

/** Refuses what needs Google where the server was given no client of Google's. */
export const googleIsOff = () => conflict('GOOGLE_IS_OFF', 'Signing in with Google is not set up on this server.');

/** Refuses to link a Google account twice, to whomever. */
export const linkedAlready = () => conflict('LINKED_ALREADY', 'This Google account is linked to an account already.');

/** Refuses one Google account too many. */
export const tooManyGoogleAccounts = (most: number) =>
  conflict('TOO_MANY_GOOGLE_ACCOUNTS', 'The account has as many Google accounts as it may have.', { most });

/** The end of a trip to Google that brought nothing; the browser goes on to `page`. */
export class CameBack extends DomainError {
  constructor(
    code: ErrorCode,
    readonly page: string,
  ) {
    super(code, 'Google was of no help.');
  }
}

/** Ends a trip: the page is told by a word in its fragment, and the trail in its reason. */
export function cameBack(ctx: Ctx, page: string, fault: GoogleFault): CameBack {
  ctx.reason = fault.why;
  const code = fault.told === 'UNAVAILABLE' ? ErrorCode.UNAVAILABLE : ErrorCode.SIGN_IN_REFUSED;
  return new CameBack(code, `${page}#googleError=${fault.told}`);
}
