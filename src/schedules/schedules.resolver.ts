import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { listOf } from '../platform/graphql/cost.js';
import { AddScheduleInput, ChangeScheduleInput, EndScheduleInput, SchedulesArgs } from './schedule.inputs.js';
import { Schedule, ScheduleSaved, toSchedule } from './schedule.model.js';
import { toClinicSession } from './session.model.js';
import { SchedulesReader } from './schedules.reader.js';
import { type SavedSchedule, SchedulesService } from './schedules.service.js';

@Resolver(() => Schedule)
export class SchedulesResolver {
  constructor(
    private readonly reader: SchedulesReader,
    private readonly service: SchedulesService,
  ) {}

  @Query(() => [Schedule], { complexity: listOf(50), description: 'The weekly hours of a chamber, from Monday on. Needs appointments:read. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async schedules(@CurrentCtx() ctx: Ctx, @Args() args: SchedulesArgs): Promise<Schedule[]> {
    return (await this.reader.list(ctx, args)).map(toSchedule);
  }

  @Mutation(() => ScheduleSaved, { description: 'Adds weekly hours and plans their sessions for the next 60 days; each night another day is planned. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), CONFLICT (SCHEDULES_OVERLAP, CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'CREATED')
  async addSchedule(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The hours.' }) input: AddScheduleInput): Promise<ScheduleSaved> {
    return toSaved(await this.service.add(ctx, input));
  }

  @Mutation(() => ScheduleSaved, { description: 'Changes weekly hours from a day on: the former ones end the day before, others begin. What patients have booked never moves by this: such sessions stay and are answered in `kept`. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), CONFLICT (STALE_VERSION, SCHEDULES_OVERLAP, CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async changeSchedule(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What changes, and from when.' }) input: ChangeScheduleInput): Promise<ScheduleSaved> {
    return toSaved(await this.service.change(ctx, input));
  }

  @Mutation(() => ScheduleSaved, { description: 'Ends weekly hours, also in a chamber that is archived. Sessions for which patients have booked stay and are answered in `kept`. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION).' })
  @Can('chambers:manage', 'UPDATED')
  async endSchedule(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and from when.' }) input: EndScheduleInput): Promise<ScheduleSaved> {
    return toSaved(await this.service.end(ctx, input));
  }
}

const toSaved = ({ schedule, planned, takenBack, kept }: SavedSchedule): ScheduleSaved =>
  ({ schedule: toSchedule(schedule), planned: planned.length, takenBack, kept: kept.map(toClinicSession) });
