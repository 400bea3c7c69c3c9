import fc from 'fast-check';
import { MOST_STATEMENT_LINES, readStatement } from './statement.js';

const read = (text: string) => readStatement(text, 'Asia/Dhaka');
const HEADING = 'Trx ID,Date & Time,Amount,Type,Fee';
const one = (line: string) => read(`${HEADING}\n${line}\n`);

describe('a statement', () => {
  it('is read line by line, whatever the order of its columns and what else is in it', () => {
    expect(read('﻿"Date Time",Customer,Transaction Type,TRXID,Charge,Amount\r\n2026-11-23 10:15:30,01100000001,Payment,bk00000001,9.25,"1,250.50"\r\n23/11/2026 10:20 PM,01100000002,Refund,BK00000002,,500\r\n')).toEqual({
      faults: [],
      lines: [
        { line: 2, transactionId: 'BK00000001', at: new Date('2026-11-23T04:15:30Z'), kind: 'PAYMENT', amount: 125_050n, fee: 925n, repeats: null },
        { line: 3, transactionId: 'BK00000002', at: new Date('2026-11-23T16:20:00Z'), kind: 'REFUND', amount: 50_000n, fee: 0n, repeats: null },
      ],
    });
  });

  it('may be in Bangla', () => {
    expect(read('লেনদেন আইডি,তারিখ ও সময়,পরিমাণ,ধরন,চার্জ\nBK০০০১,২৩/১১/২০২৬ ১০:১৫,"৳ ১,২৫,০০০.৫০",পেমেন্ট,১৮.৫\n')).toEqual({
      faults: [], lines: [{ line: 2, transactionId: 'BK0001', at: new Date('2026-11-23T04:15:00Z'), kind: 'PAYMENT', amount: 12_500_050n, fee: 1_850n, repeats: null }],
    });
  });

  it.each([
    ['2026-11-23T10:15:30:123 GMT+0600', '2026-11-23T04:15:30Z'], ['2026-11-23T04:15:30Z', '2026-11-23T04:15:30Z'], ['2026-11-23T04:15:30+00:00', '2026-11-23T04:15:30Z'], ['03/04/2026 12:05 AM', '2026-04-02T18:05:00Z'],
    ['3-Apr-2026 12:05 PM', '2026-04-03T06:05:00Z'], ['23.11.2026', '2026-11-22T18:00:00Z'],
  ])('knows the time %s', (told, at) => expect(one(`BK01,${told},5,Payment,`).lines[0]?.at).toEqual(new Date(at)));

  it.each(['', '31/02/2026', '2026-13-01', '23/11/26', 'yesterday', '2026-11-23 25:00', '2026-11-23 13:00 PM', '3-Foo-2026'])('refuses the time %p', (told) =>
    expect(one(`BK01,${told},5,Payment,`)).toEqual({ lines: [], faults: [{ line: 2, column: 'TIME', reason: 'NOT_A_TIME' }] }));

  it.each(['', '0', '5.005', '1e3', 'five', '-5', '1000000000.01', '1.000,50'])('refuses the amount %p', (told) =>
    expect(one(`BK01,2026-11-23,"${told}",Payment,`)).toEqual({ lines: [], faults: [{ line: 2, column: 'AMOUNT', reason: 'NOT_AN_AMOUNT' }] }));

  it('takes what is below zero for a refund where no kind is told', () => {
    expect(read('trxid,date,amount\nBK01,2026-11-23,-5\nBK02,2026-11-23,(7.50)\nBK03,2026-11-23,+5\n').lines.map(({ kind, amount }) => [kind, amount])).toEqual([['REFUND', 500n], ['REFUND', 750n], ['PAYMENT', 500n]]);
  });

  it('tells every fault by its line, and which ids are there again', () => {
    expect(read(`${HEADING}\nBK01,2026-11-23,5,Payment,0\nBK02,2026-11-23,5\n,x,y,Salary,z\nBK04,2026-11-23,5,Payment,6\n\nBK01,2026-11-23,5,Payment,0\n`)).toEqual({
      lines: [expect.objectContaining({ line: 2, repeats: null }), expect.objectContaining({ line: 7, transactionId: 'BK01', repeats: 2 })],
      faults: [
        { line: 3, column: null, reason: 'COLUMN_COUNT' },
        { line: 4, column: 'TRANSACTION_ID', reason: 'NOT_A_TRANSACTION_ID' }, { line: 4, column: 'TIME', reason: 'NOT_A_TIME' }, { line: 4, column: 'AMOUNT', reason: 'NOT_AN_AMOUNT' },
        { line: 4, column: 'KIND', reason: 'NOT_A_KIND' }, { line: 4, column: 'FEE', reason: 'NOT_A_FEE' },
        { line: 5, column: 'FEE', reason: 'NOT_A_FEE' },
      ],
    });
  });

  it('is none without its columns, its lines, or its quotes', () => {
    expect(read('trxid,amount,amount\nBK01,5,5\n').faults).toEqual([{ line: 1, column: 'TIME', reason: 'COLUMN_MISSING' }, { line: 1, column: 'AMOUNT', reason: 'COLUMN_TWICE' }]);
    expect(read(`${HEADING}\n`).faults).toEqual([{ line: 1, column: null, reason: 'NO_LINES' }]);
    expect(read('').faults.map(({ reason }) => reason)).toEqual(['COLUMN_MISSING', 'COLUMN_MISSING', 'COLUMN_MISSING', 'NO_LINES']);
    expect(read(`${HEADING}\n"BK01,2026-11-23,5,Payment,0\n`)).toEqual({ lines: [], faults: [{ line: 1, column: null, reason: 'NOT_CSV' }] });
    expect(read(`${HEADING}\n${'BK01,2026-11-23,5,Payment,0\n'.repeat(MOST_STATEMENT_LINES + 1)}`)).toEqual({ lines: [], faults: [{ line: MOST_STATEMENT_LINES + 2, column: null, reason: 'TOO_MANY_LINES' }] });
  });

  it('never throws, and every amount is a whole number of minor units', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (text) => {
      const { lines } = read(`${HEADING}\n${text}`);
      expect(lines.every(({ amount, fee }) => amount > 0n && fee >= 0n)).toBe(true);
    }));
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 100_000_000_000n }), (amount) => {
      expect(one(`BK01,2026-11-23,${amount / 100n}.${String(amount % 100n).padStart(2, '0')},Payment,`).lines[0]?.amount).toBe(amount);
    }));
  });
});
