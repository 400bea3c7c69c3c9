import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayNotEmpty, IsOptional, Length } from 'class-validator';
import type { AuditAction as Action, AuditOutcome as Outcome } from '../platform/context/audit-trail.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { IsAddressOrRange } from './address-range.js';
import { AuditAction, AuditOutcome } from './audit.model.js';
import { NotBeforeFrom } from './time-range.js';

@InputType({ description: 'Which entries of the audit trail are asked for: those that meet every condition given.' })
export class AuditFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Done by this person, by the id of their account.' })
  @IsOptional()
  actorUserId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Done by this member of the practice; also what their account did without entering the practice, such as a refresh. Somebody who left and was hired again is another member: `actorUserId` finds both.' })
  @IsOptional()
  actorMemberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Naming this patient or any of their records, also in a request that was refused.' })
  @IsOptional()
  patientId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Naming this very record.' })
  @IsOptional()
  recordId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Done in this session.' })
  @IsOptional()
  sessionId?: string | null;

  @Field(() => [AuditAction], { nullable: true, description: 'One of these actions.' })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  action?: Action[] | null;

  @Field(() => [AuditOutcome], { nullable: true, description: 'One of these outcomes.' })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  outcome?: Outcome[] | null;

  @Field(() => String, { nullable: true, description: 'This operation exactly, such as `Mutation.signIn`.' })
  @IsOptional()
  @Length(1, 300)
  operation?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'By a request that named this chamber.' })
  @IsOptional()
  chamberId?: string | null;

  @Field(() => String, { nullable: true, description: 'From this internet address, or from one in this range in CIDR notation, such as 203.0.113.0/24.' })
  @IsOptional()
  @IsAddressOrRange()
  ip?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: done under emergency access. False: done without.' })
  @IsOptional()
  emergency?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this instant or later.' })
  @IsOptional()
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this instant. Reason of a fault: BEFORE_FROM.' })
  @IsOptional()
  @NotBeforeFrom()
  to?: Date | null;
}
