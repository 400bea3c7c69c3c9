import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Patient, toPatient } from '../../patients/patient.model.js';
import { PatientsReader } from '../../patients/patients.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, PageArgs, pageOf } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { Refund, toRefund } from '../refunds/refund.model.js';
import { AllocatePaymentInput, TakePaymentInput } from './payment.inputs.js';
import { Allocation, Payment, PaymentConnection, toPayment } from './payment.model.js';
import { PaymentsReader } from './payments.reader.js';
import { PaymentsService } from './payments.service.js';

@Resolver(() => Patient)
export class PatientPaymentsResolver {
  constructor(private readonly reader: PaymentsReader) {}

  @ResolveField(() => PaymentConnection, { nullable: true, description: 'The payments to chambers where the caller holds payments:take, those begun last first. Needs payments:take; without it this field alone is null, with an error FORBIDDEN, and the rest is answered.' })
  @Can('payments:take')
  @Classified('billing')
  async payments(@CurrentCtx() ctx: Ctx, @Parent() { id }: Patient, @Args() args: PageArgs): Promise<Page<Payment>> {
    const records = await this.reader.page(ctx, id, args);
    return pageOf(records.map(toPayment), args, () => this.reader.count(ctx, id));
  }
}

@Resolver(() => Payment)
export class PaymentsResolver {
  constructor(
    private readonly reader: PaymentsReader,
    private readonly patients: PatientsReader,
    private readonly payments: PaymentsService,
  ) {}

  @Query(() => Payment, { description: 'One payment. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  async payment(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the payment.' }) id: string): Promise<Payment> {
    return toPayment(await this.reader.get(ctx, id));
  }

  @ResolveField(() => [Allocation], { description: 'What it pays, the first first. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async allocations(@CurrentCtx() ctx: Ctx, @Parent() { id, amount }: Payment): Promise<Allocation[]> {
    return (await this.reader.paidBy(ctx, id)).map((one) => ({ ...one, amount: moneyOf(one.amount, amount.currency) }));
  }

  @ResolveField(() => [Refund], { description: 'What was given back of it, or asked back, the first first. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  async refunds(@CurrentCtx() ctx: Ctx, @Parent() { id }: Payment): Promise<Refund[]> {
    return (await this.reader.refunds(ctx, id)).map(toRefund);
  }

  @ResolveField(() => Patient, { nullable: true, description: 'The patient. Needs patients:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('patients:read')
  @Classified('patient')
  async patient(@CurrentCtx() ctx: Ctx, @Parent() { patientId }: Payment): Promise<Patient | null> {
    const record = patientId === null ? undefined : await this.patients.ifThere(ctx, patientId);
    return record ? toPatient(ctx, record) : null;
  }

  @Mutation(() => Payment, { description: 'Takes a payment at the desk, and pays invoices with it; what is left of it is the patient’s advance. Needs payments:take in the chamber, and for cash an open drawer there. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id is taken), CONFLICT (KEY_USED, INVOICE_STATUS, MORE_THAN_THERE_IS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED).' })
  @Can('payments:take', 'CREATED')
  async takePayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The payment.' }) input: TakePaymentInput): Promise<Payment> {
    return toPayment(await this.payments.take(ctx, input));
  }

  @Mutation(() => Payment, { description: 'Has what is left of a payment pay an invoice. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, PAYMENT_STATUS, INVOICE_STATUS, MORE_THAN_THERE_IS, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  async allocatePayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What pays what.' }) input: AllocatePaymentInput): Promise<Payment> {
    return toPayment(await this.payments.allocate(ctx, input));
  }

  @Mutation(() => Payment, { description: 'Takes back what a payment pays of an invoice: it is the patient’s advance again, and the invoice is due. Needs finances:manage in its chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, PAYMENT_STATUS, MORE_THAN_THERE_IS, BOOKS_CLOSED).' })
  @Can('finances:manage', 'UPDATED')
  async releasePayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What pays what no longer.' }) input: AllocatePaymentInput): Promise<Payment> {
    return toPayment(await this.payments.release(ctx, input));
  }
}
