import { guessColumns } from './column-guess.js';
import { fieldOfHeading } from './import-fields.js';

const fields = (...lines: string[][]) => guessColumns(lines).columns.map(({ field }) => field);

describe('a guess of what columns are for', () => {
  it.each([
    ['Name', 'NAME'], ["Patient's Name", 'NAME'], ['নাম', 'NAME'], ['রোগীর নাম:', 'NAME'], ['Mobile No.', 'PHONE'], ['মোবাইল নং', 'PHONE'], ['Age (yrs)', 'AGE'], ['বয়স', 'AGE'],
    ['Sex', 'SEX'], ['GENDER', 'SEX'], ['লিঙ্গ', 'SEX'], ['Address', 'ADDRESS_LINE'], ['ঠিকানা', 'ADDRESS_LINE'], ["Father's Name", 'FATHER_NAME'], ['Father’s name', 'FATHER_NAME'], ['পিতার নাম', 'FATHER_NAME'],
    ['NID', 'NID'], ['জাতীয় পরিচয়পত্র', 'NID'], ['D.O.B', 'BIRTH_DATE'], ['DOB', 'BIRTH_DATE'], ['জন্ম তারিখ', 'BIRTH_DATE'], ['Blood Group', 'BLOOD_GROUP'], ['Patient ID', 'SOURCE_ID'], ['Reg. No', 'SOURCE_ID'], ['জেলা', 'DISTRICT'],
  ])('takes the heading %s for %s', (heading, field) => {
    expect(fieldOfHeading(heading)).toBe(field);
  });

  it('gives a field to one column, save telephones and the like', () => {
    expect(fields(['SL', 'Patient ID', 'Name', 'Name', 'Mobile', 'Phone 2', 'Visits'])).toEqual([null, 'SOURCE_ID', 'NAME', null, 'PHONE', 'PHONE', null]);
    expect(guessColumns([['Name', 'Name']]).duplicateHeaders).toBe(true);
  });

  it('looks into the columns when there are no headings', () => {
    const guess = guessColumns([
      ['Karim Mia', '01711000000', 'M', '45', '31/12/1980', 'A+', 'Road 5, Uttara'], ['রহিমা খাতুন', '০১৮১১০০০০০০', 'F', '৩০', '1/2/1996', 'O-', 'House 7'], ['Selim Reza', '1911000000', 'M', '7', '13/2/2019', '', ''],
    ]);
    expect(guess).toMatchObject({ hasHeader: false, dateOrder: 'DMY' });
    expect(guess.columns.map(({ field }) => field)).toEqual(['NAME', 'PHONE', 'SEX', 'AGE', 'BIRTH_DATE', 'BLOOD_GROUP', null]);
  });

  it('looks into columns whose headings say nothing', () => {
    expect(fields(['Kolum A', 'Kolum B'], ['Karim Mia', '01711000000'], ['Selim Reza', '01911000000'])).toEqual(['NAME', 'PHONE']);
  });

  it.each([
    ['DMY', ['1/2/1980', '31/12/1980']], ['MDY', ['1/2/1980', '12/31/1980', '11/30/1981']], ['YMD', ['80-12-31', '81-01-02']], ['DMY', ['1/2/1980']],
  ] as const)('tells the order %s of dates', (order, dates) => {
    expect(guessColumns([['DOB'], ...dates.map((date) => [date])]).dateOrder).toBe(order);
  });

  it('tells a column of Bangla in an old font', () => {
    const guess = guessColumns([['Name', 'City'], ['†gvt iwdKzj Bmjvg', 'Dhaka'], ['Kwig', 'Dhaka'], ['bvwQgv †eMg', 'Sylhet']]);
    expect(guess.columns.map(({ legacyBangla }) => legacyBangla)).toEqual([true, false]);
  });

  // Each took a second or more: by the square of its length.
  it.each([
    ['brackets', '('.repeat(64_000)], ['white space', `a${' '.repeat(64_000)}a`], ['letters of dates', `1-${'t'.repeat(64_000)}`], ['marks', `a${'\u0301\u0316'.repeat(16_000)}`],
  ])('of endless %s in a heading and in a cell is made at once', (_, cell) => {
    const begun = performance.now();
    expect(guessColumns([['Name', cell], ['Karim', cell], ['Rahim', cell]]).columns.map(({ field }) => field)).toEqual(['NAME', null]);
    expect(guessColumns([[cell, 'Karim Mia']]).columns).toHaveLength(2);
    expect(performance.now() - begun).toBeLessThan(400);
  });

  it('knows what is in a column by its heading, or by contents of a strict form', () => {
    const contents = (...lines: string[][]) => guessColumns(lines).columns.map(({ content }) => content);
    expect(contents(['Name', 'Remarks', 'Ailment', 'Blood Group'], ['Karim', 'Diabetes', 'Asthma', 'A+'])).toEqual(['HARMLESS', 'CLINICAL', 'UNKNOWN', 'CLINICAL']);
    expect(contents(['Chronic Asthma', '01711000001', 'A+', 'Asthma 1'], ['Severe Asthma', '01711000002', 'B+', 'Asthma 2'])).toEqual(['UNKNOWN', 'HARMLESS', 'CLINICAL', 'UNKNOWN']);
  });

  it('of a file of headings only, or of nothing, is no error', () => {
    expect(guessColumns([['Name', 'Age']])).toMatchObject({ hasHeader: true, columns: [{ field: 'NAME' }, { field: 'AGE' }] });
    expect(guessColumns([])).toMatchObject({ hasHeader: false, columns: [] });
  });
});
