import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Classified } from '../platform/access/classification.js';
import type { AuditAction as Action, AuditOutcome as Outcome } from '../platform/context/audit-trail.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { AuditFilter } from './audit.inputs.js';
import { AuditAction, AuditOutcome } from './audit.model.js';

@ObjectType({ description: 'The conditions of a search of the audit trail, as `AuditFilter` takes them; null where there is no such condition.' })
@Classified('trail')
export class AuditConditions {
  @Field(() => UuidScalar, { nullable: true, description: 'Done by this person, by the id of their account.' })
  actorUserId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Done by this member of the practice.' })
  actorMemberId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Naming this patient or any of their records.' })
  patientId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Naming this very record.' })
  recordId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Done in this session.' })
  sessionId: string | null;

  @Field(() => [AuditAction], { nullable: true, description: 'One of these actions.' })
  action: Action[] | null;

  @Field(() => [AuditOutcome], { nullable: true, description: 'One of these outcomes.' })
  outcome: Outcome[] | null;

  @Field(() => String, { nullable: true, description: 'This operation exactly.' })
  operation: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'By a request that named this chamber.' })
  chamberId: string | null;

  @Field(() => String, { nullable: true, description: 'From this internet address or range.' })
  ip: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: done under emergency access. False: done without.' })
  emergency: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this instant or later.' })
  from: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this instant.' })
  to: Date | null;
}

/** Conditions with every one named that was not given. */
export const auditConditions = (given: Partial<AuditConditions>): AuditConditions => ({
  actorUserId: null, actorMemberId: null, patientId: null, recordId: null, sessionId: null, action: null, outcome: null, operation: null, chamberId: null,
  ip: null, emergency: null, from: null, to: null, ...given,
});

@ObjectType({ description: 'A search of the audit trail that somebody saved. To use it, send its conditions as the filter of `auditEntries`.' })
@Classified('trail')
export class SavedAuditFilter {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Its name; several may have the same.' })
  name: string;

  @Field(() => AuditConditions, { description: 'What it searches for.' })
  filter: AuditConditions;

  @Field({ description: 'Whether everybody who holds audit:read sees it, or only who saved it.' })
  shared: boolean;

  @Field({ description: 'Whether the caller may change and delete it: who saved it may, and an owner.' })
  mayEdit: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt: Date;

  @Field(() => Int, { description: 'Send it with every edit.' })
  version: number;

  /** The member who saved it: who that is by name is answered where members are known. */
  savedById: string;
}

@InputType({ description: 'A search of the audit trail to save.' })
export class SaveAuditFilterInput {
  @Field({ description: 'Name: one line of up to 100 characters.' })
  @IsString()
  name: string;

  @Field(() => AuditFilter, { description: 'The conditions.' })
  @ValidateNested()
  @Type(() => AuditFilter)
  filter: AuditFilter;

  @Field({ defaultValue: false, description: 'Whether everybody who holds audit:read shall see it.' })
  shared: boolean;
}

@InputType({ description: 'Changes to a saved search; what is left out stays.' })
export class EditAuditFilterInput {
  @Field(() => String, { nullable: true, description: 'Name: one line of up to 100 characters.' })
  @IsOptional()
  name?: string | null;

  @Field(() => AuditFilter, { nullable: true, description: 'Conditions in place of all former ones.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => AuditFilter)
  filter?: AuditFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody who holds audit:read shall see it.' })
  @IsOptional()
  shared?: boolean | null;
}
