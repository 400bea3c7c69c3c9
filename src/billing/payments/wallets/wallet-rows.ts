import type { Row, Statement } from '../../../platform/database/statement-group.js';
import type { WalletProvider, WalletSite } from '../gateways/wallet-gateway.js';

export const WALLET_PAYMENTS = 'clinic.wallet_payments';

/** What a provider has under the transaction of a captured payment. */
export enum Reconciliation { MATCHED = 'MATCHED', AMOUNT_DIFFERS = 'AMOUNT_DIFFERS', UNKNOWN = 'UNKNOWN' }

export enum WalletFlag { AMOUNT_DIFFERS = 'AMOUNT_DIFFERS', OTHER_CURRENCY = 'OTHER_CURRENCY', OTHER_ORDER = 'OTHER_ORDER', REUSED = 'REUSED', CAPTURED_LATE = 'CAPTURED_LATE' }

/** A payment at a provider, as background work sees it; `bigint` arrives as text. */
export interface AskedPayment {
  id: string;
  /** Null for a deposit as long as nobody said who comes. */
  patient_id: string | null;
  /** The booking whose deposit it is. */
  deposit_of: string | null;
  amount: string;
  status: string;
  provider: WalletProvider;
  checkout_id: string | null;
  opened_at: Date | null;
  flag: WalletFlag | null;
  /** Whether it is time to ask, or to give up what was never opened. */
  is_due: boolean;
  /** Whether it was ended by hand: the provider may have it all the same. */
  is_ended: boolean;
  /** Whether the payer may still be on the provider's page, and the place that a deposit is for is held. */
  is_fresh: boolean;
  /** Whether the payer had all the time that there is: for a deposit, as long as the place was held. */
  is_over: boolean;
}

/** A refund at a provider, the same way. */
export interface AskedRefund {
  id: string;
  patient_id: string | null;
  payment_id: string;
  amount: string;
  provider: WalletProvider;
  checkout_id: string;
  payment_reference: string;
  /** When the provider was told to make it; null for never. */
  sent_at: Date | null;
  /** The provider's ids of the other refunds of the payment. */
  others: string[];
}

/** An account at a provider, sealed. */
export interface AccountRow {
  id: string;
  site: WalletSite;
  credentials: Buffer;
  version: number;
}

/** A payer who agreed is expected back for so long; afterwards the provider is not told to take the money any more. */
const FRESH = `interval '15 minutes'`;
/** bKash's checkouts are open for a day. */
const OPEN_FOR = `interval '24 hours'`;
/** Asked again after 1, 2, 4 … minutes, at last each hour. */
const LATER = `now() + least(interval '1 hour', interval '1 minute' * power(2, least(w.asks, 6)))`;
/** What was ended by hand is asked about once a day, for a month. */
const EACH_DAY = `case when w.ended_at > now() - interval '30 days' then now() + interval '1 day' end`;

export const askAccount = (tenantId: string, provider: WalletProvider): Statement =>
  ({ text: 'select s.id, s.site, s.credentials, s.version from clinic.wallet_settings s where s.tenant_id = $1 and s.provider = $2 and s.credentials is not null', values: [tenantId, provider] });

const PAYMENT = `
select p.id, p.patient_id, p.deposit_of, p.amount, p.status, w.provider, w.checkout_id, w.opened_at, w.flag, w.ended_at is not null as is_ended, coalesce(w.next_ask_at <= now(), false) as is_due,
  w.opened_at > now() - ${FRESH} and h.is_held as is_fresh, coalesce(w.opened_at < now() - ${OPEN_FOR}, true) or not h.is_held as is_over
from ${WALLET_PAYMENTS} w join clinic.payments p on p.tenant_id = w.tenant_id and p.id = w.id
cross join lateral (select p.deposit_of is null or clinic.is_place_held(p.tenant_id, p.deposit_of) as is_held) h where w.tenant_id = $1`;

export const askPayment = (tenantId: string, id: string): Statement => ({ text: `${PAYMENT} and w.id = $2`, values: [tenantId, id] });

/** The payments whose provider is to be asked now. */
export const duePayments = (tenantId: string, most: number): Statement => ({ text: 'select w.id from clinic.wallet_payments w where w.tenant_id = $1 and w.next_ask_at <= now() order by w.next_ask_at limit $2', values: [tenantId, most] });

/** Notes that the provider is now asked, unless it just was: then no row comes. */
export const noteAsk = (tenantId: string, id: string, executes: boolean, atMostEverySeconds: number): Statement => ({
  text: `
update ${WALLET_PAYMENTS} w set asked_at = now(), asks = w.asks + 1, executing_at = case when $3 then now() else w.executing_at end, next_ask_at = case when w.ended_at is null then ${LATER} else ${EACH_DAY} end
where w.tenant_id = $1 and w.id = $2 and w.next_ask_at is not null and (w.asked_at is null or w.asked_at <= now() - make_interval(secs => $4)) returning w.id`,
  values: [tenantId, id, executes, atMostEverySeconds],
});

/** Notes what the provider said, when that was no end. */
export const noteOutcome = (tenantId: string, id: string, code: string): Statement => ({ text: `update ${WALLET_PAYMENTS} w set outcome = $3 where w.tenant_id = $1 and w.id = $2 and w.next_ask_at is not null`, values: [tenantId, id, code] });

/** Notes that the provider is asked once more about a payment that somebody has to look at; and what it said. */
export const noteFlaggedAsk = (tenantId: string, id: string): Statement => ({ text: `update ${WALLET_PAYMENTS} w set asked_at = now(), asks = w.asks + 1 where w.tenant_id = $1 and w.id = $2 and w.flag is not null`, values: [tenantId, id] });
export const noteFlaggedOutcome = (tenantId: string, id: string, code: string): Statement => ({ text: `update ${WALLET_PAYMENTS} w set outcome = $3 where w.tenant_id = $1 and w.id = $2 and w.flag is not null`, values: [tenantId, id, code] });

/** The refunds whose provider is to be told or asked now. */
export const dueRefunds = (tenantId: string, most: number): Statement => ({
  text: `
select r.id from clinic.refunds r join ${WALLET_PAYMENTS} w on w.tenant_id = r.tenant_id and w.id = r.payment_id left join clinic.wallet_refunds a on a.tenant_id = r.tenant_id and a.refund_id = r.id
where r.tenant_id = $1 and r.status = 'PENDING' and (a.refund_id is null or a.next_ask_at <= now()) order by r.id limit $2`,
  values: [tenantId, most],
});

export const askRefund = (tenantId: string, id: string): Statement => ({
  text: `
select r.id, p.patient_id, r.payment_id, r.amount, w.provider, w.checkout_id, p.reference as payment_reference, a.sent_at,
  array(select o.reference from clinic.refunds o where o.tenant_id = r.tenant_id and o.payment_id = r.payment_id and o.id <> r.id and o.reference is not null) as others
from clinic.refunds r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id join ${WALLET_PAYMENTS} w on w.tenant_id = r.tenant_id and w.id = r.payment_id
left join clinic.wallet_refunds a on a.tenant_id = r.tenant_id and a.refund_id = r.id where r.tenant_id = $1 and r.id = $2 and r.status = 'PENDING' and p.status = 'CAPTURED'`,
  values: [tenantId, id],
});

export const beginRefund = (tenantId: string, id: string): Statement => ({ text: 'select platform.begin_wallet_refund($1, $2) as begun', values: [tenantId, id] });

export const noteRefundOutcome = (tenantId: string, id: string, code: string): Statement => ({
  text: `update clinic.wallet_refunds w set outcome = $3, asks = w.asks + 1, next_ask_at = ${LATER} where w.tenant_id = $1 and w.refund_id = $2 and w.next_ask_at is not null`, values: [tenantId, id, code],
});

/** The first row of a statement, as what it is. */
export const only = <T>(rows: Row[] | undefined): T | undefined => rows?.[0] as unknown as T | undefined;

/** What is told of a payment at a provider beside itself; `bigint` arrives as text. */
export interface WalletRow {
  id: string;
  checkout: Buffer | null;
  asked_at: Date | null;
  outcome: string | null;
  flag: WalletFlag | null;
  told_reference: string | null;
  told_amount: string | null;
  /** Why it was ended by hand, sealed, by whom and when. */
  ending: Buffer | null;
  ended_by: string | null;
  ended_at: Date | null;
  reconciliation: Reconciliation | null;
}

/** A captured payment that the provider was not asked about since; `bigint` arrives as text. */
export interface UnreconciledPayment {
  id: string;
  provider: WalletProvider;
  reference: string;
  amount: string;
}

export const unreconciled = (tenantId: string, most: number): Statement => ({
  text: `
select p.id, p.provider, p.reference, p.amount from ${WALLET_PAYMENTS} w join clinic.payments p on p.tenant_id = w.tenant_id and p.id = w.id
where w.tenant_id = $1 and w.outcome = 'CAPTURED' and w.reconciled_at is null and p.status = 'CAPTURED' order by w.id limit $2`,
  values: [tenantId, most],
});

/** Notes what the provider has under the transaction of a captured payment. */
export const noteReconciliation = (tenantId: string, id: string, found: Reconciliation): Statement =>
  ({ text: `update ${WALLET_PAYMENTS} w set reconciled_at = now(), reconciliation = $3 where w.tenant_id = $1 and w.id = $2`, values: [tenantId, id, found] });

/** Begins a payment at a provider, beside the payment itself. */
export const insertWalletPayment = (tenantId: string, paymentId: string, provider: WalletProvider, invoiceId: string | null): Statement =>
  ({ text: `insert into ${WALLET_PAYMENTS} (tenant_id, id, provider, invoice_id) values ($1, $2, $3, $4)`, values: [tenantId, paymentId, provider, invoiceId] });

const COLUMNS = 'w.id, w.checkout, w.asked_at, w.outcome, w.flag, w.told_reference, w.told_amount, w.ending, w.ended_by, w.ended_at, w.reconciliation';

export const walletsOf = (tenantId: string, paymentIds: readonly string[]): Statement =>
  ({ text: `select ${COLUMNS} from ${WALLET_PAYMENTS} w where w.tenant_id = $1 and w.id = any ($2::uuid[])`, values: [tenantId, paymentIds] });

/** What is sealed with a payment that was ended by hand. */
export interface WalletEnding {
  reason: string;
}

/** Ends a payment at a provider by hand. The database refuses, with SK093, whoever took it, and, with SK095, one that is not pending, or whose provider was not just asked. */
export const endWalletPayment = (tenantId: string, id: string, ending: Buffer): Statement => ({ text: `update ${WALLET_PAYMENTS} w set ending = $3 where w.tenant_id = $1 and w.id = $2`, values: [tenantId, id, ending] });

/** Ids of the payments that somebody has to look at, the first begun first, in chambers where the caller reads the books. */
export const askFlagged = (tenantId: string, most: number): Statement => ({
  text: `
select w.id from ${WALLET_PAYMENTS} w join clinic.payments p on p.tenant_id = w.tenant_id and p.id = w.id
where w.tenant_id = $1 and (w.reconciliation <> 'MATCHED' or (w.flag is not null and (w.ended_at is null or w.flagged_at > greatest(w.ended_at, now() - interval '30 days')))) and clinic.may_in($1, platform.current_member(), p.chamber_id, 'finances:read') order by p.created_at, p.id limit $2`,
  values: [tenantId, most],
});
