import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import type { Config } from '../../../config.js';
import { OnlineDeposits } from '../../../links/booking/online-deposits.writer.js';
import { canonical } from '../../../platform/canonical.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { Keyring } from '../../../platform/crypto/keyring.js';
import { CONFIG } from '../../../platform/platform.module.js';
import { sealedPayment } from '../payment-rows.js';
import type { OnlineDepositPayment, PayOnlineDepositInput } from './online-deposit-payment.model.js';
import { PaymentStatus } from '../payment.enums.js';
import { WalletDesk } from './wallet-desk.js';
import { WalletGateways } from './wallet-gateways.js';
import { type AskedPayment, WALLET_PAYMENTS, type WalletRow, askPayment, only, walletsOf } from './wallet-rows.js';
import { WalletSettling, orderOf } from './wallet-settling.service.js';
import { noWalletAccount } from './wallets.errors.js';

/** How often somebody may have the provider asked. */
const AT_MOST_EVERY_SECONDS = 2;

/** Has who books online, without an account, pay the deposit by wallet. */
@Injectable()
export class OnlineDepositsService {
  constructor(
    private readonly deposits: OnlineDeposits,
    private readonly desk: WalletDesk,
    private readonly settling: WalletSettling,
    private readonly gateways: WalletGateways,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Begins the payment, and only then has the provider open a checkout; what is under way is asked about instead. NOT_FOUND, THROTTLED, CONFLICT (NO_WALLET_ACCOUNT, NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NOT_OFFERED). */
  async pay(ctx: Ctx, { provider, ...input }: PayOnlineDepositInput): Promise<OnlineDepositPayment> {
    const booking = await this.deposits.open(ctx, input.secret);
    const { tenantId } = booking.link;
    const account = await this.desk.account(tenantId, provider);
    if (!account) throw noWalletAccount();
    const keys = await this.keyring.of(tenantId);
    // The same request makes the same id: nothing else is kept for it.
    const asked = uuidv4({ random: keys.token('online-deposit', canonical({ ...input, bookingId: booking.id })).subarray(0, 16) });
    const { id, patientId, isNew, amount } = await this.deposits.begin(ctx, booking, { id: asked, provider, details: sealedPayment(keys, asked, { paidBy: null }) });
    if (isNew) await this.settling.open(account, this.gateways.to(provider), { id, patientId }, orderOf(this.config, tenantId, provider, id, amount));
    else await this.settling.ask(tenantId, id, { mayExecute: true, atMostEverySeconds: AT_MOST_EVERY_SECONDS });
    return this.#asItIs(tenantId, id);
  }

  async #asItIs(tenantId: string, id: string): Promise<OnlineDepositPayment> {
    const [payments, wallets] = await this.desk.run(tenantId, askPayment(tenantId, id), walletsOf(tenantId, [id]));
    const [payment, wallet] = [only<AskedPayment>(payments)!, only<WalletRow>(wallets)!];
    const status = payment.status as PaymentStatus;
    if (status !== PaymentStatus.PENDING || wallet.flag || !wallet.checkout) return { status, checkoutUrl: null };
    const keys = await this.keyring.of(tenantId, [wallet.checkout]);
    return { status, checkoutUrl: keys.open<{ url: string }>(WALLET_PAYMENTS, id, 'checkout', wallet.checkout).url };
  }
}
