import { Injectable } from '@nestjs/common';
import type { WalletAccount, WalletGateway } from '../gateways/wallet-gateway.js';
import { WalletDesk } from './wallet-desk.js';
import { WalletGateways } from './wallet-gateways.js';
import { type AskedRefund, askRefund, beginRefund, noteRefundOutcome, only } from './wallet-rows.js';

/**
 * Has providers give money back. One that did not answer may have done so: it is asked which refunds it made, and told again only when it knows of none ten minutes later.
 * Of one payment one refund is under way at a time, since a provider that is asked tells refunds apart by their amounts alone.
 */
@Injectable()
export class WalletRefunds {
  constructor(
    private readonly desk: WalletDesk,
    private readonly gateways: WalletGateways,
  ) {}

  /** Takes a refund that is PENDING further. */
  async settle(tenantId: string, id: string): Promise<void> {
    const [rows] = await this.desk.run(tenantId, askRefund(tenantId, id));
    const refund = only<AskedRefund>(rows);
    if (!refund) return;
    const account = await this.desk.account(tenantId, refund.provider);
    if (!account) return this.#later(tenantId, id, 'NO_ACCOUNT');
    const gateway = this.gateways.to(refund.provider);
    if (refund.sent_at && (await this.#wasMade(account, gateway, refund))) return;
    const [begun] = await this.desk.run(tenantId, beginRefund(tenantId, id));
    if (begun![0]!['begun']) await this.#send(account, gateway, refund);
  }

  async #send(account: WalletAccount, gateway: WalletGateway, refund: AskedRefund): Promise<void> {
    const outcome = await gateway.refund(account, { checkoutId: refund.checkout_id, transactionId: refund.payment_reference, amount: BigInt(refund.amount), refundNumber: refund.id });
    switch (outcome.kind) {
      case 'REFUNDED': return this.#end(account.tenantId, refund, 'PAID', outcome.transactionId, outcome.amount, 'REFUNDED');
      case 'REFUSED': return this.#end(account.tenantId, refund, 'FAILED', null, null, outcome.code);
      case 'UNKNOWN': return this.#later(account.tenantId, refund.id, outcome.code);
    }
  }

  /** Whether there is nothing more to tell the provider for now: the refund was made, or that is not known. */
  async #wasMade(account: WalletAccount, gateway: WalletGateway, refund: AskedRefund): Promise<boolean> {
    const known = await gateway.refundsOf(account, { checkoutId: refund.checkout_id, transactionId: refund.payment_reference });
    const made = known.kind === 'KNOWN' ? known.refunds.find(({ transactionId, amount }) => amount === BigInt(refund.amount) && !refund.others.includes(transactionId)) : undefined;
    if (made) await this.#end(account.tenantId, refund, 'PAID', made.transactionId, made.amount, 'REFUNDED');
    else await this.#later(account.tenantId, refund.id, known.kind === 'KNOWN' ? 'NOT_MADE' : known.code);
    return made !== undefined || known.kind === 'UNKNOWN';
  }

  async #end(tenantId: string, { id, patient_id: patientId }: AskedRefund, status: 'PAID' | 'FAILED', reference: string | null, amount: bigint | null, code: string): Promise<void> {
    await this.desk.step(tenantId, { text: 'select platform.end_wallet_refund($1, $2, $3, $4, $5, $6)', values: [tenantId, id, status, reference, amount, code] },
      { type: 'refund', id, patientId, operation: 'server.settleWalletRefund', before: 'PENDING', after: status });
  }

  async #later(tenantId: string, id: string, code: string): Promise<void> {
    await this.desk.run(tenantId, noteRefundOutcome(tenantId, id, code));
  }
}
