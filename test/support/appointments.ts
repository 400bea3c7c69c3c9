import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { GraphqlAnswer, World } from './world.js';

/** The day so many days from now in a time zone, as yyyy-mm-dd. */
export const dayFromNow = (days: number, timeZone = 'Asia/Dhaka'): string => Temporal.Now.plainDateISO(timeZone).add({ days }).toString();

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** The day of the week of a yyyy-mm-dd. */
export const weekdayOf = (day: string): string => WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1]!;

export const SESSION = 'id localDate startsAt endsAt mode capacity status version scheduleId roomId delayMinutes allowedTransitions';
export const APPOINTMENT = 'id sessionId patientId status allowedTransitions visitType channel series number slotFrom slotUntil overbooked note endReason rescheduledFromId skips version';

export interface SessionAnswer { id: string; localDate: string; startsAt: string; endsAt: string; status: string; capacity: number; version: number; scheduleId: string | null; delayMinutes: number; allowedTransitions: string[] }
export interface AppointmentAnswer { id: string; sessionId: string; status: string; number: number; series: string; version: number; [field: string]: unknown }

const CHANGE = 'id kind sessionId newSessionId restoredSessionId minutes reason undoUntil undoneAt appointments { appointmentId outcome obstacle newAppointmentId restoredAppointmentId }';

export interface PreviewAnswer {
  preview: string; cancelled: number; blocked: number; messages: number; notReached: number; seen: number; leased: number; hiddenInTheWay: number; sessionsInTheWay: Array<{ id: string }>;
  appointments: Array<{ appointment: { id: string; number: number }; outcome: string; obstacle: string | null; obstacleId: string | null; newNumber: number | null; newFrom: string | null; newUntil: string | null; notReached: string | null }>;
}
export interface SeriesAnswer {
  recurrenceId: string; booked: number; occurrences: Array<{ localDate: string; obstacle: string | null; appointment: AppointmentAnswer | null }>;
}
export interface ChangeAnswer {
  id: string; newSessionId: string | null; restoredSessionId: string | null; undoUntil: string; undoneAt: string | null;
  appointments: Array<{ appointmentId: string; outcome: string; obstacle: string | null; newAppointmentId: string | null; restoredAppointmentId: string | null }>;
}

const ENTRY = 'id status sessionId firstDay offeredAppointmentId offeredUntil patientId note';
export interface EntryAnswer { id: string; status: string; sessionId: string | null; firstDay: string; offeredAppointmentId: string | null; offeredUntil: string | null; patientId: string; note: string | null }

/** Schedules, sessions and appointments through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Appointments {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  addScheduleAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { planned takenBack kept { ${SESSION} } schedule { id version weekday startsAt endsAt validFrom validUntil capacity } } }`, { input }, this.token);
  }

  async addSchedule(input: object) {
    return this.#data(await this.addScheduleAnswer(input)).addSchedule;
  }

  changeScheduleAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: ChangeScheduleInput!) { changeSchedule(input: $input) { planned takenBack kept { ${SESSION} } schedule { id version startsAt endsAt validFrom validUntil replacesId capacity } } }`, { input }, this.token);
  }

  async sessions(chamberId: string, first: string, last: string): Promise<SessionAnswer[]> {
    const days = Temporal.PlainDate.from(first).until(last).days + 1;
    const data = await this.world.ok(`query ($chamberId: UUID!, $first: LocalDate!, $days: Int!) { clinicSessions(chamberId: $chamberId, first: $first, days: $days) { ${SESSION} } }`, { chamberId, first, days }, this.token);
    return data.clinicSessions;
  }

  addSessionAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: AddSessionInput!) { addClinicSession(input: $input) { ${SESSION} } }`, { input }, this.token);
  }

  /** A session in SERIAL mode, unless told. */
  async addSession(input: object): Promise<SessionAnswer> {
    return this.#data(await this.addSessionAnswer({ localDate: dayFromNow(3), startsAt: '17:00', endsAt: '20:00', mode: 'SERIAL', capacity: 40, ...input })).addClinicSession;
  }

  bookAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { ${APPOINTMENT} } }`, { input: { visitType: 'NEW', ...input } }, this.token);
  }

  /** As one of a crowd: who is told to try again later does, with the same key. */
  async bookInCrowdAnswer(input: object): Promise<GraphqlAnswer> {
    const request = { idempotencyKey: randomUUID(), ...input };
    for (;;) {
      const answer = await this.bookAnswer(request);
      if (answer.errors?.[0]?.extensions.code !== 'UNAVAILABLE') return answer;
    }
  }

  async book(input: object): Promise<AppointmentAnswer> {
    return this.#data(await this.bookAnswer(input)).bookAppointment;
  }

  rescheduleAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { ${APPOINTMENT} } }`, { input: { reason: 'asked by the patient', ...input } }, this.token);
  }

  cancelAnswer({ id, version }: AppointmentAnswer): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { ${APPOINTMENT} } }`, { input: { id, version, reason: 'cannot come' } }, this.token);
  }

  /** A step of an appointment, or of a session: the name of a mutation that takes an id alone. */
  stepAnswer(operation: string, id: string): Promise<GraphqlAnswer> {
    const what = operation.endsWith('ClinicSession') ? SESSION : APPOINTMENT;
    return this.world.graphql(`mutation ($id: UUID!) { ${operation}(${operation === 'callNextPatient' ? 'sessionId' : 'id'}: $id) { ${what} } }`, { id }, this.token);
  }

  async step(operation: string, id: string): Promise<AppointmentAnswer> {
    return this.#data(await this.stepAnswer(operation, id))[operation];
  }

  bookRecurringAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: BookRecurringInput!) { bookRecurring(input: $input) { recurrenceId booked occurrences { localDate obstacle appointment { ${APPOINTMENT} } } } }`,
      { input: { visitType: 'FOLLOW_UP', unit: 'WEEK', ...input } }, this.token);
  }

  async bookRecurring(input: object): Promise<SeriesAnswer> {
    return this.#data(await this.bookRecurringAnswer(input)).bookRecurring;
  }

  cancelSeriesAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: CancelSeriesInput!) { cancelSeries(input: $input) { ${APPOINTMENT} session { localDate } } }`, { input: { reason: 'recovered', ...input } }, this.token);
  }

  joinWaitlistAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { ${ENTRY} } }`, { input: { visitType: 'NEW', ...input } }, this.token);
  }

  async joinWaitlist(input: object): Promise<EntryAnswer> {
    return this.#data(await this.joinWaitlistAnswer(input)).joinWaitlist;
  }

  endWaitingAnswer(operation: 'acceptWaitlistOffer' | 'leaveWaitlist', { id }: EntryAnswer): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($id: UUID!) { ${operation}(id: $id) { ${ENTRY} } }`, { id }, this.token);
  }

  /** Who waits for a doctor in a chamber. */
  async waitlist(chamberId: string, doctorId: string): Promise<EntryAnswer[]> {
    return (await this.world.ok(`query ($chamberId: UUID!, $doctorId: UUID) { waitlist(chamberId: $chamberId, doctorId: $doctorId) { ${ENTRY} } }`, { chamberId, doctorId }, this.token)).waitlist;
  }

  /** What a change of a session would do. */
  previewAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`query ($input: SessionChangeInput!) { previewSessionChange(input: $input) { preview cancelled blocked messages notReached seen leased session { version } hiddenInTheWay sessionsInTheWay { id }
      appointments { appointment { id number } outcome obstacle obstacleId newNumber newFrom newUntil notReached } } }`, { input: { reason: 'the doctor is held up', ...input } }, this.token);
  }

  async preview(input: object): Promise<PreviewAnswer> {
    return this.#data(await this.previewAnswer(input)).previewSessionChange;
  }

  changeAnswer(input: object, preview: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: ChangeSessionInput!) { changeSession(input: $input) { ${CHANGE} } }`, { input: { reason: 'the doctor is held up', ...input, preview } }, this.token);
  }

  /** Does to a session what a preview shows. */
  async change(input: object): Promise<ChangeAnswer> {
    return this.#data(await this.changeAnswer(input, (await this.preview(input)).preview)).changeSession;
  }

  undoAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($id: UUID!) { undoSessionChange(id: $id) { ${CHANGE} } }`, { id }, this.token);
  }

  async undo(id: string): Promise<ChangeAnswer> {
    return this.#data(await this.undoAnswer(id)).undoSessionChange;
  }

  /** Lets the day of a session come, however far ahead it was planned; its times stay. */
  async dayComes(id: string): Promise<void> {
    const today = '(select (now() at time zone c.time_zone)::date from clinic.chambers c where c.id = chamber_id)';
    // Past the triggers: no day of a session ever changes otherwise.
    await this.world.sql('superuser', `set session_replication_role = replica; update clinic.sessions set local_date = ${today} where id = '${id}'; update clinic.appointments set local_date = ${today} where session_id = '${id}'`);
  }

  /** Opens a session on its day. */
  async open(id: string): Promise<void> {
    await this.dayComes(id);
    await this.step('openClinicSession', id);
  }

  async session(id: string): Promise<SessionAnswer> {
    return (await this.world.ok(`query ($id: UUID!) { clinicSession(id: $id) { ${SESSION} } }`, { id }, this.token)).clinicSession;
  }

  editAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: EditSessionInput!) { editClinicSession(input: $input) { ${SESSION} } }`, { input }, this.token);
  }

  async queue(sessionId: string): Promise<AppointmentAnswer[]> {
    const data = await this.world.ok(`query ($id: UUID!) { clinicSession(id: $id) { appointments { ${APPOINTMENT} } } }`, { id: sessionId }, this.token);
    return data.clinicSession.appointments;
  }

  #data({ data, errors }: GraphqlAnswer): GraphqlAnswer['data'] {
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}

/** The reason of an answer's only error, a CONFLICT. */
export const reasonOf = (answer: GraphqlAnswer): unknown => {
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors![0]!.extensions.code).toBe('CONFLICT');
  return answer.errors![0]!.extensions['reason'];
};
