import { Controller, Get, Header, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ByLink } from '../../../platform/access/can.decorator.js';
import { html } from '../../../platform/html.js';
import { PLAIN_PAGE_POLICY, plainPage } from '../../../platform/http/plain-page.js';
import { WalletDesk } from './wallet-desk.js';
import { type AskedPayment, askPayment, only } from './wallet-rows.js';
import { WalletSettling } from './wallet-settling.service.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const BECAUSE = 'a provider of wallets sends payers back here; what it says is not believed, but asked of the provider';
/** How soon the page asks again, and how often somebody may have the provider asked. */
const AGAIN_SECONDS = 5;
const AT_MOST_EVERY_SECONDS = 2;

const pages = {
  CAPTURED: { en: 'The payment was received. You can close this page.', bn: 'টাকা পাওয়া গেছে। এই পাতা বন্ধ করতে পারেন।' },
  FAILED: { en: 'The payment was not made: nothing was taken. Ask at the desk for another try.', bn: 'টাকা দেওয়া হয়নি, কিছু কাটা হয়নি। আবার চেষ্টা করতে ডেস্কে বলুন।' },
  PENDING: { en: 'It is not known yet whether the payment was made. Do not pay again; ask at the desk.', bn: 'টাকা দেওয়া হয়েছে কি না তা এখনো জানা যায়নি। আবার টাকা দেবেন না, ডেস্কে জিজ্ঞেস করুন।' },
} as const;
/** The same to who books online, and is at no desk. */
const depositPages = {
  CAPTURED: { en: 'The deposit was received. Go back to your booking: it says whether the place is yours.', bn: 'অগ্রিম টাকা পাওয়া গেছে। আপনার বুকিংয়ের পাতায় ফিরে যান, সিরিয়াল পেয়েছেন কি না সেখানে লেখা আছে।' },
  FAILED: { en: 'The deposit was not paid: nothing was taken. Go back to your booking for another try.', bn: 'অগ্রিম টাকা দেওয়া হয়নি, কিছু কাটা হয়নি। আবার চেষ্টা করতে আপনার বুকিংয়ের পাতায় ফিরে যান।' },
  PENDING: { en: 'It is not known yet whether the deposit was paid. Do not pay again; your booking will say so.', bn: 'অগ্রিম টাকা দেওয়া হয়েছে কি না তা এখনো জানা যায়নি। আবার টাকা দেবেন না, আপনার বুকিংয়ের পাতায় জানা যাবে।' },
} as const;

interface Became {
  became: keyof typeof pages;
  isDeposit: boolean;
}
const UNKNOWN: Became = { became: 'PENDING', isDeposit: false };

/** Where a payer comes back to from a provider. Anybody can call it, and what it is told proves nothing: it has the provider asked, and shows what that said. */
@Controller('wallets')
export class WalletCallbackController {
  constructor(
    private readonly desk: WalletDesk,
    private readonly settling: WalletSettling,
  ) {}

  @Get('bkash/:practice/:payment')
  @ByLink(BECAUSE)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', PLAIN_PAGE_POLICY)
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  async bkash(@Param('practice') practice: string, @Param('payment') payment: string, @Query('status') status: unknown, @Req() request: FastifyRequest): Promise<string> {
    const { became, isDeposit } = UUID.test(practice) && UUID.test(payment) ? await this.#ask(practice, payment, status === 'success') : UNKNOWN;
    const { en, bn } = (isDeposit ? depositPages : pages)[became];
    return plainPage(/^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'bn', 'bKash', html`<p lang="bn">${bn}</p><p lang="en">${en}</p>`, became === 'PENDING' ? AGAIN_SECONDS : undefined);
  }

  /** What became of the payment; PENDING too for one that there is not. */
  async #ask(practice: string, payment: string, mayExecute: boolean): Promise<Became> {
    await this.settling.ask(practice, payment, { mayExecute, atMostEverySeconds: AT_MOST_EVERY_SECONDS });
    const [rows] = await this.desk.run(practice, askPayment(practice, payment));
    const asked = only<AskedPayment>(rows);
    return asked ? { became: asked.status as keyof typeof pages, isDeposit: asked.deposit_of !== null } : UNKNOWN;
  }
}
