import { randomUUID } from 'node:crypto';
import { desk, owner, patients, practice, reception, serial, slots, useClinic, world } from '../support/appointments-clinic.js';
import { type AppointmentAnswer, reasonOf } from '../support/appointments.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';

useClinic();

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
    const badda = await openChamber(world, practice, 'Shanti Badda');
    const stranger = await hire(world, practice, badda, 'RECEPTIONIST');
    for (const answer of [await leaseAnswer(session.id, device, 1, 'GENERAL', stranger.token), await release(id, stranger.token)]) expect(codeOf(answer)).toBe('FORBIDDEN');
    const own = await owner.addSession({ chamberId: badda, doctorId: practice.owner.memberId, localDate: session.localDate, startsAt: '06:00', endsAt: '08:00' });
    const theirs = await lease(own.id, device, 1, 'GENERAL', stranger.token);
    const { data: { handInBookings: handed } } = await handInAnswer(device, [item(id, 1, 0), item(theirs.id, 1, 1)], stranger.token);
    expect(outcomes(handed)).toEqual(['FORBIDDEN', 'BOOKED']);
    expect(codeOf(await release(randomUUID()))).toBe('NOT_FOUND');
    expect(faultsOf(await handInAnswer(device, [item(id, 1, 0, { note: ' ', channel: 'ONLINE' }), item(id, 2, 1, { clientId: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' })]))).toEqual(['input.bookings.0.channel ONLINE_IS_FOR_PATIENTS', 'input.bookings.0.note EMPTY', 'input.bookings.1.clientId UUID_VERSION']);
    expect(await desk.queue(session.id)).toEqual([]);
  });
});
