import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldExpiry } from '../../../src/appointments/held/hold-expiry.service.js';
import { Appointments } from '../appointments.js';
import type { Online } from '../online.js';
import type { World } from '../world.js';
import { type Act, type Actors, type Answer, actOf } from './acts.js';
import type { Moment } from './deeds.js';
import { faultsOf } from './invariants.js';
import { type State, stateOf } from './state.js';

/** How often each deed was done, and how often it was refused and why. */
export type Tally = Map<string, number>;

/** Where a day is played, and among whom. */
export interface Place { timeZone: string; chamberId: string; doctors: readonly string[]; patients: readonly string[]; online: Online; tally: Tally }

/** One day of a chamber, played against the real server. */
export class RandomDay {
  readonly #by: Actors;

  private constructor(
    private readonly world: World,
    private readonly place: Place,
    private readonly localDate: string,
    token: string,
    private before: State,
  ) {
    const numbers = [1, 2, 3, 4].map(() => `+88017${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`);
    this.#by = {
      desk: (query, variables) => this.#ask(query, variables, { authorization: `Bearer ${token}` }), stranger: (query, variables) => this.#ask(query, variables, {}),
      codeOf: (phone) => this.#codeOf(phone), patients: place.patients, phones: numbers, devices: [randomUUID(), randomUUID()], secrets: [], handedIn: [], link: place.online.link, localDate,
      endHolds: () => this.#endHolds(), endLeases: () => this.#endLeases(),
    };
  }

  /** A day with two sessions by numbers and one by slots, of three doctors; small ones, so that they fill up, and with few numbers, so that these run out. */
  static async begin(world: World, token: string, place: Place, localDate: string): Promise<RandomDay> {
    const { chamberId, doctors: [a, b, c] } = place;
    const desk = new Appointments(world, token);
    const day = { chamberId, localDate, online: true };
    const first = await desk.addSession({ ...day, doctorId: a, capacity: 6, overbookLimit: 2, reserved: [{ series: 'PHONE', first: 2, last: 3 }] });
    const second = await desk.addSession({ ...day, doctorId: b, mode: 'SLOT', slotMinutes: 30, capacity: undefined, startsAt: '17:00', endsAt: '19:00' });
    await desk.addSession({ ...day, doctorId: c, capacity: 4 });
    for (const { id } of [first, second]) {
      await desk.step('openClinicSession', id);
      await desk.step('startClinicSession', id);
    }
    await world.sql('superuser', `update clinic.session_numbers set last = first + 3 where series = 'OVERFLOW' and session_id = any ($1)`, [[first.id, second.id]]);
    // However many days are played, nobody tries often on one of them.
    await world.sql('superuser', 'truncate auth.throttles');
    return new RandomDay(world, place, localDate, token, await stateOf(world, chamberId, localDate));
  }

  /** Does what happens at a moment, all at once; after a crash whoever got no answer asks once more. Fails on whatever is not as it must be then. */
  async live({ deeds, crash }: Moment): Promise<void> {
    const acts = deeds.map((deed) => actOf(deed, this.before, this.#by)).filter((act) => act !== undefined);
    const done = Promise.all(acts.map((act) => act()));
    if (crash) {
      this.#count('crash');
      await this.world.sql('superuser', `select pg_terminate_backend(pid, 5_000) from pg_stat_activity where datname = current_database() and usename = 'sinduk_app'`);
    }
    const answers = (await done).map((answer) => answer ?? undefined);
    // What is cut is known here a moment later.
    if (crash) await delay(20);
    for (const [index, act] of acts.entries()) {
      if (crash && answers[index]?.code === 'UNAVAILABLE') answers.push(await this.#again(act));
    }
    await this.#check(answers.filter((answer) => answer !== undefined), crash);
  }

  /** Lets the day go by, and so many more, so that another one can be played where it was. */
  async end(days: number): Promise<void> {
    const { chamberId } = this.place;
    const waiting = () => this.world.sql('owner', 'select from graphile_worker._private_jobs where attempts < max_attempts and (run_at <= now() or locked_at is not null)');
    // What it caused is done first, for it happened on that day.
    while ((await waiting()).length) await delay(10);
    const ago = (...columns: string[]): string => columns.map((column) => `${column} = ${column} - interval '${days} days'`).join(', ');
    const ofDay = `chamber_id = '${chamberId}' and local_date = '${this.localDate}'`;
    await this.world.sql('superuser', `set session_replication_role = replica;
      update clinic.appointments set local_date = local_date - ${days}, ${ago('slot_from', 'slot_until')} where ${ofDay};
      update clinic.sessions set local_date = local_date - ${days}, ${ago('starts_at', 'ends_at')} where ${ofDay};
      update clinic.waitlist_entries set first_day = first_day - ${days}, last_day = last_day - ${days} where chamber_id = '${chamberId}' and first_day = '${this.localDate}'`);
  }

  async #again(act: NonNullable<Act>): Promise<Answer | undefined> {
    for (let tries = 0; ; tries++) {
      const answer = (await act()) ?? undefined;
      // The pool finds out one by one which of its connections are gone.
      if (answer?.code !== 'UNAVAILABLE' || tries === 9) return answer;
    }
  }

  async #ask(query: string, variables: object, headers: Record<string, string>): Promise<Answer> {
    const response = await this.world.http({ query, variables }, headers);
    const { data, errors } = response.json<{ data: any; errors?: Array<{ extensions: { code: string; reason?: string } }> }>();
    const { code, reason } = errors?.[0]?.extensions ?? {};
    const [, operation] = /\{ (\w+)/.exec(query)!;
    const handedIn: Array<{ outcome: string; obstacle: string | null }> = data?.handInBookings ?? [];
    const outcome = reason ?? code ?? (handedIn.map((one) => one.obstacle ?? one.outcome).join('+') || 'done');
    this.#count(`${operation} ${outcome}`);
    return { data, code, requestId: String(response.headers['x-request-id']), outcome };
  }

  async #codeOf(phone: string): Promise<string | Answer> {
    const asked = await this.#by.stranger('mutation ($input: RequestBookingCodeInput!) { requestBookingCode(input: $input) }', { input: { link: this.place.online.link, phone } });
    // Somebody else with this number may have used it at this very moment.
    return asked.code ? asked : ((await this.place.online.codeTo(phone)) ?? '000000');
  }

  // Past the triggers, which need to know the practice.
  async #endHolds(): Promise<void> {
    await this.world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set held_until = now() - interval '1 minute' where status = 'HELD' and local_date = '${this.localDate}'`);
    await this.#hurryOffers();
    await this.world.app.get(HoldExpiry, { strict: false }).expire();
    this.#count('holds ended');
  }

  async #endLeases(): Promise<void> {
    await this.world.sql('superuser', `update clinic.number_leases l set expires_at = now() - interval '1 minute' from clinic.sessions s where s.id = l.session_id and s.local_date = $1`, [this.localDate]);
    await this.#hurryOffers();
    this.#count('leases ended');
  }

  async #hurryOffers(): Promise<void> {
    await this.world.sql('owner', `update graphile_worker._private_jobs j set run_at = now() - interval '1 second' from graphile_worker._private_tasks t
      where t.id = j.task_id and t.identifier = 'offerPlaces' and locked_at is null; select pg_notify('jobs:insert', '{"count":2}')`);
  }

  #count(what: string): void {
    this.place.tally.set(what, (this.place.tally.get(what) ?? 0) + 1);
  }

  async #check(answers: Answer[], crash: boolean): Promise<void> {
    const before = this.before;
    const after = (this.before = await stateOf(this.world, this.place.chamberId, this.localDate));
    // A number that asks for codes again and again is refused, too.
    const expected = new Set([undefined, 'THROTTLED', 'CONFLICT', 'BAD_USER_INPUT', 'NOT_FOUND', 'SIGN_IN_REFUSED', ...(crash ? ['UNAVAILABLE'] : [])]);
    expect(answers.filter(({ code }) => !expected.has(code))).toEqual([]);
    expect(faultsOf(before, after)).toEqual([]);
    await this.#checkEntries(answers, before, after);
    // What background work does is done at the first try.
    expect(await this.world.sql('owner', `select t.identifier, j.last_error from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where j.last_error is not null`)).toEqual([]);
  }

  /** Whoever was answered that something was done finds it in the trail, and nothing was done, by anybody, that is not there. */
  async #checkEntries(answers: Answer[], before: State, after: State): Promise<void> {
    const entries = await this.world.sql<{ request_id: string; action: string; record_id: string | null }>('superuser',
      `select e.request_id, e.action, r.record_id from audit.entries e left join audit.entry_records r on r.entry_id = e.id where not pg_visible_in_snapshot(e.tx, $1) and e.outcome = 'SUCCESS'`, [before.snapshot]);
    const done = new Set(entries.map(({ request_id: id }) => id));
    expect(answers.filter(({ code, data, requestId }) => !code && !data.previewSessionChange && !done.has(requestId))).toEqual([]);
    const told = new Set(entries.filter(({ action }) => action !== 'VIEWED').map(({ record_id: id }) => id));
    const was = new Map<string, string>([...before.appointments, ...before.entries].map((row) => [row.id, row.status]));
    expect([...after.appointments, ...after.entries].filter((row) => was.get(row.id) !== row.status && !told.has(row.id))).toEqual([]);
  }
}
