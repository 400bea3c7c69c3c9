import { randomUUID } from 'node:crypto';
import { CROWD, chamberId, desk, freshDay, owner, patients, practice, reception, serial, slots, useClinic, world } from '../support/appointments-clinic.js';
import { Appointments, reasonOf } from '../support/appointments.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

describe('a booking in a session with serial numbers', () => {
  it('gets the next number, and tells what may follow', async () => {
    const session = await serial();
    expect(await desk.book({ sessionId: session.id, patientId: patients[0] })).toMatchObject({ number: 1, series: 'GENERAL', status: 'BOOKED', allowedTransitions: ['CANCELLED'] });
    expect(await desk.book({ sessionId: session.id, patientId: patients[1] })).toMatchObject({ number: 2 });
  });

  it('two hundred at the same moment get 1 to 200, without a gap or a number twice', async () => {
    const session = await serial({ capacity: CROWD });
    const answers = await Promise.all(patients.map((patientId) => desk.bookInCrowdAnswer({ sessionId: session.id, patientId })));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(answers.map(({ data }) => data.bookAppointment.number as number).sort((a, b) => a - b)).toEqual(patients.map((_, index) => index + 1));
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
    const answers = await Promise.all(patients.map((patientId) => desk.bookInCrowdAnswer({ sessionId: session.id, patientId, slotFrom: session.startsAt })));
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
