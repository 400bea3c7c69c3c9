import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { IsAddressOrRange } from './address-range.js';
import { NotBeforeFrom } from './time-range.js';

@InputType({ description: 'What an incident was: who or from where, and when. Exactly one of `memberId`, `userId`, `sessionId` and `address` (EXACTLY_ONE_REQUIRED).' })
export class IncidentInput {
  @Field(() => UuidScalar, { nullable: true, description: 'What this member did.' })
  @IsOptional()
  memberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'What this person did, by the id of their account, in whatever membership.' })
  @IsOptional()
  userId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'What was done in this session.' })
  @IsOptional()
  sessionId?: string | null;

  @Field(() => String, { nullable: true, description: 'What was done from this internet address, or from one in this range in CIDR notation. Reason of a fault: IS_ADDRESS_OR_RANGE.' })
  @IsOptional()
  @IsAddressOrRange()
  address?: string | null;

  @Field(() => DateTimeScalar, { description: 'From this instant on.' })
  from: Date;

  @Field(() => DateTimeScalar, { description: 'Before this instant. Reason of a fault: BEFORE_FROM.' })
  @NotBeforeFrom()
  to: Date;
}

@ObjectType({ description: 'Records of one kind of a patient whom an incident concerns.' })
@Classified('trail')
export class IncidentRecords {
  @Field({ description: 'Kind of record, as in `AuditedRecord.type`.' })
  type: string;

  @Field(() => Int, { description: 'In how many entries they were shown, exported or printed.' })
  seen: number;

  @Field(() => Int, { description: 'In how many entries they were made or changed.' })
  changed: number;
}

@ObjectType({ description: 'A patient whom an incident concerns, with what was seen and changed of them.' })
@Classified('trail')
export class IncidentPatient {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  id: string;

  @Field({ description: 'Whether anything of them was shown or changed. Otherwise it was only tried, and refused.' })
  affected: boolean;

  @Field(() => [IncidentRecords], { description: 'What was shown or changed of them, by kind.' })
  records: IncidentRecords[];

  @Field(() => DateTimeScalar, { description: 'The first time.' })
  firstAt: Date;

  @Field(() => DateTimeScalar, { description: 'The last time.' })
  lastAt: Date;

  @Field({ description: 'Whether anything of them left as a file.' })
  exported: boolean;

  @Field({ description: 'Whether anything of them was made ready for paper.' })
  printed: boolean;

  @Field(() => Int, { description: 'How many attempts were refused or failed.' })
  refusedAttempts: number;
}

export const IncidentPatientConnection = ConnectionOf(IncidentPatient, 'IncidentPatient', 'How many patients the incident concerns, those included of whom nothing was shown; counted only when asked for.');
