import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Chamber } from './chamber.model.js';
import { Practice } from './practice.model.js';
import { Role } from './role.model.js';

export enum MemberStatus {
  INVITED = 'INVITED',
  ACTIVE = 'ACTIVE',
  DEACTIVATED = 'DEACTIVATED',
}
registerEnumType(MemberStatus, {
  name: 'MemberStatus',
  description: 'Whether a member can work in the practice.',
  valuesMap: {
    INVITED: { description: 'Was invited by mail, for the first time or to come back, and has not joined since.' },
    ACTIVE: { description: 'Joined; can sign in.' },
    DEACTIVATED: { description: 'Left: no session of theirs works here, unless they come back when `reactivateMember` invites them. What they did stays on record.' },
  },
});

@ObjectType({ description: 'The role that a member has in one chamber.' })
@Classified('staff')
export class Assignment {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => Chamber, { description: 'Where.' })
  chamber: Chamber;

  @Field(() => Role, { description: 'As what.' })
  role: Role;

  @Field(() => LocalDateScalar, { description: 'First day, where the chamber is.' })
  validFrom: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Last day, where the chamber is; none when it has no end.' })
  validTo: string | null;

  @Field({ description: 'Whether it has begun and is not over: otherwise it gives nothing.' })
  current: boolean;

  @Field(() => [String], { description: 'The permissions it gives, sorted.' })
  permissions: string[];
}

@ObjectType({ description: 'A person’s place in the practice.' })
@Classified('staff')
export class Member {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Name in Latin letters.' })
  nameEn: string;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters.' })
  nameBn: string | null;

  @Field({ description: 'E-mail address that was invited.' })
  email: string;

  @Field(() => String, { nullable: true, description: 'Number of the licence to practise (BMDC, DHA).' })
  licence: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day on which the licence holds; null when nobody said. Without it the member signs no prescriptions.' })
  licenceExpiresOn: string | null;

  @Field({ description: 'Whether the member owns the practice, alone or with others: an owner may do everything.' })
  isOwner: boolean;

  @Field(() => [Role], { description: 'The roles the member has in any chamber now.' })
  roles: Role[];

  @Field(() => MemberStatus, { description: 'Whether the member can work in the practice.' })
  status: MemberStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the member was deactivated.' })
  deactivatedAt: Date | null;

  @Field(() => [Assignment], { description: 'The chambers the member is assigned to, over and future ones too.' })
  assignments: Assignment[];

  @Field(() => Int, { description: 'Counts the edits; pass it to `editMember`.' })
  version: number;
}

@ObjectType({ description: 'An invited member. The link to join by is in the mail to them, and nowhere else.' })
@Classified('staff')
export class Invitation {
  @Field(() => Member, { description: 'The invited member.' })
  member: Member;

  @Field(() => DateTimeScalar, { description: 'When the link in the mail expires. `join` takes its code once; any earlier one of theirs is void.' })
  expiresAt: Date;
}

export const MemberConnection = ConnectionOf(Member, 'Member');

@ObjectType({ description: 'Who is asking, where, and what they may do.' })
@Classified('own')
export class Viewer {
  @Field(() => Member, { description: 'Their place in the practice.' })
  member: Member;

  @Field(() => Practice, { description: 'The practice that this session works in.' })
  practice: Practice;

  @Field(() => [String], { description: 'What they may do in the chamber of the header `x-sinduk-chamber`, or without it in any of theirs; sorted. An owner may do everything.' })
  permissions: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when they read under emergency access; null when they do not.' })
  emergencyUntil: Date | null;

  @Field(() => [Assignment], { description: 'The chambers they are assigned to now.' })
  chambers: Assignment[];
}
