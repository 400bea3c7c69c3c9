import { randomUUID } from 'node:crypto';
import { chamberId, desk, doctorId, owner, pastTriggers, patients, practice, reception, serial, slots, useClinic, world } from '../support/appointments-clinic.js';
import { type SessionAnswer, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { Online } from '../support/online.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

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
