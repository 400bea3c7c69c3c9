import type { Config } from '../../../config.js';
import { BkashApi } from '../gateways/bkash/bkash-api.js';
import { BkashGateway } from '../gateways/bkash/bkash-gateway.js';
import { type WalletGateway, WalletProvider } from '../gateways/wallet-gateway.js';

/** The gateways to all providers, by their names. */
export class WalletGateways {
  readonly #gateways: Record<WalletProvider, WalletGateway>;

  constructor({ wallets: { bkash, timeoutMs } }: Config) {
    this.#gateways = { [WalletProvider.BKASH]: new BkashGateway(new BkashApi(bkash, timeoutMs)) };
  }

  to(provider: WalletProvider): WalletGateway {
    return this.#gateways[provider];
  }
}
