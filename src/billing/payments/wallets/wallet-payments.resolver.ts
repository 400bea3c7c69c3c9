import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../../platform/access/can.decorator.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { CurrentCtx } from '../../../platform/context/request-context.js';
import { UuidScalar } from '../../../platform/graphql/scalars.js';
import { moneyOf } from '../../../platform/money/money.model.js';
import { toPayment } from '../payment.model.js';
import { EndWalletPaymentInput, StartWalletPaymentInput, WalletPayment } from './wallet-payment.model.js';
import { MOST_FLAGGED, WalletPaymentsService, type WalletRecord } from './wallet-payments.service.js';

@Resolver()
export class WalletPaymentsResolver {
  constructor(private readonly wallets: WalletPaymentsService) {}

  @Mutation(() => WalletPayment, {
    description: 'Begins a payment by wallet, PENDING, and has the provider open a checkout for the payer. A checkout that the provider does not open makes the payment FAILED. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id), CONFLICT (KEY_USED, INVOICE_STATUS, NO_WALLET_ACCOUNT, WALLET_CURRENCY).',
  })
  @Can('payments:take', 'CREATED')
  async startWalletPayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The payment.' }) input: StartWalletPaymentInput): Promise<WalletPayment> {
    return toWalletPayment(await this.wallets.start(ctx, input));
  }

  @Mutation(() => WalletPayment, { description: 'Asks the provider what became of a payment that is PENDING; the server asks by itself, too. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take', 'UPDATED')
  async checkWalletPayment(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the payment.' }) id: string): Promise<WalletPayment> {
    return toWalletPayment(await this.wallets.check(ctx, id));
  }

  @Mutation(() => WalletPayment, { description: 'Ends a payment that is PENDING by hand: one that is flagged, or of which the provider says nothing. The provider is asked once more before: what it has captured stays. Then it is FAILED, and can be paid anew; the provider is asked about it for another 30 days, and what it captured all the same is CAPTURED for the first day that is open, and flagged as CAPTURED_LATE. Needs finances:manage in its chamber, of somebody else than who took it, and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (PAYMENT_STATUS, OWN_APPROVAL).' })
  @Can('finances:manage', 'UPDATED', { stepUp: true })
  async endWalletPayment(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which payment, and why.' }) input: EndWalletPaymentInput): Promise<WalletPayment> {
    return toWalletPayment(await this.wallets.end(ctx, input));
  }

  @Query(() => [WalletPayment], { description: `The payments that a provider says were paid, but not as they were to be, or of which it has something else; the first begun first, at most ${MOST_FLAGGED}, in chambers where the caller holds finances:read. Needs finances:read.` })
  @Can('finances:read')
  async flaggedWalletPayments(@CurrentCtx() ctx: Ctx): Promise<WalletPayment[]> {
    return (await this.wallets.flagged(ctx)).map(toWalletPayment);
  }
}

const toWalletPayment = ({ payment, wallet, checkoutUrl, endReason }: WalletRecord): WalletPayment => ({
  payment: toPayment(payment), checkoutUrl, askedAt: wallet.asked_at, outcome: wallet.outcome, flag: wallet.flag, toldReference: wallet.told_reference, reconciliation: wallet.reconciliation,
  endedBy: wallet.ended_by === null ? null : { id: wallet.ended_by }, endedAt: wallet.ended_at, endReason,
  toldAmount: wallet.told_amount === null ? null : moneyOf(wallet.told_amount, payment.row.currency),
});
