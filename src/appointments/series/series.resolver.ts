import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { Appointment, toAppointment } from '../appointment.model.js';
import { MOST_OCCURRENCES } from './recurrence.js';
import { BookRecurringInput, CancelSeriesInput } from './series.inputs.js';
import { AppointmentSeries, toSeries } from './series.model.js';
import { SeriesService } from './series.service.js';

@Resolver()
export class SeriesResolver {
  constructor(private readonly series: SeriesService) {}

  @Mutation(() => AppointmentSeries, { description: 'Books appointments that recur, in one transaction: every day is booked, or answered with the obstacle. Sessions are planned for it up to a year ahead. CONFLICT (SERIES_INCOMPLETE) when none can be booked, or not all where `allOrNothing` says so. Needs appointments:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (SERIES_INCOMPLETE, CHAMBER_ARCHIVED, MERGED, KEY_USED).' })
  @Can('appointments:manage', 'CREATED')
  async bookRecurring(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The series.' }) input: BookRecurringInput): Promise<AppointmentSeries> {
    return toSeries(await this.series.book(ctx, input));
  }

  @Mutation(() => [Appointment], { complexity: listOf(MOST_OCCURRENCES), description: 'Cancels what is still booked of a series from a day on, and answers it. Needs appointments:manage in the chambers. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('appointments:manage', 'UPDATED')
  async cancelSeries(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, from when, and why.' }) input: CancelSeriesInput): Promise<Appointment[]> {
    return (await this.series.cancel(ctx, input)).map(toAppointment);
  }
}
