import { Args, Int, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient } from '../../patients/patient.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { EntriesArgs } from '../entries/entry.model.js';
import { LATEST_AMONG } from './vitals-trend.js';
import { RecordVitalsInput, TrendArgs, VitalsInput } from './vitals.inputs.js';
import { LatestVital, Vitals, VitalsConnection, VitalsSaved, VitalsTrend, toLatest, toTrend, toVitals } from './vitals.model.js';
import { VitalsReader } from './vitals.reader.js';
import { VitalsService } from './vitals.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the vital signs.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' };
const REASON = { description: 'Why, in one line of 1 to 500 characters; it is shown with the entry.' };
const REFUSED = 'Needs patients:read-clinical; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.';

@Resolver(() => Patient)
export class PatientVitalsResolver {
  constructor(private readonly reader: VitalsReader) {}

  @ResolveField(() => VitalsConnection, { nullable: true, description: `The vital signs, occasion by occasion, the latest measured first. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async vitals(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: EntriesArgs): Promise<Page<Vitals>> {
    const entries = await this.reader.page(ctx, id, args);
    return pageOf(entries.map(toVitals), args, () => this.reader.count(ctx, id, args));
  }

  @ResolveField(() => [LatestVital], { nullable: true, description: `The latest value of each measure, looked for among the ${LATEST_AMONG} newest occasions. Body mass index and body surface area are reckoned from the latest weight and the latest height, when these are at most 31 days apart or the height is that of a grown person of 18 years. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async latestVitals(@CurrentCtx() ctx: Ctx, @Parent() { id, birth }: Patient): Promise<LatestVital[]> {
    return (await this.reader.latest(ctx, id, birth?.date ?? null)).map(toLatest);
  }

  @ResolveField(() => VitalsTrend, { nullable: true, description: `The values of one measure in the course of time, in its canonical unit. Body mass index and body surface area are those of occasions with weight and height. ${REFUSED}` })
  @Can('patients:read-clinical')
  @Classified('clinical')
  async vitalsTrend(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() { measure, from, to }: TrendArgs): Promise<VitalsTrend> {
    return toTrend(measure, await this.reader.trend(ctx, id, measure, from ?? null, to ?? null));
  }
}

@Resolver(() => Vitals)
export class VitalsResolver {
  constructor(private readonly service: VitalsService) {}

  @Mutation(() => VitalsSaved, { description: 'Records what was measured on one occasion. What cannot be is refused (IMPLAUSIBLE); what is unusual is recorded with a `warning`. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND (the patient), BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id), CONFLICT (the idempotency key was used for another request).' })
  @Can('patients:edit-clinical', 'CREATED')
  async recordVitals(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The occasion.' }) input: RecordVitalsInput): Promise<VitalsSaved> {
    return { saved: toVitals(await this.service.record(ctx, input)) };
  }

  @Mutation(() => VitalsSaved, { description: 'Replaces vital signs that were recorded wrongly: the old entry is marked as entered in error and a new one made, which is answered. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async correctVitals(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('input', { description: 'The occasion as it should have been recorded, whole.' }) input: VitalsInput, @Args('reason', REASON) reason: string): Promise<VitalsSaved> {
    return { saved: toVitals(await this.service.correct(ctx, id, version, input, reason)) };
  }

  @Mutation(() => VitalsSaved, { description: 'Marks vital signs as entered in error, for good; they stay in the file, struck out. Needs patients:edit-clinical and patients:read-clinical. Errors: NOT_FOUND, CONFLICT (another version, or entered in error already), BAD_USER_INPUT.' })
  @Can('patients:edit-clinical', 'UPDATED')
  async markVitalsEnteredInError(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reason', REASON) reason: string): Promise<VitalsSaved> {
    return { saved: toVitals(await this.service.markInError(ctx, id, version, reason)) };
  }
}

@Resolver(() => VitalsSaved)
export class VitalsSavedResolver {
  @ResolveField(() => Vitals, { description: 'The vital signs, as they are now.' })
  @Can('patients:read-clinical')
  @Classified('clinical')
  vitals(@Parent() { saved }: VitalsSaved): Vitals {
    return saved;
  }
}
