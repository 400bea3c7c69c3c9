import { randomUUID } from 'node:crypto';
import { UnopenedSessions } from '../../src/appointments/unopened-sessions.service.js';
import { appointmentTransitions } from '../../src/appointments/appointment-status.js';
import { sessionTransitions } from '../../src/schedules/session-status.model.js';
import { type AppointmentAnswer, Appointments, type SessionAnswer, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { Merges } from '../support/merges.js';
import { Online } from '../support/online.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { Socket, portOf } from '../support/sockets.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

let world: World;
let practice: Practice;
let chamberId: string;
let doctorId: string;
let reception: Person;
let desk: Appointments;
let owner: Appointments;
let patients: string[];
let days = 3;
/** How many book at one moment. */
const CROWD = 200;

/** A day that no other session of this file has. */
const freshDay = (): string => dayFromNow(days++);
const serial = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: freshDay(), ...changes });
const slots = (changes: object = {}) => serial({ mode: 'SLOT', slotMinutes: 30, capacity: undefined, ...changes });

/** Changes rows past the triggers, which want a practice entered. */
const pastTriggers = (statement: string) => world.sql('superuser', `set session_replication_role = replica; ${statement}`);

beforeAll(async () => {
  world = await World.open();
  practice = await world.practice('Shanti Clinic');
  chamberId = await openChamber(world, practice, 'Shanti Uttara');
  doctorId = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = [];
  for (let at = 0; at < CROWD; at += 20) patients.push(...await Promise.all(Array.from({ length: 20 }, async (_, index) => (await register.register({ nameEn: `Patient ${at + index}` })).id)));
});
afterAll(() => world.close());

describe('a booking in a session with serial numbers', () => {
  it('gets the next number, and tells what may follow', async () => {
    const session = await serial();
    expect(await desk.book({ sessionId: session.id, patientId: patients[0] })).toMatchObject({ number: 1, series: 'GENERAL', status: 'BOOKED', allowedTransitions: ['CANCELLED'] });
    expect(await desk.book({ sessionId: session.id, patientId: patients[1] })).toMatchObject({ number: 2 });
  });

  it('two hundred at the same moment get 1 to 200, without a gap or a number twice', async () => {
    const session = await serial({ capacity: CROWD });
    const booked = await Promise.all(patients.map((patientId) => desk.book({ sessionId: session.id, patientId })));
    expect(booked.map(({ number }) => number).sort((a, b) => a - b)).toEqual(patients.map((_, index) => index + 1));
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: (await new Patients(world, reception.token).register({ nameEn: 'One Too Many' })).id }))).toBe('SESSION_FULL');
  });

  it('is the only place of the patient there, also when asked for at the same moment', async () => {
    const session = await serial();
    const answers = await Promise.all(Array.from({ length: 5 }, () => desk.bookAnswer({ sessionId: session.id, patientId: patients[0] })));
    const [made] = answers.filter(({ errors }) => !errors);
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.map(reasonOf)).toEqual(Array(4).fill('BOOKED_ALREADY'));
    expect(refused[0]!.errors![0]!.extensions['appointmentId']).toBe(made!.data.bookAppointment.id);
    expect(await desk.queue(session.id)).toHaveLength(1);
  });

  it('keeps numbers for who telephones and who shows reports', async () => {
    const session = await serial({ capacity: 6, reserved: [{ series: 'PHONE', first: 2, last: 2 }, { series: 'REPORT', first: 5, last: 6 }] });
    const numbers = [];
    for (const [index, how] of [{}, { channel: 'PHONE' }, { visitType: 'REPORT' }, {}, { channel: 'PHONE' }].entries()) {
      numbers.push((await desk.book({ sessionId: session.id, patientId: patients[index], ...how })).number);
    }
    expect(numbers).toEqual([1, 2, 5, 3, 4]);
  });

  it('gives a walk-in who has booked no second place', async () => {
    const session = await serial();
    const { id: appointmentId } = await desk.book({ sessionId: session.id, patientId: patients[0], channel: 'PHONE' });
    await desk.open(session.id);
    expect((await desk.bookAnswer({ sessionId: session.id, patientId: patients[0], channel: 'WALK_IN' })).errors![0]!.extensions).toMatchObject({ reason: 'BOOKED_ALREADY', appointmentId });
    expect(await desk.book({ sessionId: session.id, patientId: patients[1], channel: 'WALK_IN' })).toMatchObject({ status: 'ARRIVED' });
  });

  it('is made once under one idempotency key, however often it is sent', async () => {
    const session = await serial();
    const request = { sessionId: session.id, patientId: patients[3], idempotencyKey: randomUUID() };
    const made = await Promise.all([desk.bookAnswer(request), desk.bookAnswer(request), desk.bookAnswer(request)]);
    expect(new Set(made.map(({ data }) => data.bookAppointment?.id)).size).toBe(1);
    expect(reasonOf(await desk.bookAnswer({ ...request, patientId: patients[4] }))).toBe('KEY_USED');
    // The key opens nothing to who may not book there.
    const stranger = await hire(world, practice, await openChamber(world, practice, 'Shanti Gazipur'), 'RECEPTIONIST');
    expect(codeOf(await new Appointments(world, stranger.token).bookAnswer(request))).toBe('FORBIDDEN');
    expect(await desk.queue(session.id)).toHaveLength(1);
  });

  it('is moved once under one idempotency key, however often that is sent, for who may', async () => {
    const [from, to] = [await serial(), await serial()];
    const booked = await desk.book({ sessionId: from.id, patientId: patients[3] });
    const request = { id: booked.id, version: booked.version, sessionId: to.id, idempotencyKey: randomUUID() };
    const moved = await Promise.all([desk.rescheduleAnswer(request), desk.rescheduleAnswer(request), desk.rescheduleAnswer(request)]);
    const [id] = moved.map(({ data }) => data.rescheduleAppointment?.id as string);
    expect(moved.map(({ data }) => data.rescheduleAppointment)).toEqual(Array(3).fill(expect.objectContaining({ id, rescheduledFromId: booked.id, sessionId: to.id })));
    expect(reasonOf(await desk.rescheduleAnswer({ ...request, reason: 'another' }))).toBe('KEY_USED');
    const stranger = await hire(world, practice, await openChamber(world, practice, 'Shanti Narsingdi'), 'RECEPTIONIST');
    expect(codeOf(await new Appointments(world, stranger.token).rescheduleAnswer(request))).toBe('FORBIDDEN');
    expect(await desk.queue(to.id)).toHaveLength(1);
  });

  it('goes beyond the capacity only with the permission, and only so far', async () => {
    const session = await serial({ capacity: 1, overbookLimit: 1 });
    await desk.book({ sessionId: session.id, patientId: patients[0] });
    expect((await desk.bookAnswer({ sessionId: session.id, patientId: patients[1], overbook: true })).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'appointments:overbook' });
    expect(await owner.book({ sessionId: session.id, patientId: patients[1], overbook: true })).toMatchObject({ number: 2, overbooked: true });
    expect(reasonOf(await owner.bookAnswer({ sessionId: session.id, patientId: patients[2], overbook: true }))).toBe('SESSION_FULL');
  });

  it('frees its place when it is cancelled, and its number for nobody', async () => {
    const session = await serial({ capacity: 1 });
    const first = await desk.book({ sessionId: session.id, patientId: patients[0] });
    expect((await desk.cancelAnswer(first)).data.cancelAppointment).toMatchObject({ status: 'CANCELLED', endReason: 'cannot come', allowedTransitions: [] });
    expect(reasonOf(await desk.cancelAnswer(first))).toBe('STALE_VERSION');
    expect(reasonOf(await desk.cancelAnswer({ ...first, version: first.version + 1 }))).toBe('APPOINTMENT_STATUS');
    expect(await desk.book({ sessionId: session.id, patientId: patients[0] })).toMatchObject({ number: 2 });
  });
});

describe('a booking in a session with slots', () => {
  it('two hundred for one slot make one appointment, and 199 are told that it is taken', async () => {
    const session = await slots();
    const answers = await Promise.all(patients.map((patientId) => desk.bookAnswer({ sessionId: session.id, patientId, slotFrom: session.startsAt })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(CROWD - 1).fill('SLOT_TAKEN'));
  });

  it.each([
    ['without a slot', undefined, 'NEEDED'], ['between two slots', 10, 'NOT_A_SLOT'], ['before the session', -30, 'NOT_A_SLOT'], ['after it', 180, 'NOT_A_SLOT'],
  ])('is refused %s', async (_, minutes, reason) => {
    const session = await slots();
    const slotFrom = minutes === undefined ? undefined : new Date(Date.parse(session.startsAt) + minutes * 60_000).toISOString();
    expect(faultsOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[0], slotFrom }))).toEqual([`input.slotFrom ${reason}`]);
  });

  it('is refused for a patient who is elsewhere at that time', async () => {
    const day = freshDay();
    const other = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
    const [here, there] = [await slots({ localDate: day }), await slots({ localDate: day, doctorId: other })];
    const { id: appointmentId } = await desk.book({ sessionId: here.id, patientId: patients[0], slotFrom: here.startsAt });
    const refused = (await desk.bookAnswer({ sessionId: there.id, patientId: patients[0], slotFrom: there.startsAt })).errors![0]!.extensions;
    expect(refused).toMatchObject({ code: 'CONFLICT', reason: 'PATIENT_IS_ELSEWHERE', appointmentId });
    const taken = (await desk.bookAnswer({ sessionId: here.id, patientId: patients[1], slotFrom: here.startsAt })).errors![0]!.extensions;
    expect(taken).toMatchObject({ reason: 'SLOT_TAKEN', appointmentId });
    // Who works elsewhere alone is not told which it is.
    const elsewhere = await openChamber(world, practice, 'Shanti Mohakhali');
    const stranger = new Appointments(world, (await hire(world, practice, elsewhere, 'RECEPTIONIST')).token);
    const theirs = await slots({ localDate: day, chamberId: elsewhere, doctorId: (await hire(world, practice, elsewhere, 'DOCTOR')).memberId });
    const untold = (await stranger.bookAnswer({ sessionId: theirs.id, patientId: patients[0], slotFrom: theirs.startsAt })).errors![0]!.extensions;
    expect(untold['reason']).toBe('PATIENT_IS_ELSEWHERE');
    expect(untold).not.toHaveProperty('appointmentId');
  });

  it('is told every fault at once, and the path of what does not exist', async () => {
    const { id: sessionId, startsAt } = await slots();
    const faulty = { sessionId, patientId: patients[0], slotFrom: new Date(Date.parse(startsAt) + 60_000).toISOString(), note: ' ', channel: 'ONLINE', id: '00000000-0000-1000-8000-000000000000' };
    expect(faultsOf(await desk.bookAnswer(faulty))).toEqual(['input.id UUID_VERSION', 'input.note EMPTY', 'input.channel ONLINE_IS_FOR_PATIENTS', 'input.slotFrom NOT_A_SLOT']);
    const missing = async (input: object) => {
      const { code, faults } = (await desk.bookAnswer(input)).errors![0]!.extensions;
      return { code, faults };
    };
    expect(await missing({ sessionId: randomUUID(), patientId: patients[0] })).toEqual({ code: 'NOT_FOUND', faults: [{ path: ['input', 'sessionId'], reason: 'NOT_FOUND' }] });
    expect(await missing({ sessionId, patientId: randomUUID(), slotFrom: startsAt })).toEqual({ code: 'NOT_FOUND', faults: [{ path: ['input', 'patientId'], reason: 'NOT_FOUND' }] });
  });

  it('is made by one of many who book a patient with several doctors for one time, and the others are told at once', async () => {
    const day = freshDay();
    const others = await Promise.all([1, 2, 3].map(async () => slots({ localDate: day, doctorId: (await hire(world, practice, chamberId, 'DOCTOR')).memberId })));
    const answers = await Promise.all([...others, ...others, ...others].map((session) => desk.bookAnswer({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(new Set(answers.filter(({ errors }) => errors).map(reasonOf))).toEqual(new Set(['PATIENT_IS_ELSEWHERE', 'BOOKED_ALREADY']));
  });

  it('moves to another slot as another appointment that names the former', async () => {
    const session = await slots();
    const next = new Date(Date.parse(session.startsAt) + 30 * 60_000).toISOString();
    const before = await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt, note: 'brings her mother' });
    const { rescheduleAppointment: after } = (await desk.rescheduleAnswer({ id: before.id, version: before.version, sessionId: session.id, slotFrom: next })).data;
    expect(after).toMatchObject({ rescheduledFromId: before.id, slotFrom: next, status: 'BOOKED', note: 'brings her mother', endReason: null });
    expect(await desk.queue(session.id)).toMatchObject([{ id: before.id, status: 'CANCELLED' }, { id: after.id }]);
  });

  it('keeps its series when it moves, and gets one of everybody’s where none of those is left', async () => {
    const reserved = [{ series: 'PHONE', first: 2, last: 2 }];
    const [from, to, full] = [await serial({ reserved }), await serial({ reserved }), await serial({ reserved })];
    const before = await desk.book({ sessionId: from.id, patientId: patients[0], series: 'PHONE' });
    const { rescheduleAppointment: moved } = (await desk.rescheduleAnswer({ id: before.id, version: before.version, sessionId: to.id })).data;
    expect(moved).toMatchObject({ series: 'PHONE', number: 2 });
    await desk.book({ sessionId: full.id, patientId: patients[1], series: 'PHONE' });
    expect((await desk.rescheduleAnswer({ id: moved.id, version: moved.version, sessionId: full.id })).data.rescheduleAppointment).toMatchObject({ series: 'GENERAL', number: 1 });
  });

  it('stays where it was when the other slot is taken', async () => {
    const session = await slots();
    const next = new Date(Date.parse(session.startsAt) + 30 * 60_000).toISOString();
    const before = await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt });
    await desk.book({ sessionId: session.id, patientId: patients[1], slotFrom: next });
    expect(reasonOf(await desk.rescheduleAnswer({ id: before.id, version: before.version, sessionId: session.id, slotFrom: next }))).toBe('SLOT_TAKEN');
    expect((await desk.queue(session.id)).map(({ status }) => status)).toEqual(['BOOKED', 'BOOKED']);
  });
});

describe('the database itself', () => {
  /** What a statement of the application is refused with, in the practice and with every trigger. */
  const refusal = async (statement: string): Promise<unknown> => world.sql('superuser', `begin; select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); set local role sinduk_app; ${statement}; rollback`)
    .then(() => 'nothing', ({ code, constraint }: { code: string; constraint: string }) => `${code} ${constraint}`);
  const like = (table: string, id: string, changes: object) =>
    refusal(`insert into clinic.${table} select (jsonb_populate_record(r, '${JSON.stringify({ id: randomUUID(), ...changes })}')).* from clinic.${table} r where r.id = '${id}'`);

  it('gives no doctor, room or patient two places at one time, and no patient two in one session', async () => {
    const localDate = freshDay();
    const roomId = (await world.ok('mutation ($input: AddRoomInput!) { addRoom(input: $input) { id } }', { input: { chamberId, name: 'Room 7' } }, practice.owner.token)).addRoom.id;
    const other = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
    const [here, there] = [await slots({ localDate, roomId }), await slots({ localDate, doctorId: other })];
    const { id } = await desk.book({ sessionId: here.id, patientId: patients[0], slotFrom: here.startsAt });
    const inLine = await serial();
    const { id: inSerial } = await desk.book({ sessionId: inLine.id, patientId: patients[0] });
    expect(await like('appointments', id, { number: 2, patient_id: patients[1], room_id: null })).toBe('23P01 appointments__doctor__excl');
    expect(await like('appointments', id, { number: 2, patient_id: patients[1], session_id: there.id, doctor_id: other })).toBe('23P01 appointments__room__excl');
    expect(await like('appointments', id, { number: 2, session_id: there.id, doctor_id: other, room_id: null })).toBe('23P01 appointments__patient__excl');
    expect(await like('appointments', id, { number: 2, patient_id: patients[1], session_id: there.id, doctor_id: other, room_id: null })).toBe('nothing');
    expect(await like('appointments', inSerial, { number: 2, call_order: 2 })).toBe('23505 appointments__one_place');
    expect(await like('appointments', inSerial, { patient_id: patients[1] })).toBe('23505 appointments__number');
    expect(await like('sessions', here.id, { schedule_id: null, room_id: null })).toBe('23P01 sessions__doctor__excl');
    expect(await like('sessions', here.id, { schedule_id: null, doctor_id: reception.memberId })).toBe('23P01 sessions__room__excl');
    expect(await like('sessions', here.id, { schedule_id: null, doctor_id: reception.memberId, room_id: null })).toBe('nothing');
  });

  it('forgets until when a place was held, once it is booked', async () => {
    const session = await serial();
    const { id } = await desk.book({ sessionId: session.id, patientId: patients[0] });
    expect(await refusal(`update clinic.appointments set held_until = now() where id = '${id}'`)).toBe('23514 appointments__once_held');
  });
});

describe('free places', () => {
  const PLACES = 'capacity taken free overbooked overbooksLeft bySeries { series capacity taken free expectedFrom expectedUntil }';
  const FREE = `query ($chamberId: UUID, $doctorId: UUID, $from: LocalDate!, $to: LocalDate!, $first: Int, $after: String) {
    freePlaces(chamberId: $chamberId, doctorId: $doctorId, from: $from, to: $to, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { id places { ${PLACES} } slots(onlyFree: true) { from until free } } } } }`;
  const freeAnswer = (variables: Record<string, unknown>, token = reception.token) => world.graphql(FREE, variables, token);
  const freeOf = async (variables: Record<string, unknown>) => (await freeAnswer(variables)).data.freePlaces;
  const idsOf = async (variables: Record<string, unknown>): Promise<string[]> => (await freeOf(variables)).edges.map(({ node }: { node: { id: string } }) => node.id);
  const placesOf = async (id: string) => (await world.ok(`query ($id: UUID!) { clinicSession(id: $id) { places { ${PLACES} } slots { from until free } } }`, { id }, reception.token)).clinicSession;
  const newDoctor = async () => (await hire(world, practice, chamberId, 'DOCTOR')).memberId;

  it('are told by whom they are kept for, and about when their turn would be', async () => {
    const session = await serial({ capacity: 10, overbookLimit: 2, reserved: [{ series: 'PHONE', first: 9, last: 10 }] });
    for (const patientId of patients.slice(0, 3)) await desk.book({ sessionId: session.id, patientId });
    await desk.book({ sessionId: session.id, patientId: patients[3], channel: 'PHONE' });
    await owner.book({ sessionId: session.id, patientId: patients[4], overbook: true });
    const { places } = await placesOf(session.id);
    expect(places).toMatchObject({ capacity: 10, taken: 4, free: 6, overbooked: 1, overbooksLeft: 1, bySeries: [{ series: 'GENERAL', capacity: 8, taken: 3, free: 5 }, { series: 'PHONE', capacity: 2, taken: 1, free: 1 }] });
    const [general, phone] = places.bySeries;
    const minutesIn = (instant: string): number => (Date.parse(instant) - Date.parse(session.startsAt)) / 60_000;
    // The fourth of ten in three hours, of whom each before may not come; the tenth number is called after all of them.
    expect(minutesIn(general.expectedFrom)).toBeGreaterThan(0);
    expect((minutesIn(general.expectedFrom) + minutesIn(general.expectedUntil)) / 2).toBeCloseTo(3 * 18 * 0.85, 0);
    expect(Date.parse(phone.expectedFrom)).toBeGreaterThan(Date.parse(general.expectedFrom));
  });

  it('and slots are those that can be booked: neither taken nor over, and again when they are given back', async () => {
    const session = await slots({ doctorId: await newDoctor() });
    const at = (index: number): string => new Date(Date.parse(session.startsAt) + index * 30 * 60_000).toISOString();
    const one = await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: at(1) });
    const before = await placesOf(session.id);
    expect(before.slots.map(({ free }: { free: boolean }) => free)).toEqual([true, false, true, true, true, true]);
    expect(before.slots[1]).toEqual({ from: at(1), until: at(2), free: false });
    expect(before.places).toMatchObject({ capacity: 6, taken: 1, free: 5, bySeries: [{ series: 'GENERAL', free: 5, expectedFrom: null }] });
    await desk.cancelAnswer(one);
    expect((await placesOf(session.id)).places.free).toBe(6);
    await world.sql('superuser', `update clinic.sessions set starts_at = now() - interval '75 minutes', ends_at = now() + interval '105 minutes' where id = $1`, [session.id]);
    expect((await placesOf(session.id)).slots.map(({ free }: { free: boolean }) => free)).toEqual([false, false, true, true, true, true]);
  });

  it('are told and offered only while a number is left, to the desk and online, and a hold that is let go leaves none', async () => {
    const online = await Online.open(world, practice, chamberId);
    const [numbers, times] = [await serial({ capacity: 3, overbookLimit: 2, online: true, doctorId: await newDoctor() }), await slots({ online: true, doctorId: await newDoctor() })];
    const slotFrom = times.startsAt;
    const numbersLeft = (id: string, left: number) => world.sql('superuser', `update clinic.session_numbers set next = last + 1 - case series when 'OVERFLOW' then $2 else 0 end where session_id = $1`, [id, left]);
    const seen = async ({ id, localDate }: SessionAnswer) => {
      const { places, slots: shown } = await placesOf(id);
      const { availability, slots: offered } = (await online.sessionsAnswer(chamberId, localDate)).data.onlineSessions.find((one: { id: string }) => one.id === id);
      return [places.free, places.bySeries[0].free, places.overbooksLeft, shown.filter(({ free }: { free: boolean }) => free).length > 0, availability, offered.length > 0, (await idsOf({ chamberId, from: localDate, to: localDate })).includes(id)];
    };
    for (const { id } of [numbers, times]) await numbersLeft(id, 1);
    expect([await seen(numbers), await seen(times)]).toEqual([[1, 1, 1, false, 'FEW', false, true], [1, 1, 0, true, 'FEW', true, true]]);
    const [one, other] = ['+8801711990011', '+8801711990012'];
    const holds = [await online.hold(numbers.id, one), await online.hold(times.id, one, { slotFrom })];
    for (const { secret } of holds) await online.stepAnswer('cancelOnlineBooking', secret);
    expect([await seen(numbers), await seen(times)]).toEqual([[0, 0, 0, false, 'FULL', false, false], [0, 0, 0, false, 'FULL', false, false]]);
    for (const [session, at] of [[numbers, null], [times, slotFrom]] as const) {
      expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[0], slotFrom: at }))).toBe('SESSION_FULL');
      expect(reasonOf(await online.holdAnswer({ sessionId: session.id, phone: other, code: await online.code(other), slotFrom: at }))).toBe('SESSION_FULL');
    }
    // So that nobody uses numbers up: of one session a telephone number lets go of five places.
    await world.sql('superuser', 'truncate auth.throttles');
    await numbersLeft(numbers.id, 9);
    for (let n = 0; n < 4; n++) {
      const { secret } = await online.hold(numbers.id, one);
      if (n < 3) await online.stepAnswer('cancelOnlineBooking', secret);
      else await pastTriggers(`update clinic.appointments set held_until = now() where session_id = '${numbers.id}' and status = 'HELD'`);
      await world.sql('superuser', 'truncate auth.throttles');
    }
    expect(reasonOf(await online.holdAnswer({ sessionId: numbers.id, phone: one, code: await online.code(one) }))).toBe('TOO_MANY_BOOKINGS');
    expect((await online.hold(numbers.id, other)).booking).toMatchObject({ status: 'HELD' });
  });

  it('that were held too long are free, and those of a session that is over or cancelled are not', async () => {
    const session = await serial({ capacity: 2, doctorId: await newDoctor() });
    const { id } = await desk.book({ sessionId: session.id, patientId: patients[0] });
    await pastTriggers(`insert into clinic.appointments select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'number', 2, 'patient_id', null, 'status', 'HELD', 'held_until', now() + interval '1 hour'))).* from clinic.appointments a where a.id = '${id}'`);
    expect((await placesOf(session.id)).places).toMatchObject({ taken: 2, free: 0 });
    await pastTriggers(`update clinic.appointments set held_until = now() where session_id = '${session.id}' and status = 'HELD'`);
    expect((await placesOf(session.id)).places).toMatchObject({ taken: 1, free: 1 });
    expect(await idsOf({ chamberId, from: session.localDate, to: session.localDate })).toEqual([session.id]);
    await world.sql('superuser', `update clinic.sessions set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where id = $1`, [session.id]);
    expect((await placesOf(session.id)).places).toMatchObject({ free: 0, overbooksLeft: 0 });
    expect(await idsOf({ chamberId, from: session.localDate, to: session.localDate })).toEqual([]);
  });

  it('are looked for over days, in both modes, in pages, without what is full', async () => {
    const doctor = await newDoctor();
    const [a, b, c] = [await serial({ doctorId: doctor }), await slots({ doctorId: doctor }), await serial({ doctorId: doctor, capacity: 1 })];
    const last = await serial({ doctorId: doctor });
    await desk.book({ sessionId: c.id, patientId: patients[0] });
    const range = { doctorId: doctor, from: a.localDate, to: last.localDate };
    expect(await idsOf(range)).toEqual([a.id, b.id, last.id]);
    const first = await freeOf({ ...range, first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true }, edges: [{ node: { places: { free: 40 }, slots: [] } }, { node: { places: { free: 6 }, slots: { length: 6 } } }] });
    expect(await idsOf({ ...range, after: first.pageInfo.endCursor })).toEqual([last.id]);
    for (let index = 0; index < 6; index++) await desk.book({ sessionId: b.id, patientId: patients[index], slotFrom: new Date(Date.parse(b.startsAt) + index * 1_800_000).toISOString() });
    expect(await idsOf({ ...range, chamberId })).toEqual([a.id, last.id]);
    expect(faultsOf(await freeAnswer({ ...range, to: dayFromNow(1) }))).toEqual(['to BEFORE_FIRST']);
    expect(faultsOf(await freeAnswer({ from: dayFromNow(0), to: dayFromNow(60) }))).toEqual(['to TOO_LONG']);
  });

  it('are not offered on days that were closed since, or are holidays', async () => {
    const doctor = await newDoctor();
    const [kept, meant] = [await serial({ doctorId: doctor }), await serial({ doctorId: doctor })];
    const range = { doctorId: doctor, from: kept.localDate, to: meant.localDate };
    const close = (day: string, closed = doctor) => world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { kept { id } } }', { input: { doctorId: closed, chamberId, firstDay: day, lastDay: day, reason: 'away' } }, practice.owner.token);
    await close(kept.localDate);
    await close(meant.localDate, doctorId);
    expect(reasonOf(await desk.bookAnswer({ sessionId: kept.id, patientId: patients[0] }))).toBe('DAY_CLOSED');
    expect((await world.ok('query ($id: UUID!) { clinicSession(id: $id) { dayClosed } }', { id: kept.id }, reception.token)).clinicSession.dayClosed).toBe(true);
    expect(await idsOf(range)).toEqual([meant.id]);
    // Added on a day that is closed already: that is meant.
    const again = await owner.addSession({ chamberId, doctorId: doctor, localDate: kept.localDate, startsAt: '09:00', endsAt: '10:00' });
    expect(await idsOf(range)).toEqual([again.id, meant.id]);
    const { schedule } = await owner.addSchedule({ chamberId, doctorId: doctor, weekday: weekdayOf(meant.localDate), startsAt: '07:00', endsAt: '08:00', mode: 'SERIAL', capacity: 5 });
    const [planned] = (await desk.sessions(chamberId, meant.localDate, meant.localDate)).filter(({ scheduleId }) => scheduleId === schedule.id);
    await desk.book({ sessionId: planned!.id, patientId: patients[0] });
    expect(await idsOf(range)).toEqual([again.id, planned!.id, meant.id]);
    await world.ok('mutation ($input: SetHolidayInput!) { setHoliday(input: $input) { kept { id } } }', { input: { chamberId, day: meant.localDate, name: 'Boishakh', closed: true } }, practice.owner.token);
    expect(await idsOf(range)).toEqual([again.id, meant.id]);
    expect(reasonOf(await desk.bookAnswer({ sessionId: planned!.id, patientId: patients[1] }))).toBe('DAY_CLOSED');
    await desk.book({ sessionId: meant.id, patientId: patients[1] });
  });

  it('are looked for only where the caller works, in as many statements for many sessions as for one', async () => {
    const elsewhere = await openChamber(world, practice, 'Shanti Gulshan');
    const doctor = (await hire(world, practice, elsewhere, 'DOCTOR')).memberId;
    const there = await serial({ chamberId: elsewhere, doctorId: doctor });
    const range = { from: there.localDate, to: there.localDate };
    expect(await idsOf({ ...range, doctorId: doctor })).toEqual([]);
    expect((await freeAnswer({ ...range, chamberId: elsewhere })).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'appointments:read' });
    expect(codeOf(await freeAnswer({ ...range, chamberId: randomUUID() }))).toBe('NOT_FOUND');
    expect((await freeAnswer({ ...range, doctorId: doctor }, practice.owner.token)).data.freePlaces.edges).toHaveLength(1);
    const count = async (first: number) => toTheApp(await roundTripsOf(() => freeOf({ chamberId, from: dayFromNow(3), to: dayFromNow(40), first }))).map(({ statements }) => statements);
    const one = await count(1);
    expect((await freeOf({ chamberId, from: dayFromNow(3), to: dayFromNow(40), first: 100 })).edges.length).toBeGreaterThan(5);
    expect(await count(100)).toEqual(one);
    expect(one.length).toBeLessThanOrEqual(5);
  });

  it('that are left are told to who finds none of those they want', async () => {
    const session = await serial({ capacity: 3, overbookLimit: 1, reserved: [{ series: 'REPORT', first: 3, last: 3 }] });
    await desk.book({ sessionId: session.id, patientId: patients[0] });
    await desk.book({ sessionId: session.id, patientId: patients[1] });
    const refused = await desk.bookAnswer({ sessionId: session.id, patientId: patients[2] });
    expect(refused.errors![0]!.extensions).toMatchObject({ reason: 'SESSION_FULL', series: 'GENERAL', seriesWithRoom: ['REPORT'], overbooksLeft: 1 });
  });
});

describe('a device without a connection', () => {
  const LEASE = 'mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id series numbers handedIn expiresAt releasedAt } }';
  const HAND_IN = `mutation ($input: HandInBookingsInput!) { handInBookings(input: $input) {
    clientId outcome obstacle appointmentId sessionStatus mergedInto appointment { id number status series channel note patientId } } }`;
  const leaseAnswer = (sessionId: string, deviceId: string, count = 3, series = 'GENERAL', token = reception.token) => world.graphql(LEASE, { input: { sessionId, deviceId, count, series } }, token);
  const lease = async (...args: Parameters<typeof leaseAnswer>): Promise<{ id: string; numbers: number[]; expiresAt: string }> => (await leaseAnswer(...args)).data.leaseNumbers;
  const item = (leaseId: string, number: number, index: number, changes: object = {}) =>
    ({ clientId: randomUUID(), leaseId, number, patientId: patients[index], visitType: 'NEW', bookedAt: new Date().toISOString(), ...changes });
  const handInAnswer = (deviceId: string, bookings: object[], token = reception.token) => world.graphql(HAND_IN, { input: { deviceId, bookings } }, token);
  const handIn = async (deviceId: string, bookings: object[]): Promise<Array<{ outcome: string; obstacle: string | null; appointment: AppointmentAnswer | null; [field: string]: unknown }>> => (await handInAnswer(deviceId, bookings)).data.handInBookings;
  const release = (leaseId: string, token = reception.token) => world.graphql('mutation ($id: UUID!) { releaseNumbers(leaseId: $id) { releasedAt handedIn } }', { id: leaseId }, token);
  const letExpire = (leaseId: string) => world.sql('superuser', 'update clinic.number_leases set expires_at = now() where id = $1', [leaseId]);
  const outcomes = (answers: Array<{ outcome: string; obstacle: string | null }>): string[] => answers.map(({ outcome, obstacle }) => obstacle ?? outcome);

  it('takes numbers along, whose places nobody else gets, and hands in what it gave them for', async () => {
    const session = await serial({ capacity: 5, reserved: [{ series: 'PHONE', first: 4, last: 5 }] });
    const device = randomUUID();
    const { id, numbers, expiresAt } = await lease(session.id, device, 2);
    expect(numbers).toEqual([1, 2]);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
    const free = async () => (await world.ok('query ($id: UUID!) { clinicSession(id: $id) { places { taken free bySeries { series taken free } } } }', { id: session.id }, reception.token)).clinicSession.places;
    expect(await free()).toEqual({ taken: 2, free: 3, bySeries: [{ series: 'GENERAL', taken: 2, free: 1 }, { series: 'PHONE', taken: 0, free: 2 }] });
    expect(await desk.book({ sessionId: session.id, patientId: patients[0] })).toMatchObject({ number: 3 });
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[1] }))).toBe('SESSION_FULL');
    const [one, two] = await handIn(device, [item(id, 2, 1, { note: 'paid in cash', channel: 'WALK_IN' }), item(id, 1, 2)]);
    expect(one).toMatchObject({ outcome: 'BOOKED', obstacle: null, appointment: { number: 2, status: 'BOOKED', series: 'GENERAL', channel: 'WALK_IN', note: 'paid in cash', patientId: patients[1] } });
    expect(two).toMatchObject({ outcome: 'BOOKED', appointment: { number: 1 } });
    expect(await free()).toMatchObject({ taken: 3, free: 2 });
    expect((await desk.queue(session.id)).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect((await world.ok('query ($id: UUID!) { numberLeases(sessionId: $id) { numbers handedIn } }', { id: session.id }, reception.token)).numberLeases).toEqual([{ numbers: [1, 2], handedIn: [1, 2] }]);
  });

  it('hands in again after a lost answer, also at the same moment, and each is booked once', async () => {
    const session = await serial();
    const device = randomUUID();
    const { id, numbers } = await lease(session.id, device, 4);
    const bookings = numbers.map((number, index) => item(id, number, index));
    await handIn(device, bookings.slice(0, 2));
    const answers = await Promise.all([handIn(device, bookings), handIn(device, bookings), handIn(device, [...bookings].reverse())]);
    for (const answer of answers) expect(new Set(outcomes(answer))).toEqual(new Set(answer.some(({ outcome }) => outcome === 'BOOKED') ? ['ALREADY_HANDED_IN', 'BOOKED'] : ['ALREADY_HANDED_IN']));
    expect(answers.flat().filter(({ outcome }) => outcome === 'BOOKED')).toHaveLength(2);
    expect((await desk.queue(session.id)).map(({ id: one, number }) => [one, number])).toEqual(bookings.map(({ clientId, number }) => [clientId, number]));
  });

  it('that dies in the middle leaves nothing half done', async () => {
    const session = await serial();
    const device = randomUUID();
    const { id } = await lease(session.id, device, 2);
    const bookings = [item(id, 1, 0), item(id, 2, 1)];
    // The server's connection breaks while it books: it waits for whoever is about to write the id of the second.
    const other = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await other.query('insert into clinic.appointments select (jsonb_populate_record(a, $2)).* from clinic.appointments a where a.id = $1',
      [(await desk.book({ sessionId: (await serial()).id, patientId: patients[5] })).id, { id: bookings[1]!.clientId, patient_id: patients[6], number: 2, call_order: 2 }]);
    const pending = handInAnswer(device, bookings);
    await untilItWaits(world, pending);
    const cut = await world.sql('superuser', `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sinduk_app' and wait_event_type = 'Lock'`);
    expect(cut).toHaveLength(1);
    expect(codeOf(await pending)).toBe('UNAVAILABLE');
    await other.rollback();
    expect(await desk.queue(session.id)).toEqual([]);
    expect(outcomes(await handIn(device, bookings))).toEqual(['BOOKED', 'BOOKED']);
    expect((await desk.queue(session.id)).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is told of each booking what stands in its way, and the others are made', async () => {
    const session = await serial();
    const device = randomUUID();
    const { id } = await lease(session.id, device, 8);
    const booked = await desk.book({ sessionId: session.id, patientId: patients[0] });
    const first = item(id, 1, 1);
    const answers = await handIn(device, [
      first, item(id, 1, 2), item(id, 99, 2), item(randomUUID(), 2, 2), item(id, 2, 0), item(id, 2, 1), item(id, 2, 2, { patientId: randomUUID() }), item(id, 2, 2, { clientId: booked.id }), item(id, 2, 2),
    ]);
    expect(outcomes(answers)).toEqual(['BOOKED', 'NUMBER_TAKEN', 'NOT_IN_LEASE', 'NO_SUCH_LEASE', 'BOOKED_ALREADY', 'BOOKED_ALREADY', 'NO_PATIENT', 'ID_TAKEN', 'BOOKED']);
    expect(answers[1]).toMatchObject({ appointmentId: first.clientId, appointment: null });
    expect(answers[4]).toMatchObject({ appointmentId: booked.id });
    await desk.open(session.id);
    await desk.step('closeClinicSession', session.id);
    expect(await handIn(device, [item(id, 3, 3), first])).toMatchObject([{ obstacle: 'SESSION_STATUS', sessionStatus: 'CLOSED' }, { outcome: 'ALREADY_HANDED_IN', appointment: { status: 'NO_SHOW' } }]);
  });

  it('finds its places given to others when the lease is over, and its numbers to nobody', async () => {
    const session = await serial({ capacity: 2 });
    const device = randomUUID();
    const { id } = await lease(session.id, device, 2);
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[0] }))).toBe('SESSION_FULL');
    await letExpire(id);
    expect(await desk.book({ sessionId: session.id, patientId: patients[0] })).toMatchObject({ number: 3 });
    // One place is left: the first who is handed in gets it, under the number that they were told.
    const late = [item(id, 1, 1), item(id, 2, 2)];
    expect(outcomes(await handIn(device, late))).toEqual(['BOOKED', 'LEASE_EXPIRED']);
    expect((await desk.queue(session.id)).map(({ number }) => number)).toEqual([1, 3]);
    const from = await serial();
    await desk.book({ sessionId: from.id, patientId: patients[3] });
    const along = await serial({ capacity: 1 });
    const { id: kept } = await lease(along.id, device, 1);
    const move = { sessionId: from.id, kind: 'MOVE', toSessionId: along.id };
    expect(await owner.preview(move)).toMatchObject({ blocked: 1, appointments: [{ obstacle: 'NO_PLACE' }] });
    await release(kept);
    expect(await owner.preview(move)).toMatchObject({ blocked: 0 });
    const other = await serial({ capacity: 1 });
    const released = await lease(other.id, device, 1);
    const [once, twice] = [await release(released.id), await release(released.id)];
    expect(twice.data).toEqual(once.data);
    // Whoever took the number along knows that nobody was given it; of a device that is lost nobody does.
    expect(await desk.book({ sessionId: other.id, patientId: patients[0] })).toMatchObject({ number: 1 });
    expect(outcomes(await handIn(device, [item(released.id, released.numbers[0]!, 1)]))).toEqual(['NOT_IN_LEASE']);
    const third = await serial({ capacity: 1 });
    const lost = await lease(third.id, device, 1);
    await release(lost.id, practice.owner.token);
    expect(await desk.book({ sessionId: third.id, patientId: patients[0] })).toMatchObject({ number: 2 });
    expect(outcomes(await handIn(device, [item(lost.id, 1, 1)]))).toEqual(['LEASE_EXPIRED']);
  });

  it('gives back its last numbers, so that taking along and giving back uses none up', async () => {
    const session = await serial({ capacity: 6, reserved: [{ series: 'PHONE', first: 3, last: 4 }] });
    const device = randomUUID();
    const next = async () => (await world.sql<{ next: number }>('superuser', 'select next from clinic.session_numbers where session_id = $1 order by first', [session.id])).map((row) => row.next);
    const before = await next();
    for (let n = 0; n < 3; n++) {
      const { id, numbers } = await lease(session.id, device, 4);
      expect(numbers).toEqual([1, 2, 5, 6]);
      expect((await release(id)).data.releaseNumbers.releasedAt).not.toBeNull();
      expect(await next()).toEqual(before);
    }
    // What lies before a number that was given stays away.
    const { id, numbers } = await lease(session.id, device, 2);
    expect(outcomes(await handIn(device, [item(id, numbers[1]!, 0)]))).toEqual(['BOOKED']);
    await release(id);
    expect((await world.ok('query ($id: UUID!) { numberLeases(sessionId: $id) { numbers handedIn } }', { id: session.id }, reception.token)).numberLeases[0]).toEqual({ numbers: [1, 2], handedIn: [2] });
    expect(await desk.book({ sessionId: session.id, patientId: patients[1] })).toMatchObject({ number: 5 });
  });

  it('takes numbers along once under one idempotency key', async () => {
    const session = await serial();
    const input = { sessionId: session.id, deviceId: randomUUID(), count: 3, idempotencyKey: randomUUID() };
    const taken = await Promise.all([1, 2, 3].map(() => world.graphql(LEASE, { input }, reception.token)));
    expect(taken.map(({ data }) => data.leaseNumbers)).toEqual(Array(3).fill(expect.objectContaining({ numbers: [1, 2, 3] })));
    expect(new Set(taken.map(({ data }) => data.leaseNumbers.id)).size).toBe(1);
    expect(reasonOf(await world.graphql(LEASE, { input: { ...input, count: 4 } }, reception.token))).toBe('KEY_USED');
    const stranger = await hire(world, practice, await openChamber(world, practice, 'Shanti Bhaluka'), 'RECEPTIONIST');
    expect(codeOf(await world.graphql(LEASE, { input }, stranger.token))).toBe('FORBIDDEN');
  });

  it('is told when it booked, within the time of its lease, and of a request that is not the same', async () => {
    const session = await serial();
    const device = randomUUID();
    const { id } = await lease(session.id, device, 4);
    const [early, late, right] = [item(id, 1, 0, { bookedAt: '0001-01-01T00:00:00Z' }), item(id, 2, 1, { bookedAt: '9999-12-31T23:59:59Z' }), item(id, 3, 2)];
    // One number beyond all bounds spoils nothing for the others.
    expect(outcomes(await handIn(device, [early, item(id, 40_000, 3), item(id, -1, 3), item(id, 2_147_483_647, 3), late, right]))).toEqual(['BOOKED', 'NOT_IN_LEASE', 'NOT_IN_LEASE', 'NOT_IN_LEASE', 'BOOKED', 'BOOKED']);
    const booked = await desk.book({ sessionId: session.id, patientId: patients[3] });
    const { clinicSession: { appointments } } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { id bookedOfflineAt createdAt } } }', { id: session.id }, reception.token);
    const at = new Map<string, { bookedOfflineAt: string | null; createdAt: string }>(appointments.map((one: { id: string }) => [one.id, one]));
    const { created_at: leased } = (await world.sql<{ created_at: Date }>('superuser', 'select created_at from clinic.number_leases where id = $1', [id]))[0]!;
    expect(at.get(early.clientId)!.bookedOfflineAt).toBe(leased.toISOString());
    expect(at.get(late.clientId)!.bookedOfflineAt).toBe(at.get(late.clientId)!.createdAt);
    expect(at.get(right.clientId)!.bookedOfflineAt).toBe(right.bookedAt);
    expect(at.get(booked.id)!.bookedOfflineAt).toBeNull();
    for (const other of [{ patientId: patients[4] }, { note: 'paid' }, { visitType: 'REPORT' }, { channel: 'PHONE' }]) expect(await handIn(device, [{ ...right, ...other }])).toMatchObject([{ outcome: 'CONFLICT', obstacle: 'HANDED_IN_OTHERWISE', appointmentId: right.clientId, appointment: null }]);
    expect(outcomes(await handIn(device, [right]))).toEqual(['ALREADY_HANDED_IN']);
  });

  it('has at most twenty numbers of a session along, and two at once never the same', async () => {
    const session = await serial({ capacity: 25 });
    const [a, b] = [randomUUID(), randomUUID()];
    const leases = await Promise.all([lease(session.id, a, 10), lease(session.id, b, 10)]);
    expect(leases.flatMap(({ numbers }) => numbers).sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await leaseAnswer(session.id, a, 11)).errors![0]!.extensions).toMatchObject({ reason: 'TOO_MANY_LEASED', of: 'DEVICE', most: 20, held: 10 });
    expect((await lease(session.id, a, 10)).numbers).toEqual([21, 22, 23, 24, 25]);
    expect(reasonOf(await leaseAnswer(session.id, b, 1))).toBe('SESSION_FULL');
    expect(faultsOf(await leaseAnswer(session.id, b, 21))).toEqual(['input.count OUT_OF_RANGE']);
    expect(faultsOf(await leaseAnswer((await slots()).id, b, 1))).toEqual(['input.sessionId NOT_IN_THIS_MODE']);
    // Whatever ids devices make for themselves, one member takes forty; and numbers that came to nothing are no more than two hundred.
    const large = await serial({ capacity: 300 });
    for (let n = 0; n < 2; n++) await lease(large.id, randomUUID(), 20);
    expect((await leaseAnswer(large.id, randomUUID(), 1)).errors![0]!.extensions).toMatchObject({ reason: 'TOO_MANY_LEASED', of: 'MEMBER', most: 40, held: 40 });
    for (let n = 0; n < 8; n++) {
      await world.sql('superuser', 'update clinic.number_leases set expires_at = now() where session_id = $1', [large.id]);
      await lease(large.id, randomUUID(), 20);
    }
    await world.sql('superuser', 'update clinic.number_leases set expires_at = now() where session_id = $1', [large.id]);
    expect((await leaseAnswer(large.id, randomUUID(), 1)).errors![0]!.extensions).toMatchObject({ reason: 'TOO_MANY_LEASED', of: 'SESSION', most: 200, held: 200 });
    const halves = [[a, leases[0], 0], [b, leases[1], 5]] as const;
    const answers = await Promise.all(halves.map(([device, { id, numbers }, from]) => handIn(device, numbers.slice(0, 5).map((number, index) => item(id, number, from + index)))));
    expect(answers.flatMap(outcomes)).toEqual(Array(10).fill('BOOKED'));
  });

  it('hands in nothing of another device, another practice, or a chamber where its person does not work', async () => {
    const session = await serial();
    const device = randomUUID();
    const { id } = await lease(session.id, device, 2);
    expect(outcomes(await handIn(randomUUID(), [item(id, 1, 0)]))).toEqual(['NO_SUCH_LEASE']);
    const other = await world.practice('Kadam Clinic');
    expect(outcomes((await handInAnswer(device, [item(id, 1, 0)], other.owner.token)).data.handInBookings)).toEqual(['NO_SUCH_LEASE']);
    const stranger = await hire(world, practice, await openChamber(world, practice, 'Shanti Badda'), 'RECEPTIONIST');
    for (const answer of [await handInAnswer(device, [item(id, 1, 0)], stranger.token), await leaseAnswer(session.id, device, 1, 'GENERAL', stranger.token), await release(id, stranger.token)]) expect(codeOf(answer)).toBe('FORBIDDEN');
    expect(codeOf(await release(randomUUID()))).toBe('NOT_FOUND');
    expect(faultsOf(await handInAnswer(device, [item(id, 1, 0, { note: ' ', channel: 'ONLINE' }), item(id, 2, 1, { clientId: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' })]))).toEqual(['input.bookings.0.channel ONLINE_IS_FOR_PATIENTS', 'input.bookings.0.note EMPTY', 'input.bookings.1.clientId UUID_VERSION']);
    expect(await desk.queue(session.id)).toEqual([]);
  });
});

describe('figures', () => {
  const FIGURES = `query ($from: LocalDate!, $to: LocalDate!, $chamberId: UUID, $doctorId: UUID, $period: FigurePeriod, $perDoctor: Boolean, $perChamber: Boolean) {
    appointmentFigures(from: $from, to: $to, chamberId: $chamberId, doctorId: $doctorId, period: $period, perDoctor: $perDoctor, perChamber: $perChamber) {
      chamberId doctor { id } from to sessions capacity booked cancelled arrived completed noShow noShowRate meanWaitMinutes meanConsultationMinutes bookedShare usedShare } }`;
  const figuresAnswer = (variables: Record<string, unknown>, token = practice.owner.token) => world.graphql(FIGURES, variables, token);

  it('tell what became of appointments, by day, doctor and chamber', async () => {
    const place = await openChamber(world, practice, 'Shanti Mirpur');
    const doctor = (await hire(world, practice, place, 'DOCTOR')).memberId;
    const other = (await hire(world, practice, place, 'DOCTOR')).memberId;
    const at = { chamberId: place, doctorId: doctor };
    const [day, next] = [freshDay(), freshDay()];
    const session = await owner.addSession({ ...at, localDate: day, capacity: 10 });
    const [seen, stays, left, moved, gone] = await Promise.all(patients.slice(0, 5).map((patientId) => owner.book({ sessionId: session.id, patientId })));
    const later = await owner.addSession({ ...at, localDate: next, capacity: 4 });
    await owner.rescheduleAnswer({ id: moved!.id, version: moved!.version, sessionId: later.id });
    await owner.cancelAnswer(gone!);
    await owner.open(session.id);
    const walkIn = await owner.book({ sessionId: session.id, patientId: patients[6], channel: 'WALK_IN' });
    await owner.step('noteArrival', seen!.id);
    await owner.step('noteArrival', left!.id);
    await owner.step('startClinicSession', session.id);
    for (const one of [seen!, walkIn]) for (const step of ['callPatient', 'beginConsultation', 'completeConsultation']) await owner.step(step, one.id);
    await owner.step('noteNoShow', left!.id);
    await owner.step('closeClinicSession', session.id);
    for (const table of ['sessions', 'appointments']) await pastTriggers(`update clinic.${table} set local_date = '${day}' where '${session.id}' in (id${table === 'sessions' ? '' : ', session_id'})`);
    await owner.addSession({ chamberId: place, doctorId: other, localDate: day, capacity: 20 });
    expect((await owner.queue(session.id)).find(({ id }) => id === stays!.id)).toMatchObject({ status: 'NO_SHOW' });
    // They waited 30 and 10 minutes, and were seen for 12 and 8.
    for (const [id, waited, took] of [[seen!.id, 30, 12], [walkIn.id, 10, 8]] as const) {
      await pastTriggers(`update clinic.appointments set arrived_at = now() - interval '${waited} minutes', consult_at = now(), completed_at = now() + interval '${took} minutes' where id = '${id}'`);
    }
    const { data } = await figuresAnswer({ chamberId: place, from: day, to: next, period: 'DAY', perDoctor: true, perChamber: true });
    const nothing = { booked: 0, cancelled: 0, arrived: 0, completed: 0, noShow: 0, noShowRate: null, meanWaitMinutes: null, meanConsultationMinutes: null, bookedShare: 0, usedShare: null };
    const rows = [
      { doctor: { id: doctor }, from: day, to: day, sessions: 1, capacity: 10, booked: 5, cancelled: 1, arrived: 3, completed: 2, noShow: 2, noShowRate: 2 / 3, meanWaitMinutes: 20, meanConsultationMinutes: 10, bookedShare: 0.4, usedShare: 0.2 },
      { ...nothing, doctor: { id: other }, from: day, to: day, sessions: 1, capacity: 20 },
      { ...nothing, doctor: { id: doctor }, from: next, to: next, sessions: 1, capacity: 4, booked: 1, bookedShare: 0.25 },
    ].map((row) => ({ ...row, chamberId: place }));
    expect(data.appointmentFigures).toHaveLength(3);
    for (const row of rows) expect(data.appointmentFigures).toContainEqual({ ...row, noShowRate: row.noShowRate === null ? null : (expect.closeTo(row.noShowRate, 9) as number) });
    const whole = (await figuresAnswer({ chamberId: place, from: day, to: next })).data.appointmentFigures;
    expect(whole).toMatchObject([{ chamberId: null, doctor: null, from: day, to: next, sessions: 3, capacity: 34, booked: 6, usedShare: 0.2 }]);
    // Saturday and Sunday are of one week and of two months; Monday is of the next week.
    for (const [to, { id }] of [['2026-01-31', session], ['2026-02-01', later]] as const) {
      for (const table of ['sessions', 'appointments']) await pastTriggers(`update clinic.${table} set local_date = '${to}' where '${id}' in (id${table === 'sessions' ? '' : ', session_id'})`);
    }
    const over = async (period: string, from: string, to: string) => (await figuresAnswer({ chamberId: place, doctorId: doctor, from, to, period })).data.appointmentFigures.map((row: Record<string, unknown>) => [row['from'], row['to'], row['capacity'], row['booked']]);
    expect(await over('MONTH', '2026-01-10', '2026-02-20')).toEqual([['2026-01-10', '2026-01-31', 10, 5], ['2026-02-01', '2026-02-20', 4, 1]]);
    expect(await over('WEEK', '2026-01-10', '2026-02-20')).toEqual([['2026-01-26', '2026-02-01', 14, 6]]);
    await pastTriggers(`update clinic.sessions set local_date = '2026-02-02' where id = '${later.id}'; update clinic.appointments set local_date = '2026-02-02' where session_id = '${later.id}'`);
    expect(await over('WEEK', '2026-01-28', '2026-02-04')).toEqual([['2026-01-28', '2026-02-01', 10, 5], ['2026-02-02', '2026-02-04', 4, 1]]);
  });

  it('are for who manages chambers, of these alone', async () => {
    const range = { from: dayFromNow(0), to: dayFromNow(50) };
    const elsewhere = await openChamber(world, practice, 'Shanti Khilgaon');
    const manager = await hire(world, practice, elsewhere, 'MANAGER');
    expect((await figuresAnswer(range, reception.token)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'chambers:manage' });
    expect((await figuresAnswer(range, manager.token)).data.appointmentFigures).toEqual([]);
    expect(codeOf(await figuresAnswer({ ...range, chamberId }, manager.token))).toBe('FORBIDDEN');
    expect(codeOf(await figuresAnswer({ ...range, chamberId: randomUUID() }))).toBe('NOT_FOUND');
    expect(faultsOf(await figuresAnswer({ from: dayFromNow(0), to: dayFromNow(92), period: 'DAY' }))).toEqual(['to TOO_LONG']);
    expect(toTheApp(await roundTripsOf(() => figuresAnswer({ ...range, period: 'DAY' })))).toHaveLength(1);
  });
});

describe('the day of a session', () => {
  it('is awaited: before it nobody comes or stays away, and nothing is opened, whoever asks', async () => {
    const session = await serial();
    const { id: one } = await desk.book({ sessionId: session.id, patientId: patients[0] });
    for (const [step, id] of [['openClinicSession', session.id], ['noteArrival', one], ['noteNoShow', one]] as const) {
      const refused = await desk.stepAnswer(step, id);
      expect(reasonOf(refused)).toBe('TOO_EARLY');
      expect(refused.errors![0]!.extensions['from']).toBe(new Date(`${session.localDate}T00:00+06:00`).toISOString());
    }
    expect(await desk.session(session.id)).toMatchObject({ status: 'PLANNED', allowedTransitions: ['CANCELLED'] });
    const inPractice = (statement: string) => world.sql('superuser', `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); ${statement}`);
    await expect(inPractice(`update clinic.sessions set status = 'OPEN' where id = '${session.id}'`)).rejects.toMatchObject({ code: 'SK060', message: 'the day of the session has not begun' });
    await expect(inPractice(`update clinic.appointments set status = 'NO_SHOW' where id = '${one}'`)).rejects.toMatchObject({ code: 'SK061', message: 'the day of the appointment has not begun' });
    await desk.dayComes(session.id);
    expect(await desk.session(session.id)).toMatchObject({ allowedTransitions: ['OPEN', 'CANCELLED'] });
    expect((await desk.queue(session.id))[0]!['allowedTransitions']).toEqual(['CANCELLED', 'NO_SHOW']);
  });

  it('tells of the session which steps succeed now, for who may take them', async () => {
    const nurse = new Appointments(world, (await hire(world, practice, chamberId, 'NURSE')).token);
    const { id } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const told = async (): Promise<string[]> => (await desk.session(id)).allowedTransitions;
    await desk.open(id);
    expect(await told()).toEqual(['RUNNING', 'CLOSED', 'CANCELLED']);
    expect((await nurse.session(id)).allowedTransitions).toEqual([]);
    await desk.step('noteArrival', one);
    expect(await told()).toEqual(['RUNNING', 'CANCELLED']);
    for (const [step, of] of [['startClinicSession', id], ['callPatient', one], ['beginConsultation', one]] as const) await desk.step(step, of);
    expect(await told()).toEqual(['PAUSED']);
    await desk.step('completeConsultation', one);
    expect(await told()).toEqual(['PAUSED', 'CLOSED', 'CANCELLED']);
  });

  it('goes from arrival to completion, and leaves whoever did not come', async () => {
    const { id } = await serial();
    const [a, b, c] = await Promise.all([0, 1, 2].map((index) => desk.book({ sessionId: id, patientId: patients[index] })));
    await desk.dayComes(id);
    expect(reasonOf(await desk.stepAnswer('noteArrival', a!.id))).toBe('SESSION_STATUS');
    await desk.open(id);
    await desk.step('noteArrival', a!.id);
    await desk.step('noteArrival', b!.id);
    expect(reasonOf(await desk.stepAnswer('callNextPatient', id))).toBe('SESSION_STATUS');
    await desk.step('startClinicSession', id);
    const called = await desk.step('callNextPatient', id);
    expect(called.status).toBe('CALLED');
    expect(reasonOf(await desk.stepAnswer('completeConsultation', called.id))).toBe('APPOINTMENT_STATUS');
    await desk.step('beginConsultation', called.id);
    expect(reasonOf(await desk.stepAnswer('closeClinicSession', id))).toBe('PATIENTS_WAIT');
    expect(await desk.step('completeConsultation', called.id)).toMatchObject({ status: 'COMPLETED', allowedTransitions: [] });
    const second = await desk.step('callNextPatient', id);
    await desk.step('beginConsultation', second.id);
    await desk.step('completeConsultation', second.id);
    expect(reasonOf(await desk.stepAnswer('callNextPatient', id))).toBe('NOBODY_WAITS');
    expect(await desk.step('closeClinicSession', id)).toMatchObject({ status: 'CLOSED' });
    expect((await desk.queue(id)).find((one) => one.id === c!.id)).toMatchObject({ status: 'NO_SHOW' });
    expect(reasonOf(await desk.bookAnswer({ sessionId: id, patientId: patients[9] }))).toBe('SESSION_STATUS');
  });

  it('notes somebody who was called in vain three times as not having come', async () => {
    const { id } = await serial();
    await desk.open(id);
    const { id: walkIn, status } = await desk.book({ sessionId: id, patientId: patients[0], channel: 'WALK_IN' });
    expect(status).toBe('ARRIVED');
    await desk.step('startClinicSession', id);
    for (const expected of ['SKIPPED', 'SKIPPED', 'NO_SHOW']) {
      await desk.step('callPatient', walkIn);
      expect(await desk.step('skipPatient', walkIn)).toMatchObject({ status: expected });
    }
  });
});

describe('a step that is taken twice', () => {
  it('is taken once, and answered as it is', async () => {
    const { id } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const versions: Record<string, number> = {};
    await desk.dayComes(id);
    for (const step of ['openClinicSession', 'noteArrival', 'startClinicSession', 'callPatient', 'skipPatient', 'callPatient', 'skipPatient', 'callPatient', 'skipPatient', 'pauseClinicSession', 'closeClinicSession']) {
      const what = step.endsWith('ClinicSession') ? id : one;
      const [first, second] = await Promise.all([desk.step(step, what), desk.step(step, what)]);
      expect(second).toEqual(first);
      expect(first.version).toBe((versions[what] ?? 1) + 1);
      versions[what] = first.version;
    }
    expect((await desk.queue(id))[0]).toMatchObject({ status: 'NO_SHOW', skips: 3 });
    const entries = (await entriesOf(world, practice.tenantId, 'Mutation.noteArrival')).filter(({ records }) => records?.includes(`appointment:${one}`));
    expect(entries.map(({ action }) => action).sort()).toEqual(['UPDATED', 'VIEWED']);
  });

  it('calls one patient under one idempotency key, and another under another', async () => {
    const { id } = await serial();
    const booked = [];
    for (const patientId of patients.slice(0, 3)) booked.push((await desk.book({ sessionId: id, patientId })).id);
    await desk.open(id);
    for (const one of booked) await desk.step('noteArrival', one);
    await desk.step('startClinicSession', id);
    const call = (key: string, sessionId = id) =>
      world.graphql('mutation ($id: UUID!, $key: UUID!) { callNextPatient(sessionId: $id, idempotencyKey: $key) { number } }', { id: sessionId, key }, reception.token);
    const [key, other] = [randomUUID(), randomUUID()];
    const answers = await Promise.all([call(key), call(key), call(key)]);
    expect(answers.map(({ data }) => data.callNextPatient.number)).toEqual([1, 1, 1]);
    expect((await call(other)).data.callNextPatient.number).toBe(2);
    expect(reasonOf(await call(key, (await serial()).id))).toBe('KEY_USED');
    expect((await desk.queue(id)).map(({ status }) => status)).toEqual(['CALLED', 'CALLED', 'ARRIVED']);
  });
});

describe('an appointment that was written down wrong', () => {
  const EDIT = 'mutation ($input: EditAppointmentInput!) { editAppointment(input: $input) { id number visitType channel video note version } }';
  const editAnswer = (input: object, token = reception.token) => world.graphql(EDIT, { input }, token);

  it('is set right, in the trail with what it was, and keeps its number', async () => {
    const { id: sessionId } = await serial();
    const { id, version } = await desk.book({ sessionId, patientId: patients[0], note: 'brings her mother' });
    expect((await editAnswer({ id, version, visitType: 'REPORT', channel: 'PHONE' })).data.editAppointment).toEqual({ id, number: 1, visitType: 'REPORT', channel: 'PHONE', video: false, note: 'brings her mother', version: 2 });
    expect((await editAnswer({ id, version: 2, note: null })).data.editAppointment).toMatchObject({ note: null, visitType: 'REPORT' });
    expect(reasonOf(await editAnswer({ id, version: 2, note: 'x' }))).toBe('STALE_VERSION');
    expect(faultsOf(await editAnswer({ id, version: 3, channel: 'ONLINE' }))).toEqual(['input.channel ONLINE_IS_FOR_PATIENTS']);
    const [entry] = (await entriesOf(world, practice.tenantId, 'Mutation.editAppointment')).filter(({ records }) => records?.includes(`appointment:${id}`));
    expect(entry!.changes).toMatchObject([{ field: 'visitType', before: 'NEW', after: 'REPORT' }, { field: 'channel', before: 'DESK', after: 'PHONE' }]);
    await desk.cancelAnswer({ id, version: 3 } as never);
    expect(reasonOf(await editAnswer({ id, version: 4, note: 'x' }))).toBe('APPOINTMENT_STATUS');
  });

  it('is no visit by video on a server without', async () => {
    const { id: sessionId } = await serial();
    expect(reasonOf(await desk.bookAnswer({ sessionId, patientId: patients[0], video: true }))).toBe('VIDEO_IS_OFF');
    const { id, version } = await desk.book({ sessionId, patientId: patients[0] });
    expect(reasonOf(await editAnswer({ id, version, video: true }))).toBe('VIDEO_IS_OFF');
    expect((await world.ok('{ viewer { practice { videoVisits } } }', {}, reception.token)).viewer.practice.videoVisits).toBe(false);
  });
});

describe('the live queue', () => {
  const QUEUE = 'version at current { number } next { number } skipped { number } completed toldTimes { told kept } waiting { ahead expectedFrom expectedUntil appointment { id number } }';
  const watch = (id: string) => `subscription { clinicQueueChanged(sessionId: "${id}") { ${QUEUE} } }`;
  const read = async (id: string) => (await world.ok(`{ clinicQueue(sessionId: "${id}") { ${QUEUE} } }`, {}, reception.token)).clinicQueue;
  const numbers = (queue: { waiting: Array<{ appointment: { number: number } }> }): number[] => queue.waiting.map(({ appointment }) => appointment.number);

  it('shows every change whole, so that whoever reconnects has missed nothing', async () => {
    const { id } = await serial();
    const booked = await Promise.all([0, 1, 2].map((index) => desk.book({ sessionId: id, patientId: patients[index] })));
    const port = await portOf(world.app);
    const socket = await Socket.connect(port, reception.token);
    const events = socket.subscribe(watch(id));
    const first = (await socket.result(events, 1)).data.clinicQueueChanged;
    expect(numbers(first)).toEqual([1, 2, 3]);
    await desk.open(id);
    for (const { id: one } of booked) await desk.step('noteArrival', one);
    await desk.step('startClinicSession', id);
    const { number } = await desk.step('callNextPatient', id);
    const withCurrent = () => socket.results(events).find(({ data }) => data.clinicQueueChanged.current.length === 1);
    await socket.until(() => withCurrent() !== undefined);
    const shown = withCurrent()!;
    expect(shown.data.clinicQueueChanged).toMatchObject({ current: [{ number }], completed: 0 });
    expect(shown.data.clinicQueueChanged.version).toBeGreaterThan(first.version);
    const again = await Socket.connect(port, reception.token);
    const { at: _at, ...now } = (await again.result(again.subscribe(watch(id)), 1)).data.clinicQueueChanged;
    expect(now).toMatchObject({ version: shown.data.clinicQueueChanged.version, current: [{ number }] });
    await Promise.all([socket.close(), again.close()]);
  });

  it('has a later version after whatever happens to its session', async () => {
    const { id } = await serial();
    await desk.dayComes(id);
    const versions = [(await read(id)).version];
    for (const step of ['openClinicSession', 'startClinicSession', 'pauseClinicSession', 'startClinicSession']) {
      await desk.step(step, id);
      versions.push((await read(id)).version);
    }
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('tells in each event what has changed, and who has left', async () => {
    const { id } = await serial();
    const [one, other] = [await desk.book({ sessionId: id, patientId: patients[0] }), await desk.book({ sessionId: id, patientId: patients[1] })];
    const socket = await Socket.connect(await portOf(world.app), reception.token);
    const events = socket.subscribe(`subscription { clinicQueueChanged(sessionId: "${id}") { completed changed { before appointment { id status patientId } } } }`);
    const changes = () => socket.results(events).flatMap(({ data }) => data.clinicQueueChanged.changed) as Array<{ before: string | null; appointment: { id: string; status: string } }>;
    expect((await socket.result(events, 1)).data.clinicQueueChanged.changed).toEqual([]);
    const isTold = (before: string | null, status: string, of: string) => socket.until(() => changes().some((change) => change.before === before && change.appointment.status === status && change.appointment.id === of));
    const steps: Array<[string, string, string]> = [
      ['noteArrival', 'BOOKED', 'ARRIVED'], ['callPatient', 'ARRIVED', 'CALLED'], ['beginConsultation', 'CALLED', 'IN_CONSULT'], ['completeConsultation', 'IN_CONSULT', 'COMPLETED'],
    ];
    await desk.open(id);
    await desk.step('startClinicSession', id);
    for (const [mutation, before, status] of steps) {
      await desk.step(mutation, one.id);
      await isTold(before, status, one.id);
    }
    await desk.cancelAnswer(other);
    await isTold('BOOKED', 'CANCELLED', other.id);
    await isTold(null, 'BOOKED', (await desk.book({ sessionId: id, patientId: patients[2] })).id);
    expect(changes()).toHaveLength(steps.length + 2);
    await socket.close();
  });

  it('tells who is called next: the first who has come, though others stand before them', async () => {
    const { id } = await serial();
    const booked = [];
    for (const patientId of patients.slice(0, 3)) booked.push(await desk.book({ sessionId: id, patientId }));
    await desk.open(id);
    expect((await read(id)).next).toBeNull();
    await desk.step('noteArrival', booked[2]!.id);
    await desk.step('noteArrival', booked[1]!.id);
    const before = await read(id);
    expect([before.next.number, numbers(before)]).toEqual([2, [1, 2, 3]]);
    await desk.step('startClinicSession', id);
    expect((await desk.step('callNextPatient', id)).number).toBe(2);
    expect((await read(id)).next.number).toBe(3);
  });

  it('tells each when to expect their turn, and how well that was kept', async () => {
    const { id, startsAt } = await serial({ capacity: 30 });
    const booked = await Promise.all(Array.from({ length: 6 }, (_, index) => desk.book({ sessionId: id, patientId: patients[index] })));
    const { waiting } = await read(id);
    expect(waiting.map(({ ahead }: { ahead: number }) => ahead)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(waiting[0].expectedFrom).toBe(startsAt);
    const middles = waiting.map(({ expectedFrom, expectedUntil }: Record<string, string>) => Date.parse(expectedFrom!) + Date.parse(expectedUntil!));
    expect(middles).toEqual([...middles].sort((a, b) => a - b));
    await desk.open(id);
    const [one] = booked;
    await desk.step('noteArrival', one!.id);
    await desk.step('startClinicSession', id);
    await desk.step('callPatient', one!.id);
    await desk.step('beginConsultation', one!.id);
    expect((await read(id)).toldTimes).toEqual({ told: 1, kept: 0 });
    // Of two more, one was let in within the time that the screen told when they came, the other a moment after it.
    for (const [index, late] of [[1, -1], [2, 1]] as const) {
      const { id: next } = booked[index]!;
      await desk.step('completeConsultation', booked[index - 1]!.id);
      await desk.step('noteArrival', next);
      const { expectedUntil } = (await read(id)).waiting.find(({ appointment }: { appointment: { id: string } }) => appointment.id === next);
      for (const step of ['callPatient', 'beginConsultation']) await desk.step(step, next);
      await pastTriggers(`update clinic.appointments set consult_at = timestamptz '${expectedUntil}' + interval '${late} seconds' where id = '${next}'`);
    }
    expect((await read(id)).toldTimes).toEqual({ told: 3, kept: 1 });
  });

  it('is for nobody who works elsewhere', async () => {
    const elsewhere = await openChamber(world, practice, 'Shanti Banani');
    const stranger = await hire(world, practice, elsewhere, 'RECEPTIONIST');
    const { id } = await serial();
    const socket = await Socket.connect(await portOf(world.app), stranger.token);
    expect((await socket.result(socket.subscribe(watch(id)), 1)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    await socket.close();
  });
});

describe('the screen of a day', () => {
  const DAY = `query ($chamberId: UUID!, $first: LocalDate!) { clinicSessions(chamberId: $chamberId, first: $first, days: 1) {
    id status allowedTransitions doctor { id nameEn nameBn } startsAt endsAt mode capacity delayMinutes version
    appointments {
      id number status allowedTransitions version visitType channel slotFrom overbooked note endReason arrivedAt calledAt consultationAt
      patient { id mrn nameEn nameBn sex phones { number label } birth { date precision } }
    }
    queue { version current { id number } waiting { appointment { id number } ahead expectedFrom expectedUntil } skipped { id number } completed }
  } }`;

  it('is one request, with all sessions, patients and queues of a chamber, in as many statements for four sessions as for one', async () => {
    const first = freshDay();
    const busy = await openChamber(world, practice, 'Shanti Gulshan');
    const ask = () => world.ok(DAY, { chamberId: busy, first }, practice.owner.token);
    const doctors = await Promise.all([1, 2, 3, 4].map(async () => (await hire(world, practice, busy, 'DOCTOR')).memberId));
    const add = async (doctor: string) => {
      const { id } = await serial({ chamberId: busy, localDate: first, doctorId: doctor });
      for (const patientId of patients.slice(0, 3)) await owner.book({ sessionId: id, patientId });
      return id;
    };
    const [one, ...others] = doctors;
    const session = await add(one!);
    await ask();
    const trips = async () => toTheApp(await roundTripsOf(ask)).map(({ statements }) => statements);
    const few = await trips();
    for (const doctor of others) await add(doctor);
    expect(await trips()).toEqual(few);
    const { clinicSessions } = await ask();
    expect(clinicSessions).toHaveLength(4);
    expect(clinicSessions[0]).toMatchObject({ id: session, appointments: [{ number: 1, patient: { id: patients[0] } }, {}, {}], queue: { waiting: [{ ahead: 0, appointment: { number: 1 } }, {}, {}] } });
  });

  it('is shown without what was given back, and only so many; who ended an appointment is told', async () => {
    const { id, localDate } = await serial({ reserved: [{ series: 'PHONE', first: 3, last: 4 }] });
    for (const patientId of patients.slice(0, 3)) await desk.book({ sessionId: id, patientId });
    await desk.cancelAnswer((await desk.queue(id))[0]!);
    const ROWS = 'query ($id: UUID!) { clinicSession(id: $id) { roomName reserved { series first last } all: appointments { number endedBy { id } } appointments(active: true, first: 1) { number } } }';
    expect((await world.ok(ROWS, { id }, reception.token)).clinicSession).toEqual({
      roomName: null, reserved: [{ series: 'PHONE', first: 3, last: 4 }], all: [{ number: 1, endedBy: { id: reception.memberId } }, { number: 2, endedBy: null }, { number: 5, endedBy: null }], appointments: [{ number: 2 }],
    });
    const OWN = 'query ($id: UUID!, $first: LocalDate!) { doctorSessions(doctorId: $id, first: $first, days: 1) { id } }';
    expect((await world.ok(OWN, { id: doctorId, first: localDate }, reception.token)).doctorSessions).toEqual([{ id }]);
    const stranger = await hire(world, practice, await openChamber(world, practice, 'Shanti Badda'), 'RECEPTIONIST');
    expect((await world.ok(OWN, { id: doctorId, first: localDate }, stranger.token)).doctorSessions).toEqual([]);
  });

  it('is told again when a session of it changes, comes or goes', async () => {
    // A chamber of its own, on a day for which sessions are planned by themselves.
    const [place, localDate] = [await openChamber(world, practice, 'Shanti Banasree'), dayFromNow(30)];
    const [first, second] = [await hire(world, practice, place, 'DOCTOR'), await hire(world, practice, place, 'DOCTOR')];
    const { id } = await owner.addSession({ chamberId: place, localDate, doctorId: first.memberId });
    const socket = await Socket.connect(await portOf(world.app), practice.owner.token);
    const events = socket.subscribe(`subscription { clinicDayChanged(chamberId: "${place}", day: "${localDate}") { id places { taken } } }`);
    const latest = () => socket.results(events).at(-1)!.data.clinicDayChanged as Array<{ id: string; places: { taken: number } }>;
    await socket.result(events, 1);
    await owner.book({ sessionId: id, patientId: patients[0] });
    await socket.until(() => latest()[0]!.places.taken === 1);
    await owner.addSession({ chamberId: place, localDate, doctorId: second.memberId });
    await socket.until(() => latest().length === 2);
    const { schedule } = await owner.addSchedule({ chamberId: place, doctorId: second.memberId, weekday: weekdayOf(localDate), startsAt: '07:00', endsAt: '08:00', mode: 'SERIAL', capacity: 5 });
    await socket.until(() => latest().length === 3);
    await world.ok('mutation ($input: EndScheduleInput!) { endSchedule(input: $input) { takenBack } }', { input: { id: schedule.id, version: schedule.version, from: dayFromNow(1) } }, practice.owner.token);
    await socket.until(() => latest().length === 2);
    await socket.close();
  });

  it('is one request for a week too, but not for a quarter of a year', async () => {
    const ask = (count: number) => world.graphql(DAY.replace('days: 1', `days: ${count}`), { chamberId, first: freshDay() }, reception.token);
    expect((await ask(7)).errors).toBeUndefined();
    const { code, cost, limit } = (await ask(92)).errors![0]!.extensions as unknown as { code: string; cost: number; limit: number };
    expect(code).toBe('QUERY_REFUSED');
    expect(cost).toBeGreaterThan(limit);
  });
});

describe('a session that nobody opened', () => {
  it('stays planned, and whoever had booked is noted as not having come once its day is over, with an entry in the trail', async () => {
    const night = world.app.get(UnopenedSessions, { strict: false });
    const [over, opened] = [await serial(), await serial()];
    const [booked, cancelled, waits] = [await desk.book({ sessionId: over.id, patientId: patients[0] }), await desk.book({ sessionId: over.id, patientId: patients[1] }), await desk.book({ sessionId: opened.id, patientId: patients[0] })];
    await desk.cancelAnswer(cancelled);
    await desk.open(opened.id);
    const to = (id: string, days: number) => pastTriggers(`update clinic.sessions set starts_at = now() - interval '${days} days 3 hours', ends_at = now() - interval '${days} days', local_date = local_date - 400 where id = '${id}';
      update clinic.appointments set local_date = local_date - 400 where session_id = '${id}'`);
    await night.note();
    expect((await desk.queue(over.id)).map(({ status }) => status)).toEqual(['BOOKED', 'CANCELLED']);
    await to(over.id, 400);
    await to(opened.id, 402);
    await Promise.all([night.note(), night.note()]);
    expect((await desk.queue(over.id)).map(({ status }) => status)).toEqual(['NO_SHOW', 'CANCELLED']);
    expect((await desk.session(over.id)).status).toBe('PLANNED');
    expect((await desk.queue(opened.id)).map(({ status }) => status)).toEqual(['BOOKED']);
    const entries = (await entriesOf(world, practice.tenantId, 'server.noteNoShows')).filter(({ records }) => records.includes(`appointment:${booked.id}`));
    expect(entries).toMatchObject([{ action: 'UPDATED', outcome: 'SUCCESS', records: expect.arrayContaining([`clinic-session:${over.id}`]) }]);
    expect(JSON.stringify(entries[0])).not.toContain(cancelled.id);
    expect(waits.status).toBe('BOOKED');
  });
});

describe('the steps', () => {
  const pairs = (table: Readonly<Record<string, readonly string[]>>): string[] => Object.entries(table).flatMap(([from, to]) => to.map((one) => `${from} ${one}`)).sort();

  it('that the database knows are those that the API tells', async () => {
    const known = async (of: string): Promise<string[]> =>
      (await world.sql<{ step: string }>('owner', `select from_status || ' ' || to_status as step from platform.${of}_transitions`)).map(({ step }) => step).sort();
    expect(await known('appointment')).toEqual(pairs(appointmentTransitions));
    expect(await known('session')).toEqual(pairs(sessionTransitions));
  });

  it('that an appointment tells are those that succeed, for who may take them', async () => {
    const nurse = new Appointments(world, (await hire(world, practice, chamberId, 'NURSE')).token);
    const mutations: Record<string, string> = { ARRIVED: 'noteArrival', CALLED: 'callPatient', SKIPPED: 'skipPatient', IN_CONSULT: 'beginConsultation', COMPLETED: 'completeConsultation', NO_SHOW: 'noteNoShow' };
    const { id } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const told = async (who = desk) => (await who.queue(id))[0]!['allowedTransitions'] as string[];
    // Each step that is told is tried in a transaction that fails in the end, since its entry cannot be written.
    const succeeding = async () => {
      const steps: string[] = [];
      await world.sql('superuser', `create function public.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$; create trigger refuse before insert on audit.entries for each row when (new.outcome = 'SUCCESS' and new.action = 'UPDATED') execute function public.refuse()`);
      try {
        for (const [to, mutation] of Object.entries(mutations)) {
          if ((await desk.stepAnswer(mutation, one)).errors?.[0]?.extensions.code === 'INTERNAL') steps.push(to);
        }
      } finally {
        await world.sql('superuser', 'drop function public.refuse() cascade');
      }
      return steps.sort();
    };
    const expectTold = async () => expect((await told()).filter((step) => step !== 'CANCELLED').sort()).toEqual(await succeeding());
    await expectTold();
    await desk.dayComes(id);
    for (const step of ['openClinicSession', 'noteArrival', 'startClinicSession', 'pauseClinicSession', 'startClinicSession', 'callPatient', 'skipPatient', 'callPatient', 'beginConsultation', 'pauseClinicSession', 'completeConsultation']) {
      await expectTold();
      await desk.step(step, step.endsWith('ClinicSession') ? id : one);
      expect(await told(nurse)).toEqual([]);
    }
    await expectTold();
  });

  it('that are none are refused by the database itself, and what is over never changes', async () => {
    const { id } = await serial();
    const { id: one, version } = await desk.book({ sessionId: id, patientId: patients[0] });
    const set = (what: string) => world.sql('superuser', `update clinic.appointments set ${what} where id = '${one}'`);
    await expect(set(`status = 'COMPLETED'`)).rejects.toMatchObject({ code: 'SK061' });
    await desk.cancelAnswer({ id: one, version } as never);
    await expect(set(`status = 'BOOKED'`)).rejects.toMatchObject({ code: 'SK061' });
    await expect(set(`slot_from = now(), slot_until = now() + interval '1 hour'`)).rejects.toMatchObject({ code: 'SK061' });
    await expect(world.sql('superuser', `update clinic.sessions set status = 'CLOSED' where id = '${id}'`)).rejects.toMatchObject({ code: 'SK060' });
  });

  it('let nobody but a merge give an appointment to another patient, and nothing change what is over', async () => {
    const [session, closed] = [await serial(), await serial()];
    const register = new Patients(world, reception.token);
    const [survivor, duplicate] = [await register.register({ nameEn: 'Halima Khatun' }), await register.register({ nameEn: 'Halima Khatun' })];
    const [over, live] = [await desk.book({ sessionId: session.id, patientId: duplicate.id }), await desk.book({ sessionId: session.id, patientId: patients[0] })];
    await desk.cancelAnswer(over);
    await pastTriggers(`update clinic.sessions set status = 'CLOSED', closed_at = now() where id = '${closed.id}'`);
    /** As the application's role, in the practice. */
    const asApp = (statement: string) => world.sql('superuser', `begin; select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); set local role sinduk_app; ${statement}; rollback`);
    const set = (id: string, what: string) => asApp(`update clinic.appointments set ${what} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
    const bookIn = (sessionId: string) => asApp(`insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, patient_id, status, visit_type, channel, series, number, call_order, details)
      select a.tenant_id, gen_random_uuid(), s.id, s.chamber_id, s.local_date, s.doctor_id, '${patients[2]!}', 'BOOKED', a.visit_type, a.channel, a.series, 30, 30, a.details from clinic.appointments a, clinic.sessions s where a.id = '${over.id}' and s.id = '${sessionId}'`);
    for (const [id, what] of [[over.id, `patient_id = '${patients[1]!}'`], [over.id, 'patient_id = null'], [over.id, `details = '\\x00'`], [live.id, `patient_id = '${patients[1]!}'`]]) await expect(set(id!, what!)).rejects.toMatchObject({ code: 'SK061' });
    await expect(bookIn(closed.id)).rejects.toMatchObject({ code: 'SK061' });
    await set(live.id, `details = '\\x00'`);
    await bookIn(session.id);
    const merges = new Merges(world, practice.owner.token);
    const whose = async () => (await world.ok('query ($id: UUID!) { appointment(id: $id) { patientId } }', { id: over.id }, reception.token)).appointment.patientId;
    const { merge } = await merges.merge(survivor, duplicate);
    expect(await whose()).toBe(survivor.id);
    await merges.undo(merge.id);
    expect(await whose()).toBe(duplicate.id);
  });
});

describe('whoever works elsewhere', () => {
  it('neither books nor reads nor calls in a chamber where they hold no permission', async () => {
    const elsewhere = await openChamber(world, practice, 'Shanti Dhanmondi');
    const somebody = await hire(world, practice, elsewhere, 'RECEPTIONIST');
    const stranger = new Appointments(world, somebody.token);
    const { id, localDate } = await serial();
    const { id: one } = await desk.book({ sessionId: id, patientId: patients[0] });
    const reads = [
      ['query ($id: UUID!) { appointment(id: $id) { id } }', { id: one }, one], ['query ($id: UUID!) { clinicSession(id: $id) { id } }', { id }, id],
      ['query ($chamberId: UUID!, $first: LocalDate!) { clinicSessions(chamberId: $chamberId, first: $first, days: 1) { id } }', { chamberId, first: localDate }, id],
    ] as const;
    for (const [query, variables, shown] of reads) {
      expect(JSON.stringify(await world.ok(query, variables, reception.token))).toContain(shown);
      const refused = await world.graphql(query, variables, somebody.token);
      expect([isEmptyHanded(refused), codeOf(refused)]).toEqual([true, 'FORBIDDEN']);
    }
    for (const answer of [
      await stranger.bookAnswer({ sessionId: id, patientId: patients[1] }), await stranger.stepAnswer('openClinicSession', id), await stranger.stepAnswer('noteArrival', one), await stranger.stepAnswer('callNextPatient', id),
    ]) expect(codeOf(answer)).toBe('FORBIDDEN');
  });
});
