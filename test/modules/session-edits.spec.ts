import { Appointments, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { anotherDoctor, bookAll, chamberId, desk, doctorId, freshDay, owner, patients, practice, reception, serial, slots, statuses, useClinic, world } from '../support/session-changes-clinic.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';

useClinic();

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

  it('waits for whoever brings a session back there, as who does that waits for it', async () => {
    const place = await openChamber(world, practice, 'Jui Rampura');
    const { id } = await serial({ chamberId: place, doctorId: (await hire(world, practice, place, 'DOCTOR')).memberId });
    const { id: booked } = await owner.book({ sessionId: id, patientId: patients[0] });
    const change = await owner.change({ sessionId: id, kind: 'CANCEL' });
    const undoing = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await undoing.query('select from clinic.chambers where id = $1 for share', [place]);
    const archiving = archiveAnswer(place);
    await untilItWaits(world, archiving);
    const heir = '99999999-0000-7000-8000-000000000001';
    await undoing.query(`insert into clinic.sessions select (jsonb_populate_record(s, jsonb_build_object('id', $2::uuid, 'status', 'PLANNED', 'cancelled_at', null))).* from clinic.sessions s where s.id = $1`, [id, heir]);
    await undoing.query(`insert into clinic.appointments select (jsonb_populate_record(a, jsonb_build_object('id', $2::uuid, 'session_id', $2::uuid, 'status', 'BOOKED', 'ended_at', null))).* from clinic.appointments a where a.id = $1`, [booked, heir]);
    await undoing.commit();
    expect(reasonOf(await archiving)).toBe('CHAMBER_HAS_PATIENTS');
    const archives = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await archives.query('update clinic.chambers set archived_at = now() where id = $1', [place]);
    const undone = owner.undoAnswer(change.id);
    await untilItWaits(world, undone);
    await archives.commit();
    expect(reasonOf(await undone)).toBe('CHAMBER_ARCHIVED');
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
