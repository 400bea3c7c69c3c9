import { randomUUID } from 'node:crypto';
import { type ClientRequest, request as send } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LOGGER } from '../../src/platform/platform.module.js';
import { Imports, importServer, putFile, told } from '../support/imports.js';
import { type Practice, World } from '../support/world.js';

const MAX_BYTES = 200_000;
const MAX_LINES = 2_000;

describe('a file of patients', () => {
  let world: World;
  let practice: Practice;
  let imports: Imports;

  beforeAll(async () => {
    world = await World.open({ IMPORT_MAX_BYTES: String(MAX_BYTES), IMPORT_MAX_LINES: String(MAX_LINES) });
    practice = await world.practice('Shapla Chamber');
    imports = new Imports(importServer(world), practice.owner.token);
    await world.app.listen(0, '127.0.0.1');
  });
  afterAll(() => world.close());

  /** An upload that sends as much as it is told to, when it is told to. */
  const open = (path: unknown): { request: ClientRequest; answer: Promise<{ status: number | undefined; body: any }> } => {
    const { port } = world.app.getHttpServer().address() as { port: number };
    const request = send({ port, host: '127.0.0.1', method: 'PUT', path: path as string, headers: { authorization: `Bearer ${practice.owner.token}`, 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' } });
    const answer = new Promise<{ status: number | undefined; body: any }>((resolve, reject) => {
      request.on('response', (response) => void json(response).then((body) => resolve({ status: response.statusCode, body }), reject));
      request.on('error', reject);
    });
    answer.catch(() => undefined);
    return { request, answer };
  };
  /** So much that lines of it are kept before the rest has come. */
  const half = (name: string): string => `Name,Address\n${`${name},${'x'.repeat(60)}\n`.repeat(1_500)}`;
  const linesOf = (id: string) => world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1', [id]);
  const leaseOf = async (id: string): Promise<string | null> => (await world.sql<{ lease: string | null }>('superuser', 'select lease from clinic.patient_imports where id = $1', [id]))[0]!.lease;
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await delay(5);
  };

  /** Sends a file; gives the status and the faults of the answer, and that nothing was kept. */
  const refused = async (file: Buffer | string): Promise<unknown> => {
    const { id, filePath } = await imports.create();
    const answer = await putFile(world, filePath as string, file, practice.owner.token);
    expect(await world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1', [id])).toEqual([]);
    expect(await imports.read(id)).toMatchObject({ state: 'AWAITING_FILE', actions: ['UPLOAD', 'CANCEL'], total: 0 });
    const { code, faults } = answer.json().errors[0].extensions;
    return [answer.statusCode, code, faults];
  };
  const fault = (reason: string, params?: object) => [400, 'BAD_USER_INPUT', [{ path: ['file'], reason, ...(params && { params }) }]];

  it.each([
    ['nothing', Buffer.alloc(0), 'EMPTY', undefined],
    ['blank lines', '\n\r\n , ,\n', 'EMPTY', undefined],
    ['headings only', 'Name,Mobile\n', 'NO_LINES', undefined],
    ['a workbook', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(999, 1)]), 'NOT_TEXT', undefined],
    ['a quote that is never closed', 'Name,Age\nKarim,4\n"Rahim,5\nSelim,6\n', 'QUOTE_NOT_CLOSED', { line: 3 }],
    ['an endless line', `Name,Age\nKarim,4\n${'x'.repeat(66_000)},5\n`, 'RECORD_TOO_LONG', { line: 3, max: 65_536 }],
    ['an endless line in quotes, late', `Name,Age\n${'Karim,4\n'.repeat(1_500)}"${'x\n'.repeat(40_000)}`, 'RECORD_TOO_LONG', { line: 1502, max: 65_536 }],
    ['too many columns', `Name${',x'.repeat(200)}\nKarim\n`, 'TOO_MANY_COLUMNS', { line: 1, max: 200 }],
    ['too many lines', `Name\n${'Karim Mia\n'.repeat(MAX_LINES + 1)}`, 'TOO_MANY_LINES', { max: MAX_LINES }],
    ['too many empty lines', '\n'.repeat(MAX_LINES + 2), 'TOO_MANY_LINES', { max: MAX_LINES }],
    ['too many blank lines', `Name\nKarim Mia\n${' -\n'.repeat(MAX_LINES)}`, 'TOO_MANY_LINES', { max: MAX_LINES }],
  ])('of %s is refused whole, at its line', async (_, file, reason, params) => {
    expect(await refused(file)).toEqual(fault(reason, params));
  });

  it('is refused with 413 when it is too large, however little of it was asked for', async () => {
    expect(await refused(`Name,Note\n${`Karim,${'x'.repeat(200)}\n`.repeat(1_000)}`)).toEqual([413, 'BAD_USER_INPUT', [{ path: ['file'], reason: 'TOO_LARGE', params: { max: MAX_BYTES } }]]);
  });

  it('of exactly as many lines as allowed is taken', async () => {
    expect(await imports.upload(`Name\n${'Karim Mia\n'.repeat(MAX_LINES)}`)).toMatchObject({ state: 'MAPPING', total: MAX_LINES });
  });

  it('can be sent again after it was refused, or after the connection broke', async () => {
    const { id, filePath } = await imports.create();
    expect((await putFile(world, filePath as string, '"never closed', practice.owner.token)).statusCode).toBe(400);
    const errors = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    const [{ id: beforeBreak }] = await world.sql<{ id: string }>('superuser', 'select max(id::text collate "C") as id from audit.entries') as [{ id: string }];
    const { request, answer: broken } = open(filePath);
    request.write(half('Karim Mia'));
    await until(async () => (await linesOf(id)).length > 0);
    request.destroy();
    await expect(broken).rejects.toThrow();
    const failures = () => world.sql('superuser', `select error_code from audit.entries where operation = 'PUT /imports/:id/file' and error_code <> 'CONFLICT' and id > $1`, [beforeBreak]);
    await until(async () => (await failures()).length > 0);
    expect(await failures()).toEqual([{ error_code: 'BAD_USER_INPUT' }]);
    expect(errors).not.toHaveBeenCalled();
    for (;;) {
      const answer = await putFile(world, filePath as string, 'Name\nKarim\n', practice.owner.token);
      if (answer.statusCode === 200) break;
      expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([409, 'CONFLICT']);
    }
    expect(await imports.read(id)).toMatchObject({ state: 'MAPPING', total: 1 });
    expect(await world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1', [id])).toHaveLength(2);
  });

  it('is taken once: of two that are sent at the same time one is kept whole', async () => {
    const { id, filePath } = await imports.create();
    const file = (name: string) => `Name\n${`${name}\n`.repeat(1_500)}`;
    const answers = await Promise.all(['Karim', 'Rahim'].map((name) => putFile(world, filePath as string, file(name), practice.owner.token)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const checked = await imports.map(await imports.read(id));
    expect(new Set((await imports.lines(checked.id)).map(({ patient }) => patient?.nameEn)).size).toBe(1);
    expect(checked.total).toBe(1_500);
  });

  it('that was overtaken does not go on, so that its rest is not taken for the whole', async () => {
    const { id, filePath } = await imports.create();
    const stalled = open(filePath);
    stalled.request.write(half('Karim Mia'));
    await until(async () => (await linesOf(id)).length > 0);
    const lease = await leaseOf(id);
    await world.sql('superuser', 'update clinic.patient_imports set leased_until = now() where id = $1', [id]);
    const other = open(filePath);
    other.request.write(half('Rahim Mia'));
    await until(async () => (await leaseOf(id)) !== lease);
    other.request.destroy();
    await until(async () => (await leaseOf(id)) === null);
    stalled.request.end('Karim Mia,Dhaka\n'.repeat(50));
    expect(await stalled.answer).toMatchObject({ status: 409, body: { errors: [{ extensions: { code: 'CONFLICT', state: 'AWAITING_FILE' } }] } });
    expect([await imports.read(id), await linesOf(id)]).toMatchObject([{ state: 'AWAITING_FILE', total: 0 }, []]);
    expect((await putFile(world, filePath as string, 'Name\nKarim\n', practice.owner.token)).statusCode).toBe(200);
  });

  it('whose import was cancelled meanwhile is told so', async () => {
    const { id, filePath } = await imports.create();
    const { request, answer } = open(filePath);
    request.write('Name\nKarim\n');
    await until(async () => (await leaseOf(id)) !== null);
    await world.ok('mutation ($id: UUID!) { cancelPatientImport(id: $id) { id } }', { id }, practice.owner.token);
    request.end('Rahim\n');
    expect(await answer).toMatchObject({ status: 409, body: { errors: [{ message: 'The import is CANCELLED.', extensions: { code: 'CONFLICT', state: 'CANCELLED' } }] } });
  });

  it('is taken from nobody else and for nothing else', async () => {
    const { filePath } = await imports.create();
    const stranger = await world.practice('Kadam Clinic');
    for (const path of [filePath as string, `/imports/${randomUUID()}/file`, '/imports/none/file', '/imports/%27;--/file']) {
      const answer = await putFile(world, path, 'Name\nKarim\n', path === filePath ? stranger.owner.token : practice.owner.token);
      expect([path, answer.statusCode, answer.json().errors[0]]).toEqual([path, 404, { message: 'Not found.', extensions: { code: 'NOT_FOUND', requestId: expect.any(String) } }]);
    }
    const json = await world.app.inject({ method: 'PUT', url: filePath as string, headers: { authorization: `Bearer ${practice.owner.token}`, 'content-type': 'text/csv' }, payload: 'Name\nKarim\n' });
    expect(json.statusCode).toBe(415);
  });

  const faultsByLine = async (file: Buffer | string, mapping: object = {}): Promise<Array<[number, ...string[]]>> => {
    const { id } = await imports.check(file, mapping);
    return (await imports.lines(id)).map(({ line, result, faults }) => [line, result, ...told(faults)]);
  };

  it('of any encoding is read, and a line in another one is named', async () => {
    const text = 'নাম,মোবাইল\nকরিম উদ্দিন,০১৭১১০০০০০১\n';
    for (const file of [Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, 'utf16le'), Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()]) {
      const { id } = await imports.check(file);
      expect((await imports.lines(id))[0]!.patient).toMatchObject({ nameBn: 'করিম উদ্দিন', phones: [{ number: '+8801711000001' }] });
    }
    const mixed = Buffer.concat([Buffer.from('Name,Mobile\nKarim,01711000001\n'), Buffer.from('Ren\xe9,01711000002\n', 'latin1'), Buffer.from('Selim,01711000003\n')]);
    expect(await faultsByLine(mixed)).toEqual([[2, 'READY'], [3, 'FAULTY', '1 ENCODING'], [4, 'READY']]);
    const uploaded = await imports.upload(mixed);
    expect(uploaded.warnings).toContain('NOT_UTF_8');
    const { id } = await imports.map(uploaded, { encoding: 'WINDOWS_1252' });
    expect((await imports.lines(id)).map(({ patient }) => patient?.nameEn)).toEqual(['Karim', 'René', 'Selim']);
  });

  it('with Bangla in an old font is told from names, line by line and by column', async () => {
    const file = Buffer.concat(['Name,City', '\u2020gvt iwdKzj,Dhaka', 'Kwig,Dhaka', 'bvwQgv \u2020eMg,Dhaka'].map((line) => Buffer.from(`${line}\n`)));
    const uploaded = await imports.upload(file);
    expect(uploaded).toMatchObject({ warnings: ['LEGACY_BANGLA'], columns: [{ legacyBangla: true }, { legacyBangla: false }] });
    const { id } = await imports.map(uploaded);
    expect((await imports.lines(id)).map(({ faults }) => told(faults))).toEqual([['1 LEGACY_BANGLA'], ['1 LEGACY_BANGLA'], ['1 LEGACY_BANGLA']]);
  });

  it('with broken lines has each of them named, and the others imported', async () => {
    expect(await faultsByLine([
      'Name,Mobile,Address', 'Karim "Babu" Mia,01711000001,"Road 5, Dhaka"', 'Rahim,01711000002', 'Selim,01711000003,Dhaka,Uttara', 'Amena,01711000004,"Road 1', 'Rina,01711000005,Road 2"', 'Tina\0,01711000006,x',
      "=cmd|' /C calc'!A0,01711000007,x", 'Mina,01711000008,=1+1', 'Nadia,8.80171E+12,x', 'Jahan,1711000009,x', '"Two\nNames",01711000010,x', 'Last,01711000011,x',
    ].join('\n'))).toEqual([
      [2, 'READY'], [3, 'FAULTY', 'null COLUMN_COUNT'], [4, 'FAULTY', 'null COLUMN_COUNT'], [5, 'FAULTY', '3 TORN_QUOTES'], [7, 'FAULTY', '1 NUL_CHARACTER'],
      [8, 'FAULTY', '1 FORMULA'], [9, 'READY'], [10, 'FAULTY', '2 SCIENTIFIC_NOTATION'], [11, 'READY'], [12, 'FAULTY', '1 LINE_BREAK'], [14, 'READY'],
    ]);
  });

  it('without headings, with doubled ones, or with another delimiter is understood', async () => {
    const bare = await imports.upload('Karim Mia;01711000001;45\nRahima Khatun;01711000002;30\n');
    expect(bare).toMatchObject({ delimiter: 'SEMICOLON', warnings: ['NO_HEADINGS'], total: 2, options: { hasHeader: false } });
    expect(bare.columns.map(({ heading, suggestedField }) => [heading, suggestedField])).toEqual([[null, 'NAME'], [null, 'PHONE'], [null, 'AGE']]);
    const doubled = await imports.check('Name\tMobile\tMobile\nKarim\t01711000001\t01711000002\n');
    expect(doubled).toMatchObject({ delimiter: 'TAB', warnings: ['DUPLICATE_HEADINGS'] });
    expect((await imports.lines(doubled.id))[0]!.patient).toMatchObject({ phones: [{ number: '+8801711000001' }, { number: '+8801711000002' }] });
    const declared = await imports.upload('Name|x,Mobile\nKarim|y,01711000001\n', { delimiter: 'PIPE' });
    expect(declared.columns.map(({ heading }) => heading)).toEqual(['Name', 'x,Mobile']);
  });

  it('has a name that is one clean line', async () => {
    const answer = await world.graphql('mutation ($input: CreatePatientImportInput!) { createPatientImport(input: $input) { id } }', { input: { fileName: `a\u0007`, source: 'x'.repeat(101) } }, practice.owner.token);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'fileName'], reason: 'CONTROL_CHARACTER' }, { path: ['input', 'source'], reason: 'TOO_LONG', params: { max: 100 } }] });
  });
});
