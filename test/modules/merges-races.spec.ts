import { Allergies } from '../support/allergies.js';
import { Appointments, type SessionAnswer, dayFromNow, reasonOf } from '../support/appointments.js';
import { Merges } from '../support/merges.js';
import { Patients, type PatientAnswer } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { World, type GraphqlAnswer, type Practice } from '../support/world.js';

describe('merging patients, many at a time', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;
  let merges: Merges;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Jui Chamber');
    patients = new Patients(world, practice.owner.token);
    merges = new Merges(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const some = (count: number): Promise<PatientAnswer[]> => Promise.all(Array.from({ length: count }, () => patients.register({ nameEn: 'Rahim Uddin' })));
  const codes = (answers: GraphqlAnswer[]) => answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort();
  const statuses = async (of: PatientAnswer[]) => (await Promise.all(of.map(({ id }) => patients.read(id)))).map(({ status }) => status).sort();

  it('merges a duplicate once, however many try at once', async () => {
    const [duplicate, ...survivors] = await some(11);
    const answers = await Promise.all(survivors.map((survivor) => merges.mergeAnswer(survivor, duplicate!)));
    expect(codes(answers)).toEqual([...Array<string>(9).fill('CONFLICT'), 'OK']);
    expect(await statuses(survivors)).toEqual(Array(10).fill('ACTIVE'));
  });

  it('merges two patients one way, not both ways', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = await some(2);
      const answers = await Promise.all([merges.mergeAnswer(a!, b!), merges.mergeAnswer(b!, a!)]);
      expect(codes(answers)).toEqual(['CONFLICT', 'OK']);
      expect(await statuses([a!, b!])).toEqual(['ACTIVE', 'MERGED']);
    }
  });

  it('makes no circle of three', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b, c] = await some(3);
      const answers = await Promise.all([merges.mergeAnswer(a!, b!), merges.mergeAnswer(b!, c!), merges.mergeAnswer(c!, a!)]);
      expect(codes(answers).filter((code) => code === 'OK').length).toBeGreaterThan(0);
      const rows = await world.sql<{ id: string; merged_into: string | null }>('superuser', 'select id, merged_into from clinic.patients where id = any ($1)', [[a!.id, b!.id, c!.id]]);
      const standing = rows.filter(({ merged_into: into }) => into === null).map(({ id }) => id);
      expect(standing.length).toBe(3 - codes(answers).filter((code) => code === 'OK').length);
      for (const { merged_into: into } of rows) if (into) expect(standing).toContain(into);
    }
  });

  it('undoes a merge once, however many try at once', async () => {
    const [a, b] = await some(2);
    const { merge } = await merges.merge(a!, b!);
    const answers = await Promise.all(Array.from({ length: 10 }, () => merges.undoAnswer(merge.id)));
    expect(codes(answers)).toEqual([...Array<string>(9).fill('CONFLICT'), 'OK']);
    expect(await statuses([a!, b!])).toEqual(['ACTIVE', 'ACTIVE']);
  });

  it('lets either the merge or an edit of one of the two win, and says so to the other', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = await some(2);
      const edited = round % 2 === 0 ? a! : b!;
      const answers = await Promise.all([merges.mergeAnswer(a!, b!), patients.editAnswer(edited.id, 1, { sex: 'MALE' })]);
      expect(codes(answers)).toEqual(['CONFLICT', 'OK']);
    }
  });

  it('undoes in the right order or not at all while another merge is being made', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b, c] = await some(3);
      const { merge, survivor } = await merges.merge(a!, b!);
      const [undone, another] = await Promise.all([merges.undoAnswer(merge.id), merges.mergeAnswer(c!, survivor)]);
      expect(codes([undone, another])).toEqual(['CONFLICT', 'OK']);
      expect(await statuses([a!, b!, c!])).toEqual(undone.errors ? ['ACTIVE', 'MERGED', 'MERGED'] : ['ACTIVE', 'ACTIVE', 'ACTIVE']);
    }
  });

  it('leaves no row behind that is written for the duplicate at the same moment', async () => {
    const allergies = new Allergies(world, practice.owner.token);
    const record = (patientId: string, substance: string) => allergies.recordAnswer(patientId, substance);
    let refused = 0;
    for (let round = 0; round < 10; round++) {
      const [a, b] = await some(2);
      const [first, ...rest] = await Promise.all([
        ...['Dust', 'Peanut'].map((substance) => record(b!.id, `${substance} ${round}`)), merges.mergeAnswer(a!, b!), ...['Penicillin', 'Latex'].map((substance) => record(b!.id, `${substance} ${round}`)),
      ]);
      const answers = [first!, ...rest];
      expect(answers[2]!.errors).toBeUndefined();
      const left = await world.sql('superuser', 'select from clinic.allergies where patient_id = $1', [b!.id]);
      const moved = await world.sql('superuser', 'select from clinic.allergies where patient_id = $1', [a!.id]);
      const late = answers.filter(({ errors }) => errors);
      for (const { errors } of late) expect(errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', mergedInto: a!.id });
      expect([left.length, moved.length]).toEqual([0, 4 - late.length]);
      refused += late.length;
    }
    expect(refused).toBeGreaterThan(0);
  });

  describe('of patients who are booked', () => {
    let desk: Appointments;
    let session: (changes?: object) => Promise<SessionAnswer>;
    let days = 3;

    beforeAll(async () => {
      desk = new Appointments(world, practice.owner.token);
      const chamberId = await openChamber(world, practice, 'Jui Uttara');
      session = (changes = {}) => desk.addSession({ chamberId, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), ...changes });
    });

    it('refuses the merge while both have a place in one session, or at one time, naming the appointments, and shows it before', async () => {
      const [a, b] = await some(2);
      const { id } = await session();
      const [first, second] = [await desk.book({ sessionId: id, patientId: a!.id }), await desk.book({ sessionId: id, patientId: b!.id })];
      expect(await merges.preview(a!, b!)).toMatchObject({ bookedTwice: [{ survivorAppointmentId: first.id, duplicateAppointmentId: second.id }] });
      const refused = await merges.mergeAnswer(a!, b!);
      expect(reasonOf(refused)).toBe('BOTH_ARE_BOOKED');
      expect(refused.errors![0]!.extensions).toMatchObject({ appointmentIds: [first.id, second.id] });
      await desk.cancelAnswer(second);
      const slots = await session({ mode: 'SLOT', slotMinutes: 30, capacity: undefined });
      const chamberId = await openChamber(world, practice, 'Jui Mirpur');
      const there = await desk.addSession({ chamberId, doctorId: (await hire(world, practice, chamberId, 'DOCTOR')).memberId, localDate: slots.localDate, mode: 'SLOT', slotMinutes: 20, capacity: undefined });
      const [, elsewhere] = [await desk.book({ sessionId: slots.id, patientId: a!.id, slotFrom: slots.startsAt }), await desk.book({ sessionId: there.id, patientId: b!.id, slotFrom: there.startsAt })];
      expect(reasonOf(await merges.mergeAnswer(a!, b!))).toBe('BOTH_ARE_BOOKED');
      await desk.cancelAnswer(elsewhere);
      const { merge } = await merges.merge(a!, b!);
      expect((await merges.undo(merge.id)).duplicate.status).not.toBe('MERGED');
    });

    it('merges them when one has been seen, or both, at one time: whoever was seen is free, and their doctor’s slot is not', async () => {
      const [a, b] = await some(2);
      const slots = { mode: 'SLOT', slotMinutes: 30, capacity: undefined };
      const here = await session(slots);
      const chamberId = await openChamber(world, practice, 'Jui Savar');
      const there = await desk.addSession({ ...slots, chamberId, doctorId: (await hire(world, practice, chamberId, 'DOCTOR')).memberId, localDate: here.localDate });
      const [first, second] = [await desk.book({ sessionId: here.id, patientId: a!.id, slotFrom: here.startsAt }), await desk.book({ sessionId: there.id, patientId: b!.id, slotFrom: there.startsAt })];
      const see = async (sessionId: string, id: string) => {
        await desk.open(sessionId);
        await desk.step('noteArrival', id);
        await desk.step('startClinicSession', sessionId);
        for (const step of ['callPatient', 'beginConsultation', 'completeConsultation']) await desk.step(step, id);
      };
      await see(here.id, first.id);
      const { merge } = await merges.merge(a!, b!);
      const [former, duplicate] = [await patients.read(a!.id), (await merges.undo(merge.id)).duplicate];
      await see(there.id, second.id);
      expect(await merges.preview(former, duplicate)).toMatchObject({ bookedTwice: [] });
      await merges.merge(await patients.read(a!.id), await patients.read(b!.id));
      expect(reasonOf(await desk.bookAnswer({ sessionId: here.id, patientId: (await some(1))[0]!.id, slotFrom: here.startsAt }))).toBe('SLOT_TAKEN');
    });

    it('locks their sessions before the patients, as bookings do, and so does undoing it', async () => {
      const [a, b] = await some(2);
      const { id } = await session();
      await desk.book({ sessionId: id, patientId: b!.id });
      let merged: { merge: { id: string } };
      for (const act of [() => merges.mergeAnswer(a!, b!), () => merges.undoAnswer(merged.merge.id)]) {
        const booking = await openTransaction(world, practice.tenantId, practice.owner.memberId);
        await booking.query('select from clinic.sessions where tenant_id = $1 and id = $2 for no key update', [practice.tenantId, id]);
        const acting = act();
        await untilItWaits(world, acting);
        await booking.query('select from clinic.patients where tenant_id = $1 and id = any ($2) for key share nowait', [practice.tenantId, [a!.id, b!.id]]);
        await booking.commit();
        const { data, errors } = await acting;
        expect(errors).toBeUndefined();
        merged = data.mergePatients;
      }
    });

    it('leaves one place to the one patient, however both are booked at the same moment', async () => {
      for (let round = 0; round < 6; round++) {
        const [a, b] = await some(2);
        const { id } = await session();
        const answers = await Promise.all([desk.bookAnswer({ sessionId: id, patientId: b!.id }), merges.mergeAnswer(a!, b!), desk.bookAnswer({ sessionId: id, patientId: a!.id })]);
        const reasons = answers.map((answer) => (answer.errors ? reasonOf(answer) : 'done'));
        const places = await world.sql('superuser', `select from clinic.appointments where session_id = $1 and patient_id = $2 and status = 'BOOKED'`, [id, a!.id]);
        if (reasons[1] === 'done') expect([places.length, reasons.filter((reason) => ['MERGED', 'BOOKED_ALREADY'].includes(reason as string)).length]).toEqual([1, 1]);
        else expect(reasons).toEqual(['done', 'BOTH_ARE_BOOKED', 'done']);
      }
    });
  });

  it('waits for whoever is writing a row for the duplicate, so that no row is left behind', async () => {
    const [a, b] = await some(2);
    const writer = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await writer.query('select from clinic.patients where tenant_id = $1 and id = $2 for key share', [practice.tenantId, b!.id]);
    const merging = merges.mergeAnswer(a!, b!);
    await untilItWaits(world, merging);
    const [before] = await world.sql<{ status: string }>('superuser', 'select status from clinic.patients where id = $1', [b!.id]);
    expect(before!.status).toBe('ACTIVE');
    await writer.commit();
    expect((await merging).errors).toBeUndefined();
  });
});
