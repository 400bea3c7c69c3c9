import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { LOGGER } from '../../../platform/platform.module.js';
import type { TransactionKnown, WalletGateway } from '../gateways/wallet-gateway.js';
import { WalletDesk } from './wallet-desk.js';
import { WalletGateways } from './wallet-gateways.js';
import { Reconciliation, type UnreconciledPayment, noteReconciliation, unreconciled } from './wallet-rows.js';

/** How many of a practice are asked about in one night; the rest comes the next. */
const A_NIGHT = 500;

/** Asks providers each night what they have under the transactions of payments that were captured, and notes what is not as the books have it. */
@Injectable()
export class WalletReconciling {
  constructor(
    private readonly desk: WalletDesk,
    private readonly gateways: WalletGateways,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleNightly('reconcileWallets', () => this.reconcile());
  }

  /** Asks about all that was not asked about, in every practice; one that fails is logged. */
  async reconcile(): Promise<void> {
    for (const tenantId of await this.desk.practices()) {
      await this.#reconcile(tenantId).catch((error: unknown) => this.logger.error({ err: error, practiceId: tenantId }, 'payments could not be held against what their provider has'));
    }
  }

  async #reconcile(tenantId: string): Promise<void> {
    const [rows] = await this.desk.run(tenantId, unreconciled(tenantId, A_NIGHT));
    for (const { id, provider, reference, amount } of rows as unknown as UnreconciledPayment[]) {
      const account = await this.desk.account(tenantId, provider);
      if (!account) continue;
      const gateway = this.gateways.to(provider);
      const known = await gateway.find(account, reference);
      // It would take as long over each of the others.
      if (known.kind === 'UNKNOWN' && known.code === 'TIMEOUT') return;
      const found = findingOf(known, BigInt(amount), gateway);
      if (!found) continue;
      await this.desk.run(tenantId, noteReconciliation(tenantId, id, found));
      if (found !== Reconciliation.MATCHED) this.logger.error({ practiceId: tenantId, paymentId: id, found }, 'a provider of wallets has something else than what was captured');
    }
  }
}

/** Undefined when the provider did not say. */
function findingOf(known: TransactionKnown, amount: bigint, { currency }: WalletGateway): Reconciliation | undefined {
  if (known.kind === 'UNKNOWN') return undefined;
  if (known.kind === 'MISSING') return Reconciliation.UNKNOWN;
  return known.amount === amount && known.currency === (currency as string) ? Reconciliation.MATCHED : Reconciliation.AMOUNT_DIFFERS;
}
