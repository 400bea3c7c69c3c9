import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { AuditConditions, auditConditions } from '../audit/saved-filter.model.js';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';

export enum EmergencyEnd {
  ENDED = 'ENDED',
  RENEWED = 'RENEWED',
  SESSION_ENDED = 'SESSION_ENDED',
  TIME_UP = 'TIME_UP',
}
registerEnumType(EmergencyEnd, {
  name: 'EmergencyEnd',
  description: 'What ended an emergency access.',
  valuesMap: {
    ENDED: { description: 'Somebody ended it.' },
    RENEWED: { description: 'The same member opened another one, which took its place, when the product still allowed that.' },
    SESSION_ENDED: { description: 'The session in which it was opened ended, or went to another practice.' },
    TIME_UP: { description: 'Its time was up.' },
  },
});

@ObjectType({ description: 'An emergency access that was opened.' })
@Classified('technical')
export class EmergencyBegun {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it began, by the clock of the database.' })
  startedAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it is over by itself.' })
  endsAt: Date;
}

@ObjectType({ description: 'A time in which a member read beyond their role because an emergency demanded it.' })
@Classified('trail')
export class EmergencyAccess {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => MemberName, { description: 'Who.' })
  member: MemberName;

  @Field(() => UuidScalar, { description: 'The session in which it was opened.' })
  sessionId: string;

  @Field({ description: 'Why, in the words of the member.' })
  reason: string;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  startedAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it is over by itself, an hour later at most.' })
  endsAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was over; null while it is open.' })
  endedAt: Date | null;

  @Field(() => EmergencyEnd, { nullable: true, description: 'What ended it; null while it is open.' })
  endReason: EmergencyEnd | null;

  @Field(() => AuditConditions, { description: 'What to send as the filter of `auditEntries` to see everything that was done meanwhile.' })
  trail: AuditConditions;
}

export const EmergencyAccessConnection = ConnectionOf(EmergencyAccess, 'EmergencyAccess');

/** A row of clinic.emergency_accesses, with whether its time is up by the clock of the database. */
export interface EmergencyRow {
  id: string;
  member_id: string;
  session_id: string;
  reason: Buffer;
  started_at: Date;
  ends_at: Date;
  ended_at: Date | null;
  end_reason: Exclude<EmergencyEnd, EmergencyEnd.TIME_UP> | null;
  time_up: boolean;
}

/** An emergency access as the compliance desk sees it. */
export const toEmergencyAccess = (row: EmergencyRow, reason: string): EmergencyAccess => ({
  id: row.id,
  member: { id: row.member_id },
  sessionId: row.session_id,
  reason,
  startedAt: row.started_at,
  endsAt: row.ends_at,
  endedAt: row.ended_at ?? (row.time_up ? row.ends_at : null),
  endReason: row.end_reason ?? (row.time_up ? EmergencyEnd.TIME_UP : null),
  trail: auditConditions({ actorMemberId: row.member_id, emergency: true, from: row.started_at, to: row.ended_at ?? row.ends_at }),
});
