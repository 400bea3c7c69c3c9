import { randomUUID } from 'node:crypto';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { Patients, codeOf, faultsOf, freshNid, type PatientAnswer } from '../support/patients.js';
import { World, type Practice } from '../support/world.js';

describe('patients', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  /** The opened payloads of the audit entries of an operation on a patient. */
  const entriesOf = async (patientId: string, operation: string) => {
    const rows = await world.sql<{ id: string; action: string; outcome: string; payload: Buffer }>('superuser', `
      select e.id, e.action, e.outcome, e.payload from audit.entries e join audit.entry_records r on r.entry_id = e.id
      where r.patient_id = $1 and e.operation = $2 order by e.id`, [patientId, operation]);
    const keys = await new Keyring(world.databases, world.keks).of(practice.tenantId);
    return rows.map(({ id, action, outcome, payload }) => ({
      action, outcome, ...keys.open<{ reason: string | null; changes: object[] }>('audit.entries', id, 'payload', payload),
    }));
  };

  describe('registering', () => {
    it('keeps everything that is known of a patient', async () => {
      const nid = freshNid();
      const patient = await patients.register({
        nameEn: '  Rokeya   Talukder ', nameBn: 'রোকেয়া তালুকদার', sex: 'FEMALE', birth: { date: '১৯৯০-০৭-২১' },
        phones: [{ number: '০১১০০-১২৩৪৫৬' }, { number: '+880 1100 654321', label: 'FAMILY' }],
        identifiers: [{ kind: 'NID', value: nid }, { kind: 'PASSPORT', value: 'zz 0123456' }],
        address: { line: 'House 12, Road 5', area: 'Gulshan', city: 'Dhaka', district: 'Dhaka', postalCode: '১২১২' },
        guardian: { name: 'করিম তালুকদার', relation: 'SPOUSE', phone: '01100-777888' },
      });
      expect(patient).toMatchObject({
        mrn: 'P-000001', nameEn: 'Rokeya Talukder', nameBn: 'রোকেয়া তালুকদার'.normalize('NFC'), sex: 'FEMALE', status: 'ACTIVE', version: 1,
        birth: { precision: 'DAY', date: '1990-07-21', asOf: null },
        phones: [
          { number: '+8801100123456', display: '+880 1100 123456', lastFour: '3456', label: 'OWN' },
          { number: '+8801100654321', display: '+880 1100 654321', lastFour: '4321', label: 'FAMILY' },
        ],
        identifiers: [{ kind: 'NID', value: nid, warnings: [] }, { kind: 'PASSPORT', value: 'ZZ0123456', warnings: [] }],
        address: { line: 'House 12, Road 5', area: 'Gulshan', city: 'Dhaka', district: 'Dhaka', postalCode: '১২১২', country: 'BD' },
        guardian: { name: 'করিম তালুকদার', relation: 'SPOUSE', phone: '+8801100777888' },
        viewerCan: { edit: true, archive: true, seeClinical: true, editClinical: true, merge: true },
      });
      expect((patient['birth'] as { ageYears: number }).ageYears).toBeGreaterThanOrEqual(35);
      expect(await patients.read(patient.id)).toEqual(patient);
    });

    it('needs one name only', async () => {
      const patient = await patients.register({ nameBn: 'মোঃ রোকন' });
      expect(patient).toMatchObject({
        nameEn: null, nameBn: 'মোঃ রোকন', sex: 'UNKNOWN', birth: null, phones: [], identifiers: [], address: null, guardian: null,
      });
      expect(faultsOf(await patients.registerAnswer({ sex: 'MALE' }))).toEqual(['input NAME_REQUIRED']);
    });

    it('lets a family share a phone', async () => {
      const number = '01100 200300';
      const family = await Promise.all(['Amina', 'Belal', 'Chandni'].map((nameEn) => patients.register({ nameEn, phones: [{ number }] })));
      expect((await patients.find({ phone: number })).sort()).toEqual(family.map(({ id }) => id).sort());
    });

    it('keeps an age as it was stated', async () => {
      const { birth } = await patients.register({ nameEn: 'Elder', birth: { ageYears: 71 } });
      const today = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(0, 10);
      expect(birth).toMatchObject({ precision: 'AGE_ESTIMATE', asOf: today, ageYears: 71 });
    });

    it('warns of a minor without a guardian, and of a doubtful Emirates ID, and saves', async () => {
      const answer = await patients.registerAnswer({
        nameEn: 'Little One', birth: { ageYears: 3 }, identifiers: [{ kind: 'EMIRATES_ID', value: '784-2019-1234567-0' }],
      });
      expect(answer.data.registerPatient.warnings).toEqual(['GUARDIAN_MISSING', 'EMIRATES_ID_CHECK_DIGIT']);
      const saved = await patients.read(answer.data.registerPatient.patient.id);
      expect(saved['identifiers']).toMatchObject([{ value: '784201912345670', warnings: ['EMIRATES_ID_CHECK_DIGIT'] }]);
      const guarded = await patients.registerAnswer({ nameEn: 'Little Two', birth: { ageYears: 3 }, guardian: { name: 'Her Mother', relation: 'MOTHER' } });
      expect(guarded.data.registerPatient.warnings).toEqual([]);
    });

    it('takes an id that the client made, once', async () => {
      const id = randomUUID().toUpperCase();
      const patient = await patients.register({ id, nameEn: 'Made Offline' });
      expect(patient.id).toBe(id.toLowerCase());
      expect(await patients.read(id)).toEqual(patient);
      const again = await patients.registerAnswer({ id, nameEn: 'Somebody Else' });
      expect(codeOf(again)).toBe('ALREADY_EXISTS');
      expect(faultsOf(again)).toEqual(['input.id ALREADY_EXISTS']);
      expect(await patients.read(id)).toEqual(patient);
      expect(faultsOf(await patients.registerAnswer({ id: '00000000-0000-1000-8000-000000000000', nameEn: 'A' }))).toEqual(['input.id UUID_VERSION']);
    });

    it('lets another practice use the same id and identifier', async () => {
      const other = await world.practice('Kodom Chamber');
      const input = { id: randomUUID(), nameEn: 'Twice', identifiers: [{ kind: 'NID', value: freshNid() }] };
      await patients.register(input);
      expect((await new Patients(world, other.owner.token).register(input)).mrn).toBe('P-000001');
    });

    it('refuses an identifier that another patient has, and names the holder', async () => {
      const value = freshNid();
      const holder = await patients.register({ nameEn: 'First', identifiers: [{ kind: 'NID', value }] });
      const answer = await patients.registerAnswer({
        nameEn: 'Second', identifiers: [{ kind: 'PASSPORT', value: 'ZZ0999999' }, { kind: 'NID', value: value.replace(/^(..)/, '$1-') }],
      });
      expect(codeOf(answer)).toBe('ALREADY_EXISTS');
      expect(answer.errors![0]!.extensions['faults']).toEqual([
        { path: ['input', 'identifiers', '1', 'value'], reason: 'ALREADY_EXISTS', params: { patientId: holder.id } },
      ]);
      expect(await patients.find({ identifier: { kind: 'PASSPORT', value: 'ZZ0999999' } })).toEqual([]);
    });

    it('reads a phone as one of the practice’s country', async () => {
      const dubai = new Patients(world, (await world.practice('Marina Clinic', 'AE')).owner.token);
      const patient = await dubai.register({ nameEn: 'Dubai Patient', phones: [{ number: '٠٥٠ ٠١٢ ٣٤٥٦' }], address: { area: 'Marina' } });
      expect(patient['phones']).toMatchObject([{ number: '+971500123456' }]);
      expect(patient['address']).toMatchObject({ country: 'AE' });
      expect(faultsOf(await patients.registerAnswer({ nameEn: 'Dhaka Patient', phones: [{ number: '050 012 3456' }] })))
        .toEqual(['input.phones.0.number INVALID_FOR_COUNTRY']);
    });

    it('records what was registered', async () => {
      const { id } = await patients.register({ nameEn: 'Recorded' });
      expect(await entriesOf(id, 'Mutation.registerPatient')).toMatchObject([{ action: 'CREATED', outcome: 'SUCCESS' }]);
    });
  });

  describe('editing', () => {
    let patient: PatientAnswer;
    beforeEach(async () => {
      patient = await patients.register({
        nameEn: 'Before', nameBn: 'আগে', sex: 'MALE', birth: { year: 1962 }, phones: [{ number: '01100 400500' }],
        identifiers: [{ kind: 'NID', value: freshNid() }], address: { city: 'Dhaka' }, guardian: { name: 'Somebody', relation: 'CHILD' },
      });
    });

    it('leaves what is absent and clears what is null', async () => {
      const edited = await patients.edit(patient, { nameEn: 'After', nameBn: null, sex: null, guardian: null });
      expect(edited).toEqual({
        ...patient, nameEn: 'After', nameBn: null, sex: 'UNKNOWN', guardian: null, version: 2, updatedAt: expect.any(String),
      });
      expect(await patients.read(patient.id)).toEqual(edited);
      const cleared = await patients.edit(edited, { birth: null, phones: null, identifiers: null, address: null });
      expect(cleared).toMatchObject({ birth: null, phones: [], identifiers: [], address: null, version: 3 });
      expect(await patients.editAnswer(patient.id, 3, { nameEn: null }).then(faultsOf)).toEqual(['input NAME_REQUIRED']);
    });

    it('finds the patient by the new keys and no longer by the old ones', async () => {
      const [{ value: old }] = patient['identifiers'] as [{ value: string }];
      const value = freshNid();
      await patients.edit(patient, { phones: [{ number: '01100 400999' }], identifiers: [{ kind: 'NID', value }] });
      expect(await patients.find({ identifier: { kind: 'NID', value } })).toEqual([patient.id]);
      expect(await patients.find({ identifier: { kind: 'NID', value: old } })).toEqual([]);
      expect(await patients.find({ phoneLastFour: '0999' })).toEqual([patient.id]);
      expect(await patients.find({ phone: '01100 400500' })).not.toContain(patient.id);
      const heir = await patients.register({ nameEn: 'Heir', identifiers: [{ kind: 'NID', value: old }] });
      expect(await patients.find({ identifier: { kind: 'NID', value: old } })).toEqual([heir.id]);
    });

    it('refuses an identifier that another patient has, and changes nothing', async () => {
      const value = freshNid();
      const holder = await patients.register({ nameEn: 'Holder', identifiers: [{ kind: 'NID', value }] });
      const answer = await patients.editAnswer(patient.id, 1, { nameEn: 'Thief', identifiers: [{ kind: 'NID', value }] });
      expect(codeOf(answer)).toBe('ALREADY_EXISTS');
      expect(answer.errors![0]!.extensions['faults']).toMatchObject([{ path: ['input', 'identifiers', '0', 'value'], params: { patientId: holder.id } }]);
      expect(await patients.read(patient.id)).toEqual(patient);
    });

    it('loses no update', async () => {
      const answers = await Promise.all(['Left', 'Right'].map((nameEn) => patients.editAnswer(patient.id, 1, { nameEn })));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual(['CONFLICT', undefined]);
      const [winner] = answers.filter(({ errors }) => !errors);
      expect(await patients.read(patient.id)).toEqual(winner!.data.editPatient.patient);
    });

    it('refuses a version that was never there, and an unknown patient', async () => {
      expect(codeOf(await patients.editAnswer(patient.id, 2, { nameEn: 'A' }))).toBe('CONFLICT');
      expect(codeOf(await patients.editAnswer(randomUUID(), 1, { nameEn: 'A' }))).toBe('NOT_FOUND');
    });

    it('without a change leaves version and time, so that it stands in nobody’s way, and is in the trail as a view', async () => {
      const same = { nameEn: patient['nameEn'], sex: patient['sex'], phones: (patient['phones'] as Array<{ number: string; label: string }>).map(({ number, label }) => ({ number, label })) };
      expect(await patients.edit(patient, same)).toEqual(patient);
      expect(await patients.edit(patient, {})).toEqual(patient);
      const clinical = await patients.editClinicalAnswer(patient.id, patient.version, { notes: null });
      expect(clinical.data.editPatientClinical.patient).toMatchObject({ version: patient.version, clinical: { notes: null } });
      expect(await entriesOf(patient.id, 'Mutation.editPatient')).toMatchObject([{ action: 'VIEWED', outcome: 'SUCCESS', changes: [] }, { action: 'VIEWED', changes: [] }]);
      expect(await patients.edit(patient, { nameEn: 'Saved All The Same' })).toMatchObject({ version: patient.version + 1 });
      expect(codeOf(await patients.editAnswer(patient.id, patient.version, {}))).toBe('CONFLICT');
    });

    it('records each changed field before and after', async () => {
      await patients.edit(patient, { nameEn: 'After', sex: 'MALE' });
      expect(await entriesOf(patient.id, 'Mutation.editPatient')).toMatchObject([{
        action: 'UPDATED', changes: [{ type: 'patient', id: patient.id, field: 'nameEn', before: 'Before', after: 'After' }],
      }]);
    });
  });

  describe('what is clinical', () => {
    it('is edited field by field', async () => {
      const { id } = await patients.register({ nameEn: 'Clinical' });
      const notes = 'জ্বর\r\n\t৩ দিন\nCough';
      const first = await patients.editClinicalAnswer(id, 1, { bloodGroup: 'AB_NEGATIVE', notes });
      expect(first.data.editPatientClinical.patient).toEqual({ id, version: 2, clinical: { bloodGroup: 'AB_NEGATIVE', notes: 'জ্বর\n\t৩ দিন\nCough' } });
      const second = await patients.editClinicalAnswer(id, 2, { notes: null });
      expect(second.data.editPatientClinical.patient.clinical).toEqual({ bloodGroup: 'AB_NEGATIVE', notes: null });
      expect((await patients.clinicalAnswer(id)).data.patient).toEqual({ nameEn: 'Clinical', clinical: { bloodGroup: 'AB_NEGATIVE', notes: null } });
      expect(codeOf(await patients.editClinicalAnswer(id, 2, { notes: 'late' }))).toBe('CONFLICT');
      const [entry] = await entriesOf(id, 'Mutation.editPatientClinical');
      expect(entry!.changes).toEqual([
        { type: 'patient', id, field: 'bloodGroup', before: null, after: 'AB_NEGATIVE' },
        { type: 'patient', id, field: 'notes', before: null, after: 'জ্বর\n\t৩ দিন\nCough' },
      ]);
    });

    it('holds 10,000 characters of notes and no more', async () => {
      const { id } = await patients.register({ nameEn: 'Long Story' });
      expect((await patients.editClinicalAnswer(id, 1, { notes: 'ক'.repeat(10_000) })).errors).toBeUndefined();
      const answer = await patients.editClinicalAnswer(id, 2, { notes: 'ক'.repeat(10_001) });
      expect(answer.errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'notes'], reason: 'TOO_LONG', params: { max: 10_000 } }]);
    });

    it('is named in the audit entry only when it was shown', async () => {
      const { id } = await patients.register({ nameEn: 'Watched' });
      await patients.read(id);
      const shown = () => world.sql('superuser', `select 1 from audit.entry_records where record_id = $1 and record_type = 'patient-clinical'`, [id]);
      expect(await shown()).toHaveLength(0);
      await patients.clinicalAnswer(id);
      expect(await shown()).toHaveLength(1);
    });
  });

  describe('archiving', () => {
    const ARCHIVE = 'mutation ($id: UUID!, $version: Int!, $reason: String!) { archivePatient(id: $id, version: $version, reason: $reason) { patient { status version } } }';
    const RESTORE = 'mutation ($id: UUID!, $version: Int!) { restorePatient(id: $id, version: $version) { patient { status version } } }';
    const LIST = 'query ($status: PatientStatus) { patients(first: 100, status: $status) { totalCount edges { node { id } } } }';
    const idsOf = async (status: string): Promise<string[]> => {
      const { patients: page } = await world.ok(LIST, { status }, practice.owner.token);
      expect(page.totalCount).toBe(page.edges.length);
      return page.edges.map(({ node }: { node: { id: string } }) => node.id);
    };

    it('takes a patient out of the list and back', async () => {
      const { id } = await patients.register({ nameEn: 'Moved Away', phones: [{ number: '01100 808080' }] });
      const archive = (version: number, reason: string) => world.graphql(ARCHIVE, { id, version, reason }, practice.owner.token);
      expect(faultsOf(await archive(1, ' '))).toEqual(['reason EMPTY']);
      expect((await archive(1, 'moved to Sylhet')).data.archivePatient.patient).toEqual({ status: 'ARCHIVED', version: 2 });
      expect(codeOf(await archive(2, 'again'))).toBe('CONFLICT');
      expect(await idsOf('ACTIVE')).not.toContain(id);
      expect(await idsOf('ARCHIVED')).toContain(id);
      expect(await patients.find({ phone: '01100808080' })).toEqual([id]);
      expect(await entriesOf(id, 'Mutation.archivePatient')).toContainEqual(expect.objectContaining({
        action: 'ARCHIVED', outcome: 'SUCCESS', reason: 'moved to Sylhet', changes: [{ type: 'patient', id, field: 'status', before: 'ACTIVE', after: 'ARCHIVED' }],
      }));
      const restore = (version: number) => world.graphql(RESTORE, { id, version }, practice.owner.token);
      expect(codeOf(await restore(1))).toBe('CONFLICT');
      expect((await restore(2)).data.restorePatient.patient).toEqual({ status: 'ACTIVE', version: 3 });
      expect(await idsOf('ACTIVE')).toContain(id);
    });
  });
});

describe('listing and finding patients', () => {
  const PAGE = 'query ($first: Int, $after: String) { patients(first: $first, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { mrn } } } }';
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeEach(async () => {
    world ??= await World.shared();
    practice = await world.practice('Bokul Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const page = async (first: number, after?: string) => {
    const { patients: found } = await world.ok(PAGE, { first, after }, practice.owner.token);
    return { ...found, mrns: found.edges.map(({ node }: { node: { mrn: string } }) => node.mrn) };
  };

  it('pages from the newest on, whatever the ids and whoever registers meanwhile', async () => {
    // Random ids do not rise; the order of registration must.
    for (let i = 1; i <= 5; i++) await patients.register({ nameEn: `Number ${i}`, id: randomUUID() });
    const first = await page(2);
    expect(first).toMatchObject({ mrns: ['P-000005', 'P-000004'], totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    await patients.register({ nameEn: 'Meanwhile' });
    const second = await page(2, first.pageInfo.endCursor);
    expect(second).toMatchObject({ mrns: ['P-000003', 'P-000002'], totalCount: 6, pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    const third = await page(2, second.pageInfo.endCursor);
    expect(third).toMatchObject({ mrns: ['P-000001'], pageInfo: { hasNextPage: false } });
    expect(await page(2, third.pageInfo.endCursor)).toMatchObject({ mrns: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('goes on after nobody with a cursor from another practice', async () => {
    await patients.register({ nameEn: 'Here' });
    const other = await world.practice('Elsewhere');
    await new Patients(world, other.owner.token).register({ nameEn: 'There' });
    const { edges } = (await world.ok(PAGE, {}, other.owner.token)).patients;
    expect((await page(10, edges[0].cursor)).mrns).toEqual([]);
  });

  it.each([['first', { first: 101 }], ['first', { first: 0 }], ['after', { after: 'nonsense' }]])('refuses a wrong %s', async (argument, variables) => {
    const answer = await world.graphql(PAGE, variables, practice.owner.token);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(faultsOf(answer)[0]).toMatch(new RegExp(`^${argument} `));
  });

  it('names every listed patient in the audit entry, and none beyond the page', async () => {
    const ids: string[] = [];
    for (const nameEn of ['One', 'Two', 'Three']) ids.unshift((await patients.register({ nameEn })).id);
    await page(2);
    const rows = await world.sql<{ record_id: string }>('superuser', `
      select r.record_id from audit.entry_records r join audit.entries e on e.id = r.entry_id
      where e.operation = 'Query.patients' and e.tenant_id = $1 and r.record_type = 'patient'`, [practice.tenantId]);
    expect(rows.map((row) => row.record_id).sort()).toEqual(ids.slice(0, 2).sort());
  });

  it('finds by each key as people type it', async () => {
    const value = freshNid();
    const { id } = await patients.register({
      nameEn: 'Findable', phones: [{ number: '01100123456' }], guardian: { name: 'Father', relation: 'FATHER', phone: '01100 909192' },
      identifiers: [{ kind: 'NID', value }, { kind: 'PASSPORT', value: 'ZZ0777777' }],
    });
    await patients.register({ nameEn: 'Another', phones: [{ number: '01100123457' }] });
    const bangla = (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(0x09e6 + Number(digit)));
    const keys = [
      ...['P-000001', 'p 1', '১', 'P-০০০০০১'].map((mrn) => ({ mrn })),
      ...['01100-123456', '+8801100123456', '০১১০০ ১২৩৪৫৬', '0088 01100 123456', '01100909192'].map((phone) => ({ phone })),
      ...['3456', ' ৩৪৫৬ ', '৯১৯২'].map((phoneLastFour) => ({ phoneLastFour })),
      ...[value, bangla(value), value.replace(/^(....)/, '$1-')].map((typed) => ({ identifier: { kind: 'NID', value: typed } })),
      { identifier: { kind: 'PASSPORT', value: 'zz-0777777' } },
    ];
    for (const key of keys) expect({ key, found: await patients.find(key) }).toEqual({ key, found: [id] });
  });

  it.each([
    { mrn: 'P-000999' }, { mrn: '999999999999999' }, { phone: '01100000000' }, { phoneLastFour: '0000' }, { identifier: { kind: 'NID', value: '1234567890' } },
    { phone: '01100123456' },
  ])('finds nobody by %j', async (key) => {
    const other = await world.practice('Keeper');
    await new Patients(world, other.owner.token).register({ nameEn: 'Foreign', phones: [{ number: '01100123456' }] });
    expect(await patients.find(key)).toEqual([]);
  });

  it.each([
    [{}, 'by EXACTLY_ONE_REQUIRED'],
    [{ mrn: '1', phone: '01100123456' }, 'by EXACTLY_ONE_REQUIRED'],
    [{ mrn: null }, 'by EXACTLY_ONE_REQUIRED'],
    [{ mrn: 'Q-1' }, 'by.mrn NOT_AN_MRN'],
    [{ mrn: '-1' }, 'by.mrn NOT_AN_MRN'],
    [{ phone: '-1' }, 'by.phone TOO_SHORT'],
    [{ phone: '' }, 'by.phone EMPTY'],
    [{ phone: '1'.repeat(300) }, 'by.phone TOO_LONG'],
    [{ phoneLastFour: '' }, 'by.phoneLastFour FOUR_DIGITS_REQUIRED'],
    [{ phoneLastFour: '345' }, 'by.phoneLastFour FOUR_DIGITS_REQUIRED'],
    [{ phoneLastFour: '34५6' }, 'by.phoneLastFour FOUR_DIGITS_REQUIRED'],
    [{ phoneLastFour: '3456\n1' }, 'by.phoneLastFour FOUR_DIGITS_REQUIRED'],
    [{ identifier: { kind: 'NID', value: 'x' } }, 'by.identifier.value WRONG_CHARACTERS'],
  ])('refuses to find by %j', async (key, fault) => {
    const answer = await patients.findAnswer(key);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(faultsOf(answer)).toEqual([fault]);
  });

  it('gives at most 50, the newest', async () => {
    for (let i = 0; i < 52; i++) await patients.register({ nameEn: `Sibling ${i}`, phones: [{ number: '01100 555555' }] });
    const { findPatients } = await world.ok('{ findPatients(by: { phoneLastFour: "5555" }) { mrn } }', {}, practice.owner.token);
    expect(findPatients).toHaveLength(50);
    expect([findPatients[0].mrn, findPatients[49].mrn]).toEqual(['P-000052', 'P-000003']);
  });
});
