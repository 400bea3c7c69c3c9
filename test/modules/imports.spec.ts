import { setTimeout as delay } from 'node:timers/promises';
import { FAULTY_LINES_AFTER, LINES_AFTER, RESULTS_AFTER } from '../../src/imports/import-rows.js';
import { entriesOf } from '../support/entries.js';
import { Imports, importServer, putFile, told } from '../support/imports.js';
import { Patients, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction } from '../support/transactions.js';
import { type Person, type Practice, World } from '../support/world.js';

describe('importing patients', () => {
  let world: World;
  let practice: Practice;
  let imports: Imports;

  beforeAll(async () => {
    world = await World.open();
  });
  beforeEach(async () => {
    practice = await world.practice('Shapla Chamber');
    imports = new Imports(importServer(world), practice.owner.token);
  });
  afterAll(() => world.close());

  const report = async (id: string, { token }: Person = practice.owner): Promise<string> =>
    (await world.app.inject({ method: 'GET', url: `/imports/${id}/report.csv`, headers: { authorization: `Bearer ${token}` } })).body;

  const FILE = [
    'Patient ID,Name,Sex,Age,Mobile No.,NID,Address,Visits',
    'R-1,Md. Karim,M,45,1711000001,1234567001,"House 5, Road 7",12',
    'R-2,রহিমা খাতুন,মহিলা,৩০ বছর,০১৭১১০০০০০২ / 01811000002,,ঢাকা,3',
    '',
    'R-3,,F,20,01711000003,,,1',
    'R-4,Selim Reza,x,abc,8.80171E+12,12,Sylhet,1',
  ].join('\r\n');

  it('suggests what the columns are for, tells what each line would become, and imports the sound ones', async () => {
    const uploaded = await imports.upload(FILE);
    expect(uploaded).toMatchObject({ state: 'MAPPING', total: 4, delimiter: 'COMMA', warnings: [], sameFileAs: null, actions: ['MAP', 'CANCEL'] });
    expect(uploaded.columns.map(({ suggestedField }) => suggestedField)).toEqual(['SOURCE_ID', 'NAME', 'SEX', 'AGE', 'PHONE', 'NID', 'ADDRESS_LINE', null]);
    const checked = await imports.map(uploaded);
    expect(checked).toMatchObject({ state: 'READY', total: 4, processed: 4, imported: 0, counts: { checked: 4, ready: 2, faulty: 2, known: 0 }, actions: ['MAP', 'START', 'CANCEL'] });
    const lines = await imports.lines(checked.id);
    expect(lines.map(({ line, result }) => [line, result])).toEqual([[2, 'READY'], [3, 'READY'], [5, 'FAULTY'], [6, 'FAULTY']]);
    expect(lines[0]).toMatchObject({ sourceId: 'R-1', patient: {
      nameEn: 'Md. Karim', sex: 'MALE', birth: { precision: 'AGE_ESTIMATE', ageYears: 45 }, phones: [{ number: '+8801711000001', label: 'OWN' }],
      identifiers: [{ kind: 'NID', value: '1234567001' }], address: { line: 'House 5, Road 7' } } });
    expect(lines[1]!.patient).toMatchObject({ nameBn: 'রহিমা খাতুন', sex: 'FEMALE', phones: [{ number: '+8801711000002' }, { number: '+8801811000002' }] });
    expect(told(lines[2]!.faults)).toEqual(['null NAME_REQUIRED']);
    expect(told(lines[3]!.faults)).toEqual(['3 NOT_A_SEX', '4 NOT_AN_AGE', '5 SCIENTIFIC_NOTATION', '6 WRONG_LENGTH']);
    expect(lines[3]!.faults[2]).toMatchObject({ heading: 'Mobile No.' });
    expect(lines[3]!.cells).toContainEqual({ column: 5, text: '8.80171E+12' });
    expect((await imports.lines(checked.id, true)).map(({ line }) => line)).toEqual([5, 6]);

    await imports.start(checked.id);
    const finished = await imports.settled(checked.id);
    expect(finished).toMatchObject({ state: 'FINISHED', processed: 4, imported: 2, skipped: 2, actions: [], interruption: null });
    const results = await imports.lines(checked.id);
    expect(results.map(({ result, mrn }) => [result, mrn])).toEqual([['IMPORTED', 'P-000001'], ['IMPORTED', 'P-000002'], ['FAULTY', null], ['FAULTY', null]]);
    const patients = new Patients(world, practice.owner.token);
    expect(await patients.read(lines[0]!.id)).toMatchObject({ mrn: 'P-000001', nameEn: 'Md. Karim', version: 1 });
    expect(await patients.find({ phone: '01811000002' })).toEqual([lines[1]!.id]);
    expect(await patients.find({ identifier: { kind: 'NID', value: '1234567001' } })).toEqual([lines[0]!.id]);
    expect((await patients.register({ nameEn: 'Next' })).mrn).toBe('P-000003');
  });

  it('names in the trail every line shown and every patient registered, by whom and for which request', async () => {
    const { id } = await imports.check(FILE);
    const lines = await imports.lines(id);
    await imports.start(id);
    await imports.settled(id);
    const entries = await entriesOf(world, practice.tenantId, 'Mutation.startPatientImport');
    const [first, second] = lines.map((line) => line.id);
    expect(entries.map(({ action, outcome, records }) => ({ action, outcome, records: records.sort() }))).toEqual([
      { action: 'UPDATED', outcome: 'SUCCESS', records: [`patient-import:${id}`] },
      { action: 'CREATED', outcome: 'SUCCESS', records: [`patient-import:${id}`, `patient:${first}`, `patient:${second}`] },
    ]);
    expect(entries.every(({ actor_member_id: actor, actorName }) => actor === practice.owner.memberId && actorName === 'Owner of Shapla Chamber')).toBe(true);
    const shown = (await entriesOf(world, practice.tenantId, 'Query.patientImportLines')).flatMap(({ records }) => records);
    for (const line of lines) expect(shown).toContain(`patient-import-line:${line.id}`);
    expect((await entriesOf(world, practice.tenantId, 'PUT /imports/:id/file')).map(({ action }) => action)).toEqual(['UPDATED', 'UPDATED']);
    expect((await entriesOf(world, practice.tenantId, 'Mutation.mapPatientImport')).map(({ action }) => action)).toEqual(['UPDATED', 'UPDATED']);
  });

  it('keeps source ids, and imports nobody twice by them', async () => {
    const first = await imports.run(FILE, {}, { source: 'OldClinic 3' });
    const patientId = (await imports.lines(first.id))[0]!.id;
    const more = `${FILE}\r\nR-9,Nadia Islam,F,33,01711000009,,,`;
    const again = await imports.check(more, {}, { source: 'OldClinic 3' });
    expect(again).toMatchObject({ total: 5, counts: { ready: 1, known: 2, faulty: 2 } });
    const lines = await imports.lines(again.id);
    expect(lines[0]).toMatchObject({ result: 'KNOWN', patientId, mrn: 'P-000001', faults: [], warnings: [] });
    await imports.start(again.id);
    expect(await imports.settled(again.id)).toMatchObject({ state: 'FINISHED', imported: 1, skipped: 4 });

    const query = 'query ($id: UUID!) { patient(id: $id) { sourceIds { source sourceId } } }';
    expect((await world.ok(query, { id: patientId }, practice.owner.token)).patient.sourceIds).toEqual([{ source: 'OldClinic 3', sourceId: 'R-1' }]);
    // Another list numbers its own patients; within one list a number of somebody else’s is a fault.
    const other = await imports.check('Patient ID,Name\nR-1,Somebody Else\nR-2,রহিমা খাতুন\n', {}, { source: 'Another list' });
    expect(other.counts).toMatchObject({ ready: 2, known: 0 });
    const taken = await imports.check('Patient ID,Name\nR-1,Somebody Else\n', {}, { source: 'OldClinic 3' });
    const [fault] = (await imports.lines(taken.id))[0]!.faults;
    expect(fault).toMatchObject({ column: 1, reason: 'SOURCE_ID_TAKEN', patientId });
  });

  it('imports nobody as somebody else who got their source id since the check', async () => {
    const first = await imports.check('Patient ID,Name\nS-1,Amena Begum\n');
    const second = await imports.check('Patient ID,Name\nS-1,Abdul Karim\nS-2,Rina Das\n');
    const third = await imports.check('Patient ID,Name\nS-1,AMENA BEGUM\n');
    for (const { id } of [first, second, third]) {
      await imports.start(id);
      await imports.settled(id);
    }
    const [amena] = await imports.lines(first.id);
    const [abdul, rina] = await imports.lines(second.id);
    expect([abdul!.result, abdul!.faults, rina!.result]).toEqual(['FAULTY', [expect.objectContaining({ column: 1, reason: 'SOURCE_ID_TAKEN', patientId: amena!.id })], 'IMPORTED']);
    expect(await imports.read(second.id)).toMatchObject({ imported: 1, skipped: 1, counts: { faulty: 1, known: 0, ready: 0 } });
    expect(await imports.lines(third.id)).toMatchObject([{ result: 'KNOWN', patientId: amena!.id, faults: [] }]);
  });

  it('lists the line of the headings as no patient, also before and while the lines are checked', async () => {
    const lines = async (id: string) => (await imports.lines(id)).map(({ line }) => line);
    const uploaded = await imports.upload('Name,Mobile\nKarim,01711000001\nRahim,01711000002\n');
    expect(await lines(uploaded.id)).toEqual([2, 3]);
    for (const [hasHeader, listed] of [[false, [1, 2, 3]], [true, [2, 3]]] as const) {
      // Whoever has a line locked holds up the check.
      const tx = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await tx.query(`select from clinic.patient_import_rows where tenant_id = '${practice.tenantId}' and import_id = '${uploaded.id}' and line = 3 for update`);
      const mapped = imports.map(uploaded, { hasHeader });
      while ((await imports.read(uploaded.id)).options?.hasHeader !== hasHeader) await delay(5);
      expect([(await imports.read(uploaded.id)).state, await lines(uploaded.id)]).toEqual(['CHECKING', listed]);
      await tx.commit();
      expect([(await mapped).total, await lines(uploaded.id)]).toEqual([listed.length, listed]);
    }
  });

  it('warns of the very same file', async () => {
    const first = await imports.upload(FILE);
    const second = await imports.upload(FILE);
    expect(second).toMatchObject({ warnings: ['SAME_FILE'], sameFileAs: first.id });
    const other = await world.practice('Kadam Clinic');
    expect(await new Imports(importServer(world), other.owner.token).upload(FILE)).toMatchObject({ warnings: [], sameFileAs: null });
  });

  it('finds doubles within the file and in the practice', async () => {
    const patients = new Patients(world, practice.owner.token);
    const holder = await patients.register({ nameEn: 'Amena Begum', phones: [{ number: '01711000001' }], identifiers: [{ kind: 'NID', value: '9876543210' }] });
    const { id } = await imports.check([
      'Patient ID,Name,Mobile,NID', 'A-1,Jahanara,01811000001,9876543210', 'A-2,AMENA  BEGUM,01711000001,', 'A-3,Amena Begum,01911000001,', 'A-4,Rina Das,01711000005,1112223334',
      'A-5,Tina Das,01711000006,1112223334', 'A-4,Mina Das,01711000007,', 'A-7,rina das,+8801711000005,',
    ].join('\n'));
    const lines = await imports.lines(id);
    expect(lines.map(({ result, faults, warnings }) => [result, ...told(faults), ...told(warnings)])).toEqual([
      ['FAULTY', '4 ALREADY_EXISTS'], ['READY', 'null ALIKE'], ['READY'], ['READY'], ['FAULTY', '4 DUPLICATE_IN_FILE'], ['FAULTY', '1 DUPLICATE_IN_FILE'], ['READY', 'null ALIKE_IN_FILE'],
    ]);
    expect([lines[0]!.faults[0]!.patientId, lines[1]!.warnings[0]!.patientId]).toEqual([holder.id, holder.id]);
    expect([lines[4]!.faults[0]!.line, lines[5]!.faults[0]!.line, lines[6]!.warnings[0]!.line]).toEqual([5, 5, 5]);
    const trail = await world.sql<{ count: number }>('superuser',
      `select count(*)::int as count from audit.entry_records r join audit.entries e on e.id = r.entry_id where e.operation = 'Query.patientImportLines' and r.patient_id = $1`, [holder.id]);
    expect(trail[0]!.count).toBeGreaterThan(0);
  });

  it('leaves out a line whose identifier somebody else got since the check', async () => {
    const { id } = await imports.check('Name,NID\nRina Das,1112223335\nTina Das,1112223336\n');
    await new Patients(world, practice.owner.token).register({ nameEn: 'First', identifiers: [{ kind: 'NID', value: '1112223335' }] });
    await imports.start(id);
    expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 1, skipped: 1, counts: { faulty: 1, ready: 0 } });
    const lines = await imports.lines(id);
    expect(lines.map(({ result, mrn, faults }) => [result, mrn, ...told(faults)])).toEqual([['FAULTY', null, '2 ALREADY_EXISTS'], ['IMPORTED', 'P-000002']]);
  });

  it('does not give away the id of a line to a patient who took it', async () => {
    const { id } = await imports.check('Name\nRina Das\nTina Das\n');
    const [line] = await imports.lines(id);
    await new Patients(world, practice.owner.token).register({ id: line!.id, nameEn: 'Squatter' });
    await imports.start(id);
    expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 1, counts: { faulty: 1 } });
    expect((await imports.lines(id)).map(({ result, mrn, faults }) => [result, mrn, ...told(faults)])).toEqual([['FAULTY', null, 'null ID_TAKEN'], ['IMPORTED', 'P-000002']]);
  });

  it('starts with faulty lines only when told so, and once', async () => {
    const { id } = await imports.check(FILE);
    await expect(imports.start(id, false)).rejects.toThrow('FAULTY_LINES');
    await imports.start(id);
    await imports.settled(id);
    await expect(imports.start(id)).rejects.toThrow('CONFLICT');
    const nothing = await imports.check('Name,Age\n,4\n');
    await expect(imports.start(nothing.id)).rejects.toThrow('NOTHING_TO_IMPORT');
  });

  it('can be mapped again until it is started', async () => {
    const uploaded = await imports.upload('Kolum,Datum\n1/2/1980,Karim\n');
    const wrong = await imports.map(uploaded, { columns: [{ column: 1, field: 'NAME' }, { column: 2, field: 'AGE' }] });
    expect(wrong.counts).toMatchObject({ faulty: 1, ready: 0 });
    const right = await imports.map(uploaded, { columns: [{ column: 2, field: 'NAME' }, { column: 1, field: 'BIRTH_DATE' }], dateOrder: 'MDY' });
    expect(right).toMatchObject({ state: 'READY', counts: { faulty: 0, ready: 1 }, options: { dateOrder: 'MDY', defaultCountry: 'BD', encoding: 'UTF_8', hasHeader: true } });
    expect((await imports.lines(uploaded.id))[0]!.patient).toMatchObject({ nameEn: 'Karim', birth: { date: '1980-01-02' } });
    const bodyOnly = await imports.map(uploaded, { columns: [{ column: 2, field: 'NAME' }], hasHeader: false });
    expect(bodyOnly).toMatchObject({ total: 2, counts: { ready: 2 } });
    expect(bodyOnly.columns.map(({ heading }) => heading)).toEqual([null, null]);
    expect(await imports.map(uploaded, { columns: [{ column: 2, field: 'NAME' }], hasHeader: true })).toMatchObject({ total: 1, counts: { ready: 1 }, columns: [{ heading: 'Kolum' }, { heading: 'Datum' }] });
  });

  it('refuses a mapping with all its faults', async () => {
    const { id } = await imports.upload('a,b\n1,2\n');
    const answer = await world.graphql('mutation ($id: UUID!, $input: MapPatientImportInput!) { mapPatientImport(id: $id, input: $input) { id } }', { id, input: {
      columns: [{ column: 0, field: 'AGE' }, { column: 3, field: 'SEX' }, { column: 1, field: 'AGE' }, { column: 1, field: 'PHONE' }], defaultCountry: 'FR', agesAsOf: '2999-01-01' } }, practice.owner.token);
    expect(faultsOf(answer)).toEqual([
      'input.defaultCountry NOT_A_COUNTRY', 'input.agesAsOf FUTURE', 'input.columns.0.column NO_SUCH_COLUMN', 'input.columns.1.column NO_SUCH_COLUMN', 'input.columns.2.field DUPLICATE', 'input.columns.3.column DUPLICATE', 'input.columns NAME_REQUIRED',
    ]);
  });

  it('is cancelled before and after its check, and then holds nothing of anybody', async () => {
    const cancel = (id: string) => world.graphql('mutation ($id: UUID!) { cancelPatientImport(id: $id) { state actions endedAt } }', { id }, practice.owner.token);
    const awaiting = await imports.create();
    const ready = await imports.check(FILE);
    for (const { id } of [awaiting, ready]) {
      expect((await cancel(id)).data.cancelPatientImport).toMatchObject({ state: 'CANCELLED', actions: [], endedAt: expect.any(String) });
      expect((await cancel(id)).errors?.[0]?.extensions.code).toBe('CONFLICT');
    }
    expect((await imports.lines(ready.id)).map(({ result, patient, cells }) => [result, patient, cells])).toEqual([['NOT_IMPORTED', null, []], ['NOT_IMPORTED', null, []], ['FAULTY', null, []], ['FAULTY', null, []]]);
    expect(await world.sql('superuser', 'select from clinic.patient_import_rows where cells is not null and tenant_id = $1', [practice.tenantId])).toEqual([]);
    expect((await putFile(world, `/imports/${awaiting.id}/file`, FILE, practice.owner.token)).statusCode).toBe(409);
  });

  it('removes what lines held as soon as it has finished', async () => {
    const { id } = await imports.run(FILE);
    expect(await world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1 and cells is not null', [id])).toEqual([]);
    const samples = await world.ok('query ($id: UUID!) { patientImport(id: $id) { columns { samples } } }', { id }, practice.owner.token);
    expect(samples.patientImport.columns.every((column: { samples: string[] }) => column.samples.length === 0)).toBe(true);
  });

  it('reports what became of each line, as a file that a spreadsheet shows and never runs', async () => {
    const uploaded = await imports.upload('=HYPERLINK("x"),নাম,Mobile\n1,করিম,01711000001\n2,=cmd|x,5\n3,Selim,01711000001\n');
    const early = await world.app.inject({ method: 'GET', url: uploaded['reportPath'] as string, headers: { authorization: `Bearer ${practice.owner.token}` } });
    expect([early.statusCode, early.json().errors[0].extensions.code]).toEqual([409, 'CONFLICT']);
    const { id, reportPath } = await imports.map(uploaded, { columns: [{ column: 1, field: 'AGE' }, { column: 2, field: 'NAME' }, { column: 3, field: 'PHONE' }] });
    await imports.start(id);
    await imports.settled(id);
    const lines = await imports.lines(id);
    const answer = await world.app.inject({ method: 'GET', url: reportPath as string, headers: { authorization: `Bearer ${practice.owner.token}` } });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename=import-report-${id}.csv` });
    expect(answer.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(answer.body.replace(/^\uFEFF/, '')).toBe([
      ['line', 'result', 'MRN', 'patient id', 'faults', 'warnings'], ['2', 'IMPORTED', 'P-000001', lines[0]!.id, '', 'GUARDIAN_MISSING'],
      ['3', 'FAULTY', '', '', 'নাম: FORMULA; Mobile: TOO_SHORT', ''], ['4', 'IMPORTED', 'P-000002', lines[2]!.id, '', 'GUARDIAN_MISSING'],
    ].map((cells) => `${cells.map((cell) => `"${cell}"`).join(',')}\r\n`).join(''));
    const records = (await entriesOf(world, practice.tenantId, 'GET /imports/:id/report.csv')).filter(({ outcome }) => outcome === 'SUCCESS');
    expect(records.map(({ action, records: named }) => [action, named.filter((name) => name.startsWith('patient:')).length])).toEqual([['EXPORTED', 2]]);
  });

  it('reports on an import that has not ended without opening what came in the file, and names in the trail only whom the report shows', async () => {
    const holder = await new Patients(world, practice.owner.token).register({ nameEn: 'Amena Begum', phones: [{ number: '01711000001' }] });
    const { id } = await imports.check('Name,Mobile\nAmena Begum,01711000001\nRina Das,01711000002\n');
    // What cannot be opened tells that nobody tried.
    await world.sql('superuser', `update clinic.patient_import_rows set cells = '\\x00' where import_id = $1`, [id]);
    expect((await report(id)).split('\r\n').slice(1, 3)).toEqual([`"2","READY","","","","ALIKE (patientId ${holder.id})"`, '"3","READY","","","",""']);
    const [entry] = await entriesOf(world, practice.tenantId, 'GET /imports/:id/report.csv');
    expect(entry!.records.sort()).toEqual([`patient-import:${id}`, `patient:${holder.id}`]);
  });

  it('shows a page of lines in one round trip, from any line on', async () => {
    const { id } = await imports.check(`Name\n${'Karim Mia\n'.repeat(150)}`);
    const page = (first: number, after: string | null) => world.ok(
      'query ($id: UUID!, $first: Int!, $after: String) { patientImportLines(importId: $id, first: $first, after: $after) { totalCount pageInfo { endCursor } edges { node { line } } } }', { id, first, after }, practice.owner.token);
    const begun = (await page(100, null)).patientImportLines;
    let rest: Array<{ node: { line: number } }> = [];
    const trips = toTheApp(await roundTripsOf(async () => {
      rest = (await page(100, begun.pageInfo.endCursor)).patientImportLines.edges;
    }));
    expect([begun.totalCount, begun.edges.length, rest[0]!.node.line, rest.at(-1)!.node.line]).toEqual([150, 100, 102, 151]);
    expect(trips).toHaveLength(1);
  });

  it('reads no line before the page, however far on that is', async () => {
    const { id } = await imports.create();
    await world.sql('superuser', `insert into clinic.patient_import_rows (tenant_id, import_id, id, line, state)
      select $1, $2, gen_random_uuid(), n, case when n % 3 = 0 then 'FAULTY' else 'READY' end from generate_series(1, 5000) n`, [practice.tenantId, id]);
    await world.sql('superuser', 'analyze clinic.patient_import_rows');
    const tx = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await tx.query('set local plan_cache_mode = force_generic_plan');
    for (const [statement, after, place] of [[LINES_AFTER, 'uuid', 'null'], [FAULTY_LINES_AFTER, 'uuid', 'null'], [RESULTS_AFTER, 'integer', '4000']]) {
      await tx.query(`prepare asked (uuid, uuid, ${after}, bigint) as ${statement}`);
      const { rows } = (await tx.query(`explain execute asked ('${practice.tenantId}', '${id}', ${place}, 101)`)) as { rows: Array<{ 'QUERY PLAN': string }> };
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: .* AND \(line > /);
      await tx.query('deallocate asked');
    }
    await tx.commit();
  });

  it.each(['=cmd|x', '\u0001=x'])('escapes a heading that a spreadsheet would run: %j', async (heading) => {
    const { id, reportPath } = await imports.check(`${heading},Name\nabc,Karim\n`, { columns: [{ column: 1, field: 'AGE' }, { column: 2, field: 'NAME' }] });
    const answer = await world.app.inject({ method: 'GET', url: reportPath as string, headers: { authorization: `Bearer ${practice.owner.token}` } });
    expect([id.length, answer.body.split('\r\n')[1]]).toEqual([36, `"2","FAULTY","","","'${heading}: NOT_AN_AGE",""`]);
  });

  describe('and permissions', () => {
    const without = async (permission: string): Promise<Person> => {
      const manager = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'MANAGER');
      await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission, memberId: manager.memberId } }, practice.owner.token);
      return world.signIn(manager.email);
    };

    it('needs patients:edit-clinical for what is medical, and shows it to readers of it', async () => {
      const clinical = 'Name,Blood Group,Notes\nKarim,A+,Diabetes\n';
      const { token } = await without('patients:edit-clinical');
      await expect(new Imports(importServer(world), token).check(clinical)).rejects.toThrow('patients:edit-clinical');
      const { id } = await imports.check(clinical);
      const resume = await world.graphql('mutation ($id: UUID!) { startPatientImport(id: $id) { id } }', { id }, token);
      expect(resume.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'patients:edit-clinical' });
      const shown = await world.ok(`query ($id: UUID!) {
        patientImport(id: $id) { columns { samples } }
        patientImportLines(importId: $id) { totalCount edges { node { cells { text } clinical { bloodGroup notes } } } }
      }`, { id }, practice.owner.token);
      expect(shown).toEqual({
        patientImport: { columns: [{ samples: ['Karim'] }, { samples: ['A+'] }, { samples: ['Diabetes'] }] },
        patientImportLines: { totalCount: 1, edges: [{ node: { cells: [{ text: 'Karim' }], clinical: { bloodGroup: 'A_POSITIVE', notes: 'Diabetes' } } }] },
      });
      await imports.start(id);
      await imports.settled(id);
      const [line] = await imports.lines(id);
      const { data } = await new Patients(world, practice.owner.token).clinicalAnswer(line!.id);
      expect(data.patient.clinical).toEqual({ bloodGroup: 'A_POSITIVE', notes: 'Diabetes' });
    });

    it('shows nothing medical, and no patients of the practice, to who may not see them', async () => {
      await new Patients(world, practice.owner.token).register({ nameEn: 'Holder', identifiers: [{ kind: 'NID', value: '9876543211' }] });
      const { id } = await imports.check('Name,NID,Notes\nKarim,9876543211,Diabetes\n');
      const noClinical = await without('patients:read-clinical');
      const answer = await world.graphql('query ($id: UUID!) { patientImport(id: $id) { columns { samples } } }', { id }, noClinical.token);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'patients:read-clinical' });
      expect(answer.data.patientImport.columns).toEqual([{ samples: null }, { samples: null }, { samples: null }]);
      const lines = await new Imports(importServer(world), noClinical.token).lines(id);
      expect(JSON.stringify(lines)).not.toContain('Diabetes');
      const noRead = await without('patients:read');
      const [line] = await new Imports(importServer(world), noRead.token).lines(id);
      expect(line!.faults[0]).toMatchObject({ reason: 'ALREADY_EXISTS', patientId: null });
    });

    const headings = async (id: string, person: Person) => (await new Imports(importServer(world), person.token).read(id)).columns.map(({ heading }) => heading);

    it('lets nobody who may not read what is medical map it as something else', async () => {
      const noClinical = await without('patients:read-clinical');
      const theirs = new Imports(importServer(world), noClinical.token);
      const made = await imports.check('Name,Ailment,Notes\nKarim,Psoriasis,Diabetes\n', { columns: [{ column: 1, field: 'NAME' }, { column: 2, field: 'NOTES' }] });
      expect(await headings(made.id, noClinical)).toEqual(['Name', null, null]);
      const as = (column: number) => theirs.map(made, { columns: [{ column: 1, field: 'NAME' }, { column, field: 'ADDRESS_LINE' }] });
      for (const column of [2, 3]) await expect(as(column)).rejects.toThrow('patients:read-clinical');
      // Left out of a mapping they stay what they were.
      await theirs.map(made, { columns: [{ column: 1, field: 'NAME' }] });
      for (const column of [2, 3]) await expect(as(column)).rejects.toThrow('patients:read-clinical');
      expect(JSON.stringify(await theirs.lines(made.id))).not.toMatch(/Psoriasis|Diabetes/);
      // What the doctor says is an address is one.
      await imports.map(made, { columns: [{ column: 1, field: 'NAME' }, { column: 2, field: 'ADDRESS_LINE' }] });
      expect([await headings(made.id, noClinical), (await theirs.lines(made.id))[0]!.cells]).toEqual([['Name', 'Ailment', null], [{ column: 1, text: 'Karim' }, { column: 2, text: 'Psoriasis' }]]);
    });

    it('takes no line of a file without headings for headings to show what is in it, save to who sent it', async () => {
      const noClinical = await without('patients:read-clinical');
      const theirs = new Imports(importServer(world), noClinical.token);
      const file = 'R-1,Amena Begum,01711000101,HIV positive\nR-2,Abdul Karim,01711000102,Psoriasis\n';
      const made = await imports.upload(file);
      const mapping = { hasHeader: true, columns: [{ column: 2, field: 'NAME' }, { column: 3, field: 'PHONE' }] };
      await expect(theirs.map(made, mapping)).rejects.toThrow('patients:read-clinical');
      const mapped = await imports.map(made, mapping);
      expect(mapped.columns.map(({ heading }) => heading)).toEqual(['R-1', 'Amena Begum', '01711000101', 'HIV positive']);
      expect(await headings(made.id, noClinical)).toEqual([null, 'Amena Begum', '01711000101', null]);
      const own = await theirs.map(await theirs.upload(file), mapping);
      expect(own.columns.map(({ heading }) => heading)).toEqual(['R-1', 'Amena Begum', '01711000101', 'HIV positive']);
    });

    it('shows cells that a torn line has moved to who may read any of them', async () => {
      const { id } = await imports.check('Name,Notes,Address\nKarim,Dhaka\nDiabetes,Sylhet\n"Rahim\nSelim,HIV,Dhaka",x,y\n', { columns: [{ column: 1, field: 'NAME' }, { column: 3, field: 'ADDRESS_LINE' }] });
      const noClinical = await without('patients:read-clinical');
      expect((await imports.lines(id)).map(({ cells }) => cells.length)).toEqual([2, 2, 2]);
      expect((await new Imports(importServer(world), noClinical.token).lines(id)).map(({ result, cells }) => [result, cells])).toEqual([['FAULTY', []], ['FAULTY', []], ['FAULTY', []]]);
    });

    it('names a patient who was imported before to readers of patients only, in the API and in the report alike', async () => {
      const { id: first } = await imports.run('Patient ID,Name\nR-1,Rina Das\n');
      const [known] = await imports.lines(first);
      const { id } = await imports.run('Patient ID,Name\nR-1,Rina Das\nR-2,Tina Das\n');
      const noRead = await without('patients:read');
      const seenBy = async (person: Person) => {
        const lines = await new Imports(importServer(world), person.token).lines(id);
        return [lines.map(({ result, patientId, mrn }) => [result, patientId, mrn].join()), (await report(id, person)).replaceAll('"', '').split('\r\n').slice(1, 3).map((line) => line.split(',').slice(1, 4).join())];
      };
      const became = (await imports.lines(id))[1]!.id;
      expect(await seenBy(practice.owner)).toEqual([[`KNOWN,${known!.id},P-000001`, `IMPORTED,${became},P-000002`], [`KNOWN,P-000001,${known!.id}`, `IMPORTED,P-000002,${became}`]]);
      expect(await seenBy(noRead)).toEqual([['KNOWN,,', `IMPORTED,${became},P-000002`], ['KNOWN,,', `IMPORTED,P-000002,${became}`]]);
      for (const operation of ['Query.patientImportLines', 'GET /imports/:id/report.csv']) {
        const entry = (await entriesOf(world, practice.tenantId, operation)).at(-1)!;
        expect([operation, entry.actor_member_id, entry.records.filter((name) => name.startsWith('patient:'))]).toEqual([operation, noRead.memberId, [`patient:${became}`]]);
      }
    });
  });
});
