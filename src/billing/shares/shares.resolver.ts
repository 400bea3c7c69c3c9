import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, PageArgs } from '../../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { DoctorStatement, DoctorStatementArgs, type DoctorStatementEntry, DoctorStatementEntryConnection, StatementArgs } from './doctor-statement.model.js';
import { DoctorPayout, PayDoctorInput } from './payout.model.js';
import { PayoutsService } from './payouts.service.js';
import { AddShareRuleInput, ShareRule, ShareRuleConnection, ShareRulesArgs } from './share-rule.model.js';
import { ShareRulesService } from './share-rules.service.js';
import { StatementsReader } from './statements.reader.js';

const MANAGING = 'Needs finances:manage in the chamber of the rule, and in every chamber in use for one of every chamber.';

@Resolver(() => ShareRule)
export class ShareRulesResolver {
  constructor(private readonly rules: ShareRulesService) {}

  @Query(() => ShareRuleConnection, { description: 'What doctors get, got and will get of what their patients pay, those that begin last first: the rules of each chamber in which the caller holds finances:read, and those of every chamber for whoever holds it in all. Needs finances:read. Errors: BAD_USER_INPUT.' })
  @Can('finances:read')
  shareRules(@CurrentCtx() ctx: Ctx, @Args() args: ShareRulesArgs): Promise<Page<ShareRule>> {
    return this.rules.page(ctx, args);
  }

  @Mutation(() => ShareRule, { description: `Adds a rule of what a doctor gets of what their patients pay: for the invoices that are issued from then on, while it holds. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (SHARE_RULES_OVERLAP: another rule for the same doctor and chamber holds on some of its days; KEY_USED).` })
  @Can('finances:manage', 'CREATED')
  addShareRule(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The rule.' }) input: AddShareRuleInput): Promise<ShareRule> {
    return this.rules.add(ctx, input);
  }

  @Mutation(() => ShareRule, { description: `Sets the last day of a rule that is not over; invoices that were issued until then keep it. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (PAST, BEFORE_FIRST), CONFLICT (ENDED_ALREADY, SHARE_RULES_OVERLAP).` })
  @Can('finances:manage', 'UPDATED')
  endShareRule(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the rule.' }) id: string,
    @Args('lastDay', { type: () => LocalDateScalar, description: 'The last day on which it holds: today or later. Reasons of faults: PAST, BEFORE_FIRST.' }) lastDay: string): Promise<ShareRule> {
    return this.rules.end(ctx, id, lastDay);
  }

  @Mutation(() => Boolean, { description: `Takes back a rule that has not begun; true. ${MANAGING} Errors: NOT_FOUND, FORBIDDEN, CONFLICT (SHARE_RULE_BEGUN).` })
  @Can('finances:manage', 'DELETED')
  removeShareRule(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the rule.' }) id: string): Promise<boolean> {
    return this.rules.remove(ctx, id);
  }
}

@Resolver(() => DoctorStatement)
export class StatementsResolver {
  constructor(
    private readonly statements: StatementsReader,
    private readonly payouts: PayoutsService,
  ) {}

  @Query(() => DoctorStatement, { description: 'What a doctor earned and was paid in some days. Needs finances:read in the chamber, or in every chamber in use when none is named. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT.' })
  @Can('finances:read')
  doctorStatement(@CurrentCtx() ctx: Ctx, @Args() args: DoctorStatementArgs): Promise<DoctorStatement> {
    return this.statements.ofDoctor(ctx, args);
  }

  @Query(() => DoctorStatement, { description: 'What the caller earned as a doctor and was paid in some days. Needs self:read. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('self:read')
  myStatement(@CurrentCtx() ctx: Ctx, @Args() args: StatementArgs): Promise<DoctorStatement> {
    return this.statements.own(ctx, args);
  }

  @ResolveField(() => DoctorStatementEntryConnection, { description: 'What changed the balance, the first first.' })
  @Can('self:read')
  @Classified('earnings')
  entries(@CurrentCtx() ctx: Ctx, @Parent() statement: DoctorStatement, @Args() args: PageArgs): Promise<Page<DoctorStatementEntry>> {
    return this.statements.entries(ctx, statement, args);
  }

  @Mutation(() => DoctorPayout, { description: 'Pays a doctor of what is payable to them, out of the safe or the bank. Needs finances:manage in the chamber and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (MORE_THAN_THERE_IS, BOOKS_CLOSED, KEY_USED).' })
  @Can('finances:manage', 'CREATED', { stepUp: true })
  payDoctor(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'To whom, how much, and out of what.' }) input: PayDoctorInput): Promise<DoctorPayout> {
    return this.payouts.pay(ctx, input);
  }
}
