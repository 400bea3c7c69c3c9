import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../../platform/access/can.decorator.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { CurrentCtx } from '../../../platform/context/request-context.js';
import { WalletProvider } from '../gateways/wallet-gateway.js';
import { BkashAccountInput, WalletAccountShown } from './wallet-account.model.js';
import { WalletAccountsService } from './wallet-accounts.service.js';

@Resolver()
export class WalletAccountsResolver {
  constructor(private readonly accounts: WalletAccountsService) {}

  @Query(() => [WalletAccountShown], { description: 'The providers of wallets that the practice has an account at. Needs finances:manage.' })
  @Can('finances:manage')
  walletAccounts(@CurrentCtx() ctx: Ctx): Promise<WalletAccountShown[]> {
    return this.accounts.list(ctx);
  }

  @Mutation(() => WalletAccountShown, { description: 'Has patients pay the practice by bKash from now on, or with other credentials. They are never shown again. Needs finances:manage in every chamber in use, and a step-up. Errors: STEP_UP_NEEDED, FORBIDDEN, CONFLICT (WALLET_CURRENCY, STALE_VERSION), BAD_USER_INPUT (all faults at once).' })
  @Can('finances:manage', 'UPDATED', { stepUp: true })
  setBkashAccount(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The credentials.' }) input: BkashAccountInput): Promise<WalletAccountShown> {
    return this.accounts.setBkash(ctx, input);
  }

  @Mutation(() => Boolean, { description: 'Has patients pay by a provider no longer; its credentials are forgotten. Payments that are PENDING there stay so until there is an account again. Needs finances:manage in every chamber in use, and a step-up. Errors: STEP_UP_NEEDED, FORBIDDEN, NOT_FOUND (there is none).' })
  @Can('finances:manage', 'UPDATED', { stepUp: true })
  removeWalletAccount(@CurrentCtx() ctx: Ctx, @Args('provider', { type: () => WalletProvider, description: 'The provider.' }) provider: WalletProvider): Promise<boolean> {
    return this.accounts.remove(ctx, provider);
  }
}
