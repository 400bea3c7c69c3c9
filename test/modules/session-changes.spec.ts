import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppointmentAnswer, Appointments, type EntryAnswer, type SessionAnswer, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { hurryJobs } from '../support/mails.js';
import { Merges } from '../support/merges.js';
import { Online } from '../support/online.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { Socket, portOf } from '../support/sockets.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Person, type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let chamberId: string;
let doctorId: string;
let reception: Person;
let desk: Appointments;
let owner: Appointments;
let patients: string[];
let days = 3;

/** A day that no other session of this file has. */
const freshDay = (): string => dayFromNow((days += 2));
const serial = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: freshDay(), ...changes });
const slots = (changes: object = {}) => serial({ mode: 'SLOT', slotMinutes: 30, capacity: undefined, ...changes });
const slotOf = ({ startsAt }: SessionAnswer, index: number): string => new Date(Date.parse(startsAt) + index * 30 * 60_000).toISOString();
const bookAll = (session: SessionAnswer, count: number) => Promise.all(Array.from({ length: count }, (_, index) => desk.book({ sessionId: session.id, patientId: patients[index] })));
const statuses = async (id: string): Promise<string[]> => (await desk.queue(id)).map(({ number, status }) => `${number} ${status}`);
const anotherDoctor = async (): Promise<string> => (await hire(world, practice, chamberId, 'DOCTOR')).memberId;

beforeAll(async () => {
  world = await World.open();
  practice = await world.practice('Jui Clinic');
  chamberId = await openChamber(world, practice, 'Jui Uttara');
  doctorId = await anotherDoctor();
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 12 }, async (_, index) => (await register.register({ nameEn: `Patient ${index}` })).id));
});
afterAll(() => world.close());

describe('a doctor who is late', () => {
  it('keeps everybody in their place, later, and is on time again when that is undone', async () => {
    const session = await slots();
    await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt });
    const late = { sessionId: session.id, kind: 'DELAY', minutes: 45 };
    const preview = await desk.preview(late);
    expect(preview).toMatchObject({ messages: 0, notReached: 1, blocked: 0, cancelled: 0 });
    expect(preview.appointments).toMatchObject([{ outcome: 'LATER', obstacle: null, newFrom: new Date(Date.parse(session.startsAt) + 45 * 60_000).toISOString() }]);
    expect((await desk.session(session.id)).delayMinutes).toBe(0);
    const change = await desk.change(late);
    expect((await desk.session(session.id)).delayMinutes).toBe(45);
    expect((await desk.undo(change.id)).undoneAt).not.toBeNull();
    expect((await desk.session(session.id)).delayMinutes).toBe(0);
    expect(await statuses(session.id)).toEqual(['1 BOOKED']);
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('UNDONE_ALREADY');
  });

  it('is shown who is elsewhere by then, and which session comes too early', async () => {
    const day = freshDay();
    const [session, next] = [await slots({ localDate: day }), await serial({ localDate: day, startsAt: '20:00', endsAt: '21:00' })];
    const there = await slots({ localDate: day, doctorId: await anotherDoctor(), startsAt: '18:00', endsAt: '19:00' });
    await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt });
    const other = await desk.book({ sessionId: there.id, patientId: patients[0], slotFrom: there.startsAt });
    const preview = await desk.preview({ sessionId: session.id, kind: 'DELAY', minutes: 60 });
    expect(preview.appointments).toMatchObject([{ outcome: 'LATER', obstacle: 'PATIENT_IS_ELSEWHERE', obstacleId: other.id }]);
    expect(preview.sessionsInTheWay).toEqual([{ id: next.id }]);
  });
});

describe('a session in a chamber that somebody may not see', () => {
  it('is counted where it is in the way, and not shown', async () => {
    const session = await serial();
    const elsewhere = await openChamber(world, practice, 'Jui Dhanmondi');
    await world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: doctorId, chamberId: elsewhere, role: 'DOCTOR' } }, practice.owner.token);
    const there = await owner.addSession({ chamberId: elsewhere, doctorId, localDate: session.localDate, startsAt: '21:00', endsAt: '22:00' });
    const late = { sessionId: session.id, kind: 'DELAY', minutes: 120 };
    expect(await desk.preview(late)).toMatchObject({ sessionsInTheWay: [], hiddenInTheWay: 1 });
    expect(await owner.preview(late)).toMatchObject({ sessionsInTheWay: [{ id: there.id }], hiddenInTheWay: 0 });
  });
});

describe('a session that is shifted', () => {
  it('takes place as another one, in which everybody keeps their number, and comes back when that is undone', async () => {
    const session = await serial();
    const booked = await bookAll(session, 3);
    await desk.cancelAnswer(booked[1]!);
    const [first, second] = booked.filter((_, index) => index !== 1).sort((a, b) => a.number - b.number);
    const change = await desk.change({ sessionId: session.id, kind: 'SHIFT', localDate: dayFromNow(days + 1), startsAt: '09:00' });
    expect(await desk.session(session.id)).toMatchObject({ status: 'CANCELLED' });
    expect(await desk.session(change.newSessionId!)).toMatchObject({ status: 'PLANNED', localDate: dayFromNow(days + 1), capacity: 40 });
    expect(await succeeded(session.id)).toEqual({ replacedById: change.newSessionId, appointments: expect.arrayContaining([{ rescheduledToId: null }, ...(await desk.queue(change.newSessionId!)).map(({ id }) => ({ rescheduledToId: id }))]) });
    const watched = await watch(session.id);
    expect(await desk.queue(change.newSessionId!)).toMatchObject([
      { number: first!.number, status: 'BOOKED', rescheduledFromId: first!.id }, { number: second!.number, status: 'BOOKED', rescheduledFromId: second!.id }]);
    expect(await desk.book({ sessionId: change.newSessionId, patientId: patients[5] })).toMatchObject({ number: 4 });
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('BOOKED_SINCE');
    await desk.cancelAnswer((await desk.queue(change.newSessionId!))[2]!);
    const undone = await desk.undo(change.id);
    await watched.until(() => watched.latest().replacedById === undone.restoredSessionId);
    await watched.socket.close();
    expect(await succeeded(change.newSessionId!)).toMatchObject({ replacedById: undone.restoredSessionId });
    expect(await desk.session(change.newSessionId!)).toMatchObject({ status: 'CANCELLED' });
    expect(await desk.session(undone.restoredSessionId!)).toMatchObject({ status: 'PLANNED', startsAt: session.startsAt, endsAt: session.endsAt });
    expect((await desk.queue(undone.restoredSessionId!)).map(({ number, status }) => [number, status])).toEqual([[first!.number, 'BOOKED'], [second!.number, 'BOOKED']]);
    expect(await desk.book({ sessionId: undone.restoredSessionId, patientId: patients[6] })).toMatchObject({ number: 4 });
  });

  it('gives slots as much later, and cancels those that do not fit only when that is asked for', async () => {
    const session = await slots();
    for (const index of [0, 5]) await desk.book({ sessionId: session.id, patientId: patients[index], slotFrom: slotOf(session, index) });
    const shorter = { sessionId: session.id, kind: 'SHIFT', startsAt: '18:00', endsAt: '19:00' };
    const preview = await desk.preview(shorter);
    expect(preview).toMatchObject({ blocked: 1, cancelled: 0, messages: 0, notReached: 1 });
    expect(preview.appointments).toMatchObject([{ outcome: 'MOVED', newFrom: slotOf(session, 2) }, { outcome: 'NOT_MOVED', obstacle: 'NO_PLACE' }]);
    expect(reasonOf(await desk.changeAnswer(shorter, preview.preview))).toBe('CHANGE_BLOCKED');
    const change = await desk.change({ ...shorter, cancelRest: true });
    expect(change.appointments.map(({ outcome }) => outcome).sort()).toEqual(['CANCELLED', 'MOVED']);
    expect(await desk.queue(change.newSessionId!)).toMatchObject([{ slotFrom: slotOf(session, 2) }]);
    const undone = await desk.undo(change.id);
    expect((await desk.queue(undone.restoredSessionId!)).map(({ slotFrom }) => slotFrom)).toEqual([slotOf(session, 0), slotOf(session, 5)]);
  });

  it('does not take the time of another session of the doctor', async () => {
    const day = freshDay();
    const [session] = [await serial({ localDate: day }), await serial({ localDate: day, startsAt: '09:00', endsAt: '11:00' })];
    const input = { sessionId: session.id, kind: 'SHIFT', startsAt: '10:00' };
    const { preview, sessionsInTheWay } = await desk.preview(input);
    expect(sessionsInTheWay).toHaveLength(1);
    expect(reasonOf(await desk.changeAnswer(input, preview))).toBe('SESSIONS_OVERLAP');
    expect((await desk.session(session.id)).status).toBe('PLANNED');
  });
});

describe('a session that is cancelled', () => {
  it('cancels everybody with the reason, and gives everybody their number back when that is undone', async () => {
    const session = await serial();
    const booked = await bookAll(session, 3);
    await desk.open(session.id);
    await desk.step('noteArrival', booked[0]!.id);
    const change = await desk.change({ sessionId: session.id, kind: 'CANCEL', reason: 'the doctor is ill' });
    expect((await desk.queue(session.id)).map(({ status, endReason }) => [status, endReason])).toEqual(Array(3).fill(['CANCELLED', 'the doctor is ill']));
    const undone = await desk.undo(change.id);
    const back = await desk.queue(undone.restoredSessionId!);
    expect(back.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(back.find(({ rescheduledFromId }) => rescheduledFromId === booked[0]!.id)).toMatchObject({ status: 'ARRIVED', number: booked[0]!.number });
    expect((await desk.session(undone.restoredSessionId!)).status).toBe('OPEN');
    const { sessionChanges } = await world.ok('query ($id: UUID!) { sessionChanges(sessionId: $id) { id reason madeBy { id } undoneBy { id } } }', { id: undone.restoredSessionId }, reception.token);
    expect(sessionChanges).toEqual([{ id: change.id, reason: 'the doctor is ill', madeBy: { id: reception.memberId }, undoneBy: { id: reception.memberId } }]);
  });

  it('gives one place back when two who had booked are one patient by then', async () => {
    const twins = new Patients(world, reception.token);
    const both = await Promise.all([1, 2].map(() => twins.register({ nameEn: 'Mala Akter' })));
    const session = await serial();
    for (const { id } of both) await desk.book({ sessionId: session.id, patientId: id });
    await bookAll(session, 1);
    const change = await desk.change({ sessionId: session.id, kind: 'CANCEL' });
    await new Merges(world, practice.owner.token).merge(both[0]!, both[1]!);
    const undone = await desk.undo(change.id);
    expect(undone.appointments.map(({ obstacle }) => obstacle).sort()).toEqual(['BOOKED_ALREADY', null, null]);
    expect(await statuses(undone.restoredSessionId!)).toEqual(['1 BOOKED', '3 BOOKED']);
  });

  it('waits for who is with the doctor', async () => {
    const session = await serial();
    const [one] = await bookAll(session, 1);
    await desk.open(session.id);
    for (const [step, id] of [['noteArrival', one!.id], ['startClinicSession', session.id], ['callPatient', one!.id], ['beginConsultation', one!.id]] as const) await desk.step(step, id);
    const input = { sessionId: session.id, kind: 'CANCEL' };
    const preview = await desk.preview(input);
    expect(preview.appointments).toMatchObject([{ outcome: 'NOT_MOVED', obstacle: 'WITH_DOCTOR' }]);
    expect(reasonOf(await desk.changeAnswer(input, preview.preview))).toBe('CHANGE_BLOCKED');
  });

  it('is done once by many at the same moment, and undone once', async () => {
    const session = await serial();
    await bookAll(session, 4);
    const input = { sessionId: session.id, kind: 'CANCEL' };
    const { preview } = await desk.preview(input);
    const answers = await Promise.all(Array.from({ length: 6 }, () => desk.changeAnswer(input, preview)));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(new Set(answers.filter(({ errors }) => errors).map(reasonOf))).toEqual(new Set(['SESSION_STATUS']));
    const { id } = answers.find(({ errors }) => !errors)!.data.changeSession;
    const undone = await Promise.all(Array.from({ length: 6 }, () => desk.undoAnswer(id)));
    expect(undone.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(new Set(undone.filter(({ errors }) => errors).map(reasonOf))).toEqual(new Set(['UNDONE_ALREADY']));
    const { restoredSessionId } = undone.find(({ errors }) => !errors)!.data.undoSessionChange;
    expect(await statuses(restoredSessionId)).toEqual(['1 BOOKED', '2 BOOKED', '3 BOOKED', '4 BOOKED']);
  });

  it('loses nobody who books at the same moment: they are cancelled with the others, or told', async () => {
    const session = await serial();
    await bookAll(session, 2);
    const input = { sessionId: session.id, kind: 'CANCEL' };
    const { preview } = await desk.preview(input);
    const [change, ...booked] = await Promise.all([desk.changeAnswer(input, preview), ...[5, 6, 7].map((index) => desk.bookAnswer({ sessionId: session.id, patientId: patients[index] }))]);
    const made = booked.filter(({ errors }) => !errors).length;
    if (change.errors) expect([reasonOf(change), (await statuses(session.id)).filter((one) => one.endsWith('BOOKED')).length]).toEqual(['STALE_VERSION', 2 + made]);
    else expect([made, booked.map(reasonOf)]).toEqual([0, Array(3).fill('SESSION_STATUS')]);
  });

  it('can no longer be undone after ten minutes', async () => {
    const session = await serial();
    const { id } = await desk.change({ sessionId: session.id, kind: 'CANCEL' });
    await world.sql('superuser', `update clinic.session_changes set undo_until = now() where id = $1`, [id]);
    expect(reasonOf(await desk.undoAnswer(id))).toBe('UNDO_IS_OVER');
  });
});

describe('a session that has begun, when another takes its place', () => {
  /** A session of three places, all booked, of which the first was seen. */
  const begun = async (session: SessionAnswer): Promise<AppointmentAnswer[]> => {
    const booked: AppointmentAnswer[] = [];
    for (const index of [0, 1, 2]) booked.push(await desk.book({ sessionId: session.id, patientId: patients[index], ...(session['mode' as never] === 'SLOT' && { slotFrom: slotOf(session, index) }) }));
    await desk.open(session.id);
    await desk.step('noteArrival', booked[0]!.id);
    await desk.step('startClinicSession', session.id);
    for (const step of ['callPatient', 'beginConsultation', 'completeConsultation']) await desk.step(step, booked[0]!.id);
    return booked;
  };
  const queue = async (sessionId: string) => {
    const { clinicQueue } = await world.ok('query ($id: UUID!) { clinicQueue(sessionId: $id) { completed toldTimes { told } waiting { appointment { number } } } }', { id: sessionId }, reception.token);
    return clinicQueue;
  };
  const seenOne = { completed: 1, toldTimes: { told: 1 }, waiting: [{ appointment: { number: 2 } }, { appointment: { number: 3 } }] };

  it.each(['SHIFT', 'CANCEL'])('keeps the places of who was seen, its pace and its count, by a %s and when that is undone, again and again', async (kind) => {
    let session = await serial({ capacity: 3, online: true });
    const day = session.localDate;
    await begun(session);
    for (let times = 0; times < 2; times++) {
      const input = { sessionId: session.id, kind, ...(kind === 'SHIFT' && { localDate: day, startsAt: '18:00' }) };
      expect(await desk.preview(input)).toMatchObject({ seen: 1, blocked: 0 });
      const change = await desk.change(input);
      if (kind === 'SHIFT') {
        expect(await queue(change.newSessionId!)).toEqual(seenOne);
        expect(reasonOf(await desk.bookAnswer({ sessionId: change.newSessionId, patientId: patients[5] }))).toBe('SESSION_FULL');
      }
      session = await desk.session((await desk.undo(change.id)).restoredSessionId!);
      expect(session).toMatchObject({ status: 'RUNNING', capacity: 3 });
      expect(await queue(session.id)).toEqual(seenOne);
      expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[5] }))).toBe('SESSION_FULL');
      const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { free } } }', { id: session.id }, reception.token);
      expect(clinicSession.places).toEqual({ free: 0 });
    }
  });

  it('is told online, on displays and among free places with the pace of who was seen before', async () => {
    const session = await serial({ capacity: 4, online: true });
    const day = session.localDate;
    await begun(session);
    const online = await Online.open(world, practice, chamberId);
    const { newSessionId } = await desk.change({ sessionId: session.id, kind: 'SHIFT', localDate: day, startsAt: '18:00' });
    const { clinicSession: { places } } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { bySeries { expectedFrom } } } }', { id: newSessionId }, reception.token);
    const { data: { onlineSessions: [offered] } } = await online.sessionsAnswer(chamberId, day);
    const { secret } = await online.hold(newSessionId!, '+8801711223399');
    await online.stepAnswer('confirmOnlineBooking', secret);
    const { clinicQueue: { waiting } } = await world.ok('query ($id: UUID!) { clinicQueue(sessionId: $id) { waiting { appointment { number } expectedFrom } } }', { id: newSessionId }, reception.token);
    const last = waiting.at(-1);
    expect(last.appointment.number).toBe(4);
    expect(places.bySeries[0].expectedFrom).toBe(last.expectedFrom);
    expect((await online.bookingAnswer(secret)).data.onlineBooking.expectedFrom).toBe(last.expectedFrom);
    expect(Date.parse(offered.aboutFrom)).toBe(Math.floor(Date.parse(last.expectedFrom) / 1_800_000) * 1_800_000);
    await desk.dayComes(newSessionId!);
    const { createQueueDisplay: made } = await world.ok('mutation ($input: CreateQueueDisplayInput!) { createQueueDisplay(input: $input) { url } }', { input: { chamberId, name: 'Door' } }, reception.token);
    const { sessions } = (await world.app.inject({ url: `${new URL(made.url).pathname}/state` })).json<{ sessions: Array<{ startsAt: string; next: Array<{ number: number; from: string }> }> }>();
    const shown = sessions.find(({ startsAt }) => Date.parse(startsAt) === Date.parse(offered.startsAt))!;
    expect(shown.next.map(({ number, from }) => [number, Date.parse(from)]).at(-1)).toEqual([4, Math.floor(Date.parse(last.expectedFrom) / 60_000) * 60_000]);
  });

  it('has the slots of another time for others than who was seen at the former', async () => {
    const session = await slots({ localDate: freshDay(), endsAt: '18:30' });
    await begun(session);
    const change = await desk.change({ sessionId: session.id, kind: 'SHIFT', startsAt: '21:00' });
    const of = async (id: string) => (await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { taken free } slots { free } } }', { id }, reception.token)).clinicSession;
    expect(await of(change.newSessionId!)).toEqual({ places: { taken: 2, free: 1 }, slots: [true, false, false].map((free) => ({ free })) });
    const there = await desk.session(change.newSessionId!);
    const late = await desk.book({ sessionId: there.id, patientId: patients[5], slotFrom: there.startsAt });
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('BOOKED_SINCE');
    await desk.cancelAnswer(late);
    expect(await of((await desk.undo(change.id)).restoredSessionId!)).toEqual({ places: { taken: 3, free: 0 }, slots: Array(3).fill({ free: false }) });
  });

  it('keeps the slot of who was seen before its time', async () => {
    const session = await slots({ localDate: freshDay() });
    const [seen] = await begun(session);
    const { restoredSessionId } = await desk.undo((await desk.change({ sessionId: session.id, kind: 'CANCEL' })).id);
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { slots { from free } } }', { id: restoredSessionId }, reception.token);
    expect(clinicSession.slots.filter(({ free }: { free: boolean }) => !free).map(({ from }: { from: string }) => from)).toEqual([0, 1, 2].map((index) => slotOf(session, index)));
    expect(reasonOf(await desk.bookAnswer({ sessionId: restoredSessionId, patientId: patients[5], slotFrom: seen!['slotFrom'] }))).toBe('SLOT_TAKEN');
  });

  it('keeps numbers that devices took along, which hold where the patients are; undoing waits for those taken since', async () => {
    const session = await serial({ capacity: 3 });
    const [device, other] = [randomUUID(), randomUUID()];
    const lease = async (sessionId: string, deviceId: string, count: number) =>
      (await world.ok('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id numbers } }', { input: { sessionId, count, deviceId } }, reception.token)).leaseNumbers;
    const handIn = async (leaseId: string, number: number, index: number) => (await world.ok('mutation ($input: HandInBookingsInput!) { handInBookings(input: $input) { outcome obstacle appointment { number sessionId } } }', { input: {
      deviceId: device, bookings: [{ clientId: randomUUID(), leaseId, number, patientId: patients[index], visitType: 'NEW', bookedAt: new Date().toISOString() }] } }, reception.token)).handInBookings[0];
    const { id, numbers } = await lease(session.id, device, 2);
    const release = (leaseId: string) => world.ok('mutation ($id: UUID!) { releaseNumbers(leaseId: $id) { id } }', { id: leaseId }, reception.token);
    const leasesOf = async (sessionId: string) => (await world.ok('query ($id: UUID!) { numberLeases(sessionId: $id) { id } }', { id: sessionId }, reception.token)).numberLeases;
    await release((await lease(session.id, other, 1)).id);
    const input = { sessionId: session.id, kind: 'SHIFT', startsAt: '18:00' };
    expect(await desk.preview(input)).toMatchObject({ leased: 2 });
    const change = await desk.change(input);
    expect(await leasesOf(change.newSessionId!)).toEqual([{ id }]);
    const { id: since } = await lease(change.newSessionId!, other, 1);
    expect(reasonOf(await desk.bookAnswer({ sessionId: change.newSessionId, patientId: patients[5] }))).toBe('SESSION_FULL');
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('BOOKED_SINCE');
    // Numbers that were taken since and came to nothing are the other session's.
    await world.sql('superuser', 'update clinic.number_leases set expires_at = now() where id = $1', [since]);
    const { restoredSessionId } = await desk.undo(change.id);
    expect(await leasesOf(restoredSessionId!)).toEqual([{ id }]);
    expect(await handIn(id, numbers[0], 0)).toEqual({ outcome: 'BOOKED', obstacle: null, appointment: { number: numbers[0], sessionId: restoredSessionId } });
    const again = await desk.undo((await desk.change({ sessionId: restoredSessionId!, kind: 'CANCEL' })).id);
    expect(await handIn(id, numbers[1], 1)).toMatchObject({ outcome: 'BOOKED', appointment: { sessionId: again.restoredSessionId } });
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { bookedOfflineAt } } }', { id: again.restoredSessionId }, reception.token);
    expect(clinicSession.appointments).toEqual(Array(2).fill({ bookedOfflineAt: expect.any(String) }));
    expect(await desk.book({ sessionId: again.restoredSessionId, patientId: patients[2] })).toMatchObject({ number: 3 });
    expect(reasonOf(await desk.bookAnswer({ sessionId: again.restoredSessionId, patientId: patients[5] }))).toBe('SESSION_FULL');
  });

  it('is of the same hours, and as old: other hours are not planned beside it, and a day that was closed since stays closed', async () => {
    const doctor = await anotherDoctor();
    const day = freshDay();
    const { schedule } = await owner.addSchedule({ chamberId, doctorId: doctor, weekday: weekdayOf(day), startsAt: '17:00', endsAt: '20:00', mode: 'SERIAL', capacity: 9, validFrom: day, validUntil: day });
    const [planned] = (await owner.sessions(chamberId, day, day)).filter(({ scheduleId }) => scheduleId === schedule.id);
    await desk.book({ sessionId: planned!.id, patientId: patients[0] });
    const change = await desk.change({ sessionId: planned!.id, kind: 'SHIFT', startsAt: '18:00' });
    expect([(await desk.session(planned!.id)).scheduleId, (await desk.session(change.newSessionId!)).scheduleId]).toEqual([null, schedule.id]);
    const { restoredSessionId } = await desk.undo(change.id);
    expect((await desk.session(restoredSessionId!)).scheduleId).toBe(schedule.id);
    const [{ aged }] = await world.sql<{ aged: boolean }>('superuser', `select count(distinct created_at) = 1 as aged from clinic.sessions where id = any ($1)`, [[planned!.id, change.newSessionId, restoredSessionId]]) as [{ aged: boolean }];
    expect(aged).toBe(true);
    const changed = (await owner.changeScheduleAnswer({ id: schedule.id, version: schedule.version, from: day, startsAt: '10:00', endsAt: '12:00' })).data.changeSchedule;
    expect(changed).toMatchObject({ planned: 0, kept: [{ id: restoredSessionId }] });
  });
});

describe('everybody who is moved to another session', () => {
  it('gets the next numbers there, in order; who has a place there or finds none is shown before', async () => {
    const day = freshDay();
    const [from, to] = [await serial({ localDate: day }), await serial({ localDate: day, doctorId: await anotherDoctor(), capacity: 3 })];
    const booked = (await bookAll(from, 4)).sort((a, b) => a.number - b.number);
    const there = await desk.book({ sessionId: to.id, patientId: booked[0]!['patientId'] });
    const input = { sessionId: from.id, kind: 'MOVE', toSessionId: to.id };
    expect((await desk.preview(input)).appointments).toMatchObject([
      { outcome: 'NOT_MOVED', obstacle: 'BOOKED_ALREADY', obstacleId: there.id }, { outcome: 'MOVED', newNumber: 2 }, { outcome: 'MOVED', newNumber: 3 }, { outcome: 'NOT_MOVED', obstacle: 'NO_PLACE' }]);
    const change = await desk.change({ ...input, cancelRest: true });
    expect((await desk.queue(to.id)).map(({ number, rescheduledFromId }) => [number, rescheduledFromId])).toEqual([[1, null], [2, booked[1]!.id], [3, booked[2]!.id]]);
    await desk.cancelAnswer((await desk.queue(to.id))[1]!);
    const undone = await desk.undo(change.id);
    expect(undone.appointments.filter(({ obstacle }) => obstacle === 'GONE_ON')).toMatchObject([{ appointmentId: booked[1]!.id, restoredAppointmentId: null }]);
    expect((await desk.queue(undone.restoredSessionId!)).map(({ number }) => number)).toEqual([1, 3, 4]);
    expect(await statuses(to.id)).toEqual(['1 BOOKED', '2 CANCELLED', '3 CANCELLED']);
  });

  it('gets the free slots of a session with slots, but none at which they are elsewhere', async () => {
    const day = freshDay();
    const [from, to, third] = [await serial({ localDate: day }), await slots({ localDate: day, doctorId: await anotherDoctor() }), await slots({ localDate: day, doctorId: await anotherDoctor() })];
    await desk.book({ sessionId: from.id, patientId: patients[0] });
    await desk.book({ sessionId: third.id, patientId: patients[0], slotFrom: third.startsAt });
    const change = await desk.change({ sessionId: from.id, kind: 'MOVE', toSessionId: to.id });
    expect(change.appointments).toMatchObject([{ outcome: 'MOVED' }]);
    expect(await desk.queue(to.id)).toMatchObject([{ slotFrom: slotOf(to, 1), number: 1 }]);
  });

  it('has one place, however many sessions are moved into each other at once', async () => {
    const day = freshDay();
    const [a, b] = [await serial({ localDate: day }), await serial({ localDate: day, doctorId: await anotherDoctor() })];
    await bookAll(a, 5);
    const [there, back] = [{ sessionId: a.id, kind: 'MOVE', toSessionId: b.id }, { sessionId: b.id, kind: 'MOVE', toSessionId: a.id }];
    await Promise.all(patients.slice(5, 9).map((patientId) => desk.book({ sessionId: b.id, patientId })));
    const [one, two] = [await desk.preview(there), await desk.preview(back)];
    const answers = await Promise.all([desk.changeAnswer(there, one.preview), desk.changeAnswer(back, two.preview)]);
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['SESSION_STATUS']);
    const waiting = (await Promise.all([desk.queue(a.id), desk.queue(b.id)])).flat().filter(({ status }) => status === 'BOOKED');
    expect(new Set(waiting.map((one) => one['patientId'])).size).toBe(9);
    expect(waiting).toHaveLength(9);
  });
});

describe('a change that is asked for', () => {
  it.each([
    ['without its minutes', { kind: 'DELAY' }, 'input.minutes NEEDED'], ['by too much', { kind: 'DELAY', minutes: 721 }, 'input.minutes OUT_OF_RANGE'],
    ['with what is of another kind', { kind: 'CANCEL', minutes: 5 }, 'input.minutes NOT_FOR_THIS_KIND'], ['to no time', { kind: 'SHIFT', startsAt: '25:00' }, 'input.startsAt NOT_A_TIME'],
    ['to the same time', { kind: 'SHIFT', startsAt: '17:00' }, 'input.startsAt SAME_TIME'], ['to the past', { kind: 'SHIFT', startsAt: '10:00', localDate: dayFromNow(-1) }, 'input.localDate PAST'],
    ['too far ahead', { kind: 'SHIFT', startsAt: '10:00', localDate: dayFromNow(400) }, 'input.localDate TOO_FAR'], ['without a reason', { kind: 'CANCEL', reason: ' ' }, 'input.reason EMPTY'],
  ])('%s is refused with its place', async (_, input, fault) => {
    expect(faultsOf(await desk.previewAnswer({ sessionId: (await serial()).id, ...input }))).toEqual([fault]);
  });

  it('after somebody has booked since the preview is refused', async () => {
    const session = await serial();
    const input = { sessionId: session.id, kind: 'DELAY', minutes: 20 };
    const { preview } = await desk.preview(input);
    await desk.book({ sessionId: session.id, patientId: patients[0] });
    expect(reasonOf(await desk.changeAnswer(input, preview))).toBe('STALE_VERSION');
    expect(reasonOf(await desk.changeAnswer({ ...input, minutes: 30 }, (await desk.preview(input)).preview))).toBe('STALE_VERSION');
  });

  it('is for those who book in the chamber', async () => {
    const stranger = new Appointments(world, (await hire(world, practice, await openChamber(world, practice, 'Jui Mirpur'), 'RECEPTIONIST')).token);
    const session = await serial();
    const input = { sessionId: session.id, kind: 'CANCEL' };
    expect(codeOf(await stranger.previewAnswer(input))).toBe('FORBIDDEN');
    expect(codeOf(await stranger.changeAnswer(input, (await desk.preview(input)).preview))).toBe('FORBIDDEN');
    expect(codeOf(await stranger.undoAnswer((await desk.change(input)).id))).toBe('FORBIDDEN');
    expect(codeOf(await desk.editAnswer({ id: session.id, version: 2, online: true }))).toBe('FORBIDDEN');
  });
});

describe('a session that is edited', () => {
  it('takes as many as it then has places for, and no fewer than have booked', async () => {
    const session = await serial({ capacity: 4, reserved: [{ series: 'PHONE', first: 1, last: 1 }] });
    await bookAll(session, 2);
    const below = (await owner.editAnswer({ id: session.id, version: session.version, capacity: 2 })).errors!;
    expect(below[0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'MORE_ARE_BOOKED', count: 3 });
    expect((await owner.editAnswer({ id: session.id, version: session.version, capacity: 3 })).data.editClinicSession).toMatchObject({ capacity: 3, version: 2 });
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[4] }))).toBe('SESSION_FULL');
    await owner.editAnswer({ id: session.id, version: 2, capacity: 6 });
    const more = await Promise.all([4, 5, 6].map((index) => desk.book({ sessionId: session.id, patientId: patients[index] })));
    expect(new Set(more.map(({ number }) => number)).size).toBe(3);
    expect(reasonOf(await owner.editAnswer({ id: session.id, version: 2, capacity: 9 }))).toBe('STALE_VERSION');
  });

  it('is with another doctor, and so are those who have booked', async () => {
    const session = await slots();
    await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt });
    const substitute = await anotherDoctor();
    expect((await owner.editAnswer({ id: session.id, version: session.version, doctorId: substitute })).errors).toBeUndefined();
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { doctor { id } appointments { doctor { id } } } }', { id: session.id }, reception.token);
    expect(clinicSession).toEqual({ doctor: { id: substitute }, appointments: [{ doctor: { id: substitute } }] });
    const clash = await serial({ localDate: session.localDate });
    expect(reasonOf(await owner.editAnswer({ id: clash.id, version: clash.version, doctorId: substitute }))).toBe('SESSIONS_OVERLAP');
    expect(faultsOf(await owner.editAnswer({ id: clash.id, version: clash.version, doctorId: reception.memberId }))).toEqual(['input.doctorId NOT_A_DOCTOR_THERE']);
    expect(faultsOf(await owner.editAnswer({ id: session.id, version: 2, capacity: 9 }))).toEqual(['input.capacity NOT_IN_THIS_MODE']);
  });

  it('keeps its patients when its doctor leaves, takes no more, and is reported until it has another', async () => {
    const leaving = await anotherDoctor();
    const session = await serial({ doctorId: leaving });
    await desk.book({ sessionId: session.id, patientId: patients[0] });
    await world.ok('mutation ($id: UUID!) { deactivateMember(input: { memberId: $id, reason: "left" }) { id } }', { id: leaving }, practice.owner.token);
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[1] }))).toBe('DOCTOR_LEFT');
    expect(await statuses(session.id)).toEqual(['1 BOOKED']);
    const orphans = async () => (await world.ok('query ($id: UUID!) { clinicSessionsWithoutDoctor(chamberId: $id) { id } }', { id: chamberId }, reception.token)).clinicSessionsWithoutDoctor;
    expect(await orphans()).toEqual([{ id: session.id }]);
    await owner.editAnswer({ id: session.id, version: session.version, doctorId });
    expect(await orphans()).toEqual([]);
    expect(await desk.book({ sessionId: session.id, patientId: patients[1] })).toMatchObject({ number: 2 });
  });
});

describe('a session whose doctor sees patients elsewhere only', () => {
  it('takes nobody, in whatever way', async () => {
    const leaving = await anotherDoctor();
    const localDate = freshDay();
    const session = await serial({ doctorId: leaving, localDate });
    const waits = { patientId: patients[1] };
    await world.ok('mutation ($id: UUID!, $chamberId: UUID!) { removeAssignment(memberId: $id, chamberId: $chamberId) { id } }', { id: leaving, chamberId }, practice.owner.token);
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[0] }))).toBe('DOCTOR_LEFT');
    expect(reasonOf(await desk.joinWaitlistAnswer({ ...waits, sessionId: session.id }))).toBe('DOCTOR_LEFT');
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...waits, chamberId, doctorId: leaving, firstDay: localDate, lastDay: localDate }))).toEqual(['input.doctorId NOT_A_DOCTOR_THERE']);
    const from = await serial();
    expect(reasonOf(await desk.previewAnswer({ sessionId: from.id, kind: 'MOVE', toSessionId: session.id }))).toBe('DOCTOR_LEFT');
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { free bySeries { free expectedFrom } } } }', { id: session.id }, reception.token);
    expect(clinicSession).toEqual({ places: { free: 0, bySeries: [{ free: 0, expectedFrom: null }] } });
  });

  it('is not waited for, nor planned, when the doctor has left the practice', async () => {
    const leaving = await anotherDoctor();
    const hours = await Promise.all([leaving, doctorId].map((id, index) => owner.addSchedule({ chamberId, doctorId: id, weekday: weekdayOf(dayFromNow(1)), startsAt: `0${index + 1}:00`, endsAt: `0${index + 2}:00`, mode: 'SERIAL', capacity: 9 })));
    await world.ok('mutation ($id: UUID!) { deactivateMember(input: { memberId: $id, reason: "left" }) { id } }', { id: leaving }, practice.owner.token);
    expect(faultsOf(await desk.joinWaitlistAnswer({ patientId: patients[0], chamberId, doctorId: leaving, firstDay: dayFromNow(1), lastDay: dayFromNow(9) }))).toEqual(['input.doctorId NOT_A_DOCTOR_THERE']);
    const later = { chamberId, first: dayFromNow(61), last: dayFromNow(67) };
    const { planClinicSessions: planned } = await world.ok('mutation ($chamberId: UUID!, $first: LocalDate!, $last: LocalDate!) { planClinicSessions(chamberId: $chamberId, first: $first, last: $last) { scheduleId } }', later, practice.owner.token);
    expect(planned).toEqual([{ scheduleId: hours[1]!.schedule.id }]);
  });
});

describe('a chamber that is archived', () => {
  const archiveAnswer = async (id: string) => {
    const { chamber } = await world.ok('query ($id: UUID!) { chamber(id: $id) { version } }', { id }, practice.owner.token);
    return world.graphql('mutation ($id: UUID!, $version: Int!) { archiveChamber(id: $id, version: $version) { archived } }', { id, version: chamber.version }, practice.owner.token);
  };

  it('has no patients left, and takes nobody in whatever way', async () => {
    const place = await openChamber(world, practice, 'Jui Savar');
    const doctor = (await hire(world, practice, place, 'DOCTOR')).memberId;
    const [one, two] = [await serial({ chamberId: place, doctorId: doctor }), await serial({ chamberId: place, doctorId: doctor })];
    const booked = await owner.book({ sessionId: one.id, patientId: patients[0] });
    const lease = (sessionId: string) => world.graphql('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id } }', { input: { sessionId, deviceId: patients[0], count: 1, series: 'GENERAL' } }, practice.owner.token);
    const { leaseNumbers: { id: leaseId } } = (await lease(two.id)).data;
    const refused = (await archiveAnswer(place)).errors![0]!.extensions;
    expect(refused).toMatchObject({ code: 'CONFLICT', reason: 'CHAMBER_HAS_PATIENTS', sessionIds: [one.id, two.id] });
    await owner.cancelAnswer(booked);
    await world.ok('mutation ($id: UUID!) { releaseNumbers(leaseId: $id) { id } }', { id: leaseId }, practice.owner.token);
    const three = await serial({ chamberId: place, doctorId: doctor });
    await owner.book({ sessionId: three.id, patientId: patients[0] });
    const change = await owner.change({ sessionId: three.id, kind: 'CANCEL' });
    expect((await archiveAnswer(place)).data).toEqual({ archiveChamber: { archived: true } });
    expect(reasonOf(await owner.undoAnswer(change.id))).toBe('CHAMBER_ARCHIVED');
    const waits = { patientId: patients[0], chamberId: place, doctorId: doctor, firstDay: one.localDate, lastDay: two.localDate };
    for (const answer of [
      await owner.bookAnswer({ sessionId: one.id, patientId: patients[0] }), await lease(two.id), await owner.joinWaitlistAnswer(waits),
      await owner.joinWaitlistAnswer({ sessionId: one.id, patientId: patients[0] }), await owner.bookRecurringAnswer({ sessionId: one.id, patientId: patients[0], every: 1, count: 2 }),
      await owner.previewAnswer({ sessionId: (await serial()).id, kind: 'MOVE', toSessionId: one.id }),
    ]) expect(reasonOf(answer)).toBe('CHAMBER_ARCHIVED');
    expect((await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { free overbooksLeft } } }', { id: one.id }, practice.owner.token)).clinicSession.places).toEqual({ free: 0, overbooksLeft: 0 });
  });

  it('waits for whoever is booking there, and then has patients', async () => {
    const place = await openChamber(world, practice, 'Jui Tongi');
    const session = await serial({ chamberId: place, doctorId: (await hire(world, practice, place, 'DOCTOR')).memberId });
    // Whoever books has found the chamber open, and waits for the patient.
    const lock = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await lock.query(`select pg_advisory_xact_lock(hashtextextended('appointments of ' || $1::text || $2::text, 0))`, [practice.tenantId, patients[0]]);
    const booked = owner.bookAnswer({ sessionId: session.id, patientId: patients[0] });
    await untilItWaits(world, booked);
    const archived = archiveAnswer(place);
    await untilItWaits(world, archived, 2);
    await lock.commit();
    expect((await booked).errors).toBeUndefined();
    expect(reasonOf(await archived)).toBe('CHAMBER_HAS_PATIENTS');
  });
});
/** What took the place of a session that ended, and of everybody in it. */
const succeeded = async (id: string) => (await world.ok('query ($id: UUID!) { clinicSession(id: $id) { replacedById appointments { rescheduledToId } } }', { id }, reception.token)).clinicSession;

/** Watches the queue of a session, and what is in its place. */
async function watch(id: string) {
  const socket = await Socket.connect(await portOf(world.app), reception.token);
  const events = socket.subscribe(`subscription { clinicQueueChanged(sessionId: "${id}") { session { status replacedById } } }`);
  await socket.result(events, 1);
  return { socket, until: (done: () => boolean) => socket.until(done), latest: () => socket.results(events).at(-1)!.data.clinicQueueChanged.session };
}

describe('a waitlist', () => {
  /** Who waits for this doctor, by patient and status, once background work has come so far. */
  const become = async (doctor: string, expected: Array<[number, string]>): Promise<EntryAnswer[]> => {
    const wanted = JSON.stringify(expected.map(([index, status]) => [patients[index], status]));
    for (;;) {
      const entries = await desk.waitlist(chamberId, doctor);
      if (JSON.stringify(entries.map(({ patientId, status }) => [patientId, status])) === wanted) return entries;
      await delay(20);
    }
  };
  /** As if what is held had been held too long. Past the triggers, which need to know the practice. */
  const age = (doctor: string) => world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set held_until = now() - interval '1 minute' where status = 'HELD' and doctor_id = '${doctor}'`);
  const lapse = async (doctor: string) => {
    await age(doctor);
    await hurryJobs(world);
  };
  /** A full session of its own doctor, in which these patients have booked and those wait. */
  const full = async (booked: number[], waiting: number[], changes: object = {}) => {
    const doctor = await anotherDoctor();
    const session = await serial({ doctorId: doctor, capacity: booked.length, ...changes });
    const appointments: AppointmentAnswer[] = [];
    for (const index of booked) appointments.push(await desk.book({ sessionId: session.id, patientId: patients[index] }));
    const entries: EntryAnswer[] = [];
    for (const index of waiting) entries.push(await desk.joinWaitlist({ sessionId: session.id, patientId: patients[index] }));
    return { doctor, session, appointments, entries };
  };
  // At whatever time of the day this runs.
  beforeAll(() => world.ok('mutation { editMessageSettings(input: { version: 0, quietFrom: "00:00", quietUntil: "00:00" }) { version } }', {}, practice.owner.token));

  it('is offered a place that becomes free, the longest first, which nobody else can book, until it is taken', async () => {
    const { doctor, session, appointments: [booked], entries } = await full([0], [1, 2]);
    await become(doctor, [[1, 'WAITING'], [2, 'WAITING']]);
    await desk.cancelAnswer(booked!);
    const [first] = await become(doctor, [[1, 'OFFERED'], [2, 'WAITING']]);
    const SHOWN = 'query ($id: UUID!) { waitlist(chamberId: $id) { id session { id } offeredAppointment { number allowedTransitions } } }';
    expect((await world.ok(SHOWN, { id: chamberId }, reception.token)).waitlist.find(({ id }: { id: string }) => id === first!.id))
      .toEqual({ id: first!.id, session: { id: session.id }, offeredAppointment: { number: 2, allowedTransitions: ['BOOKED', 'CANCELLED'] } });
    expect(Math.abs(Date.parse(first!.offeredUntil!) - Date.now() - 30 * 60_000)).toBeLessThan(30_000);
    expect(await desk.queue(session.id)).toMatchObject([{ status: 'CANCELLED' }, { id: first!.offeredAppointmentId, status: 'HELD', patientId: patients[1], number: 2 }]);
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[3] }))).toBe('SESSION_FULL');
    const answers = await Promise.all([1, 2, 3].map(() => desk.endWaitingAnswer('acceptWaitlistOffer', first!)));
    expect(answers.filter(({ errors }) => !errors)).toMatchObject([{ data: { acceptWaitlistOffer: { status: 'BOOKED', offeredUntil: null } } }]);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['OFFER_IS_OVER', 'OFFER_IS_OVER']);
    const { endedWaiting } = await world.ok('query ($id: UUID!) { endedWaiting(chamberId: $id, first: 1) { totalCount edges { node { id status } } } }', { id: chamberId }, reception.token);
    expect(endedWaiting).toEqual({ totalCount: 1, edges: [{ node: { id: first!.id, status: 'BOOKED' } }] });
    expect((await desk.queue(session.id))[1]).toMatchObject({ status: 'BOOKED' });
    const { appointment } = await world.ok('query ($id: UUID!) { appointment(id: $id) { messages { kind } } }', { id: first!.offeredAppointmentId }, reception.token);
    expect(appointment.messages.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['CONFIRMATION', 'REMINDER_EVENING', 'REMINDER_SOON', 'WAITLIST_OFFER']);
    expect(reasonOf(await desk.endWaitingAnswer('acceptWaitlistOffer', entries[1]!))).toBe('OFFER_IS_OVER');
    const { auditEntries } = await world.ok('query ($id: UUID!) { auditEntries(filter: { recordId: $id }) { edges { node { operation } } } }', { id: first!.id }, practice.owner.token);
    expect(auditEntries.edges.map(({ node }: { node: { operation: string } }) => node.operation)).toContain('server.offerPlace');
  });

  it('has an offer that the desk cannot move, and that nobody can take once the doctor has left', async () => {
    const { doctor, session, appointments: [booked] } = await full([0], [1]);
    await desk.cancelAnswer(booked!);
    const [entry] = await become(doctor, [[1, 'OFFERED']]);
    const held = (await desk.queue(session.id)).find(({ id }) => id === entry!.offeredAppointmentId)!;
    const other = await serial();
    expect((await desk.rescheduleAnswer({ id: held.id, version: held.version, sessionId: other.id })).errors![0]!.extensions).toMatchObject({ reason: 'APPOINTMENT_STATUS', status: 'HELD' });
    await world.ok('mutation ($id: UUID!, $chamberId: UUID!) { removeAssignment(memberId: $id, chamberId: $chamberId) { id } }', { id: doctor, chamberId }, practice.owner.token);
    expect((await desk.queue(session.id)).find(({ id }) => id === held.id)!['allowedTransitions']).toEqual(['CANCELLED']);
    expect(reasonOf(await desk.endWaitingAnswer('acceptWaitlistOffer', entry!))).toBe('DOCTOR_LEFT');
    expect((await desk.endWaitingAnswer('leaveWaitlist', entry!)).errors).toBeUndefined();
    expect(await statuses(session.id)).toEqual(['1 CANCELLED', '2 CANCELLED']);
  });

  it('passes a place on when it is not taken in time, and leaves it to all when nobody waits', async () => {
    const { doctor, session, appointments: [booked] } = await full([0], [1, 2]);
    await desk.cancelAnswer(booked!);
    const [first] = await become(doctor, [[1, 'OFFERED'], [2, 'WAITING']]);
    await age(doctor);
    expect(reasonOf(await desk.endWaitingAnswer('acceptWaitlistOffer', first!))).toBe('OFFER_IS_OVER');
    await lapse(doctor);
    await become(doctor, [[2, 'OFFERED']]);
    expect(reasonOf(await desk.endWaitingAnswer('acceptWaitlistOffer', first!))).toBe('OFFER_IS_OVER');
    await lapse(doctor);
    await become(doctor, []);
    expect(await desk.queue(session.id)).toMatchObject([{ status: 'CANCELLED' }, { status: 'EXPIRED' }, { status: 'EXPIRED' }]);
    expect(await desk.book({ sessionId: session.id, patientId: patients[3] })).toMatchObject({ number: 4 });
  });

  it('for some days is offered any session of them, but no time at which the patient is elsewhere', async () => {
    const [day, doctor] = [freshDay(), await anotherDoctor()];
    const hour = { localDate: day, mode: 'SLOT', slotMinutes: 60, capacity: undefined, startsAt: '17:00', endsAt: '18:00' };
    const [wanted, there] = [await owner.addSession({ chamberId, ...hour, doctorId: doctor }), await owner.addSession({ chamberId, ...hour, doctorId: await anotherDoctor() })];
    const booked = await desk.book({ sessionId: wanted.id, patientId: patients[0], slotFrom: wanted.startsAt });
    await desk.book({ sessionId: there.id, patientId: patients[1], slotFrom: there.startsAt });
    const [, second] = [await desk.joinWaitlist({ chamberId, doctorId: doctor, firstDay: day, lastDay: day, patientId: patients[1] }), await desk.joinWaitlist({ chamberId, doctorId: doctor, firstDay: day, lastDay: day, patientId: patients[2] })];
    await desk.cancelAnswer(booked);
    await become(doctor, [[1, 'WAITING'], [2, 'OFFERED']]);
    expect((await desk.endWaitingAnswer('leaveWaitlist', second)).data.leaveWaitlist).toMatchObject({ status: 'LEFT', offeredUntil: null });
    expect((await desk.queue(wanted.id)).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(reasonOf(await desk.endWaitingAnswer('leaveWaitlist', second))).toBe('OFFER_IS_OVER');
    const added = await owner.addSession({ chamberId, ...hour, doctorId: doctor, startsAt: '19:00', endsAt: '20:00' });
    const [last] = await become(doctor, [[1, 'OFFERED']]);
    expect(await desk.queue(added.id)).toMatchObject([{ id: last!.offeredAppointmentId, status: 'HELD' }]);
  });

  it.each<[string, (of: Awaited<ReturnType<typeof full>>) => Promise<unknown>]>([
    ['an appointment is moved to another session', async ({ appointments: [one] }) => desk.rescheduleAnswer({ id: one!.id, version: one!.version, sessionId: (await serial({ doctorId: await anotherDoctor() })).id })],
    ['a session takes more patients', async ({ session }) => owner.editAnswer({ id: session.id, version: session.version, capacity: 2 })],
    ['somebody who was called does not come', async ({ session, appointments: [one] }) => {
      await desk.open(session.id);
      await desk.step('startClinicSession', session.id);
      await desk.step('noteArrival', one!.id);
      for (let time = 0; time < 3; time++) for (const step of ['callPatient', 'skipPatient']) await desk.step(step, one!.id);
    }],
  ])('is offered what is free when %s', async (_, free) => {
    const it = await full([0], [1]);
    await free(it);
    await become(it.doctor, [[1, 'OFFERED']]);
  });

  it('is offered nothing on a day that was closed, into which nobody is moved and of which no device takes numbers along', async () => {
    const { doctor, session, appointments: [booked] } = await full([0, 3], [1]);
    const other = await serial({ doctorId: doctor });
    const moving = await desk.book({ sessionId: other.id, patientId: patients[4] });
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { closure { id } } }', { input: { chamberId, doctorId: doctor, firstDay: session.localDate, lastDay: session.localDate, reason: 'away' } }, practice.owner.token);
    await desk.cancelAnswer(booked!);
    const lease = await world.graphql('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id } }', { input: { sessionId: session.id, deviceId: randomUUID(), count: 1 } }, reception.token);
    expect([lease, await desk.previewAnswer({ sessionId: other.id, kind: 'MOVE', toSessionId: session.id }), await desk.rescheduleAnswer({ id: moving.id, version: moving.version, sessionId: session.id })].map(reasonOf))
      .toEqual(Array(3).fill('DAY_CLOSED'));
    while ((await world.sql('superuser', `select from graphile_worker.jobs where task_identifier = 'offerPlaces' and run_at <= now()`)).length) await delay(20);
    await become(doctor, [[1, 'WAITING']]);
  });

  it('is offered the places of a series that is cancelled', async () => {
    const { session, doctor } = await full([], [], { capacity: 1 });
    const series = await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 2 });
    await desk.joinWaitlist({ sessionId: session.id, patientId: patients[1] });
    await desk.cancelSeriesAnswer({ recurrenceId: series.recurrenceId });
    await become(doctor, [[1, 'OFFERED']]);
  });

  it('follows its session to another time and back, and is offered a place there when that cannot be undone', async () => {
    const { doctor, session, appointments: [, second] } = await full([0, 1], [2, 3]);
    await desk.cancelAnswer(second!);
    await become(doctor, [[2, 'OFFERED'], [3, 'WAITING']]);
    const change = await desk.change({ sessionId: session.id, kind: 'SHIFT', startsAt: '09:00' });
    const there = await become(doctor, [[2, 'WAITING'], [3, 'WAITING']]);
    expect(there.map(({ sessionId }) => sessionId)).toEqual([change.newSessionId, change.newSessionId]);
    const { restoredSessionId } = await desk.undo(change.id);
    const [first] = await become(doctor, [[2, 'OFFERED'], [3, 'WAITING']]);
    expect((await desk.queue(restoredSessionId!)).find(({ status }) => status === 'HELD')).toMatchObject({ id: first!.offeredAppointmentId });
  });

  it('is offered each place once, however many cancel and book at the same moment', async () => {
    const { doctor, session, appointments } = await full([0, 1, 2], [3, 4, 5, 6]);
    const [, , , ...booked] = await Promise.all([...appointments.map((one) => desk.cancelAnswer(one)), ...[7, 8].map((index) => desk.bookAnswer({ sessionId: session.id, patientId: patients[index] }))]);
    const others = booked.filter(({ errors }) => !errors).length;
    await become(doctor, [3, 4, 5, 6].map((index, place) => [index, place < 3 - others ? 'OFFERED' : 'WAITING']));
    expect((await desk.queue(session.id)).filter(({ status }) => ['HELD', 'BOOKED'].includes(status))).toHaveLength(3);
  });

  it('is offered nothing of a session that has changed since it was looked at, and loses nothing that is still held', async () => {
    const { doctor, session, appointments: [booked], entries: [entry] } = await full([0], [1]);
    const [{ queueVersion } = { queueVersion: 0 }] = await world.sql<{ queueVersion: number }>('superuser', 'select queue_version::integer as "queueVersion" from clinic.sessions where id = $1', [session.id]);
    const offer = (version: number, queue: number) => world.sql('audit', `select platform.offer_place($1, $2, $3, $4, $5, gen_random_uuid(), 'GENERAL', 2, null, null, '\\x00', now() + interval '1 hour', gen_random_uuid())`,
      [practice.tenantId, entry!.id, session.id, version, queue]);
    await expect(offer(session.version + 1, queueVersion)).rejects.toThrow('the session has changed meanwhile');
    await expect(offer(session.version, queueVersion - 1)).rejects.toThrow('the session has changed meanwhile');
    // Nor beyond the places, in another session than that which they wait for, or for longer than any place is held.
    await expect(offer(session.version, queueVersion)).rejects.toThrow('the session has no such place left');
    const roomy = await serial({ doctorId: doctor, capacity: 2 });
    const [{ queue } = { queue: 0 }] = await world.sql<{ queue: number }>('superuser', 'select queue_version::integer as queue from clinic.sessions where id = $1', [roomy.id]);
    const offerIn = (entryId: string, hold: string) => world.sql('audit', `select platform.offer_place($1, $2, $3, $4, $5, gen_random_uuid(), 'GENERAL', 1, null, null, '\\x00', now() + $6::interval, gen_random_uuid())`,
      [practice.tenantId, entryId, roomy.id, roomy.version, queue, hold]);
    await expect(offerIn(entry!.id, '1 hour')).rejects.toThrow('the patient waits for something else');
    const [{ id: waiting } = { id: '' }] = await world.sql<{ id: string }>('superuser', `set session_replication_role = replica; insert into clinic.waitlist_entries (tenant_id, id, chamber_id, doctor_id, session_id, first_day, last_day, patient_id, visit_type, details, added_by)
      select w.tenant_id, gen_random_uuid(), w.chamber_id, w.doctor_id, '${roomy.id}', w.first_day, w.last_day, w.patient_id, w.visit_type, w.details, w.added_by from clinic.waitlist_entries w where w.id = '${entry!.id}' returning id`);
    await expect(offerIn(waiting, '900 days')).rejects.toThrow('no place is held so long');
    await world.sql('superuser', `set session_replication_role = replica; delete from clinic.waitlist_entries where id = '${waiting}'`);
    await desk.cancelAnswer(booked!);
    await become(doctor, [[1, 'OFFERED']]);
    await expect(world.sql('audit', `select platform.settle_waiting($1, $2, 'OFFERED', 'LAPSED')`, [practice.tenantId, entry!.id])).rejects.toThrow('the entry is not as it was read');
  });

  it('ends when the last day is over', async () => {
    const { doctor, entries: [entry] } = await full([0], [1]);
    await world.sql('superuser', `update clinic.waitlist_entries set first_day = current_date - 9, last_day = current_date - 2 where id = $1`, [entry!.id]);
    await world.sql('superuser', `select graphile_worker.add_job('endWaiting')`);
    await become(doctor, []);
    expect(await world.sql('superuser', 'select status from clinic.waitlist_entries where id = $1', [entry!.id])).toEqual([{ status: 'LAPSED' }]);
  });

  it('is joined once, for a session or for days, by those who book there', async () => {
    const { doctor, session } = await full([0], []);
    const range = { chamberId, doctorId: doctor, firstDay: dayFromNow(1), lastDay: dayFromNow(4), patientId: patients[1] };
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...range, sessionId: session.id }))).toEqual(['input.sessionId SESSION_OR_DAYS']);
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...range, firstDay: dayFromNow(-1) }))).toEqual(['input.firstDay PAST']);
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...range, lastDay: dayFromNow(0) }))).toEqual(['input.lastDay BEFORE_FIRST']);
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...range, lastDay: dayFromNow(100) }))).toEqual(['input.lastDay TOO_LONG']);
    expect(faultsOf(await desk.joinWaitlistAnswer({ ...range, firstDay: dayFromNow(380), lastDay: dayFromNow(381), doctorId: reception.memberId }))).toEqual(['input.doctorId NOT_A_DOCTOR_THERE', 'input.lastDay TOO_FAR']);
    const answers = await Promise.all([1, 2, 3].map(() => desk.joinWaitlistAnswer(range)));
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['WAITS_ALREADY', 'WAITS_ALREADY']);
    const stranger = new Appointments(world, (await hire(world, practice, await openChamber(world, practice, 'Jui Banani'), 'RECEPTIONIST')).token);
    expect(codeOf(await stranger.joinWaitlistAnswer({ sessionId: session.id, patientId: patients[2] }))).toBe('FORBIDDEN');
    expect(codeOf(await stranger.endWaitingAnswer('leaveWaitlist', answers.find(({ errors }) => !errors)!.data.joinWaitlist))).toBe('FORBIDDEN');
    await desk.change({ sessionId: session.id, kind: 'CANCEL' });
    expect(reasonOf(await desk.joinWaitlistAnswer({ sessionId: session.id, patientId: patients[2] }))).toBe('SESSION_STATUS');
  });
});
