import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { PageArgs } from '../platform/graphql/connection.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { AlertRule, AlertSeverity } from './alert.model.js';
import type { RuleName, Severity } from './rules/alert-rule.js';

@ArgsType()
export class AlertsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: 'True: only those that nobody has looked at yet. False: only the others.' })
  @IsOptional()
  open?: boolean | null;

  @Field(() => AlertRule, { nullable: true, description: 'Only those of this rule.' })
  @IsOptional()
  rule?: RuleName | null;

  @Field(() => AlertSeverity, { nullable: true, description: 'Only as urgent ones.' })
  @IsOptional()
  severity?: Severity | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Only those about this member.' })
  @IsOptional()
  memberId?: string | null;
}

@InputType({ description: 'That somebody has looked at an alert.' })
export class AcknowledgeAlertInput {
  @Field(() => UuidScalar, { description: 'Id of the alert.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: 'What came of it: lines of up to 2,000 characters in all. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  note?: string | null;
}
