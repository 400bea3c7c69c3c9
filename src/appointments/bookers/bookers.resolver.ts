import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { Appointment, toAppointment } from '../appointment.model.js';
import { Booker, IdentifyBookerInput } from './booker.model.js';
import { BookersService } from './bookers.service.js';

@Resolver(() => Appointment)
export class BookersResolver {
  constructor(private readonly bookers: BookersService) {}

  @ResolveField(() => Booker, { nullable: true, description: 'Who it was booked for online, as whoever booked wrote; null for what the practice booked. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  booker(@Parent() { booker }: Appointment): Booker | null {
    return booker;
  }

  @Mutation(() => Appointment, { description: 'Says which patient came for an appointment that was booked online; without that nobody who booked online is noted as arrived. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (STALE_VERSION, BOOKER_KNOWN, APPOINTMENT_STATUS, BOOKED_ALREADY, PATIENT_IS_ELSEWHERE, MERGED).' })
  @Can('appointments:manage', 'UPDATED')
  async identifyBooker(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which appointment, and who.' }) input: IdentifyBookerInput): Promise<Appointment> {
    return toAppointment(await this.bookers.identify(ctx, input));
  }
}
