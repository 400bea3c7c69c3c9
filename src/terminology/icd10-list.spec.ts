import { FaultyList } from '../platform/csv-list.js';
import { readIcd10List } from './icd10-list.js';

const read = (text: string) => readIcd10List(Buffer.from(text));
const faultsOf = (text: string | Buffer): string[] => {
  try {
    return [`taken: ${JSON.stringify(readIcd10List(Buffer.from(text)))}`];
  } catch (error) {
    if (error instanceof FaultyList) return error.faults;
    throw error;
  }
};

describe('a list of codes', () => {
  it('is read whatever the order of its columns, with codes as they are written anywhere', () => {
    expect(read('\uFEFFTitle,CODE\r\n"Diabetes, type 2",e119\r\n  Cholera ,A00.9\r\n')).toEqual([
      { code: 'E11.9', title: 'Diabetes, type 2', titleBn: null }, { code: 'A00.9', title: 'Cholera', titleBn: null },
    ]);
    expect(read('code,title,title_bn\nA90,Dengue,ডেঙ্গু\nA91,Severe dengue, \n')).toEqual([
      { code: 'A90', title: 'Dengue', titleBn: 'ডেঙ্গু' }, { code: 'A91', title: 'Severe dengue', titleBn: null },
    ]);
  });

  it('tells every fault with its line', () => {
    expect(faultsOf(`code,title,title_bn\nA90,Dengue,ডেঙ্গু\nA9,Too short,\nA91,,\n\n"A92","two\nlines",\nA90,Again,\nA93\nA94,${'x'.repeat(301)},a\u202eb\n`)).toEqual([
      'line 3: code NOT_A_CODE', 'line 4: title EMPTY', 'line 8: A90 is on line 2 already', 'line 9: has 1 columns instead of 3', 'line 10: title TOO_LONG', 'line 10: title_bn BIDIRECTIONAL_CONTROL',
    ]);
  });

  it.each([
    ['', ['line 1: the column code is missing', 'line 1: the column title is missing']],
    ['code;title\nA90;Dengue', ['line 1: the column code is missing', 'line 1: the column title is missing', 'line 1: only the columns code, title, title_bn are known']],
    ['code,title,note\nA90,Dengue,x', ['line 1: only the columns code, title, title_bn are known']],
    ['code,title,code\nA90,Dengue,A91', ['line 1: a column is there twice']],
    ['code,title\n', ['there is no code in it']],
    ['code,title\nA90,"Dengue\n', ['line 2: it is not CSV (CSV_QUOTE_NOT_CLOSED)']],
  ])('%j is none', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('must be UTF-8', () => {
    expect(faultsOf(Buffer.from('code,title\nG61.0,Guillain-Barr\xe9\n', 'latin1'))).toEqual(['it is not UTF-8']);
  });
});
