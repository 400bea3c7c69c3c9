import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { type AuditAction as Action, type AuditOutcome as Outcome, auditActions, auditOutcomes } from '../platform/context/audit-trail.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { RECORDS_SHOWN } from './audit-query.js';

const enumOf = <T extends string>(values: readonly T[]): { [K in T]: K } =>
  Object.fromEntries(values.map((value) => [value, value])) as { [K in T]: K };

/** What was done, as a GraphQL enum. */
export const AuditAction = enumOf(auditActions);
registerEnumType(AuditAction, {
  name: 'AuditAction',
  description: 'What was done, or attempted: `outcome` tells whether it happened.',
  valuesMap: {
    VIEWED: { description: 'Records were shown.' },
    CREATED: { description: 'A record was made.' },
    UPDATED: { description: 'A record was changed.' },
    ARCHIVED: { description: 'A record was put away; it can be restored.' },
    RESTORED: { description: 'An archived record was taken back into use.' },
    DELETED: { description: 'A record was removed.' },
    EXPORTED: { description: 'Records left the system as a file.' },
    PRINTED: { description: 'A record was made ready for paper.' },
    MERGED: { description: 'A patient was merged into another one.' },
    MERGE_UNDONE: { description: 'A merge was undone: two patients again, as before.' },
    GRANTED: { description: 'A right was given.' },
    REVOKED: { description: 'A right was taken away.' },
    INVITED: { description: 'Somebody was asked to join the practice.' },
    DEACTIVATED: { description: 'A member’s access was ended.' },
    REACTIVATED: { description: 'Somebody who had left came back as the same member.' },
    SIGNED_IN: { description: 'A session was begun.' },
    SIGNED_OUT: { description: 'A session was ended by the one who held it.' },
    REFRESHED: { description: 'A session was renewed.' },
    SWITCHED: { description: 'A session moved to another practice.' },
    SESSION_ENDED: { description: 'A session was ended from elsewhere, or because its refresh token was used twice.' },
    CHALLENGED: { description: 'Somebody was asked to prove who they are: for a second factor, or with a passkey.' },
    STEPPED_UP: { description: 'Somebody proved once more, within their session, who they are.' },
    JOINED: { description: 'An invited person joined the practice.' },
    EMERGENCY_BEGUN: { description: 'Somebody opened emergency access.' },
    EMERGENCY_ENDED: { description: 'An emergency access was ended before its time.' },
    PASSWORD_CHANGED: { description: 'A person’s password was changed, or set by a mailed link.' },
    RESET_REQUESTED: { description: 'A link to set a new password was asked for, by whoever knows the address.' },
    REFUSED: { description: 'A request that reached no operation: malformed, invalid, or beyond the limits.' },
  } satisfies Record<Action, { description: string }>,
});

/** How it ended, as a GraphQL enum. */
export const AuditOutcome = enumOf(auditOutcomes);
registerEnumType(AuditOutcome, {
  name: 'AuditOutcome',
  description: 'How an operation ended.',
  valuesMap: {
    SUCCESS: { description: 'It was done.' },
    DENIED: { description: 'A right was missing, or the record belongs to nobody here.' },
    FAILED: { description: 'It was not done for another reason; `errorCode` tells which.' },
  } satisfies Record<Outcome, { description: string }>,
});

@ObjectType({ description: 'Who acted.' })
@Classified('trail')
export class AuditActor {
  @Field(() => UuidScalar, { description: 'Id of the person’s account.' })
  userId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of their membership in this practice; where it was not entered (a refresh), of their last one.' })
  memberId: string | null;

  @Field(() => String, { nullable: true, description: 'Their name when they acted; before the practice was entered (a sign-in) their present name.' })
  name: string | null;

  @Field(() => [String], { description: 'Their roles when they acted, OWNER and EMERGENCY (who read under emergency access) among them; empty before the practice was entered.' })
  roles: string[];
}

@ObjectType({ description: 'A record that an operation disclosed, changed or was asked for.' })
@Classified('trail')
export class AuditedRecord {
  @Field({ description: 'Kind of record; `requested:…` is an id that the caller named in an argument of a request that did not succeed, or the record of a field that was refused.' })
  type: string;

  @Field(() => UuidScalar, { description: 'Id of the record.' })
  id: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The patient whose record it is.' })
  patientId: string | null;
}

@ObjectType({ description: 'A changed field of a record.' })
@Classified('trail')
export class AuditedChange {
  @Field({ description: 'Kind of record.' })
  type: string;

  @Field(() => UuidScalar, { description: 'Id of the record.' })
  id: string;

  @Field({ description: 'Name of the field.' })
  field: string;

  @Field(() => String, { nullable: true, description: 'The value before, as JSON text; null when there was none, or when it is withheld.' })
  before: string | null;

  @Field(() => String, { nullable: true, description: 'The value after, as JSON text; null when there is none, or when it is withheld.' })
  after: string | null;

  @Field({ description: 'Whether both values are withheld: where an entry names a patient they need `patients:read-clinical`.' })
  withheld: boolean;
}

@ObjectType({ description: 'One entry of the audit trail: who did what, to which records, when, from where, and how it ended. Entries are never changed.' })
@Classified('trail')
export class AuditEntry {
  @Field(() => UuidScalar, { description: 'Id; a UUIDv7, so that ids sort by time.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  occurredAt: Date;

  @Field({ description: 'The same instant on the clock of the entry’s chamber, or else of the practice’s first one, with its offset, such as 2026-03-01T15:30:00.000+06:00.' })
  occurredAtLocal: string;

  @Field(() => AuditActor, { nullable: true, description: 'Who acted; null when nobody was signed in and nobody’s account was meant.' })
  actor: AuditActor | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The session they acted in.' })
  sessionId: string | null;

  @Field(() => AuditAction, { description: 'What was done or attempted.' })
  action: Action;

  @Field({ description: 'The root field, such as `Mutation.signIn`; for a request that reached none, its kind and name.' })
  operation: string;

  @Field(() => AuditOutcome, { description: 'How it ended.' })
  outcome: Outcome;

  @Field(() => String, { nullable: true, description: 'The error code that was answered (see `ErrorCode`), when it did not succeed.' })
  errorCode: string | null;

  @Field(() => String, { nullable: true, description: 'The permission that was missing, when that was the cause.' })
  missingPermission: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The chamber that the request named.' })
  chamberId: string | null;

  @Field(() => UuidScalar, { description: 'Id of the HTTP request, as in its answer and in the server’s log; one request may have several entries.' })
  requestId: string;

  @Field(() => String, { nullable: true, description: 'Internet address that the request came from.' })
  ip: string | null;

  @Field(() => String, { nullable: true, description: 'What the device said it is (user agent).' })
  device: string | null;

  @Field(() => String, { nullable: true, description: 'The reason that was given or that the server noted. Of an entry that names a patient it is null for callers without patients:read-clinical.' })
  reason: string | null;

  @Field(() => [AuditedRecord], { description: `The records concerned, sorted by type and id: the first ${RECORDS_SHOWN}.` })
  records: AuditedRecord[];

  @Field(() => Int, { description: 'How many records are concerned in all.' })
  recordCount: number;

  @Field(() => [AuditedChange], { description: 'The changed fields.' })
  changes: AuditedChange[];

  @Field({ description: 'Whether the sealed part (name, address, device, permission, reason, changes) opens and still has the hash that was written with it.' })
  payloadIntact: boolean;

  @Field({ description: 'Whether the records still have the hash that was written with the entry: none was added, altered or taken away.' })
  recordsIntact: boolean;
}

/** A page of audit entries. */
export const AuditEntryConnection = ConnectionOf(AuditEntry, 'AuditEntry',
  'How many there are in all where `totalCountIsExact`, and otherwise how many there are at least. Counted only when asked for.');
