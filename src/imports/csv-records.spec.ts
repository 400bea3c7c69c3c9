import { DomainError } from '../platform/errors.js';
import { type CsvRecord, csvLimits, csvRecords, guessDelimiter } from './csv-records.js';
import { openText } from './file-text.js';

/** Gives the bytes in pieces of this many. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: Buffer | string, size = 7): Promise<CsvRecord[]> {
  const text = await openText(pieces(Buffer.from(file as string), size));
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(text.bytes, guessDelimiter(text.sample))) records.push(record);
  return records;
}

const rows = async (file: Buffer | string, size?: number): Promise<Array<[number, ...string[]]>> =>
  (await read(file, size)).map(({ line, cells }) => [line, ...cells]);

const faultOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(DomainError);
  return ((error as DomainError).details['faults'] as unknown[])[0];
};

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('reading a file', () => {
  it.each([1, 2, 3, 1000])('names the line each record begins on, whatever ends the lines, in pieces of %d bytes', async (size) => {
    expect(await rows('a,b\r\n1,"x\r\ny\nz"\r\n\r\n\n3,4\r5,6\n7,8', size))
      .toEqual([[1, 'a', 'b'], [2, '1', 'x\r\ny\nz'], [5, ''], [6, ''], [7, '3', '4'], [8, '5', '6'], [9, '7', '8']]);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFনাম,a\nকরিম,é\n')],
    ['UTF-8', Buffer.from('নাম,a\nকরিম,é\n')],
    ['UTF-16LE with a mark', Buffer.from('\uFEFFনাম,a\nকরিম,é\n', 'utf16le')],
    ['UTF-16BE with a mark', utf16be('\uFEFFনাম,a\nকরিম,é\n')],
    ['UTF-16LE', Buffer.from('নাম,a\nকরিম,é\n', 'utf16le')],
    ['UTF-16BE', utf16be('নাম,a\nকরিম,é\n')],
  ])('reads %s, also when a character is torn over pieces', async (_, file) => {
    for (const size of [1, 3, 1000]) expect(await read(file, size)).toEqual([
      { line: 1, cells: ['নাম', 'a'], unreadable: [] }, { line: 2, cells: ['করিম', 'é'], unreadable: [] },
    ]);
  });

  it('names the cells that are no UTF-8, and gives them as Windows-1252', async () => {
    const file = Buffer.concat([Buffer.from('Name,City\nKarim,Dhaka\n'), Buffer.from([0x52, 0x65, 0x6e, 0xe9]), Buffer.from(',Paris\nA\uFFFD,B\n')]);
    expect(await read(file)).toEqual([
      { line: 1, cells: ['Name', 'City'], unreadable: [] }, { line: 2, cells: ['Karim', 'Dhaka'], unreadable: [] },
      { line: 3, cells: ['René', 'Paris'], unreadable: [0] }, { line: 4, cells: ['A\uFFFD', 'B'], unreadable: [0] },
    ]);
  });

  it.each([
    ['COMMA', 'Name,Address\nA,"x; y; z"\nB,"p; q; r"\n'],
    ['SEMICOLON', 'Name;Address\nKarim;Road 1, Dhaka\nRahim;Road 2, Dhaka\n'],
    ['TAB', 'Name\tAddress\nKarim\tRoad 1, Dhaka; BD\n'],
    ['PIPE', 'Name|Mobile\nKarim|01711000000\n'],
    ['COMMA', 'Name\nKarim\n'],
    ['SEMICOLON', 'a;b;c\n"x,y";1;2\n3;4;5\n'],
  ] as const)('tells the delimiter %s', (name, text) => {
    expect(guessDelimiter(Buffer.from(text))).toBe(name);
  });

  it('keeps quotes that people write within a cell', async () => {
    expect(await rows('Name,Age\nKarim "Babu" Mia,40\n"Karim ""Babu"" Mia",41\n"Karim "Babu" Mia",42\n'))
      .toEqual([[1, 'Name', 'Age'], [2, 'Karim "Babu" Mia', '40'], [3, 'Karim "Babu" Mia', '41'], [4, '"Karim "Babu" Mia"', '42']]);
  });

  it('gives records of any number of cells, and a zero byte as it is', async () => {
    expect(await rows('a,b\n1\n1,2,3\nx\0y,z\n')).toEqual([[1, 'a', 'b'], [2, '1'], [3, '1', '2', '3'], [4, 'x\0y', 'z']]);
  });

  it('refuses a quote that is never closed, at the line where its record begins', async () => {
    expect(await faultOf(read('Name,Age\r\nKarim,40\r\n"Rahim,41\r\nSelim,42', 3))).toEqual({ path: ['file'], reason: 'QUOTE_NOT_CLOSED', params: { line: 3 } });
    expect(await faultOf(read('Name,Age\nKarim,40\n\n"Rahim,41\nSelim,42\n'))).toEqual({ path: ['file'], reason: 'QUOTE_NOT_CLOSED', params: { line: 4 } });
  });

  it.each(['x', '"x'])('refuses a record of endless %s without reading on', async (start) => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from(`Name,Age\nKarim,40\n${start}`);
      for (;;) {
        given++;
        yield Buffer.alloc(65_536, 'x');
      }
    }
    const text = await openText(endless());
    const reading = async () => {
      for await (const record of csvRecords(text.bytes, 'COMMA')) expect(record.line).toBeLessThan(3);
    };
    expect(await faultOf(reading())).toEqual({ path: ['file'], reason: 'RECORD_TOO_LONG', params: { line: 3, max: csvLimits.recordBytes } });
    expect(given).toBeLessThan(10);
  });

  it.each(['-\n', '\n', ',\r'])('leaves others their turn while it reads %j a hundred thousand times', async (record) => {
    let last = performance.now();
    let longest = 0;
    const turn = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    let count = 0;
    for await (const { line } of csvRecords(pieces(Buffer.from(record.repeat(100_000)), 65_536), 'COMMA')) count += Number(line === count + 1);
    clearInterval(turn);
    expect(count).toBe(100_000);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(1_000);
  });

  it('refuses too many columns', async () => {
    expect(await faultOf(read(`${'a,'.repeat(200)}a\n`, 1000))).toEqual({ path: ['file'], reason: 'TOO_MANY_COLUMNS', params: { line: 1, max: 200 } });
    expect(await read(`${'a,'.repeat(199)}a\n`, 1000)).toHaveLength(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'EMPTY'],
    ['a workbook of Excel', Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14]), Buffer.alloc(500, 7)]), 'NOT_TEXT'],
    ['an old workbook of Excel', Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(500)]), 'NOT_TEXT'],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj'), 'NOT_TEXT'],
    ['zeros', Buffer.alloc(500), 'NOT_TEXT'],
  ])('refuses %s', async (_, file, reason) => {
    expect(await faultOf(read(file))).toEqual({ path: ['file'], reason });
  });

  it('passes on what the source throws', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('a,b\n1,2\n'.repeat(20_000));
      throw new Error('the client went away');
    }
    const text = await openText(broken());
    const reading = async () => {
      for await (const record of csvRecords(text.bytes, 'COMMA')) expect(record.cells).toHaveLength(2);
    };
    await expect(reading()).rejects.toThrow('the client went away');
  });
});
