import fc from 'fast-check';
import { bill, credit, issue } from './bills.js';
import { closeDay, closeDrawer, move, openDrawer } from './cash.js';
import { claim, endClaim, remit, submit } from './claims.js';
import type { Beginning } from './clinic.js';
import { type Deed, type Scene, deed, which } from './deed.js';
import { billVisit, book, bookAndPay, changePolicy, settle, visit } from './deposits.js';
import { allocate, decideRefund, refund, take } from './payments.js';
import { changeShare, decideExpense, payExpense, payout, requestExpense, shareTerms } from './spending.js';
import { askWallets, callBack, endWallet, importStatement, payAtWallet, startWallet } from './wallets.js';

const again = deed<{ request: number }>(2, { request: which }, ({ request }, { ask }) => Promise.resolve(ask.again(request)));
const otherwise = deed<{ request: number }>(1, { request: which }, ({ request }, { ask }) => Promise.resolve(ask.otherwise(request)));

const DEEDS = {
  bill, issue, credit, take, allocate, refund, decideRefund, openDrawer, closeDrawer, move, closeDay, requestExpense, decideExpense, payExpense, payout, changeShare,
  book, bookAndPay, visit, billVisit, settle, changePolicy, startWallet, payAtWallet, callBack, askWallets, endWallet, importStatement, claim, submit, remit, endClaim, again, otherwise,
};
const everyDeed: Record<string, Deed<any>> = DEEDS;
const ABROAD = ['claim', 'submit', 'remit', 'endClaim'];
const AT_HOME = ['book', 'bookAndPay', 'visit', 'billVisit', 'settle', 'changePolicy', 'startWallet', 'payAtWallet', 'callBack', 'askWallets', 'endWallet', 'importStatement'];

export interface Chosen { what: string; choice: unknown }

export const actOf = ({ what, choice }: Chosen, scene: Scene): Promise<unknown> => everyDeed[what]!.act(choice, scene);

/** What happens at one moment, all at once; `crash` cuts the server's connections to the database meanwhile, and with `echo` everything with an idempotency key is sent twice. */
export interface Moment { deeds: Chosen[]; crash: boolean; echo: boolean }

/** A day: its moments, how it is closed in the evening, if it is, and what is tried after that. */
export interface Day { moments: Moment[]; closes: boolean; counts: number; evening: Moment[] }

/** Some days of a clinic. */
export interface Days { beginning: Beginning; days: Day[] }

const oneIn = (many: number): fc.Arbitrary<boolean> => fc.oneof({ weight: many - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const momentIn = (country: 'BD' | 'AE'): fc.Arbitrary<Moment> => {
  const here = Object.entries(everyDeed).filter(([what]) => !(country === 'BD' ? ABROAD : AT_HOME).includes(what));
  const deeds = fc.oneof(...here.map(([what, { weight, choices }]) => ({ weight, arbitrary: choices.map((choice: unknown) => ({ what, choice })) })));
  return fc.record({ deeds: fc.array(deeds, { minLength: 2, maxLength: 6 }), crash: oneIn(10), echo: oneIn(5) });
};

/** Any days of a clinic in any country. */
export const anyDays = (count: number): fc.Arbitrary<Days> => fc.constantFrom('BD' as const, 'BD' as const, 'AE' as const).chain((country) => fc.record({
  beginning: fc.record({ country: fc.constant(country), pricesIncludeTax: fc.boolean(), roundingUnit: fc.constantFrom(1, 25, 100), shares: fc.array(shareTerms, { minLength: 2, maxLength: 2 }) }),
  days: fc.array(fc.record({
    moments: fc.array(momentIn(country), { minLength: 4, maxLength: 7 }), closes: fc.constantFrom(true, true, true, false), counts: which, evening: fc.array(momentIn(country), { minLength: 1, maxLength: 2 }),
  }), { minLength: count, maxLength: count }),
}));
