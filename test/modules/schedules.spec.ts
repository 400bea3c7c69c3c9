import { randomUUID } from 'node:crypto';
import { NightlyPlanning } from '../../src/schedules/nightly-planning.service.js';
import { Appointments, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let owner: Appointments;
let patientId: string;

beforeAll(async () => {
  world = await World.open();
  practice = await world.practice('Shurjo Clinic');
  owner = new Appointments(world, practice.owner.token);
  patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Amena Begum' })).id;
});
afterAll(() => world.close());

/** A chamber and a doctor there that no other test has, and their hours from next week's day on. */
async function chamber(timeZone = 'Asia/Dhaka') {
  const chamberId = await openChamber(world, practice, 'Shurjo', timeZone);
  const { memberId: doctorId } = await hire(world, practice, chamberId, 'DOCTOR');
  const day = dayFromNow(7, timeZone);
  return { chamberId, doctorId, day, hours: { chamberId, doctorId, weekday: weekdayOf(day), startsAt: '17:00', endsAt: '20:00', mode: 'SERIAL', capacity: 40, validFrom: day } };
}
const clock = (at: string, timeZone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(at));

describe('weekly hours', () => {
  it.each(['Asia/Dhaka', 'Asia/Dubai', 'Europe/London'])('become sessions by the clock of %s, as far as is planned ahead', async (timeZone) => {
    const { chamberId, hours, day } = await chamber(timeZone);
    const { planned, schedule } = await owner.addSchedule(hours);
    const sessions = await owner.sessions(chamberId, day, dayFromNow(60, timeZone));
    expect(sessions).toHaveLength(planned);
    expect(planned).toBe(8);
    for (const { localDate, startsAt, endsAt, scheduleId, status } of sessions) {
      expect([weekdayOf(localDate), clock(startsAt, timeZone), clock(endsAt, timeZone), scheduleId, status]).toEqual([hours.weekday, '17:00', '20:00', schedule.id, 'PLANNED']);
    }
  });

  it('of one doctor never overlap, in one chamber or two, also over midnight', async () => {
    const [{ hours }, elsewhere] = [await chamber(), await chamber()];
    const mine = { ...hours, doctorId: practice.owner.memberId };
    const nextDay = weekdayOf(dayFromNow(8));
    const { schedule: { id } } = await owner.addSchedule({ ...mine, startsAt: '22:00', endsAt: '02:00' });
    for (const input of [{ startsAt: '21:00', endsAt: '22:30' }, { chamberId: elsewhere.chamberId, weekday: nextDay, startsAt: '01:00', endsAt: '03:00' }]) {
      expect((await owner.addScheduleAnswer({ ...mine, ...input })).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'SCHEDULES_OVERLAP', scheduleIds: [id] });
    }
    expect((await owner.addSchedule({ ...mine, chamberId: elsewhere.chamberId, weekday: nextDay, startsAt: '02:00', endsAt: '03:00' })).planned).toBe(8);
  });

  it('that are at fault are refused with every fault at once', async () => {
    const { hours, chamberId } = await chamber();
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(faultsOf(await owner.addScheduleAnswer({
      ...hours, doctorId: nurse.memberId, startsAt: '25:00', endsAt: '5 pm', capacity: 501, slotMinutes: 10, overbookLimit: -1, validFrom: dayFromNow(-1), validUntil: dayFromNow(-2),
      reserved: [{ series: 'GENERAL', first: 1, last: 2 }, { series: 'PHONE', first: 2, last: 3 }],
    }))).toEqual([
      'input.startsAt NOT_A_TIME', 'input.endsAt NOT_A_TIME', 'input.slotMinutes NOT_IN_THIS_MODE', 'input.capacity OUT_OF_RANGE', 'input.overbookLimit OUT_OF_RANGE',
      'input.reserved.0.series GENERAL_IS_THE_REST', 'input.reserved.1.first OVERLAPS', 'input.doctorId NOT_A_DOCTOR_THERE', 'input.validFrom PAST', 'input.validUntil BEFORE_FIRST',
    ]);
  });

  it('that change never move what patients have booked', async () => {
    const { chamberId, hours, day } = await chamber();
    const { schedule, planned } = await owner.addSchedule(hours);
    const [first, second] = await owner.sessions(chamberId, day, dayFromNow(60));
    await owner.book({ sessionId: second!.id, patientId });
    const { changeSchedule: changed } = (await owner.changeScheduleAnswer({ id: schedule.id, version: schedule.version, from: day, startsAt: '10:00', endsAt: '12:00' })).data;
    expect(changed).toMatchObject({ planned: planned - 1, takenBack: planned - 1, kept: [{ id: second!.id, startsAt: second!.startsAt }], schedule: { replacesId: schedule.id, startsAt: '10:00', capacity: 40 } });
    const after = await owner.sessions(chamberId, day, dayFromNow(60));
    expect(after).toHaveLength(planned);
    expect(after.find(({ localDate }) => localDate === second!.localDate)).toEqual(second);
    expect(clock(after.find(({ localDate }) => localDate === first!.localDate)!.startsAt, 'Asia/Dhaka')).toBe('10:00');
  });

  it('that change name a session whose numbers a device has, and one that everybody cancelled: neither is taken back, and its day is not planned in silence', async () => {
    const { chamberId, hours, day, doctorId } = await chamber();
    const { schedule, planned } = await owner.addSchedule(hours);
    const [leased, cancelled] = await owner.sessions(chamberId, day, dayFromNow(60));
    await world.ok('mutation ($input: LeaseNumbersInput!) { leaseNumbers(input: $input) { id } }', { input: { sessionId: leased!.id, count: 2, deviceId: randomUUID() } }, practice.owner.token);
    await owner.cancelAnswer(await owner.book({ sessionId: cancelled!.id, patientId }));
    const stay = [{ id: leased!.id }, { id: cancelled!.id }];
    const { changeSchedule: changed } = (await owner.changeScheduleAnswer({ id: schedule.id, version: schedule.version, from: day, startsAt: '10:00', endsAt: '12:00' })).data;
    expect(changed).toMatchObject({ planned: planned - 2, takenBack: planned - 2, kept: stay });
    const { addClosure } = await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { sessions kept { id } } }', { input: { doctorId, firstDay: day, lastDay: dayFromNow(20), reason: 'at a congress' } }, practice.owner.token);
    expect(addClosure).toEqual({ sessions: 0, kept: stay });
    const { setHoliday } = await world.ok('mutation ($input: SetHolidayInput!) { setHoliday(input: $input) { takenBack kept { id } } }', { input: { chamberId, day, name: 'Repairs', closed: true } }, practice.owner.token);
    expect(setHoliday).toEqual({ takenBack: 0, kept: [{ id: leased!.id }] });
  });

  it('are planned on by night, as the days pass, and no day twice', async () => {
    const { chamberId, hours, day } = await chamber();
    await owner.addSchedule(hours);
    const far = dayFromNow(60 + 14);
    const nightly = world.app.get(NightlyPlanning, { strict: false });
    await nightly.plan(new Date(Date.now() + 14 * 86_400_000));
    await nightly.plan(new Date(Date.now() + 14 * 86_400_000));
    const sessions = await owner.sessions(chamberId, day, far);
    expect(sessions.map(({ localDate }) => localDate)).toEqual([...new Set(sessions.map(({ localDate }) => localDate))]);
    expect(sessions).toHaveLength(10);
  });

  it('end in a chamber that is archived, so that the doctor has that time elsewhere, and are not changed there', async () => {
    const [{ chamberId, hours, day }, elsewhere] = [await chamber(), await chamber()];
    const early = { doctorId: practice.owner.memberId, startsAt: '06:00', endsAt: '08:00' };
    const { schedule, planned } = await owner.addSchedule({ ...hours, ...early });
    await world.ok('mutation ($id: UUID!) { archiveChamber(id: $id, version: 1) { archived } }', { id: chamberId }, practice.owner.token);
    const there = { ...elsewhere.hours, ...early };
    expect(reasonOf(await owner.addScheduleAnswer(there))).toBe('SCHEDULES_OVERLAP');
    const input = { id: schedule.id, version: schedule.version, from: day };
    expect(reasonOf(await owner.changeScheduleAnswer({ ...input, capacity: 20 }))).toBe('CHAMBER_ARCHIVED');
    const { endSchedule: ended } = await world.ok('mutation ($input: EndScheduleInput!) { endSchedule(input: $input) { takenBack kept { id } schedule { validUntil } } }', { input }, practice.owner.token);
    expect(ended).toEqual({ takenBack: planned, kept: [], schedule: { validUntil: dayFromNow(6) } });
    expect((await owner.addSchedule(there)).planned).toBe(planned);
  });

  it('are not changed twice from one version', async () => {
    const { hours, day } = await chamber();
    const { schedule } = await owner.addSchedule(hours);
    const change = { id: schedule.id, version: schedule.version, from: day, capacity: 20 };
    const answers = await Promise.all([owner.changeScheduleAnswer(change), owner.changeScheduleAnswer(change)]);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['STALE_VERSION']);
  });
});

describe('closed days', () => {
  const close = (input: object) => world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { sessions kept { id } closure { id reason } } }', { input }, practice.owner.token);

  it('take back the sessions for which nobody booked, and name the others; taken back themselves, the sessions are planned again', async () => {
    const { chamberId, doctorId, hours, day } = await chamber();
    const { planned } = await owner.addSchedule(hours);
    const [first] = await owner.sessions(chamberId, day, day);
    await owner.book({ sessionId: first!.id, patientId });
    const { addClosure } = await close({ doctorId, firstDay: day, lastDay: dayFromNow(14), reason: 'at a congress' });
    expect(addClosure).toMatchObject({ sessions: 1, kept: [{ id: first!.id }], closure: { reason: 'at a congress' } });
    expect(await owner.sessions(chamberId, day, dayFromNow(60))).toHaveLength(planned - 1);
    const { removeClosure } = await world.ok('mutation ($id: UUID!) { removeClosure(id: $id) { sessions } }', { id: addClosure.closure.id }, practice.owner.token);
    expect(removeClosure.sessions).toBe(1);
    expect(await owner.sessions(chamberId, day, dayFromNow(60))).toHaveLength(planned);
  });

  it('are those of the country where the chamber observes them, unless its own calendar says otherwise', async () => {
    const { chamberId, doctorId, hours, day } = await chamber();
    const { planned } = await owner.addSchedule(hours);
    const set = (closed: boolean) => world.ok('mutation ($input: SetHolidayInput!) { setHoliday(input: $input) { planned takenBack kept { id } } }', { input: { chamberId, day, name: 'Repairs', closed } }, practice.owner.token);
    expect((await set(true)).setHoliday).toEqual({ planned: 0, takenBack: 1, kept: [] });
    expect(await owner.sessions(chamberId, day, dayFromNow(60))).toHaveLength(planned - 1);
    expect((await set(false)).setHoliday).toEqual({ planned: 1, takenBack: 0, kept: [] });
    const { removeHoliday } = await world.ok('mutation ($id: UUID!, $day: LocalDate!) { removeHoliday(chamberId: $id, day: $day) { planned takenBack } }', { id: chamberId, day }, practice.owner.token);
    expect(removeHoliday).toEqual({ planned: 0, takenBack: 0 });
    const { holidays } = await world.ok('query ($id: UUID!) { holidays(chamberId: $id, year: 2026) { day name localName closed own } }', { id: chamberId }, practice.owner.token);
    expect(holidays).toContainEqual({ day: '2026-12-16', name: 'Victory Day', localName: 'বিজয় দিবস', closed: false, own: false });
    for (const others of [8, 9, 10, 11, 12, 13]) await owner.addSchedule({ ...hours, weekday: weekdayOf(dayFromNow(others)) });
    const before = await owner.sessions(chamberId, day, dayFromNow(60));
    const ofYears = await Promise.all([day, dayFromNow(60)].map((one) => world.ok('query ($id: UUID!, $year: Int!) { holidays(chamberId: $id, year: $year) { day } }', { id: chamberId, year: Number(one.slice(0, 4)) }, practice.owner.token)));
    const open = before.filter(({ localDate }) => !ofYears.some(({ holidays: days }) => days.some((one: { day: string }) => one.day === localDate)));
    const { observeHolidays } = await world.ok('mutation ($id: UUID!) { observeHolidays(chamberId: $id, observes: true) { takenBack kept { id } } }', { id: chamberId }, practice.owner.token);
    expect(observeHolidays).toEqual({ takenBack: before.length - open.length, kept: [] });
    expect(await owner.sessions(chamberId, day, dayFromNow(60))).toEqual(open);
    const reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
    const { chamber: shown } = await world.ok('query ($id: UUID!) { chamber(id: $id) { observesHolidays doctors { id nameEn } } }', { id: chamberId }, reception.token);
    expect(shown).toEqual({ observesHolidays: true, doctors: [{ id: practice.owner.memberId, nameEn: expect.any(String) }, { id: doctorId, nameEn: 'Rokeya Akter' }] });
    const again = await world.ok('query ($id: UUID!) { holidays(chamberId: $id, year: 2026) { day name closed } }', { id: chamberId }, practice.owner.token);
    expect(again.holidays).toContainEqual({ day: '2026-12-16', name: 'Victory Day', closed: true });
    expect(again.holidays.map(({ name }: { name: string }) => name)).not.toContain('Repairs');
  });
});

describe('days that a doctor closes everywhere', () => {
  it('are closed by who manages every chamber in which the doctor sees patients, or has sessions, whether there are hours or not', async () => {
    const [{ chamberId, doctorId, day }, { chamberId: other }] = [await chamber(), await chamber()];
    const manager = await hire(world, practice, chamberId, 'MANAGER');
    const closeAs = (token: string, doctor: string) => world.graphql('mutation ($input: AddClosureInput!) { addClosure(input: $input) { sessions kept { id } } }', { input: { doctorId: doctor, firstDay: day, lastDay: day, reason: 'away' } }, token);
    expect((await closeAs(manager.token, doctorId)).errors).toBeUndefined();
    await world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: doctorId, chamberId: other, role: 'DOCTOR' } }, practice.owner.token);
    expect(codeOf(await closeAs(manager.token, doctorId))).toBe('FORBIDDEN');
    expect(codeOf(await closeAs(manager.token, practice.owner.memberId))).toBe('FORBIDDEN');
    const there = await owner.addSession({ chamberId: other, doctorId, localDate: day });
    await world.ok('mutation ($chamberId: UUID!, $memberId: UUID!) { removeAssignment(chamberId: $chamberId, memberId: $memberId) { id } }', { chamberId: other, memberId: doctorId }, practice.owner.token);
    expect(codeOf(await closeAs(manager.token, doctorId))).toBe('FORBIDDEN');
    expect((await closeAs(practice.owner.token, doctorId)).data.addClosure).toEqual({ sessions: 0, kept: [{ id: there.id }] });
    expect(faultsOf(await closeAs(manager.token, manager.memberId))).toEqual(['input.doctorId NOT_A_DOCTOR_THERE']);
  });
});

describe('the time zone of a chamber', () => {
  it('is set with its sessions: those of nobody are planned anew by its clock, the others stay at their instants and are named', async () => {
    const { chamberId, hours, day } = await chamber();
    const { planned } = await owner.addSchedule(hours);
    const [first, second] = await owner.sessions(chamberId, day, dayFromNow(60));
    await owner.book({ sessionId: first!.id, patientId });
    const edit = (timeZone: string) => world.graphql('mutation ($input: EditChamberInput!) { editChamber(input: $input) { timeZone version } }', { input: { id: chamberId, version: 1, timeZone } }, practice.owner.token);
    const refused = await edit('Asia/Dubai');
    expect(reasonOf(refused)).toBe('SESSIONS_TO_COME');
    expect(refused.errors![0]!.extensions).toMatchObject({ count: planned });
    expect((await edit('Asia/Dhaka')).data.editChamber).toEqual({ timeZone: 'Asia/Dhaka', version: 2 });
    const set = (version: number) => world.graphql('mutation ($input: SetChamberTimeZoneInput!) { setChamberTimeZone(input: $input) { planned takenBack kept { id startsAt } } }', { input: { chamberId, version, timeZone: 'Asia/Dubai' } }, practice.owner.token);
    expect(reasonOf(await set(1))).toBe('STALE_VERSION');
    expect((await set(2)).data.setChamberTimeZone).toEqual({ planned: planned - 1, takenBack: planned - 1, kept: [{ id: first!.id, startsAt: first!.startsAt }] });
    const after = await owner.sessions(chamberId, day, dayFromNow(60));
    expect(after.map(({ startsAt }) => clock(startsAt, 'Asia/Dubai'))).toEqual(['15:00', ...Array<string>(planned - 1).fill('17:00')]);
    expect(after[1]!.localDate).toBe(second!.localDate);
  });

  it('is set on whatever day it is in each zone: what is still to come today is named, though its day is over there', async () => {
    const { chamberId, doctorId } = await chamber('Etc/GMT+12');
    const session = await owner.addSession({ chamberId, doctorId, localDate: dayFromNow(0, 'Etc/GMT+12'), startsAt: '23:50', endsAt: '01:00' });
    const running = await owner.addSession({ chamberId, doctorId, localDate: dayFromNow(0, 'Etc/GMT+12'), startsAt: '22:40', endsAt: '23:40' });
    await owner.open(running.id);
    const { setChamberTimeZone } = await world.ok('mutation ($input: SetChamberTimeZoneInput!) { setChamberTimeZone(input: $input) { takenBack kept { id startsAt } } }', { input: { chamberId, version: 1, timeZone: 'Pacific/Kiritimati' } }, practice.owner.token);
    expect(setChamberTimeZone).toEqual({ takenBack: 0, kept: [running, session].map(({ id, startsAt }) => ({ id, startsAt })) });
  });
});

describe('planning that is asked for', () => {
  it('plans each day once, however many ask for overlapping stretches at the same moment, and none waits for another in a circle', async () => {
    const { chamberId, doctorId, hours, day } = await chamber();
    await owner.addSchedule(hours);
    for (const days of [8, 9, 10]) await owner.addSchedule({ ...hours, weekday: weekdayOf(dayFromNow(days)) });
    const deadlocks = async () => (await world.sql<{ deadlocks: string }>('superuser', 'select deadlocks from pg_stat_database where datname = current_database()'))[0]!.deadlocks;
    const before = await deadlocks();
    const plan = (first: number, last: number) => world.ok('mutation ($chamberId: UUID!, $first: LocalDate!, $last: LocalDate!) { planClinicSessions(chamberId: $chamberId, first: $first, last: $last) { id localDate doctor { id } } }',
      { chamberId, first: dayFromNow(first), last: dayFromNow(last) }, practice.owner.token);
    const planned = (await Promise.all([plan(61, 150), plan(100, 190), plan(90, 140), plan(62, 130)])).flatMap(({ planClinicSessions }) => planClinicSessions as Array<{ id: string; localDate: string; doctor: { id: string } }>);
    const days = planned.map(({ localDate }) => localDate).sort();
    expect(days).toEqual([...new Set(days)]);
    expect(days.every((one) => one > day)).toBe(true);
    expect(planned.length).toBe((await Promise.all([61, 101, 141, 181].map(async (first) => owner.sessions(chamberId, dayFromNow(first), dayFromNow(Math.min(first + 39, 190)))))).flat().length);
    expect(new Set(planned.map(({ doctor }) => doctor.id))).toEqual(new Set([doctorId]));
    expect(await deadlocks()).toBe(before);
  });
});

describe('a session added by hand', () => {
  it('is refused while the doctor or the room has another one', async () => {
    const { chamberId, doctorId, day } = await chamber();
    const { addRoom } = await world.ok('mutation ($input: AddRoomInput!) { addRoom(input: $input) { id } }', { input: { chamberId, name: 'Room 2' } }, practice.owner.token);
    const other = (await hire(world, practice, chamberId, 'DOCTOR')).memberId;
    const session = { chamberId, doctorId, roomId: addRoom.id, localDate: day, startsAt: '09:00', endsAt: '11:00', mode: 'SERIAL', capacity: 10 };
    const { id } = await owner.addSession(session);
    for (const changes of [{ roomId: null }, { doctorId: other }]) {
      const { errors } = await owner.addSessionAnswer({ ...session, startsAt: '10:30', endsAt: '12:00', ...changes });
      expect(errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'SESSIONS_OVERLAP', sessionIds: [id] });
    }
    await owner.addSession({ ...session, doctorId: other, startsAt: '11:00', endsAt: '12:00' });
  });

  it('is added once by twenty who add it at the same moment, and nobody waits long', async () => {
    const { chamberId, doctorId, day } = await chamber();
    const session = { chamberId, doctorId, localDate: day, startsAt: '09:00', endsAt: '11:00', mode: 'SERIAL', capacity: 10 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.addSessionAnswer(session)));
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(19).fill('SESSIONS_OVERLAP'));
  });

  it('cannot be in the past, nor in another practice’s chamber', async () => {
    const { chamberId, doctorId } = await chamber();
    const session = { chamberId, doctorId, localDate: dayFromNow(-1), startsAt: '09:00', endsAt: '11:00', mode: 'SERIAL', capacity: 10 };
    expect(faultsOf(await owner.addSessionAnswer(session))).toEqual(['input.localDate PAST']);
    const stranger = new Appointments(world, (await world.practice('Elsewhere')).owner.token);
    expect(codeOf(await stranger.addSessionAnswer({ ...session, localDate: dayFromNow(1) }))).toBe('NOT_FOUND');
  });
});
