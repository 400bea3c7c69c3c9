import { conflict } from '../../../platform/errors.js';
import type { Currency } from '../../../platform/money/currency.js';

/** Refuses a provider that pays in another currency than the practice's. */
export const walletCurrency = (currency: Currency) => conflict('WALLET_CURRENCY', 'The provider does not pay in the currency of the practice.', { currency });

/** Refuses a payment by a provider that the practice has no account at. */
export const noWalletAccount = () => conflict('NO_WALLET_ACCOUNT', 'The practice has no account at the provider.');
