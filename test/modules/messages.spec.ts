import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { HttpSms } from '../../src/messages/http-sms.js';
import { SmsFiles } from '../../src/messages/sms-files.js';
import { NoGateway, SmsNotSent } from '../../src/messages/sms-transport.js';
import { type AppointmentAnswer, Appointments, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { Consents } from '../support/consents.js';
import { takeDepositAnswer } from '../support/deposits.js';
import { entriesOf } from '../support/entries.js';
import { hurryJobs } from '../support/mails.js';
import { Online } from '../support/online.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { SmsGateway } from '../support/sms-gateway.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

interface Message {
  id: string;
  kind: string;
  state: string;
  dueAt: string;
  sentAt: string | null;
  reason: string | null;
  tries: number;
  text: string | null;
}

const SETTINGS = '{ messageSettings { quietFrom quietUntil nearAhead version } }';
const EDIT = 'mutation ($input: EditMessageSettingsInput!) { editMessageSettings(input: $input) { quietFrom quietUntil nearAhead version } }';

let gateway: SmsGateway;
let world: World;
let practice: Practice;
let chamberId: string;
let doctorId: string;
let reception: Person;
let desk: Appointments;
let owner: Appointments;
let days = 3;
let numbers = 10;

/** Somebody who has agreed to SMS, unless told, and the number of theirs. */
async function patient({ agrees = true, phone = true } = {}): Promise<{ id: string; number: string }> {
  const number = `+88017112233${numbers++}`;
  const { id } = await new Patients(world, reception.token).register({ nameEn: `Patient ${number.slice(-2)}`, ...(phone && { phones: [{ number, label: 'OWN' }] }) });
  if (agrees) await new Consents(world, practice.owner.token).record(id, { purpose: 'SMS', choice: 'GRANTED', method: 'VERBAL' });
  return { id, number };
}
const session = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: dayFromNow(days++), ...changes });
async function messagesOf(id: string, { token }: Person = reception): Promise<Message[]> {
  return (await world.ok('query ($id: UUID!) { appointment(id: $id) { messages { id kind state dueAt sentAt reason gatewayStatus tries text } } }', { id }, token)).appointment.messages;
}
async function messageOnce(id: string, kind: string, fulfils: (message: Message) => boolean): Promise<Message> {
  for (;;) {
    const message = (await messagesOf(id)).find((one) => one.kind === kind && fulfils(one));
    if (message) return message;
    await delay(20);
  }
}
const isSettled = ({ state }: Message): boolean => state !== 'QUEUED';
const makeDue = (appointment: AppointmentAnswer, kind: string) =>
  world.sql('superuser', 'update clinic.messages set due = now() where appointment_id = $1 and kind = $2', [appointment.id, kind]);
const quiet = async (from: string, until: string) => {
  const { messageSettings: { version } } = await world.ok(SETTINGS, {}, practice.owner.token);
  await world.ok(EDIT, { input: { version, quietFrom: from, quietUntil: until } }, practice.owner.token);
};

beforeAll(async () => {
  gateway = await SmsGateway.start();
  world = await World.open(gateway.settings());
  practice = await world.practice('Shanti Clinic');
  chamberId = await openChamber(world, practice, 'Shanti Uttara');
  doctorId = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
});
afterAll(async () => {
  await world.close();
  await gateway.stop();
});
// At whatever time of the day this runs.
beforeEach(() => quiet('00:00', '00:00'));
afterEach(() => {
  gateway.verdict = () => 202;
});

describe('a booking', () => {
  it('is confirmed by SMS, with the number, the time, the doctor and the chamber', async () => {
    const [{ id, number }, { id: sessionId, localDate }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    const [sms] = await gateway.to(number);
    const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(localDate)).replace(',', '');
    const text = `Booked: serial 1, ${day}, 5:00 pm. Rokeya Akter, Shanti Uttara`;
    expect(await messageOnce(booked.id, 'CONFIRMATION', isSettled)).toEqual({ id: sms!.id, kind: 'CONFIRMATION', state: 'SENT', dueAt: expect.any(String), sentAt: expect.any(String), reason: null, gatewayStatus: null, tries: 1, text });
    expect(sms).toEqual({ id: sms!.id, to: number, from: 'Shanti', text });
    expect(gateway.requests.find(({ sms: { id: one } }) => one === sms!.id)).toMatchObject({ authorization: 'Bearer shared-with-the-gateway', idempotencyKey: sms!.id });
  });

  it('is told in Bangla where the chamber speaks it', async () => {
    const { addChamber } = await world.ok('mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }',
      { input: { name: 'শান্তি মিরপুর', timeZone: 'Asia/Dhaka', locale: 'bn_BD', receiptPrefix: 'MIRPUR' } }, practice.owner.token);
    const { memberId } = await hire(world, practice, addChamber.id, 'DOCTOR');
    const { id, number } = await patient();
    const { id: sessionId } = await session({ chamberId: addChamber.id, doctorId: memberId });
    await owner.book({ sessionId, patientId: id });
    expect((await gateway.to(number))[0]!.text).toMatch(/^সিরিয়াল ১, .+ বিকাল ৫:০০। Rokeya Akter, শান্তি মিরপুর$/);
  });

  it('has reminders, on the evening before and two hours before', async () => {
    const [{ id }, { id: sessionId, localDate, startsAt }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    const evening = Temporal.PlainDate.from(localDate).subtract({ days: 1 }).toZonedDateTime({ timeZone: 'Asia/Dhaka', plainTime: '18:00' });
    expect((await messagesOf(booked.id)).slice(1).map(({ kind, state, dueAt, text }) => ({ kind, state, dueAt: Date.parse(dueAt), text }))).toEqual([
      { kind: 'REMINDER_EVENING', state: 'QUEUED', dueAt: evening.epochMilliseconds, text: null },
      { kind: 'REMINDER_SOON', state: 'QUEUED', dueAt: Date.parse(startsAt) - 7_200_000, text: null },
    ]);
  });

  it('is told to nobody who has not agreed, or has no number', async () => {
    const [{ id: unasked }, { id: unreachable }, { id: sessionId }] = [await patient({ agrees: false }), await patient({ phone: false }), await session()];
    const [one, other] = [await desk.book({ sessionId, patientId: unasked }), await desk.book({ sessionId, patientId: unreachable })];
    expect(await messageOnce(one.id, 'CONFIRMATION', isSettled)).toMatchObject({ state: 'SUPPRESSED', reason: 'NO_CONSENT', tries: 0, text: null });
    expect(await messageOnce(other.id, 'CONFIRMATION', isSettled)).toMatchObject({ state: 'SUPPRESSED', reason: 'NO_NUMBER', tries: 0 });
  });

  it('that fails leaves no message', async () => {
    const [{ id }, { id: sessionId }] = [await patient(), await session()];
    const count = async () => (await world.sql<{ count: string }>('superuser', 'select count(*) from clinic.messages'))[0]!.count;
    const before = await count();
    await world.sql('superuser', `create function public.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$; create trigger refuse before insert on audit.entries for each row when (new.operation = 'Mutation.bookAppointment' and new.outcome = 'SUCCESS') execute function public.refuse()`);
    try {
      expect((await desk.bookAnswer({ sessionId, patientId: id })).errors).toHaveLength(1);
    } finally {
      await world.sql('superuser', 'drop function public.refuse() cascade');
    }
    expect(await count()).toBe(before);
    const booked = await desk.book({ sessionId, patientId: id });
    expect(await messagesOf(booked.id)).toHaveLength(3);
  });

  it('takes no round trip more, and what is told of a hundred is read in as many as of one', async () => {
    const { id: sessionId } = await session();
    const patients = await Promise.all([1, 2, 3, 4].map(() => patient()));
    await desk.book({ sessionId, patientId: patients[0]!.id });
    expect(toTheApp(await roundTripsOf(() => desk.book({ sessionId, patientId: patients[1]!.id })))).toHaveLength(3);
    const read = () => world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { messages { kind } } } }', { id: sessionId }, reception.token);
    const few = toTheApp(await roundTripsOf(read)).length;
    for (const { id } of patients.slice(2)) await desk.book({ sessionId, patientId: id });
    expect(toTheApp(await roundTripsOf(read))).toHaveLength(few);
  });
});

describe('an appointment that changes', () => {
  it('is told when it is cancelled, and not reminded of any more', async () => {
    const [{ id, number }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    await gateway.to(number);
    await desk.cancelAnswer(booked);
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Cancelled: serial 1, /);
    await makeDue(booked, 'REMINDER_SOON');
    expect(await messageOnce(booked.id, 'REMINDER_SOON', isSettled)).toMatchObject({ state: 'SUPPRESSED', reason: 'OUT_OF_DATE', tries: 0 });
  });

  it('is told when it is moved, in place of a confirmation', async () => {
    const [{ id, number }, from, to] = [await patient(), await session(), await session()];
    const booked = await desk.book({ sessionId: from.id, patientId: id });
    await gateway.to(number);
    const moved = (await desk.rescheduleAnswer({ id: booked.id, version: booked.version, sessionId: to.id })).data.rescheduleAppointment;
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Your appointment is moved: serial 1, /);
    expect((await messagesOf(moved.id)).map(({ kind }) => kind)).toEqual(['RESCHEDULED', 'REMINDER_EVENING', 'REMINDER_SOON']);
    expect((await messagesOf(booked.id)).map(({ kind }) => kind)).toEqual(['CONFIRMATION', 'REMINDER_EVENING', 'REMINDER_SOON']);
  });

  it('is reminded of when it is near, by the time that its session has then', async () => {
    const [{ id, number }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    await gateway.to(number);
    await makeDue(booked, 'REMINDER_SOON');
    const early = await messageOnce(booked.id, 'REMINDER_SOON', ({ dueAt }) => Date.parse(dueAt) > Date.now() + 86_400_000);
    expect(early).toMatchObject({ state: 'QUEUED', tries: 0 });
    await world.sql('superuser', `update clinic.sessions set starts_at = now() + interval '90 minutes', ends_at = now() + interval '4 hours' where id = $1`, [sessionId]);
    await makeDue(booked, 'REMINDER_SOON');
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Reminder: serial 1, /);
  });
});

describe('a session with serial numbers', () => {
  it('tells those before whom few are, each once', async () => {
    const { id: sessionId } = await session();
    const patients = await Promise.all(Array.from({ length: 7 }, () => patient()));
    const booked: AppointmentAnswer[] = [];
    for (const { id } of patients) booked.push(await desk.book({ sessionId, patientId: id }));
    const told = async () => (await Promise.all(booked.map(async ({ id }) => (await messagesOf(id)).filter(({ kind }) => kind === 'SERIAL_NEAR').length)));
    await desk.open(sessionId);
    expect(await told()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    await desk.step('startClinicSession', sessionId);
    expect(await told()).toEqual([1, 1, 1, 1, 0, 0, 0]);
    await desk.step('noteArrival', booked[0]!.id);
    await desk.step('callNextPatient', sessionId);
    // Who is called is still before the others.
    expect(await told()).toEqual([1, 1, 1, 1, 0, 0, 0]);
    await desk.step('beginConsultation', booked[0]!.id);
    expect(await told()).toEqual([1, 1, 1, 1, 1, 0, 0]);
    await desk.cancelAnswer(booked[3]!);
    expect(await told()).toEqual([1, 1, 1, 1, 1, 1, 0]);
    expect((await gateway.to(patients[5]!.number, 2))[1]!.text).toBe('Your turn is near: serial 6. Please be at the chamber. Rokeya Akter, Shanti Uttara');
  });

  it('tells nobody again whose number and time came back, and whoever is near by then at once', async () => {
    const { id: sessionId } = await session();
    const patients = await Promise.all(Array.from({ length: 5 }, () => patient()));
    for (const { id } of patients) await desk.book({ sessionId, patientId: id });
    await desk.open(sessionId);
    await desk.step('startClinicSession', sessionId);
    for (const { number } of patients.slice(0, 4)) await gateway.to(number, 2);
    const { id: changeId } = await desk.change({ sessionId, kind: 'CANCEL' });
    await world.sql('superuser', 'update clinic.message_settings set near_ahead = 4 where tenant_id = $1', [practice.tenantId]);
    const { restoredSessionId } = await desk.undo(changeId);
    const near = async () => Promise.all((await desk.queue(restoredSessionId!)).map(async ({ id }) => (await messagesOf(id)).filter(({ kind }) => kind === 'SERIAL_NEAR').length));
    expect(await near()).toEqual([0, 0, 0, 0, 1]);
    await world.sql('superuser', 'update clinic.message_settings set near_ahead = 3 where tenant_id = $1', [practice.tenantId]);
    await desk.step('noteArrival', (await desk.queue(restoredSessionId!))[0]!.id);
    expect(await near()).toEqual([0, 0, 0, 0, 1]);
  });
});

describe('whoever cancels by a link', () => {
  it('lets those behind them move up, who are told as when the desk cancels, with an entry in the trail', async () => {
    const place = await openChamber(world, practice, 'Shanti Tongi');
    const online = await Online.open(world, practice, place);
    const { id: sessionId } = await owner.addSession({ chamberId: place, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
    const { secret } = await online.hold(sessionId, `+88017112233${numbers++}`);
    await online.stepAnswer('confirmOnlineBooking', secret);
    const booked: AppointmentAnswer[] = [];
    for (let n = 0; n < 5; n++) booked.push(await owner.book({ sessionId, patientId: (await patient()).id }));
    await owner.open(sessionId);
    await owner.step('startClinicSession', sessionId);
    const told = async () => (await Promise.all(booked.map(async ({ id }) => (await messagesOf(id, practice.owner)).filter(({ kind }) => kind === 'SERIAL_NEAR').length)));
    expect(await told()).toEqual([1, 1, 1, 0, 0]);
    expect((await online.stepAnswer('cancelOnlineBooking', secret)).errors).toBeUndefined();
    expect(await told()).toEqual([1, 1, 1, 1, 0]);
    const [entry] = await entriesOf(world, practice.tenantId, 'Mutation.cancelOnlineBooking');
    expect(entry!.records.filter((record) => record.startsWith('message:'))).toHaveLength(1);
  });
});

describe('a session that changes', () => {
  const evening = (day: string): number => Temporal.PlainDate.from(day).subtract({ days: 1 }).toZonedDateTime({ timeZone: 'Asia/Dhaka', plainTime: '18:00' }).epochMilliseconds;
  const told = async (id: string) => (await messagesOf(id)).map(({ kind, state, reason }) => [kind, state, reason]);
  const isOfChange = `kind in ('SESSION_LATE', 'SESSION_MOVED', 'SESSION_CANCELLED')`;
  /** As if a change had been made so long ago that it cannot be undone any more. */
  const settle = async ({ id }: { id: string }, sessionId: string) => {
    await world.sql('superuser', 'update clinic.session_changes set undo_until = now() where id = $1', [id]);
    await world.sql('superuser', `update clinic.messages set due = now() where state = 'QUEUED' and ${isOfChange} and appointment_id = any (select id from clinic.appointments where session_id = $1)`, [sessionId]);
  };
  /** Two who booked, and were told. */
  const two = async () => {
    const { id: sessionId, localDate, startsAt } = await session();
    const patients = [await patient(), await patient()];
    const booked: AppointmentAnswer[] = [];
    for (const { id } of patients) booked.push(await desk.book({ sessionId, patientId: id }));
    const numbersOf = patients.map(({ number }) => number);
    await Promise.all(numbersOf.map((number) => gateway.to(number)));
    return { sessionId, localDate, startsAt, booked, numbersOf };
  };

  it('by a delay is told to each patient when that cannot be undone any more, once for each', async () => {
    const { sessionId, booked, numbersOf } = await two();
    const first = await desk.change({ sessionId, kind: 'DELAY', minutes: 40 });
    const { dueAt } = (await messagesOf(booked[0]!.id)).find(({ kind }) => kind === 'SESSION_LATE')!;
    expect(dueAt).toBe(first.undoUntil);
    await settle(first, sessionId);
    for (const [index, number] of numbersOf.entries()) expect((await gateway.to(number, 2))[1]!.text).toMatch(new RegExp(`^The doctor is about 40 minutes late. Serial ${index + 1}, .+: from 5:40 pm\\. `));
    const second = await desk.change({ sessionId, kind: 'DELAY', minutes: 60 });
    await desk.undo(second.id);
    await settle(second, sessionId);
    await settle(await desk.change({ sessionId, kind: 'DELAY', minutes: 0 }), sessionId);
    for (const number of numbersOf) expect((await gateway.to(number, 3))[2]!.text).toMatch(/^New time: serial \d, .+, 5:00 pm\. /);
    expect(await told(booked[0]!.id)).toEqual(expect.arrayContaining([['SESSION_LATE', 'SENT', null], ['SESSION_LATE', 'SUPPRESSED', 'UNDONE'], ['SESSION_MOVED', 'SENT', null]]));
  });

  it('by a delay upon a delay is told as it is when the last one cannot be undone', async () => {
    const { sessionId, booked, numbersOf } = await two();
    const first = await desk.change({ sessionId, kind: 'DELAY', minutes: 20 });
    const second = await desk.change({ sessionId, kind: 'DELAY', minutes: 45 });
    expect(reasonOf(await desk.undoAnswer(first.id))).toBe('CHANGED_SINCE');
    await world.sql('superuser', `update clinic.messages set due = now() where appointment_id = any ($1) and ${isOfChange} and due < $2`, [booked.map(({ id }) => id), second.undoUntil]);
    for (const { id } of booked) {
      const lateOnes = async () => (await messagesOf(id)).filter(({ kind }) => kind === 'SESSION_LATE');
      // The first one waits for the second change, too.
      while ((await lateOnes()).some(({ dueAt }) => dueAt !== second.undoUntil)) await delay(20);
      expect((await lateOnes()).map(({ state }) => state)).toEqual(['QUEUED', 'QUEUED']);
    }
    await desk.undo(second.id);
    await settle(first, sessionId);
    for (const number of numbersOf) expect((await gateway.to(number, 2))[1]!.text).toContain('about 20 minutes late');
    const [third, fourth] = [await desk.change({ sessionId, kind: 'DELAY', minutes: 30 }), await desk.change({ sessionId, kind: 'DELAY', minutes: 50 })];
    await world.sql('superuser', 'update clinic.session_changes set undo_until = now() where id = $1', [third.id]);
    await settle(fourth, sessionId);
    for (const number of numbersOf) expect((await gateway.to(number, 3))[2]!.text).toContain('about 50 minutes late');
    await messageOnce(booked[1]!.id, 'SESSION_LATE', ({ reason }) => reason === 'OUT_OF_DATE');
    expect(numbersOf.map((number) => [...gateway.taken.values()].filter(({ to }) => to === number).length)).toEqual([3, 3]);
  });

  it('by taking place at another time is told with that time, and reminded of at it', async () => {
    const { sessionId, booked, numbersOf } = await two();
    const day = dayFromNow(days++);
    const change = await desk.change({ sessionId, kind: 'SHIFT', localDate: day, startsAt: '10:00' });
    const moved = await desk.queue(change.newSessionId!);
    const soon = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: 'Asia/Dhaka', plainTime: '08:00' }).epochMilliseconds;
    for (const { id } of moved) {
      expect((await messagesOf(id)).map(({ kind, state, dueAt }) => [kind, state, Date.parse(dueAt)])).toEqual([
        ['SESSION_MOVED', 'QUEUED', Date.parse(change.undoUntil)], ['REMINDER_EVENING', 'QUEUED', evening(day)], ['REMINDER_SOON', 'QUEUED', soon]]);
    }
    await settle(change, change.newSessionId!);
    for (const number of numbersOf) expect((await gateway.to(number, 2))[1]!.text).toMatch(/^New time: serial \d, .+, 10:00 am\. /);
    for (const kind of ['REMINDER_EVENING', 'REMINDER_SOON']) {
      await makeDue(booked[0]!, kind);
      expect(await messageOnce(booked[0]!.id, kind, isSettled)).toMatchObject({ state: 'SUPPRESSED', reason: 'OUT_OF_DATE' });
    }
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('UNDO_IS_OVER');
  });

  it.each(['SHIFT', 'CANCEL'])('and is put back tells nobody of it (%s), but reminds of the former time', async (kind) => {
    const { sessionId, localDate, startsAt, numbersOf } = await two();
    const change = await desk.change({ sessionId, kind, ...(kind === 'SHIFT' && { startsAt: '10:00' }) });
    const { restoredSessionId } = await desk.undo(change.id);
    const back = await desk.queue(restoredSessionId!);
    for (const { id } of back) {
      expect((await messagesOf(id)).map(({ kind: one, state, dueAt }) => [one, state, Date.parse(dueAt)])).toEqual([
        ['REMINDER_EVENING', 'QUEUED', evening(localDate)], ['REMINDER_SOON', 'QUEUED', Date.parse(startsAt) - 7_200_000]]);
    }
    const ofChange = await world.sql('superuser', `select state, reason from clinic.messages where ${isOfChange} and appointment_id = any (select id from clinic.appointments where session_id = any ($1))`, [[sessionId, change.newSessionId]]);
    expect(ofChange).toEqual(Array(2).fill({ state: 'SUPPRESSED', reason: 'UNDONE' }));
    expect(numbersOf.map((number) => [...gateway.taken.values()].filter(({ to }) => to === number).length)).toEqual([1, 1]);
  });

  it('by not taking place is told, and cannot be put back when somebody was told before', async () => {
    const { sessionId, numbersOf } = await two();
    const change = await desk.change({ sessionId, kind: 'CANCEL' });
    await world.sql('superuser', `update clinic.messages set due = now() where kind = 'SESSION_CANCELLED' and appointment_id = any (select id from clinic.appointments where session_id = $1)`, [sessionId]);
    for (const number of numbersOf) expect((await gateway.to(number, 2))[1]!.text).toMatch(/^The doctor does not come on /);
    expect(reasonOf(await desk.undoAnswer(change.id))).toBe('UNDO_IS_OVER');
    expect((await desk.queue(sessionId)).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('and is put back still tells what had not been told before', async () => {
    const now = Temporal.Now.plainTimeISO('Asia/Dhaka');
    await quiet(now.subtract({ hours: 1 }).toString().slice(0, 5), now.add({ hours: 1 }).toString().slice(0, 5));
    const [{ id }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    const { dueAt } = await messageOnce(booked.id, 'CONFIRMATION', ({ dueAt: due }) => Date.parse(due) > Date.now());
    const { restoredSessionId } = await desk.undo((await desk.change({ sessionId, kind: 'CANCEL' })).id);
    const [back] = await desk.queue(restoredSessionId!);
    expect((await messagesOf(back!.id)).find(({ kind }) => kind === 'CONFIRMATION')).toMatchObject({ state: 'QUEUED', dueAt });
  });
});

describe('who booked online', () => {
  it('is told at the number that was proved, before the desk knows them and when it has moved them, unless the patient decided against SMS', async () => {
    const online = await Online.open(world, practice, chamberId);
    const [sessions, number] = [[await session({ online: true }), await session(), await session()], `+88017112233${numbers++}`];
    const { secret } = await online.hold(sessions[0]!.id, number);
    await gateway.to(number);
    await online.stepAnswer('confirmOnlineBooking', secret);
    const [booked] = await desk.queue(sessions[0]!.id);
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Booked: serial 1, /);
    expect((await messagesOf(booked!.id)).map(({ kind }) => kind)).toEqual(['CONFIRMATION', 'REMINDER_EVENING', 'REMINDER_SOON']);
    const moved = (await desk.rescheduleAnswer({ id: booked!.id, version: booked!.version, sessionId: sessions[1]!.id })).data.rescheduleAppointment;
    expect((await gateway.to(number, 3))[2]!.text).toMatch(/^Your appointment is moved: serial 1, /);
    const { id } = await patient({ agrees: false });
    const input = { id: moved.id, version: moved.version, patientId: id };
    await world.ok('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input }, reception.token);
    const change = { sessionId: sessions[1]!.id, kind: 'CANCEL' };
    expect(await desk.preview(change)).toMatchObject({ messages: 1, notReached: 0, appointments: [{ notReached: null }] });
    await new Consents(world, practice.owner.token).record(id, { purpose: 'SMS', choice: 'REFUSED', method: 'VERBAL' });
    expect(await desk.preview(change)).toMatchObject({ messages: 0, notReached: 1, appointments: [{ notReached: 'NO_CONSENT' }] });
    await desk.cancelAnswer((await desk.queue(sessions[1]!.id))[0]!);
    expect(await messageOnce(moved.id, 'CANCELLED', isSettled)).toMatchObject({ state: 'SUPPRESSED', reason: 'NO_CONSENT' });
    expect([...gateway.taken.values()].filter(({ to }) => to === number)).toHaveLength(3);
  });

  it('and pays a deposit is told when it is booked with that', async () => {
    const place = await openChamber(world, practice, 'Shanti Banani');
    const online = await Online.open(world, practice, place, { deposit: 50_000 });
    const { id: sessionId } = await owner.addSession({ chamberId: place, doctorId: practice.owner.memberId, localDate: dayFromNow(3), online: true });
    const number = `+88017112233${numbers++}`;
    await online.hold(sessionId, number);
    const [held] = await owner.queue(sessionId);
    expect((await takeDepositAnswer(world, practice.owner.token, held!.id, { patientId: (await patient()).id })).errors).toBeUndefined();
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Booked: serial 1, /);
  });
});

describe('a place that is offered', () => {
  it('is told to who waits for it, as long as it is held', async () => {
    const [{ id: holder }, { id, number }, { id: sessionId }] = [await patient(), await patient(), await session({ capacity: 1 })];
    const booked = await desk.book({ sessionId, patientId: holder });
    const entry = await desk.joinWaitlist({ sessionId, patientId: id });
    await desk.cancelAnswer(booked);
    expect((await gateway.to(number))[0]!.text).toMatch(/^A place is free: .+, 5:00 pm, serial 2\. Call us by \d{1,2}:\d\d [ap]m to take it\. Rokeya Akter, Shanti Uttara$/);
    await desk.endWaitingAnswer('acceptWaitlistOffer', entry);
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Booked: serial 2, /);
  });
});

describe('a series', () => {
  it('is confirmed at once, reminded of day by day, and told at once when its rest is cancelled', async () => {
    const weekday = dayFromNow(days++);
    const { schedule } = await owner.addSchedule({ chamberId, doctorId, weekday: weekdayOf(weekday), startsAt: '08:00', endsAt: '09:00', mode: 'SERIAL', capacity: 10 });
    const { id, number } = await patient();
    const sessionId = (await desk.sessions(chamberId, weekday, weekday)).find(({ scheduleId }) => scheduleId === schedule.id)!.id;
    const { recurrenceId, occurrences } = await desk.bookRecurring({ sessionId, patientId: id, count: 3 });
    const kinds = async () => Promise.all(occurrences.map(async ({ appointment }) => (await messagesOf(appointment!.id)).map(({ kind }) => kind)));
    expect(await kinds()).toEqual([['CONFIRMATION', 'REMINDER_EVENING', 'REMINDER_SOON'], ['REMINDER_EVENING', 'REMINDER_SOON'], ['REMINDER_EVENING', 'REMINDER_SOON']]);
    expect((await gateway.to(number))[0]!.text).toMatch(/^Booked: serial 1, .+ and 2 more\. /);
    await desk.cancelSeriesAnswer({ recurrenceId, from: occurrences[1]!.localDate });
    expect((await gateway.to(number, 2))[1]!.text).toMatch(/^Cancelled: serial 1, .+ and 1 more\. /);
    expect((await kinds()).map((each) => each.includes('CANCELLED'))).toEqual([false, true, false]);
    expect((await messagesOf(occurrences[0]!.appointment!.id)).map(({ kind }) => kind)).not.toContain('CANCELLED');
  });
});

describe('a gateway', () => {
  const attempted = async (verdict: SmsGateway['verdict']) => {
    gateway.verdict = verdict;
    const [who, { id: sessionId }] = [await patient(), await session()];
    return { ...who, booked: await desk.book({ sessionId, patientId: who.id }) };
  };
  const untilSent = async (id: string): Promise<Message> => {
    for (;;) {
      await hurryJobs(world);
      const message = (await messagesOf(id)).find(({ kind }) => kind === 'CONFIRMATION')!;
      if (isSettled(message)) return message;
      await delay(50);
    }
  };

  it.each([400, 404, 422])('that answers %i is not asked again', async (status) => {
    const { number, booked } = await attempted(() => status);
    expect(await messageOnce(booked.id, 'CONFIRMATION', isSettled)).toMatchObject({ state: 'FAILED', reason: 'GATEWAY_REFUSED', gatewayStatus: status, tries: 1, sentAt: null });
    expect(gateway.requests.filter(({ sms }) => sms.to === number)).toHaveLength(1);
  });

  it.each([500, 503, 429, 401, 302])('that answers %i is asked again later, for the same message', async (status) => {
    const { number, booked } = await attempted(() => status);
    expect(await messageOnce(booked.id, 'CONFIRMATION', ({ reason }) => reason !== null)).toMatchObject({ state: 'QUEUED', tries: 1, ...(status === 302 ? { reason: 'UNREACHABLE', gatewayStatus: null } : { reason: 'GATEWAY_REFUSED', gatewayStatus: status }) });
    gateway.verdict = () => 202;
    expect(await untilSent(booked.id)).toMatchObject({ state: 'SENT', reason: null });
    const asked = gateway.requests.filter(({ sms }) => sms.to === number);
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked.map(({ sms }) => JSON.stringify(sms))).size).toBe(1);
  });

  it('that answers without a body has taken it', async () => {
    const { booked } = await attempted(() => 204);
    expect(await messageOnce(booked.id, 'CONFIRMATION', ({ state, reason }) => state === 'SENT' || reason !== null)).toMatchObject({ state: 'SENT', tries: 1, reason: null });
  });

  it('is not asked again for what is not so any more', async () => {
    const { number, booked } = await attempted(() => 503);
    await messageOnce(booked.id, 'CONFIRMATION', ({ reason }) => reason === 'GATEWAY_REFUSED');
    await world.sql('superuser', `update clinic.sessions set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour' where id = (select session_id from clinic.appointments where id = $1)`, [booked.id]);
    gateway.verdict = () => 202;
    expect(await untilSent(booked.id)).toMatchObject({ state: 'SUPPRESSED', reason: 'OUT_OF_DATE' });
    expect(gateway.requests.filter(({ sms }) => sms.to === number).every(({ sms }) => sms.text.includes('5:00 pm'))).toBe(true);
    expect([...gateway.taken.values()].filter(({ to }) => to === number)).toEqual([]);
  });

  it('that took a message and did not answer gets the same again, and sends it once', async () => {
    const { number, booked } = await attempted(() => 'SILENT');
    expect(await messageOnce(booked.id, 'CONFIRMATION', ({ reason }) => reason !== null)).toMatchObject({ state: 'QUEUED', tries: 1, reason: 'TIMEOUT' });
    gateway.verdict = () => 202;
    expect(await untilSent(booked.id)).toMatchObject({ state: 'SENT' });
    expect(gateway.requests.filter(({ sms }) => sms.to === number).length).toBeGreaterThan(1);
    expect(await gateway.to(number)).toHaveLength(1);
  });

  it('that cannot be reached is told by its code alone', async () => {
    const sms = { id: 'one', to: '+8801711223344', text: 'Good morning', queuedAt: new Date() };
    const gone = await SmsGateway.start();
    await gone.stop();
    await expect(new HttpSms({ kind: 'http', url: gone.url, secret: 'secret', sender: 'Shanti' }).send(sms)).rejects.toEqual(new SmsNotSent('ECONNREFUSED', false));
  });
});

describe('quiet hours', () => {
  it('put off what does not change the day, until they are over', async () => {
    const now = Temporal.Now.zonedDateTimeISO('Asia/Dhaka');
    const [from, until] = [now.subtract({ hours: 1 }), now.add({ hours: 2 })].map((time) => time.toPlainTime().toString({ smallestUnit: 'minute' }));
    await quiet(from!, until!);
    const [{ id, number }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    const end = now.add({ hours: 2 }).round({ smallestUnit: 'minute', roundingMode: 'floor' }).epochMilliseconds;
    expect(await messageOnce(booked.id, 'CONFIRMATION', ({ dueAt }) => Date.parse(dueAt) === end)).toMatchObject({ state: 'QUEUED', tries: 0 });
    // Whoever books online at that hour is there, and is answered.
    const place = await openChamber(world, practice, 'Shanti Kafrul');
    const online = await Online.open(world, practice, place);
    const night = await owner.addSession({ chamberId: place, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
    const { secret } = await online.hold(night.id, `+88017112233${numbers++}`);
    await online.stepAnswer('confirmOnlineBooking', secret);
    const [{ id: onlineId }] = (await owner.queue(night.id)) as [AppointmentAnswer];
    for (let state = 'QUEUED'; state === 'QUEUED'; await delay(20)) [{ state }] = (await messagesOf(onlineId, practice.owner)).filter(({ kind }) => kind === 'CONFIRMATION') as [Message];
    expect((await messagesOf(onlineId, practice.owner)).find(({ kind }) => kind === 'CONFIRMATION')).toMatchObject({ state: 'SENT' });
    await quiet('00:00', '00:00');
    await makeDue(booked, 'CONFIRMATION');
    expect(await gateway.to(number)).toHaveLength(1);
  });

  it('are set by who manages the practice, and seen by who books', async () => {
    const other = await world.practice('Nirupom Clinic');
    const [read, edit] = [(token: string) => world.graphql(SETTINGS, {}, token), (token: string, input: object) => world.graphql(EDIT, { input }, token)];
    expect((await read(other.owner.token)).data.messageSettings).toEqual({ quietFrom: '22:00', quietUntil: '07:00', nearAhead: 3, version: 0 });
    expect((await edit(other.owner.token, { version: 0, quietFrom: '21:30' })).data.editMessageSettings).toEqual({ quietFrom: '21:30', quietUntil: '07:00', nearAhead: 3, version: 1 });
    expect((await edit(other.owner.token, { version: 1, nearAhead: 0 })).data.editMessageSettings).toEqual({ quietFrom: '21:30', quietUntil: '07:00', nearAhead: 0, version: 2 });
    expect(codeOf(await edit(other.owner.token, { version: 1, nearAhead: 4 }))).toBe('CONFLICT');
    expect(faultsOf(await edit(other.owner.token, { version: 2, quietFrom: '24:00', quietUntil: '7:00', nearAhead: 21 }))).toEqual(['input.quietFrom NOT_A_TIME', 'input.quietUntil NOT_A_TIME', 'input.nearAhead OUT_OF_RANGE']);
    expect((await read(reception.token)).errors).toBeUndefined();
    expect(codeOf(await edit(reception.token, { version: 0 }))).toBe('FORBIDDEN');
  });
});

describe('background work', () => {
  it('sees no patient, but the number of whom a message that is due goes to', async () => {
    await expect(world.sql('jobs', 'select identity from clinic.patients')).rejects.toThrow(/permission denied/);
    await expect(world.sql('app', 'select clinic.addressee(gen_random_uuid(), gen_random_uuid())')).rejects.toThrow(/permission denied/);
    const [{ id }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    await messageOnce(booked.id, 'CONFIRMATION', isSettled);
    for (const { id: messageId } of await messagesOf(booked.id)) {
      const [row] = await world.sql('jobs', `begin; select platform.enter_to_watch('${practice.tenantId}'); select clinic.addressee('${practice.tenantId}', '${messageId}') as identity`);
      expect(row).toEqual({ identity: null });
    }
  });
});

describe('a message that lost its job', () => {
  it('is given up in the night', async () => {
    const [{ id }, { id: sessionId }] = [await patient(), await session()];
    const booked = await desk.book({ sessionId, patientId: id });
    await world.sql('superuser', `set session_replication_role = replica; update clinic.messages set due = now() - interval '4 days' where appointment_id = '${booked.id}' and kind = 'REMINDER_SOON'`);
    await world.sql('superuser', `select graphile_worker.add_job('giveUpMessages')`);
    expect(await messageOnce(booked.id, 'REMINDER_SOON', isSettled)).toMatchObject({ state: 'FAILED', reason: 'EXPIRED', tries: 0 });
    expect((await messagesOf(booked.id)).find(({ kind }) => kind === 'REMINDER_EVENING')).toMatchObject({ state: 'QUEUED' });
  });
});

describe('without a gateway', () => {
  it('nothing leaves in production, and each message says so', async () => {
    await expect(new NoGateway().send()).rejects.toEqual(new SmsNotSent('NO_GATEWAY', true));
  });

  it('messages are files that a person can read, and nobody else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'messages-'));
    try {
      const sms = { id: 'f00', to: '+8801711223344', queuedAt: new Date('2026-11-23T11:00:00Z') };
      await new SmsFiles(directory).send({ ...sms, text: 'সিরিয়াল ১২' });
      expect(readdirSync(directory)).toEqual(['2026-11-23T11-00-00.000Z-f00.txt']);
      const file = join(directory, readdirSync(directory)[0]!);
      expect(readFileSync(file, 'utf8')).toBe('To: +8801711223344\nSegments: 1 (UCS-2)\n\nসিরিয়াল ১২\n');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
