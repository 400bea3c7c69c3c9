import { randomUUID } from 'node:crypto';
import { entriesOf } from '../support/entries.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf, freshNid } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { World, type Practice } from '../support/world.js';

const DUPLICATES = 'possibleDuplicates { score reasons mergedRecordId patient { id nameEn } }';
const REGISTER = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { warnings patient { id } ${DUPLICATES} } }`;
const ASK = 'query ($input: PossibleDuplicatesInput!) { possibleDuplicates(input: $input) { found candidates { score reasons mergedRecordId patient { id nameEn } } ignored { path reason params { max } } } }';

interface Duplicate {
  score: number;
  reasons: string[];
  mergedRecordId: string | null;
  patient: { id: string };
}

describe('possible duplicates', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.shared();
  });
  beforeEach(async () => {
    practice = await world.practice('Beli Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const register = async (input: object) => (await world.ok(REGISTER, { input }, practice.owner.token)).registerPatient as { warnings: string[]; patient: { id: string }; possibleDuplicates: Duplicate[] };
  const ask = async (input: object) => (await world.ok(ASK, { input }, practice.owner.token)).possibleDuplicates as { found: boolean; candidates: Duplicate[]; ignored: object[] };
  const ofPatient = async (id: string) => (await world.ok(`query ($id: UUID!) { patient(id: $id) { ${DUPLICATES} } }`, { id }, practice.owner.token)).patient.possibleDuplicates as Duplicate[];
  const ids = (duplicates: Duplicate[]) => duplicates.map(({ patient }) => patient.id);
  const phones = (...numbers: string[]) => ({ phones: numbers.map((number) => ({ number })) });

  it('are told when a patient is registered, who is registered all the same', async () => {
    const first = await register({ nameEn: 'Kobirul Talukder', birth: { date: '1980-05-17' }, ...phones('01100 123456') });
    expect(first).toMatchObject({ warnings: [], possibleDuplicates: [] });
    const again = await register({ nameBn: 'কবিরুল তালুকদার', birth: { date: '1980-05-17' }, ...phones('01100 654321', '+8801100123456') });
    expect(again.warnings).toEqual(['POSSIBLE_DUPLICATE']);
    expect(again.possibleDuplicates).toEqual([{ score: 100, reasons: ['SAME_NAME', 'SAME_BIRTH', 'SAME_PHONE'], mergedRecordId: null, patient: { id: first.patient.id, nameEn: 'Kobirul Talukder' } }]);
    expect(ids(await ofPatient(first.patient.id))).toEqual([again.patient.id]);
    expect(ids(await ofPatient(again.patient.id))).toEqual([first.patient.id]);
  });

  it('are found by the name and the year of birth, without a telephone, also with a slip in one word', async () => {
    const first = await register({ nameEn: 'Kobirul Talukder', birth: { date: '1980-05-17' } });
    await register({ nameEn: 'Kobirul Talukder', birth: { date: '1951-08-02' } });
    const found = await ask({ nameEn: 'Kobirul Talokdar', birth: { date: '1980-05-17' } });
    expect(ids(found.candidates)).toEqual([first.patient.id]);
    expect((await ask({ nameEn: 'Kobirul Talukder', birth: { ageYears: 20 } })).found).toBe(false);
  });

  it('are not those who share a telephone', async () => {
    const number = '01100 200300';
    for (const [nameEn, ageYears] of [['Amina Khatun', 40], ['Belal Hossain', 45], ['Chandni Hossain', 12], ['Delwar Hossain', 9]] as const) {
      expect(await register({ nameEn, birth: { ageYears }, guardian: { name: 'Belal Hossain', relation: 'FATHER' }, ...phones(number) })).toMatchObject({ warnings: [], possibleDuplicates: [] });
    }
  });

  it('are told while somebody types, and nothing is written', async () => {
    const nid = freshNid();
    const { patient } = await register({ nameEn: 'Nasrin Sultana', identifiers: [{ kind: 'NID', value: nid }], ...phones('01100 400500') });
    expect(await ask({})).toEqual({ found: false, candidates: [], ignored: [] });
    expect(await ask({ ...phones('01100 400500') })).toEqual({ found: false, candidates: [], ignored: [] });
    expect(await ask({ nameBn: 'নাসরিন সুলতানা', ...phones('01100 400500') })).toMatchObject({ found: true, candidates: [{ reasons: ['SAME_NAME', 'SAME_PHONE'], patient: { id: patient.id } }] });
    expect(await ask({ identifiers: [{ kind: 'NID', value: nid }] })).toMatchObject({ found: true, candidates: [{ score: 100, reasons: ['SAME_IDENTIFIER'] }] });
    expect(await ask({ patientId: patient.id, nameEn: 'Nasrin Sultana', ...phones('01100 400500') })).toEqual({ found: false, candidates: [], ignored: [] });
    const rows = await world.sql('superuser', 'select from clinic.patients where tenant_id = $1', [practice.tenantId]);
    expect(rows).toHaveLength(1);
  });

  it('are told by what can be read of what is half typed, and the rest is named', async () => {
    const { patient } = await register({ nameEn: 'Kobirul Talukder', birth: { date: '1980-05-17' }, ...phones('01100 400500') });
    const found = await ask({ nameEn: 'Kobirul Talukder', nameBn: '', sex: 'MALE', birth: { date: '1980' }, ...phones('0110', '01100 400500'), address: { line: 'x'.repeat(301) } });
    expect(ids(found.candidates)).toEqual([patient.id]);
    expect(found.candidates[0]!.reasons).toEqual(['SAME_NAME', 'SAME_PHONE']);
    expect(found.ignored).toEqual([
      { path: ['input', 'nameBn'], reason: 'EMPTY', params: null },
      { path: ['input', 'birth', 'date'], reason: 'NOT_A_DATE', params: null },
      { path: ['input', 'phones', '0', 'number'], reason: 'TOO_SHORT', params: null },
      { path: ['input', 'address', 'line'], reason: 'TOO_LONG', params: { max: 300 } },
    ]);
    const all = await ask({ nameEn: ' ', birth: {}, ...phones('+'), identifiers: [{ kind: 'NID', value: '12' }], guardian: { name: '', relation: 'FATHER', phone: '0' } });
    expect(all).toMatchObject({ found: false, candidates: [] });
    expect(all.ignored.map((one) => (one as { path: string[] }).path.join('.'))).toEqual(
      ['input.nameEn', 'input.birth', 'input.phones.0.number', 'input.identifiers.0.value', 'input.guardian.name', 'input.guardian.phone']);
    expect(faultsOf(await patients.registerAnswer({ nameEn: 'Half Typed', ...phones('0110') }))).toEqual(['input.phones.0.number TOO_SHORT']);
  });

  it('finds a number that was entered as another document’s', async () => {
    const value = `${freshNid()}1234567`;
    const { patient } = await register({ nameEn: 'Nasrin Sultana', identifiers: [{ kind: 'BIRTH_REGISTRATION', value }] });
    expect((await register({ nameEn: 'N. Sultana', identifiers: [{ kind: 'NID', value }] })).possibleDuplicates).toMatchObject([{ score: 100, patient: { id: patient.id } }]);
  });

  it('show the survivor for a record that was merged into one', async () => {
    const survivor = await patients.register({ nameEn: 'Rokeya Sultana', ...phones('01100 700800') });
    const duplicate = await patients.register({ nameEn: 'Zubaida Parvin', ...phones('01100 700801') });
    await new Merges(world, practice.owner.token).merge(survivor, duplicate, [{ field: 'NAME_EN', take: 'SURVIVOR' }, { field: 'PHONES', take: 'SURVIVOR' }]);
    expect((await ask({ nameEn: 'Zubaida Parvin', ...phones('01100 700801') })).candidates).toMatchObject([{ patient: { id: survivor.id }, mergedRecordId: duplicate.id }]);
    expect(await ofPatient(survivor.id)).toEqual([]);
    expect(await ofPatient(duplicate.id)).toEqual([]);
  });

  it('stay within the practice', async () => {
    const other = await world.practice('Kodom Chamber');
    const input = { nameEn: 'Kobirul Talukder', birth: { date: '1980-05-17' }, ...phones('01100 123456') };
    await new Patients(world, other.owner.token).register(input);
    expect(await ask(input)).toEqual({ found: false, candidates: [], ignored: [] });
    expect((await register(input)).possibleDuplicates).toEqual([]);
  });

  it('shows the ten likeliest, the likeliest first', async () => {
    for (let i = 0; i < 12; i++) await register({ nameEn: 'Kobirul Talukder', ...phones('01100 123456'), ...(i === 3 && { birth: { date: '1980-05-17' } }) });
    const { candidates } = await ask({ nameEn: 'Kobirul Talukder', birth: { date: '1980-05-17' }, ...phones('01100 123456') });
    expect(candidates).toHaveLength(10);
    expect(candidates[0]!.reasons).toContain('SAME_BIRTH');
    expect(candidates.map(({ score }) => score)).toEqual(candidates.map(({ score }) => score).sort((a, b) => b - a));
  });

  describe('to whom', () => {
    const input = { nameEn: 'Kobirul Talukder', ...phones('01100 123456') };

    it('may not read patients tell only that there are some, and name nobody in the trail', async () => {
      const chamber = await openChamber(world, practice, 'Uttara');
      const assistant = await hire(world, practice, chamber, 'ASSISTANT');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:register', memberId: assistant.memberId } }, practice.owner.token);
      const { patient } = await register(input);
      expect((await world.ok(ASK, { input }, assistant.token)).possibleDuplicates).toEqual({ found: true, candidates: null, ignored: [] });
      const { registerPatient } = await world.ok(REGISTER, { input }, assistant.token);
      expect(registerPatient).toMatchObject({ warnings: ['POSSIBLE_DUPLICATE'], possibleDuplicates: null });
      const refused = await world.graphql(`mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { ${DUPLICATES} } } }`, { input }, assistant.token);
      expect(codeOf(refused)).toBe('FORBIDDEN');
      const entries = [...await entriesOf(world, practice.tenantId, 'Query.possibleDuplicates'), ...(await entriesOf(world, practice.tenantId, 'Mutation.registerPatient')).slice(1)];
      expect(entries.length).toBeGreaterThan(2);
      for (const { records } of entries) expect(records.filter((record) => record.endsWith(patient.id))).toEqual([]);
    });

    it('may, name whom they showed in the trail', async () => {
      const { patient } = await register(input);
      const second = await register(input);
      await ask(input);
      await ofPatient(second.patient.id);
      const recordsOf = async (operation: string) => (await entriesOf(world, practice.tenantId, operation)).at(-1)!.records;
      expect(await recordsOf('Mutation.registerPatient')).toEqual(expect.arrayContaining([`patient:${second.patient.id}`, `possible-duplicate:${patient.id}`]));
      expect(await recordsOf('Query.possibleDuplicates')).toEqual(expect.arrayContaining([`possible-duplicate:${patient.id}`, `possible-duplicate:${second.patient.id}`]));
      expect(await recordsOf('Query.patient')).toEqual(expect.arrayContaining([`possible-duplicate:${patient.id}`]));
      const { whoSawPatient } = await world.ok('query ($id: UUID!) { whoSawPatient(patientId: $id) { edges { node { operation } } } }', { id: patient.id }, practice.owner.token);
      expect(whoSawPatient.edges.map(({ node }: { node: { operation: string } }) => node.operation)).toEqual(expect.arrayContaining(['Query.possibleDuplicates', 'Query.patient']));
    });
  });

  it('cost a registration no round trip, and a page of patients as many as one', async () => {
    const input = { nameEn: 'Kobirul Talukder', ...phones('01100 123456') };
    await register(input);
    expect(await roundTripsOf(() => register({ ...input, idempotencyKey: randomUUID() }))).toHaveLength(3);
    expect(await roundTripsOf(() => ask(input))).toHaveLength(2);
    const page = (first: number) => roundTripsOf(() => world.ok(`query ($first: Int) { patients(first: $first) { edges { node { ${DUPLICATES} } } } }`, { first }, practice.owner.token));
    const one = await page(1);
    await Promise.all(Array.from({ length: 20 }, () => register(input)));
    expect(await page(20)).toEqual(one);
  });

  it('answer the same to the same request sent again', async () => {
    const input = { nameEn: 'Kobirul Talukder', ...phones('01100 123456') };
    const first = await register(input);
    const request = { ...input, idempotencyKey: randomUUID() };
    const second = await register(request);
    expect(ids(second.possibleDuplicates)).toEqual([first.patient.id]);
    expect(await register(request)).toEqual(second);
  });
});
