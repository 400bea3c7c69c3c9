import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient, toPatient } from '../../patients/patient.model.js';
import { type Page, PageArgs, pageOf } from '../../platform/graphql/connection.js';
import { ClinicSession, toClinicSession } from '../../schedules/session.model.js';
import { SessionsReader } from '../../schedules/sessions.reader.js';
import { Appointment, toAppointment } from '../appointment.model.js';
import { AppointmentsReader } from '../appointments.reader.js';
import { PatientsReader } from '../../patients/patients.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { OFFER_MINUTES } from './offer-plan.js';
import { JoinWaitlistInput, WaitlistEntry, WaitlistEntryConnection, toWaitlistEntry } from './waitlist.model.js';
import { WaitlistService } from './waitlist.service.js';

const ENTRY = { type: () => UuidScalar, description: 'Id of the entry.' };

@Resolver(() => WaitlistEntry)
export class WaitlistResolver {
  constructor(
    private readonly service: WaitlistService,
    private readonly patients: PatientsReader,
    private readonly appointments: AppointmentsReader,
    private readonly sessions: SessionsReader,
  ) {}

  @Query(() => [WaitlistEntry], { complexity: listOf(50), description: 'Who waits in a chamber, or has an offer, the longest first; at most 200. Needs appointments:read in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async waitlist(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string,
    @Args('doctorId', { type: () => UuidScalar, nullable: true, description: 'Only for this doctor.' }) doctorId?: string | null): Promise<WaitlistEntry[]> {
    return (await this.service.list(ctx, chamberId, doctorId ?? null)).map(toWaitlistEntry);
  }

  @Query(() => WaitlistEntryConnection, { description: 'Whose waiting in a chamber is over, the last who joined first: who was booked, who left, and whose offer or time went by. Needs appointments:read in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async endedWaiting(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string, @Args() args: PageArgs): Promise<Page<WaitlistEntry>> {
    return pageOf((await this.service.ended(ctx, chamberId, args)).map(toWaitlistEntry), args, () => this.service.countEnded(ctx, chamberId));
  }

  @Mutation(() => WaitlistEntry, { description: `Puts a patient on the waitlist. When a place becomes free it is held for ${OFFER_MINUTES} minutes for whoever waits longest and can come; quiet hours do not count. Needs appointments:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (WAITS_ALREADY, SESSION_STATUS, SESSION_OVER, DOCTOR_LEFT, CHAMBER_ARCHIVED, MERGED).` })
  @Can('appointments:manage', 'CREATED')
  async joinWaitlist(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who, and for what.' }) input: JoinWaitlistInput): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.join(ctx, input));
  }

  @Mutation(() => WaitlistEntry, { description: 'Books the place that is held for somebody on the waitlist. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (OFFER_IS_OVER, SESSION_STATUS, SESSION_OVER, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED, STALE_VERSION).' })
  @Can('appointments:manage', 'UPDATED')
  async acceptWaitlistOffer(@CurrentCtx() ctx: Ctx, @Args('id', ENTRY) id: string): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.accept(ctx, id));
  }

  @Mutation(() => WaitlistEntry, { description: 'Takes somebody off the waitlist; a place that is held for them is offered to the next. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (OFFER_IS_OVER, STALE_VERSION).' })
  @Can('appointments:manage', 'UPDATED')
  async leaveWaitlist(@CurrentCtx() ctx: Ctx, @Args('id', ENTRY) id: string): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.leave(ctx, id));
  }

  @ResolveField(() => Appointment, { nullable: true, description: 'The appointment that was offered, with its number and time; null where none was.' })
  @Can('appointments:read')
  @Classified('appointment')
  async offeredAppointment(@CurrentCtx() ctx: Ctx, @Parent() { offeredAppointmentId: id }: WaitlistEntry): Promise<Appointment | null> {
    return id === null ? null : toAppointment(await this.appointments.get(ctx, id));
  }

  @ResolveField(() => ClinicSession, { nullable: true, description: 'The session for which they wait; null for who waits for a doctor on some days.' })
  @Can('appointments:read')
  @Classified('schedule')
  async session(@CurrentCtx() ctx: Ctx, @Parent() { sessionId }: WaitlistEntry): Promise<ClinicSession | null> {
    return sessionId === null ? null : toClinicSession(await this.sessions.get(ctx, sessionId));
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: WaitlistEntry): Promise<Patient | null> {
    const record = await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }
}
