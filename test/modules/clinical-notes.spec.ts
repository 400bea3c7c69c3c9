import { randomUUID } from 'node:crypto';
import { ClinicalNotes } from '../support/clinical-notes.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

describe('clinical notes', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let nurse: Person;
  let patients: Patients;
  let doctors: ClinicalNotes;
  let nurses: ClinicalNotes;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    patients = new Patients(world, practice.owner.token);
    doctors = new ClinicalNotes(world, practice.owner.token);
    nurses = new ClinicalNotes(world, nurse.token);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun', birth: { year: 1980 } })).id;
  });
  afterAll(() => world.close());

  const written = async (operation: string) =>
    (await entriesOf(world, practice.tenantId, `Mutation.${operation}`)).filter(({ records }) => records.some((record) => record.startsWith('note')));

  it('keep their text with line ends, their author and when it happened', async () => {
    const occurredAt = daysAgo(2);
    const note = await nurses.record(patientId, ' Complains of cough.\r\n\tজ্বর ৩ দিন ধরে।\n\nPlan: rest. ', { kind: 'PHONE', occurredAt });
    expect(note).toMatchObject({
      patientId, kind: 'PHONE', text: 'Complains of cough.\n\tজ্বর ৩ দিন ধরে।\n\nPlan: rest.'.normalize('NFC'), occurredAt, status: 'ACTIVE', version: 1,
      recordedBy: { id: nurse.memberId, nameEn: 'Rokeya Akter' },
    });
    expect((await doctors.page(patientId)).notes).toEqual([note]);
    const undated = await doctors.record(patientId, 'Now.');
    expect(Math.abs(Date.parse(undated['occurredAt'] as string) - Date.parse(undated['recordedAt'] as string))).toBeLessThan(60_000);
  });

  it('hold 20,000 characters and no more, and are refused with every fault at once', async () => {
    const long = '🩺'.repeat(20_000);
    expect((await doctors.record(patientId, long))['text']).toBe(long);
    expect(faultsOf(await doctors.recordAnswer(patientId, `${long}x`))).toEqual(['input.text TOO_LONG']);
    expect(faultsOf(await doctors.recordAnswer(patientId, ' \n ', { occurredAt: '2999-01-01T00:00:00Z' }))).toEqual(['input.text EMPTY', 'input.occurredAt FUTURE']);
    expect(faultsOf(await doctors.recordAnswer(patientId, 'a\u0007b', { occurredAt: '1979-12-31T00:00:00Z' }))).toEqual(['input.text CONTROL_CHARACTER', 'input.occurredAt BEFORE_BIRTH']);
    expect((await doctors.page(patientId)).totalCount).toBe(1);
  });

  it('are recorded once under one idempotency key, and by an id once', async () => {
    const [idempotencyKey, id] = [randomUUID(), randomUUID()];
    const [one, again] = [await doctors.record(patientId, 'Once.', { idempotencyKey, id }), await doctors.record(patientId, 'Once.', { idempotencyKey, id })];
    expect(one.id).toBe(id);
    expect(again).toEqual(one);
    expect((await written('recordClinicalNote')).slice(-2).map(({ action }) => action)).toEqual(['CREATED', 'VIEWED']);
    expect(codeOf(await doctors.recordAnswer(patientId, 'Other.', { id }))).toBe('ALREADY_EXISTS');
    expect(codeOf(await doctors.recordAnswer(randomUUID(), 'Nobody.'))).toBe('NOT_FOUND');
  });

  it('are corrected by new ones, and struck out for good', async () => {
    const wrong = await nurses.record(patientId, 'Left knee.');
    const right = await doctors.correct(wrong, 'Right knee.', 'the other side');
    expect(right).toMatchObject({ text: 'Right knee.', correctsId: wrong.id, recordedBy: { id: practice.owner.memberId } });
    expect((await doctors.page(patientId)).notes).toEqual([right]);
    const marked = await nurses.mark(right, 'wrong patient');
    expect(marked).toMatchObject({ status: 'ENTERED_IN_ERROR', version: 2, enteredInError: { by: { id: nurse.memberId }, reason: 'wrong patient' } });
    expect(await doctors.page(patientId)).toMatchObject({ notes: [], totalCount: 0 });
    expect((await doctors.page(patientId, { all: true })).notes.map(({ id, correctedById }) => [id, correctedById])).toEqual([[right.id, null], [wrong.id, right.id]]);
    for (const answer of [await doctors.correctAnswer(marked, 'x', 'again'), await doctors.markAnswer(marked, 'again'), await doctors.markAnswer({ ...wrong, version: 7 }, 'again')]) {
      expect(codeOf(answer)).toBe('CONFLICT');
    }
    expect((await written('correctClinicalNote')).at(-1)).toMatchObject({
      action: 'UPDATED', reason: 'the other side', changes: [{ type: 'note', id: wrong.id, field: 'status', before: 'ACTIVE', after: 'ENTERED_IN_ERROR' }],
    });
  });

  it('come in pages by when they happened, at the same number of statements for 100 patients as for one', async () => {
    const [yesterday, long, today] = [
      await doctors.record(patientId, 'Yesterday.', { occurredAt: daysAgo(1) }), await doctors.record(patientId, 'Long ago.', { occurredAt: daysAgo(900) }), await doctors.record(patientId, 'Today.'),
    ];
    const first = await doctors.page(patientId, { first: 2 });
    expect(first).toMatchObject({ notes: [today, yesterday], totalCount: 3, pageInfo: { hasNextPage: true } });
    expect((await doctors.page(patientId, { after: first.pageInfo.endCursor })).notes).toEqual([long]);

    const other = await world.practice('Beli Chamber');
    const theirs = new ClinicalNotes(world, other.owner.token);
    for (let i = 0; i < 100; i++) await theirs.record((await new Patients(world, other.owner.token).register({ nameEn: `Patient ${i}` })).id, `Note ${i}`);
    const query = 'query ($first: Int) { patients(first: $first) { edges { node { clinicalNotes { totalCount edges { node { text recordedBy { nameEn } } } } } } } }';
    let answered: unknown[] = [];
    const trips = async (count: number) => toTheApp(await roundTripsOf(async () => {
      answered = (await world.ok(query, { first: count }, other.owner.token)).patients.edges;
    }));
    const one = await trips(1);
    expect(await trips(100)).toEqual(one);
    expect(answered).toHaveLength(100);
  });

  it('are refused to a receptionist, and to whoever may write but not read', async () => {
    const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    const note = await doctors.record(patientId, 'Confidential.');
    const answer = await world.graphql('query ($id: UUID!) { patient(id: $id) { nameEn clinicalNotes { edges { node { text } } } } }', { id: patientId }, receptionist.token);
    expect(answer.data.patient).toEqual({ nameEn: 'Rahela Khatun', clinicalNotes: null });
    expect(answer.errors).toMatchObject([{ path: ['patient', 'clinicalNotes'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: receptionist.memberId } }, practice.owner.token);
    const theirs = new ClinicalNotes(world, receptionist.token);
    for (const refused of [await theirs.recordAnswer(patientId, 'x'), await theirs.correctAnswer(note, 'x', 'x'), await theirs.markAnswer(note, 'x')]) {
      expect(isEmptyHanded(refused)).toBe(true);
      expect(refused).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }] });
    }
    expect((await doctors.page(patientId, { all: true })).notes).toEqual([note]);
  });
});
