import { setTimeout as delay } from 'node:timers/promises';
import { dayFromNow } from '../appointments.js';
import type { BkashServer } from '../bkash-server.js';
import type { World } from '../world.js';
import { Asking, type Tally } from './asking.js';
import { faultsOf } from './books.js';
import { closeDayOf, closeDrawerOf, openDrawerOf } from './cash.js';
import { type Clinic, openClinic } from './clinic.js';
import type { Scene } from './deed.js';
import { type Day, type Days, type Moment, actOf } from './deeds.js';
import { type Documents, documentsOf, nextDay } from './documents.js';
import { totalFaults } from './totals.js';
import { answerAgain, askAll, statementOf } from './wallets.js';

/** Financial days of a clinic, played against the real server. */
export class MoneyDays {
  readonly #ask: Asking;
  #now!: Documents;

  private constructor(
    private readonly world: World,
    private readonly clinic: Clinic,
    private readonly tally: Tally,
  ) {
    this.#ask = new Asking(world, tally);
  }

  /** Plays some days; throws what is wrong, as soon as it is. */
  static async play({ beginning, days }: Days, world: World, bkash: BkashServer, tally: Tally): Promise<void> {
    bkash.reset();
    const clinic = await openClinic(world, bkash, beginning);
    const played = new MoneyDays(world, clinic, tally);
    await played.#look();
    for (const [at, day] of days.entries()) {
      await played.#day(day, at);
      await nextDay(world, clinic.tenantId);
      await played.#look();
    }
    await played.#end();
  }

  async #day({ moments, closes, counts, evening }: Day, at: number): Promise<void> {
    await this.world.sql('superuser', 'truncate auth.throttles');
    await openDrawerOf(this.#scene(), 0, 50_000);
    await this.#look();
    for (const moment of moments) await this.#live(moment);
    if (closes) await this.#close(counts, at);
    await this.#totals(at);
    for (const moment of evening) await this.#live(moment);
    await this.#totals(at);
    this.#ask.count('day');
  }

  /** Does what happens at a moment, all at once; after a crash whoever got no answer asks again. */
  async #live({ deeds, crash, echo }: Moment): Promise<void> {
    this.#ask.count('moment');
    this.#ask.echo = echo;
    const scene = this.#scene();
    const done = Promise.all(deeds.map((deed) => actOf(deed, scene)));
    if (crash) {
      this.#ask.count('crash');
      await this.world.sql('superuser', `select pg_terminate_backend(pid, 5_000) from pg_stat_activity where datname = current_database() and usename in ('sinduk_app', 'sinduk_jobs', 'sinduk_audit')`);
      await delay(20);
    }
    await done;
    this.#ask.echo = false;
    await this.#look();
  }

  /** The evening of a day: it is closed too early, then drawers are counted, bKash is asked and sends its statement, and it is closed, with those before that were not. */
  async #close(counts: number, at: number): Promise<void> {
    const closed = () => Promise.all(this.#days(at).map((day) => closeDayOf(this.#scene(), day, 2)));
    await closed();
    await this.#look();
    for (const [index, { id }] of this.#now.drawers.filter(({ status }) => status === 'OPEN').entries()) await closeDrawerOf(this.#scene(), id, (counts >> index) % 3 ? 0 : 500, 1);
    for (let times = 0; times < 2 && this.clinic.country === 'BD'; times++) await askAll(this.#scene(), true);
    await this.#look();
    if (this.clinic.country === 'BD') await statementOf(this.#scene(), counts % 4);
    await closed();
    await this.#look();
  }

  /** At last bKash says all that it knows, and everything that it took is in the books. */
  async #end(): Promise<void> {
    if (this.clinic.country !== 'BD') return;
    answerAgain(this.clinic);
    for (let times = 0; times < 3; times++) await askAll(this.#scene(), true);
    await this.#look();
    complain(this.#providerFaults(true));
    this.#ask.count('captured after it was ended', this.#now.wallet_payments.filter(({ flag }) => flag === 'CAPTURED_LATE').length);
  }

  #days(at: number): string[] {
    return Array.from({ length: at + 1 }, (_, ago) => dayFromNow(ago - at, this.clinic.timeZone));
  }

  async #look(): Promise<void> {
    this.#now = await documentsOf(this.world, this.clinic.tenantId);
    complain(faultsOf(this.#now, this.clinic.timeZone, this.#ask.told));
  }

  async #totals(at: number): Promise<void> {
    complain([...(await totalFaults(this.world, this.clinic, this.#now, [...this.#days(at), dayFromNow(1, this.clinic.timeZone)])), ...this.#providerFaults()]);
  }

  /** What bKash took is in the books once, unless it is not known yet; and nothing else is. */
  #providerFaults(isAllKnown = false): string[] {
    const taken = new Map([...this.clinic.bkash.payments.values()].filter(({ trxID }) => trxID).map(({ trxID, merchantInvoiceNumber }) => [trxID!, merchantInvoiceNumber]));
    const captured = this.#now.payments.filter(({ method, status }) => method === 'BKASH' && status === 'CAPTURED');
    // What was ended by hand is asked about again.
    const asked = new Set(this.#now.wallet_payments.filter(({ next_ask_at }) => next_ask_at !== null).map(({ id }) => id));
    const ended = new Set(this.#now.payments.filter(({ id, status }) => isAllKnown || (status !== 'PENDING' && !asked.has(id))).map(({ id }) => id));
    return [
      ...captured.filter(({ id, reference }) => taken.get(reference!) !== id).map(({ id }) => `bKash took nothing for ${id}`),
      ...[...taken].filter(([reference, id]) => ended.has(id) && !captured.some((one) => one.reference === reference)).map(([reference]) => `what bKash took is lost: ${reference}`),
    ];
  }

  #scene(): Scene {
    return { world: this.world, clinic: this.clinic, now: this.#now, ask: this.#ask };
  }
}

function complain(faults: string[]): void {
  if (faults.length) throw new Error(faults.join('\n'));
}
