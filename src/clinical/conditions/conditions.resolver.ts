import { Args, Int, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ApproximateDateModel } from '../entries/approximate-date.model.js';
import { ChangeConditionStatusInput, ConditionInput, ConditionsArgs, RecordConditionInput, ResolveConditionInput } from './condition.inputs.js';
import { Condition, ConditionConnection, ConditionSaved, ConditionStatusChange, toCondition } from './condition.model.js';
import { ConditionsReader } from './conditions.reader.js';
import { ConditionsService } from './conditions.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the condition.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const REASON = { description: 'Why, in one line of 1 to 500 characters; it is shown with the entry.' };

@Resolver(() => Patient)
export class PatientConditionsResolver {
  constructor(private readonly reader: ConditionsReader) {}

  @ResolveField(() => ConditionConnection, { nullable: true, description: 'The problem list: the conditions, those recorded last first. Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async conditions(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: ConditionsArgs): Promise<Page<Condition>> {
    const entries = await this.reader.page(ctx, id, args);
    return pageOf(entries.map(toCondition), args, () => this.reader.count(ctx, id, args));
  }
}

@Resolver(() => Condition)
export class ConditionsResolver {
  constructor(
    private readonly reader: ConditionsReader,
    private readonly service: ConditionsService,
  ) {}

  @ResolveField(() => [ConditionStatusChange], { description: 'How it was judged over time, from its recording on.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async statusHistory(@CurrentCtx() ctx: Ctx, @Parent() { id }: Condition): Promise<ConditionStatusChange[]> {
    const changes = await this.reader.statusChanges(ctx, id);
    return changes.map(({ clinical_status, verification, abatement, note, changed_by, changed_at }) =>
      ({ clinicalStatus: clinical_status, verification, abatement, note, by: { id: changed_by }, at: changed_at }));
  }

  @ResolveField(() => ApproximateDateModel, { nullable: true, description: 'When it ended or went into remission, as last judged.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async abatement(@CurrentCtx() ctx: Ctx, @Parent() { id }: Condition): Promise<ApproximateDateModel | null> {
    return (await this.reader.statusChanges(ctx, id)).at(-1)?.abatement ?? null;
  }

  @Mutation(() => ConditionSaved, { description: 'Records a condition in the problem list. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND (the patient), BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (one written alike is there, neither resolved nor refuted: `params.conditionId` names it; or the id is taken), CONFLICT (the idempotency key was used for another request).' })
  @Can('patients:edit-clinical', 'CREATED')
  async recordCondition(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The condition.' }) input: RecordConditionInput): Promise<ConditionSaved> {
    return { saved: toCondition(await this.service.record(ctx, input)) };
  }

  @Mutation(() => ConditionSaved, { description: 'Replaces a condition that was recorded wrongly: the old entry is marked as entered in error and a new one made, which is answered. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT, ALREADY_EXISTS.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async correctCondition(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The condition as it should have been recorded, whole.' }) input: ConditionInput, @Args('reason', REASON) reason: string): Promise<ConditionSaved> {
    return { saved: toCondition(await this.service.correct(ctx, id, version, input, reason)) };
  }

  @Mutation(() => ConditionSaved, { description: 'Marks a condition as entered in error, for good; it stays in the file, struck out. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async markConditionEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', REASON) reason: string): Promise<ConditionSaved> {
    return { saved: toCondition(await this.service.markInError(ctx, id, version, reason)) };
  }

  @Mutation(() => ConditionSaved, { description: 'Says that a condition is over. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error), BAD_USER_INPUT (NO_CHANGE when it is resolved already).' })
  @Can('patients:edit-clinical', 'UPDATED')
  async resolveCondition(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The end.' }) input: ResolveConditionInput): Promise<ConditionSaved> {
    return { saved: toCondition(await this.service.resolve(ctx, id, version, input)) };
  }

  @Mutation(() => ConditionSaved, { description: 'Judges a condition anew: whether the patient still has it, how certain it is. What was recorded stays; the history keeps each judgement. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async changeConditionStatus(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The judgement.' }) input: ChangeConditionStatusInput): Promise<ConditionSaved> {
    return { saved: toCondition(await this.service.changeStatus(ctx, id, version, input)) };
  }
}

@Resolver(() => ConditionSaved)
export class ConditionSavedResolver {
  @ResolveField(() => Condition, { description: 'The condition, as it is now.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  condition(@Parent() { saved }: ConditionSaved): Condition {
    return saved;
  }
}
