import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DocumentStore } from '../../src/documents/document-store.js';
import { limits } from '../../src/platform/graphql/limits.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { Documents, files, pdfOf, refusal } from '../support/documents.js';
import { hire, openChamber } from '../support/staff.js';
import { rowsOf } from '../support/trail.js';
import { type Practice, World } from '../support/world.js';

const MAX = 300_000;
const CHUNK = 65_536;
const SEALED_CHUNK = CHUNK + 16;
const HEADER = 8;

describe('documents under attack', () => {
  let world: World;
  let directory: string;
  let port: number;
  let ours: Practice;
  let theirs: Practice;
  let doctor: Documents;
  let neighbour: Documents;
  let patientId: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'documents-'));
    world = await World.open({ DOCUMENT_DIR: directory, DOCUMENT_MAX_BYTES: String(MAX) });
    ours = await world.practice('Shapla Chamber');
    theirs = await world.practice('Kadam Clinic');
    doctor = new Documents(world, ours.owner.token);
    neighbour = new Documents(world, theirs.owner.token);
    patientId = await patientOf(ours);
    await world.app.listen(0, '127.0.0.1');
    ({ port } = world.app.getHttpServer().address() as { port: number });
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true });
  });

  const patientOf = async ({ owner }: Practice): Promise<string> => (await world.ok(
    'mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, owner.token)).registerPatient.patient.id;

  const objects = (): string[] => readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort();

  const objectOf = async (documentId: string): Promise<string> => {
    const [row] = await world.sql<{ id: string }>('superuser', 'select id from clinic.document_files where document_id = $1', [documentId]);
    return join(directory, 'objects', row!.id.slice(0, 2), row!.id);
  };

  /** Begins to send a file over a connection of its own; the body is written by the caller. */
  const beginPut = (id: string, headers: Record<string, string> = {}, token = ours.owner.token): { sent: ClientRequest; answer: Promise<IncomingMessage & { body: string }> } => {
    const sent = request({ port, host: '127.0.0.1', method: 'PUT', path: `/documents/${id}/content`, agent: false,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', ...headers } });
    const answer = new Promise<IncomingMessage & { body: string }>((resolve, reject) => {
      sent.once('error', reject).once('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text)).once('end', () => resolve(Object.assign(response, { body })));
      });
    });
    // Some tests break the connection themselves.
    answer.catch(() => undefined);
    return { sent, answer };
  };

  const refused = ({ statusCode, body }: IncomingMessage & { body: string }): string => refusal({ statusCode: statusCode!, body });

  /** What arrives of a file over a real connection: all of it, or what came before the connection broke. */
  const fetched = (id: string): Promise<{ status: number; bytes: Buffer; whole: boolean }> => new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: `/documents/${id}/content`, agent: false, headers: doctor.headers }, (response) => {
      const parts: Buffer[] = [];
      const end = () => resolve({ status: response.statusCode!, bytes: Buffer.concat(parts), whole: response.complete });
      response.on('data', (part: Buffer) => parts.push(part)).once('close', end).once('error', () => undefined);
    }).once('error', reject).end();
  });

  describe('on the disk', () => {
    const bytes = pdfOf(3 * CHUNK + 1_000);
    let errors: jest.SpyInstance;

    beforeEach(() => {
      errors = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    });
    afterEach(() => errors.mockRestore());

    /** The file after `harm` was done to its object: never whole, never wrong, never more than the chunks before the harm, and logged. */
    const harmed = async (harm: (path: string) => void, chunksBefore: number): Promise<void> => {
      const { id } = await doctor.store(patientId, bytes);
      harm(await objectOf(id));
      const got = await fetched(id);
      if (chunksBefore === 0) {
        expect([got.status, got.bytes.includes('PDF')]).toEqual([500, false]);
        expect((JSON.parse(got.bytes.toString()) as { errors: Array<{ extensions: object }> }).errors[0]!.extensions).toMatchObject({ code: 'INTERNAL' });
      } else {
        expect([got.status, got.whole]).toEqual([200, false]);
        expect(got.bytes.length).toBeLessThanOrEqual(chunksBefore * CHUNK);
        expect(bytes.subarray(0, got.bytes.length).equals(got.bytes)).toBe(true);
      }
      expect(errors.mock.calls.map(([detail]) => (detail as { err: Error }).err.name)).toEqual([expect.stringMatching(/^(StreamBrokenError|MissingObjectError)$/)]);
    };

    const flip = (at: number) => (path: string): void => {
      const sealed = readFileSync(path);
      const place = at < 0 ? sealed.length + at : at;
      sealed[place] = sealed.readUInt8(place) ^ 1;
      writeFileSync(path, sealed);
    };

    it.each([
      ['the format', 0, 0], ['the nonce prefix', 3, 0], ['the first byte', HEADER, 0], ['the last byte of the first chunk', HEADER + SEALED_CHUNK - 1, 0],
      ['the first byte of the second chunk', HEADER + SEALED_CHUNK, 1], ['the last byte of the second chunk', HEADER + 2 * SEALED_CHUNK - 1, 1],
      ['the first byte of the third chunk', HEADER + 2 * SEALED_CHUNK, 2], ['the first byte of the last chunk', HEADER + 3 * SEALED_CHUNK, 3], ['the last byte', -1, 3],
    ])('%s cannot be changed', async (_, at, chunksBefore) => harmed(flip(at), chunksBefore));

    it.each([
      ['at nothing', 0, 0], ['within the header', 5, 0], ['behind the header', HEADER, 0], ['behind the first chunk', HEADER + SEALED_CHUNK, 0], ['behind the second chunk', HEADER + 2 * SEALED_CHUNK, 1],
      ['behind the third chunk', HEADER + 3 * SEALED_CHUNK, 2], ['one byte early', HEADER + 3 * SEALED_CHUNK + 1_015, 3],
    ])('nothing can be cut off %s', async (_, length, chunksBefore) => harmed((path) => truncateSync(path, length), chunksBefore));

    it('nothing can be put behind the end, left out, doubled or moved', async () => {
      const chunks = (path: string): Buffer[] => [0, 1, 2, 3].map((index) => readFileSync(path).subarray(HEADER + index * SEALED_CHUNK, HEADER + (index + 1) * SEALED_CHUNK));
      const rewrite = (order: number[]) => (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, HEADER), ...order.map((index) => chunks(path)[index]!)]));
      await harmed((path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0)])), 3);
      for (const [order, before] of [[[0, 2, 3], 1], [[0, 0, 1, 2, 3], 1], [[0, 2, 1, 3], 1], [[1, 0, 2, 3], 0], [[0, 1, 2, 3, 3], 3]] as Array<[number[], number]>) {
        errors.mockClear();
        await harmed(rewrite(order), before);
      }
    });

    it('no file can be passed off as that of another document, patient or practice', async () => {
      const same = await doctor.store(patientId, bytes);
      const other = await doctor.store(await patientOf(ours), bytes);
      const foreign = await neighbour.store(await patientOf(theirs), bytes);
      for (const source of [same, other, foreign]) {
        errors.mockClear();
        const path = await objectOf(source.id);
        await harmed((target) => copyFileSync(path, target), 0);
      }
    });

    it('a file that is gone is told as a fault of the server, and not as one that is empty', async () => {
      await harmed((path) => rmSync(path), 0);
    });

    it('a row that points at another object opens nothing', async () => {
      const [one, two] = [await doctor.store(patientId, bytes), await doctor.store(patientId, bytes)];
      const swap = 'update clinic.document_files set document_id = case document_id when $1 then $2 else $1 end where document_id in ($1, $2)';
      await world.sql('superuser', 'alter table clinic.document_files drop constraint document_files__document');
      await world.sql('superuser', swap.replaceAll('$1', `'${one.id}'::uuid`).replaceAll('$2', `'${two.id}'::uuid`));
      expect([(await fetched(one.id)).status, (await fetched(two.id)).status]).toEqual([500, 500]);
      await world.sql('superuser', swap.replaceAll('$1', `'${one.id}'::uuid`).replaceAll('$2', `'${two.id}'::uuid`));
      await world.sql('superuser', 'alter table clinic.document_files add constraint document_files__document unique (tenant_id, document_id)');
      expect((await fetched(one.id)).bytes.equals(bytes)).toBe(true);
    });
  });

  it('of another practice answer, byte for byte, as one that never was, and leave a denial', async () => {
    const foreign = await neighbour.store(await patientOf(theirs));
    const awaited = await neighbour.add(await patientOf(theirs));
    const told = (answer: { statusCode: number; body: string; headers: Record<string, unknown> }) => [answer.statusCode, answer.body.replace(String(answer.headers['x-request-id']), '')];
    for (const call of [(id: string) => doctor.put(id, files.pdf), (id: string) => doctor.put(id, Buffer.alloc(0)), (id: string) => doctor.get(id), (id: string) => doctor.get(id, '?download=1')]) {
      const missing = told(await call(randomUUID()));
      expect(missing[0]).toBe(404);
      for (const { id } of [foreign, awaited]) {
        const answer = await call(id);
        expect(told(answer)).toEqual(missing);
        expect(await rowsOf(world, answer.headers['x-request-id'] as string)).toEqual([expect.objectContaining({ tenant_id: ours.tenantId, outcome: 'DENIED', error_code: 'NOT_FOUND' })]);
      }
    }
    expect(await neighbour.read(awaited.id)).toMatchObject({ state: 'AWAITING_CONTENT' });
  });

  describe('being sent', () => {
    it('take exactly the limit, and not one byte more, whatever length is declared', async () => {
      const send = async (length: number, headers: Record<string, string>) => {
        const { id } = await doctor.add(patientId);
        const { sent, answer } = beginPut(id, headers);
        sent.end(pdfOf(length));
        return answer;
      };
      expect((await send(MAX, { 'content-length': String(MAX) })).statusCode).toBe(200);
      expect((await send(MAX, { 'transfer-encoding': 'chunked' })).statusCode).toBe(200);
      const before = objects();
      for (const headers of [{ 'content-length': String(MAX + 1) }, { 'transfer-encoding': 'chunked' }] as Array<Record<string, string>>) {
        const answer = await send(MAX + 1, headers);
        expect(refused(answer)).toBe('413 body TOO_LARGE');
        expect(JSON.parse(answer.body).errors[0].extensions.faults).toEqual([{ path: ['body'], reason: 'TOO_LARGE', params: { max: MAX } }]);
      }
      expect(objects()).toEqual(before);
    });

    it('are refused before the end of what never ends, and the answer still arrives', async () => {
      const { id } = await doctor.add(patientId);
      const { sent, answer } = beginPut(id, { 'transfer-encoding': 'chunked' });
      const drip = (async () => {
        sent.write(files.pdf);
        for (let i = 0; i < 40; i++) if (!sent.write(Buffer.alloc(CHUNK, 32))) await once(sent, 'drain');
        sent.end();
      })();
      expect(refused(await answer)).toBe('413 body TOO_LARGE');
      await drip;
      expect((await doctor.read(id)).state).toBe('AWAITING_CONTENT');
    });

    it.each([
      ['before the first byte', 0], ['within the sample that tells the type', 2_000], ['in the middle', 200_000], ['one byte early', MAX - 1],
    ])('leave nothing when the connection is cut %s', async (_, length) => {
      const { id } = await doctor.add(patientId);
      const before = objects();
      const { sent } = beginPut(id, { 'content-length': String(MAX) });
      sent.flushHeaders();
      if (length) await new Promise((resolve) => sent.write(pdfOf(MAX).subarray(0, length), resolve));
      await pause(50);
      const failures = async () => (await world.sql('superuser', `select from audit.entries where operation = 'PUT /documents/:id/content' and error_code = 'BAD_USER_INPUT'`)).length;
      const seen = await failures();
      sent.destroy();
      while ((await failures()) === seen) await pause(20);
      expect(objects()).toEqual(before);
      expect(await doctor.read(id)).toMatchObject({ state: 'AWAITING_CONTENT', content: null });
      expect((await doctor.put(id, pdfOf(MAX))).statusCode).toBe(200);
    });

    it('may come in drops, and not for ever', async () => {
      const { id } = await doctor.add(patientId);
      const { sent, answer } = beginPut(id, { 'transfer-encoding': 'chunked' });
      for (const byte of files.pdf) {
        sent.write(Buffer.of(byte));
        await pause(5);
      }
      sent.end();
      expect((await answer).statusCode).toBe(200);
      expect((await doctor.get(id)).rawPayload.equals(files.pdf)).toBe(true);
      expect((world.app.getHttpServer() as { requestTimeout: number }).requestTimeout).toBe(limits.requestSeconds * 1000);
    });

    it('are not stored when the session ended meanwhile', async () => {
      const { token } = await world.signIn(ours.owner.email);
      const { id } = await new Documents(world, token).add(patientId);
      const before = objects();
      const { sent, answer } = beginPut(id, { 'transfer-encoding': 'chunked' }, token);
      await new Promise((resolve) => sent.write(pdfOf(200_000), resolve));
      await pause(100);
      await world.ok('mutation { signOut }', {}, token);
      sent.end();
      expect(refused(await answer)).toBe('401 UNAUTHENTICATED');
      expect(objects()).toEqual(before);
      expect((await doctor.read(id)).state).toBe('AWAITING_CONTENT');
    });

    it('are not stored when the document was entered in error meanwhile', async () => {
      const document = await doctor.add(patientId);
      const before = objects();
      const { sent, answer } = beginPut(document.id, { 'transfer-encoding': 'chunked' });
      await new Promise((resolve) => sent.write(pdfOf(200_000), resolve));
      await pause(100);
      await doctor.mark(document, 'added twice');
      sent.end();
      expect(refused(await answer)).toBe('409 CONFLICT');
      expect(objects()).toEqual(before);
    });

    describe('while the store takes nothing back', () => {
      let logged: jest.SpyInstance;
      beforeEach(() => {
        jest.spyOn(world.app.get(DocumentStore), 'remove').mockRejectedValueOnce(new Error('the store takes nothing back'));
        logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
      });
      afterEach(() => {
        expect(logged.mock.calls).toEqual([[expect.objectContaining({ err: expect.objectContaining({ message: 'the store takes nothing back' }), object: expect.any(String) }), expect.any(String)]]);
        jest.restoreAllMocks();
      });

      it('are refused for the reason that there was', async () => {
        const document = await doctor.add(patientId);
        const { sent, answer } = beginPut(document.id, { 'transfer-encoding': 'chunked' });
        await new Promise((resolve) => sent.write(pdfOf(200_000), resolve));
        await pause(100);
        await doctor.mark(document, 'added twice');
        sent.end();
        expect(refused(await answer)).toBe('409 CONFLICT');
      });

      it('are stored all the same when they are sent twice at once', async () => {
        const { id } = await doctor.add(patientId);
        const both = [beginPut(id, { 'transfer-encoding': 'chunked' }), beginPut(id, { 'transfer-encoding': 'chunked' })];
        for (const { sent } of both) await new Promise((resolve) => sent.write(pdfOf(200_000), resolve));
        await pause(100);
        both.forEach(({ sent }) => sent.end());
        expect(await Promise.all(both.map(async ({ answer }) => (await answer).statusCode))).toEqual([200, 200]);
      });
    });

    it('are not stored by who lost the permission meanwhile', async () => {
      const nurse = await hire(world, ours, await openChamber(world, ours, 'Banani'), 'NURSE');
      const { id } = await doctor.add(patientId);
      const before = objects();
      const { sent, answer } = beginPut(id, { 'transfer-encoding': 'chunked' }, nurse.token);
      await new Promise((resolve) => sent.write(pdfOf(200_000), resolve));
      await pause(100);
      await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: nurse.memberId } }, ours.owner.token);
      sent.end();
      expect(refused(await answer)).toBe('403 FORBIDDEN');
      expect(objects()).toEqual(before);
    });

    it('fail without a word about the disk when it takes nothing', async () => {
      const { id } = await doctor.add(patientId);
      renameSync(join(directory, 'unfinished'), join(directory, 'aside'));
      writeFileSync(join(directory, 'unfinished'), '');
      const answer = await doctor.put(id, pdfOf(200_000));
      rmSync(join(directory, 'unfinished'));
      renameSync(join(directory, 'aside'), join(directory, 'unfinished'));
      expect([refusal(answer), answer.body.includes(directory)]).toEqual(['503 UNAVAILABLE', false]);
      expect(await rowsOf(world, answer.headers['x-request-id'] as string)).toEqual([expect.objectContaining({ outcome: 'FAILED', error_code: 'UNAVAILABLE' })]);
      expect((await doctor.put(id, pdfOf(200_000))).statusCode).toBe(200);
    });

    it('may hold a bomb, which nobody unpacks', async () => {
      const bomb = gzipSync(Buffer.alloc(100_000_000));
      const { id } = await doctor.add(patientId);
      const inPdf = Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n'), bomb, Buffer.from('\nendstream\n%%EOF\n')]);
      expect((await doctor.put(id, inPdf)).statusCode).toBe(200);
      expect((await doctor.get(id)).rawPayload.equals(inPdf)).toBe(true);
      expect(refusal(await doctor.put((await doctor.add(patientId)).id, bomb))).toBe('400 body TYPE_NOT_ALLOWED');
    });

    it('may be of two kinds at once, and are served as the one that was found, to be looked at and not run', async () => {
      const polyglot = Buffer.concat([files.jpg, Buffer.from('<script>alert(document.cookie)</script>%PDF-1.7')]);
      const { id } = await doctor.store(patientId, polyglot, { fileName: 'photo.jpg', kind: 'CLINICAL_PHOTO' });
      const page = await doctor.store(patientId, Buffer.from('<!doctype html><script>alert(1)</script>'), { fileName: 'page.txt' });
      for (const [document, type] of [[id, 'image/jpeg'], [page.id, 'text/plain; charset=utf-8']]) {
        expect((await doctor.get(document!)).headers).toMatchObject({ 'content-type': type, 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox" });
      }
    });
  });

  it('let no name of a file into the answer’s head', async () => {
    const name = `a"; filename=evil.exe; x="\u2028é'%0d%0aSet-Cookie_ x=y.pdf`;
    const { id } = await doctor.store(patientId, files.pdf, { fileName: name });
    const answer = await doctor.get(id, '?download=1');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const disposition = String(answer.headers['content-disposition']);
    expect(disposition).toMatch(/^attachment; filename="(?:[^"\\\x00-\x1f]|\\.)*"; filename\*=UTF-8''[\w%.!#$&+^`|~-]*$/);
    expect(decodeURIComponent(disposition.split("UTF-8''")[1]!)).toBe(name.replace('\u2028', ' '));
  });

  it('go to the disk as they come, and are never gathered in memory', async () => {
    const large = mkdtempSync(join(tmpdir(), 'documents-'));
    const roomy = await World.open({ DOCUMENT_DIR: large });
    try {
      const { owner } = await roomy.practice('Roomy Chamber');
      const { registerPatient } = await roomy.ok('mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, owner.token);
      const documents = new Documents(roomy, owner.token);
      await roomy.app.listen(0, '127.0.0.1');
      const address = roomy.app.getHttpServer().address() as { port: number };
      const { id } = await documents.add(registerPatient.patient.id);
      const sent = request({ port: address.port, host: '127.0.0.1', method: 'PUT', path: `/documents/${id}/content`, headers: { ...documents.headers, 'content-type': 'application/octet-stream' } });
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      const onDisk = (): number => readdirSync(join(large, 'unfinished')).reduce((sum, name) => sum + statSync(join(large, 'unfinished', name)).size, 0);
      let [length, most] = [0, 0];
      for (const bytes = pdfOf(25_000_000); length < bytes.length; length += CHUNK) {
        await new Promise((resolve) => sent.write(bytes.subarray(length, length + CHUNK), resolve));
        most = Math.max(most, length - onDisk());
      }
      sent.end();
      const [answer] = await answered;
      expect(answer.statusCode).toBe(200);
      // The system itself holds up to ten megabytes of a connection on its way.
      expect(most).toBeLessThan(14_000_000);
      expect((await documents.read(id)).content).toMatchObject({ size: 25_000_000 });
    } finally {
      await roomy.close();
      rmSync(large, { recursive: true });
    }
  });
});
