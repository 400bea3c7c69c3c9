import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment, toAppointment } from '../../appointments/appointment.model.js';
import { AppointmentsReader } from '../../appointments/appointments.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { AddFeeRuleInput, AppointmentFee, FeeRule, FeeRuleConnection, FeeRulesArgs } from './fee-rule.model.js';
import { FeesReader } from './fees.reader.js';
import { FeesService } from './fees.service.js';

const MANAGING = 'Needs finances:manage in the chamber of the rule, and in every chamber in use for one of every chamber.';

@Resolver(() => FeeRule)
export class FeesResolver {
  constructor(private readonly service: FeesService) {}

  @Query(() => FeeRuleConnection, { description: 'What visits cost, have cost and will cost: the rules of every chamber, and of each in which the caller takes payments, those that begin last first. Needs payments:take. Errors: BAD_USER_INPUT.' })
  @Can('payments:take')
  feeRules(@CurrentCtx() ctx: Ctx, @Args() args: FeeRulesArgs): Promise<Page<FeeRule>> {
    return this.service.page(ctx, args);
  }

  @Mutation(() => FeeRule, { description: `Adds a rule of what a visit costs. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (FEE_RULES_OVERLAP: another rule for the same doctor, chamber and visit type holds on some of its days; KEY_USED).` })
  @Can('finances:manage', 'CREATED')
  addFeeRule(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The rule.' }) input: AddFeeRuleInput): Promise<FeeRule> {
    return this.service.add(ctx, input);
  }

  @Mutation(() => FeeRule, { description: `Sets the last day of a rule that is not over; what visits have cost stays. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (PAST, BEFORE_FIRST), CONFLICT (ENDED_ALREADY, FEE_RULES_OVERLAP).` })
  @Can('finances:manage', 'UPDATED')
  endFeeRule(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the rule.' }) id: string,
    @Args('lastDay', { type: () => LocalDateScalar, description: 'The last day on which it holds: today or later. Reasons of faults: PAST, BEFORE_FIRST.' }) lastDay: string): Promise<FeeRule> {
    return this.service.end(ctx, id, lastDay);
  }

  @Mutation(() => Boolean, { description: `Takes back a rule that has not begun; true. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, CONFLICT (FEE_RULE_BEGUN).` })
  @Can('finances:manage', 'DELETED')
  removeFeeRule(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the rule.' }) id: string): Promise<boolean> {
    return this.service.remove(ctx, id);
  }
}

@Resolver(() => Appointment)
export class AppointmentFeeResolver {
  constructor(private readonly reader: FeesReader) {}

  @ResolveField(() => AppointmentFee, { nullable: true, description: 'What it costs by the fee rules of its day, as it stands: what was invoiced does not change with it. Needs payments:take in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('payments:take')
  @Classified('billing')
  async fee(@CurrentCtx() ctx: Ctx, @Parent() { id }: Appointment): Promise<AppointmentFee | null> {
    return (await this.reader.of(ctx, id)) ?? null;
  }
}

@Resolver(() => AppointmentFee)
export class FeeDetailsResolver {
  constructor(
    private readonly reader: FeesReader,
    private readonly appointments: AppointmentsReader,
  ) {}

  @ResolveField(() => FeeRule, { nullable: true, description: 'The rule that counts; null when none holds.' })
  @Can('payments:take')
  @Classified('billing')
  async rule(@CurrentCtx() ctx: Ctx, @Parent() { ruleId }: AppointmentFee): Promise<FeeRule | null> {
    return ruleId === null ? null : this.reader.rule(ctx, ruleId);
  }

  @ResolveField(() => Appointment, { nullable: true, description: 'The consultation after which it is free; null unless it is. Needs appointments:read in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('appointments:read')
  @Classified('appointment')
  async freeFollowUpOf(@CurrentCtx() ctx: Ctx, @Parent() { freeFollowUpOfId }: AppointmentFee): Promise<Appointment | null> {
    return freeFollowUpOfId === null ? null : toAppointment(await this.appointments.get(ctx, freeFollowUpOfId));
  }
}
