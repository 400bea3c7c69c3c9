import { randomUUID } from 'node:crypto';
import { Allergies, type EntryAnswer } from '../support/allergies.js';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

describe('allergies', () => {
  let world: World;
  let practice: Practice;
  let nurse: Person;
  let patients: Patients;
  let doctors: Allergies;
  let nurses: Allergies;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    nurse = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'NURSE');
    patients = new Patients(world, practice.owner.token);
    doctors = new Allergies(world, practice.owner.token);
    nurses = new Allergies(world, nurse.token);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(() => world.close());

  // The names that an answer shows are read after the commit, and have an entry of their own.
  const written = async (operation: string) =>
    (await entriesOf(world, practice.tenantId, `Mutation.${operation}`)).filter(({ records }) => records.some((record) => record.startsWith('allergy')));
  const lastEntry = async (operation: string) => (await written(operation)).at(-1)!;

  describe('recording', () => {
    it('keeps everything that is known, and who recorded it when', async () => {
      const before = Date.now();
      const allergy = await nurses.record(patientId, '  Amoxicillin ', {
        substance: { text: '  Amoxicillin ', kind: 'INGREDIENT', code: { system: 'http://www.whocc.no/atc', code: 'J01CA04' } },
        reactions: [{ kind: 'URTICARIA' }, { kind: 'OTHER', text: 'মাথা ঘোরা' }], severity: 'MODERATE', criticality: 'HIGH', verification: 'CONFIRMED',
        onset: { date: '2019-05-17', precision: 'MONTH' }, note: 'after the second dose\r\nat school',
      });
      expect(allergy).toMatchObject({
        patientId, recordedBy: { id: nurse.memberId, nameEn: 'Rokeya Akter' }, status: 'ACTIVE', enteredInError: null, correctsId: null, correctedById: null, version: 1,
        substance: { text: 'Amoxicillin', kind: 'INGREDIENT', code: { system: 'http://www.whocc.no/atc', code: 'J01CA04' } },
        reactions: [{ kind: 'URTICARIA', text: null }, { kind: 'OTHER', text: 'মাথা ঘোরা' }], severity: 'MODERATE', criticality: 'HIGH',
        clinicalStatus: 'ACTIVE', verification: 'CONFIRMED', onset: { date: '2019-05-01', precision: 'MONTH' }, note: 'after the second dose\nat school',
        statusHistory: [{ clinicalStatus: 'ACTIVE', verification: 'CONFIRMED', note: null, by: { id: nurse.memberId, nameEn: 'Rokeya Akter' } }],
      });
      expect(Date.parse(allergy['recordedAt'] as string)).toBeGreaterThanOrEqual(before - 1_000);
      const file = await doctors.file(patientId);
      expect(file).toMatchObject({ allergyStatus: 'HAS_ALLERGIES', allergyStatement: null, totalCount: 1 });
      expect(file.allergies).toEqual([allergy]);
    });

    it('needs the substance only', async () => {
      expect(await doctors.record(patientId, 'চিংড়ি', { substance: { text: 'চিংড়ি', kind: 'FOOD' } })).toMatchObject({
        substance: { text: 'চিংড়ি'.normalize('NFC'), kind: 'FOOD', code: null }, reactions: [], severity: null, criticality: null, clinicalStatus: 'ACTIVE', verification: 'UNCONFIRMED', onset: null, note: null,
      });
    });

    it('tells every fault at once, with its place', async () => {
      const answer = await doctors.recordAnswer(patientId, ' ', {
        reactions: [{ kind: 'OTHER' }, { kind: 'RASH', text: 'a\u202eb' }], onset: { date: '2999-01-01', precision: 'YEAR' }, note: 'x'.repeat(2_001),
      });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(faultsOf(answer)).toEqual([
        'input.substance.text EMPTY', 'input.reactions.0.text REQUIRED', 'input.reactions.1.text BIDIRECTIONAL_CONTROL', 'input.onset.date FUTURE', 'input.note TOO_LONG',
      ]);
      expect(faultsOf(await doctors.recordAnswer(patientId, 'Ibuprofen', { onset: { date: '1860-01-01' }, reactions: Array(21).fill({ kind: 'RASH' }) })))
        .toEqual(['input.reactions TOO_MANY', 'input.onset.date TOO_LONG_AGO']);
      expect((await doctors.file(patientId, { all: true })).allergies).toEqual([]);
    });

    it('refuses a second one to the same substance while the first stands', async () => {
      const first = await doctors.record(patientId, 'Penicillins');
      const answer = await doctors.recordAnswer(patientId, 'PENICILLINS');
      expect(codeOf(answer)).toBe('ALREADY_EXISTS');
      expect(answer.errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'substance', 'text'], reason: 'ALREADY_EXISTS', params: { allergyId: first.id } }]);
      await doctors.change(first, { clinicalStatus: 'RESOLVED' });
      await expect(doctors.record(patientId, 'PENICILLINS')).resolves.toMatchObject({ version: 1 });
    });

    it('records once what is sent again under its idempotency key', async () => {
      const idempotencyKey = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => doctors.record(patientId, 'Aspirin', { idempotencyKey })));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect((await doctors.file(patientId)).totalCount).toBe(1);
      expect((await written('recordAllergy')).slice(-8).map(({ action }) => action).sort()).toEqual(['CREATED', ...Array<string>(7).fill('VIEWED')]);
      const other = await doctors.recordAnswer(patientId, 'Naproxen', { idempotencyKey });
      expect(codeOf(other)).toBe('CONFLICT');
      expect(faultsOf(other)).toEqual(['input.idempotencyKey USED_FOR_ANOTHER_REQUEST']);
      const neighbour = await patients.register({ nameEn: 'Neighbour' });
      expect(codeOf(await doctors.recordAnswer(neighbour.id, 'Aspirin', { idempotencyKey }))).toBe('CONFLICT');
    });

    it('of two patients at once under one key is done for one', async () => {
      const neighbour = await patients.register({ nameEn: 'Neighbour' });
      const idempotencyKey = randomUUID();
      const answers = await Promise.all([patientId, neighbour.id].map((id) => doctors.recordAnswer(id, 'Aspirin', { idempotencyKey })));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['CONFLICT', 'OK']);
      expect((await doctors.file(patientId)).totalCount + (await doctors.file(neighbour.id)).totalCount).toBe(1);
    });

    it('is refused for a patient who does not exist', async () => {
      expect(codeOf(await doctors.recordAnswer(randomUUID(), 'Aspirin'))).toBe('NOT_FOUND');
      expect(codeOf(await doctors.stateNoneAnswer(randomUUID()))).toBe('NOT_FOUND');
    });

    it('names the allergy and its patient in the audit trail', async () => {
      const { id } = await doctors.record(patientId, 'Aspirin');
      expect(await lastEntry('recordAllergy')).toMatchObject({ action: 'CREATED', outcome: 'SUCCESS', records: [`allergy:${id}`] });
      const [row] = await world.sql('superuser', `select patient_id from audit.entry_records where record_type = 'allergy' and record_id = $1`, [id]);
      expect(row).toEqual({ patient_id: patientId });
    });
  });

  describe('correcting', () => {
    it('strikes the old entry out and makes a new one, and each names the other', async () => {
      const wrong = await nurses.record(patientId, 'Amoxcilin', { reactions: [{ kind: 'RASH' }] });
      const right = await doctors.correct(wrong, 'Amoxicillin', 'misspelt', { severity: 'SEVERE' });
      expect(right).toMatchObject({ substance: { text: 'Amoxicillin' }, reactions: [], severity: 'SEVERE', correctsId: wrong.id, correctedById: null, version: 1, recordedBy: { id: practice.owner.memberId } });
      expect((await doctors.file(patientId)).allergies).toEqual([right]);
      const { allergies, totalCount } = await doctors.file(patientId, { all: true });
      expect(totalCount).toBe(2);
      expect(allergies[0]).toEqual(right);
      expect(allergies[1]).toEqual({
        ...wrong, status: 'ENTERED_IN_ERROR', correctedById: right.id, version: 2,
        enteredInError: { by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String), reason: 'misspelt' },
      });
      expect(await lastEntry('correctAllergy')).toMatchObject({
        action: 'UPDATED', reason: 'misspelt', records: expect.arrayContaining([`allergy:${wrong.id}`, `allergy:${right.id}`]),
        changes: [{ type: 'allergy', id: wrong.id, field: 'status', before: 'ACTIVE', after: 'ENTERED_IN_ERROR' }],
      });
    });

    it('does all of it or nothing', async () => {
      const [one, other] = [await doctors.record(patientId, 'Aspirin'), await doctors.record(patientId, 'Ibuprofen')];
      expect(codeOf(await doctors.correctAnswer(one, 'ibuprofen', 'meant the other'))).toBe('ALREADY_EXISTS');
      expect(faultsOf(await doctors.correctAnswer(one, '', 'slip'))).toEqual(['input.substance.text EMPTY']);
      expect(faultsOf(await doctors.correctAnswer(one, 'Naproxen', ' '))).toEqual(['reason EMPTY']);
      expect(codeOf(await doctors.correctAnswer({ ...one, version: 2 }, 'Naproxen', 'slip'))).toBe('CONFLICT');
      expect(codeOf(await doctors.correctAnswer({ ...one, id: randomUUID() }, 'Naproxen', 'slip'))).toBe('NOT_FOUND');
      expect((await doctors.file(patientId, { all: true })).allergies).toEqual([other, one]);
      expect(await doctors.correct(one, 'aspirin', 'in lower case')).toMatchObject({ substance: { text: 'aspirin' } });
    });

    it('is done once of many at once', async () => {
      const wrong = await doctors.record(patientId, 'Asprin');
      const answers = await Promise.all(['Aspirin', 'Aspirine', 'ASA'].flatMap((text) => [doctors.correctAnswer(wrong, text, 'misspelt'), doctors.markAnswer(wrong, 'wrong patient')]));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual([...Array<string>(5).fill('CONFLICT'), 'OK']);
      const { allergies } = await doctors.file(patientId, { all: true });
      expect(allergies.filter(({ status }) => status === 'ENTERED_IN_ERROR')).toHaveLength(1);
      expect(allergies.length).toBeLessThanOrEqual(2);
    });
  });

  describe('marking as entered in error', () => {
    it('takes the entry out of the list, for good, with who, when and why', async () => {
      const entry = await doctors.record(patientId, 'Aspirin');
      const marked = await nurses.mark(entry, 'wrong patient');
      expect(marked).toEqual({
        ...entry, status: 'ENTERED_IN_ERROR', version: 2, enteredInError: { by: { id: nurse.memberId, nameEn: 'Rokeya Akter' }, at: expect.any(String), reason: 'wrong patient' },
      });
      expect(await doctors.file(patientId)).toMatchObject({ allergies: [], totalCount: 0, allergyStatus: 'NOT_ASKED' });
      expect((await doctors.file(patientId, { all: true })).allergies).toEqual([marked]);
      for (const answer of [await doctors.markAnswer(marked, 'again'), await doctors.correctAnswer(marked, 'x', 'again'), await doctors.changeAnswer(marked, { verification: 'CONFIRMED' })]) {
        expect(codeOf(answer)).toBe('CONFLICT');
        expect(answer.errors![0]!.extensions['status']).toBe('ENTERED_IN_ERROR');
      }
    });
  });

  describe('judging anew', () => {
    it('keeps what was recorded, and every judgement', async () => {
      const entry = await nurses.record(patientId, 'Peanut');
      const confirmed = await doctors.change(entry, { verification: 'CONFIRMED', note: 'IgE 12 kU/L' });
      const resolved = await doctors.change(confirmed, { clinicalStatus: 'RESOLVED' });
      expect(resolved).toEqual({
        ...entry, clinicalStatus: 'RESOLVED', verification: 'CONFIRMED', version: 3, statusHistory: [
          ...(entry['statusHistory'] as object[]),
          { clinicalStatus: 'ACTIVE', verification: 'CONFIRMED', note: 'IgE 12 kU/L', by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String) },
          { clinicalStatus: 'RESOLVED', verification: 'CONFIRMED', note: null, by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String) },
        ],
      });
      expect(await lastEntry('changeAllergyStatus')).toMatchObject({
        action: 'UPDATED', records: [`allergy:${entry.id}`], changes: [{ type: 'allergy', id: entry.id, field: 'clinicalStatus', before: 'ACTIVE', after: 'RESOLVED' }],
      });
      expect((await doctors.file(patientId, { clinicalStatus: 'RESOLVED' })).allergies).toEqual([resolved]);
      expect(await doctors.file(patientId, { clinicalStatus: 'ACTIVE' })).toMatchObject({ allergies: [], totalCount: 0, allergyStatus: 'NOT_ASKED' });
    });

    it('is refused when nothing would change, and for another version', async () => {
      const entry = await doctors.record(patientId, 'Peanut');
      for (const input of [{}, { clinicalStatus: 'ACTIVE' }, { note: 'same' }, { clinicalStatus: null, verification: 'UNCONFIRMED' }]) {
        expect(faultsOf(await doctors.changeAnswer(entry, input))).toEqual(['input NO_CHANGE']);
      }
      expect(codeOf(await doctors.changeAnswer({ ...entry, version: 2 }, { verification: 'REFUTED' }))).toBe('CONFLICT');
    });
  });

  describe('the statement that there are none', () => {
    it('is somebody’s, and not the same as nobody having asked', async () => {
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'NOT_ASKED', allergyStatement: null, allergyStatements: [] });
      const statement = await nurses.stateNone(patientId, 'asked the mother');
      expect(statement).toMatchObject({ patientId, note: 'asked the mother', recordedBy: { id: nurse.memberId }, endedAt: null, endedBy: null, status: 'ACTIVE', version: 1 });
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'NO_KNOWN_ALLERGIES', allergyStatement: statement, allergyStatements: [statement] });
    });

    it('ends when it is stated anew', async () => {
      const first = await nurses.stateNone(patientId);
      const second = await doctors.stateNone(patientId);
      const file = await doctors.file(patientId);
      expect(file.allergyStatement).toEqual(second);
      expect(file.allergyStatements).toEqual([second, { ...first, version: 2, endedAt: expect.any(String), endedBy: { id: practice.owner.memberId } }]);
    });

    it('ends when an allergy is recorded that stands, and stays in the history', async () => {
      const statement = await nurses.stateNone(patientId);
      await doctors.record(patientId, 'Milk in childhood', { clinicalStatus: 'RESOLVED' });
      const doubtful = await doctors.record(patientId, 'Egg', { verification: 'REFUTED' });
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'NO_KNOWN_ALLERGIES', allergyStatement: statement });
      const allergy = await doctors.record(patientId, 'Aspirin');
      expect(await lastEntry('recordAllergy')).toMatchObject({ records: expect.arrayContaining([`allergy:${allergy.id}`, `allergy-statement:${statement.id}`]) });
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'HAS_ALLERGIES', allergyStatement: null, allergyStatements: [{ id: statement.id, endedBy: { id: practice.owner.memberId } }] });
      await doctors.mark(allergy, 'wrong patient');
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'NOT_ASKED', allergyStatement: null });
      await doctors.stateNone(patientId);
      await doctors.change(doubtful, { verification: 'CONFIRMED' });
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'HAS_ALLERGIES', allergyStatement: null });
    });

    it('is refused while an allergy stands', async () => {
      const allergy = await doctors.record(patientId, 'Aspirin');
      const answer = await nurses.stateNoneAnswer(patientId);
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(faultsOf(answer)).toEqual(['input.patientId HAS_ALLERGIES']);
      await doctors.change(allergy, { verification: 'REFUTED' });
      await nurses.stateNone(patientId);
      expect((await doctors.file(patientId)).allergyStatus).toBe('NO_KNOWN_ALLERGIES');
    });

    it('can be marked as entered in error', async () => {
      const statement = await nurses.stateNone(patientId);
      const marked = await doctors.unstate(statement, 'nobody was asked');
      expect(marked).toEqual({ ...statement, status: 'ENTERED_IN_ERROR', version: 2, enteredInError: { by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String), reason: 'nobody was asked' } });
      expect(await doctors.file(patientId)).toMatchObject({ allergyStatus: 'NOT_ASKED', allergyStatement: null, allergyStatements: [] });
      expect((await doctors.file(patientId, { all: true })).allergyStatements).toEqual([marked]);
      expect(codeOf(await doctors.unstateAnswer(marked, 'again'))).toBe('CONFLICT');
    });

    it('and an allergy never hold at once, whoever is faster', async () => {
      for (let round = 0; round < 6; round++) {
        const { id } = await patients.register({ nameEn: `Raced ${round}` });
        const [stated, recorded] = await Promise.all([nurses.stateNoneAnswer(id), doctors.recordAnswer(id, 'Aspirin')]);
        expect(recorded.errors).toBeUndefined();
        if (stated.errors) expect(faultsOf(stated)).toEqual(['input.patientId HAS_ALLERGIES']);
        const [row] = await world.sql<{ open: number }>('superuser', 'select count(*)::integer as open from clinic.allergy_statements where patient_id = $1 and ended_at is null', [id]);
        expect(row).toEqual({ open: 0 });
        expect(await doctors.file(id)).toMatchObject({ allergyStatus: 'HAS_ALLERGIES', allergyStatement: null });
      }
    });

    it('is one at a time, and so is an allergy to one substance, however many people are at it', async () => {
      await Promise.all(Array.from({ length: 5 }, () => nurses.stateNone(patientId)));
      expect((await doctors.file(patientId)).allergyStatements.filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
      const answers = await Promise.all(Array.from({ length: 5 }, () => doctors.recordAnswer(patientId, 'Aspirin')));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual([...Array<string>(4).fill('ALREADY_EXISTS'), 'OK']);
    });
  });

  describe('pages', () => {
    it('go on where they stopped, whatever was recorded meanwhile', async () => {
      const recorded: EntryAnswer[] = [];
      for (const text of ['A', 'B', 'C', 'D', 'E']) recorded.unshift(await doctors.record(patientId, text));
      const one = await doctors.file(patientId, { first: 2 });
      expect(one).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
      await doctors.record(patientId, 'F');
      const two = await doctors.file(patientId, { first: 3, after: one.pageInfo.endCursor });
      expect([...one.allergies, ...two.allergies]).toEqual(recorded);
      expect(two.pageInfo.hasNextPage).toBe(false);
      expect(faultsOf(await doctors.fileAnswer(patientId, { first: 101 }))).toEqual(['first MAX']);
    });

    it('for 100 patients cost as many statements as for one', async () => {
      const other = await world.practice('Beli Chamber');
      const [theirs, theirPatients] = [new Allergies(world, other.owner.token), new Patients(world, other.owner.token)];
      const ids = await Promise.all(Array.from({ length: 100 }, async (_, index) => (await theirPatients.register({ nameEn: `Patient ${index}` })).id));
      await Promise.all(ids.map((id) => theirs.record(id, 'Milk', { clinicalStatus: 'RESOLVED' })));
      await Promise.all(ids.map((id) => theirs.stateNone(id)));
      const query = `query ($first: Int) { patients(first: $first) { edges { node { allergyStatus allergyStatement { recordedBy { nameEn nameBn } }
        allergies(first: 5) { totalCount edges { node { substance { text } recordedBy { nameEn } statusHistory { by { nameEn } } } } } } } } }`;
      let answered: Array<{ node: { allergyStatus: string; allergies: { totalCount: number; edges: unknown[] } } }> = [];
      const trips = (first: number) => roundTripsOf(async () => {
        answered = (await world.ok(query, { first }, other.owner.token)).patients.edges;
      });
      const one = await trips(1);
      expect(await trips(100)).toEqual(one);
      expect(answered.map(({ node }) => [node.allergyStatus, node.allergies.totalCount, node.allergies.edges.length])).toEqual(Array(100).fill(['NO_KNOWN_ALLERGIES', 1, 1]));
    });

    it('write in three round trips', async () => {
      const connections = async (work: () => Promise<unknown>) => (await roundTripsOf(work)).map(({ connection }) => connection);
      const record = 'mutation ($id: UUID!) { recordAllergy(input: { patientId: $id, substance: { text: "Aspirin", kind: INGREDIENT } }) { allergy { id version } } }';
      const app = 'sinduk app';
      let allergy: EntryAnswer;
      expect(await connections(async () => {
        allergy = (await world.ok(record, { id: patientId }, practice.owner.token)).recordAllergy.allergy;
      })).toEqual([app, app, app]);
      const mark = 'mutation ($id: UUID!) { markAllergyEnteredInError(id: $id, version: 1, reason: "slip") { allergy { id } } }';
      expect(await connections(() => world.ok(mark, { id: allergy.id }, practice.owner.token))).toEqual([app, app, app]);
    });
  });

  describe('who sees what', () => {
    it('a receptionist gets the patient, and an error for each clinical field alone', async () => {
      const receptionist = await hire(world, practice, await openChamber(world, practice, 'Desk'), 'RECEPTIONIST');
      await doctors.record(patientId, 'Aspirin');
      const fields = ['allergyStatus', 'allergyStatement { id }', 'allergies { edges { node { id } } }', 'allergyStatements { edges { node { id } } }'];
      for (const field of fields) {
        const name = field.split(' ')[0]!;
        const answer = await world.graphql(`query ($id: UUID!) { patient(id: $id) { nameEn ${field} } }`, { id: patientId }, receptionist.token);
        expect(answer.data.patient).toEqual({ nameEn: 'Rahela Khatun', [name]: null });
        expect(answer.errors).toMatchObject([{ path: ['patient', name], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
        const entries = await world.sql('superuser', `select outcome, error_code from audit.entries where request_id = $1 and outcome = 'DENIED'`, [answer.errors![0]!.extensions.requestId]);
        expect(entries).toEqual([{ outcome: 'DENIED', error_code: 'FORBIDDEN' }]);
      }
      expect(codeOf(await new Allergies(world, receptionist.token).recordAnswer(patientId, 'Ibuprofen'))).toBe('FORBIDDEN');
    });

    it('whoever may write but not read writes nothing and learns nothing', async () => {
      const assistant = await hire(world, practice, await openChamber(world, practice, 'Back'), 'ASSISTANT');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: assistant.memberId } }, practice.owner.token);
      const theirs = new Allergies(world, assistant.token);
      const allergy = await doctors.record(patientId, 'Aspirin');
      const answers = [
        await theirs.recordAnswer(patientId, 'Aspirin'), await theirs.recordAnswer(patientId, 'Ibuprofen'), await theirs.stateNoneAnswer(patientId), await theirs.markAnswer(allergy, 'x'),
        await theirs.correctAnswer(allergy, 'x', 'x'), await theirs.changeAnswer(allergy, { verification: 'REFUTED' }),
      ];
      for (const answer of answers) {
        expect(isEmptyHanded(answer)).toBe(true);
        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      }
      expect((await doctors.file(patientId, { all: true })).allergies).toEqual([allergy]);
    });

    it('each allergy shown is named in the audit entry, and those not shown are not', async () => {
      const [first, second] = [await doctors.record(patientId, 'Aspirin'), await doctors.record(patientId, 'Ibuprofen')];
      const response = await world.http({ query: 'query ($id: UUID!) { patient(id: $id) { allergies(first: 1) { edges { node { recordedBy { nameEn } } } } } }', variables: { id: patientId } }, { authorization: `Bearer ${nurse.token}` });
      const named = await world.sql<{ record: string }>('superuser', `
        select r.record_type || ':' || r.record_id as record from audit.entry_records r join audit.entries e on e.id = r.entry_id where e.request_id = $1 order by 1`, [response.headers['x-request-id']]);
      expect(named.map(({ record }) => record)).toEqual([`allergy:${second.id}`, `member:${practice.owner.memberId}`, `patient:${patientId}`]);
      expect(named).not.toContainEqual({ record: `allergy:${first.id}` });
    });
  });
});
