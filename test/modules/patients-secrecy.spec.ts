import { randomUUID } from 'node:crypto';
import { Patients, codeOf, type PatientAnswer } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

describe('who sees what of patients', () => {
  let world: World;
  let practice: Practice;
  let chamber: string;
  let owner: Patients;
  let patient: PatientAnswer;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shiuli Chamber');
    chamber = await openChamber(world, practice, 'Gulshan');
    owner = new Patients(world, practice.owner.token);
    patient = await owner.register({ nameEn: 'Seen Patient', phones: [{ number: '01100123456' }] });
    await owner.editClinicalAnswer(patient.id, 1, { notes: 'a secret diagnosis' });
  });
  afterAll(() => world.close());

  const staff = async (role: 'RECEPTIONIST' | 'NURSE' | 'ASSISTANT') => {
    const person = await hire(world, practice, chamber, role);
    return { person, patients: new Patients(world, person.token) };
  };
  const grant = (person: Person, permission: string) => world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { permission } }',
    { input: { permission, memberId: person.memberId } }, practice.owner.token);
  const denied = (operation: string) => world.sql('superuser',
    `select 1 from audit.entries where tenant_id = $1 and operation = $2 and outcome = 'DENIED'`, [practice.tenantId, operation]);

  it('a receptionist gets everything but what is clinical, and an error for that alone', async () => {
    const { patients } = await staff('RECEPTIONIST');
    const answer = await patients.clinicalAnswer(patient.id);
    expect(answer.data.patient).toEqual({ nameEn: 'Seen Patient', clinical: null });
    expect(answer.errors).toMatchObject([{ path: ['patient', 'clinical'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
    expect(await denied('Query.patient')).not.toHaveLength(0);
    const read = await patients.read(patient.id);
    expect(read['viewerCan']).toEqual({ edit: true, archive: false, seeClinical: false, editClinical: false, merge: false });
    expect(codeOf(await patients.editClinicalAnswer(patient.id, 2, { notes: 'x' }))).toBe('FORBIDDEN');
    const inList = await patients.registerAnswer({ nameEn: 'By Reception' });
    expect(inList.errors).toBeUndefined();
  });

  it('a receptionist cannot archive', async () => {
    const { person } = await staff('RECEPTIONIST');
    const answer = await world.graphql('mutation ($id: UUID!) { archivePatient(id: $id, version: 2, reason: "spite") { patient { id } } }', { id: patient.id }, person.token);
    expect(codeOf(answer)).toBe('FORBIDDEN');
    expect(await owner.read(patient.id)).toMatchObject({ status: 'ACTIVE', version: 2 });
  });

  it('a nurse reads and writes what is clinical, and nothing else', async () => {
    const { patients } = await staff('NURSE');
    expect((await patients.clinicalAnswer(patient.id)).data.patient.clinical.notes).toBe('a secret diagnosis');
    const other = await owner.register({ nameEn: 'Nursed' });
    expect((await patients.editClinicalAnswer(other.id, 1, { bloodGroup: 'O_POSITIVE' })).errors).toBeUndefined();
    expect(codeOf(await patients.editAnswer(other.id, 2, { nameEn: 'Renamed' }))).toBe('FORBIDDEN');
    expect(codeOf(await patients.registerAnswer({ nameEn: 'New' }))).toBe('FORBIDDEN');
  });

  it('an assistant starts from nothing', async () => {
    const { patients } = await staff('ASSISTANT');
    for (const answer of [await patients.readAnswer(patient.id), await patients.findAnswer({ mrn: '1' }), await patients.registerAnswer({ nameEn: 'New' })]) {
      expect(codeOf(answer)).toBe('FORBIDDEN');
      expect(isEmptyHanded(answer)).toBe(true);
    }
  });

  it('whoever may edit but not read learns nothing by editing', async () => {
    const { person, patients } = await staff('ASSISTANT');
    await grant(person, 'patients:edit');
    const answer = await patients.editAnswer(patient.id, 2, {});
    expect(isEmptyHanded(answer)).toBe(true);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', permission: 'patients:read' } }] });
    expect(await owner.read(patient.id)).toMatchObject({ version: 2 });
  });

  it('whoever may register but not read is not told whose identifier it is', async () => {
    const { person, patients } = await staff('ASSISTANT');
    await grant(person, 'patients:register');
    await owner.register({ nameEn: 'Holder', identifiers: [{ kind: 'PASSPORT', value: 'ZZ0424242' }] });
    const answer = await patients.registerAnswer({ nameEn: 'Curious', identifiers: [{ kind: 'PASSPORT', value: 'ZZ0424242' }] });
    expect(codeOf(answer)).toBe('ALREADY_EXISTS');
    expect(answer.errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'identifiers', '0', 'value'], reason: 'ALREADY_EXISTS' }]);
  });

  it('another practice’s patient cannot be told from a missing one', async () => {
    const stranger = await world.practice('Stranger');
    const strangers = new Patients(world, stranger.owner.token);
    const archive = (id: string) => world.graphql('mutation ($id: UUID!) { archivePatient(id: $id, version: 2, reason: "x") { patient { id } } }', { id }, stranger.owner.token);
    const withoutRequestId = ({ errors, ...rest }: GraphqlAnswer) =>
      ({ ...rest, errors: errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId: '' } })) });
    for (const ask of [
      (id: string) => strangers.readAnswer(id), (id: string) => strangers.clinicalAnswer(id), archive,
      (id: string) => strangers.editAnswer(id, 2, { nameEn: 'Mine' }), (id: string) => strangers.editClinicalAnswer(id, 2, { notes: 'Mine' }),
    ]) {
      const [foreign, missing] = [await ask(patient.id), await ask(randomUUID())];
      expect(codeOf(foreign)).toBe('NOT_FOUND');
      expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
    }
    expect(await owner.read(patient.id)).toMatchObject({ nameEn: 'Seen Patient', version: 2 });
    expect(await world.sql('superuser', `select 1 from audit.entries where tenant_id = $1 and operation = 'Query.patient' and outcome = 'DENIED'`, [stranger.tenantId]))
      .toHaveLength(4);
  });

  it('nobody without a session gets anything', async () => {
    const answer = await world.graphql('query ($id: UUID!) { patient(id: $id) { nameEn } }', { id: patient.id });
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(isEmptyHanded(answer)).toBe(true);
  });
});

describe('what a thief of the database gets of patients', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Champa Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  /** Every value of every table, as bytes. */
  const everything = async (): Promise<Buffer[]> => {
    const tables = await world.sql<{ name: string }>('superuser',
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('clinic', 'audit', 'auth', 'platform')`);
    const rows = await Promise.all(tables.map(({ name }) => world.sql('superuser', `select * from ${name}`)));
    return rows.flat().flatMap((row) => Object.values(row)).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
  };
  const spellings = (text: string): Buffer[] => {
    const bytes = Buffer.from(text);
    const base64 = [0, 1, 2].map((offset) => Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').slice(offset ? 4 : 0).replace(/.{2}=*$/, ''));
    return [text, bytes.toString('hex'), ...base64].map((spelling) => Buffer.from(spelling));
  };
  const isIn = (values: Buffer[], text: string): boolean => spellings(text).some((spelling) => values.some((value) => value.includes(spelling)));

  it('is none of the words', async () => {
    const canaries = {
      nameEn: 'Canary Quillfeather', nameBn: 'ক্যানারি পাখিওয়ালা'.normalize('NFC'), phone: '+8801100778899', nid: '1977665544', birth: '1971-12-16',
      line: 'Canary House 77', area: 'Canary Lane', city: 'Canaryganj', guardian: 'Canary Keeper', guardianPhone: '+8801100665544',
      notes: 'canary fever of the third kind', editedName: 'Canary Renamed', reason: 'canary flew away',
    };
    const { id } = await patients.register({
      idempotencyKey: randomUUID(), nameEn: canaries.nameEn, nameBn: canaries.nameBn, birth: { date: canaries.birth }, phones: [{ number: canaries.phone }],
      identifiers: [{ kind: 'NID', value: canaries.nid }], address: { line: canaries.line, area: canaries.area, city: canaries.city },
      guardian: { name: canaries.guardian, relation: 'FATHER', phone: canaries.guardianPhone },
    });
    await patients.editClinicalAnswer(id, 1, { notes: canaries.notes });
    await patients.editAnswer(id, 2, { nameEn: canaries.editedName });
    await world.ok('mutation ($id: UUID!, $reason: String!) { archivePatient(id: $id, version: 3, reason: $reason) { patient { id } } }',
      { id, reason: canaries.reason }, practice.owner.token);
    await patients.find({ phone: canaries.phone });

    const values = await everything();
    // What is meant to be readable shows that the search finds what is there.
    expect(isIn(values, 'Champa Chamber')).toBe(true);
    expect(values.some((value) => value.includes(id))).toBe(true);
    expect(Object.entries(canaries).filter(([, text]) => isIn(values, text)).map(([name]) => name)).toEqual([]);
    expect(await patients.read(id)).toMatchObject({ nameEn: canaries.editedName, nameBn: canaries.nameBn });
  });

  it('is no equal tokens across practices or fields', async () => {
    const other = await world.practice('Champa Two');
    const input = { nameEn: 'Same', phones: [{ number: '01100 121212' }] };
    await patients.register(input);
    await new Patients(world, other.owner.token).register(input);
    const counted = await world.sql<{ uses: number }>('superuser', 'select count(distinct (tenant_id, field))::integer as uses from clinic.patient_tokens group by token');
    expect(Math.max(...counted.map(({ uses }) => uses))).toBe(1);
  });

  describe('who may also write to it', () => {
    const LIST = '{ patients(first: 100) { edges { node { nameEn } } } }';
    let here: Practice;
    let mine: Patients;
    let victim: PatientAnswer;
    let bait: PatientAnswer;

    beforeEach(async () => {
      here = await world.practice('Forged');
      mine = new Patients(world, here.owner.token);
      victim = await mine.register({ nameEn: 'Victim', phones: [{ number: '01100 131313' }] });
      bait = await mine.register({ nameEn: 'Bait', phones: [{ number: '01100 141414' }] });
    });

    const expectInternal = (answer: GraphqlAnswer) => {
      expect(codeOf(answer)).toBe('INTERNAL');
      expect(isEmptyHanded(answer)).toBe(true);
      expect(JSON.stringify(answer)).not.toMatch(/Victim|Bait|Foreign|seal|clinic\./i);
    };

    it.each([
      ['another row', 'identity', async () => victim.id],
      ['another column', 'clinical', async () => bait.id],
      ['another practice', 'identity', async () => (await new Patients(world, (await world.practice('Foreign')).owner.token).register({ nameEn: 'Foreign' })).id],
    ])('cannot move a sealed value from %s', async (_place, column, sourceId) => {
      await world.sql('superuser', `update clinic.patients set identity = (select ${column} from clinic.patients where id = $1) where id = $2`, [await sourceId(), bait.id]);
      expectInternal(await mine.readAnswer(bait.id));
      expectInternal(await mine.findAnswer({ mrn: bait.mrn }));
      expectInternal(await world.graphql(LIST, {}, here.owner.token));
      expectInternal(await mine.editAnswer(bait.id, 1, { nameEn: 'Mended' }));
      const disclosed = await world.sql('superuser', `
        select 1 from audit.entry_records r join audit.entries e on e.id = r.entry_id
        where r.record_type = 'patient' and r.record_id = $1 and e.operation like 'Query.%' and e.tenant_id = $2`, [bait.id, here.tenantId]);
      expect(disclosed).toHaveLength(0);
      expect(await mine.read(victim.id)).toMatchObject({ nameEn: 'Victim' });
    });

    it('cannot move what is clinical; the rest is answered', async () => {
      await mine.editClinicalAnswer(victim.id, 1, { notes: 'the victim’s secret' });
      await world.sql('superuser', 'update clinic.patients set clinical = (select clinical from clinic.patients where id = $1) where id = $2', [victim.id, bait.id]);
      const answer = await mine.clinicalAnswer(bait.id);
      expect(answer.data.patient).toEqual({ nameEn: 'Bait', clinical: null });
      expect(codeOf(answer)).toBe('INTERNAL');
    });

    it('cannot change a single bit', async () => {
      await world.sql('superuser', 'update clinic.patients set identity = set_byte(identity, length(identity) - 1, get_byte(identity, length(identity) - 1) # 1) where id = $1', [bait.id]);
      expectInternal(await mine.readAnswer(bait.id));
    });

    it('cannot have a patient found by somebody else’s phone', async () => {
      await world.sql('superuser', 'insert into clinic.patient_tokens select tenant_id, field, token, $2 from clinic.patient_tokens where patient_id = $1 on conflict do nothing', [victim.id, bait.id]);
      expect(await mine.find({ phone: '01100 131313' })).toEqual([victim.id]);
      expect(await mine.find({ phoneLastFour: '1313' })).toEqual([victim.id]);
    });
  });
});
