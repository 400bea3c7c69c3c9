import { randomUUID } from 'node:crypto';
import { Conditions } from '../support/conditions.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

describe('conditions', () => {
  let world: World;
  let practice: Practice;
  let nurse: Person;
  let patients: Patients;
  let doctors: Conditions;
  let nurses: Conditions;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    nurse = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'NURSE');
    patients = new Patients(world, practice.owner.token);
    doctors = new Conditions(world, practice.owner.token);
    nurses = new Conditions(world, nurse.token);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun', birth: { date: '1970-06-15' } })).id;
  });
  afterAll(() => world.close());

  const lastEntry = async (operation: string) => (await entriesOf(world, practice.tenantId, `Mutation.${operation}`)).filter(({ records }) => records.some((record) => record.startsWith('condition:'))).at(-1)!;

  describe('recording', () => {
    it('keeps the code with its labels of the time, the doctor’s own words, and since when', async () => {
      const condition = await nurses.record(patientId, {
        code: ' e119 ', text: '  মধুমেহ,   diet-controlled ', onset: { date: '2019-05-17', precision: 'MONTH' }, note: 'since the second\r\npregnancy', verification: 'PROVISIONAL',
      });
      expect(condition).toMatchObject({
        patientId, recordedBy: { id: nurse.memberId }, status: 'ACTIVE', version: 1, code: 'E11.9', title: 'Type 2 diabetes', titleBn: 'টাইপ ২ ডায়াবেটিস'.normalize('NFC'), text: 'মধুমেহ, diet-controlled',
        clinicalStatus: 'ACTIVE', verification: 'PROVISIONAL', onset: { date: '2019-05-01', precision: 'MONTH' }, abatement: null, note: 'since the second\npregnancy',
        statusHistory: [{ clinicalStatus: 'ACTIVE', verification: 'PROVISIONAL', abatement: null, note: null, by: { id: nurse.memberId } }],
      });
      await world.sql('owner', `update reference.icd10_codes set title = 'Renamed' where code = 'E11.9'`);
      expect(await doctors.list(patientId)).toEqual([condition]);
      await world.sql('owner', `update reference.icd10_codes set title = 'Type 2 diabetes' where code = 'E11.9'`);
    });

    it('takes a code alone, or words alone', async () => {
      expect(await doctors.record(patientId, { code: 'I10' })).toMatchObject({ code: 'I10', text: null, clinicalStatus: 'ACTIVE', verification: 'CONFIRMED', onset: null });
      expect(await doctors.record(patientId, { text: 'Frozen left shoulder' })).toMatchObject({ code: null, title: null, titleBn: null, text: 'Frozen left shoulder' });
      expect(faultsOf(await doctors.recordAnswer(patientId, {}))).toEqual(['input CODE_OR_TEXT_REQUIRED']);
    });

    it('keeps what is over already', async () => {
      const condition = await doctors.record(patientId, { code: 'A15.0', clinicalStatus: 'RESOLVED', onset: { date: '1999-01-01', precision: 'YEAR' }, abatement: { date: '2000-02-03' } });
      expect(condition).toMatchObject({ clinicalStatus: 'RESOLVED', abatement: { date: '2000-02-03', precision: 'DAY' }, onset: { date: '1999-01-01', precision: 'YEAR' } });
    });

    it('refuses a code that is not in the list, at its place', async () => {
      await world.sql('owner', `update reference.icd10_codes set retired_at = now() where code = 'B80'`);
      expect(faultsOf(await doctors.recordAnswer(patientId, { code: 'E99.9' }))).toEqual(['input.code UNKNOWN_CODE']);
      expect(faultsOf(await doctors.recordAnswer(patientId, { code: 'sugar', text: 'sugar' }))).toEqual(['input.code NOT_A_CODE']);
      expect(faultsOf(await doctors.recordAnswer(patientId, { code: '' }))).toEqual(['input.code NOT_A_CODE']);
      expect(faultsOf(await doctors.recordAnswer(patientId, { code: 'B80' }))).toEqual(['input.code RETIRED_CODE']);
      expect(await doctors.list(patientId, { all: true })).toEqual([]);
    });

    it('tells every fault at once, with its place', async () => {
      const answer = await doctors.recordAnswer(patientId, {
        code: 'Z99.99', text: ' ', onset: { date: '2010-01-01' }, abatement: { date: '2009-12-31' }, note: 'x'.repeat(2_001),
      });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(faultsOf(answer)).toEqual(['input.code UNKNOWN_CODE', 'input.text EMPTY', 'input.note TOO_LONG', 'input.abatement WHILE_ACTIVE', 'input.abatement.date BEFORE_ONSET']);
    });

    it.each([
      [{ date: '1969-12-31' }, ['input.onset.date BEFORE_BIRTH']], [{ date: '1970-06-14' }, ['input.onset.date BEFORE_BIRTH']], [{ date: '1970-05-20', precision: 'MONTH' }, ['input.onset.date BEFORE_BIRTH']],
      [{ date: '2999-01-01', precision: 'YEAR' }, ['input.onset.date FUTURE']], [{ date: '1850-01-01', precision: 'YEAR' }, ['input.onset.date TOO_LONG_AGO']],
    ])('refuses to have begun %j', async (onset, faults) => {
      expect(faultsOf(await doctors.recordAnswer(patientId, { code: 'I10', onset }))).toEqual(faults);
    });

    it('lets a condition begin in the month or year of birth', async () => {
      for (const [code, onset] of [['Q21.0', { date: '1970-06-15' }], ['Q21.1', { date: '1970-06-01', precision: 'MONTH' }], ['Q90.9', { date: '1970-01-01', precision: 'YEAR' }]] as const) {
        expect(await doctors.record(patientId, { code, onset })).toMatchObject({ onset: { date: onset.date } });
      }
    });

    it('refuses one that is written alike and stands; other words for the same code are another', async () => {
      const first = await doctors.record(patientId, { code: 'M17.9', text: 'Left knee' });
      const answer = await doctors.recordAnswer(patientId, { code: 'm179', text: 'LEFT  knee' });
      expect(codeOf(answer)).toBe('ALREADY_EXISTS');
      expect(answer.errors![0]!.extensions['faults']).toEqual([{ path: ['input'], reason: 'ALREADY_EXISTS', params: { conditionId: first.id } }]);
      await doctors.record(patientId, { code: 'M17.9', text: 'Right knee' });
      await doctors.resolve(first);
      await doctors.record(patientId, { code: 'M17.9', text: 'Left knee' });
      const answers = await Promise.all(Array.from({ length: 5 }, () => nurses.recordAnswer(patientId, { code: 'N39.0' })));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual([...Array<string>(4).fill('ALREADY_EXISTS'), 'OK']);
    });

    it('records once what is sent again under its idempotency key, and under an id of the client’s', async () => {
      const [idempotencyKey, id] = [randomUUID(), randomUUID()];
      const answers = await Promise.all(Array.from({ length: 5 }, () => doctors.record(patientId, { code: 'I10', idempotencyKey, id })));
      expect(new Set(answers.map((answer) => answer.id))).toEqual(new Set([id]));
      expect(await doctors.list(patientId)).toHaveLength(1);
      expect(codeOf(await doctors.recordAnswer(patientId, { code: 'I11.9', id }))).toBe('ALREADY_EXISTS');
      expect(codeOf(await doctors.recordAnswer(patientId, { code: 'I11.9', idempotencyKey }))).toBe('CONFLICT');
    });

    it('is refused for a patient who does not exist', async () => {
      expect(codeOf(await doctors.recordAnswer(randomUUID(), { code: 'I10' }))).toBe('NOT_FOUND');
    });

    it('names the condition in the audit trail', async () => {
      const { id } = await doctors.record(patientId, { code: 'I10' });
      expect(await lastEntry('recordCondition')).toMatchObject({ action: 'CREATED', outcome: 'SUCCESS', records: [`condition:${id}`] });
    });
  });

  describe('over time', () => {
    it('a condition is resolved, comes back, and goes into remission; every judgement is kept', async () => {
      const entry = await doctors.record(patientId, { code: 'F32.9', onset: { date: '2020-01-01', precision: 'YEAR' }, verification: 'PROVISIONAL' });
      const confirmed = await doctors.change(entry, { verification: 'CONFIRMED' });
      const resolved = await nurses.resolve(confirmed, { abatement: { date: '2021-03-01', precision: 'MONTH' }, note: 'after therapy' });
      expect(resolved).toMatchObject({ clinicalStatus: 'RESOLVED', abatement: { date: '2021-03-01', precision: 'MONTH' }, version: 3, onset: { date: '2020-01-01' } });
      const back = await doctors.change(resolved, { clinicalStatus: 'ACTIVE', note: 'relapse' });
      expect(back).toMatchObject({ clinicalStatus: 'ACTIVE', abatement: null });
      const remission = await doctors.change(back, { clinicalStatus: 'REMISSION', abatement: { date: '2022-01-05' } });
      expect(remission['statusHistory']).toMatchObject([
        { clinicalStatus: 'ACTIVE', verification: 'PROVISIONAL' }, { clinicalStatus: 'ACTIVE', verification: 'CONFIRMED' },
        { clinicalStatus: 'RESOLVED', verification: 'CONFIRMED', abatement: { date: '2021-03-01' }, note: 'after therapy', by: { id: nurse.memberId } },
        { clinicalStatus: 'ACTIVE', note: 'relapse', abatement: null }, { clinicalStatus: 'REMISSION', abatement: { date: '2022-01-05', precision: 'DAY' } },
      ]);
      expect(await doctors.list(patientId)).toEqual([remission]);
      expect(await doctors.list(patientId, { clinicalStatus: 'REMISSION' })).toHaveLength(1);
      expect(await doctors.list(patientId, { clinicalStatus: 'ACTIVE' })).toEqual([]);
      expect(await lastEntry('changeConditionStatus')).toMatchObject({ action: 'UPDATED', changes: [{ type: 'condition', id: entry.id, field: 'clinicalStatus', before: 'ACTIVE', after: 'REMISSION' }] });
    });

    it('what cannot be is refused', async () => {
      const entry = await doctors.record(patientId, { code: 'I10', onset: { date: '2020-06-01' } });
      expect(faultsOf(await doctors.resolveAnswer(entry, { abatement: { date: '2020-05-31' } }))).toEqual(['input.abatement.date BEFORE_ONSET']);
      expect(faultsOf(await doctors.resolveAnswer(entry, { abatement: { date: '2020-05-01', precision: 'MONTH' } }))).toEqual(['input.abatement.date BEFORE_ONSET']);
      expect(faultsOf(await doctors.resolveAnswer(entry, { abatement: { date: '2999-01-01' }, note: '' }))).toEqual(['input.abatement.date FUTURE', 'input.note EMPTY']);
      expect(faultsOf(await doctors.changeAnswer(entry, { verification: 'REFUTED', abatement: { date: '2021-01-01' } }))).toEqual(['input.abatement WHILE_ACTIVE']);
      expect(faultsOf(await doctors.changeAnswer(entry, { clinicalStatus: 'ACTIVE' }))).toEqual(['input NO_CHANGE']);
      expect(codeOf(await doctors.resolveAnswer({ ...entry, version: 9 }))).toBe('CONFLICT');
      const resolved = await doctors.resolve(entry, { abatement: { date: '2020-06-15', precision: 'YEAR' } });
      expect(faultsOf(await doctors.resolveAnswer(resolved))).toEqual(['input NO_CHANGE']);
    });

    it('of many judgements of one version one counts', async () => {
      const entry = await doctors.record(patientId, { code: 'I10' });
      const answers = await Promise.all([doctors.resolveAnswer(entry), nurses.changeAnswer(entry, { verification: 'REFUTED' }), doctors.markAnswer(entry, 'slip'), nurses.correctAnswer(entry, { code: 'I11.9' }, 'slip')]);
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'OK']);
    });
  });

  describe('in error', () => {
    it('is corrected by a new entry, and each names the other', async () => {
      const wrong = await nurses.record(patientId, { code: 'E10.9', note: 'from the referral' });
      const right = await doctors.correct(wrong, { code: 'E11.9' }, 'misread');
      expect(right).toMatchObject({ code: 'E11.9', note: null, correctsId: wrong.id, version: 1 });
      expect(await doctors.list(patientId)).toEqual([right]);
      const [, struck] = await doctors.list(patientId, { all: true });
      expect(struck).toEqual({
        ...wrong, status: 'ENTERED_IN_ERROR', version: 2, correctedById: right.id,
        enteredInError: { by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String), reason: 'misread' },
      });
      for (const answer of [await doctors.resolveAnswer(struck!), await doctors.correctAnswer(struck!, { code: 'I10' }, 'x'), await doctors.markAnswer(struck!, 'x')]) expect(codeOf(answer)).toBe('CONFLICT');
    });

    it('a correction with a fault changes nothing', async () => {
      const entry = await doctors.record(patientId, { code: 'E10.9' });
      expect(faultsOf(await doctors.correctAnswer(entry, { code: 'E99.9' }, 'misread'))).toEqual(['input.code UNKNOWN_CODE']);
      expect(await doctors.list(patientId, { all: true })).toEqual([entry]);
    });
  });

  describe('who sees what', () => {
    it('a receptionist gets the patient, and an error for the conditions alone', async () => {
      const receptionist = await hire(world, practice, await openChamber(world, practice, 'Desk'), 'RECEPTIONIST');
      await doctors.record(patientId, { code: 'B20' });
      const answer = await new Conditions(world, receptionist.token).listAnswer(patientId);
      expect(answer.data.patient).toEqual({ nameEn: 'Rahela Khatun', conditions: null });
      expect(answer.errors).toMatchObject([{ path: ['patient', 'conditions'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      const entries = await world.sql('superuser', `select error_code from audit.entries where request_id = $1 and outcome = 'DENIED'`, [answer.errors![0]!.extensions.requestId]);
      expect(entries).toEqual([{ error_code: 'FORBIDDEN' }]);
      expect(codeOf(await new Conditions(world, receptionist.token).recordAnswer(patientId, { code: 'I10' }))).toBe('FORBIDDEN');
    });

    it('whoever may write but not read writes nothing and learns nothing', async () => {
      const assistant = await hire(world, practice, await openChamber(world, practice, 'Back'), 'ASSISTANT');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: assistant.memberId } }, practice.owner.token);
      const theirs = new Conditions(world, assistant.token);
      const entry = await doctors.record(patientId, { code: 'B20' });
      for (const answer of [await theirs.recordAnswer(patientId, { code: 'B20' }), await theirs.resolveAnswer(entry), await theirs.correctAnswer(entry, { code: 'I10' }, 'x'), await theirs.markAnswer(entry, 'x')]) {
        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      }
      expect(await doctors.list(patientId)).toEqual([entry]);
    });

    it('no diagnosis lies in the database to be read, not even its code', async () => {
      const { id } = await doctors.record(patientId, { code: 'B20', text: 'quietly positive' });
      const rows = await world.sql<{ row: string }>('superuser', `select c::text as row from clinic.conditions c where id = $1 union all select s::text from clinic.condition_status_changes s where condition_id = $1`, [id]);
      expect(rows).toHaveLength(2);
      const words = ['"B20"', 'HIV disease', 'quietly positive'].flatMap((word) => [word, Buffer.from(word).toString('hex'), Buffer.from(word).toString('base64').slice(0, -4)]);
      for (const { row } of rows) expect(words.filter((word) => row.includes(word))).toEqual([]);
      expect(await doctors.list(patientId)).toMatchObject([{ code: 'B20', title: 'HIV disease', text: 'quietly positive' }]);
    });
  });

  it('of 100 patients cost as many statements as of one', async () => {
    const other = await world.practice('Beli Chamber');
    const [theirs, theirPatients] = [new Conditions(world, other.owner.token), new Patients(world, other.owner.token)];
    const ids = await Promise.all(Array.from({ length: 100 }, async (_, index) => (await theirPatients.register({ nameEn: `Patient ${index}` })).id));
    await Promise.all(ids.map((id) => theirs.record(id, { code: 'I10' })));
    const query = 'query ($first: Int) { patients(first: $first) { edges { node { conditions(first: 5) { totalCount edges { node { code abatement { date } recordedBy { nameEn } statusHistory { at } } } } } } } }';
    let answered: Array<{ node: { conditions: { totalCount: number } } }> = [];
    const trips = (first: number) => roundTripsOf(async () => {
      answered = (await world.ok(query, { first }, other.owner.token)).patients.edges;
    });
    const one = await trips(1);
    expect(await trips(100)).toEqual(one);
    expect(answered.map(({ node }) => node.conditions.totalCount)).toEqual(Array(100).fill(1));
  });

  it('are recorded in three round trips', async () => {
    const record = 'mutation ($id: UUID!) { recordCondition(input: { patientId: $id, code: "I10" }) { condition { id } } }';
    expect((await roundTripsOf(() => world.ok(record, { id: patientId }, practice.owner.token))).map(({ connection }) => connection)).toEqual(['sinduk app', 'sinduk app', 'sinduk app']);
  });
});
