import { parse } from 'csv-parse/sync';
import { csvHeading, csvLines } from './audit-csv.js';
import type { AuditEntry } from './audit.model.js';

const entry: AuditEntry = {
  id: '019a0000-0000-7000-8000-000000000001', occurredAt: new Date('2026-03-01T09:30:00.000Z'), occurredAtLocal: '2026-03-01T15:30:00.000+06:00',
  actor: { userId: '018f0000-0000-7000-8000-000000000002', memberId: null, name: 'Rokeya Akter', roles: ['DOCTOR', 'MANAGER'] },
  sessionId: null, action: 'UPDATED', operation: 'Mutation.editPatient', outcome: 'SUCCESS', errorCode: null, missingPermission: null,
  chamberId: null, requestId: '018f0000-0000-7000-8000-000000000003', ip: '203.0.113.7', device: null, reason: null,
  records: [
    { type: 'allergy', id: '018f0000-0000-7000-8000-000000000005', patientId: '018f0000-0000-7000-8000-000000000004' },
    { type: 'patient', id: '018f0000-0000-7000-8000-000000000004', patientId: '018f0000-0000-7000-8000-000000000004' },
  ],
  recordCount: 2,
  changes: [
    { type: 'patient', id: '018f0000-0000-7000-8000-000000000004', field: 'notes', before: null, after: '"Asthma, \\"severe\\""', withheld: false },
    { type: 'patient', id: '018f0000-0000-7000-8000-000000000004', field: 'bloodGroup', before: null, after: null, withheld: true },
  ],
  payloadIntact: true, recordsIntact: false,
};

const cellsOf = (text: string): Array<Record<string, string>> => parse(text, { columns: true, bom: true });
const written = (...entries: AuditEntry[]): Array<Record<string, string>> => cellsOf(csvHeading('EN') + csvLines(entries));

describe('an export as CSV', () => {
  it('gives each entry a line, with times in their zones, records as type and id, and changes as JSON', () => {
    const [line] = written(entry);
    expect(line).toEqual({
      Entry: entry.id, 'Time (UTC)': '2026-03-01T09:30:00.000Z', 'Time at the chamber': '2026-03-01T15:30:00.000+06:00', Name: 'Rokeya Akter', Roles: 'DOCTOR MANAGER',
      Member: '', Account: entry.actor!.userId, Session: '', Action: 'UPDATED', Operation: 'Mutation.editPatient', Outcome: 'SUCCESS', 'Error code': '', 'Missing permission': '',
      Chamber: '', Request: entry.requestId, Address: '203.0.113.7', Device: '', Reason: '',
      Records: `allergy:${entry.records[0]!.id} patient:${entry.records[1]!.id}`, Patients: entry.records[1]!.id, 'Number of records': '2',
      Changes: expect.any(String), 'Content intact': 'true', 'Records intact': 'false',
    });
    expect(JSON.parse(line!['Changes']!)).toEqual([
      { type: 'patient', id: entry.records[1]!.id, field: 'notes', before: null, after: 'Asthma, "severe"' },
      { type: 'patient', id: entry.records[1]!.id, field: 'bloodGroup', withheld: true },
    ]);
  });

  it('begins with a byte order mark and headings in either language, and ends lines with CR LF', () => {
    expect(csvHeading('EN').startsWith('\uFEFF"Entry","Time (UTC)"')).toBe(true);
    expect(csvHeading('BN')).toContain('"কাজ"');
    expect(csvHeading('BN').split(',')).toHaveLength(csvHeading('EN').split(',').length);
    expect(csvLines([entry, entry]).match(/\r\n/g)).toHaveLength(2);
    expect(csvLines([])).toBe('');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '\u0000x', '\u001bx', '＝1', '＠x'])('keeps a spreadsheet from running %j', (text) => {
    const [line] = written({ ...entry, device: text, reason: text, actor: { ...entry.actor!, name: text } });
    for (const column of ['Device', 'Reason', 'Name']) expect(line![column]).toBe(`'${text}`);
  });

  it.each(['a,b', 'a"b', 'a\nb', 'a\r\nb', 'a;b', "'=1", 'রোকেয়া'])('gives %j back as it was', (text) => {
    expect(written({ ...entry, device: text }, entry).map((line) => line['Device'])).toEqual([text, '']);
  });
});
