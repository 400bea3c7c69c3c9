import { Args, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Live, type LiveEvent } from '../platform/websocket/live.js';
import { SessionStatus } from '../schedules/schedule-enums.model.js';
import { ClinicSession, toClinicSession } from '../schedules/session.model.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { AppointmentStatus } from './appointment.enums.js';
import { Appointment, toAppointment } from './appointment.model.js';
import { ClinicQueue } from './queue.model.js';
import { QueueReader } from './queue.reader.js';
import { QueueService } from './queue.service.js';

const APPOINTMENT = { type: () => UuidScalar, description: 'Id of the appointment.' };
const SESSION = { type: () => UuidScalar, description: 'Id of the session.' };
const KEY = {
  type: () => UuidScalar, nullable: true,
  description: 'A UUID that stands for this call, a fresh one once it was answered: however often it is sent, by two clicks or a retry, one patient is called, and each answer is that one. For another session the key answers CONFLICT.',
};

@Resolver()
export class QueueResolver {
  constructor(
    private readonly queue: QueueService,
    private readonly reader: QueueReader,
    private readonly live: Live,
  ) {}

  @Query(() => ClinicQueue, { description: 'The queue of a session at this moment. Needs appointments:read in its chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  clinicQueue(@CurrentCtx() ctx: Ctx, @Args('sessionId', SESSION) sessionId: string): Promise<ClinicQueue> {
    return this.reader.of(ctx, sessionId);
  }

  @Subscription(() => ClinicQueue, { description: 'The queue of a session: at once, and again whenever something happens in it. Each event is whole, so that a client who was away misses nothing, and tells besides what has `changed` since the one before. Needs appointments:read in its chamber; ends with the caller’s session. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  clinicQueueChanged(@CurrentCtx() ctx: Ctx, @Args('sessionId', SESSION) sessionId: string): AsyncIterable<LiveEvent<ClinicQueue>> {
    return this.live.of(ctx, [`session-queue:${sessionId}`], this.reader.watching(sessionId));
  }

  @Mutation(() => ClinicSession, { description: 'Opens a session on its day: patients may be noted as arrived. One that is open stays so. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (SESSION_STATUS, TOO_EARLY with `from`, when its day begins).' })
  @Can('appointments:manage', 'UPDATED')
  async openClinicSession(@CurrentCtx() ctx: Ctx, @Args('id', SESSION) id: string): Promise<ClinicSession> {
    return toClinicSession(await this.queue.stepSession(ctx, id, SessionStatus.OPEN));
  }

  @Mutation(() => ClinicSession, { description: 'Starts a session, or goes on with one that is paused: patients are called. One that runs goes on. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (SESSION_STATUS, TOO_EARLY).' })
  @Can('appointments:manage', 'UPDATED')
  async startClinicSession(@CurrentCtx() ctx: Ctx, @Args('id', SESSION) id: string): Promise<ClinicSession> {
    return toClinicSession(await this.queue.stepSession(ctx, id, SessionStatus.RUNNING));
  }

  @Mutation(() => ClinicSession, { description: 'Pauses a session: nobody is called. One that is paused stays so. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (SESSION_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async pauseClinicSession(@CurrentCtx() ctx: Ctx, @Args('id', SESSION) id: string): Promise<ClinicSession> {
    return toClinicSession(await this.queue.stepSession(ctx, id, SessionStatus.PAUSED));
  }

  @Mutation(() => ClinicSession, { description: 'Closes a session, unless it is closed. Whoever had booked and did not come is noted as NO_SHOW. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (SESSION_STATUS, PATIENTS_WAIT, TOO_EARLY).' })
  @Can('appointments:manage', 'UPDATED')
  async closeClinicSession(@CurrentCtx() ctx: Ctx, @Args('id', SESSION) id: string): Promise<ClinicSession> {
    return toClinicSession(await this.queue.stepSession(ctx, id, SessionStatus.CLOSED));
  }

  @Mutation(() => Appointment, { description: 'Notes that a patient has come. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS, SESSION_STATUS, TOO_EARLY).' })
  @Can('appointments:manage', 'UPDATED')
  async noteArrival(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.ARRIVED));
  }

  @Mutation(() => Appointment, { description: 'Calls the patient who is next among those who have come. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (NOBODY_WAITS, SESSION_STATUS, KEY_USED).' })
  @Can('appointments:manage', 'UPDATED')
  async callNextPatient(@CurrentCtx() ctx: Ctx, @Args('sessionId', SESSION) sessionId: string, @Args('idempotencyKey', KEY) idempotencyKey: string | null): Promise<Appointment> {
    return toAppointment(await this.queue.callNext(ctx, sessionId, idempotencyKey));
  }

  @Mutation(() => Appointment, { description: 'Calls one patient who has come, or recalls one who was skipped. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS, SESSION_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async callPatient(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.CALLED));
  }

  @Mutation(() => Appointment, { description: 'Notes that a patient was called and did not come; the third time makes them NO_SHOW. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async skipPatient(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.SKIPPED));
  }

  @Mutation(() => Appointment, { description: 'Notes that a patient’s consultation begins. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS, SESSION_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async beginConsultation(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.IN_CONSULT));
  }

  @Mutation(() => Appointment, { description: 'Notes that a patient’s consultation is over. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async completeConsultation(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.COMPLETED));
  }

  @Mutation(() => Appointment, { description: 'Notes that a patient did not come, or left; not before the day of the session. When it is so already, nothing changes. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (APPOINTMENT_STATUS, TOO_EARLY).' })
  @Can('appointments:manage', 'UPDATED')
  async noteNoShow(@CurrentCtx() ctx: Ctx, @Args('id', APPOINTMENT) id: string): Promise<Appointment> {
    return toAppointment(await this.queue.step(ctx, id, AppointmentStatus.NO_SHOW));
  }
}

@Resolver(() => ClinicSession)
export class SessionQueueResolver {
  constructor(
    private readonly reader: QueueReader,
    private readonly steps: AllowedSteps,
  ) {}

  @ResolveField(() => [SessionStatus], { description: 'What its status may become now: by `openClinicSession`, `startClinicSession`, `pauseClinicSession` and `closeClinicSession`, and CANCELLED by `changeSession`. Not before its day; CLOSED only when nobody who has come waits. Nothing for who lacks appointments:manage in the chamber.' })
  @Can('appointments:read')
  @Classified('schedule')
  allowedTransitions(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession): Promise<SessionStatus[]> {
    return this.steps.ofSession(ctx, id);
  }

  @ResolveField(() => ClinicQueue, { description: 'Its queue at this moment. Needs appointments:read in its chamber.' })
  @Can('appointments:read')
  @Classified('appointment')
  queue(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession): Promise<ClinicQueue> {
    return this.reader.of(ctx, id);
  }
}
