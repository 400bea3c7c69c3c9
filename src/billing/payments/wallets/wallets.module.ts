import { Module } from '@nestjs/common';
import type { Config } from '../../../config.js';
import { CONFIG } from '../../../platform/platform.module.js';
import { LinksModule } from '../../../links/links.module.js';
import { StatementsResolver } from '../../reconciliation/statements.resolver.js';
import { StatementsService } from '../../reconciliation/statements.service.js';
import { OnlineDepositsResolver } from './online-deposits.resolver.js';
import { OnlineDepositsService } from './online-deposits.service.js';
import { WalletAccountsResolver } from './wallet-accounts.resolver.js';
import { WalletAccountsService } from './wallet-accounts.service.js';
import { WalletCallbackController } from './wallet-callback.controller.js';
import { WalletDesk } from './wallet-desk.js';
import { WalletGateways } from './wallet-gateways.js';
import { WalletPaymentsResolver } from './wallet-payments.resolver.js';
import { WalletPaymentsService } from './wallet-payments.service.js';
import { WalletReconciling } from './wallet-reconciling.service.js';
import { WalletRefunds } from './wallet-refunds.service.js';
import { WalletSettling } from './wallet-settling.service.js';

/** Payments and refunds by wallets, the accounts of practices at their providers, and the providers' statements. */
@Module({
  imports: [LinksModule],
  controllers: [WalletCallbackController],
  providers: [
    WalletAccountsResolver, WalletAccountsService, WalletPaymentsResolver, WalletPaymentsService, WalletSettling, WalletRefunds, WalletReconciling, WalletDesk, OnlineDepositsResolver, OnlineDepositsService, StatementsResolver, StatementsService,
    { provide: WalletGateways, inject: [CONFIG], useFactory: (config: Config) => new WalletGateways(config) },
  ],
})
export class WalletsModule {}
