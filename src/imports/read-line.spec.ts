import type { ImportField } from './import-fields.js';
import type { Mapping, ReadLine } from './import-line.js';
import { readLine } from './read-line.js';

/** Reads one line whose columns are for these fields. */
function read(line: Array<[ImportField, string]>, options: Partial<Mapping> = {}, legacyColumns: number[] = [], unreadable: number[] = []): ReadLine {
  const columns = line.map(([field], index) => ({ column: index + 1, field }));
  const mapping: Mapping = { columns, dateOrder: 'DMY', country: 'BD', windows1252: false, hasHeader: true, agesAsOf: null, ...options };
  return readLine({ cells: line.map(([, cell]) => cell), unreadable }, mapping, { width: line.length, legacyColumns });
}

const faults = (line: Array<[ImportField, string]>, options?: Partial<Mapping>, legacyColumns?: number[], unreadable?: number[]): string[] => {
  const result = read(line, options, legacyColumns, unreadable);
  expect(result.person === null).toBe(result.faults.length > 0);
  return result.faults.map(({ column, reason }) => `${column} ${reason}`);
};

describe('a line of a file', () => {
  it('becomes a patient by the rules of the desk', () => {
    const result = read([
      ['SOURCE_ID', ' R-17 '], ['NAME', ' মোঃ  করিম '], ['NAME_EN', 'Md. Karim'], ['SEX', 'পুরুষ'], ['AGE', '৪৫ বছর'], ['PHONE', '1711000000 / 01811-000000'], ['PHONE', '8801911000000'],
      ['NID', '1234 567 890'], ['ADDRESS_LINE', 'House 5'], ['ADDRESS_LINE', 'Road 7'], ['DISTRICT', 'Dhaka'], ['FATHER_NAME', 'Abdul Mia'], ['GUARDIAN_PHONE', '০১৫১১০০০০০০'], ['BLOOD_GROUP', 'B +ve'], ['NOTES', 'Diabetes'],
    ]);
    expect(result).toMatchObject({ sourceId: 'R-17', faults: [], warnings: [] });
    expect(result.person).toEqual({
      identity: {
        nameEn: 'Md. Karim', nameBn: 'মোঃ করিম', sex: 'MALE', birth: expect.objectContaining({ precision: 'AGE_ESTIMATE', ageYears: 45 }),
        phones: [{ number: '+8801711000000', label: 'OWN' }, { number: '+8801811000000', label: 'OWN' }, { number: '+8801911000000', label: 'OWN' }],
        identifiers: [{ kind: 'NID', value: '1234567890', warnings: [] }],
        address: { line: 'House 5, Road 7', area: null, city: null, district: 'Dhaka', postalCode: null, country: 'BD' },
        guardian: { name: 'Abdul Mia', relation: 'FATHER', phone: '+8801511000000' },
      },
      clinical: { bloodGroup: 'B_POSITIVE', notes: 'Diabetes' },
    });
  });

  it('with only a name is enough', () => {
    expect(read([['NAME', 'Karim'], ['PHONE', ''], ['AGE', '-'], ['SEX', 'N/A'], ['ADDRESS_LINE', ' ']]).person?.identity)
      .toMatchObject({ nameEn: 'Karim', nameBn: null, sex: 'UNKNOWN', birth: null, phones: [], address: null, guardian: null });
    expect(read([['FIRST_NAME', 'Karim'], ['LAST_NAME', 'Mia']]).person?.identity.nameEn).toBe('Karim Mia');
    expect(read([['NAME', 'করিম'], ['NAME_BN', 'মোঃ করিম']]).person?.identity).toMatchObject({ nameEn: null, nameBn: 'মোঃ করিম' });
  });

  it('tells all its faults at once, each with its column', () => {
    expect(faults([['NAME', ''], ['SEX', 'x'], ['BIRTH_DATE', '12/31/1980'], ['PHONE', '8.80171E+12'], ['NID', '123'], ['GUARDIAN_PHONE', '5'], ['GUARDIAN_NAME', 'Abdul'], ['BLOOD_GROUP', 'C'], ['POSTAL_CODE', '1230']]))
      .toEqual(['null NAME_REQUIRED', '2 NOT_A_SEX', '3 DATE_ORDER', '4 SCIENTIFIC_NOTATION', '5 WRONG_LENGTH', '6 TOO_SHORT', '8 NOT_A_BLOOD_GROUP', '9 EMPTY']);
    expect(faults([['NAME', 'Karim'], ['BIRTH_DATE', '31/02/1980'], ['PHONE', '123'], ['PHONE', 'none yet']])).toEqual(['2 NOT_A_DATE', '3 TOO_SHORT', '4 NOT_A_NUMBER']);
    expect(faults([['NAME', 'Karim'], ['BIRTH_DATE', '31/12/2090']])).toEqual(['2 FUTURE']);
    expect(faults([['NAME', 'x'.repeat(201)]])).toEqual(['1 TOO_LONG']);
    expect(faults([['NAME', 'Karim'], ['SOURCE_ID', 'x'.repeat(101)]])).toEqual(['2 TOO_LONG']);
  });

  it('is not read when its cells may belong elsewhere', () => {
    const mapping: Mapping = { columns: [{ column: 1, field: 'NAME' }], dateOrder: 'DMY', country: 'BD', windows1252: false, hasHeader: true, agesAsOf: null };
    const shape = { width: 3, legacyColumns: [] };
    const of = (...cells: string[]) => readLine({ cells, unreadable: [] }, mapping, shape).faults;
    expect(of('Karim', '1')).toEqual([{ column: null, reason: 'COLUMN_COUNT', params: { expected: 3, found: 2 } }]);
    expect(of('Karim', '1', '2', '3')).toEqual([{ column: null, reason: 'COLUMN_COUNT', params: { expected: 3, found: 4 } }]);
    expect(of('Karim', '1', '2', '', ' ')).toEqual([]);
    expect(of('Karim', 'Road 5\nRahim,0171,x', '2')).toEqual([{ column: 2, reason: 'TORN_QUOTES' }]);
    expect(of('Karim', 'House 1\nRoad 5, Dhaka', '2')).toEqual([]);
    expect(of('Ka\0rim', '1', '2')).toEqual([{ column: 1, reason: 'NUL_CHARACTER' }]);
  });

  it('is refused where its bytes are no UTF-8, unless the file is declared to be Windows-1252', () => {
    expect(faults([['NAME', 'René'], ['CITY', 'Paris']], {}, [], [0])).toEqual(['1 ENCODING']);
    expect(read([['NAME', 'René'], ['CITY', 'Paris']], { windows1252: true }, [], [0]).person?.identity.nameEn).toBe('René');
    expect(faults([['NAME', 'Ren\uFFFD']], { windows1252: true }, [], [0])).toEqual(['1 ENCODING']);
  });

  it.each([
    ["=cmd|' /C calc'!A0", 'FORMULA'], ['@Karim', 'FORMULA'], ['+Karim', 'FORMULA'], ['Karim\nRahim', 'LINE_BREAK'], ['01711000000', 'NOT_A_NAME'], ['†gvt iwdKzj', 'LEGACY_BANGLA'], ['Karim\u0007', 'CONTROL_CHARACTER'], ['Karim\u202Emia', 'BIDIRECTIONAL_CONTROL'],
  ])('whose name is %j is refused: %s', (name, reason) => {
    expect(faults([['NAME', name]])).toEqual([`1 ${reason}`]);
  });

  // Each took from half a second to five: by the square of its length.
  it.each<[string, ImportField, string, string | undefined]>([
    ['white space', 'ADDRESS_LINE', `a${' '.repeat(64_000)}a`, 'TOO_LONG'], ['white space around nothing', 'ADDRESS_LINE', `${' '.repeat(32_000)}-${'\u200B'.repeat(32_000)}`, undefined],
    ['a letter of dates', 'BIRTH_DATE', 't'.repeat(64_000), 'TOO_LONG'], ['a letter of ages', 'AGE', 't'.repeat(64_000), 'TOO_LONG'],
    ['telephones', 'PHONE', Array.from({ length: 10_000 }, (_, index) => index).join(), 'TOO_LONG'], ['telephones of a guardian', 'GUARDIAN_PHONE', '1,'.repeat(30_000), 'TOO_LONG'],
    ['marks in a name', 'NAME_BN', `a${'\u0301\u0316'.repeat(16_000)}`, 'TOO_MANY_MARKS'], ['marks in notes', 'NOTES', `a${'\u0301\u0316'.repeat(16_000)}`, 'TOO_MANY_MARKS'],
    ['digits', 'NID', '1'.repeat(64_000), 'TOO_LONG'], ['a source id', 'SOURCE_ID', '1'.repeat(64_000), 'TOO_LONG'], ['lines', 'NOTES', 'a,\n'.repeat(21_000), 'TOO_LONG'],
  ])('of endless %s is read at once', (_, field, cell, reason) => {
    const begun = performance.now();
    expect(faults([['NAME', 'Karim'], [field, cell]])).toEqual(reason ? [`2 ${reason}`] : []);
    expect(performance.now() - begun).toBeLessThan(400);
  });

  it('of a hundred columns of telephones, each another one, is read at once', () => {
    const numbers = (column: number) => Array.from({ length: 80 }, (_, index) => 1_000 + column * 80 + index).join();
    const begun = performance.now();
    expect(faults([['NAME', 'Karim'], ...Array.from({ length: 190 }, (_, column): [ImportField, string] => ['PHONE', numbers(column)])])).toEqual(['null TOO_MANY']);
    expect(performance.now() - begun).toBeLessThan(400);
  });

  it('keeps a formula in an address as text', () => {
    expect(read([['NAME', 'Karim'], ['ADDRESS_LINE', '=1+1']]).person?.identity.address?.line).toBe('=1+1');
  });

  it('of Bangla in an old font is refused as a whole column', () => {
    expect(faults([['NAME', 'Kwig'], ['CITY', 'Dhaka']], {}, [1])).toEqual(['1 LEGACY_BANGLA']);
    expect(faults([['NAME', 'করিম'], ['CITY', 'Dhaka']], {}, [1])).toEqual([]);
  });

  it('warns of what is doubtful', () => {
    const warnings = (line: Array<[ImportField, string]>) => read(line).warnings.map(({ column, reason }) => `${column} ${reason}`);
    expect(warnings([['NAME', 'Karim'], ['AGE', '6 months'], ['NID', '19852692512345600'], ['FATHER_NAME', 'A'], ['MOTHER_NAME', 'B']])).toEqual(['2 AGE_ROUNDED', '3 NUMBER_ROUNDED', '5 GUARDIAN_LEFT_OUT']);
    expect(warnings([['NAME', 'Karim'], ['AGE', '6']])).toEqual(['null GUARDIAN_MISSING']);
    expect(warnings([['NAME', 'Karim'], ['EMIRATES_ID', '784-1990-1234567-8']])).toEqual(['null EMIRATES_ID_CHECK_DIGIT']);
  });

  it('keeps the telephone of a guardian whom nobody names', () => {
    expect(read([['NAME', 'Karim'], ['GUARDIAN_PHONE', '01711000000, 01811000000']]).person?.identity).toMatchObject({
      guardian: null, phones: [{ number: '+8801711000000', label: 'FAMILY' }, { number: '+8801811000000', label: 'FAMILY' }] });
  });
});
