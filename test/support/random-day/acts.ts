import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { keepsPlace } from '../../../src/appointments/appointment-status.js';
import { AppointmentStatus } from '../../../src/appointments/appointment.enums.js';
import { WaitlistStatus } from '../../../src/appointments/waitlist/waitlist.enums.js';
import { SessionStatus } from '../../../src/schedules/schedule-enums.model.js';
import type { Deed } from './deeds.js';
import type { AppointmentState, SessionState, State } from './state.js';

/** One answer of the server; `outcome` is what it says itself, or its error. */
export interface Answer { data: any; code: string | undefined; requestId: string; outcome: string }
type Ask = (query: string, variables: object) => Promise<Answer>;

/** Who acts: somebody at the desk, strangers who book online, and the clock. */
export interface Actors {
  desk: Ask;
  stranger: Ask;
  /** Asks for a code and reads it; an answer when there is none. */
  codeOf: (phone: string) => Promise<string | Answer>;
  patients: readonly string[];
  phones: readonly string[];
  devices: readonly string[];
  /** What strangers have to name the places that they hold. */
  secrets: string[];
  handedIn: object[];
  link: string;
  localDate: string;
  endHolds: () => Promise<void>;
  endLeases: () => Promise<void>;
}

/** Done again after a crash, it is the same act. None is undefined. */
export type Act = (() => Promise<Answer | void>) | undefined;

const { BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT } = AppointmentStatus;
const steps: Partial<Record<Deed['what'], [operation: string, from: AppointmentStatus[]]>> = {
  arrive: ['noteArrival', [BOOKED]], call: ['callPatient', [ARRIVED, SKIPPED]], skip: ['skipPatient', [CALLED]],
  noShow: ['noteNoShow', [BOOKED, SKIPPED]], begin: ['beginConsultation', [CALLED]], complete: ['completeConsultation', [IN_CONSULT]],
};
const sessionSteps: Partial<Record<Deed['what'], string>> = { open: 'openClinicSession', start: 'startClinicSession', pause: 'pauseClinicSession', close: 'closeClinicSession' };

const pick = <T>(of: readonly T[], by: number): T | undefined => of[by % of.length];

/** What a deed means, as things stand. */
export function actOf(deed: Deed, state: State, by: Actors): Act {
  return deskAct(deed, state, by) ?? onlineAct(deed, state, by) ?? waitlistAct(deed, state, by) ?? offlineAct(deed, state, by) ?? sessionAct(deed, state, by);
}

function deskAct({ what, which, where }: Deed, { sessions, appointments }: State, { desk, patients }: Actors): Act {
  const session = pick(sessions, where)!;
  // Most is done where a session runs; what is refused elsewhere is tried now and then.
  const running = sessions.filter(({ status }) => status === SessionStatus.RUNNING);
  const keeping = (statuses: readonly string[]) => {
    const such = appointments.filter(({ status }) => statuses.includes(status));
    const here = such.filter(({ session_id: id }) => running.some((one) => one.id === id));
    return pick(here.length && which % 4 ? here : such, which);
  };
  if (what === 'book') {
    const input = {
      sessionId: session.id, patientId: pick(patients, which), visitType: 'NEW', channel: which % 3 ? 'DESK' : 'PHONE', slotFrom: slotOf(session, which), overbook: which % 5 === 0, idempotencyKey: randomUUID(),
    };
    return () => desk('mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }', { input });
  }
  if (what === 'cancel' || what === 'reschedule') {
    const appointment = keeping(keepsPlace);
    if (!appointment) return undefined;
    const input = { id: appointment.id, version: appointment.version, reason: 'cannot come' };
    return what === 'cancel'
      ? () => desk('mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { id } }', { input })
      : () => desk('mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { id } }', { input: { ...input, sessionId: session.id, slotFrom: slotOf(session, which) } });
  }
  if (what === 'see') return seeing(keeping([BOOKED]), desk);
  if (what === 'callNext') return () => desk('mutation ($id: UUID!) { callNextPatient(sessionId: $id) { id } }', { id: (pick(running, where) ?? session).id });
  const step = steps[what];
  const appointment = step && keeping(step[1]);
  return step && appointment && (() => desk(`mutation ($id: UUID!) { ${step[0]}(id: $id) { id } }`, { id: appointment.id }));
}

/** Takes somebody from the door to the end of their consultation, as far as they come. */
function seeing(appointment: AppointmentState | undefined, desk: Ask): Act {
  return appointment && (async () => {
    const arrived = await desk('mutation ($id: UUID!) { noteArrival(id: $id) { id } }', { id: appointment.id });
    if (arrived.code) return arrived;
    for (const operation of ['callPatient', 'beginConsultation']) await desk(`mutation ($id: UUID!) { ${operation}(id: $id) { id } }`, { id: appointment.id });
    return desk('mutation ($id: UUID!) { completeConsultation(id: $id) { id } }', { id: appointment.id });
  });
}

function onlineAct({ what, which, where }: Deed, { sessions, appointments }: State, { desk, stranger, codeOf, patients, phones, secrets, link }: Actors): Act {
  if (what === 'holdOnline') {
    const session = pick(sessions, where)!;
    const phone = pick(phones, which)!;
    return async () => {
      const code = await codeOf(phone);
      if (typeof code !== 'string') return code;
      const input = { link, phone, code, sessionId: session.id, slotFrom: slotOf(session, which), name: 'Amena Begum' };
      const answer = await stranger('mutation ($input: HoldOnlinePlaceInput!) { holdOnlinePlace(input: $input) { secret } }', { input });
      if (answer.data?.holdOnlinePlace) secrets.push(answer.data.holdOnlinePlace.secret);
      return answer;
    };
  }
  if (what === 'confirmOnline' || what === 'cancelOnline') {
    const secret = pick(secrets, which);
    return secret === undefined ? undefined : () => stranger(`mutation ($secret: String!) { ${what}Booking(secret: $secret) { status } }`, { secret });
  }
  if (what !== 'identify') return undefined;
  const appointment = pick(appointments.filter(({ channel, patient_id: id, status }) => channel === 'ONLINE' && id === null && status === BOOKED), where);
  return appointment && (() => desk('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input: { id: appointment.id, version: appointment.version, patientId: pick(patients, which) } }));
}

function waitlistAct({ what, which, where }: Deed, { sessions, entries }: State, { desk, patients, endHolds }: Actors): Act {
  if (what === 'holdsEnd') return endHolds;
  if (what === 'wait') {
    return () => desk('mutation ($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { id } }', { input: { sessionId: pick(sessions, where)!.id, patientId: pick(patients, which), visitType: 'NEW' } });
  }
  if (what !== 'accept' && what !== 'leave') return undefined;
  const entry = pick(entries.filter(({ status }) => status === WaitlistStatus.OFFERED || (what === 'leave' && status === WaitlistStatus.WAITING)), which);
  return entry && (() => desk(`mutation ($id: UUID!) { ${what === 'accept' ? 'acceptWaitlistOffer' : 'leaveWaitlist'}(id: $id) { id } }`, { id: entry.id }));
}

function offlineAct({ what, which, where }: Deed, { sessions, leases }: State, { desk, patients, devices, handedIn, endLeases }: Actors): Act {
  if (what === 'leasesEnd') return endLeases;
  if (what === 'lease') {
    return () => desk('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id } }',
      { input: { sessionId: pick(sessions, where)!.id, series: which % 3 ? 'GENERAL' : 'PHONE', count: 1 + (which % 3), deviceId: pick(devices, which) } });
  }
  const lease = pick(leases, where);
  if (what === 'release' && lease) return () => desk('mutation ($id: UUID!) { releaseNumbers(leaseId: $id) { id } }', { id: lease.id });
  const handIn = (input: object) => () => desk('mutation ($input: HandInBookingsInput!) { handInBookings(input: $input) { outcome obstacle appointment { id } } }', { input });
  const before = pick(handedIn, which);
  if (what === 'handInAgain' && before) return handIn(before);
  if (what !== 'handIn' || !lease) return undefined;
  // One that was given back may have none left.
  const number = pick(lease.numbers, which)?.number;
  if (number === undefined) return undefined;
  const booking = { leaseId: lease.id, visitType: 'NEW', bookedAt: new Date(), number };
  const bookings = [{ ...booking, clientId: uuidv7(), patientId: pick(patients, which) }, ...(which % 4 ? [] : [{ ...booking, clientId: uuidv7(), patientId: pick(patients, which + 1) }])];
  const input = { deviceId: lease.device_id, bookings };
  handedIn.push(input);
  return handIn(input);
}

function sessionAct({ what, which, where }: Deed, { sessions, changes }: State, { desk }: Actors): Act {
  const session = pick(sessions, where)!;
  const step = sessionSteps[what];
  if (step) return () => desk(`mutation ($id: UUID!) { ${step}(id: $id) { id } }`, { id: session.id });
  if (what === 'capacity') {
    return () => desk('mutation ($input: EditSessionInput!) { editClinicSession(input: $input) { id } }', { input: { id: session.id, version: session.version, capacity: 1 + (which % 9) } });
  }
  if (what === 'undo') {
    const change = pick(changes, which);
    return change && (() => desk('mutation ($id: UUID!) { undoSessionChange(id: $id) { id } }', { id: change.id }));
  }
  const change = changeOf(what, which, session, sessions);
  if (!change) return undefined;
  const input = { sessionId: session.id, reason: 'the doctor is held up', ...change };
  // Looked at first, as people do.
  return async () => {
    const looked = await desk('query ($input: SessionChangeInput!) { previewSessionChange(input: $input) { preview } }', { input });
    if (looked.code) return looked;
    return desk('mutation ($input: ChangeSessionInput!) { changeSession(input: $input) { id } }', { input: { ...input, preview: looked.data.previewSessionChange.preview } });
  };
}

function changeOf(what: Deed['what'], which: number, session: SessionState, sessions: SessionState[]): object | undefined {
  if (what === 'delay') return { kind: 'DELAY', minutes: (which % 5) * 15 };
  if (what === 'cancelSession') return { kind: 'CANCEL' };
  if (what === 'shift') return { kind: 'SHIFT', startsAt: `${8 + (which % 12)}:00`.padStart(5, '0'), cancelRest: which % 2 === 0 };
  if (what !== 'move') return undefined;
  return { kind: 'MOVE', toSessionId: sessions.find(({ id, mode }) => id !== session.id && mode === session.mode)?.id ?? session.id, cancelRest: which % 2 === 0 };
}

const slotOf = (at: SessionState, which: number): string | null => (at.mode === 'SLOT' ? new Date(Date.parse(at.starts_at) + ((which >> 3) % 4) * 1_800_000).toISOString() : null);
