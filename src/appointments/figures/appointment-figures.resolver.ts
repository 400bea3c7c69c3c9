import { Args, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { AppointmentFigures, AppointmentFiguresArgs } from './appointment-figures.model.js';
import { AppointmentFiguresReader } from './appointment-figures.reader.js';

@Resolver()
export class AppointmentFiguresResolver {
  constructor(private readonly reader: AppointmentFiguresReader) {}

  @Query(() => [AppointmentFigures], { complexity: listOf(500), description: 'How full sessions were, who did not come, how long patients waited and consultations took: a row for each stretch, chamber and doctor told apart that has a session, in that order. Names no patient. Needs chambers:manage in the chamber; without one, of all those where the caller has it. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  @Can('chambers:manage')
  appointmentFigures(@CurrentCtx() ctx: Ctx, @Args() args: AppointmentFiguresArgs): Promise<AppointmentFigures[]> {
    return this.reader.of(ctx, args);
  }
}
