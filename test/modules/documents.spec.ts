import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4, v7 } from 'uuid';
import { type DocumentAnswer, Documents, files, pdfOf, refusal } from '../support/documents.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf, rowsOf } from '../support/trail.js';
import { type Person, type Practice, World, isEmptyHanded } from '../support/world.js';

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('documents', () => {
  let world: World;
  let practice: Practice;
  let directory: string;
  let patientId: string;
  let people: Record<'owner' | 'doctor' | 'nurse' | 'receptionist' | 'assistant', Person>;
  let as: Record<keyof typeof people, Documents>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'documents-'));
    world = await World.open({ DOCUMENT_DIR: directory });
    practice = await world.practice('Shapla Chamber');
    const chamberId = await openChamber(world, practice, 'Gulshan');
    const [doctor, nurse, receptionist, assistant] = [
      await hire(world, practice, chamberId, 'DOCTOR'), await hire(world, practice, chamberId, 'NURSE'),
      await hire(world, practice, chamberId, 'RECEPTIONIST'), await hire(world, practice, chamberId, 'ASSISTANT'),
    ];
    people = { owner: practice.owner, doctor, nurse, receptionist, assistant };
    as = Object.fromEntries(Object.entries(people).map(([name, { token }]) => [name, new Documents(world, token)])) as typeof as;
    patientId = await newPatient();
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true });
  });

  const newPatient = async (): Promise<string> => (await world.ok(
    'mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, practice.owner.token)).registerPatient.patient.id;

  const objects = (): string[] => readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort();

  const requestOf = (answer: { headers: Record<string, unknown> }): string => answer.headers['x-request-id'] as string;

  describe('are added, then sent, then fetched', () => {
    it('with everything that was told of them', async () => {
      const added = await as.doctor.add(patientId, {
        title: '  রক্ত   পরীক্ষা ', fileName: 'C:\\scans\\রিপোর্ট ১.pdf', documentDate: '2026-03-01', note: 'fasting\r\nsample', kind: 'LAB_REPORT',
      });
      const { id } = added;
      expect(added).toEqual({
        id, patientId, kind: 'LAB_REPORT', clinical: true, title: 'রক্ত পরীক্ষা', fileName: 'রিপোর্ট ১.pdf', documentDate: '2026-03-01', note: 'fasting\nsample',
        state: 'AWAITING_CONTENT', contentPath: `/documents/${id}/content`, content: null, recordedBy: { id: people.doctor.memberId, nameEn: 'Rokeya Akter' },
        recordedAt: expect.any(String), enteredInError: null, correctsId: null, correctedById: null, version: 1, viewerCan: { edit: true },
      });
      const bytes = pdfOf(200_001);
      const sent = await as.nurse.put(id, bytes);
      const content = { type: 'application/pdf', size: 200_001, sha256: hash(bytes), storedAt: expect.any(String) };
      expect([sent.statusCode, sent.json()]).toEqual([200, { document: { id, state: 'STORED', content } }]);
      const stored = { ...added, state: 'STORED', content: { ...content, storedBy: { id: people.nurse.memberId, nameEn: 'Rokeya Akter' } } };
      expect(await as.doctor.read(id)).toEqual(stored);

      const fetched = await as.doctor.get(id);
      expect([fetched.statusCode, fetched.rawPayload.equals(bytes)]).toEqual([200, true]);
      expect(fetched.headers).toMatchObject({
        'content-type': 'application/pdf', 'content-length': '200001', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'accept-ranges': 'none',
        'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
        'content-disposition': `inline; filename="??????? ?.pdf"; filename*=UTF-8''${encodeURIComponent('রিপোর্ট ১.pdf')}`,
      });
      const saved = await as.doctor.get(id, '?download=1');
      expect([saved.rawPayload.equals(bytes), saved.headers['content-disposition']]).toEqual([true, expect.stringMatching(/^attachment; /)]);
    });

    it.each([
      ['png', 'image/png'], ['jpg', 'image/jpeg'], ['txt', 'text/plain'],
    ] as const)('as %s', async (extension, type) => {
      const document = await as.owner.store(patientId, files[extension], { fileName: `a.${extension}` });
      expect(document.content).toMatchObject({ type, size: files[extension].length });
      const fetched = await as.owner.get(document.id);
      expect([fetched.rawPayload.equals(files[extension]), fetched.headers['content-type']]).toEqual([true, type === 'text/plain' ? 'text/plain; charset=utf-8' : type]);
    });

    it('each by an entry in the trail, and a download as an export', async () => {
      const added = await as.doctor.addAnswer(patientId);
      const { id } = added.data.saved.document as DocumentAnswer;
      const [sent, viewed, exported] = [await as.doctor.put(id, files.pdf), await as.doctor.get(id), await as.doctor.get(id, '?download=1')];
      const entries = (await entriesOf(world, practice.owner.token, { recordId: id })).reverse();
      expect(entries.map(({ operation, action, outcome, records }) => [operation, action, outcome, records])).toEqual([
        ['Mutation.addDocument', 'CREATED'], ['PUT /documents/:id/content', 'UPDATED'], ['GET /documents/:id/content', 'VIEWED'], ['GET /documents/:id/content', 'EXPORTED'],
      ].map(([operation, action]) => [operation, action, 'SUCCESS', expect.arrayContaining([{ type: 'document', id, patientId }])]));
      expect(entries.slice(1).map(({ requestId }) => requestId)).toEqual([sent, viewed, exported].map(requestOf));
      expect(entries[1]!.changes).toEqual([{ type: 'document', id, field: 'state', before: '"AWAITING_CONTENT"', after: '"STORED"', withheld: false }]);
    });

    it('and nothing of the file leaves when its entry cannot be written, nor is anything stored', async () => {
      const { id } = await as.doctor.store(patientId);
      const other = await as.doctor.add(patientId);
      const before = objects();
      await world.sql('superuser', 'revoke insert on audit.entries from sinduk_audit, sinduk_app');
      const [fetched, sent] = [await as.doctor.get(id), await as.doctor.put(other.id, files.pdf)];
      await world.sql('superuser', `grant insert (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id, action, operation, outcome,
        error_code, request_id, ip, payload, payload_hash, records_hash) on audit.entries to sinduk_audit, sinduk_app`);
      expect([refusal(fetched), refusal(sent)]).toEqual(['503 UNAVAILABLE', '503 UNAVAILABLE']);
      expect(fetched.body).not.toContain('PDF');
      expect(objects()).toEqual(before);
      expect((await as.doctor.read(other.id)).state).toBe('AWAITING_CONTENT');
    });

    it('whole, whatever part is asked for', async () => {
      const { id } = await as.doctor.store(patientId, pdfOf(70_000));
      const answer = await world.app.inject({ method: 'GET', url: `/documents/${id}/content`, headers: { ...as.doctor.headers, range: 'bytes=10-20' } });
      expect([answer.statusCode, answer.rawPayload.length, answer.headers['content-range']]).toEqual([200, 70_000, undefined]);
      expect((await world.app.inject({ method: 'HEAD', url: `/documents/${id}/content`, headers: as.doctor.headers })).statusCode).toBe(404);
    });

    it('with a cookie, too, and not at the wish of another site', async () => {
      const signedIn = await world.app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ query: `mutation { signIn(input: { email: "${people.doctor.email}", password: "seven quiet rivers cross", client: BROWSER, practiceId: "${practice.tenantId}" }) { ... on SignedIn { accessTokenExpiresAt } } }` }) });
      const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const { id } = await as.doctor.add(patientId);
      const put = (headers: Record<string, string>) => world.app.inject({ method: 'PUT', url: `/documents/${id}/content`, headers: { cookie, 'content-type': 'application/octet-stream', ...headers }, payload: files.pdf });
      expect((await put({ origin: 'https://elsewhere.example' })).statusCode).toBe(403);
      expect((await put({ origin: world.config.publicOrigins[0]! })).statusCode).toBe(200);
      const preflight = await world.app.inject({ method: 'OPTIONS', url: `/documents/${id}/content`, headers: { origin: world.config.publicOrigins[0]!, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' } });
      expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
      const fetched = await world.app.inject({ method: 'GET', url: `/documents/${id}/content`, headers: { cookie } });
      expect(fetched.rawPayload.equals(files.pdf)).toBe(true);
    });
  });

  describe('that await their file', () => {
    it('have none to give', async () => {
      const { id } = await as.doctor.add(patientId);
      const answer = await as.doctor.get(id);
      expect(refusal(answer)).toBe('409 CONFLICT');
      expect(await rowsOf(world, requestOf(answer))).toEqual([expect.objectContaining({ outcome: 'FAILED', error_code: 'CONFLICT' })]);
    });

    it('take no other media type', async () => {
      const { id } = await as.doctor.add(patientId);
      expect(refusal(await as.doctor.put(id, files.pdf, { 'content-type': 'application/pdf' }))).toBe('415 QUERY_REFUSED');
      expect(refusal(await as.doctor.put(id, Buffer.from('{}'), { 'content-type': 'application/json' }))).toMatch(/^415 /);
    });

    it.each([
      ['a picture in a file named .pdf', 'report.pdf', files.png, '400 body TYPE_MISMATCH'],
      ['what is no document', 'report.pdf', Buffer.from('GIF89a and so on'), '400 body TYPE_NOT_ALLOWED'],
      ['nothing', 'report.pdf', Buffer.alloc(0), '400 body EMPTY'],
    ])('refuse %s, and leave nothing in the store', async (_, fileName, bytes, expected) => {
      const { id } = await as.doctor.add(patientId, { fileName });
      const before = objects();
      const answer = await as.doctor.put(id, bytes);
      expect(refusal(answer)).toBe(expected);
      expect(objects()).toEqual(before);
      expect(await as.doctor.read(id)).toMatchObject({ state: 'AWAITING_CONTENT', content: null });
      expect(await rowsOf(world, requestOf(answer))).toEqual([expect.objectContaining({ operation: 'PUT /documents/:id/content', outcome: 'FAILED', error_code: 'BAD_USER_INPUT' })]);
      expect((await as.doctor.put(id, files.pdf)).statusCode).toBe(200);
    });
  });

  describe('that are stored', () => {
    it('answer the same when the same bytes come again, and refuse others', async () => {
      const bytes = pdfOf(100_000);
      const document = await as.doctor.store(patientId, bytes);
      const before = objects();
      const again = await as.doctor.put(document.id, bytes);
      expect([again.statusCode, again.json().document.content]).toEqual([200, expect.objectContaining({ sha256: hash(bytes) })]);
      expect(await rowsOf(world, requestOf(again))).toEqual([expect.objectContaining({ action: 'VIEWED', outcome: 'SUCCESS' })]);
      for (const other of [pdfOf(100_001), Buffer.concat([bytes.subarray(0, -1), Buffer.of(0)])]) expect(refusal(await as.doctor.put(document.id, other))).toBe('409 CONFLICT');
      expect(refusal(await as.doctor.put(document.id, files.png))).toBe('400 body TYPE_MISMATCH');
      expect(objects()).toEqual(before);
      expect(await as.doctor.read(document.id)).toEqual(document);
    });

    it('were stored once by two requests at the same moment', async () => {
      const { id } = await as.doctor.add(patientId);
      const before = objects();
      const [one, two] = [pdfOf(300_000), pdfOf(300_001)];
      const same = await Promise.all([as.doctor.put(id, one), as.nurse.put(id, one), as.doctor.put(id, one)]);
      expect(same.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
      expect(objects()).toHaveLength(before.length + 1);

      const contested = (await as.doctor.add(patientId)).id;
      const answers = await Promise.all([as.doctor.put(contested, one), as.nurse.put(contested, two)]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
      expect(objects()).toHaveLength(before.length + 2);
      const won = answers[0].statusCode === 200 ? one : two;
      expect((await as.doctor.get(contested)).rawPayload.equals(won)).toBe(true);
    });

    it('cannot be changed or deleted in the database', async () => {
      await as.doctor.store(patientId);
      for (const statement of [
        'update clinic.document_files set size = 1', `update clinic.document_files set content = '\\x00'`, 'delete from clinic.document_files', 'delete from clinic.documents',
        'update clinic.documents set corrects = id', 'update clinic.documents set recorded_at = now()', 'update clinic.documents set error_by = null', 'truncate clinic.document_files',
      ]) {
        await expect(world.sql('app', statement)).rejects.toThrow('permission denied');
      }
    });

    it('keep their description to what its version says, whatever the application sends', async () => {
      const document = await as.doctor.store(patientId);
      const wrong = await as.doctor.mark(await as.doctor.store(patientId), 'another patient');
      const change = (text: string) => world.sql('superuser', `begin; select platform.set_context('${practice.tenantId}', '${people.doctor.memberId}'); set local role sinduk_app; ${text}; rollback`);
      await expect(change(`update clinic.documents set kind = 'IDENTITY' where id = '${document.id}'`)).rejects.toThrow('only with its version');
      await expect(change(`update clinic.documents set description = '\\x00' where id = '${document.id}'`)).rejects.toThrow('only with its version');
      await expect(change(`update clinic.documents set error_at = now(), error_reason = '\\x00' where id = '${document.id}'`)).rejects.toThrow('only with its version');
      await expect(change(`update clinic.documents set error_at = null, error_reason = null, version = version + 1 where id = '${wrong.id}'`)).rejects.toThrow('only with its version');
      await expect(change(`update clinic.documents set error_reason = '\\x00' where id = '${wrong.id}'`)).rejects.toThrow('only with its version');
      await expect(change(`update clinic.documents set kind = 'IDENTITY', version = version + 1 where id = '${document.id}'`)).resolves.toBeDefined();
      await expect(change(`update clinic.documents set patient_id = patient_id where id = '${wrong.id}'`)).resolves.toBeDefined();
    });
  });

  describe('are described', () => {
    it('cleanly, or every fault is told at once', async () => {
      expect(faultsOf(await as.doctor.addAnswer(patientId, { title: ' ', fileName: 'x.exe', documentDate: '2999-01-01', note: 'a\u0007' }))).toEqual([
        'input.title EMPTY', 'input.fileName UNKNOWN_EXTENSION', 'input.documentDate FUTURE', 'input.note CONTROL_CHARACTER']);
      expect(faultsOf(await as.doctor.addAnswer(patientId, { title: 'x'.repeat(201), fileName: `${'x'.repeat(10_000)}.pdf`, documentDate: '1800-01-01', note: 'x'.repeat(2_001) }))).toEqual([
        'input.title TOO_LONG', 'input.fileName TOO_LONG', 'input.documentDate TOO_LONG_AGO', 'input.note TOO_LONG']);
      expect(faultsOf(await as.doctor.addAnswer(patientId, { title: 'a\u202Eb', fileName: 'invoice\u202Efdp.exe' }))).toEqual(['input.title BIDIRECTIONAL_CONTROL', 'input.fileName BIDIRECTIONAL_CONTROL']);
      expect(faultsOf(await as.doctor.addAnswer(patientId, { fileName: 'a\0.pdf' }))).toEqual(['input.fileName NUL_CHARACTER']);
      expect((await as.doctor.add(patientId, { fileName: '../../etc/passwd.txt' })).fileName).toBe('passwd.txt');
    });

    it('anew, with the version that was read', async () => {
      const document = await as.doctor.store(patientId, files.pdf, { documentDate: '2026-01-01', note: 'first' });
      const edited = await as.doctor.edit(document, { title: 'Lipid profile', note: null });
      expect(edited).toEqual({ ...document, title: 'Lipid profile', note: null, version: 2 });
      expect(codeOf(await as.doctor.editAnswer(document, { title: 'Lost update' }))).toBe('CONFLICT');
      const cleared = await as.doctor.edit(edited, { documentDate: null, kind: 'IMAGING' });
      expect(cleared).toMatchObject({ title: 'Lipid profile', documentDate: null, kind: 'IMAGING', fileName: document['fileName'], version: 3 });
      expect(faultsOf(await as.doctor.editAnswer(cleared, { title: null, documentDate: '2999-01-01' }))).toEqual(['input.title EMPTY', 'input.documentDate FUTURE']);
      expect(faultsOf(await as.doctor.editAnswer(cleared, { kind: null }))).toEqual(['input.kind EMPTY']);
      const edits = (await entriesOf(world, practice.owner.token, { recordId: document.id })).filter(({ operation, outcome }) => operation === 'Mutation.editDocument' && outcome === 'SUCCESS');
      expect(edits.map(({ changes }) => changes.map(({ field, before, after }) => [field, before, after]))).toEqual([
        [['documentDate', '"2026-01-01"', null], ['kind', '"LAB_REPORT"', '"IMAGING"']], [['title', '"Blood count"', '"Lipid profile"'], ['note', '"first"', null]]]);
      expect((await as.doctor.get(document.id)).rawPayload.equals(files.pdf)).toBe(true);
    });

    it('under an id of the client’s, once', async () => {
      for (const id of [v7(), v4()]) {
        const added = await as.doctor.add(patientId, { id, note: 'one' });
        expect(added.id).toBe(id);
        const again = await as.doctor.addAnswer(patientId, { id: id.toUpperCase(), note: ' one' });
        expect(again.data.saved.document).toEqual(added);
        for (const other of [{ note: 'two' }, { title: 'Other' }, { kind: 'IMAGING' }, { fileName: 'b.pdf' }, { documentDate: '2026-01-01' }]) {
          expect(faultsOf(await as.doctor.addAnswer(patientId, { id, note: 'one', ...other }))).toEqual(['input.id ALREADY_EXISTS']);
        }
        expect(faultsOf(await as.doctor.addAnswer(await newPatient(), { id, note: 'one' }))).toEqual(['input.id ALREADY_EXISTS']);
        const trail = await entriesOf(world, practice.owner.token, { recordId: id });
        expect(trail.filter(({ outcome }) => outcome === 'SUCCESS').map(({ action }) => action)).toEqual(['VIEWED', 'CREATED']);
      }
      expect(faultsOf(await as.doctor.addAnswer(patientId, { id: '00000000-0000-1000-8000-000000000001' }))).toEqual(['input.id UUID_VERSION']);
    });

    it('of no patient that is not there', async () => {
      expect(codeOf(await as.doctor.addAnswer(randomUUID()))).toBe('NOT_FOUND');
    });
  });

  describe('that are wrong', () => {
    it('are marked for good, stay readable and leave the lists', async () => {
      const patient = await newPatient();
      const document = await as.doctor.store(patient);
      const marked = await as.doctor.mark(document, ' another   patient ');
      expect(marked).toEqual({ ...document, version: 2, viewerCan: { edit: false }, enteredInError: { by: { id: people.doctor.memberId, nameEn: 'Rokeya Akter' }, at: expect.any(String), reason: 'another patient' } });
      expect((await as.doctor.get(document.id)).rawPayload.equals(files.pdf)).toBe(true);
      expect(codeOf(await as.doctor.markAnswer(marked, 'again'))).toBe('CONFLICT');
      expect(codeOf(await as.doctor.editAnswer(marked, { title: 'x' }))).toBe('CONFLICT');
      const { patient: listed } = (await as.doctor.listAnswer(patient)).data;
      expect([listed.clinicalDocuments.totalCount, listed.clinicalDocuments.edges]).toEqual([0, []]);
      expect((await as.doctor.listAnswer(patient, { all: true })).data.patient.clinicalDocuments).toMatchObject({ totalCount: 1, edges: [{ node: marked }] });
      const entry = (await entriesOf(world, practice.owner.token, { recordId: document.id })).find(({ operation, outcome }) => operation === 'Mutation.markDocumentEnteredInError' && outcome === 'SUCCESS');
      expect(entry).toMatchObject({ reason: 'another patient', changes: [{ field: 'enteredInError', before: 'false', after: 'true' }] });
    });

    it('take no file any more', async () => {
      const marked = await as.doctor.mark(await as.doctor.add(patientId), 'added twice');
      expect(refusal(await as.doctor.put(marked.id, files.pdf))).toBe('409 CONFLICT');
    });

    it('need a reason and a version', async () => {
      const document = await as.doctor.add(patientId);
      expect(faultsOf(await as.doctor.markAnswer(document, ' '))).toEqual(['reason EMPTY']);
      expect(codeOf(await as.doctor.markAnswer({ ...document, version: 2 }, 'x'))).toBe('CONFLICT');
    });

    it('are replaced by another one, which counts once its file is there', async () => {
      const old = await as.doctor.store(patientId);
      const next = await as.doctor.add(patientId, { correctsId: old.id, title: 'The right one' });
      expect(next['correctsId']).toBe(old.id);
      expect((await as.doctor.read(old.id))['correctedById']).toBeNull();
      await as.doctor.put(next.id, files.pdf);
      expect((await as.doctor.read(old.id))['correctedById']).toBe(next.id);
      expect(faultsOf(await as.doctor.addAnswer(patientId, { correctsId: old.id }))).toEqual(['input.correctsId CORRECTED_ALREADY']);
      await as.doctor.mark(next, 'wrong as well');
      expect((await as.doctor.read(old.id))['correctedById']).toBeNull();
      await as.doctor.add(patientId, { correctsId: old.id });
    });

    it('are replaced for their own patient only, when they have a file', async () => {
      const [old, awaited] = [await as.doctor.store(patientId), await as.doctor.add(patientId)];
      expect(faultsOf(await as.doctor.addAnswer(await newPatient(), { correctsId: old.id }))).toEqual(['input.correctsId ANOTHER_PATIENT']);
      expect(faultsOf(await as.doctor.addAnswer(patientId, { correctsId: awaited.id }))).toEqual(['input.correctsId AWAITING_CONTENT']);
      expect(codeOf(await as.doctor.addAnswer(patientId, { correctsId: randomUUID() }))).toBe('NOT_FOUND');
      const two = await Promise.all([as.doctor.addAnswer(patientId, { correctsId: old.id }), as.nurse.addAnswer(patientId, { correctsId: old.id })]);
      expect(two.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual(['CONFLICT', undefined]);
    });
  });

  describe('by their kind', () => {
    const clinical = ['LAB_REPORT', 'IMAGING', 'PRESCRIPTION', 'REFERRAL', 'DISCHARGE_SUMMARY', 'CLINICAL_PHOTO', 'OTHER_CLINICAL'];
    const administrative = ['IDENTITY', 'CONSENT_FORM', 'INSURANCE', 'OTHER_ADMINISTRATIVE'];

    const permission = (answer: Awaited<ReturnType<Documents['addAnswer']>>) => answer.errors?.[0]?.extensions['permission'];

    it.each(administrative)('%s are the front desk’s', async (kind) => {
      const document = await as.receptionist.store(patientId, files.png, { kind, fileName: 'card.png' });
      expect(document).toMatchObject({ kind, clinical: false, viewerCan: { edit: true } });
      expect((await as.receptionist.get(document.id)).rawPayload.equals(files.png)).toBe(true);
      expect(await as.nurse.read(document.id)).toMatchObject({ viewerCan: { edit: false } });
      expect((await as.nurse.get(document.id)).statusCode).toBe(200);
      expect(permission(await as.nurse.addAnswer(patientId, { kind }))).toBe('patients:edit');
      expect(permission(await as.nurse.editAnswer(document, { title: 'x' }))).toBe('patients:edit');
      expect(permission(await as.nurse.markAnswer(document, 'x'))).toBe('patients:edit');
      expect((await as.nurse.put((await as.receptionist.add(patientId, { kind })).id, files.pdf)).json().errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'patients:edit' });
    });

    it.each(clinical)('%s are closed to the front desk, and each try is a denial in the trail', async (kind) => {
      const document = await as.nurse.store(patientId, files.pdf, { kind });
      const awaited = await as.nurse.add(patientId, { kind });
      expect(document).toMatchObject({ kind, clinical: true, viewerCan: { edit: true } });
      const tries = [await as.receptionist.readAnswer(document.id), await as.receptionist.addAnswer(patientId, { kind }), await as.receptionist.editAnswer(document, { title: 'x' }), await as.receptionist.markAnswer(document, 'x')];
      for (const answer of tries) {
        expect([isEmptyHanded(answer), answer.errors?.[0]?.extensions]).toEqual([true, { code: 'FORBIDDEN', permission: 'patients:read-clinical', requestId: expect.any(String) }]);
        expect(await rowsOf(world, answer.errors![0]!.extensions.requestId)).toEqual([expect.objectContaining({ outcome: 'DENIED', error_code: 'FORBIDDEN', tenant_id: practice.tenantId })]);
      }
      for (const answer of [await as.receptionist.get(document.id), await as.receptionist.get(document.id, '?download=1'), await as.receptionist.put(awaited.id, files.pdf), await as.receptionist.put(document.id, files.pdf)]) {
        expect([answer.statusCode, answer.json().errors[0].extensions]).toEqual([403, { code: 'FORBIDDEN', permission: 'patients:read-clinical', requestId: requestOf(answer) }]);
        expect(await rowsOf(world, requestOf(answer))).toEqual([expect.objectContaining({ outcome: 'DENIED', error_code: 'FORBIDDEN' })]);
      }
      expect(await as.nurse.read(awaited.id)).toMatchObject({ state: 'AWAITING_CONTENT' });
    });

    it('are closed to who may edit and not see them', async () => {
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:read', memberId: people.assistant.memberId } }, practice.owner.token);
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'patients:edit-clinical', memberId: people.assistant.memberId } }, practice.owner.token);
      expect(permission(await as.assistant.addAnswer(patientId, { kind: 'LAB_REPORT' }))).toBe('patients:read-clinical');
      expect(permission(await as.assistant.addAnswer(patientId, { kind: 'IDENTITY' }))).toBe('patients:edit');
    });

    it('move from one side to the other only by who may work on both', async () => {
      const report = await as.nurse.store(patientId);
      expect(permission(await as.nurse.editAnswer(report, { kind: 'IDENTITY' }))).toBe('patients:edit');
      const card = await as.receptionist.store(patientId, files.pdf, { kind: 'IDENTITY' });
      expect(permission(await as.receptionist.editAnswer(card, { kind: 'LAB_REPORT' }))).toBe('patients:read-clinical');
      expect(permission(await as.receptionist.addAnswer(patientId, { kind: 'IDENTITY', correctsId: report.id }))).toBe('patients:read-clinical');
      const moved = await as.doctor.edit(card, { kind: 'LAB_REPORT' });
      expect(moved).toMatchObject({ kind: 'LAB_REPORT', clinical: true });
      expect(permission(await as.receptionist.readAnswer(card.id))).toBe('patients:read-clinical');
    });

    it('are in two lists, of which the front desk sees one', async () => {
      const patient = await newPatient();
      const scan = await as.nurse.store(patient, files.pdf, { kind: 'IMAGING' });
      const report = await as.nurse.store(patient);
      const card = await as.receptionist.store(patient, files.pdf, { kind: 'IDENTITY' });
      const full = (await as.doctor.listAnswer(patient)).data.patient;
      const ids = (page: { edges: Array<{ node: DocumentAnswer }> }) => page.edges.map(({ node }) => node.id);
      expect([ids(full.documents), full.documents.totalCount]).toEqual([[card.id], 1]);
      expect([ids(full.clinicalDocuments), full.clinicalDocuments.totalCount]).toEqual([[report.id, scan.id], 2]);
      const desk = await as.receptionist.listAnswer(patient);
      expect([ids(desk.data.patient.documents), desk.data.patient.clinicalDocuments]).toEqual([[card.id], null]);
      expect(desk.errors).toMatchObject([{ path: ['patient', 'clinicalDocuments'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
      expect(JSON.stringify(desk)).not.toContain(report.id);
      const some = (await as.doctor.listAnswer(patient, { clinicalKinds: ['IMAGING', 'REFERRAL'], kinds: ['INSURANCE'] })).data.patient;
      expect([ids(some.clinicalDocuments), some.clinicalDocuments.totalCount, ids(some.documents)]).toEqual([[scan.id], 1, []]);
      const first = (await as.doctor.listAnswer(patient, { first: 1 })).data.patient.clinicalDocuments;
      expect([ids(first), first.pageInfo.hasNextPage]).toEqual([[report.id], true]);
      const next = (await as.doctor.listAnswer(patient, { first: 1, after: first.pageInfo.endCursor })).data.patient.clinicalDocuments;
      expect([ids(next), next.pageInfo.hasNextPage]).toEqual([[scan.id], false]);
      expect((await as.doctor.listAnswer(patient, { after: 'x' })).errors?.[0]?.extensions['faults']).toEqual([{ path: ['after'], reason: 'NOT_A_CURSOR' }]);
    });

    it('are named in the entry of a list that shows them, and only they', async () => {
      const patient = await newPatient();
      const report = await as.nurse.store(patient);
      const card = await as.receptionist.store(patient, files.pdf, { kind: 'IDENTITY' });
      await as.receptionist.listAnswer(patient);
      const [entry] = (await entriesOf(world, practice.owner.token, { recordId: card.id })).filter(({ operation, outcome }) => operation === 'Query.patient' && outcome === 'SUCCESS');
      expect(entry!.records).toEqual(expect.arrayContaining([{ type: 'document', id: card.id, patientId: patient }]));
      expect(JSON.stringify(entry!.records)).not.toContain(report.id);
    });
  });

  it('of a page of patients cost as many statements as those of one', async () => {
    for (let i = 0; i < 6; i++) {
      const patient = await newPatient();
      await as.doctor.store(patient);
      await as.doctor.store(patient, files.pdf, { kind: 'IDENTITY' });
    }
    const query = (first: number) => () => world.ok(`query ($first: Int!) { patients(first: $first) { edges { node {
      documents(first: 5) { totalCount edges { node { title } } } clinicalDocuments { totalCount edges { node { title recordedBy { nameEn } } } } } } } }`, { first }, practice.owner.token);
    await query(1)();
    const [one, six] = [await roundTripsOf(query(1)), await roundTripsOf(query(6))];
    expect(six.length).toBe(one.length);
    expect(six.map(({ statements }) => statements)).toEqual(one.map(({ statements }) => statements));
  });

  it('cost three round trips to add, to edit and to mark, and one to read', async () => {
    const trips = async (work: () => Promise<unknown>) => (await roundTripsOf(work)).filter(({ connection }) => connection === 'sinduk app').length;
    // One more reads the names that the answer shows.
    let document = await as.doctor.add(patientId);
    expect(await trips(async () => (document = await as.doctor.add(patientId)))).toBe(3 + 1);
    expect(await trips(() => as.doctor.edit(document, { title: 'Other' }))).toBe(3 + 1);
    expect(await trips(() => world.ok('query ($id: UUID!) { document(id: $id) { title } }', { id: document.id }, people.doctor.token))).toBe(1);
    // To look, then to note: three as any change. The object lies in the store by then.
    expect(await trips(() => as.doctor.put(document.id, files.pdf))).toBe(1 + 3);
    expect(await trips(() => as.doctor.get(document.id))).toBe(1);
  });

  it('of an id that is none, or nobody’s, are not found', async () => {
    for (const id of ['x', 'not-a-uuid', randomUUID(), '%2e%2e%2fetc%2fpasswd']) {
      expect(refusal(await as.doctor.get(id))).toBe('404 NOT_FOUND');
      expect(refusal(await as.doctor.put(id, files.pdf))).toBe('404 NOT_FOUND');
    }
  });

  it('have one id, whichever way it is written', async () => {
    const { id } = await as.doctor.add(patientId);
    expect((await as.doctor.put(id.toUpperCase(), files.pdf)).statusCode).toBe(200);
    expect((await as.doctor.get(id.toUpperCase())).rawPayload.equals(files.pdf)).toBe(true);
  });

  it('of a patient who was merged into another move along, files and all, and no more are added to who is gone', async () => {
    const merges = new Merges(world, practice.owner.token);
    const patients = new Patients(world, practice.owner.token);
    const [survivor, duplicate] = [await patients.register({ nameEn: 'Amena Begum' }), await patients.register({ nameEn: 'Amena Begum' })];
    const [stored, awaited] = [await as.doctor.store(duplicate.id, pdfOf(70_000)), await as.doctor.add(duplicate.id)];
    const wrong = await as.doctor.mark(await as.doctor.store(duplicate.id), 'added twice');
    await merges.merge(survivor, duplicate);
    expect((await as.doctor.read(stored.id))['patientId']).toBe(survivor.id);
    expect((await as.doctor.read(wrong.id))['patientId']).toBe(survivor.id);
    expect((await as.doctor.get(stored.id)).rawPayload.equals(pdfOf(70_000))).toBe(true);
    expect((await as.doctor.put(awaited.id, files.pdf)).statusCode).toBe(200);
    const refused = await as.doctor.addAnswer(duplicate.id);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', mergedInto: survivor.id });
  });

  it('lie in the store under names that say nothing, and none of them is a document’s id', async () => {
    const { id } = await as.doctor.store(patientId, pdfOf(70_000));
    const rows = await world.sql<{ id: string; document_id: string }>('superuser', 'select id, document_id from clinic.document_files');
    expect(objects()).toEqual(rows.map((row) => row.id).sort());
    const paths = readdirSync(directory, { recursive: true }).map(String);
    expect(paths.filter((path) => path.includes(id) || path.includes(practice.tenantId) || path.includes(patientId))).toEqual([]);
    const object = rows.find((row) => row.document_id === id)!.id;
    const bytes = readFileSync(join(directory, 'objects', object.slice(0, 2), object));
    expect(bytes.length).toBe(70_000 + 8 + 2 * 16);
    expect(bytes.includes(files.pdf.subarray(0, 20))).toBe(false);
  });
});
