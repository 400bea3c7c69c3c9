import { IntrinsicException } from '@nestjs/common';
import { registerEnumType } from '@nestjs/graphql';
import type { Permission, SelfPermission } from './access/permissions.js';
import type { FaultReason } from './fault-reasons.js';

/** Every value that `extensions.code` of a GraphQL error can have. */
export enum ErrorCode {
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  SIGN_IN_REFUSED = 'SIGN_IN_REFUSED',
  THROTTLED = 'THROTTLED',
  FORBIDDEN = 'FORBIDDEN',
  STEP_UP_NEEDED = 'STEP_UP_NEEDED',
  SECOND_FACTOR_NEEDED = 'SECOND_FACTOR_NEEDED',
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

/** What stands in the way of a request that is right in itself, with what comes along. */
const conflicts = {
  STALE_VERSION: 'it was changed since `version` was read: read it again',
  MERGED: 'the patient was merged into the one in `mergedInto`',
  STATUS_IS_SO: 'the patient has the `status` already',
  KEY_USED: 'the idempotency key was used for another request',
  ACKNOWLEDGED_ALREADY: 'somebody has acknowledged it',
  ENTERED_IN_ERROR: 'it was entered in error and stays as it is',
  CORRECTED_ALREADY: 'another one corrects it already',
  ENDED_ALREADY: 'it is ended',
  RETIRED: 'it was retired',
  NO_CONSENT: 'no consent is in force, to withdraw or to act by; `status`',
  NO_EXCHANGE: 'the practice sends prescriptions nowhere: `setPrescriptionWebhook`',
  SURVIVOR_ARCHIVED: 'the survivor is archived',
  UNDONE_ALREADY: 'it was undone',
  LATER_MERGE: 'the merge in `blockedBy` must be undone first',
  EDITED_SINCE: '`faults` name the fields that were edited since the merge',
  STORED: 'the document has a file, which never changes',
  AWAITING_CONTENT: 'the document has no file yet',
  WRONG_STATE: 'the import is in `state`',
  UPLOAD_RUNS: 'the file is being sent',
  ANOTHER_IS_RUNNING: 'the practice has another one running',
  FAULTY_LINES: '`faulty` lines have faults',
  NOTHING_TO_IMPORT: 'no line can be imported',
  SECOND_FACTOR_REQUIRED: 'a practice in which the person works requires a second factor, and this is the last one',
  PASSWORD_TOO_SHORT: 'without a second factor the password must have at least `shortest` characters',
  LAST_WAY_IN: 'nobody could sign in to the account any more',
  NO_SECOND_FACTOR: 'the account has no second factor',
  TOO_MANY_PASSKEYS: 'the account has `most` passkeys already',
  NO_PASSWORD: 'the account has no password: `setPassword` gives it one',
  PASSWORD_SET: 'the account has a password: `changePassword` changes it',
  GOOGLE_IS_OFF: 'the server was not set up for signing in with Google',
  LINKED_ALREADY: 'the Google account is linked to an account already',
  TOO_MANY_GOOGLE_ACCOUNTS: 'the account has `most` Google accounts already',
  EMERGENCIES_USED_UP: 'the member opened emergency access five times in the last 24 hours',
  EMERGENCY_JUST_ENDED: 'somebody else ended the member’s emergency access or sessions less than 15 minutes ago',
  SESSIONS_TO_COME: 'the chamber has `count` sessions to come, which are at instants: `setChamberTimeZone` plans them anew',
  CHAMBER_ARCHIVED: 'the chamber is archived and takes nobody new',
  BOOKER_UNKNOWN: 'the desk has not yet seen who booked it online: `identifyBooker`',
  BOOKER_KNOWN: 'the appointment has a patient: `patientId`',
  NOT_OFFERED: 'patients do not book online in the session, or not that day, or not any more',
  TOO_MANY_BOOKINGS: 'the telephone number has as many bookings to come as it may have, or let go of five places of the session',
  DEPOSIT_DUE: 'a deposit is to be paid first: `deposit` in minor units of `currency`',
  NO_DEPOSIT: 'nothing is to be paid for the appointment',
  DEPOSIT_PAID: 'the deposit was paid before',
  DEPOSIT_OUTCOME: 'by its policy the deposit becomes `outcome` now, or nothing yet when that is null; once it is settled `outcome` is what became of it',
  LEASE_EXPIRED: 'the lease of the number is over, and no place is left',
  TOO_MANY_LEASED: '`held` of the `most` numbers of a session that may be taken along are, by the device, by all devices of the member, or at all (`of`: DEVICE, MEMBER or SESSION, which counts those that came to nothing too)',
  SLOT_TAKEN: 'somebody else has the slot, or the room at that time: `appointmentId`, where the caller may see it',
  SESSION_FULL: 'the session has no place left of the `series` wanted; `seriesWithRoom` have some, and `overbooksLeft` may be booked beyond the capacity',
  SESSION_OVER: 'the time of the session is over',
  DAY_CLOSED: 'the day was closed after the session was planned',
  TOO_EARLY: 'the day of the session has not begun, which it does at `from`',
  SESSION_STATUS: 'the session is in `status`',
  BOTH_ARE_BOOKED: 'both patients have a place in one session, or at one time: `appointmentIds`, where the caller may see them',
  BOOKED_ALREADY: 'the patient has a place in the session: `appointmentId`',
  PATIENT_IS_ELSEWHERE: 'the patient has another appointment at that time: `appointmentId`, where the caller may see it',
  APPOINTMENT_STATUS: 'the appointment is in `status`',
  NOBODY_WAITS: 'nobody who has come waits',
  PATIENTS_WAIT: '`count` patients who have come still wait',
  VIDEO_IS_OFF: 'the server was not set up for visits by video',
  NOT_A_VIDEO_VISIT: 'the appointment is no visit by video',
  VISIT_NOT_OPEN: 'the visit can be joined from `opensAt` until `closesAt` only',
  SERIES_INCOMPLETE: 'not all of a series can be booked, and so none was: `missed` lists each `localDate` and its `obstacle`',
  WAITS_ALREADY: 'the patient waits for the same already: `entryId`',
  OFFER_IS_OVER: 'no place is held for them any more, or they wait no longer',
  DOCTOR_LEFT: 'the doctor of the session sees patients there no longer',
  CHAMBER_HAS_PATIENTS: 'patients have places in sessions of the chamber that are not over, or devices took their numbers along: `sessionIds`',
  MORE_ARE_BOOKED: '`count` places are booked, or kept for a way of booking',
  CHANGE_BLOCKED: '`count` patients cannot be moved: the preview tells who and why',
  CHANGED_SINCE: 'the session was changed again since',
  BOOKED_SINCE: '`count` patients have booked in the new session since',
  UNDO_IS_OVER: 'the time in which it could be undone is over',
  SCHEDULES_OVERLAP: 'the doctor has other hours at that time, in this chamber or another: `scheduleIds`, of those that the caller may see',
  SESSIONS_OVERLAP: 'the doctor or the room has another session at that time: `sessionIds`, of those that the caller may see',
  PRESCRIPTION_STATUS: 'the prescription is in `status`',
  AMENDED_ALREADY: 'another draft or version amends it: `prescriptionId`',
  MAY_NOT_SIGN: 'only the doctor of a prescription signs it, by the permission prescriptions:sign in its chamber and with a licence that holds today: `missing` is DOCTOR, PERMISSION or LICENCE',
  FOLLOW_UP_NOT_DUE: 'an appointment for the follow-up stands already, or the prescription is in force no longer',
  KEY_ENDED: 'another key took the place of this one',
  NOTHING_PRESCRIBED: 'the prescription says nothing: there is nothing to sign',
  VOIDED_ALREADY: 'it was declared void',
  NOT_AUTHENTIC: 'the prescription is not what its doctor signed: do not use it, and tell the practice',
  MORE_THAN_LEFT: 'less is left of an item than was to be handed out: `faults` names the first such, and what was `left` of it',
  CHECKS_NEEDED: 'the prescription is not signed before `checkPrescription` has looked at it as it stands: `because` is NEVER_CHECKED, or RECORD_CHANGED when something that counts has changed since in the patient’s record or in the rules',
  FINDINGS_OPEN: '`keys` of findings need a reason of the doctor who signs',
  FEE_RULES_OVERLAP: 'another fee rule for the same doctor, chamber and visit type holds on some of the days',
  FEE_RULE_BEGUN: 'the fee rule has begun, at `validFrom`, and can only be ended',
  SHARE_RULES_OVERLAP: 'another rule of what the doctor gets in the same chamber holds on some of the days',
  SHARE_RULE_BEGUN: 'the rule of what the doctor gets has begun, at `validFrom`, and can only be ended',
  FISCAL_YEAR_BEGUN: 'invoices or receipts were numbered in the fiscal year that it is: its first month can be changed when the next one begins, before its first number',
  INVOICE_STATUS: 'the invoice is in `status`',
  PAYMENT_STATUS: 'the payment or refund is in `status`',
  BOOKS_CLOSED: 'the books of the day are closed in the chamber',
  APPROVAL_NEEDED: 'somebody else who holds finances:manage must approve it first',
  OWN_APPROVAL: 'nobody approves what they asked for themselves',
  BILLED_ALREADY: 'the visit is on another invoice that is in force: `invoiceId`',
  FEE_CHANGED: 'the free visits of the consultation were used up since the draft was written: edit it, and the fee is chosen anew',
  NO_OPEN_DRAWER: 'cash needs an open drawer of one’s own in the chamber',
  EXPENSE_STATUS: 'the expense is in `status`',
  DRAWER_CLOSED: 'the drawer is closed, for good',
  DAY_NOT_DONE: 'the day cannot be closed while drawers of it are open (`drawerIds`)',
  DRAWER_IS_OPEN: 'the caller has an open drawer in the chamber: `drawerId`',
  MORE_THAN_THERE_IS: 'more than is left of the payment, due on the invoice, or payable to the doctor, which is `left` in minor units; where several invoices were to be paid `invoiceId` names the one',
  REFERENCE_USED: 'another payment has this reference of its provider',
  NO_WALLET_ACCOUNT: 'the practice has no account at the provider: `setBkashAccount`',
  WALLET_CURRENCY: 'the provider pays in `currency`, which is not the practice’s',
  CLAIM_STATUS: 'the claim is in `status`',
  CLAIM_FAULTY: 'something is missing in a claim, or not as it must be: `Claim.faults`',
  NOTHING_TO_CLAIM: 'nothing is due on the invoice that the policy covers, or it is not in force',
  NO_CLAIMS_READY: 'no claim of the chamber is ready for the payer',
  IMPORTED_ALREADY: 'this very file was imported before',
  ADDRESS_HAS_ACCOUNT: 'there is an account with the invited e-mail address: join with its password, or sign in to it and link Google first',
} as const;

/** Every value of `extensions.reason` beside CONFLICT, as an enum of the schema. */
export const ConflictReason = Object.fromEntries(Object.keys(conflicts).map((reason) => [reason, reason])) as { readonly [Reason in keyof typeof conflicts]: Reason };

registerEnumType(ConflictReason, {
  name: 'ConflictReason',
  description: 'Every value of `extensions.reason` beside the code CONFLICT. They are stable, and more may come.',
  valuesMap: Object.fromEntries(Object.entries(conflicts).map(([reason, told]) => [reason, { description: `${told[0]!.toUpperCase()}${told.slice(1)}.` }])),
});

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'Every value of `extensions.code` in an error. Codes are stable; messages are for developers and may change.',
  valuesMap: {
    UNAUTHENTICATED: { description: 'No live session: sign in, or refresh the access token.' },
    SIGN_IN_REFUSED: { description: 'The credentials, refresh token or joining code were not accepted. Why is not told.' },
    THROTTLED: { description: 'Too many tries failed of late, for this account, or from this address or device, and nothing was looked at; or too many invitations were mailed, to this address or by this practice. Try again after `extensions.retryAfterSeconds`.' },
    FORBIDDEN: { description: 'The session is live, but lacks the permission in `extensions.permission`.' },
    STEP_UP_NEEDED: { description: 'The operation is sensitive and needs a proof of identity of the last five minutes: `stepUp`, then send it again.' },
    SECOND_FACTOR_NEEDED: { description: 'The practice wants a second factor of whoever has this role, and this session has none: set one up, or prove the one there is by `stepUp`. Until then nothing else is possible.' },
    NOT_FOUND: { description: 'No such record in this practice. A record of another practice answers exactly the same. Where an input names several records, `extensions.faults` tells the path of the one.' },
    BAD_USER_INPUT: { description: 'The input is at fault. `extensions.faults` is a list of `{ path, reason, params }`: `path` the names from the argument down (for a variable of a wrong type, from the variable down), indexes of lists as text; `reason` one of `FaultReason`; `params` an object of texts and numbers, where there are any.' },
    CONFLICT: { description: 'The record as it stands does not allow this. `extensions.reason` tells why: see `ConflictReason`, also for what comes along.' },
    ALREADY_EXISTS: { description: 'A value that must be unique in the practice is taken; `extensions.faults` names its field.' },
    LAST_OWNER: { description: 'The last active owner of a practice can neither be demoted nor deactivated.' },
    ABOVE_OWN_RIGHTS: { description: 'Nobody grants or takes away more than they hold themselves.' },
    QUERY_REFUSED: { description: 'The GraphQL document is malformed, invalid, or beyond the limits on depth, cost, aliases, directives or tokens.' },
    UNAVAILABLE: { description: 'The database, the audit trail in it, or the store of documents cannot be reached, or takes too long, or too many sign in at once. Nothing was disclosed; try again later.' },
    INTERNAL: { description: 'A fault of the server. `extensions.requestId` finds it in the log.' },
  },
});

/** Outcomes that a missing right explains; a foreign record counts, and cannot be told from a missing one. */
export const denials: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN, ErrorCode.STEP_UP_NEEDED, ErrorCode.SECOND_FACTOR_NEEDED, ErrorCode.SIGN_IN_REFUSED, ErrorCode.THROTTLED, ErrorCode.NOT_FOUND,
  ErrorCode.ABOVE_OWN_RIGHTS, ErrorCode.LAST_OWNER,
]);

/** What is wrong with one input field: its path from the arguments down, a stable reason, and the reason's parameters. */
export interface InputFault {
  path: string[];
  reason: FaultReason;
  params?: Record<string, string | number>;
}

/** An error whose code, message and details may be shown to the caller. Anything else becomes INTERNAL. Nest does not log an intrinsic exception: a caller's mistake is no fault of the server. */
export class DomainError extends IntrinsicException {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Record<string, unknown> & { faults?: InputFault[] } = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Refuses what the record as it stands does not allow. */
export const conflict = (reason: keyof typeof conflicts, message: string, details: Record<string, unknown> = {}) =>
  new DomainError(ErrorCode.CONFLICT, message, { reason, ...details });

/** Refuses a caller without a valid access token. */
export const notSignedIn = () => new DomainError(ErrorCode.UNAUTHENTICATED, 'Sign in first.');

/** Refuses a caller whose token is valid, but whose session, member or membership is no longer alive. */
export const sessionEnded = () => new DomainError(ErrorCode.UNAUTHENTICATED, 'The session has ended. Sign in again.');

/** Refuses a caller who lacks this permission where it is needed. */
export const forbidden = (permission: Permission | SelfPermission) =>
  new DomainError(ErrorCode.FORBIDDEN, 'You do not have the permission for this.', { permission });

/** Refuses a sensitive operation whose caller has not proven who they are in the last five minutes. */
export const stepUpNeeded = () => new DomainError(ErrorCode.STEP_UP_NEEDED, 'Prove who you are once more, then repeat this.');

/** Refuses a caller whose role needs a second factor that their session lacks. */
export const secondFactorNeeded = () =>
  new DomainError(ErrorCode.SECOND_FACTOR_NEEDED, 'Your role in this practice needs a second factor. Set one up, or prove the one you have.');

/** Refuses a try of a credential without looking at it, because too many failed before. */
export const throttled = (retryAfterSeconds: number) =>
  new DomainError(ErrorCode.THROTTLED, 'Too many tries. Wait before trying again.', { retryAfterSeconds });

/** What a caller is told while the database or the audit trail cannot be reached. */
export const UNAVAILABLE_MESSAGE = 'The service is not available at the moment. Try again later.';

/** Tells a caller to come back later; the cause is for the log. */
export function unavailable(cause?: Error): DomainError {
  const error = new DomainError(ErrorCode.UNAVAILABLE, UNAVAILABLE_MESSAGE);
  error.cause = cause;
  return error;
}

/** The one answer for a missing record and for another practice's record; `path` leads to its id where a request has several. */
export const notFound = (path?: string[]) => new DomainError(ErrorCode.NOT_FOUND, 'Not found.', path && { faults: [{ path, reason: 'NOT_FOUND' }] });

/** Refuses an input, naming each faulty field. */
export const badInput = (faults: InputFault[]) => new DomainError(ErrorCode.BAD_USER_INPUT, 'The input is not valid.', { faults });

/** Refuses to change a patient who was merged into another one, or to add to them. */
export const patientIsMerged = (mergedInto: string) =>
  conflict('MERGED', 'The patient was merged into another one, who holds the record now.', { mergedInto });

/** Refuses an edit of a record that somebody else changed meanwhile. */
export const staleVersion = () =>
  conflict('STALE_VERSION', 'The record was changed meanwhile. Read it again and repeat the edit.');

/** Refuses an idempotency key that stands for another request. */
export const keyIsForAnotherRequest = () =>
  conflict('KEY_USED', 'The idempotency key was used for another request.', {
    faults: [{ path: ['input', 'idempotencyKey'], reason: 'USED_FOR_ANOTHER_REQUEST' }],
  });

/** Refuses an id, made by a client, that the practice has used. */
export const idIsTaken = (message: string) =>
  new DomainError(ErrorCode.ALREADY_EXISTS, message, { faults: [{ path: ['input', 'id'], reason: 'ALREADY_EXISTS' }] });
