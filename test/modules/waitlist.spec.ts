import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let chamberId: string;
let doctorId: string;
let reception: Person;
let desk: Appointments;
let owner: Appointments;
let patients: string[];
let days = 3;

const ENTRY = 'id status sessionId offeredAppointmentId patientId note';
const freshDay = (): string => dayFromNow(days++);
const serial = (changes: object = {}) => owner.addSession({ chamberId, doctorId, localDate: freshDay(), capacity: 1, ...changes });
const joinAnswer = (input: object, token = reception.token): Promise<GraphqlAnswer> =>
  world.graphql(`mutation ($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { ${ENTRY} } }`, { input: { visitType: 'NEW', ...input } }, token);
const join = async (input: object) => (await joinAnswer(input)).data.joinWaitlist;
const stepAnswer = (operation: 'confirmOffer' | 'leaveWaitlist', id: string, token = reception.token): Promise<GraphqlAnswer> =>
  world.graphql(`mutation ($id: UUID!) { ${operation}(id: $id) { ${ENTRY} } }`, { id }, token);
const passOn = async (id: string) => (await world.ok(`mutation ($id: UUID!) { passOnOffers(sessionId: $id) { ${ENTRY} } }`, { id }, reception.token)).passOnOffers;
const waiting = async () => (await world.ok(`query ($id: UUID!, $doctor: UUID!) { waitlist(chamberId: $id, doctorId: $doctor) { ${ENTRY} } }`, { id: chamberId, doctor: doctorId }, reception.token)).waitlist;
const letHoldsLapse = () => world.sql('superuser', `update clinic.appointments set held_until = now() where status = 'HELD'`);

beforeAll(async () => {
  world = await World.open();
  practice = await world.practice('Tagar Clinic');
  chamberId = await openChamber(world, practice, 'Tagar Uttara');
  reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
  [owner, desk] = [new Appointments(world, practice.owner.token), new Appointments(world, reception.token)];
  const register = new Patients(world, reception.token);
  patients = await Promise.all(Array.from({ length: 8 }, async (_, index) => (await register.register({ nameEn: `Patient ${index}` })).id));
});
beforeEach(async () => {
  doctorId = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
});
afterAll(() => world.close());

describe('a place that becomes free', () => {
  it('is held for whoever waits longest, and booked when that is confirmed', async () => {
    const session = await serial();
    const booked = await desk.book({ sessionId: session.id, patientId: patients[0] });
    const first = await join({ sessionId: session.id, patientId: patients[1], note: 'call after five' });
    const second = await join({ sessionId: session.id, patientId: patients[2] });
    expect([first.status, second.status]).toEqual(['WAITING', 'WAITING']);
    await desk.cancelAnswer(booked);
    const [offered, next] = await waiting();
    expect([offered, next]).toMatchObject([{ id: first.id, status: 'OFFERED', note: 'call after five' }, { id: second.id, status: 'WAITING' }]);
    expect(await desk.queue(session.id)).toMatchObject([{ status: 'CANCELLED' }, { id: offered.offeredAppointmentId, status: 'HELD', patientId: patients[1] }]);
    expect(reasonOf(await desk.bookAnswer({ sessionId: session.id, patientId: patients[3] }))).toBe('SESSION_FULL');
    const answers = await Promise.all([1, 2, 3].map(() => stepAnswer('confirmOffer', first.id)));
    expect(answers.filter(({ errors }) => !errors)).toMatchObject([{ data: { confirmOffer: { status: 'BOOKED' } } }]);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['OFFER_IS_OVER', 'OFFER_IS_OVER']);
    expect((await desk.queue(session.id))[1]).toMatchObject({ status: 'BOOKED' });
  });

  it('goes to the next when it is not taken in time, before anybody else can book it', async () => {
    const session = await serial();
    const booked = await desk.book({ sessionId: session.id, patientId: patients[0] });
    const [first, second] = [await join({ sessionId: session.id, patientId: patients[1] }), await join({ sessionId: session.id, patientId: patients[2] })];
    await desk.cancelAnswer(booked);
    await letHoldsLapse();
    expect(reasonOf(await stepAnswer('confirmOffer', first.id))).toBe('OFFER_IS_OVER');
    expect(await passOn(session.id)).toMatchObject([{ id: second.id, status: 'OFFERED' }]);
    await letHoldsLapse();
    const third = await join({ sessionId: session.id, patientId: patients[3] });
    expect(third.status).toBe('OFFERED');
    await letHoldsLapse();
    expect(await desk.book({ sessionId: session.id, patientId: patients[4] })).toMatchObject({ status: 'BOOKED' });
    expect(await waiting()).toEqual([]);
  });

  it('in any session of some days is offered once, to who is not elsewhere', async () => {
    const day = freshDay();
    const slots = await serial({ localDate: day, mode: 'SLOT', slotMinutes: 60, capacity: undefined, startsAt: '17:00', endsAt: '18:00' });
    const there = await owner.addSession({ chamberId, doctorId: (await hire(world, practice, chamberId, 'DOCTOR')).memberId, localDate: day, mode: 'SLOT', slotMinutes: 60, capacity: undefined, startsAt: '17:00', endsAt: '18:00' });
    const booked = await desk.book({ sessionId: slots.id, patientId: patients[0], slotFrom: slots.startsAt });
    await desk.book({ sessionId: there.id, patientId: patients[1], slotFrom: there.startsAt });
    const range = { chamberId, doctorId, firstDay: day, lastDay: day };
    await join({ ...range, patientId: patients[1] });
    const second = await join({ ...range, patientId: patients[2] });
    await desk.cancelAnswer(booked);
    expect((await waiting()).map(({ patientId, status }: Record<string, string>) => [patientId, status])).toEqual([[patients[1], 'WAITING'], [patients[2], 'OFFERED']]);
    expect((await stepAnswer('leaveWaitlist', second.id)).data.leaveWaitlist.status).toBe('WITHDRAWN');
    expect((await desk.queue(slots.id)).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(reasonOf(await stepAnswer('leaveWaitlist', second.id))).toBe('OFFER_IS_OVER');
  });

  it('is offered once, however many cancel and pass on at the same moment', async () => {
    const session = await serial({ capacity: 3 });
    const booked = await Promise.all([0, 1, 2].map((index) => desk.book({ sessionId: session.id, patientId: patients[index] })));
    for (const index of [3, 4, 5, 6]) await join({ sessionId: session.id, patientId: patients[index] });
    await Promise.all([...booked.map((one) => desk.cancelAnswer(one)), passOn(session.id), passOn(session.id)]);
    expect((await waiting()).map(({ status }: { status: string }) => status)).toEqual(['OFFERED', 'OFFERED', 'OFFERED', 'WAITING']);
    expect((await desk.queue(session.id)).filter(({ status }) => status === 'HELD')).toHaveLength(3);
  });
});

describe('waiting for a place', () => {
  it('is asked for once, for a session or for days, and by those who book there', async () => {
    const session = await serial();
    await desk.book({ sessionId: session.id, patientId: patients[0] });
    const range = { chamberId, doctorId, firstDay: dayFromNow(1), lastDay: dayFromNow(4), patientId: patients[1] };
    expect(faultsOf(await joinAnswer({ ...range, sessionId: session.id }))).toEqual(['input.sessionId SESSION_OR_DAYS']);
    expect(faultsOf(await joinAnswer({ ...range, firstDay: dayFromNow(-1) }))).toEqual(['input.firstDay PAST']);
    expect(faultsOf(await joinAnswer({ ...range, lastDay: dayFromNow(0) }))).toEqual(['input.lastDay BEFORE_FIRST']);
    const answers = await Promise.all([1, 2, 3].map(() => joinAnswer(range)));
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['WAITS_ALREADY', 'WAITS_ALREADY']);
    const stranger = (await hire(world, practice, await openChamber(world, practice, `Tagar ${days}`), 'RECEPTIONIST')).token;
    expect(codeOf(await joinAnswer({ sessionId: session.id, patientId: patients[2] }, stranger))).toBe('FORBIDDEN');
    expect(codeOf(await stepAnswer('leaveWaitlist', answers.find(({ errors }) => !errors)!.data.joinWaitlist.id, stranger))).toBe('FORBIDDEN');
  });
});
