import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { type AppointmentAnswer, Appointments, dayFromNow } from '../support/appointments.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { stepUp } from '../support/factors.js';
import { type PrescriptionAnswer, Prescriptions, license } from '../support/prescriptions.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const DAY = dayFromNow(5);

describe('a follow-up', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let doctor: Person;
  let reception: Person;
  let doctors: Prescriptions;
  let desk: Appointments;
  let patients: Patients;
  let patientId: string;
  let days = 5;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
    reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await license(world, practice.owner, doctor.memberId, '2999-12-31');
    await stepUp(world, doctor, { password: PASSWORD });
    doctors = new Prescriptions(world, doctor, chamberId);
    desk = new Appointments(world, reception.token);
    patients = new Patients(world, practice.owner.token);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(() => world.close());

  const signed = async (on = DAY): Promise<PrescriptionAnswer> => doctors.sign(await doctors.draft(patientId, { advice: ['Qzxwhale rest'], followUp: { on, note: 'Qzxwhale report' } }));
  const session = () => new Appointments(world, practice.owner.token).addSession({ chamberId, doctorId: doctor.memberId, localDate: dayFromNow(days++) });
  const bookAnswer = async (followUpOfId: string, input: object = {}) => desk.bookAnswer({ sessionId: (await session()).id, patientId, visitType: 'FOLLOW_UP', followUpOfId, ...input });
  const book = async (followUpOfId: string): Promise<AppointmentAnswer> => (await bookAnswer(followUpOfId)).data.bookAppointment;
  const DUE = 'query ($chamber: UUID!, $from: LocalDate!, $to: LocalDate!, $first: Int, $after: String) { dueFollowUps(chamberId: $chamber, from: $from, to: $to, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id on patientId doctor { id } patient { nameEn } } } } }';
  const dueAnswer = (variables: object = {}, { token }: Pick<Person, 'token'> = reception) => world.graphql(DUE, { chamber: chamberId, from: DAY, to: DAY, ...variables }, token);
  const due = async (): Promise<string[]> => (await dueAnswer()).data.dueFollowUps.edges.map(({ node }: { node: { id: string } }) => node.id);
  const appointmentOf = async (id: string) => (await world.ok('query ($id: UUID!) { prescription(id: $id) { followUp { appointmentId } } }', { id }, doctor.token)).prescription.followUp.appointmentId;
  const conflictOf = (answer: { errors?: Array<{ extensions: Record<string, unknown> }> }) => answer.errors?.[0]!.extensions['reason'];
  const cancel = ({ id, version }: { id: string; version: number }) => world.ok('mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { id } }', { input: { id, version, reason: 'ill' } }, reception.token);

  it('is listed for the desk once it is signed, with nothing of what was prescribed', async () => {
    const draft = await doctors.draft(patientId, { advice: ['rest'], followUp: { on: DAY } });
    expect(await due()).not.toContain(draft.id);
    const { id } = await doctors.sign(draft);
    const { data } = await dueAnswer();
    expect(data.dueFollowUps.edges.map(({ node }: { node: object }) => node)).toContainEqual({ id, on: DAY, patientId, doctor: { id: doctor.memberId }, patient: { nameEn: 'Rahela Khatun' } });
    expect(codeOf(await world.graphql('query ($id: UUID!) { prescription(id: $id) { advice } }', { id }, reception.token))).toBe('FORBIDDEN');
    expect((await entriesOf(world, practice.tenantId, 'Query.dueFollowUps')).at(-1)!.records).toContain(`follow-up:${id}`);
  });

  it('becomes an appointment, once, and is due no more', async () => {
    const prescription = await signed();
    const appointment = await book(prescription.id);
    expect(await due()).not.toContain(prescription.id);
    expect(await appointmentOf(prescription.id)).toBe(appointment.id);
    const again = await bookAnswer(prescription.id);
    expect(conflictOf(again)).toBe('FOLLOW_UP_NOT_DUE');
    expect(await world.sql('superuser', 'select count(*)::integer as count from clinic.appointments where patient_id = $1', [patientId])).toEqual([{ count: 1 }]);
    expect((await entriesOf(world, practice.tenantId, 'Mutation.bookAppointment'))[0]!.records).toContain(`follow-up:${prescription.id}`);
    expect(await doctors.get(prescription.id)).toMatchObject({ status: 'SIGNED', version: prescription.version });
  });

  it('is booked once by two who book at the same moment', async () => {
    const { id } = await signed();
    const sessions = [await session(), await session()];
    const answers = await Promise.all(sessions.map((one) => desk.bookAnswer({ sessionId: one.id, patientId, visitType: 'FOLLOW_UP', followUpOfId: id })));
    expect(answers.map(conflictOf).sort()).toEqual(['FOLLOW_UP_NOT_DUE', undefined]);
  });

  it('is due again when its appointment is cancelled, and follows one that is moved', async () => {
    const { id } = await signed();
    const first = await book(id);
    const { rescheduleAppointment: moved } = await world.ok('mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { id version } }', { input: { id: first.id, version: first.version, sessionId: (await session()).id, reason: 'asked to' } }, reception.token);
    expect([await appointmentOf(id), (await due()).includes(id)]).toEqual([moved.id, false]);
    await cancel(moved);
    expect([await appointmentOf(id), (await due()).includes(id)]).toEqual([null, true]);
    expect(await appointmentOf(id)).not.toBe((await book(id)).id);
    expect(await due()).not.toContain(id);
  });

  it('of a version that was superseded or cancelled is due no more, and its appointment is that of the version in its place', async () => {
    const [first, other] = [await signed(), await signed()];
    const amendment = await doctors.sign(await doctors.amend(first, 'other day'));
    expect((await due()).filter((id) => [first.id, amendment.id].includes(id))).toEqual([amendment.id]);
    expect(conflictOf(await bookAnswer(first.id))).toBe('FOLLOW_UP_NOT_DUE');
    const appointment = await book(amendment.id);
    const third = await doctors.sign(await doctors.amend(amendment, 'once more'));
    expect([await appointmentOf(third.id), (await due()).includes(third.id)]).toEqual([appointment.id, false]);
    await doctors.cancelAnswer(other, 'another patient');
    expect(await due()).not.toContain(other.id);
    expect(conflictOf(await bookAnswer(other.id))).toBe('FOLLOW_UP_NOT_DUE');
  });

  it('is booked for its own patient alone, and by who sees appointments in its chamber', async () => {
    const { id } = await signed();
    const another = (await patients.register({ nameEn: 'Karim' })).id;
    expect(codeOf(await bookAnswer(id, { patientId: another }))).toBe('NOT_FOUND');
    expect(codeOf(await bookAnswer(randomUUID()))).toBe('NOT_FOUND');
    expect(codeOf(await bookAnswer((await doctors.draft(patientId, { followUp: { on: DAY } })).id))).toBe('NOT_FOUND');
    const elsewhere = await openChamber(world, practice, 'Savar');
    const stranger = await hire(world, practice, elsewhere, 'RECEPTIONIST');
    expect(codeOf(await dueAnswer({}, stranger))).toBe('FORBIDDEN');
    const there = await new Appointments(world, practice.owner.token).addSession({ chamberId: elsewhere, doctorId: practice.owner.memberId, localDate: dayFromNow(90) });
    expect(codeOf(await new Appointments(world, stranger.token).bookAnswer({ sessionId: there.id, patientId, followUpOfId: id }))).toBe('NOT_FOUND');
    expect(codeOf(await dueAnswer({}, (await world.practice('Another')).owner))).toBe('NOT_FOUND');
    expect(faultsOf(await dueAnswer({ to: dayFromNow(4) }))).toEqual(['to BEFORE_FIRST']);
    expect(faultsOf(await dueAnswer({ to: dayFromNow(200) }))).toEqual(['to TOO_LONG']);
  });

  it('is listed in pages, by day', async () => {
    const [late, early] = [await signed(dayFromNow(301)), await signed(dayFromNow(300))];
    const range = { from: dayFromNow(300), to: dayFromNow(301), first: 1 };
    const { dueFollowUps: page } = (await dueAnswer(range)).data;
    expect([page.totalCount, page.pageInfo.hasNextPage, page.edges[0].node.id]).toEqual([2, true, early.id]);
    expect((await dueAnswer({ ...range, after: page.pageInfo.endCursor })).data.dueFollowUps.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([late.id]);
  });

  it('is booked once, of what is in force, for its patient, even by the application role', async () => {
    const [prescription, cancelled] = [await signed(), await signed()];
    const appointment = await book(prescription.id);
    const another = (await patients.register({ nameEn: 'Karim' })).id;
    const theirs = (await desk.bookAnswer({ sessionId: (await session()).id, patientId: another })).data.bookAppointment;
    const draft = await doctors.draft(patientId, { followUp: { on: DAY } });
    await converse(world, 'app', reception, async (ask) => {
      const point = (id: string, to: string | null) => verdict(ask, `update clinic.prescriptions set follow_up_appointment_id = ${to === null ? 'null' : `'${to}'`} where tenant_id = '${practice.tenantId}' and id = '${id}'`);
      expect(await point(prescription.id, theirs.id)).toBe('SK074');
      expect(await point(prescription.id, null)).toBe('SK074');
      expect(await point(cancelled.id, theirs.id)).toBe('SK074');
      expect(await verdict(ask, `update clinic.prescriptions set follow_up_on = '2030-01-01', version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${prescription.id}'`)).toBe('SK070');
      expect(await verdict(ask, `update clinic.prescriptions set follow_up_on = '2030-01-01', version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${draft.id}'`)).toBe('23514');
    });
    await doctors.cancelAnswer(cancelled, 'another patient');
    await converse(world, 'app', reception, async (ask) => {
      expect(await verdict(ask, `update clinic.prescriptions set follow_up_appointment_id = '${appointment.id}' where tenant_id = '${practice.tenantId}' and id = '${cancelled.id}'`)).toBe('SK074');
    });
  });
});
