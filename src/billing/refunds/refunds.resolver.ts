import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { RefundPaymentInput, paymentLimits } from '../payments/payment.inputs.js';
import { PaymentsReader } from '../payments/payments.reader.js';
import { RefundStatus } from './refund.enums.js';
import { OpenRefundsReader } from './open-refunds.reader.js';
import { OpenRefundsArgs, Refund, RefundConnection, toRefund } from './refund.model.js';
import { RefundsService } from './refunds.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the refund.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT, but that of what the caller did with it already.' };

@Resolver(() => Refund)
export class RefundsResolver {
  constructor(
    private readonly reader: PaymentsReader,
    private readonly refunds: RefundsService,
    private readonly open: OpenRefundsReader,
  ) {}

  @Query(() => RefundConnection, { description: 'The refunds of a chamber that are not paid out yet (REQUESTED, APPROVED or PENDING), the first asked for first. Needs payments:take in it. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  openRefunds(@CurrentCtx() ctx: Ctx, @Args() args: OpenRefundsArgs): Promise<Page<Refund>> {
    return this.open.page(ctx, args);
  }

  @Query(() => Refund, { description: 'One refund. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  async refund(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Refund> {
    return toRefund(await this.reader.refund(ctx, id));
  }

  @Mutation(() => Refund, { description: 'Gives back of a payment what is left of it. Where it needs an approval (`Refund.needsApproval`) it is REQUESTED alone, until somebody else approves it. Needs payments:take in its chamber and a step-up, and for cash an open drawer there. Errors: STEP_UP_NEEDED, NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, PAYMENT_STATUS, MORE_THAN_THERE_IS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED).' })
  @Can('payments:take', 'CREATED', { stepUp: true })
  async refundPayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What is given back, and why.' }) input: RefundPaymentInput): Promise<Refund> {
    return toRefund(await this.refunds.request(ctx, input));
  }

  @Mutation(() => Refund, { description: 'Approves a refund that somebody else asked for. Needs finances:manage in its chamber and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, PAYMENT_STATUS, OWN_APPROVAL).' })
  @Can('finances:manage', 'UPDATED', { stepUp: true })
  async approveRefund(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Refund> {
    return toRefund(await this.refunds.decide(ctx, id, version, RefundStatus.APPROVED));
  }

  @Mutation(() => Refund, { description: 'Rejects a refund that waits for an approval, for good. Needs payments:take, and finances:manage in its chamber unless the caller asked for it. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, PAYMENT_STATUS).' })
  @Can('payments:take', 'UPDATED')
  async rejectRefund(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Refund> {
    return toRefund(await this.refunds.decide(ctx, id, version, RefundStatus.REJECTED));
  }

  @Mutation(() => Refund, { description: 'Pays an approved refund out; paid by the caller already, it is answered as it is. Needs payments:take in its chamber and a step-up, and for cash an open drawer there. Errors: STEP_UP_NEEDED, NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (STALE_VERSION, PAYMENT_STATUS, APPROVAL_NEEDED, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED', { stepUp: true })
  async payRefund(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('reference', { type: () => String, nullable: true, description: `The id of the transaction by which it was given back, up to ${paymentLimits.reference} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` }) reference?: string | null): Promise<Refund> {
    return toRefund(await this.refunds.pay(ctx, id, version, reference ?? null));
  }
}
