import { readAge, readBirthDate } from './birth-cell.js';
import { UnreadableCell, isBlank, isFormula, isLegacyBangla, meantText } from './cell-text.js';
import { readBloodGroup, readDocumentNumber, readPhones, readSex } from './cell-values.js';

const rules = { order: 'DMY', today: '2026-11-22', agesAsOf: null } as const;

const reasonOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof UnreadableCell) return error.reason;
    throw error;
  }
  throw new Error('the cell was read');
};

describe('a cell of dates', () => {
  it.each([
    ['31/12/1980', '1980-12-31'], ['31-12-80', '1980-12-31'], ['1.2.26', '2026-02-01'], ['01/02/27', '1927-02-01'], ['31 / 12 / 1980', '1980-12-31'],
    ['31-Dec-80', '1980-12-31'], ['31 December, 1980', '1980-12-31'], ['1st Jan 2001', '2001-01-01'], ['Dec 31, 1980', '1980-12-31'], ['September 3 1999', '1999-09-03'],
    ['৩১/১২/১৯৮০', '1980-12-31'], ['৩১ ডিসেম্বর ১৯৮০', '1980-12-31'], ['৭ জানুয়ারি, ১৯৯০', '1990-01-07'], ['৫ ফেব্রুয়ারী ৯৯', '1999-02-05'], ['১ আগষ্ট ২০০০', '2000-08-01'],
    ['1980-12-31', '1980-12-31'], ['1980/1/3', '1980-01-03'], ['1980-12-31 00:00:00', '1980-12-31'], ['31/12/1980 0:00', '1980-12-31'], ['1980-12-31T00:00:00.000Z', '1980-12-31'],
    ['19801231', '1980-12-31'], ['31/02/1980', '1980-02-31'],
  ])('%s is %s', (cell, date) => {
    expect(readBirthDate(cell, rules)).toEqual({ birth: { date } });
  });

  it('follows the order of the file, and says when a date fits another one', () => {
    expect(readBirthDate('12/31/1980', { ...rules, order: 'MDY' })).toEqual({ birth: { date: '1980-12-31' } });
    expect(readBirthDate('80-12-31', { ...rules, order: 'YMD' })).toEqual({ birth: { date: '1980-12-31' } });
    expect(reasonOf(() => readBirthDate('12/31/1980', rules))).toBe('DATE_ORDER');
    expect(reasonOf(() => readBirthDate('31/12/1980', { ...rules, order: 'MDY' }))).toBe('DATE_ORDER');
    expect(reasonOf(() => readBirthDate('31/12/1980', { ...rules, order: 'YMD' }))).toBe('DATE_ORDER');
  });

  it('takes a year, an age, and Excel’s count of days', () => {
    expect(readBirthDate('1962', rules)).toEqual({ birth: { year: 1962 } });
    expect(readBirthDate('১৯৬২', rules)).toEqual({ birth: { year: 1962 } });
    expect(readBirthDate('45 yrs', rules)).toEqual({ birth: { ageYears: 45 } });
    expect(readBirthDate('29586', rules)).toEqual({ birth: { date: '1980-12-31' }, warning: 'EXCEL_DATE' });
    expect(readBirthDate('01/01/1900', rules)).toEqual({ birth: { date: '1900-01-01' }, warning: 'PLACEHOLDER_DATE' });
  });

  it.each(['45', 'yesterday', '31/12', '99/99/1980x', 'Dec 1980', '12', '2.5.', '=1+1'])('refuses %s', (cell) => {
    expect(reasonOf(() => readBirthDate(cell, rules))).toBe('NOT_A_DATE');
  });
});

describe('a cell of ages', () => {
  it.each([
    ['45', 45], ['45 yrs', 45], ['45y', 45], ['45 Years old', 45], ['৪৫', 45], ['৪৫ বছর', 45], ['Age: 45', 45], ['0', 0],
  ])('%s is %d', (cell, ageYears) => {
    expect(readAge(cell, rules)).toEqual({ birth: { ageYears } });
  });

  it.each([['6 months', 0], ['৬ মাস', 0], ['18m', 1], ['10 days', 0], ['2y 6m', 2], ['৩ বছর ২ মাস', 3], ['1.5', 1], ['2 years, 3 months and 4 days', 2], ['52 weeks', 0], ['366 days', 1]])('%s is %d, rounded', (cell, ageYears) => {
    expect(readAge(cell, rules)).toEqual({ birth: { ageYears }, warning: 'AGE_ROUNDED' });
  });

  it('counts on from the day on which the ages were stated', () => {
    expect(readAge('45', { ...rules, agesAsOf: '2020-11-23' })).toEqual({ birth: { ageYears: 50 } });
    expect(readAge('45', { ...rules, agesAsOf: '2020-11-22' })).toEqual({ birth: { ageYears: 51 } });
  });

  it('takes a year or a date', () => {
    expect(readAge('1962', rules)).toEqual({ birth: { year: 1962 } });
    for (const cell of ['31-Dec-80', '31/12/1980', '1980-12-31']) expect(readAge(cell, rules)).toEqual({ birth: { date: '1980-12-31' } });
  });

  it.each(['old', '~45', 'forty', '45 x', '-5', '2 6', '45/46', '2y 6'])('refuses %s', (cell) => {
    expect(reasonOf(() => readAge(cell, rules))).toBe('NOT_AN_AGE');
  });
});

describe('a cell of one word', () => {
  it.each([
    ['M', 'MALE'], ['male', 'MALE'], ['পুরুষ', 'MALE'], ['ছেলে', 'MALE'], ['F', 'FEMALE'], ['Female.', 'FEMALE'], ['মহিলা', 'FEMALE'], ['মেয়ে', 'FEMALE'], ['স্ত্রী', 'FEMALE'],
    ['Third Gender', 'OTHER'], ['হিজড়া', 'OTHER'], ['তৃতীয় লিঙ্গ', 'OTHER'], ['unknown', 'UNKNOWN'],
  ])('of sex: %s is %s', (cell, sex) => {
    expect(readSex(cell)).toBe(sex);
  });
  it.each(['1', 'x', 'mle', 'M/F'])('of sex: refuses %s', (cell) => {
    expect(reasonOf(() => readSex(cell))).toBe('NOT_A_SEX');
  });

  it.each([
    ['A+', 'A_POSITIVE'], ['a +ve', 'A_POSITIVE'], ['O -ve', 'O_NEGATIVE'], ['AB positive', 'AB_POSITIVE'], ['B(+)', 'B_POSITIVE'], ['O neg', 'O_NEGATIVE'], ['বি পজিটিভ', 'B_POSITIVE'], ['এবি-', 'AB_NEGATIVE'], ['0+', 'O_POSITIVE'], ['B (-ve)', 'B_NEGATIVE'],
  ])('of blood group: %s is %s', (cell, group) => {
    expect(readBloodGroup(cell)).toBe(group);
  });
  it.each(['A', '+', 'C+', 'positive'])('of blood group: refuses %s', (cell) => {
    expect(reasonOf(() => readBloodGroup(cell))).toBe('NOT_A_BLOOD_GROUP');
  });
});

describe('a cell of numbers', () => {
  it('holds several telephones, each once', () => {
    expect(readPhones('01711-000000 / ০১৮১১০০০০০০, +8801711000000')).toEqual(['01711-000000', '01811000000']);
    expect(readPhones('1711000000.0')).toEqual(['1711000000']);
    expect(readPhones('="01711000000"')).toEqual(['01711000000']);
    expect(readPhones('01711000000 or 01911000000;')).toEqual(['01711000000', '01911000000']);
  });

  it('is refused when a spreadsheet has lost digits', () => {
    for (const cell of ['8.80171E+12', '1.71e9', '01711000000 / 8.80171E+12']) expect(reasonOf(() => readPhones(cell))).toBe('SCIENTIFIC_NOTATION');
    expect(reasonOf(() => readDocumentNumber('1.98527E+16'))).toBe('SCIENTIFIC_NOTATION');
  });

  it('warns when a spreadsheet may have rounded it', () => {
    expect(readDocumentNumber('19852692512345600')).toEqual({ value: '19852692512345600', warning: 'NUMBER_ROUNDED' });
    expect(readDocumentNumber('19852692512345678')).toEqual({ value: '19852692512345678' });
    expect(readDocumentNumber('1985269200')).toEqual({ value: '1985269200' });
  });
});

describe('a cell of text', () => {
  it('is blank when it says so', () => {
    for (const cell of ['', '  ', '-', 'N/A', 'NULL', 'নাই', '="" ', '\u200B']) expect([cell, isBlank(cell)]).toEqual([cell, true]);
    for (const cell of ['0', 'Nilima', 'x']) expect([cell, isBlank(cell)]).toEqual([cell, false]);
    expect(meantText(' ="007" ')).toBe('007');
  });

  it('is a formula by its first character', () => {
    for (const cell of ["=cmd|' /C calc'!A0", '@SUM(1)', '+1+1', '-1+1']) expect([cell, isFormula(cell)]).toEqual([cell, true]);
    expect(isFormula('Karim = Rahim')).toBe(false);
  });

  it('is told from Bangla in a font of the time before Unicode', () => {
    for (const cell of ['†gvt iwdKzj Bmjvg', 'bvwQgv †eMg', 'Avãyj gwZb ©']) expect([cell, isLegacyBangla(cell)]).toEqual([cell, true]);
    for (const cell of ['José Müller', 'Md. Karim', 'মোঃ করিম', 'Flat 3, Road 5', '25° বাড়ি', '°']) expect([cell, isLegacyBangla(cell)]).toEqual([cell, false]);
  });
});
