import { randomUUID } from 'node:crypto';
import { type AppointmentAnswer, type SessionAnswer, reasonOf, weekdayOf } from '../support/appointments.js';
import { Merges } from '../support/merges.js';
import { Online } from '../support/online.js';
import { anotherDoctor, bookAll, chamberId, dayBetween, desk, doctorId, freshDay, owner, patients, practice, reception, serial, slotOf, slots, statuses, succeeded, useClinic, watch, world } from '../support/session-changes-clinic.js';
import { Patients } from '../support/patients.js';
import { openChamber } from '../support/staff.js';

useClinic();

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

  it('keeps to itself which appointment of a patient is in the way', async () => {
    const session = await slots();
    const elsewhere = await openChamber(world, practice, 'Jui Mirpur');
    const there = await slots({ chamberId: elsewhere, localDate: session.localDate, doctorId: practice.owner.memberId, startsAt: '18:00', endsAt: '19:00' });
    await desk.book({ sessionId: session.id, patientId: patients[0], slotFrom: session.startsAt });
    const other = await owner.book({ sessionId: there.id, patientId: patients[0], slotFrom: there.startsAt });
    const late = { sessionId: session.id, kind: 'DELAY', minutes: 60 };
    expect((await desk.preview(late)).appointments).toMatchObject([{ obstacle: 'PATIENT_IS_ELSEWHERE', obstacleId: null }]);
    expect((await owner.preview(late)).appointments).toMatchObject([{ obstacle: 'PATIENT_IS_ELSEWHERE', obstacleId: other.id }]);
  });
});

describe('a session that is shifted', () => {
  it('takes place as another one, in which everybody keeps their number, and comes back when that is undone', async () => {
    const session = await serial();
    const booked = await bookAll(session, 3);
    await desk.cancelAnswer(booked[1]!);
    const [first, second] = booked.filter((_, index) => index !== 1).sort((a, b) => a.number - b.number);
    const change = await desk.change({ sessionId: session.id, kind: 'SHIFT', localDate: dayBetween(), startsAt: '09:00' });
    expect(await desk.session(session.id)).toMatchObject({ status: 'CANCELLED' });
    expect(await desk.session(change.newSessionId!)).toMatchObject({ status: 'PLANNED', localDate: dayBetween(), capacity: 40 });
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
