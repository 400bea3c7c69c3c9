import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AppointmentMessage, toMessage } from '../messages/message.model.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { Patient } from '../patients/patient.model.js';
import { PatientsReader } from '../patients/patients.reader.js';
import { toPatient } from '../patients/patient.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, PageArgs, pageOf } from '../platform/graphql/connection.js';
import { listOf } from '../platform/graphql/cost.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { ClinicSession, toClinicSession } from '../schedules/session.model.js';
import { SessionsReader } from '../schedules/sessions.reader.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { AppointmentEdits } from './appointment-edits.service.js';
import { AppointmentStatus } from './appointment.enums.js';
import { BookAppointmentInput, CancelAppointmentInput, EditAppointmentInput, RescheduleAppointmentInput, SessionAppointmentsArgs } from './appointment.inputs.js';
import { Appointment, AppointmentConnection, USUAL_IN_SESSION, toAppointment } from './appointment.model.js';
import { AppointmentsReader } from './appointments.reader.js';
import { BookingsService } from './bookings.service.js';

@Resolver(() => Appointment)
export class AppointmentsResolver {
  constructor(
    private readonly reader: AppointmentsReader,
    private readonly bookings: BookingsService,
    private readonly edits: AppointmentEdits,
    private readonly sessions: SessionsReader,
    private readonly patients: PatientsReader,
    private readonly messagesReader: MessagesReader,
    private readonly steps: AllowedSteps,
  ) {}

  @Query(() => Appointment, { description: 'One appointment. Needs appointments:read in its chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async appointment(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the appointment.' }) id: string): Promise<Appointment> {
    return toAppointment(await this.reader.get(ctx, id));
  }

  @Mutation(() => Appointment, { description: 'Books a place in a session. Needs appointments:manage in its chamber. Errors: NOT_FOUND, BAD_USER_INPUT, ALREADY_EXISTS, CONFLICT (SLOT_TAKEN, SESSION_FULL, SESSION_OVER, SESSION_STATUS, DAY_CLOSED, VIDEO_IS_OFF, DOCTOR_LEFT, CHAMBER_ARCHIVED, BOOKED_ALREADY, PATIENT_IS_ELSEWHERE, FOLLOW_UP_NOT_DUE, MERGED, KEY_USED).' })
  @Can('appointments:manage', 'CREATED')
  async bookAppointment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The booking.' }) input: BookAppointmentInput): Promise<Appointment> {
    return toAppointment(await this.bookings.book(ctx, input));
  }

  @Mutation(() => Appointment, { description: 'Moves an appointment to another session, or another slot: it is cancelled, and another one that names it is answered. It keeps its series, or gets one of everybody’s places where none of those is left; what is only HELD is not moved. Needs appointments:manage in both chambers. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, APPOINTMENT_STATUS, SLOT_TAKEN, SESSION_FULL, SESSION_OVER, SESSION_STATUS, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED, BOOKED_ALREADY, PATIENT_IS_ELSEWHERE).' })
  @Can('appointments:manage', 'UPDATED')
  async rescheduleAppointment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and where to.' }) input: RescheduleAppointmentInput): Promise<Appointment> {
    return toAppointment(await this.bookings.reschedule(ctx, input));
  }

  @Mutation(() => Appointment, { description: 'Cancels an appointment whose consultation has not begun. Its place is free; its number is not given again. Needs appointments:manage in its chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, APPOINTMENT_STATUS).' })
  @Can('appointments:manage', 'UPDATED')
  async cancelAppointment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and why.' }) input: CancelAppointmentInput): Promise<Appointment> {
    return toAppointment(await this.bookings.cancel(ctx, input));
  }

  @Mutation(() => Appointment, { description: 'Corrects what was written down of an appointment that has not ended: what the visit is, how it was booked, whether by video, the note. Needs appointments:manage in its chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, APPOINTMENT_STATUS, VIDEO_IS_OFF).' })
  @Can('appointments:manage', 'UPDATED')
  async editAppointment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and what is to be different.' }) input: EditAppointmentInput): Promise<Appointment> {
    return toAppointment(await this.edits.edit(ctx, input));
  }

  @ResolveField(() => [AppointmentStatus], { description: 'What its status may become now, which goes by that of its session too; before the day of the session it can be CANCELLED alone. BOOKED is what `acceptWaitlistOffer` makes of an offer, and `takeDeposit` of a place whose deposit is due. Nothing for who lacks appointments:manage in the chamber.' })
  @Can('appointments:read')
  @Classified('appointment')
  allowedTransitions(@CurrentCtx() ctx: Ctx, @Parent() appointment: Appointment): Promise<AppointmentStatus[]> {
    return this.steps.of(ctx, appointment);
  }

  @ResolveField(() => ClinicSession, { description: 'The session.' })
  @Can('appointments:read')
  @Classified('schedule')
  async session(@CurrentCtx() ctx: Ctx, @Parent() { sessionId }: Appointment): Promise<ClinicSession> {
    return toClinicSession(await this.sessions.get(ctx, sessionId));
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient; null for who booked online until the desk has seen who they are. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: Appointment): Promise<Patient | null> {
    const record = patientId && (await this.patients.ifThere(ctx, patientId));
    return record ? toPatient(ctx, record) : null;
  }

  @ResolveField(() => [AppointmentMessage], { complexity: listOf(10), description: 'What the patient is told of it by SMS, in the order in which it is due.' })
  @Can('appointments:read')
  @Classified('appointment')
  async messages(@CurrentCtx() ctx: Ctx, @Parent() { id }: Appointment): Promise<AppointmentMessage[]> {
    return (await this.messagesReader.ofAppointment(ctx, id)).map(toMessage);
  }
}

@Resolver(() => ClinicSession)
export class SessionAppointmentsResolver {
  constructor(private readonly reader: AppointmentsReader) {}

  @ResolveField(() => [Appointment], { complexity: listOf(({ first }) => (typeof first === 'number' ? Math.max(first, 1) : USUAL_IN_SESSION)), description: 'Everybody who has or had a place, in the order in which they are called.' })
  @Can('appointments:read')
  @Classified('appointment')
  async appointments(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession, @Args() { active, first }: SessionAppointmentsArgs): Promise<Appointment[]> {
    return (await this.reader.ofSession(ctx, id, { active, first: first ?? null })).map(toAppointment);
  }
}

@Resolver(() => Patient)
export class PatientAppointmentsResolver {
  constructor(private readonly reader: AppointmentsReader) {}

  @ResolveField(() => AppointmentConnection, { description: 'The patient’s appointments in every chamber of the practice, the latest first. Needs appointments:read; without it this field alone is null, with an error FORBIDDEN.', nullable: true })
  @Can('appointments:read')
  @Classified('technical')
  async appointments(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: PageArgs): Promise<Page<Appointment>> {
    return pageOf((await this.reader.ofPatient(ctx, id, args)).map(toAppointment), args, () => this.reader.countOfPatient(ctx, id));
  }
}
