import { IntrinsicException } from '@nestjs/common';
import { registerEnumType } from '@nestjs/graphql';
import type { Permission, SelfPermission } from './access/permissions.js';

/** Every value that `extensions.code` of a GraphQL error can have. */
export enum ErrorCode {
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  SIGN_IN_REFUSED = 'SIGN_IN_REFUSED',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  CONFLICT = 'CONFLICT',
  ALREADY_EXISTS = 'ALREADY_EXISTS',
  LAST_OWNER = 'LAST_OWNER',
  ABOVE_OWN_RIGHTS = 'ABOVE_OWN_RIGHTS',
  QUERY_REFUSED = 'QUERY_REFUSED',
  UNAVAILABLE = 'UNAVAILABLE',
  INTERNAL = 'INTERNAL',
}

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'Every value of `extensions.code` in an error. Codes are stable; messages are for developers and may change.',
  valuesMap: {
    UNAUTHENTICATED: { description: 'No live session: sign in, or refresh the access token.' },
    SIGN_IN_REFUSED: { description: 'The credentials, refresh token or joining code were not accepted. Why is not told.' },
    FORBIDDEN: { description: 'The session is live, but lacks the permission in `extensions.permission`.' },
    NOT_FOUND: { description: 'No such record in this practice. A record of another practice answers exactly the same.' },
    BAD_USER_INPUT: { description: 'The input is at fault; `extensions.faults` lists field path, reason and parameters.' },
    CONFLICT: { description: 'The record was changed meanwhile (stale `version`); or it is in a state that does not allow this (a patient who was merged: `extensions.mergedInto` names who holds the record now); or an idempotency key was used for another request.' },
    ALREADY_EXISTS: { description: 'A value that must be unique in the practice is taken; `extensions.faults` names its field.' },
    LAST_OWNER: { description: 'The last active owner of a practice can neither be demoted nor deactivated.' },
    ABOVE_OWN_RIGHTS: { description: 'Nobody grants or takes away more than they hold themselves.' },
    QUERY_REFUSED: { description: 'The GraphQL document is malformed, invalid, or beyond the limits on depth, cost, aliases, directives or tokens.' },
    UNAVAILABLE: { description: 'The database, the audit trail in it, or the store of documents cannot be reached, or takes too long. Nothing was disclosed; try again later.' },
    INTERNAL: { description: 'A fault of the server. `extensions.requestId` finds it in the log.' },
  },
});

/** What is wrong with one input field: its path from the arguments down, a stable reason, and the reason's parameters. */
export interface InputFault {
  path: string[];
  reason: string;
  params?: Record<string, string | number>;
}

/** An error whose code, message and details may be shown to the caller. Anything else becomes INTERNAL. Nest does not log an intrinsic exception: a caller's mistake is no fault of the server. */
export class DomainError extends IntrinsicException {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Refuses a caller without a valid access token. */
export const notSignedIn = () => new DomainError(ErrorCode.UNAUTHENTICATED, 'Sign in first.');

/** Refuses a caller whose token is valid, but whose session, member or membership is no longer alive. */
export const sessionEnded = () => new DomainError(ErrorCode.UNAUTHENTICATED, 'The session has ended. Sign in again.');

/** Refuses a caller who lacks this permission where it is needed. */
export const forbidden = (permission: Permission | SelfPermission) =>
  new DomainError(ErrorCode.FORBIDDEN, 'You do not have the permission for this.', { permission });

/** What a caller is told while the database or the audit trail cannot be reached. */
export const UNAVAILABLE_MESSAGE = 'The service is not available at the moment. Try again later.';

/** The one answer for a missing record and for another practice's record. */
export const notFound = () => new DomainError(ErrorCode.NOT_FOUND, 'Not found.');

/** Refuses an input, naming each faulty field. */
export const badInput = (faults: InputFault[]) => new DomainError(ErrorCode.BAD_USER_INPUT, 'The input is not valid.', { faults });

/** Refuses to change a patient who was merged into another one, or to add to them. */
export const patientIsMerged = (mergedInto: string) =>
  new DomainError(ErrorCode.CONFLICT, 'The patient was merged into another one, who holds the record now.', { mergedInto });

/** Refuses an edit of a record that somebody else changed meanwhile. */
export const staleVersion = () =>
  new DomainError(ErrorCode.CONFLICT, 'The record was changed meanwhile. Read it again and repeat the edit.');

/** Refuses an idempotency key that stands for another request. */
export const keyIsForAnotherRequest = () =>
  new DomainError(ErrorCode.CONFLICT, 'The idempotency key was used for another request.', {
    faults: [{ path: ['input', 'idempotencyKey'], reason: 'USED_FOR_ANOTHER_REQUEST' }],
  });

/** Refuses an id, made by a client, that the practice has used. */
export const idIsTaken = (message: string) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, message, { faults: [{ path: ['input', 'id'], reason: 'ALREADY_EXISTS' }] });
