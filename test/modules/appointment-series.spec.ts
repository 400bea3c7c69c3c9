import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { Appointments, type SessionAnswer, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let chamberId: string;
let reception: Person;
let desk: Appointments;
let owner: Appointments;
let patients: string[];

const weeksAfter = (day: string, weeks: number): string => Temporal.PlainDate.from(day).add({ weeks }).toString();
const anotherDoctor = async (): Promise<string> => (await hire(world, practice, chamberId, 'DOCTOR')).memberId;

/** The first session of a doctor with weekly hours. */
async function weekly(changes: object = {}, doctorId?: string): Promise<{ doctorId: string; session: SessionAnswer }> {
  const day = dayFromNow(2);
  const doctor = doctorId ?? (await anotherDoctor());
  const { schedule } = await owner.addSchedule({ chamberId, doctorId: doctor, weekday: weekdayOf(day), startsAt: '17:00', endsAt: '20:00', mode: 'SERIAL', capacity: 10, ...changes });
  const session = (await desk.sessions(chamberId, day, day)).find(({ scheduleId }) => scheduleId === schedule.id)!;
  return { doctorId: doctor, session };
}
const on = async (day: string, { scheduleId }: SessionAnswer): Promise<SessionAnswer> => (await desk.sessions(chamberId, day, day)).find((one) => one.scheduleId === scheduleId)!;

beforeAll(async () => {
  world = await World.open();
  practice = await world.practice('Beli Clinic');
  chamberId = await openChamber(world, practice, 'Beli Uttara');
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 8 }, async (_, index) => (await register.register({ nameEn: `Patient ${index}` })).id));
});
afterAll(() => world.close());

describe('a series of appointments', () => {
  it('is booked each week, farther ahead than sessions are planned by themselves', async () => {
    const { session } = await weekly();
    const series = await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 12 });
    expect(series.booked).toBe(12);
    expect(series.occurrences.map(({ localDate }) => localDate)).toEqual(Array.from({ length: 12 }, (_, week) => weeksAfter(session.localDate, week)));
    expect(series.occurrences.every(({ appointment }) => appointment!.number === 1 && appointment!['patientId'] === patients[0])).toBe(true);
  });

  it('plans the days of its doctor alone, and names what it planned in the trail', async () => {
    const [{ session }] = [await weekly(), await weekly({ startsAt: '09:00', endsAt: '11:00' })];
    await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 6, every: 4 });
    const ahead = (weeks: number) => desk.sessions(chamberId, weeksAfter(session.localDate, weeks), weeksAfter(session.localDate, weeks));
    expect((await Promise.all([12, 15, 16, 20].map(ahead))).map((there) => there.map(({ scheduleId }) => scheduleId))).toEqual([[session.scheduleId], [], [session.scheduleId], [session.scheduleId]]);
    const [entry] = (await entriesOf(world, practice.tenantId, 'Mutation.bookRecurring')).slice(-1);
    expect(entry!.records).toEqual(expect.arrayContaining((await Promise.all([12, 16, 20].map(ahead))).flat().map(({ id }) => `clinic-session:${id}`)));
  });

  it('keeps the time of a slot, and tells on which days it is taken, the patient elsewhere, or nobody seen', async () => {
    const { session, doctorId } = await weekly({ mode: 'SLOT', slotMinutes: 30, capacity: undefined });
    const slotFrom = new Date(Date.parse(session.startsAt) + 30 * 60_000).toISOString();
    const after = (weeks: number): string => new Date(Date.parse(slotFrom) + weeks * 7 * 86_400_000).toISOString();
    const day = (weeks: number): string => weeksAfter(session.localDate, weeks);
    await desk.book({ sessionId: (await on(day(1), session)).id, patientId: patients[1], slotFrom: after(1) });
    const there = await owner.addSession({ chamberId, doctorId: await anotherDoctor(), localDate: day(2), mode: 'SLOT', slotMinutes: 30, capacity: undefined });
    await desk.book({ sessionId: there.id, patientId: patients[2], slotFrom: after(2) });
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { closure { id } } }', { input: { doctorId, firstDay: day(3), lastDay: day(3), reason: 'away' } }, practice.owner.token);
    const { booked, occurrences } = await desk.bookRecurring({ sessionId: session.id, patientId: patients[2], slotFrom, until: day(4) });
    expect(booked).toBe(2);
    expect(occurrences.map(({ obstacle, appointment }) => obstacle ?? appointment!['slotFrom'])).toEqual([slotFrom, 'SLOT_TAKEN', 'PATIENT_IS_ELSEWHERE', 'NO_SESSION', after(4)]);
  });

  it('is booked whole or not at all where that is asked for', async () => {
    const { session } = await weekly({ capacity: 1 });
    const second = await on(weeksAfter(session.localDate, 1), session);
    await desk.book({ sessionId: second.id, patientId: patients[1] });
    const answer = await desk.bookRecurringAnswer({ sessionId: session.id, patientId: patients[0], count: 3, allOrNothing: true });
    expect(reasonOf(answer)).toBe('SERIES_INCOMPLETE');
    expect(answer.errors![0]!.extensions['missed']).toEqual([{ localDate: second.localDate, obstacle: 'SESSION_FULL', obstacleId: null }]);
    expect(await desk.queue(session.id)).toEqual([]);
    expect(await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 3 })).toMatchObject({ booked: 2 });
  });

  it('is made once under one idempotency key, and each retry tells the same', async () => {
    const { session } = await weekly({ capacity: 1 });
    await desk.book({ sessionId: (await on(weeksAfter(session.localDate, 1), session)).id, patientId: patients[1] });
    const request = { sessionId: session.id, patientId: patients[0], count: 3, idempotencyKey: randomUUID() };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => desk.bookRecurringAnswer(request)));
    const again = await desk.bookRecurring(request);
    for (const { data } of [first!, ...others]) expect(data.bookRecurring).toEqual(again);
    expect(again.occurrences.map(({ obstacle }) => obstacle)).toEqual([null, 'SESSION_FULL', null]);
    expect(reasonOf(await desk.bookRecurringAnswer({ ...request, count: 4 }))).toBe('KEY_USED');
  });

  it('of many patients at the same moment gives each place once', async () => {
    const { session } = await weekly({ capacity: 2 });
    const answers = await Promise.all(patients.slice(0, 4).map((patientId) => desk.bookRecurringAnswer({ sessionId: session.id, patientId, count: 3 })));
    expect(answers.filter(({ errors }) => !errors).map(({ data }) => data.bookRecurring.booked)).toEqual([3, 3]);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['SERIES_INCOMPLETE', 'SERIES_INCOMPLETE']);
    for (const week of [0, 1, 2]) expect((await desk.queue((await on(weeksAfter(session.localDate, week), session)).id)).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is cancelled from a day on, and what was cancelled or moved before stays', async () => {
    const { session } = await weekly();
    const { recurrenceId, occurrences } = await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 4 });
    await desk.cancelAnswer(occurrences[2]!.appointment!);
    const { data } = await desk.cancelSeriesAnswer({ recurrenceId, from: occurrences[1]!.localDate });
    expect(data.cancelSeries).toMatchObject([1, 3].map((index) => ({ id: occurrences[index]!.appointment!.id, status: 'CANCELLED', endReason: 'recovered' })));
    expect(await desk.queue(session.id)).toMatchObject([{ status: 'BOOKED' }]);
    expect((await desk.cancelSeriesAnswer({ recurrenceId, from: occurrences[1]!.localDate })).data.cancelSeries).toEqual([]);
  });

  it.each([
    ['without an end', {}, 'input.count COUNT_OR_UNTIL'], ['with two ends', { count: 3, until: dayFromNow(30) }, 'input.count COUNT_OR_UNTIL'], ['of one', { count: 1 }, 'input.count OUT_OF_RANGE'],
    ['of too many', { count: 53 }, 'input.count OUT_OF_RANGE'], ['until the past', { until: dayFromNow(-1) }, 'input.until BEFORE_FIRST'], ['until too many', { until: '2090-01-01' }, 'input.until TOO_MANY'],
    ['too far ahead', { count: 3, every: 12, unit: 'MONTH' }, 'input.count TOO_FAR'], ['each thirteen weeks', { count: 3, every: 13 }, 'input.every OUT_OF_RANGE'],
  ])('%s is refused with its place', async (_, input, fault) => {
    const session = await owner.addSession({ chamberId, doctorId: await anotherDoctor(), localDate: dayFromNow(2) });
    expect(faultsOf(await desk.bookRecurringAnswer({ sessionId: session.id, patientId: patients[0], ...input }))).toEqual([fault]);
  });

  it('is for those who book in the chamber', async () => {
    const stranger = new Appointments(world, (await hire(world, practice, await openChamber(world, practice, 'Beli Mirpur'), 'RECEPTIONIST')).token);
    const { session } = await weekly();
    expect(codeOf(await stranger.bookRecurringAnswer({ sessionId: session.id, patientId: patients[0], count: 2 }))).toBe('FORBIDDEN');
    const { recurrenceId } = await desk.bookRecurring({ sessionId: session.id, patientId: patients[0], count: 2 });
    expect(codeOf(await stranger.cancelSeriesAnswer({ recurrenceId }))).toBe('FORBIDDEN');
  });
});
