import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppointmentAnswer, Appointments, type EntryAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { hurryJobs } from '../support/mails.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { anotherDoctor, chamberId, desk, freshDay, owner, patients, practice, reception, serial, statuses, useClinic, world } from '../support/session-changes-clinic.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

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

  it('accepts no offer that was made before the day was closed, and is shown none to book', async () => {
    const { doctor, session, appointments: [booked] } = await full([0], [1]);
    await desk.cancelAnswer(booked!);
    const [entry] = await become(doctor, [[1, 'OFFERED']]);
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { closure { id } } }', { input: { chamberId, doctorId: doctor, firstDay: session.localDate, lastDay: session.localDate, reason: 'away' } }, practice.owner.token);
    expect(reasonOf(await desk.endWaitingAnswer('acceptWaitlistOffer', entry!))).toBe('DAY_CLOSED');
    expect((await desk.queue(session.id))[1]).toMatchObject({ status: 'HELD', allowedTransitions: ['CANCELLED'] });
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
