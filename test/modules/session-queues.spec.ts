import { randomUUID } from 'node:crypto';
import { UnopenedSessions } from '../../src/appointments/unopened-sessions.service.js';
import { chamberId, desk, doctorId, freshDay, owner, pastTriggers, patients, practice, reception, serial, useClinic, world } from '../support/appointments-clinic.js';
import { Appointments, dayFromNow, reasonOf, weekdayOf } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { Socket, portOf } from '../support/sockets.js';
import { hire, openChamber } from '../support/staff.js';

useClinic();

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
    await expect(inPractice(`update clinic.appointments set status = 'NO_SHOW', ended_at = now() where id = '${one}'`)).rejects.toMatchObject({ code: 'SK061', message: 'the day of the appointment has not begun' });
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
