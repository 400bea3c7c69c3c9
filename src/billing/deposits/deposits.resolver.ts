import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment, toAppointment } from '../../appointments/appointment.model.js';
import { AppointmentsReader } from '../../appointments/appointments.reader.js';
import { OnlineDeposit } from '../../links/booking/deposit.model.js';
import { Patient, toPatient } from '../../patients/patient.model.js';
import { PatientsReader } from '../../patients/patients.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { Payment, toPayment } from '../payments/payment.model.js';
import { PaymentsReader } from '../payments/payments.reader.js';
import { DepositPolicies } from './deposit-policies.service.js';
import { DepositPolicy, SetDepositPolicyInput } from './deposit-policy.model.js';
import { Deposit, DepositConnection, DepositsArgs, SettleDepositInput, TakeDepositInput } from './deposit.model.js';
import { DepositsReader } from './deposits.reader.js';
import { DepositsService } from './deposits.service.js';

@Resolver(() => Deposit)
export class DepositsResolver {
  constructor(
    private readonly reader: DepositsReader,
    private readonly service: DepositsService,
    private readonly policies: DepositPolicies,
    private readonly payments: PaymentsReader,
    private readonly appointments: AppointmentsReader,
    private readonly patients: PatientsReader,
  ) {}

  @Query(() => [DepositPolicy], { complexity: listOf(20), description: 'What becomes of deposits in a chamber, version by version, the newest first. Needs payments:take in it. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  depositPolicies(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<DepositPolicy[]> {
    return this.policies.list(ctx, chamberId);
  }

  @Mutation(() => DepositPolicy, { description: 'Says what becomes of the deposits that are taken in a chamber from now on; those that were taken keep their version. Needs finances:manage in it. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (STALE_VERSION).' })
  @Can('finances:manage', 'CREATED')
  setDepositPolicy(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The policy.' }) input: SetDepositPolicyInput): Promise<DepositPolicy> {
    return this.policies.set(ctx, input);
  }

  @Query(() => Deposit, { description: 'One deposit. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  deposit(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the deposit.' }) id: string): Promise<Deposit> {
    return this.reader.get(ctx, id);
  }

  @Query(() => DepositConnection, { description: 'The deposits that were paid in a chamber, those had first first; with `toSettle` what waits for the desk. Needs payments:take in it. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  deposits(@CurrentCtx() ctx: Ctx, @Args() args: DepositsArgs): Promise<Page<Deposit>> {
    return this.reader.page(ctx, args);
  }

  @Mutation(() => Deposit, { description: 'Takes the deposit of a booking that was made online: its place is booked. Of a place that is not held any more, or of a session that takes nobody any more because its doctor has left or its day was closed, it is taken without a booking, and its `outcome` is REFUNDABLE. Needs payments:take in the chamber, and for cash an open drawer there. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (KEY_USED, NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED).' })
  @Can('payments:take', 'CREATED')
  takeDeposit(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The deposit.' }) input: TakeDepositInput): Promise<Deposit> {
    return this.service.take(ctx, input);
  }

  @Mutation(() => Deposit, { description: 'Settles a deposit as its policy says, once the visit was cancelled, is over, or nobody came. Issuing the invoice of the visit does that by itself. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, DEPOSIT_OUTCOME, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  settleDeposit(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and what becomes of it.' }) input: SettleDepositInput): Promise<Deposit> {
    return this.service.settle(ctx, input);
  }

  @ResolveField(() => DepositPolicy, { nullable: true, description: 'The version of the policy that held when it was taken; null where there was none. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async policy(@CurrentCtx() ctx: Ctx, @Parent() { policyId }: Deposit): Promise<DepositPolicy | null> {
    return policyId === null ? null : this.policies.one(ctx, policyId);
  }

  @ResolveField(() => Payment, { description: 'Its payment. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async payment(@CurrentCtx() ctx: Ctx, @Parent() { id }: Deposit): Promise<Payment> {
    return toPayment(await this.payments.get(ctx, id));
  }

  @ResolveField(() => Appointment, { nullable: true, description: 'What was booked, before it was moved, as it is now. Needs appointments:read in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('appointments:read')
  @Classified('appointment')
  async appointment(@CurrentCtx() ctx: Ctx, @Parent() { appointmentId }: Deposit): Promise<Appointment | null> {
    return toAppointment(await this.appointments.get(ctx, appointmentId));
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: Deposit): Promise<Patient | null> {
    const record = patientId === null ? undefined : await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }
}

@Resolver(() => OnlineDeposit)
export class TakenDepositResolver {
  constructor(private readonly reader: DepositsReader) {}

  @ResolveField(() => Deposit, { nullable: true, description: 'What was paid, what became of it, and by which version of the policy; null until it was paid. Needs payments:take; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('payments:take')
  @Classified('billing')
  taken(@CurrentCtx() ctx: Ctx, @Parent() { appointmentId }: OnlineDeposit): Promise<Deposit | null> {
    return this.reader.of(ctx, appointmentId);
  }
}
