import { randomUUID } from 'node:crypto';
import { Patients, codeOf, faultsOf, freshNid } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { World, type GraphqlAnswer, type Practice } from '../support/world.js';

describe('patients, many at a time', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.shared();
  });
  beforeEach(async () => {
    practice = await world.practice('Jui Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const mrnsOf = async (): Promise<string[]> => {
    const rows = await world.sql<{ mrn: string }>('superuser', 'select mrn from clinic.patients where tenant_id = $1 order by mrn', [practice.tenantId]);
    return rows.map(({ mrn }) => mrn);
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
  const codes = (answers: GraphqlAnswer[]) => answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort();

  it('numbers 50 concurrent registrations one after another, without gaps, also where some are refused', async () => {
    const value = freshNid();
    await patients.register({ nameEn: 'Holder', identifiers: [{ kind: 'NID', value }] });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) =>
      patients.registerAnswer({ nameEn: `Patient ${index}`, ...(index % 6 === 0 && { identifiers: [{ kind: 'NID', value }] }) })));
    expect(codes(answers)).toEqual([...Array<string>(10).fill('ALREADY_EXISTS'), ...Array<string>(50).fill('OK')]);
    expect(await mrnsOf()).toEqual(upTo(51));
    const shown = answers.filter(({ errors }) => !errors).map(({ data }) => data.registerPatient.patient.mrn).sort();
    expect(shown).toEqual(upTo(51).slice(1).map((mrn) => `P-${mrn.padStart(6, '0')}`));
  });

  it('gives one identifier to one of 20 who want it at once', async () => {
    const value = freshNid();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) =>
      patients.registerAnswer({ nameEn: `Rival ${index}`, identifiers: [{ kind: 'NID', value }] })));
    expect(codes(answers)).toEqual([...Array<string>(19).fill('ALREADY_EXISTS'), 'OK']);
    expect(await mrnsOf()).toEqual(['1']);
    expect(await patients.find({ identifier: { kind: 'NID', value } })).toHaveLength(1);
  });

  it('gives crossed identifiers to one of two edits', async () => {
    const [one, other] = [await patients.register({ nameEn: 'One' }), await patients.register({ nameEn: 'Other' })];
    const [a, b] = [{ kind: 'NID', value: freshNid() }, { kind: 'NID', value: freshNid() }];
    const answers = await Promise.all([
      patients.editAnswer(one.id, 1, { identifiers: [a, b] }),
      patients.editAnswer(other.id, 1, { identifiers: [b, a] }),
    ]);
    expect(codes(answers)).toEqual(['ALREADY_EXISTS', 'OK']);
  });

  describe('an idempotency key', () => {
    it('makes one patient of 20 equal requests at once', async () => {
      const input = { idempotencyKey: randomUUID(), nameBn: 'একবার', birth: { ageYears: 4 }, identifiers: [{ kind: 'NID', value: freshNid() }] };
      const answers = await Promise.all(Array.from({ length: 20 }, () => patients.registerAnswer(input)));
      for (const answer of answers) expect(answer).toEqual({ status: 200, data: answers[0]!.data });
      expect(answers[0]!.data.registerPatient).toMatchObject({ warnings: ['GUARDIAN_MISSING'], patient: { mrn: 'P-000001' } });
      expect(await mrnsOf()).toEqual(['1']);
      const actions = await world.sql<{ action: string }>('superuser',
        `select action from audit.entries where tenant_id = $1 and operation = 'Mutation.registerPatient' order by action`, [practice.tenantId]);
      expect(actions.map(({ action }) => action)).toEqual(['CREATED', ...Array<string>(19).fill('VIEWED')]);
      expect((await patients.register({ nameEn: 'Next' })).mrn).toBe('P-000002');
    });

    it('stands for the request, whatever the order of its fields, and for what became of the patient', async () => {
      const idempotencyKey = randomUUID();
      const id = randomUUID();
      const patient = await patients.register({ idempotencyKey, id, nameEn: 'Same', sex: 'MALE', address: { area: 'Uttara', city: 'Dhaka' } });
      const edited = await patients.edit(patient, { nameEn: 'Same, Edited' });
      const again = { address: { city: 'Dhaka', area: 'Uttara', line: null }, sex: 'MALE', nameBn: null, nameEn: 'Same', id, idempotencyKey: idempotencyKey.toUpperCase() };
      expect(await patients.register(again)).toEqual(edited);
    });

    it.each([{ nameEn: 'Other' }, { sex: 'MALE' }, { id: randomUUID() }, { phones: [{ number: '01100123456' }] }])('refuses another request: %j', async (difference) => {
      const input = { idempotencyKey: randomUUID(), nameEn: 'Same', sex: 'FEMALE' };
      await patients.register(input);
      const answer = await patients.registerAnswer({ ...input, ...difference });
      expect(codeOf(answer)).toBe('CONFLICT');
      expect(faultsOf(answer)).toEqual(['input.idempotencyKey USED_FOR_ANOTHER_REQUEST']);
      expect(await mrnsOf()).toEqual(['1']);
    });

    it('is not used up by a refused request', async () => {
      const idempotencyKey = randomUUID();
      const value = freshNid();
      await patients.register({ nameEn: 'Holder', identifiers: [{ kind: 'NID', value }] });
      expect(codeOf(await patients.registerAnswer({ idempotencyKey, nameEn: 'Late', identifiers: [{ kind: 'NID', value }] }))).toBe('ALREADY_EXISTS');
      expect((await patients.register({ idempotencyKey, nameEn: 'Late' })).mrn).toBe('P-000002');
    });

    it('is each practice’s own', async () => {
      const input = { idempotencyKey: randomUUID(), nameEn: 'Both' };
      const other = await world.practice('Beli Chamber');
      const [here, there] = [await patients.register(input), await new Patients(world, other.owner.token).register(input)];
      expect(here.id).not.toBe(there.id);
    });
  });

  describe('on the way to the database', () => {
    const app = 'sinduk app';
    const audit = 'sinduk audit';

    it('reads one patient by two statements in one round trip, and commits the entry in another', async () => {
      const { id } = await patients.register({ nameEn: 'Hot' });
      expect(await roundTripsOf(() => patients.read(id))).toEqual([
        { connection: app, statements: 2 }, { connection: audit, statements: 2 },
      ]);
    });

    it('registers, edits and archives in three round trips', async () => {
      const trips = async (work: () => Promise<unknown>) => (await roundTripsOf(work)).map(({ connection }) => connection);
      const patient = await patients.register({ nameEn: 'First' });
      expect(await trips(() => patients.register({ idempotencyKey: randomUUID(), nameEn: 'Second', phones: [{ number: '01100123456' }] }))).toEqual([app, app, app]);
      expect(await trips(() => patients.edit(patient, { phones: [{ number: '01100123456' }] }))).toEqual([app, app, app]);
      expect((await trips(() => patients.edit({ ...patient, version: 2 }, {}))).length).toBeLessThanOrEqual(3);
      const archive = 'mutation ($id: UUID!) { archivePatient(id: $id, version: 2, reason: "moved") { patient { status } } }';
      expect(await trips(() => world.ok(archive, { id: patient.id }, practice.owner.token))).toEqual([app, app, app]);
    });

    it('reads 100 patients by as many statements as 1, with what is clinical too', async () => {
      const query = 'query ($first: Int) { patients(first: $first) { edges { node { nameEn viewerCan { edit } birth { ageYears } phones { display } clinical { notes } } } } }';
      const registered = Array.from({ length: 100 }, (_, i) => patients.register({ nameEn: `Patient ${i}`, phones: [{ number: '01100123456' }], birth: { year: 1990 } }));
      await Promise.all(registered);
      const one = await roundTripsOf(() => world.ok(query, { first: 1 }, practice.owner.token));
      let edges: unknown[] = [];
      const hundred = await roundTripsOf(async () => {
        edges = (await world.ok(query, { first: 100 }, practice.owner.token)).patients.edges;
      });
      expect(edges).toHaveLength(100);
      expect(one).toEqual([{ connection: app, statements: 2 }, { connection: audit, statements: 2 }]);
      expect(hundred).toEqual(one);
      const found = await roundTripsOf(() => patients.find({ phone: '01100123456' }));
      expect(found).toEqual(one);
    });
  });
});
