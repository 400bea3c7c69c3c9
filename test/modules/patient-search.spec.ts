import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { nobody } from '../../src/patients/patient-identity.js';
import { findablesOf, tokenArrays } from '../../src/patients/patient-tokens.js';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { entriesOf } from '../support/entries.js';
import { Merges } from '../support/merges.js';
import { Patients, type PatientAnswer, faultsOf, codeOf, freshNid } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { type Practice, World } from '../support/world.js';

const SEARCH = `query ($text: String!, $first: Int, $status: PatientStatus) {
  searchPatients(text: $text, first: $first, status: $status) { hasMore found { by patient { id mrn nameEn nameBn } } } }`;

describe('searching patients', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;

  beforeAll(async () => {
    world = await World.open();
  });
  beforeEach(async () => {
    practice = await world.practice('Search Chamber');
    patients = new Patients(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const answerTo = (text: string, more: object = {}) => world.graphql(SEARCH, { text, ...more }, practice.owner.token);
  const search = async (text: string, more: object = {}) => {
    const answer = await answerTo(text, more);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data.searchPatients as { hasMore: boolean; found: Array<{ by: string; patient: PatientAnswer }> };
  };
  const namesFor = async (text: string, more: object = {}) => (await search(text, more)).found.map(({ patient }) => patient['nameEn'] ?? patient['nameBn']);

  describe('by name', () => {
    it('finds every spelling of Mohammad by every other, in both scripts', async () => {
      const spellings = ['Md. Rokon', 'Mohd Rokon', 'Mohammad Rokon', 'Muhammad Rokon', 'Mohammed Rokon', 'Mohamad Rokon'];
      for (const nameEn of spellings) await patients.register({ nameEn });
      for (const nameBn of ['মোঃ রোকন', 'মোহাম্মদ রোকন', 'মুহাম্মদ রোকন', 'মো. রোকন']) await patients.register({ nameBn });
      await patients.register({ nameEn: 'Mahmud Rokon' });
      for (const text of ['মোহাম্মদ', 'Md', 'Md.', 'Mohammad', 'Muhammad', 'Mohammed', 'Mohd', 'মোঃ', 'মুহাম্মদ', 'Mohamad', 'moha', 'Mohamamd']) {
        const found = await namesFor(text, { first: 20 });
        expect({ text, count: found.length, mahmud: found.includes('Mahmud Rokon') }).toEqual({ text, count: 10, mahmud: false });
      }
    });

    it('forgives a slip, says so, and puts better fits first', async () => {
      for (const nameEn of ['Kulsum Bibi', 'Tahmina Akter', 'Tamanna Akter', 'Tahmina']) await patients.register({ nameEn });
      expect((await search('Kulsun')).found).toMatchObject([{ by: 'NAME_SIMILAR', patient: { nameEn: 'Kulsum Bibi' } }]);
      expect((await search('Tahmnia')).found.map(({ by }) => by)).toEqual(['NAME_SOUND', 'NAME_SOUND']);
      expect((await search('Tahmina')).found).toMatchObject([{ by: 'NAME', patient: { nameEn: 'Tahmina' } }, { by: 'NAME', patient: { nameEn: 'Tahmina Akter' } }]);
      expect((await search('তাহমিনা')).found.map(({ by }) => by)).toEqual(['NAME_SOUND', 'NAME_SOUND']);
    });

    it('finds by the beginning of words, as one types', async () => {
      await patients.register({ nameEn: 'Khokon Talukder', nameBn: 'খোকন তালুকদার' });
      await patients.register({ nameEn: 'Shirin Akter', nameBn: 'শিরিন আক্তার' });
      for (const text of ['kh', 'kho', 'khok', 'khoko', 'khokon', 'খো', 'খোক', 'tal', 'kho tal', 'তালু', 'talukde']) expect({ text, found: await namesFor(text) }).toEqual({ text, found: ['Khokon Talukder'] });
      for (const text of ['sh', 'shi', 'shir', 'শি', 'শির', 'akt shi']) expect({ text, found: await namesFor(text) }).toEqual({ text, found: ['Shirin Akter'] });
    });

    it('takes several words in any order, and needs them all', async () => {
      await patients.register({ nameEn: 'Md. Abdul Karim Sarkar' });
      await patients.register({ nameEn: 'Abdul Halim' });
      for (const text of ['karim abdul', 'Sarkar Karim', 'করিম সরকার', 'Mohammad Karim', 'sarker md karim']) expect({ text, found: await namesFor(text) }).toEqual({ text, found: ['Md. Abdul Karim Sarkar'] });
      expect(await namesFor('Karim Halim')).toEqual([]);
      expect((await namesFor('abdul')).sort()).toEqual(['Abdul Halim', 'Md. Abdul Karim Sarkar']);
    });

    it('finds names of another script by their own letters', async () => {
      await patients.register({ nameEn: 'سالم خليفة' });
      expect(await namesFor('خليفة')).toEqual(['سالم خليفة']);
      expect(await namesFor('خلي')).toEqual(['سالم خليفة']);
    });
  });

  describe('by number', () => {
    let id: string;
    let nid: string;
    beforeEach(async () => {
      nid = freshNid();
      ({ id } = await patients.register({
        nameEn: 'Numbered', phones: [{ number: '01100 123456' }], guardian: { name: 'Father', relation: 'FATHER', phone: '01100 909192' },
        identifiers: [{ kind: 'NID', value: nid }, { kind: 'PASSPORT', value: 'ZZ0777777' }],
      }));
      await patients.register({ nameEn: 'Another', phones: [{ number: '01922 654987' }] });
    });

    it.each([
      ['the last four digits', '3456'], ['more of the end', '123456'], ['the guardian’s', '9192'], ['the beginning', '01100'], ['more of it', '0110012'],
      ['without the zero', '110012'], ['with the code', '+8801100'], ['with the code', '8801100123'], ['with the code', '00880 1100 123'], ['the whole', '01100-123456'],
      ['Bangla digits', '০১১০০ ১২৩'], ['a name beside', 'numb 3456'],
    ])('finds by %s of a telephone: %s', async (_, text) => {
      expect((await search(text)).found.map(({ patient }) => patient.id)).toEqual([id]);
    });

    it.each(['P-000001', 'p 1', '১', '1'])('finds by the medical record number %s', async (text) => {
      expect((await search(text)).found).toMatchObject([{ by: 'MEDICAL_RECORD_NUMBER', patient: { id } }]);
    });

    it('finds by an identifier, whole', async () => {
      expect((await search(nid)).found).toMatchObject([{ by: 'IDENTIFIER', patient: { id } }]);
      expect((await search('zz0777777')).found).toMatchObject([{ by: 'IDENTIFIER', patient: { id } }]);
      expect((await search(nid.slice(0, 9))).found).toEqual([]);
    });

    it.each(['9999', '110', '00112', '0110012345678901', '999999999999999', 'Another 3456'])('finds nobody by %s', async (text) => {
      expect(await search(text)).toEqual({ hasMore: false, found: [] });
    });

    it('shows who has the number as record number before who has it in a telephone', async () => {
      for (let i = 3; i <= 11; i++) await patients.register({ nameEn: `Filler ${i}` });
      await world.sql('superuser', 'update clinic.patients set mrn = 4987 where tenant_id = $1 and mrn = 5', [practice.tenantId]);
      expect((await search('4987')).found).toMatchObject([{ by: 'MEDICAL_RECORD_NUMBER', patient: { mrn: 'P-004987' } }, { by: 'PHONE', patient: { nameEn: 'Another' } }]);
    });
  });

  describe('keeps up with', () => {
    const statusTo = (mutation: string, id: string, version: number) => world.ok(
      `mutation ($id: UUID!, $version: Int!) { ${mutation}(id: $id, version: $version, reason: "moved") { patient { version } } }`, { id, version }, practice.owner.token);

    it('edits of names and telephones', async () => {
      const patient = await patients.register({ nameEn: 'Before Marriage', phones: [{ number: '01100 404040' }] });
      await patients.edit(patient, { nameEn: 'Shefali Afterwards', phones: [{ number: '01100 505050' }] });
      expect(await namesFor('Marriage')).toEqual([]);
      expect(await namesFor('4040')).toEqual([]);
      expect(await namesFor('shefali')).toEqual(['Shefali Afterwards']);
      expect(await namesFor('5050')).toEqual(['Shefali Afterwards']);
      const { count } = (await world.sql<{ count: string }>('superuser', `select count(*) from clinic.patient_tokens where patient_id = $1`, [patient.id]))[0]!;
      const fresh = await patients.register({ nameEn: 'Shefali Afterwards', phones: [{ number: '01100 505050' }] });
      expect((await world.sql<{ count: string }>('superuser', `select count(*) from clinic.patient_tokens where patient_id = $1`, [fresh.id]))[0]!.count).toBe(count);
    });

    it('archiving: found on request', async () => {
      const { id } = await patients.register({ nameEn: 'Archived Person' });
      await statusTo('archivePatient', id, 1);
      expect(await namesFor('archived')).toEqual([]);
      expect(await namesFor('archived', { status: 'ARCHIVED' })).toEqual(['Archived Person']);
      await statusTo('restorePatient', id, 2);
      expect(await namesFor('archived')).toEqual(['Archived Person']);
      expect(await namesFor('archived', { status: 'ARCHIVED' })).toEqual([]);
    });
  });

  it('shows in place of who was merged the one who holds everything now, once', async () => {
    const survivor = await patients.register({ nameEn: 'Shefali Married', phones: [{ number: '01100 626262' }] });
    const duplicate = await patients.register({ nameEn: 'Shefali Maiden', phones: [{ number: '01100 636363' }] });
    const merges = new Merges(world, practice.owner.token);
    const { merge } = await merges.merge(survivor, duplicate, [{ field: 'NAME_EN', take: 'SURVIVOR' }]);
    const shown = async (text: string, more: object = {}) => (await search(text, more)).found.map(({ patient }) => [patient.id, patient['nameEn']]);
    for (const text of ['Maiden', 'Married', 'shefali', '6363', duplicate.mrn]) expect({ text, found: await shown(text) }).toEqual({ text, found: [[survivor.id, 'Shefali Married']] });
    expect(await shown('Maiden', { status: 'MERGED' })).toEqual([[duplicate.id, 'Shefali Maiden']]);
    expect(await shown('Maiden', { status: 'ARCHIVED' })).toEqual([]);
    const entry = (await entriesOf(world, practice.tenantId, 'Query.searchPatients')).at(-3)!;
    expect(entry.records).toEqual([`patient:${survivor.id}`, `patient:${duplicate.id}`]);
    await merges.undo(merge.id);
    expect(await shown('Maiden')).toEqual([[duplicate.id, 'Shefali Maiden']]);
  });

  describe('refuses', () => {
    it.each([
      ['nothing', '', 'EMPTY'], ['white space', '   ', 'EMPTY'], ['a wildcard', '%', 'NOTHING_TO_SEARCH'], ['wildcards', '%%__*', 'NOTHING_TO_SEARCH'],
      ['punctuation', '.,-!?', 'NOTHING_TO_SEARCH'], ['an emoji', '😀', 'NOTHING_TO_SEARCH'], ['joined emoji', '👨‍👩‍👧', 'NOTHING_TO_SEARCH'],
      ['one letter', 'a', 'TOO_SHORT'], ['one Bangla letter', 'ক', 'TOO_SHORT'], ['a letter and a wildcard', 'a%', 'TOO_SHORT'],
      ['101 letters', 'x'.repeat(101), 'TOO_LONG'], ['10,000 letters', 'x'.repeat(10_000), 'TOO_LONG'], ['10,000 Bangla letters', 'ক'.repeat(10_000), 'TOO_LONG'],
      ['NUL', 'Rahim\u0000', 'NUL_CHARACTER'], ['an escape', 'Rahim\u001b', 'CONTROL_CHARACTER'], ['an override', '\u202eRahim', 'BIDIRECTIONAL_CONTROL'],
      ['isolates', '\u2066Rahim\u2069', 'BIDIRECTIONAL_CONTROL'], ['nine words', 'one two three four five six seven eight nine', 'TOO_MANY_WORDS'],
    ])('%s', async (_, text, reason) => {
      const answer = await answerTo(text);
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(faultsOf(answer)).toEqual([`text ${reason}`]);
    });

    it('no half of an emoji silently', async () => {
      const answer = await world.http(`{"query":${JSON.stringify(SEARCH)},"variables":{"text":"Rahim \\ud83d"}}`, { authorization: `Bearer ${practice.owner.token}` });
      expect(answer.body).toMatch(/LONE_SURROGATE/);
    });

    it.each([0, 51, -1])('first: %i', async (first) => {
      expect(codeOf(await answerTo('Rahim', { first }))).toBe('BAD_USER_INPUT');
    });
  });

  it('takes one round trip, however many fit', async () => {
    for (let i = 0; i < 5; i++) await patients.register({ nameEn: `Rounda ${i}` });
    await search('Rounda');
    for (const [text, first] of [['Rounda', 1], ['Rounda', 20], ['Rounda মোহাম্মদ 0171', 10]] as const) {
      const trips = await roundTripsOf(() => search(text, { first }));
      expect(trips.filter(({ connection }) => connection === 'sinduk app')).toHaveLength(1);
    }
  });

  it('names in the audit entry whom it showed and nobody else, and never what was typed', async () => {
    for (const nameEn of ['Shownperson One', 'Shownperson Two', 'Shownperson Three', 'Other Body']) await patients.register({ nameEn });
    const { found, hasMore } = await search('Shownperson', { first: 2 });
    expect(hasMore).toBe(true);
    const rows = await world.sql<{ record_id: string }>('superuser', `
      select r.record_id from audit.entry_records r join audit.entries e on e.id = r.entry_id
      where e.operation = 'Query.searchPatients' and e.tenant_id = $1 and r.record_type = 'patient'`, [practice.tenantId]);
    expect(rows.map((row) => row.record_id).sort()).toEqual(found.map(({ patient }) => patient.id).sort());
    const { auditEntries } = await world.ok('{ auditEntries(filter: { operation: "Query.searchPatients" }) { edges { node { operation action reason changes { field } records { type id } } } } }', {}, practice.owner.token);
    expect(JSON.stringify(auditEntries)).not.toMatch(/shownperson/i);
  });

  it('shows nobody whom only a token points to', async () => {
    const { id } = await patients.register({ nameEn: 'Victim Person', phones: [{ number: '01100 717171' }] });
    const other = await patients.register({ nameEn: 'Bystander', phones: [{ number: '01100 313131' }] });
    await world.sql('superuser', 'insert into clinic.patient_tokens select tenant_id, field, token, $2 from clinic.patient_tokens where patient_id = $1 on conflict do nothing', [id, other.id]);
    for (const text of ['victim', 'Victim Person', '7171', '0110071']) expect({ text, found: await namesFor(text) }).toEqual({ text, found: ['Victim Person'] });
  });

  it('finds nothing of another practice', async () => {
    await patients.register({ nameEn: 'Foreign Person', phones: [{ number: '01100 818181' }] });
    practice = await world.practice('Elsewhere');
    for (const text of ['Foreign', 'foreign person', '8181', '1']) expect(await search(text)).toEqual({ found: [], hasMore: false });
  });

  it('says when there are more, and shows the newest', async () => {
    for (let i = 1; i <= 15; i++) await patients.register({ nameEn: 'Samename Person' });
    const { found, hasMore } = await search('Samename', { first: 10 });
    expect(hasMore).toBe(true);
    expect(found.map(({ patient }) => patient.mrn)).toEqual(Array.from({ length: 10 }, (_, i) => `P-${String(15 - i).padStart(6, '0')}`));
    expect((await search('Samename', { first: 15 })).hasMore).toBe(false);
  });

  it('finds, among hundreds who share one of two common words, the oldest who has both', async () => {
    const { id } = await patients.register({ nameEn: 'Hossain Islam' });
    const keys = await world.app.get(Keyring, { strict: false }).of(practice.tenantId);
    for (const [first, nameEn] of [[1_000, 'Kamal Hossain'], [2_000, 'Nurul Islam']] as const) {
      const ids = Array.from({ length: 400 }, () => uuidv7());
      await world.sql('superuser', `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by) select $1, t.id, $3 + t.n, t.identity, '', $2 from unnest($4::uuid[], $5::bytea[]) with ordinality as t (id, identity, n)`,
        [practice.tenantId, practice.owner.memberId, first, ids, ids.map((each) => keys.seal('clinic.patients', each, 'identity', { ...nobody, nameEn }))]);
      await world.sql('superuser', 'insert into clinic.patient_tokens (tenant_id, field, token, patient_id) select $1, t.field, t.token, p.id from unnest($2::text[], $3::bytea[]) as t (field, token), unnest($4::uuid[]) as p (id)',
        [practice.tenantId, ...tokenArrays(keys, findablesOf({ ...nobody, nameEn })), ids]);
    }
    for (const text of ['Hossain Islam', 'ইসলাম হোসেন', 'Hosen Isl']) {
      const { found } = await search(text);
      expect({ text, found: found.map(({ patient }) => patient.id) }).toEqual({ text, found: [id] });
    }
    expect(await search('Hossain')).toMatchObject({ hasMore: true, found: { length: 10 } });
  });

  it('is for who may read patients', async () => {
    const answer = await world.graphql(SEARCH, { text: 'Rahim' }, undefined);
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
  });

  describe('findPatients', () => {
    it('goes on after the last one of a list', async () => {
      for (let i = 0; i < 5; i++) await patients.register({ nameEn: `Sibling ${i}`, phones: [{ number: '01100 555555' }] });
      const FIND = 'query ($after: UUID) { findPatients(by: { phoneLastFour: "5555" }, first: 3, after: $after) { id mrn } }';
      const { findPatients: first } = await world.ok(FIND, {}, practice.owner.token);
      const { findPatients: second } = await world.ok(FIND, { after: first[2].id }, practice.owner.token);
      expect([...first, ...second].map(({ mrn }: { mrn: string }) => mrn)).toEqual(['P-000005', 'P-000004', 'P-000003', 'P-000002', 'P-000001']);
      expect((await world.ok(FIND, { after: randomUUID() }, practice.owner.token)).findPatients).toEqual([]);
    });
  });
});
