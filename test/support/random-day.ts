import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { appointmentTransitions, waiting } from '../../src/appointments/appointment-status.js';
import { AppointmentStatus } from '../../src/appointments/appointment.enums.js';
import { sessionTransitions } from '../../src/schedules/session-status.model.js';
import { SessionStatus } from '../../src/schedules/schedule-enums.model.js';
import { Appointments } from './appointments.js';
import type { World } from './world.js';

/** What somebody at the desk may do next. The numbers choose among what is there at that moment: patients, sessions, appointments. */
export interface Deed {
  what: 'book' | 'cancel' | 'reschedule' | 'arrive' | 'callNext' | 'call' | 'skip' | 'noShow' | 'begin' | 'complete' | 'open' | 'start' | 'pause' | 'close' | 'delay' | 'shift' | 'move' | 'cancelSession' | 'undo' | 'capacity';
  which: number;
  where: number;
}

/** What happens at one moment; `crash` cuts the server's connections to the database meanwhile, so that whoever asked asks again. */
export interface Moment {
  deeds: Deed[];
  crash: boolean;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  // As often as at a desk: most that happens is booking, and people coming and going.
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constant<Deed['what']>('book') },
    { weight: 8, arbitrary: fc.constantFrom<Deed['what']>('arrive', 'callNext', 'begin', 'complete') },
    { weight: 4, arbitrary: fc.constantFrom<Deed['what']>('cancel', 'reschedule', 'skip', 'call', 'start') },
    { weight: 2, arbitrary: fc.constantFrom<Deed['what']>('noShow', 'open', 'pause', 'delay', 'undo', 'capacity') },
    { weight: 1, arbitrary: fc.constantFrom<Deed['what']>('shift', 'move', 'cancelSession', 'close') },
  ),
  which: fc.nat(1_000), where: fc.nat(1_000),
});

/** Any day at a desk. */
export const anyDay: fc.Arbitrary<Moment[]> = fc.array(
  fc.record({
    deeds: fc.oneof({ weight: 3, arbitrary: fc.array(deed, { minLength: 1, maxLength: 1 }) }, { weight: 1, arbitrary: fc.array(deed, { minLength: 2, maxLength: 4 }) }),
    crash: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  { minLength: 20, maxLength: 45, size: 'max' },
);

interface SessionRow { id: string; mode: string; status: SessionStatus; capacity: number; overbook_limit: number; starts_at: Date; slot_minutes: number | null; version: number; queue_version: string; kept_numbers: boolean }
interface AppointmentRow { id: string; session_id: string; patient_id: string; status: AppointmentStatus; number: number; series: string; overbooked: boolean; slot_from: Date | null; rescheduled_from: string | null; version: number }
interface State { sessions: SessionRow[]; appointments: AppointmentRow[]; changes: Array<{ id: string }> }
interface Request { query: string; variables: Record<string, unknown> }

const { BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT } = AppointmentStatus;
const STEPS: Partial<Record<Deed['what'], [operation: string, from: AppointmentStatus[]]>> = {
  arrive: ['noteArrival', [BOOKED]], call: ['callPatient', [ARRIVED, SKIPPED]], skip: ['skipPatient', [CALLED]],
  noShow: ['noteNoShow', [BOOKED, SKIPPED]], begin: ['beginConsultation', [CALLED]], complete: ['completeConsultation', [IN_CONSULT]],
};
const SESSION_STEPS: Partial<Record<Deed['what'], string>> = { open: 'openClinicSession', start: 'startClinicSession', pause: 'pauseClinicSession', close: 'closeClinicSession' };

/** One day of a chamber, played against the real server; `check` says what is not as it must be. */
export class RandomDay {
  #before: State = { sessions: [], appointments: [], changes: [] };

  private constructor(
    private readonly world: World,
    private readonly token: string,
    private readonly chamberId: string,
    private readonly localDate: string,
    private readonly patients: readonly string[],
    private readonly tally: Tally,
  ) {}

  /** A day with two sessions by numbers and one by slots, of three doctors; small ones, so that they fill up. */
  static async begin(world: World, token: string, place: { chamberId: string; doctors: readonly string[]; localDate: string; patients: readonly string[]; tally: Tally }): Promise<RandomDay> {
    const { chamberId, localDate, doctors: [a, b, c] } = place;
    const desk = new Appointments(world, token);
    const first = await desk.addSession({ chamberId, localDate, doctorId: a, capacity: 6, overbookLimit: 2, reserved: [{ series: 'PHONE', first: 2, last: 3 }] });
    const second = await desk.addSession({ chamberId, localDate, doctorId: b, mode: 'SLOT', slotMinutes: 30, capacity: undefined, startsAt: '17:00', endsAt: '19:00' });
    await desk.addSession({ chamberId, localDate, doctorId: c, capacity: 4 });
    for (const { id } of [first, second]) {
      await desk.step('openClinicSession', id);
      await desk.step('startClinicSession', id);
    }
    const day = new RandomDay(world, token, chamberId, localDate, place.patients, place.tally);
    day.#before = await day.#state();
    return day;
  }

  /** Does what happens at a moment, all at once; after a crash whoever got no answer asks once more. */
  async live({ deeds, crash }: Moment): Promise<void> {
    const requests = deeds.map((one) => this.#requestOf(one, this.#before)).filter((request) => request !== undefined);
    if (crash) this.#count('crash');
    const sent = Promise.all(requests.map((request) => this.#send(request)));
    if (crash) await this.world.sql('superuser', `select pg_terminate_backend(pid, 5_000) from pg_stat_activity where datname = current_database() and usename = 'sinduk_app'`);
    const answers = await sent;
    // What is cut is known here a moment later.
    if (crash) await delay(20);
    for (const [index, request] of requests.entries()) {
      if (crash && answers[index]!.code === 'UNAVAILABLE') answers.push(await this.#again(request));
    }
    await this.#check(answers, crash);
  }

  async #again(request: Request): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const answer = await this.#send(request);
      // The pool finds out one by one which of its connections are gone.
      if (answer.code !== 'UNAVAILABLE' || tries === 9) return answer;
    }
  }

  #requestOf({ what, which, where }: Deed, { sessions, appointments, changes }: State): Request | undefined {
    const pick = <T>(of: T[], by: number): T | undefined => of[by % of.length];
    const session = pick(sessions, where)!;
    // Most is done where a session runs; what is refused elsewhere is tried now and then.
    const running = sessions.filter(({ status }) => status === SessionStatus.RUNNING);
    const keeping = (statuses: readonly string[]) => {
      const such = appointments.filter(({ status }) => statuses.includes(status));
      const here = such.filter(({ session_id: id }) => running.some((one) => one.id === id));
      return pick(here.length && which % 4 ? here : such, which);
    };
    const slotOf = (at: SessionRow): string | null => (at.mode === 'SLOT' ? new Date(at.starts_at.getTime() + ((which >> 3) % 4) * 1_800_000).toISOString() : null);
    if (what === 'book') {
      const input = {
        sessionId: session.id, patientId: pick([...this.patients], which), visitType: 'NEW', channel: which % 3 ? 'DESK' : 'PHONE', slotFrom: slotOf(session),
        overbook: which % 5 === 0, idempotencyKey: randomUUID(),
      };
      return { query: 'mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }', variables: { input } };
    }
    if (what === 'cancel' || what === 'reschedule') {
      const appointment = keeping(waiting);
      if (!appointment) return undefined;
      const input = { id: appointment.id, version: appointment.version, reason: 'cannot come' };
      return what === 'cancel'
        ? { query: 'mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { id } }', variables: { input } }
        : { query: 'mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { id } }', variables: { input: { ...input, sessionId: session.id, slotFrom: slotOf(session) } } };
    }
    if (what === 'callNext') return { query: 'mutation ($id: UUID!) { callNextPatient(sessionId: $id) { id } }', variables: { id: (pick(running, where) ?? session).id } };
    const step = STEPS[what];
    if (step) {
      const appointment = keeping(step[1]);
      return appointment && { query: `mutation ($id: UUID!) { ${step[0]}(id: $id) { id } }`, variables: { id: appointment.id } };
    }
    const sessionStep = SESSION_STEPS[what];
    if (sessionStep) return { query: `mutation ($id: UUID!) { ${sessionStep}(id: $id) { id } }`, variables: { id: session.id } };
    if (what === 'capacity') {
      return { query: 'mutation ($input: EditSessionInput!) { editClinicSession(input: $input) { id } }', variables: { input: { id: session.id, version: session.version, capacity: 1 + (which % 9) } } };
    }
    if (what === 'undo') {
      const change = pick(changes, which);
      return change && { query: 'mutation ($id: UUID!) { undoSessionChange(id: $id) { id } }', variables: { id: change.id } };
    }
    return { query: 'change', variables: { sessionId: session.id, reason: 'the doctor is held up', ...this.#changeOf(what, which, session, sessions) } };
  }

  #changeOf(what: Deed['what'], which: number, session: SessionRow, sessions: SessionRow[]): object {
    if (what === 'delay') return { kind: 'DELAY', minutes: (which % 5) * 15 };
    if (what === 'cancelSession') return { kind: 'CANCEL' };
    if (what === 'shift') return { kind: 'SHIFT', startsAt: `${8 + (which % 12)}:00`.padStart(5, '0'), cancelRest: which % 2 === 0 };
    return { kind: 'MOVE', toSessionId: sessions.find(({ id, mode }) => id !== session.id && mode === session.mode)?.id ?? session.id, cancelRest: which % 2 === 0 };
  }

  /** A change of a session is looked at first, as people do. */
  async #send({ query, variables }: Request): Promise<Answer> {
    if (query !== 'change') return this.#ask(query, variables);
    const preview = await this.#ask('query ($input: SessionChangeInput!) { previewSessionChange(input: $input) { preview } }', { input: variables });
    if (preview.code) return { ...preview, changed: false };
    return this.#ask('mutation ($input: ChangeSessionInput!) { changeSession(input: $input) { id } }', { input: { ...variables, preview: preview.data.previewSessionChange.preview } });
  }

  async #ask(query: string, variables: object): Promise<Answer> {
    const response = await this.world.http({ query, variables }, { authorization: `Bearer ${this.token}` });
    const { data, errors } = response.json<{ data: any; errors?: Array<{ message: string; extensions: { code: string; reason?: string } }> }>();
    const { code, reason } = errors?.[0]?.extensions ?? {};
    const [, operation] = /\{ (\w+)/.exec(query)!;
    this.#count([operation, reason ?? code ?? 'done'].join(' '));
    return { data, code, reason, requestId: String(response.headers['x-request-id']), changed: !errors };
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  async #state(): Promise<State> {
    const of = [this.chamberId, this.localDate];
    const [sessions, appointments, changes] = await Promise.all([
      this.world.sql<SessionRow>('superuser', `select s.*, exists (select from clinic.session_changes c where (c.to_session_id = s.id and c.kind = 'SHIFT') or c.restored_session_id = s.id) as kept_numbers
        from clinic.sessions s where s.chamber_id = $1 and s.local_date = $2 order by s.id`, of),
      this.world.sql<AppointmentRow>('superuser', 'select a.* from clinic.appointments a where a.chamber_id = $1 and a.local_date = $2 order by a.id', of),
      this.world.sql<{ id: string }>('superuser', 'select c.id from clinic.session_changes c join clinic.sessions s on s.id = c.session_id where s.chamber_id = $1 and s.local_date = $2 order by c.id', of),
    ]);
    return { sessions, appointments, changes };
  }

  async #check(answers: Answer[], crash: boolean): Promise<void> {
    const before = this.#before;
    const after = (this.#before = await this.#state());
    const expected = new Set([undefined, 'CONFLICT', 'BAD_USER_INPUT', ...(crash ? ['UNAVAILABLE'] : [])]);
    expect(answers.filter(({ code }) => !expected.has(code))).toEqual([]);
    expect(await this.#wrongPlaces(after)).toEqual([]);
    expect(wrongSteps(before, after)).toEqual([]);
    expect(wrongEnds(after)).toEqual([]);
    await this.#checkEntries(answers, before, after, crash);
  }

  /** Numbers given twice or passed over, sessions fuller than they may be, people in two places. */
  async #wrongPlaces({ sessions, appointments }: State): Promise<unknown[]> {
    const wrong: unknown[] = [];
    const stretches = await this.world.sql<{ session_id: string; first: number; next: number }>('superuser',
      'select n.session_id, n.first, n.next from clinic.session_numbers n join clinic.sessions s on s.id = n.session_id where s.chamber_id = $1 and s.local_date = $2', [this.chamberId, this.localDate]);
    for (const session of sessions) {
      const here = appointments.filter(({ session_id: id }) => id === session.id);
      const numbers = here.map(({ number }) => number).sort((x, y) => x - y);
      if (new Set(numbers).size !== numbers.length) wrong.push(['a number twice', session.id, numbers]);
      const given = stretches.filter(({ session_id: id }) => id === session.id).flatMap(({ first, next }) => Array.from({ length: next - first }, (_, index) => first + index)).sort((x, y) => x - y);
      // Who keeps their number in another session leaves gaps there.
      if (!session.kept_numbers && given.join() !== numbers.join()) wrong.push(['numbers passed over', session.id, given, numbers]);
      const active = here.filter(({ status }) => [...waiting, 'COMPLETED'].includes(status));
      const ordinary = active.filter(({ overbooked }) => !overbooked).length;
      if (ordinary > session.capacity) wrong.push(['over capacity', session.id, ordinary, session.capacity]);
      if (active.length - ordinary > session.overbook_limit) wrong.push(['overbooked too often', session.id]);
      const people = here.filter(({ status }) => waiting.includes(status)).map(({ patient_id: id }) => id);
      if (new Set(people).size !== people.length) wrong.push(['two places for one patient', session.id]);
      const slots = active.filter(({ slot_from: from, overbooked }) => from && !overbooked).map(({ slot_from: from }) => from!.getTime());
      if (new Set(slots).size !== slots.length) wrong.push(['a slot twice', session.id]);
    }
    return wrong;
  }

  /** Whoever was answered that something was done finds it in the trail, and nothing was done that is not there. */
  async #checkEntries(answers: Answer[], before: State, after: State, crash: boolean): Promise<void> {
    const ids = answers.map(({ requestId }) => requestId);
    const entries = await this.world.sql<{ request_id: string; outcome: string; id: string; record_id: string | null }>('superuser',
      `select e.request_id, e.outcome, e.id, r.record_id from audit.entries e left join audit.entry_records r on r.entry_id = e.id where e.request_id = any ($1) and e.operation like 'Mutation.%'`, [ids]);
    const done = new Set(entries.filter(({ outcome }) => outcome === 'SUCCESS').map(({ request_id: id }) => id));
    expect(answers.filter(({ changed, requestId }) => changed && !done.has(requestId))).toEqual([]);
    const told = new Set(entries.filter(({ outcome }) => outcome === 'SUCCESS').map(({ record_id: id }) => id));
    const was = new Map(before.appointments.map((row) => [row.id, row]));
    const silent = after.appointments.filter((row) => was.get(row.id)?.status !== row.status && !told.has(row.id));
    // A connection may break after COMMIT: then the entry stands under a request that got no answer.
    if (!crash || silent.length === 0) return expect(silent).toEqual([]);
    const known = await this.world.sql<{ record_id: string }>('superuser', `select r.record_id from audit.entry_records r join audit.entries e on e.id = r.entry_id where r.record_id = any ($1) and e.outcome = 'SUCCESS'`, [silent.map(({ id }) => id)]);
    expect(silent.filter(({ id }) => !known.some(({ record_id: one }) => one === id))).toEqual([]);
  }
}

/** How often each deed was done, and how often it was refused and why. */
export type Tally = Map<string, number>;

interface Answer { data: any; code: string | undefined; reason: string | undefined; requestId: string; changed: boolean }

/** Steps that no table knows, what had ended and changed, and queues that changed without a new version. */
function wrongSteps(before: State, after: State): unknown[] {
  const wrong: unknown[] = [];
  const sessions = new Map(after.sessions.map((row) => [row.id, row]));
  for (const was of before.sessions) {
    const is = sessions.get(was.id);
    if (!is) {
      if (before.appointments.some(({ session_id: id }) => id === was.id)) wrong.push(['a session is gone', was]);
    } else if (is.status !== was.status && !reachable(sessionTransitions, was.status).has(is.status)) wrong.push(['a session went', was.status, is.status]);
  }
  const appointments = new Map(after.appointments.map((row) => [row.id, row]));
  const changed = new Set<string>();
  for (const was of before.appointments) {
    const is = appointments.get(was.id);
    if (!is) wrong.push(['an appointment is gone', was]);
    else if (is.status !== was.status) {
      changed.add(is.session_id);
      if (!reachable(appointmentTransitions, was.status).has(is.status)) wrong.push(['an appointment went', was.status, is.status]);
    }
    if (is && (is.number !== was.number || is.session_id !== was.session_id || is.patient_id !== was.patient_id)) wrong.push(['an appointment moved', was, is]);
  }
  for (const session of before.sessions) {
    if (changed.has(session.id) && BigInt(sessions.get(session.id)!.queue_version) <= BigInt(session.queue_version)) wrong.push(['a queue changed in silence', session.id]);
  }
  return wrong;
}

/** Sessions that ended with somebody in them, and appointments that go on beside the one that took their place. */
function wrongEnds({ sessions, appointments }: State): unknown[] {
  const over = new Set(sessions.filter(({ status }) => status === SessionStatus.CLOSED || status === SessionStatus.CANCELLED).map(({ id }) => id));
  const left = appointments.filter((row) => over.has(row.session_id) && waiting.includes(row.status));
  const byId = new Map(appointments.map((row) => [row.id, row]));
  const doubled = appointments.filter(({ rescheduled_from: from }) => from && waiting.includes(byId.get(from)?.status ?? AppointmentStatus.CANCELLED));
  return [...left.map((row) => ['left in a session that is over', row]), ...doubled.map((row) => ['the former goes on', row])];
}

function reachable<S extends string>(table: Readonly<Record<string, readonly S[]>>, from: S, seen = new Set<S>()): Set<S> {
  for (const to of table[from] ?? []) {
    if (seen.has(to)) continue;
    seen.add(to);
    reachable(table, to, seen);
  }
  return seen;
}
