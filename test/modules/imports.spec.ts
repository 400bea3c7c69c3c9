import { Imports, importServer, told } from '../support/imports.js';
import { Patients } from '../support/patients.js';
import { World, type Practice } from '../support/world.js';

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
});
