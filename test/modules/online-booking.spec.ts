import { randomBytes, randomUUID } from 'node:crypto';
import { HoldExpiry } from '../../src/appointments/held/hold-expiry.service.js';
import { limits } from '../../src/auth/throttle/limits.js';
import { newLinkSecret } from '../../src/links/link-secret.js';
import { type AppointmentAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { takeDepositAnswer } from '../support/deposits.js';
import { entriesOf } from '../support/entries.js';
import { chamberId, desk, doctor, owner, patients, practice, reception, sms, useClinic, world } from '../support/links-clinic.js';
import { Online } from '../support/online.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import type { GraphqlAnswer } from '../support/world.js';

/** How often one number asks for a code; `BOOKING_ATTEMPTS=10000 npx jest test/modules/online-booking -t 'asks very often'` tells how long that takes. */
const ATTEMPTS = Number(process.env['BOOKING_ATTEMPTS'] ?? 60);

useClinic();

describe('booking online', () => {
  let online: Online;
  let days = 3;
  let numbers = 100;
  const phone = (): string => `+880171122${++numbers}5`;
  const session = (changes: object = {}) => owner.addSession({ chamberId, doctorId: doctor.memberId, localDate: dayFromNow(days++), online: true, ...changes });
  const statusOf = async (secret: string) => (await online.bookingAnswer(secret)).data.onlineBooking.status;
  /** Lets the time of every held place be over. */
  const letExpire = (sessionId: string) => world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set held_until = now() where session_id = '${sessionId}' and status = 'HELD'`);

  beforeAll(async () => {
    online = await Online.open(world, practice, chamberId);
  });
  beforeEach(() => world.sql('superuser', 'truncate auth.throttles'));

  it('goes from a link over a code by SMS to a number and an expected time, and to the desk, which says who came', async () => {
    const { id, localDate } = await session({ capacity: 10, reserved: [{ series: 'ONLINE', first: 4, last: 6 }] });
    const { data: { onlineClinic } } = await world.graphql('query ($link: String!) { onlineClinic(link: $link) { name currency chambers { id name address lastDay deposit } } }', { link: online.link });
    expect(onlineClinic).toEqual({ name: 'Shanti Clinic', currency: 'BDT', chambers: [{ id: chamberId, name: 'Shanti Uttara', address: '', lastDay: dayFromNow(60), deposit: null }] });
    const { data: { onlineSessions: [offered] } } = await online.sessionsAnswer(chamberId, localDate);
    expect(offered).toMatchObject({ id, doctor: { nameEn: 'Rokeya Akter' }, availability: 'FEW', slots: [] });
    const number = phone();
    expect((await online.requestAnswer(number.replace('+88', ''))).data).toEqual({ requestBookingCode: true });
    const [told] = await sms.to(number);
    expect(told!.text).toMatch(/^\d{6} is your booking code, for 10 minutes\. Shanti Clinic$/);
    const { data: { holdOnlinePlace: held } } = await online.holdAnswer({ sessionId: id, phone: number, code: told!.text.slice(0, 6), name: 'Shirin Akter', ageYears: 30 });
    expect(held.booking).toMatchObject({ status: 'HELD', number: null, cancelledBy: null, practice: 'Shanti Clinic', chamber: 'Shanti Uttara', address: '', localDate, expectedFrom: null, deposit: null });
    expect(Date.parse(held.booking.heldUntil) - Date.now()).toBeLessThanOrEqual(600_000);
    const booked = (await online.stepAnswer('confirmOnlineBooking', held.secret)).data.confirmOnlineBooking;
    expect(booked).toMatchObject({ status: 'BOOKED', number: 4, heldUntil: null });
    expect(Date.parse(booked.expectedUntil)).toBeGreaterThan(Date.parse(booked.expectedFrom));
    expect((await online.stepAnswer('confirmOnlineBooking', held.secret)).data.confirmOnlineBooking).toEqual(booked);
    const [appointment] = await desk.queue(id);
    expect(appointment).toMatchObject({ patientId: null, channel: 'ONLINE', series: 'ONLINE', status: 'BOOKED' });
    const { appointment: seen } = await world.ok('query ($id: UUID!) { appointment(id: $id) { booker { name phone ageYears } patient { id } bookedBy { id } } }', { id: appointment!.id }, reception.token);
    expect(seen).toEqual({ booker: { name: 'Shirin Akter', phone: number, ageYears: 30 }, patient: null, bookedBy: null });
    await desk.open(id);
    expect((await desk.queue(id))[0]!['allowedTransitions']).toEqual(['CANCELLED', 'NO_SHOW']);
    expect(reasonOf(await desk.stepAnswer('noteArrival', appointment!.id))).toBe('BOOKER_UNKNOWN');
    const identify = (patientId: string, { version }: { version: number }) => world.graphql('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { patientId version } }', { input: { id: appointment!.id, version, patientId } }, reception.token);
    await desk.book({ sessionId: id, patientId: patients[1] });
    expect(reasonOf(await identify(patients[1]!, appointment!))).toBe('BOOKED_ALREADY');
    const { data: { identifyBooker: known } } = await identify(patients[0]!, appointment!);
    expect(known.patientId).toBe(patients[0]);
    expect(reasonOf(await identify(patients[2]!, known))).toBe('BOOKER_KNOWN');
    expect(await desk.step('noteArrival', appointment!.id)).toMatchObject({ status: 'ARRIVED' });
    expect(await statusOf(held.secret)).toBe('ARRIVED');
    expect(reasonOf(await online.stepAnswer('cancelOnlineBooking', held.secret))).toBe('APPOINTMENT_STATUS');
  });

  it('leaves an entry of each step in the trail of the practice, by nobody, whatever session the browser has', async () => {
    const { id } = await session();
    const number = phone();
    const { secret } = await online.hold(id, number);
    const other = await world.practice('Kadam Clinic');
    await world.ok('mutation ($secret: String!) { confirmOnlineBooking(secret: $secret) { status } }', { secret }, other.owner.token);
    await online.stepAnswer('cancelOnlineBooking', secret);
    const [appointment] = await desk.queue(id);
    for (const [operation, change] of [['holdOnlinePlace', [null, 'HELD']], ['confirmOnlineBooking', ['HELD', 'BOOKED']], ['cancelOnlineBooking', ['BOOKED', 'CANCELLED']]] as const) {
      const entry = (await entriesOf(world, practice.tenantId, `Mutation.${operation}`)).at(-1)!;
      expect(entry).toMatchObject({ outcome: 'SUCCESS', actor_member_id: null, actorName: null, records: expect.arrayContaining([`appointment:${appointment!.id}`]) as string[] });
      expect(entry.changes).toMatchObject([{ field: 'status', before: change[0], after: change[1] }]);
    }
    const users = await world.sql('superuser', `select from audit.entries where tenant_id = $1 and operation = 'Mutation.confirmOnlineBooking' and actor_user_id is not null`, [practice.tenantId]);
    expect(users).toEqual([]);
  });

  it('tells strangers how full a session is in three words and times to the half hour, and of slots a few', async () => {
    const { id, localDate } = await session({ capacity: 40 });
    const look = async () => (await online.sessionsAnswer(chamberId, localDate)).data.onlineSessions.find((one: { id: string }) => one.id === id);
    const before = await look();
    expect(before).toMatchObject({ availability: 'FREE' });
    expect(Object.keys(before).sort()).toEqual(['aboutFrom', 'aboutUntil', 'availability', 'doctor', 'id', 'localDate', 'mode', 'slots', 'startsAt']);
    await desk.book({ sessionId: id, patientId: patients[0] });
    expect(await look()).toEqual(before);
    for (const instant of [before.aboutFrom, before.aboutUntil]) expect(Date.parse(instant) % 1_800_000).toBe(0);
    const slots = await session({ mode: 'SLOT', slotMinutes: 15, capacity: undefined });
    const { data: { onlineSessions: [shown] } } = await online.sessionsAnswer(chamberId, slots.localDate);
    expect(shown).toMatchObject({ availability: 'FREE', aboutFrom: null });
    expect(shown.slots).toHaveLength(6);
    const after = new Date(Date.parse(slots.startsAt) + 100 * 60_000).toISOString();
    const later = await world.graphql('query ($link: String!, $chamberId: UUID!, $first: LocalDate!, $after: DateTime!) { onlineSessions(link: $link, chamberId: $chamberId, first: $first, days: 31) { slots(after: $after) { from } } }',
      { link: online.link, chamberId, first: slots.localDate, after });
    expect(later.data.onlineSessions[0].slots.map(({ from }: { from: string }) => (Date.parse(from) - Date.parse(slots.startsAt)) / 60_000)).toEqual([105, 120, 135, 150, 165]);
    const { booking } = await online.hold(slots.id, phone(), { slotFrom: shown.slots[1].from });
    expect(booking['slotFrom']).toBe(shown.slots[1].from);
    const number = phone();
    const code = await online.code(number);
    expect(reasonOf(await online.holdAnswer({ sessionId: slots.id, phone: number, code, slotFrom: shown.slots[1].from }))).toBe('SLOT_TAKEN');
    expect(faultsOf(await online.holdAnswer({ sessionId: slots.id, phone: number, code, slotFrom: slots.endsAt }))).toEqual(['input.slotFrom NOT_A_SLOT']);
    expect(faultsOf(await online.holdAnswer({ sessionId: slots.id, phone: number, code }))).toEqual(['input.slotFrom NEEDED']);
    // The code is used up only with the place that it gets.
    expect((await online.holdAnswer({ sessionId: slots.id, phone: number, code, slotFrom: shown.slots[0].from })).errors).toBeUndefined();
  });

  it('offers what is open for it, within the days ahead, and nothing on days closed since', async () => {
    const [open, shut, closed] = [await session(), await session({ online: false }), await session()];
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { kept { id } } }', { input: { doctorId: doctor.memberId, firstDay: closed.localDate, lastDay: closed.localDate, reason: 'away' } }, practice.owner.token);
    expect((await online.sessionsAnswer(chamberId, open.localDate, 3)).data.onlineSessions.map(({ id }: { id: string }) => id)).toEqual([open.id]);
    const number = phone();
    const code = await online.code(number);
    for (const { id } of [shut, closed]) expect(codeOf(await online.holdAnswer({ sessionId: id, phone: number, code }))).toBe('NOT_FOUND');
    const elsewhere = await openChamber(world, practice, 'Shanti Tongi');
    expect(codeOf(await online.sessionsAnswer(elsewhere, open.localDate))).toBe('NOT_FOUND');
    expect(faultsOf(await online.sessionsAnswer(chamberId, open.localDate, 32))).toEqual(['days OUT_OF_RANGE']);
  });

  it('holds a place for ten minutes: then it is free at once, and let go by the minute', async () => {
    const { id, localDate } = await session({ capacity: 1 });
    const { secret } = await online.hold(id, phone());
    const number = phone();
    const code = await online.code(number);
    expect(reasonOf(await online.holdAnswer({ sessionId: id, phone: number, code }))).toBe('SESSION_FULL');
    expect((await online.sessionsAnswer(chamberId, localDate)).data.onlineSessions[0].availability).toBe('FULL');
    await letExpire(id);
    expect((await online.sessionsAnswer(chamberId, localDate)).data.onlineSessions[0].availability).toBe('FEW');
    expect(await statusOf(secret)).toBe('EXPIRED');
    expect(reasonOf(await online.stepAnswer('confirmOnlineBooking', secret))).toBe('APPOINTMENT_STATUS');
    await world.app.get(HoldExpiry, { strict: false }).expire();
    expect((await desk.queue(id)).map(({ status }) => status)).toEqual(['EXPIRED']);
    const { data: { holdOnlinePlace: held } } = await online.holdAnswer({ sessionId: id, phone: number, code });
    expect((await online.stepAnswer('confirmOnlineBooking', held.secret)).data.confirmOnlineBooking).toMatchObject({ number: 2 });
  });

  it('of a place that is over is no place that is booked: a capacity can go below it', async () => {
    const { id, version } = await session({ capacity: 2 });
    for (let n = 0; n < 2; n++) await online.hold(id, phone());
    expect(reasonOf(await owner.editAnswer({ id, version, capacity: 1 }))).toBe('MORE_ARE_BOOKED');
    await letExpire(id);
    expect((await owner.editAnswer({ id, version, capacity: 1 })).data.editClinicSession).toMatchObject({ capacity: 1 });
    // Whoever books lets them go, and has not ended them.
    await desk.book({ sessionId: id, patientId: patients[0] });
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { status endedBy { id } } } }', { id }, reception.token);
    expect(clinicSession.appointments).toEqual([...Array(2).fill({ status: 'EXPIRED', endedBy: null }) as object[], { status: 'BOOKED', endedBy: null }]);
  });

  it('goes to nobody whose doctor sees patients elsewhere only', async () => {
    const leaving = await hire(world, practice, chamberId, 'DOCTOR');
    const { id, localDate } = await session({ doctorId: leaving.memberId });
    const { secret } = await online.hold(id, phone());
    const offered = async () => (await online.sessionsAnswer(chamberId, localDate)).data.onlineSessions.map((one: { id: string }) => one.id);
    expect(await offered()).toEqual([id]);
    await world.ok('mutation ($id: UUID!, $chamberId: UUID!) { removeAssignment(memberId: $id, chamberId: $chamberId) { id } }', { id: leaving.memberId, chamberId }, practice.owner.token);
    expect(await offered()).toEqual([]);
    const number = phone();
    expect(codeOf(await online.holdAnswer({ sessionId: id, phone: number, code: await online.code(number) }))).toBe('NOT_FOUND');
    expect(reasonOf(await online.stepAnswer('confirmOnlineBooking', secret))).toBe('NOT_OFFERED');
    expect((await online.stepAnswer('cancelOnlineBooking', secret)).data.cancelOnlineBooking).toMatchObject({ status: 'CANCELLED' });
  });

  it('is told the time of the number that it would get, also when others have later ones', async () => {
    const { id, localDate } = await session({ capacity: 12, reserved: [{ series: 'ONLINE', first: 1, last: 3 }] });
    for (const patientId of patients.slice(0, 9)) await desk.book({ sessionId: id, patientId });
    const { data: { onlineSessions: [offered] } } = await online.sessionsAnswer(chamberId, localDate);
    const { secret } = await online.hold(id, phone());
    const { expectedFrom, expectedUntil } = (await online.stepAnswer('confirmOnlineBooking', secret)).data.confirmOnlineBooking;
    expect(Date.parse(offered.aboutFrom)).toBeLessThanOrEqual(Date.parse(expectedFrom));
    expect(Date.parse(offered.aboutUntil) - Date.parse(expectedUntil)).toBeLessThan(30 * 60_000);
    expect(Date.parse(offered.aboutUntil)).toBeGreaterThanOrEqual(Date.parse(expectedUntil));
  });

  it('counts in figures when it was booked, and not when it was only held', async () => {
    const { id, localDate } = await session();
    const secrets = [];
    for (let n = 0; n < 3; n++) secrets.push((await online.hold(id, phone())).secret);
    await online.stepAnswer('cancelOnlineBooking', secrets[0]!);
    for (const secret of secrets.slice(1)) await online.stepAnswer('confirmOnlineBooking', secret);
    await online.stepAnswer('cancelOnlineBooking', secrets[1]!);
    const { appointmentFigures } = await world.ok('query ($chamberId: UUID!, $day: LocalDate!) { appointmentFigures(chamberId: $chamberId, from: $day, to: $day) { booked cancelled bookedShare capacity } }', { chamberId, day: localDate }, practice.owner.token);
    expect(appointmentFigures).toEqual([{ booked: 2, cancelled: 1, bookedShare: 1 / 40, capacity: 40 }]);
  });

  it('of many at once gives each place to one, and confirmed by many at once it is booked once', async () => {
    const { id } = await session({ capacity: 3, reserved: [{ series: 'ONLINE', first: 2, last: 3 }] });
    const codes: Array<[string, string]> = [];
    for (let n = 0; n < 6; n++) {
      const number = phone();
      codes.push([number, await online.code(number)]);
    }
    const answers = await Promise.all(codes.map(([number, code]) => online.holdAnswer({ sessionId: id, phone: number, code })));
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(4).fill('SESSION_FULL'));
    const { secret } = answers.find(({ errors }) => !errors)!.data.holdOnlinePlace;
    const confirmed = await Promise.all(Array.from({ length: 8 }, () => online.stepAnswer('confirmOnlineBooking', secret)));
    expect(new Set(confirmed.map(({ data }) => data.confirmOnlineBooking.status))).toEqual(new Set(['BOOKED']));
    const [versions] = await world.sql<{ versions: number[] }>('superuser', `select array_agg(version order by version) as versions from clinic.appointments where session_id = $1`, [id]);
    expect(versions!.versions).toEqual([1, 2]);
    expect((await desk.queue(id)).map(({ number }) => number)).toEqual([2, 3]);
  });

  it('takes a code once, of many at the same moment too, and refuses alike one that is wrong, used, over, of another number or was never sent', async () => {
    const { id } = await session();
    const number = phone();
    const code = await online.code(number);
    const answers = await Promise.all(Array.from({ length: 5 }, () => online.holdAnswer({ sessionId: id, phone: number, code })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const bare = ({ status, errors }: Awaited<ReturnType<Online['holdAnswer']>>) => ({ status, message: errors![0]!.message, code: errors![0]!.extensions.code });
    const used = bare(await online.holdAnswer({ sessionId: id, phone: number, code }));
    expect(used.code).toBe('SIGN_IN_REFUSED');
    const late = phone();
    const lateCode = await online.code(late);
    await world.sql('superuser', `update clinic.booking_codes set expires_at = now() where used_at is null`);
    for (const [at, tried] of [[late, lateCode], [phone(), code], [late, 'abc'], [late, '']]) expect(bare(await online.holdAnswer({ sessionId: id, phone: at, code: tried }))).toEqual(used);
    expect(await desk.queue(id)).toHaveLength(1);
  });

  it('ends a code with the fifth try, those at the same moment counted, and takes it in Bangla digits', async () => {
    const { id } = await session();
    const number = phone();
    const code = await online.code(number);
    const wrong = (n: number): string => String((Number(code) + n + 1) % 1_000_000).padStart(6, '0');
    await Promise.all(Array.from({ length: 4 }, (_, n) => online.holdAnswer({ sessionId: id, phone: number, code: wrong(n) })));
    const other = phone();
    const bangla = (await online.code(other)).replace(/\d/g, (digit) => '০১২৩৪৫৬৭৮৯'[Number(digit)]!);
    expect((await online.holdAnswer({ sessionId: id, phone: other, code: bangla })).errors).toBeUndefined();
    expect(codeOf(await online.holdAnswer({ sessionId: id, phone: number, code: wrong(4) }))).toBe('SIGN_IN_REFUSED');
    expect(codeOf(await online.holdAnswer({ sessionId: id, phone: number, code }))).toBe('SIGN_IN_REFUSED');
  });

  it('is refused to one number that asks very often, with THROTTLED, and no more is sent', async () => {
    const number = phone();
    const answers: GraphqlAnswer[] = [];
    const began = performance.now();
    while (answers.length < ATTEMPTS) answers.push(...await Promise.all(Array.from({ length: Math.min(60, ATTEMPTS - answers.length) }, () => online.requestAnswer(number))));
    if (ATTEMPTS > 60) console.info(`${ATTEMPTS} codes asked for in ${Math.round((performance.now() - began) / 1000)} s, ${answers.filter(({ errors }) => !errors).length} sent, ${(await entriesOf(world, practice.tenantId, 'Mutation.requestBookingCode')).length} entries of all tests`);
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(limits.bookingCode.account);
    const refused = answers.filter(({ errors }) => errors);
    for (const { errors } of refused) expect(errors![0]!.extensions).toMatchObject({ code: 'THROTTLED', retryAfterSeconds: expect.any(Number) as number });
    expect(sms.requests.filter(({ sms: { to } }) => to === number).length).toBeLessThanOrEqual(limits.bookingCode.account);
    const many = await session();
    await world.sql('superuser', 'truncate auth.throttles');
    const wrong = await Promise.all(Array.from({ length: 30 }, () => online.holdAnswer({ sessionId: many.id, phone: number, code: '000000' })));
    expect(wrong.filter((answer) => codeOf(answer) === 'SIGN_IN_REFUSED').length).toBeLessThanOrEqual(limits.bookingProof.account);
    expect(codeOf(wrong.at(-1)!)).toBe('THROTTLED');
  });

  it('sends codes to mobile numbers of its own country, and of those that it names', async () => {
    const dhabi = '+971501234567';
    for (const [number, reason] of [['+37120000001', 'OTHER_COUNTRY'], ['+882161234567', 'OTHER_COUNTRY'], [dhabi, 'OTHER_COUNTRY'], ['02-55012345', 'NOT_MOBILE'], ['09612345678', 'NOT_MOBILE']]) {
      expect(faultsOf(await online.requestAnswer(number!))).toEqual([`input.phone ${reason}`]);
      expect(faultsOf(await online.holdAnswer({ sessionId: randomUUID(), phone: number, code: '000000' }))).toEqual([`input.phone ${reason}`]);
    }
    const edit = (version: number, countries: string[]) => world.graphql('mutation ($input: EditOnlineBookingInput!) { editOnlineBooking(input: $input) { version countries } }', { input: { chamberId, version, countries } }, practice.owner.token);
    expect(faultsOf(await edit(1, ['AE', 'Emirates', 'ae']))).toEqual(['input.countries.1 NOT_A_COUNTRY', 'input.countries.2 NOT_A_COUNTRY']);
    expect(faultsOf(await edit(1, Array<string>(21).fill('AE')))).toEqual(['input.countries TOO_MANY']);
    expect((await edit(1, ['AE', 'AE'])).data.editOnlineBooking).toEqual({ version: 2, countries: ['AE'] });
    const asked = await world.graphql('query ($link: String!) { onlineClinic(link: $link) { countries } }', { link: online.link });
    expect(asked.data.onlineClinic.countries).toEqual(['BD', 'AE']);
    expect((await online.requestAnswer(dhabi)).errors).toBeUndefined();
    expect(faultsOf(await online.requestAnswer('+37120000001'))).toEqual(['input.phone OTHER_COUNTRY']);
    await edit(2, []);
  });

  it('sends one number eight codes a day', async () => {
    const number = phone();
    const nextQuarter = () => world.sql('superuser', `delete from auth.throttles where key !~ 'ADay'`);
    for (let n = 0; n < 2; n++) {
      for (const { errors } of await Promise.all(Array.from({ length: limits.bookingCode.account }, () => online.requestAnswer(number)))) expect(errors).toBeUndefined();
      await nextQuarter();
    }
    const { code, retryAfterSeconds } = (await online.requestAnswer(number)).errors![0]!.extensions;
    expect(code).toBe('THROTTLED');
    expect(retryAfterSeconds).toBeGreaterThan(80_000);
    expect((await online.requestAnswer(phone())).errors).toBeUndefined();
  });

  it('is closed by no one address, however many numbers it invents, nor by five of them', async () => {
    const from = (remoteAddress: string) => world.app.inject({
      method: 'POST', url: '/graphql', remoteAddress, headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ query: 'mutation ($input: RequestBookingCodeInput!) { requestBookingCode(input: $input) }', variables: { input: { link: online.link, phone: phone() } } }),
    });
    const outcomes = async (address: (n: number) => string) => {
      const answers = await Promise.all(Array.from({ length: limits.bookingCodeOfPractice.accountHere + 5 }, (_, n) => from(address(n))));
      return answers.map((answer) => answer.json<{ errors?: Array<{ extensions: { code: string } }> }>().errors?.[0]!.extensions.code ?? 'sent').sort();
    };
    const share = [...Array<string>(5).fill('THROTTLED'), ...Array<string>(limits.bookingCodeOfPractice.accountHere).fill('sent')];
    expect(await outcomes(() => '198.51.100.1')).toEqual(share);
    // All networks of one site are one address.
    expect(await outcomes((n) => `2001:db8:7:${n.toString(16)}::1`)).toEqual(share);
    expect((await from('198.51.100.2')).json()).toEqual({ data: { requestBookingCode: true } });
    for (const { accountHere, account } of [limits.bookingCodeOfPractice, limits.bookingCodeOfPracticeADay]) expect(5 * accountHere).toBeLessThan(account / 2);
    expect(5 * limits.bookingCodeADay.address).toBeLessThan(limits.bookingCodeOfAllADay.account / 2);
  });

  it('gives one number as many bookings to come as it may have', async () => {
    const number = phone();
    for (let n = 0; n < 4; n++) {
      await world.sql('superuser', 'truncate auth.throttles');
      await online.hold((await session()).id, number);
    }
    await world.sql('superuser', 'truncate auth.throttles');
    const { id, startsAt } = await session({ mode: 'SLOT', slotMinutes: 30, capacity: undefined });
    await desk.book({ sessionId: id, patientId: patients[0], slotFrom: startsAt });
    const code = await online.code(number);
    const probe = (slot: number) => online.holdAnswer({ sessionId: id, phone: number, code, slotFrom: new Date(Date.parse(startsAt) + slot * 1_800_000) });
    // Which slots are free is told to nobody who cannot have one; and five answers end the code.
    for (const slot of [0, 1, 2, 0, 1]) expect(reasonOf(await probe(slot))).toBe('TOO_MANY_BOOKINGS');
    expect(codeOf(await probe(0))).toBe('SIGN_IN_REFUSED');
    const [other, found] = [phone(), { sessionId: id, slotFrom: startsAt }];
    const otherCode = await online.code(other);
    for (let n = 0; n < 5; n++) expect(reasonOf(await online.holdAnswer({ ...found, phone: other, code: otherCode }))).toBe('SLOT_TAKEN');
    expect(codeOf(await online.holdAnswer({ ...found, phone: other, code: otherCode }))).toBe('SIGN_IN_REFUSED');
  });

  it('tells the number of a place to nobody who never booked it', async () => {
    const { id } = await session();
    const { secret } = await online.hold(id, phone());
    expect((await online.stepAnswer('cancelOnlineBooking', secret)).data.cancelOnlineBooking).toMatchObject({ status: 'CANCELLED', number: null });
    expect((await online.bookingAnswer(secret)).data.onlineBooking.number).toBeNull();
  });

  it('that is held again after a lost answer, at the same moment too, holds one place and answers with its secret', async () => {
    const { id } = await session();
    const number = phone();
    const request = { sessionId: id, phone: number, code: await online.code(number), idempotencyKey: randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => online.holdAnswer(request)));
    const again = await online.holdAnswer(request);
    for (const { data } of answers) expect(data).toEqual(again.data);
    const { secret } = again.data.holdOnlinePlace;
    expect((await online.stepAnswer('confirmOnlineBooking', secret)).data.confirmOnlineBooking).toMatchObject({ status: 'BOOKED', number: 1 });
    expect((await online.holdAnswer(request)).data.holdOnlinePlace).toMatchObject({ secret, booking: { status: 'BOOKED', number: 1 } });
    for (const other of [{ idempotencyKey: randomUUID() }, { idempotencyKey: null }, { name: 'Somebody Else' }, { sessionId: (await session()).id }]) expect(codeOf(await online.holdAnswer({ ...request, ...other }))).toBe('SIGN_IN_REFUSED');
    expect(await desk.queue(id)).toHaveLength(1);
  });

  it('takes a code five times, right or wrong, of many at the same moment too, by the function alone that compares it', async () => {
    const link = Buffer.from(online.link);
    const codeTo = async (number: string) => {
      await online.code(number);
      const [row] = await world.sql<{ id: string; phone_token: Buffer; code_token: Buffer }>('superuser', 'select id, phone_token, code_token from clinic.booking_codes where tenant_id = $1 order by created_at desc limit 1', [practice.tenantId]);
      return row!;
    };
    const tryCode = async (row: { phone_token: Buffer }, code: Buffer) =>
      (await world.sql<{ is_right: boolean }>('auth', 'select platform.try_booking_code($1, $2, $3, $4) as is_right', [practice.tenantId, link, row.phone_token, code]))[0]!.is_right;
    const guessed = await codeTo(phone());
    expect(await Promise.all(Array.from({ length: 8 }, () => tryCode(guessed, randomBytes(16))))).toEqual(Array(8).fill(false));
    expect(await tryCode(guessed, guessed.code_token)).toBe(false);
    const known = await codeTo(phone());
    expect((await Promise.all(Array.from({ length: 8 }, () => tryCode(known, known.code_token)))).sort()).toEqual([false, false, false, true, true, true, true, true]);
    expect(await world.sql('superuser', 'select tries from clinic.booking_codes where id = any ($1)', [[guessed.id, known.id]])).toEqual([{ tries: 5 }, { tries: 5 }]);
  });

  it('steps sixty times in a quarter of an hour, waits for nobody when there is nothing to do, and fills no trail', async () => {
    const { id } = await session();
    const { secret } = await online.hold(id, phone());
    await online.stepAnswer('confirmOnlineBooking', secret);
    const lock = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await lock.query('select from clinic.sessions where id = $1 for update', [id]);
    let answered = false;
    const again = online.stepAnswer('confirmOnlineBooking', secret).then((answer) => {
      answered = true;
      return answer;
    });
    await untilItWaits(world, again);
    expect(answered).toBe(true);
    await lock.commit();
    expect((await again).data.confirmOnlineBooking).toMatchObject({ status: 'BOOKED' });
    const before = (await entriesOf(world, practice.tenantId, 'Mutation.confirmOnlineBooking')).length;
    const codes = (await Promise.all(Array.from({ length: limits.linkOpened.account + 20 }, () => online.stepAnswer('confirmOnlineBooking', secret)))).map(({ errors }) => errors?.[0]!.extensions.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(limits.linkOpened.account - 2);
    expect(new Set(codes)).toEqual(new Set([undefined, 'THROTTLED']));
    // Of those that were refused the first and the tenth.
    expect((await entriesOf(world, practice.tenantId, 'Mutation.confirmOnlineBooking')).length - before).toBe(limits.linkOpened.account - 2 + 2);
  });

  it('is found where the desk moved it, and cancelled there', async () => {
    const [from, to] = [await session(), await session()];
    const { secret } = await online.hold(from.id, phone());
    await online.stepAnswer('confirmOnlineBooking', secret);
    const [before] = await desk.queue(from.id);
    expect((await desk.rescheduleAnswer({ id: before!.id, version: before!.version, sessionId: to.id })).errors).toBeUndefined();
    expect((await online.bookingAnswer(secret)).data.onlineBooking).toMatchObject({ status: 'BOOKED', localDate: to.localDate, number: 1 });
    expect((await online.stepAnswer('cancelOnlineBooking', secret)).data.cancelOnlineBooking).toMatchObject({ status: 'CANCELLED' });
    expect((await desk.queue(to.id)).map(({ status }) => status)).toEqual(['CANCELLED']);
  });

  it('is found where it is moved to at the same moment: cancelled there, and confirmed', async () => {
    const [id, other] = [(await session()).id, (await session()).id];
    const { secret } = await online.hold(id, phone());
    await online.stepAnswer('confirmOnlineBooking', secret);
    const [appointment] = await desk.queue(id);
    const meet = async (sessionId: string, move: () => Promise<{ errors?: unknown }>, step: () => ReturnType<Online['stepAnswer']>) => {
      const lock = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await lock.query('select from clinic.sessions where id = $1 for update', [sessionId]);
      const moved = move();
      await untilItWaits(world, moved);
      const stepped = step();
      await untilItWaits(world, stepped, 2);
      await lock.commit();
      expect((await moved).errors).toBeUndefined();
      return stepped;
    };
    const cancelled = await meet(id, () => desk.rescheduleAnswer({ id: appointment!.id, version: appointment!.version, sessionId: other }), () => online.stepAnswer('cancelOnlineBooking', secret));
    expect(cancelled.data.cancelOnlineBooking).toMatchObject({ status: 'CANCELLED' });
    expect((await desk.queue(other)).map(({ status }) => status)).toEqual(['CANCELLED']);
    // Confirmed by another request, and moved, while this one waits.
    const { id: at } = await session();
    const held = await online.hold(at, phone());
    const lock = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await lock.query('select from clinic.sessions where id = $1 for update', [at]);
    const confirmed = online.stepAnswer('confirmOnlineBooking', held.secret);
    await untilItWaits(world, confirmed);
    await lock.query(`update clinic.online_bookings b set confirmed_at = now() from clinic.appointments a where a.session_id = $1 and b.id = a.id`, [at]);
    for (const status of ['BOOKED', 'CANCELLED']) await lock.query(`update clinic.appointments set status = $2::text, held_until = null, ended_at = case $2::text when 'CANCELLED' then now() end where session_id = $1`, [at, status]);
    await lock.query(`insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, status, visit_type, channel, series, number, call_order, details, rescheduled_from)
      select s.tenant_id, gen_random_uuid(), s.id, s.chamber_id, s.local_date, s.doctor_id, 'BOOKED', a.visit_type, a.channel, a.series, 30, 30, a.details, a.id from clinic.appointments a, clinic.sessions s where a.session_id = $1 and s.id = $2`, [at, other]);
    await lock.commit();
    expect((await confirmed).data.confirmOnlineBooking).toMatchObject({ status: 'BOOKED', number: 30 });
  });

  it('gets one of everybody’s places where the desk moves it and none is left for who books online', async () => {
    const reserved = [{ series: 'ONLINE', first: 1, last: 1 }];
    const [one, two, to] = [await session({ reserved, capacity: 5 }), await session({ reserved, capacity: 5 }), await session({ reserved, capacity: 5 })];
    for (const { id } of [one, two, to]) await online.stepAnswer('confirmOnlineBooking', (await online.hold(id, phone())).secret);
    const [before] = await desk.queue(one.id);
    expect((await desk.rescheduleAnswer({ id: before!.id, version: before!.version, sessionId: to.id })).data.rescheduleAppointment).toMatchObject({ series: 'GENERAL', number: 2 });
    await desk.change({ sessionId: two.id, kind: 'MOVE', toSessionId: to.id });
    expect((await desk.queue(to.id)).map(({ number, status }) => `${number} ${status}`)).toEqual(['1 BOOKED', '2 BOOKED', '3 BOOKED']);
  });

  it('that is cancelled after its session was is not brought back with the others, and waits for nobody once that was said', async () => {
    const { id } = await session();
    const secrets = [(await online.hold(id, phone())).secret, (await online.hold(id, phone())).secret] as const;
    for (const secret of secrets) await online.stepAnswer('confirmOnlineBooking', secret);
    const change = await desk.change({ sessionId: id, kind: 'CANCEL' });
    expect((await online.bookingAnswer(secrets[0])).data.onlineBooking).toMatchObject({ status: 'CANCELLED', cancelledBy: 'PRACTICE' });
    expect((await online.stepAnswer('cancelOnlineBooking', secrets[0])).data.cancelOnlineBooking).toMatchObject({ status: 'CANCELLED', cancelledBy: 'PATIENT' });
    const lock = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await lock.query('select from clinic.sessions where id = $1 for update', [id]);
    expect((await online.stepAnswer('cancelOnlineBooking', secrets[0])).data.cancelOnlineBooking.status).toBe('CANCELLED');
    await lock.commit();
    expect((await desk.undo(change.id)).appointments.map(({ obstacle }) => obstacle).sort()).toEqual(['GONE_ON', null]);
    expect([await statusOf(secrets[0]), await statusOf(secrets[1])]).toEqual(['CANCELLED', 'BOOKED']);
  });

  it('that is only held keeps no change of its session from being undone, and is let go then', async () => {
    const before = await session();
    await desk.book({ sessionId: before.id, patientId: patients[0] });
    const change = await desk.change({ sessionId: before.id, kind: 'SHIFT', startsAt: '10:00' });
    const over = await online.hold(change.newSessionId!, phone());
    await letExpire(change.newSessionId!);
    const { secret } = await online.hold(change.newSessionId!, phone());
    expect((await desk.undo(change.id)).restoredSessionId).not.toBeNull();
    expect([await statusOf(over.secret), await statusOf(secret)]).toEqual(['EXPIRED', 'CANCELLED']);
  });

  it('waits for a deposit where there is one, until somebody who takes money says that it is paid', async () => {
    const place = await openChamber(world, practice, 'Shanti Savar');
    const money = await Online.open(world, practice, place, { deposit: 20_000, depositMinutes: 30 });
    const { id } = await owner.addSession({ chamberId: place, doctorId: practice.owner.memberId, localDate: dayFromNow(3), online: true });
    const { secret, booking } = await money.hold(id, phone());
    expect(booking).toMatchObject({ deposit: 20_000, currency: 'BDT', depositPaid: false });
    expect(Date.parse(booking['heldUntil'] as string) - Date.now()).toBeGreaterThan(25 * 60_000);
    expect((await money.stepAnswer('confirmOnlineBooking', secret)).errors![0]!.extensions).toMatchObject({ reason: 'DEPOSIT_DUE', deposit: 20_000, currency: 'BDT' });
    const [appointment] = await owner.queue(id);
    const told = async () => (await world.ok('query ($id: UUID!) { appointment(id: $id) { allowedTransitions deposit { amount currency paidAt } } }', { id: appointment!.id }, practice.owner.token)).appointment;
    expect(await told()).toEqual({ allowedTransitions: ['BOOKED', 'CANCELLED'], deposit: { amount: 20_000, currency: 'BDT', paidAt: null } });
    const pay = (token: string) => takeDepositAnswer(world, token, appointment!.id, { patientId: patients[0] });
    expect((await pay(reception.token)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'payments:take' });
    const [first, second] = (await Promise.all([pay(practice.owner.token), pay(practice.owner.token)])).sort((one) => (one.errors ? 1 : -1));
    expect(first.data.answer.appointment).toMatchObject({ id: appointment!.id, status: 'BOOKED', deposit: { paidAt: expect.any(String), toBeReturned: false } });
    expect(reasonOf(second)).toBe('DEPOSIT_PAID');
    expect((await money.stepAnswer('confirmOnlineBooking', secret)).data.confirmOnlineBooking).toMatchObject({ status: 'BOOKED', depositPaid: true, number: 1 });
    // Moved, it is as paid as before.
    const [paid] = await owner.queue(id);
    const elsewhere = await owner.addSession({ chamberId: place, doctorId: practice.owner.memberId, localDate: dayFromNow(4) });
    const { data: { rescheduleAppointment: moved } } = await owner.rescheduleAnswer({ id: paid!.id, version: paid!.version, sessionId: elsewhere.id });
    const { newSessionId } = await owner.change({ sessionId: elsewhere.id, kind: 'SHIFT', startsAt: '21:00' });
    const { clinicSession } = await world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { rescheduledFromId deposit { amount paidAt } } } }', { id: newSessionId }, practice.owner.token);
    expect(clinicSession.appointments).toEqual([{ rescheduledFromId: moved.id, deposit: { amount: 20_000, paidAt: expect.any(String) } }]);
    const free = await online.hold((await session()).id, phone());
    const [other] = await world.sql<{ id: string }>('superuser', `select id from clinic.appointments where tenant_id = $1 and status = 'HELD' order by created_at desc limit 1`, [practice.tenantId]);
    expect(free.booking['deposit']).toBeNull();
    expect(reasonOf(await takeDepositAnswer(world, practice.owner.token, other!.id, { patientId: patients[0] }))).toBe('NO_DEPOSIT');
  });

  it('is not booked with a deposit that is paid after the doctor has left, or too late: it is to be returned', async () => {
    const place = await openChamber(world, practice, 'Shanti Gazipur');
    const money = await Online.open(world, practice, place, { deposit: 20_000 });
    const leaving = await hire(world, practice, place, 'DOCTOR');
    const { id } = await owner.addSession({ chamberId: place, doctorId: leaving.memberId, localDate: dayFromNow(3), online: true });
    const late = await money.hold(id, phone());
    const [{ id: lateId }] = (await owner.queue(id)) as [AppointmentAnswer];
    await letExpire(id);
    const { secret } = await money.hold(id, phone());
    const [, { id: heldId }] = (await owner.queue(id)) as [AppointmentAnswer, AppointmentAnswer];
    await world.ok('mutation ($id: UUID!, $chamberId: UUID!) { removeAssignment(memberId: $id, chamberId: $chamberId) { id } }', { id: leaving.memberId, chamberId: place }, practice.owner.token);
    for (const [appointmentId, appointment] of [[heldId, { status: 'CANCELLED', messages: [{ kind: 'CANCELLED' }] }], [lateId, { status: 'EXPIRED', messages: [] }]] as const) {
      const { data } = await takeDepositAnswer(world, practice.owner.token, appointmentId, { patientId: patients[0] });
      expect(data.answer).toMatchObject({ status: 'HELD', outcome: 'REFUNDABLE', appointment: { ...appointment, deposit: { paidAt: expect.any(String), toBeReturned: true } } });
    }
    expect((await money.bookingAnswer(secret)).data.onlineBooking).toMatchObject({ status: 'CANCELLED', depositPaid: true, number: null });
    expect(reasonOf(await money.stepAnswer('confirmOnlineBooking', late.secret))).toBe('APPOINTMENT_STATUS');
  });

  it('is not booked after the day was closed, with a deposit that is paid neither: it is to be returned', async () => {
    const place = await openChamber(world, practice, 'Shanti Narsingdi');
    const there = await hire(world, practice, place, 'DOCTOR');
    const money = await Online.open(world, practice, place, { deposit: 20_000 });
    const [free, due] = [await session(), await owner.addSession({ chamberId: place, doctorId: there.memberId, localDate: dayFromNow(3), online: true })];
    const [{ secret }, paid] = [await online.hold(free.id, phone()), await money.hold(due.id, phone())];
    for (const [{ localDate }, { memberId: doctorId }] of [[free, doctor], [due, there]] as const) {
      await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { closure { id } } }', { input: { doctorId, firstDay: localDate, lastDay: localDate, reason: 'away' } }, practice.owner.token);
    }
    expect(reasonOf(await online.stepAnswer('confirmOnlineBooking', secret))).toBe('NOT_OFFERED');
    expect(await statusOf(secret)).toBe('HELD');
    const [held] = await owner.queue(due.id);
    expect(held!['allowedTransitions']).toEqual(['CANCELLED']);
    const { data } = await takeDepositAnswer(world, practice.owner.token, held!.id, { patientId: patients[0] });
    expect(data.answer.appointment).toMatchObject({ status: 'CANCELLED', deposit: { toBeReturned: true } });
    expect((await money.bookingAnswer(paid.secret)).data.onlineBooking).toMatchObject({ status: 'CANCELLED', cancelledBy: 'PRACTICE', depositPaid: true });
  });

  it('opens nothing by a link or a secret that was guessed, is of another practice or was ended', async () => {
    const { id, localDate } = await session();
    const { secret } = await online.hold(id, phone());
    const other = await world.practice('Shapla Clinic');
    const theirs = await Online.open(world, other, await openChamber(world, other, 'Shapla Uttara'));
    const bare = ({ status, errors }: Awaited<ReturnType<Online['holdAnswer']>>) => ({ status, message: errors![0]!.message, code: errors![0]!.extensions.code });
    const unknown = bare(await online.bookingAnswer(newLinkSecret(practice.tenantId)));
    expect(unknown.code).toBe('NOT_FOUND');
    const mixed = newLinkSecret(other.tenantId).slice(0, 21) + secret.slice(21);
    for (const guess of [newLinkSecret(other.tenantId), mixed, online.link, 'guess', '', 'x'.repeat(64), 'x'.repeat(10_000)]) {
      expect(bare(await online.bookingAnswer(guess))).toEqual(unknown);
      expect(bare(await online.stepAnswer('cancelOnlineBooking', guess))).toEqual(unknown);
    }
    expect(bare(await online.sessionsAnswer(chamberId, localDate, 1, theirs.link))).toEqual(unknown);
    expect(bare(await theirs.holdAnswer({ sessionId: id, phone: phone(), code: '000000' })).code).toBe('SIGN_IN_REFUSED');
    const number = phone();
    expect(codeOf(await theirs.holdAnswer({ sessionId: id, phone: number, code: await theirs.code(number) }))).toBe('NOT_FOUND');
    const ended = await Online.open(world, other, await openChamber(world, other, 'Shapla Banani'));
    await world.ok('mutation ($id: UUID!) { endBookingLink(id: $id) { endedAt } }', { id: ended.linkId }, other.owner.token);
    expect(bare(await ended.requestAnswer(phone()))).toEqual(unknown);
    expect(bare(await ended.sessionsAnswer(chamberId, localDate))).toEqual(unknown);
    expect(await statusOf(secret)).toBe('HELD');
    expect(codeOf(await world.graphql('{ bookingLinks { id } }', {}, reception.token))).toBe('FORBIDDEN');
  });

  it('answers guesses of secrets with THROTTLED in the end, and goes on for who has one', async () => {
    const { secret } = await online.hold((await session()).id, phone());
    for (let n = 0; n < limits.link.address; n += 50) await Promise.all(Array.from({ length: 50 }, () => online.bookingAnswer(newLinkSecret(practice.tenantId))));
    expect(codeOf(await online.bookingAnswer(newLinkSecret(practice.tenantId)))).toBe('THROTTLED');
    expect(await statusOf(secret)).toBe('HELD');
  });

  it('lets the role by which it is done read nothing, and nobody be seen before the desk knows who they are', async () => {
    const { secret } = await online.hold((await session()).id, phone());
    for (const table of ['appointments', 'online_bookings', 'booking_codes', 'booking_links', 'sessions']) await expect(world.sql('auth', `select from clinic.${table}`)).rejects.toThrow(/permission denied/);
    await expect(world.sql('app', 'select platform.online_booking($1, $2)', [practice.tenantId, Buffer.from(secret)])).rejects.toThrow(/permission denied/);
    await expect(world.sql('auth', `begin; select platform.online_booking('${practice.tenantId}', convert_to('${secret}', 'UTF8')); select platform.current_tenant();`)).rejects.toThrow(/no tenant context/);
    expect(await world.sql('auth', 'select * from platform.online_booking($1, sha256($2))', [practice.tenantId, Buffer.from(secret)])).toEqual([]);
    await expect(world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set status = 'ARRIVED' where patient_id is null and status = 'HELD'`)).rejects.toThrow(/appointments__known/);
  });
});
