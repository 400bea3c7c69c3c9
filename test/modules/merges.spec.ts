import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf, freshNid, type PatientAnswer } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/entries.js';
import { entriesOf as trailOf } from '../support/trail.js';
import { World, type GraphqlAnswer, type Practice } from '../support/world.js';

describe('merging patients', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;
  let merges: Merges;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    patients = new Patients(world, practice.owner.token);
    merges = new Merges(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const fieldOf = (fields: Array<{ field: string; value: string | null; from: string | null; conflict: boolean }>, name: string) => fields.find(({ field }) => field === name)!;
  const choice = (field: string, take: string) => ({ field, take });
  const clinical = async ({ id }: PatientAnswer, input: object) => {
    const { version } = await patients.read(id);
    expect((await patients.editClinicalAnswer(id, version, input)).errors).toBeUndefined();
    return patients.read(id);
  };
  const two = async (survivor: object = {}, duplicate: object = {}) =>
    [await patients.register({ nameEn: 'Salma Khatun', ...survivor }), await patients.register({ nameEn: 'Salma Khatun', ...duplicate })] as const;
  const nids = (...values: string[]) => ({ identifiers: values.map((value) => ({ kind: 'NID', value })) });

  describe('the preview', () => {
    it('shows what becomes of each field, where it is from, and what must be chosen, and does nothing', async () => {
      const [nidA, nidB] = [freshNid(), freshNid()];
      const [a, b] = await two(
        { nameBn: 'সালমা খাতুন', sex: 'FEMALE', phones: [{ number: '01100 111222' }], ...nids(nidA), guardian: { name: 'Karim', relation: 'FATHER' } },
        { nameEn: 'Mst. Salma', birth: { year: 1990 }, phones: [{ number: '01100 111222', label: 'FAMILY' }, { number: '01100 333444' }], ...nids(nidB), guardian: { name: 'Rahima', relation: 'MOTHER' } });
      const [survivor, duplicate] = [await clinical(a, { bloodGroup: 'A_POSITIVE' }), await clinical(b, { bloodGroup: 'O_NEGATIVE', notes: 'Asthma' })];
      const before = await Promise.all([a, b].map(({ id }) => patients.read(id)));
      const preview = await merges.preview(survivor, duplicate);
      expect([...preview.undecided].sort()).toEqual(['BLOOD_GROUP', 'GUARDIAN', 'NAME_EN', 'NID']);
      expect(fieldOf(preview.fields, 'NAME_EN')).toEqual({ field: 'NAME_EN', survivor: '"Salma Khatun"', duplicate: '"Mst. Salma"', value: null, from: null, conflict: true });
      expect(fieldOf(preview.fields, 'NAME_BN')).toMatchObject({ from: 'SURVIVOR', conflict: false });
      expect(fieldOf(preview.fields, 'SEX')).toMatchObject({ value: '"FEMALE"', from: 'SURVIVOR' });
      expect(fieldOf(preview.fields, 'BIRTH')).toMatchObject({ from: 'DUPLICATE', conflict: false });
      expect(fieldOf(preview.fields, 'ADDRESS')).toMatchObject({ value: null, from: 'BOTH' });
      expect(JSON.parse(fieldOf(preview.fields, 'PHONES').value!)).toEqual([{ number: '+8801100111222', label: 'OWN' }, { number: '+8801100333444', label: 'OWN' }]);
      expect(fieldOf(preview.clinicalFields, 'NOTES')).toMatchObject({ value: '"Asthma"', from: 'DUPLICATE' });

      const chosen = await merges.preview(survivor, duplicate, [{ field: 'NID', take: 'BOTH' }, { field: 'NAME_EN', take: 'DUPLICATE' }, { field: 'BLOOD_GROUP', take: 'SURVIVOR' }]);
      expect(chosen.undecided).toEqual(['GUARDIAN']);
      expect(JSON.parse(fieldOf(chosen.fields, 'NID').value!).map(({ value }: { value: string }) => value)).toEqual([nidA, nidB]);
      expect(fieldOf(chosen.fields, 'NAME_EN')).toMatchObject({ value: '"Mst. Salma"', from: 'DUPLICATE', conflict: true });
      expect(fieldOf(chosen.clinicalFields, 'BLOOD_GROUP')).toMatchObject({ value: '"A_POSITIVE"', from: 'SURVIVOR' });
      expect(await Promise.all([a, b].map(({ id }) => patients.read(id)))).toEqual(before);
      expect(await merges.of(a.id)).toEqual([]);
    });

    it('gives each value in the form that the schema tells', async () => {
      const nid = freshNid();
      const [a, b] = await two({
        birth: { ageYears: 40 }, phones: [{ number: '01100 111222', label: 'FAMILY' }], ...nids(nid), address: { city: 'Dhaka' }, guardian: { name: 'Karim', relation: 'FATHER' },
      }, { birth: { year: 1962 } });
      const { fields } = await merges.preview(a, b);
      const values = Object.fromEntries(fields.map(({ field, survivor, duplicate }: { field: string; survivor: string | null; duplicate: string | null }) => [field, [survivor, duplicate].map((text) => text && JSON.parse(text))]));
      const { birth } = await patients.read(a.id) as unknown as { birth: { date: string; asOf: string } };
      expect(values).toMatchObject({ SEX: ['UNKNOWN', 'UNKNOWN'], NAME_EN: ['Salma Khatun', 'Salma Khatun'], NAME_BN: [null, null] });
      expect(values['BIRTH']).toEqual([{ precision: 'AGE_ESTIMATE', date: birth.date, asOf: birth.asOf, ageYears: 40 }, { precision: 'YEAR', date: '1962-01-01' }]);
      expect(values['PHONES']).toEqual([[{ number: '+8801100111222', label: 'FAMILY' }], null]);
      expect(values['NID']).toEqual([[{ kind: 'NID', value: nid, warnings: [] }], null]);
      expect(values['ADDRESS']).toEqual([{ line: null, area: null, city: 'Dhaka', district: null, postalCode: null, country: 'BD' }, null]);
      expect(values['GUARDIAN']).toEqual([{ name: 'Karim', relation: 'FATHER', phone: null }, null]);
    });

    it('names both patients in the trail', async () => {
      const [a, b] = await two();
      await merges.preview(a, b);
      const entry = (await entriesOf(world, practice.tenantId, 'Query.mergePreview')).at(-1)!;
      expect(entry.records.sort()).toEqual([`patient-clinical:${a.id}`, `patient-clinical:${b.id}`, `patient:${a.id}`, `patient:${b.id}`].sort());
    });
  });

  describe('the merge', () => {
    it('leaves one patient who has what was chosen, and one who says where everything is', async () => {
      const [nidA, nidB] = [freshNid(), freshNid()];
      const [survivor, b] = await two({ phones: [{ number: '01100 555111' }], ...nids(nidA) }, { nameEn: 'Mst. Salma', phones: [{ number: '01100 555222' }], ...nids(nidB) });
      const duplicate = await clinical(b, { notes: 'Diabetes' });
      const done = await merges.merge(survivor, duplicate, [{ field: 'NAME_EN', take: 'DUPLICATE' }, { field: 'NID', take: 'BOTH' }]);
      expect(done.survivor).toEqual({ id: survivor.id, version: 2, status: 'ACTIVE', mergedInto: null, nameEn: 'Mst. Salma' });
      expect(done.duplicate).toEqual({ id: duplicate.id, version: 3, status: 'MERGED', mergedInto: survivor.id, nameEn: 'Mst. Salma' });
      expect(done.merge).toMatchObject({ survivorId: survivor.id, duplicateId: duplicate.id, duplicateMrn: duplicate.mrn, mergedBy: { id: practice.owner.memberId, nameEn: expect.any(String) }, undoneBy: null, reason: 'registered twice', undoneAt: null, blockedBy: null });
      const now = await patients.read(survivor.id);
      expect(now).toMatchObject({ nameEn: 'Mst. Salma', phones: [{ number: '+8801100555111' }, { number: '+8801100555222' }], identifiers: [{ value: nidA }, { value: nidB }] });
      expect((await patients.clinicalAnswer(survivor.id)).data.patient.clinical).toEqual({ bloodGroup: null, notes: 'Diabetes' });
      // The duplicate still answers, as they were.
      expect(await patients.read(duplicate.id)).toMatchObject({
        nameEn: 'Mst. Salma', phones: [{ number: '+8801100555222' }], status: 'MERGED',
        viewerCan: { edit: false, archive: false, seeClinical: true, editClinical: false, merge: false },
      });
      expect(await patients.read(survivor.id)).toMatchObject({ viewerCan: { edit: true, archive: true, seeClinical: true, editClinical: true, merge: true } });
      for (const { id } of [survivor, duplicate]) expect(await merges.of(id)).toEqual([done.merge]);
    });

    it('takes the duplicate out of every list', async () => {
      const [survivor, duplicate] = await two();
      await merges.merge(survivor, duplicate);
      for (const status of ['ACTIVE', 'ARCHIVED']) {
        const { patients: page } = await world.ok('query ($status: PatientStatus) { patients(first: 100, status: $status) { edges { node { id } } } }', { status }, practice.owner.token);
        expect(page.edges.map(({ node }: { node: { id: string } }) => node.id)).not.toContain(duplicate.id);
      }
    });

    it('lets nobody edit, archive or restore the duplicate', async () => {
      const [survivor, duplicate] = await two();
      await merges.merge(survivor, duplicate);
      const { version } = await patients.read(duplicate.id);
      const attempts: GraphqlAnswer[] = [
        await patients.editAnswer(duplicate.id, version, { nameEn: 'Other' }),
        await patients.editAnswer(duplicate.id, version - 1, { nameEn: 'Other' }),
        await patients.editClinicalAnswer(duplicate.id, version, { notes: 'Other' }),
        ...await Promise.all(['archivePatient', 'restorePatient'].map((name) =>
          world.graphql(`mutation ($id: UUID!, $version: Int!) { ${name}(id: $id, version: $version, reason: "why") { patient { id } } }`, { id: duplicate.id, version }, practice.owner.token))),
      ];
      for (const answer of attempts) {
        expect(codeOf(answer)).toBe('CONFLICT');
        expect(answer.errors![0]!.extensions['mergedInto']).toBe(survivor.id);
      }
      expect(await patients.read(duplicate.id)).toMatchObject({ version, status: 'MERGED', nameEn: 'Salma Khatun' });
    });

    it('is found by what the duplicate was known by, which shows the survivor once, with a note', async () => {
      const value = freshNid();
      const [survivor, duplicate] = await two({ nameEn: 'Zubaida Parvin', phones: [{ number: '01100 112233' }] },
        { nameEn: 'Kohinoor Zubaida', nameBn: 'কোহিনূর', phones: [{ number: '01100 112233' }, { number: '01100 445566' }], identifiers: [{ kind: 'PASSPORT', value: 'ZZ7654321' }, { kind: 'NID', value }] });
      const { merge } = await merges.merge(survivor, duplicate, [choice('NAME_EN', 'SURVIVOR'), choice('NAME_BN', 'SURVIVOR'), choice('PHONES', 'SURVIVOR'), choice('PASSPORT', 'SURVIVOR')]);
      const search = async (text: string, status = 'ACTIVE') => (await world.ok(
        'query ($text: String!, $status: PatientStatus) { searchPatients(text: $text, status: $status) { found { patient { id mergedRecords { id mrn } } mergedRecordId } } }', { text, status }, practice.owner.token)).searchPatients.found;
      const note = { patient: { id: survivor.id, mergedRecords: [{ id: duplicate.id, mrn: duplicate.mrn }] }, mergedRecordId: duplicate.id };
      for (const text of [duplicate.mrn, 'Kohinur', 'কোহিনূর', '01100445566', 'ZZ7654321']) expect([text, await search(text)]).toEqual([text, [note]]);
      for (const text of ['Zubaida', '01100112233', '2233']) {
        const found = await search(text);
        expect([text, found.map(({ patient }: typeof note) => patient.id)]).toEqual([text, [survivor.id]]);
      }
      expect(await search('Zubaida Parvin')).toEqual([{ ...note, mergedRecordId: null }]);
      expect(await search('Kohinur', 'MERGED')).toEqual([{ patient: { id: duplicate.id, mergedRecords: [] }, mergedRecordId: null }]);
      for (const by of [{ mrn: duplicate.mrn }, { phone: '01100 445566' }, { phone: '01100 112233' }, { phoneLastFour: '5566' }, { identifier: { kind: 'NID', value } }, { identifier: { kind: 'PASSPORT', value: 'ZZ7654321' } }]) {
        expect([by, await patients.find(by)]).toEqual([by, [survivor.id]]);
      }
      await merges.undo(merge.id);
      for (const by of [{ mrn: duplicate.mrn }, { phone: '01100 445566' }, { identifier: { kind: 'NID', value } }]) expect([by, await patients.find(by)]).toEqual([by, [duplicate.id]]);
      expect((await search('Kohinur')).map(({ patient }: typeof note) => patient.id)).toEqual([duplicate.id]);
    });

    it('needs a choice for every conflict, and choices that make sense', async () => {
      const [survivor, duplicate] = await two({ nameEn: 'One', sex: 'MALE' }, { nameEn: 'Other', sex: 'FEMALE' });
      const answer = await merges.mergeAnswer(survivor, duplicate);
      expect(answer.errors![0]!.extensions['faults']).toEqual([
        { path: ['input', 'choices'], reason: 'CHOICE_REQUIRED', params: { field: 'NAME_EN' } },
        { path: ['input', 'choices'], reason: 'CHOICE_REQUIRED', params: { field: 'SEX' } },
      ]);
      expect(faultsOf(await merges.mergeAnswer(survivor, duplicate, [choice('SEX', 'BOTH'), choice('NAME_EN', 'SURVIVOR'), choice('NAME_EN', 'DUPLICATE')])))
        .toEqual(['input.choices.0.take CANNOT_BE_BOTH', 'input.choices.2.field DUPLICATE']);
      const [bangla, nameless] = await two({ nameEn: null, nameBn: 'এক' }, { nameEn: 'One' });
      expect(faultsOf(await merges.mergeAnswer(bangla, nameless, [choice('NAME_BN', 'DUPLICATE'), choice('NAME_EN', 'SURVIVOR')]))).toEqual(['input.choices NAME_REQUIRED']);
      const phones = (from: number) => ({ phones: Array.from({ length: 6 }, (_, i) => ({ number: `01100 66${from}00${i}` })) });
      const [many, more] = await two(phones(1), phones(2));
      expect(faultsOf(await merges.mergeAnswer(many, more))).toEqual(['input.choices TOO_MANY']);
      await merges.merge(many, more, [choice('PHONES', 'DUPLICATE')]);
      expect((await patients.read(many.id))['phones']).toHaveLength(6);
    });

    it('is refused with oneself, a merged one, a missing one, another practice’s, an archived survivor, a stale version', async () => {
      const [a, b] = await two();
      expect(faultsOf(await merges.mergeAnswer(a, a))).toEqual(['input.duplicateId SAME_PATIENT']);
      const other = await world.practice('Kodom Chamber');
      const foreign = await new Patients(world, other.owner.token).register({ nameEn: 'Salma Khatun' });
      for (const [s, d] of [[a, foreign], [foreign, a]] as const) {
        expect(codeOf(await merges.mergeAnswer(s, d))).toBe('NOT_FOUND');
        expect(codeOf(await merges.previewAnswer(s.id, d.id))).toBe('NOT_FOUND');
      }
      expect(codeOf(await merges.mergeAnswer({ ...a, version: 2 }, b))).toBe('CONFLICT');
      expect(codeOf(await merges.mergeAnswer(a, { ...b, version: 2 }))).toBe('CONFLICT');
      await world.ok('mutation ($id: UUID!) { archivePatient(id: $id, version: 1, reason: "moved") { patient { id } } }', { id: a.id }, practice.owner.token);
      expect((await merges.mergeAnswer({ ...a, version: 2 }, b)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', status: 'ARCHIVED' });
      const done = await merges.merge(b, { ...a, version: 2 });
      const c = await patients.register({ nameEn: 'Salma Khatun' });
      for (const answer of [await merges.mergeAnswer(c, done.duplicate), await merges.mergeAnswer(done.duplicate, c), await merges.mergeAnswer(done.survivor, done.duplicate), await merges.previewAnswer(c.id, a.id)]) {
        expect(answer.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', mergedInto: b.id });
      }
      // The archived one is archived again afterwards.
      expect((await merges.undo(done.merge.id)).duplicate).toMatchObject({ id: a.id, status: 'ARCHIVED' });
    });

    it('keeps identifiers unique: what either had is taken, and the survivor can take what the duplicate had', async () => {
      const [nidA, nidB] = [freshNid(), freshNid()];
      const [survivor, duplicate] = await two(nids(nidA), nids(nidB));
      await merges.merge(survivor, duplicate, [{ field: 'NID', take: 'SURVIVOR' }]);
      for (const value of [nidA, nidB]) {
        const answer = await patients.registerAnswer({ nameEn: 'Third', ...nids(value) });
        expect(answer.errors![0]!.extensions).toMatchObject({ code: 'ALREADY_EXISTS', faults: [{ params: { patientId: survivor.id } }] });
      }
      const now = await patients.read(survivor.id);
      expect((await patients.edit(now, nids(nidA, nidB)))['identifiers']).toMatchObject([{ value: nidA }, { value: nidB }]);
    });

    it('is told to the trail: who, why, both patients, every changed field, and how many rows moved', async () => {
      const [survivor, b] = await two({ phones: [{ number: '01100 700701' }] }, { nameBn: 'সালমা' });
      const duplicate = await clinical(b, { bloodGroup: 'B_POSITIVE' });
      const { merge } = await merges.merge(survivor, duplicate);
      const entry = (await entriesOf(world, practice.tenantId, 'Mutation.mergePatients')).findLast(({ action }) => action === 'MERGED')!;
      expect(entry).toMatchObject({ action: 'MERGED', outcome: 'SUCCESS', reason: 'registered twice', actor_member_id: practice.owner.memberId });
      expect(entry.records).toEqual(expect.arrayContaining([`patient:${survivor.id}`, `patient:${duplicate.id}`, `patient-merge:${merge.id}`]));
      expect(entry.changes).toEqual([
        { type: 'patient', id: survivor.id, field: 'nameBn', before: null, after: 'সালমা' },
        { type: 'patient', id: survivor.id, field: 'bloodGroup', before: null, after: 'B_POSITIVE' },
        { type: 'patient', id: duplicate.id, field: 'status', before: 'ACTIVE', after: 'MERGED' },
        { type: 'patient', id: duplicate.id, field: 'mergedInto', before: null, after: survivor.id },
      ].map((change) => expect.objectContaining(change)).concat(expect.objectContaining({ type: 'patient-merge', field: 'rows' })));
    });

    it('takes three round trips, and so does undoing it', async () => {
      const [survivor, duplicate] = await two();
      await merges.preview(survivor, duplicate);
      const slim = 'mutation ($input: MergePatientsInput!) { mergePatients(input: $input, reason: "twice") { merge { id } } }';
      let id = '';
      const input = { survivorId: survivor.id, survivorVersion: 1, duplicateId: duplicate.id, duplicateVersion: 1 };
      const trips = await roundTripsOf(async () => {
        id = (await world.ok(slim, { input }, practice.owner.token)).mergePatients.merge.id;
      });
      expect(trips).toHaveLength(3);
      expect(await roundTripsOf(() => world.ok('mutation ($id: UUID!) { undoMerge(mergeId: $id, reason: "no") { merge { id } } }', { id }, practice.owner.token))).toHaveLength(3);
    });

    it('shows the merges of a page of patients by as many statements as those of one', async () => {
      const query = 'query ($first: Int) { patients(first: $first) { edges { node { merges { id fields { value } clinicalFields { value } rows { count } } } } } }';
      const one = await roundTripsOf(() => world.ok(query, { first: 1 }, practice.owner.token));
      const all = await roundTripsOf(() => world.ok(query, { first: 20 }, practice.owner.token));
      expect(one.length).toBeGreaterThan(2);
      expect(all).toEqual(one);
    });
  });

  describe('the audit trail', () => {
    it('tells of the survivor what was done with the duplicate too, while the merge stands', async () => {
      const [survivor, duplicate] = await two();
      await patients.find({ mrn: duplicate.mrn });
      const seen = async (id: string): Promise<string[]> => {
        const { whoSawPatient } = await world.ok('query ($id: UUID!) { whoSawPatient(patientId: $id, first: 50) { totalCount edges { node { id action operation } } } }', { id }, practice.owner.token);
        return whoSawPatient.edges.map(({ node }: { node: { id: string } }) => node.id);
      };
      const both = async () => (await trailOf(world, practice.owner.token, { patientId: survivor.id })).map(({ id }) => id);
      const before = await seen(duplicate.id);
      expect(before.length).toBeGreaterThan(1);
      expect((await seen(survivor.id)).filter((id) => before.includes(id))).toEqual([]);
      const { merge } = await merges.merge(survivor, duplicate);
      expect((await seen(survivor.id)).filter((id) => before.includes(id))).toEqual(before);
      expect((await both()).filter((id) => before.includes(id))).toEqual(before);
      expect((await trailOf(world, practice.owner.token, { patientId: survivor.id, recordId: duplicate.id })).map(({ id }) => id)).toEqual(expect.arrayContaining(before));
      const once = await seen(survivor.id);
      expect(new Set(once).size).toBe(once.length);
      const further = await patients.register({ nameEn: 'Salma Khatun' });
      const second = await merges.merge(further, await patients.read(survivor.id));
      expect((await seen(further.id)).filter((id) => before.includes(id))).toEqual(before);
      await merges.undo(second.merge.id);
      await merges.undo(merge.id);
      expect((await seen(survivor.id)).filter((id) => before.includes(id))).toEqual([]);
    });
  });

  describe('undoing', () => {
    it('makes two patients of them again, as they were', async () => {
      const [nidA, nidB] = [freshNid(), freshNid()];
      const [a, b] = await two({ phones: [{ number: '01100 800801' }], ...nids(nidA) }, { nameEn: 'Mst. Salma', nameBn: 'সালমা', phones: [{ number: '01100 800802' }], ...nids(nidB), birth: { year: 1985 } });
      const before = await Promise.all([a, b].map(({ id }) => patients.read(id)));
      const { merge } = await merges.merge(a, b, [{ field: 'NAME_EN', take: 'DUPLICATE' }, { field: 'NID', take: 'BOTH' }]);
      const undone = await merges.undo(merge.id);
      const sansVersion = ({ version: _, updatedAt: __, ...rest }: PatientAnswer) => rest;
      expect((await Promise.all([a, b].map(({ id }) => patients.read(id)))).map(sansVersion)).toEqual(before.map(sansVersion));
      expect(undone.merge).toMatchObject({ id: merge.id, undoneBy: { id: practice.owner.memberId, nameEn: expect.any(String) }, undoReason: 'two people after all', keptFields: [] });
      for (const [value, id] of [[nidA, a.id], [nidB, b.id]] as const) expect(await patients.find({ identifier: { kind: 'NID', value } })).toEqual([id]);
      expect(codeOf(await merges.undoAnswer(merge.id))).toBe('CONFLICT');
      const entry = (await entriesOf(world, practice.tenantId, 'Mutation.undoMerge')).find(({ action }) => action === 'MERGE_UNDONE')!;
      expect(entry).toMatchObject({ outcome: 'SUCCESS', reason: 'two people after all' });
      // And they can be merged once more.
      await merges.merge(undone.survivor, undone.duplicate, [{ field: 'NAME_EN', take: 'SURVIVOR' }, { field: 'NID', take: 'SURVIVOR' }]);
    });

    it('keeps what was edited since, and refuses where it cannot be both', async () => {
      const [a, b] = await two({ phones: [{ number: '01100 900901' }] }, { nameBn: 'সালমা', phones: [{ number: '01100 900902' }], birth: { year: 1985 } });
      const { merge } = await merges.merge(a, b);
      const merged = await patients.read(a.id);
      await patients.edit(merged, { nameEn: 'Salma Akter', nameBn: 'সালমা আক্তার', phones: [{ number: '01100 900901' }, { number: '01100 900902' }, { number: '01100 900903' }] });
      const refused = await merges.undoAnswer(merge.id);
      expect(refused.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', faults: [{ path: ['keep'], reason: 'EDITED_SINCE', params: { field: 'NAME_BN' } }] });
      expect((await patients.read(b.id)).status).toBe('MERGED');
      const undone = await merges.undo(merge.id, ['NAME_BN']);
      expect(undone.merge.keptFields).toEqual(['NAME_BN']);
      expect(await patients.read(a.id)).toMatchObject({
        nameEn: 'Salma Akter', nameBn: 'সালমা আক্তার', birth: null, phones: [{ number: '+8801100900901' }, { number: '+8801100900903' }],
      });
      expect(await patients.read(b.id)).toMatchObject({ nameBn: 'সালমা', birth: { date: '1985-01-01' }, phones: [{ number: '+8801100900902' }], status: 'ACTIVE' });
    });

    it('goes in the reverse of the order in which merges were made', async () => {
      const [a, b] = await two();
      const [c, d] = await two();
      const first = await merges.merge(a, b);
      const second = await merges.merge(first.survivor, c);
      const third = await merges.merge(d, second.survivor);
      expect(await Promise.all([a, b, c].map(async ({ id }) => (await patients.read(id))['mergedInto']))).toEqual([d.id, d.id, d.id]);
      const blocked = async (mergeId: string) => (await merges.undoAnswer(mergeId)).errors![0]!.extensions;
      expect(await blocked(first.merge.id)).toMatchObject({ code: 'CONFLICT', blockedBy: third.merge.id });
      expect(await blocked(second.merge.id)).toMatchObject({ code: 'CONFLICT', blockedBy: third.merge.id });
      await merges.undo(third.merge.id);
      expect(await Promise.all([a, b, c].map(async ({ id }) => (await patients.read(id))['mergedInto']))).toEqual([null, a.id, a.id]);
      expect(await blocked(first.merge.id)).toMatchObject({ code: 'CONFLICT', blockedBy: second.merge.id });
      expect((await merges.of(b.id))[0].blockedBy).toBe(second.merge.id);
      await merges.undo(second.merge.id);
      await merges.undo(first.merge.id);
      expect(await Promise.all([a, b, c, d].map(async ({ id }) => (await patients.read(id)).status))).toEqual(Array(4).fill('ACTIVE'));
    });

    it('is refused when somebody else has the duplicate’s identifier by then', async () => {
      const value = freshNid();
      const [a, b] = await two({}, nids(value));
      const { merge } = await merges.merge(a, b);
      await patients.edit(await patients.read(a.id), { identifiers: [] });
      const thief = await patients.register({ nameEn: 'Third', ...nids(value) });
      expect((await merges.undoAnswer(merge.id)).errors![0]!.extensions).toMatchObject({ code: 'ALREADY_EXISTS', faults: [{ params: { patientId: thief.id } }] });
      expect((await patients.read(b.id)).status).toBe('MERGED');
      expect(codeOf(await merges.undoAnswer('00000000-0000-4000-8000-000000000000'))).toBe('NOT_FOUND');
    });

    it('is refused where identifiers that are kept belong to the duplicate', async () => {
      const value = freshNid();
      const [a, b] = await two({}, nids(value));
      const { merge } = await merges.merge(a, b);
      expect((await merges.undoAnswer(merge.id, ['NID'])).errors![0]!.extensions).toMatchObject({ code: 'ALREADY_EXISTS', faults: [{ params: { patientId: a.id } }] });
    });
  });

  describe('for whom', () => {
    it('needs to read patients and what is clinical, besides merging', async () => {
      const [a, b] = await two();
      const { merge } = await merges.merge(a, b);
      const chamber = await openChamber(world, practice, `Chamber ${a.mrn}`);
      const nurse = await hire(world, practice, chamber, 'NURSE');
      const receptionist = await hire(world, practice, chamber, 'RECEPTIONIST');
      const grant = (memberId: string) => world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:merge', memberId } }, practice.owner.token);
      const missing = async (token: string) => {
        const as = new Merges(world, token);
        return (await Promise.all([as.previewAnswer(a.id, b.id), as.mergeAnswer(a, b), as.undoAnswer(merge.id)])).map(({ errors }) => errors![0]!.extensions['permission']);
      };
      expect(await missing(nurse.token)).toEqual(Array(3).fill('patients:merge'));
      await grant(receptionist.memberId);
      expect(await missing(receptionist.token)).toEqual(Array(3).fill('patients:read-clinical'));
      const answer = await world.graphql('query ($id: UUID!) { patient(id: $id) { merges { id clinicalFields { value } rows { count } } } }', { id: a.id }, receptionist.token);
      expect(answer.data.patient.merges).toEqual([{ id: merge.id, clinicalFields: null, rows: null }]);
      expect(answer.errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      await grant(nurse.memberId);
      expect((await new Merges(world, nurse.token).undoAnswer(merge.id)).errors).toBeUndefined();
    });
  });
});
