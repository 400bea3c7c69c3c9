import { randomUUID } from 'node:crypto';
import { entriesOf } from '../support/entries.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { at, hire, openChamber } from '../support/staff.js';
import { Vitals } from '../support/vitals.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

const kg = (value: unknown) => ({ weight: { value, unit: 'kg' } });
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

describe('vital signs', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let nurse: Person;
  let patients: Patients;
  let doctors: Vitals;
  let nurses: Vitals;
  let patientId: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    patients = new Patients(world, practice.owner.token);
    doctors = new Vitals(world, practice.owner.token);
    nurses = new Vitals(world, nurse.token);
  });
  beforeEach(async () => {
    patientId = (await patients.register({ nameEn: 'Rahela Khatun', birth: { date: '1980-05-17' } })).id;
  });
  afterAll(() => world.close());

  const written = async (operation: string) =>
    (await entriesOf(world, practice.tenantId, `Mutation.${operation}`)).filter(({ records }) => records.some((record) => record.startsWith('vitals')));

  describe('recording', () => {
    it('keeps what was measured as it was stated and in canonical units, who recorded it, where and when', async () => {
      const measuredAt = daysAgo(1);
      const vitals = await nurses.record(patientId, {
        measuredAt, systolic: { value: 120 }, diastolic: { value: 80, unit: 'mm[Hg]' }, pulse: { value: '৭২' }, respiratoryRate: { value: '16' },
        temperature: { value: '98.6', unit: '[degF]' }, oxygenSaturation: { value: 98.5, unit: '%' }, weight: { value: '154.30', unit: '[lb_av]' },
        height: { value: 5, unit: '[ft_i]', inches: '7.5' }, headCircumference: { value: 55.5 , unit: 'cm' }, bloodGlucose: { value: 126, unit: 'mg/dL', timing: 'FASTING' },
        pain: { value: 3 }, note: '  after   rest ',
      }, at(chamberId));
      expect(vitals).toMatchObject({
        patientId, measuredAt, chamberId, note: 'after rest', recordedBy: { id: nurse.memberId, nameEn: 'Rokeya Akter' }, status: 'ACTIVE', version: 1, correctsId: null,
      });
      const one = (measure: string, loinc: string, value: string, unit: string, display: string, entered: [string, string, string?] | null, timing: string | null = null) => ({
        measure, loinc, value, unit, display, timing, warning: null, entered: entered && { value: entered[0], unit: entered[1], inches: entered[2] ?? null },
      });
      expect(vitals.measurements).toEqual([
        one('SYSTOLIC', '8480-6', '120', 'mm[Hg]', '120 mmHg', ['120', 'mm[Hg]']),
        one('DIASTOLIC', '8462-4', '80', 'mm[Hg]', '80 mmHg', ['80', 'mm[Hg]']),
        one('PULSE', '8867-4', '72', '/min', '72 /min', ['72', '/min']),
        one('RESPIRATORY_RATE', '9279-1', '16', '/min', '16 /min', ['16', '/min']),
        one('TEMPERATURE', '8310-5', '37', 'Cel', '98.6 °F', ['98.6', '[degF]']),
        one('OXYGEN_SATURATION', '59408-5', '98.5', '%', '98.5 %', ['98.5', '%']),
        one('WEIGHT', '29463-7', '69.989', 'kg', '154.30 lb', ['154.30', '[lb_av]']),
        one('HEIGHT', '8302-2', '171.5', 'cm', '5 ft 7.5 in', ['5', '[ft_i]', '7.5']),
        one('HEAD_CIRCUMFERENCE', '9843-4', '55.5', 'cm', '55.5 cm', ['55.5', 'cm']),
        one('BLOOD_GLUCOSE', '14743-9', '6.99', 'mmol/L', '126 mg/dL', ['126', 'mg/dL'], 'FASTING'),
        one('PAIN', '72514-3', '3', '{score}', '3 / 10', ['3', '{score}']),
        one('BODY_MASS_INDEX', '39156-5', '23.8', 'kg/m2', '23.8 kg/m²', null),
        one('BODY_SURFACE_AREA', '8277-6', '1.83', 'm2', '1.83 m²', null),
      ]);
      expect((await doctors.page(patientId)).vitals).toEqual([vitals]);
    });

    it('takes now and no chamber unless told', async () => {
      const before = Date.now();
      const vitals = await doctors.record(patientId, kg(70));
      expect(vitals).toMatchObject({ chamberId: null, note: null });
      expect(Date.parse(vitals.measuredAt)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(vitals.measuredAt)).toBeLessThanOrEqual(Date.now());
      expect((await doctors.record(patientId, kg(70), at(randomUUID())))['chamberId']).toBeNull();
    });

    it('refuses what cannot be, every fault at once, with its place and its limits', async () => {
      const answer = await doctors.recordAnswer(patientId, {
        measuredAt: new Date(Date.now() + 600_000).toISOString(), systolic: { value: 80 }, diastolic: { value: 90 }, pulse: { value: 720 }, temperature: { value: 98.6, unit: 'Cel' },
        weight: { value: 70 }, height: { value: 170, unit: 'cm', inches: 3 }, bloodGlucose: { value: '5.555', unit: 'mmol/L', timing: 'RANDOM' }, pain: { value: 1, unit: '%' }, note: '\u202e',
      });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(answer.errors![0]!.extensions['faults']).toEqual([
        { path: ['input', 'measuredAt'], reason: 'FUTURE' },
        { path: ['input', 'note'], reason: 'BIDIRECTIONAL_CONTROL' },
        { path: ['input', 'pulse', 'value'], reason: 'IMPLAUSIBLE', params: { min: 10, max: 400, unit: '/min' } },
        { path: ['input', 'temperature', 'value'], reason: 'IMPLAUSIBLE', params: { min: 10, max: 47, unit: 'Cel' } },
        { path: ['input', 'weight', 'unit'], reason: 'REQUIRED', params: { units: 'kg [lb_av]' } },
        { path: ['input', 'height', 'inches'], reason: 'ONLY_WITH_FEET' },
        { path: ['input', 'bloodGlucose', 'value'], reason: 'TOO_PRECISE', params: { places: 2 } },
        { path: ['input', 'pain', 'unit'], reason: 'WRONG_UNIT', params: { units: '{score}' } },
        { path: ['input', 'diastolic', 'value'], reason: 'NOT_BELOW_SYSTOLIC' },
      ]);
      expect(faultsOf(await doctors.recordAnswer(patientId, {}))).toEqual(['input EMPTY']);
      expect(faultsOf(await doctors.recordAnswer(patientId, { ...kg(70), measuredAt: '1980-05-16T12:00:00Z' }))).toEqual(['input.measuredAt BEFORE_BIRTH']);
      expect((await doctors.page(patientId, { all: true })).vitals).toEqual([]);
    });

    it.each(['7e1', '1,5', 'seventy', '', '٫', 1e21, true, null, ['70'], { value: 70 }])('refuses %j for a number', async (value) => {
      const answer = await doctors.recordAnswer(patientId, kg(value));
      expect([answer.status, faultsOf(answer)]).toEqual([400, [`input.weight.value ${value === null ? 'REQUIRED' : 'WRONG_TYPE'}`]]);
      expect(JSON.stringify(answer)).not.toContain('seventy');
    });

    it('takes numbers written into the document as they are', async () => {
      const record = (weight: string) => world.graphql(`mutation { recordVitals(input: { patientId: "${patientId}", weight: { value: ${weight}, unit: "kg" } }) { vitals { measurements { value entered { value } } } } }`, {}, practice.owner.token);
      for (const weight of ['70', '70.10', '"70.10"', '"৭০.১০"']) {
        const { data } = await record(weight);
        expect(data.recordVitals.vitals.measurements).toEqual([{ value: weight === '70' ? '70' : '70.1', entered: { value: weight === '70' ? '70' : '70.10' } }]);
      }
      expect((await record('KG')).errors?.[0]?.extensions.code).toBe('QUERY_REFUSED');
    });

    it('marks what is unusual at the patient’s age, as the age was known then', async () => {
      const warnings = async (id: string, input: object) => (await doctors.record(id, input)).measurements.flatMap(({ measure, warning }) => (warning ? [`${measure} ${warning}`] : []));
      const baby = (await patients.register({ nameEn: 'Tiny', birth: { date: daysAgo(60).slice(0, 10) } })).id;
      const unknown = (await patients.register({ nameEn: 'Ageless' })).id;
      const input = { pulse: { value: 150 }, ...kg(5), respiratoryRate: { value: 40 } };
      expect(await warnings(baby, input)).toEqual([]);
      expect(await warnings(unknown, input)).toEqual([]);
      expect(await warnings(patientId, input)).toEqual(['PULSE UNUSUALLY_HIGH', 'RESPIRATORY_RATE UNUSUALLY_HIGH', 'WEIGHT UNUSUALLY_LOW']);
      // Thirty years ago the patient was a child of sixteen.
      expect(await warnings(patientId, { measuredAt: '1990-06-01T04:00:00Z', ...kg(25), systolic: { value: 125 } })).toEqual(['SYSTOLIC UNUSUALLY_HIGH']);
    });

    it('records once what is sent again under its idempotency key', async () => {
      const idempotencyKey = randomUUID();
      const answers = await Promise.all(Array.from({ length: 6 }, () => doctors.record(patientId, { ...kg(70), idempotencyKey })));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect((await doctors.page(patientId)).totalCount).toBe(1);
      expect((await written('recordVitals')).slice(-6).map(({ action }) => action).sort()).toEqual(['CREATED', ...Array<string>(5).fill('VIEWED')]);
      expect(faultsOf(await doctors.recordAnswer(patientId, { ...kg(71), idempotencyKey }))).toEqual(['input.idempotencyKey USED_FOR_ANOTHER_REQUEST']);
    });

    it('takes an id that the client made, once', async () => {
      const id = randomUUID();
      expect((await doctors.record(patientId, { ...kg(70), id })).id).toBe(id);
      const again = await doctors.recordAnswer(patientId, { ...kg(71), id });
      expect([codeOf(again), faultsOf(again)]).toEqual(['ALREADY_EXISTS', ['input.id ALREADY_EXISTS']]);
      expect(faultsOf(await doctors.recordAnswer(patientId, { ...kg(71), id: '00000000-0000-1000-8000-000000000000' }))).toEqual(['input.id UUID_VERSION']);
      const elsewhere = await world.practice('Kadam Clinic');
      const theirs = await new Patients(world, elsewhere.owner.token).register({ nameEn: 'Theirs' });
      expect((await new Vitals(world, elsewhere.owner.token).record(theirs.id, { ...kg(71), id })).id).toBe(id);
      expect((await doctors.page(patientId)).totalCount).toBe(1);
    });

    it('is refused for a patient who does not exist', async () => {
      expect(codeOf(await doctors.recordAnswer(randomUUID(), kg(70)))).toBe('NOT_FOUND');
    });

    it('names the occasion and its patient in the audit trail', async () => {
      const { id } = await doctors.record(patientId, kg(70));
      expect((await written('recordVitals')).at(-1)).toMatchObject({ action: 'CREATED', outcome: 'SUCCESS', records: [`vitals:${id}`] });
      expect(await world.sql('superuser', `select patient_id from audit.entry_records where record_type = 'vitals' and record_id = $1 limit 1`, [id])).toEqual([{ patient_id: patientId }]);
    });
  });

  describe('correcting', () => {
    it('strikes the old entry out and makes a new one, and each names the other', async () => {
      const wrong = await nurses.record(patientId, { ...kg(700.5 / 10), measuredAt: daysAgo(3) });
      const right = await doctors.correct(wrong, { ...kg(75), measuredAt: daysAgo(3) }, 'read the scale again');
      expect(right).toMatchObject({ correctsId: wrong.id, correctedById: null, version: 1, recordedBy: { id: practice.owner.memberId } });
      expect(right.measurements[0]!.value).toBe('75');
      expect((await doctors.page(patientId)).vitals).toEqual([right]);
      expect((await doctors.page(patientId, { all: true })).vitals).toContainEqual({
        ...wrong, status: 'ENTERED_IN_ERROR', correctedById: right.id, version: 2,
        enteredInError: { by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, at: expect.any(String), reason: 'read the scale again' },
      });
      expect((await written('correctVitals')).at(-1)).toMatchObject({
        action: 'UPDATED', reason: 'read the scale again', records: expect.arrayContaining([`vitals:${wrong.id}`, `vitals:${right.id}`]),
        changes: [{ type: 'vitals', id: wrong.id, field: 'status', before: 'ACTIVE', after: 'ENTERED_IN_ERROR' }],
      });
    });

    it('does all of it or nothing', async () => {
      const entry = await doctors.record(patientId, kg(70));
      expect(faultsOf(await doctors.correctAnswer(entry, kg(7000), 'slip'))).toEqual(['input.weight.value IMPLAUSIBLE']);
      expect(faultsOf(await doctors.correctAnswer(entry, kg(71), ' '))).toEqual(['reason EMPTY']);
      expect(codeOf(await doctors.correctAnswer({ ...entry, version: 2 }, kg(71), 'slip'))).toBe('CONFLICT');
      expect(codeOf(await doctors.correctAnswer({ ...entry, id: randomUUID() }, kg(71), 'slip'))).toBe('NOT_FOUND');
      expect((await doctors.page(patientId, { all: true })).vitals).toEqual([entry]);
    });

    it('is done once of many at once', async () => {
      const wrong = await doctors.record(patientId, kg(70));
      const answers = await Promise.all([71, 72, 73].flatMap((value) => [doctors.correctAnswer(wrong, kg(value), 'slip'), doctors.markAnswer(wrong, 'wrong patient')]));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual([...Array<string>(5).fill('CONFLICT'), 'OK']);
    });

    it('by marking alone leaves the entry struck out, for good', async () => {
      const entry = await doctors.record(patientId, kg(70));
      const marked = await nurses.mark(entry, 'wrong patient');
      expect(marked).toEqual({ ...entry, status: 'ENTERED_IN_ERROR', version: 2, enteredInError: { by: { id: nurse.memberId, nameEn: 'Rokeya Akter' }, at: expect.any(String), reason: 'wrong patient' } });
      expect(await doctors.page(patientId)).toMatchObject({ vitals: [], totalCount: 0 });
      expect((await doctors.page(patientId, { all: true })).vitals).toEqual([marked]);
      expect(codeOf(await doctors.correctAnswer(marked, kg(71), 'again'))).toBe('CONFLICT');
      expect([await doctors.latest(patientId), (await doctors.trend(patientId, 'WEIGHT')).points]).toEqual([[], []]);
    });
  });

  describe('pages', () => {
    it('go by the time of measuring, the latest first, and go on where they stopped', async () => {
      const recorded = [];
      for (const days of [2, 5, 1, 4, 3]) recorded.push(await doctors.record(patientId, { ...kg(60 + days), measuredAt: daysAgo(days) }));
      const [two, five, one, four, three] = recorded;
      const first = await doctors.page(patientId, { first: 2 });
      expect(first).toMatchObject({ vitals: [one, two], totalCount: 5, pageInfo: { hasNextPage: true } });
      await doctors.record(patientId, kg(59));
      const second = await doctors.page(patientId, { first: 3, after: first.pageInfo.endCursor });
      expect(second).toMatchObject({ vitals: [three, four, five], pageInfo: { hasNextPage: false } });
    });

    it('go on among occasions of one instant', async () => {
      const measuredAt = daysAgo(1);
      const ids = [];
      for (const value of [61, 62, 63, 64]) ids.push((await doctors.record(patientId, { ...kg(value), measuredAt })).id);
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const { vitals, pageInfo } = await doctors.page(patientId, { first: 1, after });
        seen.push(...vitals.map(({ id }) => id));
        after = pageInfo.endCursor;
        if (!pageInfo.hasNextPage) break;
      }
      expect(seen).toEqual(ids.sort().reverse());
    });
  });

  describe('the latest values', () => {
    it('are those of each measure, wherever it was measured last', async () => {
      await doctors.record(patientId, { measuredAt: daysAgo(400), ...kg(60), height: { value: 160, unit: 'cm' }, pulse: { value: 70 } });
      await doctors.record(patientId, { measuredAt: daysAgo(2), ...kg(64) });
      await doctors.record(patientId, { measuredAt: daysAgo(3), ...kg(63), pulse: { value: 80 } });
      expect(await doctors.latest(patientId)).toEqual(['PULSE 80', 'WEIGHT 64', 'HEIGHT 160', 'BODY_MASS_INDEX 25', 'BODY_SURFACE_AREA 1.69']);
      const { patient } = await world.ok('query ($id: UUID!) { patient(id: $id) { latestVitals { measuredAt vitalsId measurement { measure } } vitals { edges { node { id measuredAt } } } } }', { id: patientId }, nurse.token);
      const [newest, middle, oldest] = patient.vitals.edges.map(({ node }: { node: object }) => node);
      expect(patient.latestVitals.map(({ vitalsId: id, measuredAt }: Record<string, string>) => ({ id, measuredAt }))).toEqual([middle, newest, oldest, newest, newest]);
    });

    it('do not reckon with the height that a child had long ago', async () => {
      const child = (await patients.register({ nameEn: 'Growing', birth: { date: daysAgo(6 * 365).slice(0, 10) } })).id;
      await doctors.record(child, { measuredAt: daysAgo(300), height: { value: 105, unit: 'cm' } });
      await doctors.record(child, { measuredAt: daysAgo(20), ...kg(20) });
      expect(await doctors.latest(child)).toEqual(['WEIGHT 20', 'HEIGHT 105']);
      await doctors.record(child, { measuredAt: daysAgo(1), height: { value: 115, unit: 'cm' } });
      expect(await doctors.latest(child)).toEqual(['WEIGHT 20', 'HEIGHT 115', 'BODY_MASS_INDEX 15.1', 'BODY_SURFACE_AREA 0.8']);
    });
  });

  describe('a trend', () => {
    it('is in the canonical unit, oldest first, of the period asked for', async () => {
      const [a, b, c] = [daysAgo(30), daysAgo(20), daysAgo(10)];
      const second = await doctors.record(patientId, { measuredAt: b, weight: { value: 150, unit: '[lb_av]' }, height: { value: 160, unit: 'cm' } });
      await doctors.record(patientId, { measuredAt: c, ...kg(69) });
      await doctors.record(patientId, { measuredAt: a, ...kg(67) });
      await doctors.record(patientId, { measuredAt: daysAgo(15), pulse: { value: 70 } });
      const trend = await doctors.trend(patientId, 'WEIGHT');
      expect(trend).toMatchObject({ measure: 'WEIGHT', loinc: '29463-7', unit: 'kg', thinned: false, truncated: false });
      expect(trend.points.map(({ measuredAt, value }) => [measuredAt, value])).toEqual([[a, '67'], [b, '68.039'], [c, '69']]);
      expect((await doctors.trend(patientId, 'WEIGHT', { from: b, to: c })).points).toEqual([{ measuredAt: b, value: '68.039', vitalsId: second.id }]);
      expect((await doctors.trend(patientId, 'BODY_MASS_INDEX')).points).toEqual([{ measuredAt: b, value: '26.6', vitalsId: second.id }]);
      expect((await doctors.trend(patientId, 'PAIN')).points).toEqual([]);
    });
  });

  it('cost as many statements for 100 patients as for one, and three round trips to write', async () => {
    const other = await world.practice('Beli Chamber');
    const [theirs, theirPatients] = [new Vitals(world, other.owner.token), new Patients(world, other.owner.token)];
    const ids = await Promise.all(Array.from({ length: 100 }, async (_, index) => (await theirPatients.register({ nameEn: `Patient ${index}` })).id));
    await Promise.all(ids.map((id) => theirs.record(id, { ...kg(70), height: { value: 170, unit: 'cm' } })));
    const query = `query ($first: Int) { patients(first: $first) { edges { node { vitals(first: 2) { totalCount edges { node { recordedBy { nameEn } measurements { value } } } }
      latestVitals { measurement { value } } weight: vitalsTrend(measure: WEIGHT) { points { value } } pulse: vitalsTrend(measure: PULSE) { points { value } } } } } }`;
    let answered: unknown[] = [];
    const trips = async (first: number) => toTheApp(await roundTripsOf(async () => {
      answered = (await world.ok(query, { first }, other.owner.token)).patients.edges;
    }));
    const one = await trips(1);
    expect(one.length).toBeLessThanOrEqual(7);
    expect(await trips(100)).toEqual(one);
    expect(answered).toHaveLength(100);
    expect(answered[50]).toMatchObject({ node: { vitals: { totalCount: 1 }, weight: { points: [{ value: '70' }] }, pulse: { points: [] } } });
    const record = 'mutation ($id: UUID!) { recordVitals(input: { patientId: $id, pulse: { value: 70 } }) { vitals { id } } }';
    expect((await roundTripsOf(() => world.ok(record, { id: patientId }, practice.owner.token))).map(({ connection }) => connection)).toEqual(['sinduk app', 'sinduk app', 'sinduk app']);
  });

  describe('who sees what', () => {
    it('a receptionist gets the patient, and an error for each clinical field alone', async () => {
      const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
      await doctors.record(patientId, kg(70));
      for (const field of ['vitals { edges { node { id } } }', 'latestVitals { vitalsId }', 'vitalsTrend(measure: WEIGHT) { unit }']) {
        const name = field.split(/[ (]/)[0]!;
        const answer = await world.graphql(`query ($id: UUID!) { patient(id: $id) { nameEn ${field} } }`, { id: patientId }, receptionist.token);
        expect(answer.data.patient).toEqual({ nameEn: 'Rahela Khatun', [name]: null });
        expect(answer.errors).toMatchObject([{ path: ['patient', name], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      }
      expect(codeOf(await new Vitals(world, receptionist.token).recordAnswer(patientId, kg(70)))).toBe('FORBIDDEN');
    });

    it('whoever may write but not read writes nothing and learns nothing', async () => {
      const assistant = await hire(world, practice, chamberId, 'ASSISTANT');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: assistant.memberId } }, practice.owner.token);
      const theirs = new Vitals(world, assistant.token);
      const entry = await doctors.record(patientId, kg(70));
      for (const answer of [await theirs.recordAnswer(patientId, kg(71)), await theirs.correctAnswer(entry, kg(71), 'x'), await theirs.markAnswer(entry, 'x')]) {
        expect(isEmptyHanded(answer)).toBe(true);
        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      }
      expect((await doctors.page(patientId, { all: true })).vitals).toEqual([entry]);
    });

    it('every occasion whose values are shown is named in the audit entry, and no other', async () => {
      const [older, newer] = [await doctors.record(patientId, { ...kg(70), measuredAt: daysAgo(2) }), await doctors.record(patientId, { ...kg(71), measuredAt: daysAgo(1) })];
      const pulse = await doctors.record(patientId, { pulse: { value: 70 }, measuredAt: daysAgo(3) });
      const named = async (fields: string) => {
        const response = await world.http({ query: `query ($id: UUID!) { patient(id: $id) { ${fields} } }`, variables: { id: patientId } }, { authorization: `Bearer ${nurse.token}` });
        const rows = await world.sql<{ record: string }>('superuser', `
          select r.record_type || ':' || r.record_id as record from audit.entry_records r join audit.entries e on e.id = r.entry_id
          where e.request_id = $1 and r.patient_id = $2 and r.record_type = 'vitals' order by 1`, [response.headers['x-request-id'], patientId]);
        return rows.map(({ record }) => record);
      };
      const ofAll = (...entries: Array<{ id: string }>) => entries.map(({ id }) => `vitals:${id}`).sort();
      expect(await named('vitals(first: 1) { edges { node { id } } }')).toEqual(ofAll(newer));
      expect(await named('latestVitals { measurement { value } }')).toEqual(ofAll(newer, pulse));
      expect(await named('vitalsTrend(measure: WEIGHT) { points { value } }')).toEqual(ofAll(older, newer));
    });
  });

  it('cannot be given another time or chamber by whoever has taken over the application', async () => {
    const { id } = await doctors.record(patientId, kg(70));
    const grants = await world.sql<{ column_name: string }>('superuser', `
      select column_name from information_schema.column_privileges where table_schema = 'clinic' and table_name = 'vitals' and grantee = 'sinduk_app' and privilege_type = 'UPDATE' order by 1`);
    expect(grants.map(({ column_name }) => column_name)).toEqual(['error_reason', 'patient_id', 'status', 'version']);
    expect(await world.sql('superuser', 'select from clinic.vitals where id = $1', [id])).toHaveLength(1);
  });
});
