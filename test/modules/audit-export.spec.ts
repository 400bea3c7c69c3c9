import { createHash, randomUUID } from 'node:crypto';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type PreparedExport, PREPARE, fetchExport, prepareExport } from '../support/audit-exports.js';
import { hire, mailedCode, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Person, type Practice, World } from '../support/world.js';

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id version } } }';
const NOTES = 'mutation ($id: UUID!, $version: Int!, $notes: String) { editPatientClinical(id: $id, version: $version, input: { notes: $notes }) { patient { id } } }';
const READ = 'query ($id: UUID!) { patient(id: $id) { id } }';

describe('an export of the audit trail', () => {
  let world: World;
  let practice: Practice;
  let neighbour: Practice;
  let chamber: string;
  let patient: string;
  /** Holds audit:read and audit:export, and nothing of patients. */
  let officer: Person;

  const grant = async (member: Person, permission: string) =>
    world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: member.memberId } }, practice.owner.token);
  const prepare = (format: string, filter: object = {}, token = practice.owner.token): Promise<PreparedExport> => prepareExport(world, token, format, filter);
  const fetch = (path: string, token = practice.owner.token) => fetchExport(world, token, path);
  const csv = async (filter: object = {}, token = practice.owner.token): Promise<Array<Record<string, string>>> => {
    const { path } = await prepare('CSV', filter, token);
    const answer = await fetch(path, token);
    expect(answer.statusCode).toBe(200);
    return parse(answer.rawPayload, { columns: true, bom: true });
  };
  const trailOf = async (prepared: PreparedExport) =>
    (await entriesOf(world, practice.owner.token, { recordId: prepared.id })).reverse().map(({ action, outcome, operation, errorCode, reason, records }) => ({ action, outcome, operation, errorCode, reason, records }));
  const idsIn = async (tenantId: string): Promise<string[]> =>
    (await world.sql<{ id: string }>('superuser', 'select id from audit.entries where tenant_id = $1 order by id', [tenantId])).map(({ id }) => id);

  beforeAll(async () => {
    world = await World.open({ TRUSTED_PROXIES: '127.0.0.1' });
    practice = await world.practice('Shapla Chamber');
    neighbour = await world.practice('Kadam Clinic');
    chamber = await openChamber(world, practice, 'Gulshan');
    officer = await hire(world, practice, chamber, 'ASSISTANT');
    for (const permission of ['audit:read', 'audit:export']) await grant(officer, permission);
    const { registerPatient } = await world.ok(REGISTER, { input: { nameEn: 'Amena Begum' } }, practice.owner.token);
    patient = registerPatient.patient.id;
    await world.ok(NOTES, { id: patient, version: 1, notes: 'Asthma since childhood' }, practice.owner.token);
  });
  afterAll(() => world.close());

  describe('as CSV', () => {
    it('holds every entry of the practice until it was prepared, oldest first, and none of another', async () => {
      const before = await idsIn(practice.tenantId);
      const rows = await csv();
      expect(rows.map((row) => row['Entry'])).toEqual(before);
      expect(before.length).toBeGreaterThan(8);
      const foreign = new Set(await idsIn(neighbour.tenantId));
      expect(foreign.size).toBeGreaterThan(0);
      expect(rows.filter((row) => foreign.has(row['Entry']!))).toEqual([]);
      expect(new Set(rows.map((row) => `${row['Content intact']} ${row['Records intact']}`))).toEqual(new Set(['true true']));
    });

    it('holds what the filter lets through, in the words of the trail', async () => {
      const [row, ...more] = await csv({ patientId: patient, action: ['UPDATED'] });
      expect(more).toEqual([]);
      expect(row).toMatchObject({ Action: 'UPDATED', Operation: 'Mutation.editPatientClinical', Outcome: 'SUCCESS', Name: 'Owner of Shapla Chamber', Records: `patient:${patient}`, Patients: patient });
      expect(row!['Time at the chamber']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+06:00$/);
      expect(JSON.parse(row!['Changes']!)).toEqual([{ type: 'patient', id: patient, field: 'notes', before: null, after: 'Asthma since childhood' }]);
    });

    it('can have headings in Bangla', async () => {
      const { path } = await prepareExport(world, practice.owner.token, 'CSV', { action: ['JOINED'] }, 'BN');
      const answer = await fetch(path);
      expect(answer.body).toContain('"কাজ"');
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(answer.headers['content-disposition']).toMatch(/^attachment; filename=audit-trail-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.csv$/);
    });

    it('runs nothing in a spreadsheet, whatever a name or a device is called', async () => {
      const email = `mallory.${randomUUID().slice(0, 8)}@staff.example`;
      await world.ok('mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { expiresAt } }',
        { input: { email, nameEn: '=HYPERLINK("//evil.example")', assignments: [{ chamberId: chamber, role: 'RECEPTIONIST' }] } }, practice.owner.token);
      await world.ok('mutation ($input: JoinInput!) { join(input: $input) { __typename } }',
        { input: { code: await mailedCode(world, email), email, password: 'seven quiet rivers cross', nameEn: '=HYPERLINK("//evil.example")' } });
      const mallory = await world.signIn(email);
      await world.ok(READ, { id: patient }, mallory.token, { 'user-agent': '@SUM(1+1)*cmd|x' });
      const rows = await csv({ actorMemberId: mallory.memberId });
      expect(rows.map((row) => row['Name'])).toContain(`'=HYPERLINK("//evil.example")`);
      expect(rows.map((row) => row['Device'])).toContain(`'@SUM(1+1)*cmd|x`);
      expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    });

    it('withholds patients’ values from an officer who may not read clinical data, and names the patients whose values it shows', async () => {
      const [row] = await csv({ patientId: patient, action: ['UPDATED'] }, officer.token);
      expect(JSON.parse(row!['Changes']!)).toEqual([{ type: 'patient', id: patient, field: 'notes', withheld: true }]);
      const shown = await prepare('CSV', { action: ['UPDATED'] });
      await fetch(shown.path);
      expect((await trailOf(shown)).filter(({ records }) => records.some(({ type, patientId }) => type === 'audit-of-patient' && patientId === patient))).toMatchObject([
        { action: 'EXPORTED', outcome: 'SUCCESS', reason: 'The next part shows values of these patients' }]);
      const withheld = await prepare('CSV', { action: ['UPDATED'] }, officer.token);
      await fetch(withheld.path, officer.token);
      expect((await trailOf(withheld)).flatMap(({ records }) => records.map(({ type }) => type))).toEqual(['audit-export', 'audit-export', 'audit-export']);
    });
  });

  describe('as a set', () => {
    it('is counted and bounded when it is prepared, and the same each time it is fetched', async () => {
      const prepared = await prepare('FHIR_NDJSON', { action: ['CREATED', 'UPDATED'] });
      const [first, again] = [await fetch(prepared.path), await fetch(prepared.path)];
      const ids = first.body.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id);
      expect(ids).toHaveLength(prepared.expectedEntries);
      expect(ids.at(-1)).toBe(prepared.highestEntryId);
      expect(again.body).toBe(first.body);
      expect(Date.parse(prepared.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    });

    it('leaves out what is written meanwhile, also what had begun before and commits later with a lower id', async () => {
      const slow = new pg.Client({ connectionString: world.superuserUrl });
      await slow.connect();
      try {
        const late = uuidv7();
        await slow.query('begin');
        await slow.query(`insert into audit.entries (id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
          values ($1, $2, 'VIEWED', 'late', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256(''))`, [late, practice.tenantId]);
        await world.ok(READ, { id: patient }, practice.owner.token);
        const before = (await idsIn(practice.tenantId));
        const prepared = await prepare('CSV');
        await slow.query('commit');
        await Promise.all(Array.from({ length: 20 }, () => world.ok(READ, { id: patient }, practice.owner.token)));
        const answer = await fetch(prepared.path);
        const ids = (parse(answer.rawPayload, { columns: true, bom: true }) as unknown as Array<Record<string, string>>).map((row) => row['Entry']);
        expect(ids).toEqual(before);
        expect(prepared.expectedEntries).toBe(before.length);
        expect(late < prepared.highestEntryId!).toBe(true);
        expect(await csv({ operation: 'late' })).toHaveLength(1);
      } finally {
        await slow.end();
      }
    });

    it('is exact while entries are being written', async () => {
      let writing = true;
      const writer = (async () => {
        while (writing) await Promise.all(Array.from({ length: 10 }, () => world.ok(READ, { id: patient }, practice.owner.token)));
      })();
      for (let round = 0; round < 5; round++) {
        const prepared = await prepare('CSV', { operation: 'Query.patient' });
        const answer = await fetch(prepared.path);
        const ids = (parse(answer.rawPayload, { columns: true, bom: true }) as unknown as Array<Record<string, string>>).map((row) => row['Entry']!);
        expect(ids).toHaveLength(prepared.expectedEntries);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.at(-1)).toBe(prepared.highestEntryId);
      }
      writing = false;
      await writer;
    });

    it('holds what came with a restored backup, whose transactions have numbers yet to come', async () => {
      const restored = '01890000-0000-7000-8000-000000000001';
      await world.sql('superuser', `insert into audit.entries (id, tx, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
        values ($1, '99999999999', $2, 'VIEWED', 'restored', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256(''))`, [restored, practice.tenantId]);
      expect((await csv({ operation: 'restored' })).map((row) => row['Entry'])).toEqual([restored]);
    });

    it.each([
      ['nothing', () => ({ operation: 'Query.never' })],
      ['a patient and an action', () => ({ patientId: patient, action: ['CREATED', 'UPDATED'] })],
      ['a record', () => ({ recordId: chamber })],
      ['an outcome of a person', () => ({ actorMemberId: practice.owner.memberId, outcome: ['SUCCESS'] })],
      ['an operation of a person in a range of addresses', () => ({ actorMemberId: practice.owner.memberId, operation: 'Query.patient', ip: '0.0.0.0/0' })],
      ['several actions', () => ({ action: ['CREATED', 'JOINED', 'SIGNED_IN'] })],
    ])('is that of the same search: %s', async (_, filter) => {
      const searched = (await entriesOf(world, practice.owner.token, filter())).map(({ id }) => id).reverse();
      const exported = (await csv(filter())).map((row) => row['Entry']!);
      // The search shows a hundred, and the trail has gone on since.
      const between = exported.filter((id) => searched.length && id >= searched[0]! && id <= searched.at(-1)!);
      expect(between).toEqual(searched);
    });
  });

  describe('in the trail', () => {
    it('is there when it is prepared, before its first byte, and at its end with the hash of what left', async () => {
      const prepared = await prepare('CSV', { action: ['JOINED'], from: '2026-01-01T00:00:00Z' });
      const answer = await fetch(prepared.path);
      const [made] = await entriesOf(world, practice.owner.token, { recordId: prepared.id, action: ['CREATED'] });
      expect(made).toMatchObject({ operation: 'Mutation.prepareAuditExport', outcome: 'SUCCESS' });
      expect(Object.fromEntries(made!.changes.map(({ field, after }) => [field, JSON.parse(after!)]))).toEqual({
        filter: { action: ['JOINED'], from: '2026-01-01T00:00:00.000Z' }, format: 'CSV', language: 'EN', entries: prepared.expectedEntries, highestEntryId: prepared.highestEntryId,
      });
      const [, begun, ended, ...more] = await trailOf(prepared);
      expect(more).toEqual([]);
      const filter = '{"action":["JOINED"],"from":"2026-01-01T00:00:00.000Z"}';
      expect(begun).toEqual({ action: 'EXPORTED', outcome: 'SUCCESS', operation: 'GET /audit-exports/:id', errorCode: null, records: [{ type: 'audit-export', id: prepared.id, patientId: null }],
        reason: `Begins: CSV of ${prepared.expectedEntries} entries up to ${prepared.highestEntryId}, filter ${filter}` });
      const hash = createHash('sha256').update(answer.rawPayload).digest('hex');
      expect(ended).toEqual({ ...begun, reason: `Complete: ${prepared.expectedEntries} of ${prepared.expectedEntries} entries, ${answer.rawPayload.length} bytes, SHA-256 ${hash}` });
    });

    it('names the patient it was about', async () => {
      const prepared = await prepare('CSV', { patientId: patient });
      await fetch(prepared.path);
      const { whoSawPatient } = await world.ok('query ($id: UUID!) { whoSawPatient(patientId: $id, first: 5) { edges { node { operation } } } }', { id: patient }, practice.owner.token);
      const operations = whoSawPatient.edges.map(({ node }: { node: { operation: string } }) => node.operation);
      expect(operations).toContain('GET /audit-exports/:id');
      expect(operations).toContain('Mutation.prepareAuditExport');
    });

    it('is truthful when the connection breaks', async () => {
      await world.app.listen(0, '127.0.0.1');
      const { port } = world.app.getHttpServer().address() as AddressInfo;
      // More than the buffers between here and there can hold.
      await world.sql('superuser', `
        insert into audit.entries (id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash)
        select gen.id, $1, 'VIEWED', repeat('long', 250), 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256('')
        from (select (left(audit.first_id_at(now() - n * interval '1 second')::text, 24) || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, 20000) n) gen`, [practice.tenantId]);
      const prepared = await prepare('CSV');
      await new Promise<void>((resolve, reject) => {
        const request = get({ port, host: '127.0.0.1', path: prepared.path, headers: { authorization: `Bearer ${practice.owner.token}` } }, (response) => {
          response.once('data', () => {
            response.destroy();
            resolve();
          });
        }).on('error', reject);
        request.end();
      });
      let trail = await trailOf(prepared);
      while (trail.length < 3) trail = await trailOf(prepared);
      const [, begun, ended] = trail;
      expect(begun).toMatchObject({ outcome: 'SUCCESS', reason: expect.stringContaining(`${prepared.expectedEntries} entries`) });
      const [, sent] = /^Broken off by the connection ended: at most (\d+) of \d+ entries and \d+ bytes left$/.exec(ended!.reason!)!;
      expect(ended).toMatchObject({ action: 'EXPORTED', outcome: 'FAILED' });
      expect(Number(sent)).toBeGreaterThan(0);
      expect(Number(sent)).toBeLessThan(prepared.expectedEntries);
    });

    const deny = (person: Person) => world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }',
      { input: { permission: 'audit:read', memberId: person.memberId } }, practice.owner.token);
    it.each([
      ['the session ends', 'UNAUTHENTICATED', (person: Person) => world.ok('mutation { signOut }', {}, person.token)],
      ['the right to read the trail is taken away', 'FORBIDDEN', (person: Person) => deny(person)],
    ])('stops when %s, and says so', async (_, errorCode, takeAway) => {
      const { port } = world.app.getHttpServer().address() as AddressInfo;
      const person = await hire(world, practice, chamber, 'ASSISTANT');
      for (const permission of ['audit:read', 'audit:export']) await grant(person, permission);
      const prepared = await prepareExport(world, person.token, 'CSV');
      const broken = await new Promise<boolean>((resolve) => {
        get({ port, host: '127.0.0.1', path: prepared.path, headers: { authorization: `Bearer ${person.token}` } }, (response) => {
          response.once('readable', () => void takeAway(person).then(() => response.resume()));
          response.on('close', () => resolve(!response.complete)).on('error', () => undefined);
        });
      });
      expect(broken).toBe(true);
      let trail = await trailOf(prepared);
      while (trail.length < 3) trail = await trailOf(prepared);
      expect(trail[2]).toMatchObject({ outcome: 'DENIED', errorCode, reason: expect.stringMatching(/^Broken off by an error: at most \d+ of/) });
    });
  });

  describe('is refused', () => {
    const codeOf = (body: string): string => (JSON.parse(body) as { errors: Array<{ extensions: { code: string } }> }).errors[0]!.extensions.code;

    it('without audit:export or without audit:read, and that is in the trail', async () => {
      const reader = await hire(world, practice, chamber, 'ASSISTANT');
      await grant(reader, 'audit:read');
      const exporter = await hire(world, practice, chamber, 'ASSISTANT');
      await grant(exporter, 'audit:export');
      for (const [person, permission] of [[reader, 'audit:export'], [exporter, 'audit:read']] as const) {
        const { errors } = await world.graphql(PREPARE, { input: { filter: {}, format: 'CSV' } }, person.token);
        expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission } }]);
        const prepared = await prepare('CSV');
        const answer = await fetch(prepared.path, person.token);
        expect([answer.statusCode, codeOf(answer.body)]).toEqual([403, 'FORBIDDEN']);
        const denied = await entriesOf(world, practice.owner.token, { actorMemberId: person.memberId, outcome: ['DENIED'] });
        expect(denied.map(({ operation, missingPermission, action }) => [operation, missingPermission, action])).toEqual([
          ['GET /audit-exports/:id', permission, 'EXPORTED'], ['Mutation.prepareAuditExport', permission, 'CREATED']]);
      }
      expect((await fetchExport(world, 'x', `/audit-exports/${randomUUID()}`)).statusCode).toBe(401);
    });

    it('to anybody but who prepared it, in this practice and in another, and after an hour', async () => {
      const prepared = await prepare('CSV');
      const missing = await fetch(`/audit-exports/${randomUUID()}`);
      const answers = [missing, await fetch(prepared.path, officer.token), await fetch(prepared.path, neighbour.owner.token), await fetch('/audit-exports/x')];
      expect(answers.map(({ statusCode, body }) => [statusCode, codeOf(body)])).toEqual(answers.map(() => [404, 'NOT_FOUND']));
      const expired = await prepare('CSV');
      await world.sql('superuser', `update clinic.audit_exports set expires_at = now() where id = $1`, [expired.id]);
      expect((await fetch(expired.path)).statusCode).toBe(404);
    });

    it('after an hour for good: it is forgotten when its member prepares another one, and nobody else’s is', async () => {
      const left = async () => (await world.sql<{ id: string }>('superuser', 'select id from clinic.audit_exports')).map(({ id }) => id);
      const [mine, hers, theirs] = [await prepare('CSV'), await prepare('CSV', {}, officer.token), await prepare('CSV', {}, neighbour.owner.token)];
      await world.sql('superuser', 'update clinic.audit_exports set expires_at = now() where id = any ($1)', [[mine.id, hers.id, theirs.id]]);
      const next = await prepare('CSV');
      expect(await left()).toEqual(expect.arrayContaining([hers.id, theirs.id, next.id]));
      expect(await left()).not.toContain(mine.id);
      const another = await prepare('CSV');
      expect(await left()).toEqual(expect.arrayContaining([next.id, another.id]));
    });

    it('when its entries cannot be counted in time, and then it is the filter that is at fault', async () => {
      const blocker = new pg.Client({ connectionString: world.superuserUrl });
      await blocker.connect();
      try {
        await blocker.query('begin; lock table audit.entries in access exclusive mode');
        const pending = world.graphql(PREPARE, { input: { filter: {}, format: 'CSV' } }, practice.owner.token);
        const waits = `select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sinduk_app' and wait_event_type = 'Lock'`;
        while (!(await world.sql('superuser', waits)).length) await new Promise((resolve) => setTimeout(resolve, 20));
        await blocker.query('rollback');
        expect((await pending).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'filter'], reason: 'TAKES_TOO_LONG' }] } }]);
      } finally {
        await blocker.end();
      }
    });

    it('with a filter that is not one', async () => {
      const { errors } = await world.graphql(PREPARE, { input: { filter: { ip: 'x' }, format: 'CSV' } }, practice.owner.token);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'filter', 'ip'], reason: 'IS_ADDRESS_OR_RANGE' }] } }]);
    });
  });
});
