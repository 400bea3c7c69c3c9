import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { NOTE_CHECKED, NOTE_IMPORTED } from '../../src/imports/import-rows.js';
import { entriesOf } from '../support/entries.js';
import { type ImportServer, Imports, importServer } from '../support/imports.js';
import { Patients } from '../support/patients.js';
import { ServerProcess } from '../support/server-process.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Person, type Practice, World } from '../support/world.js';

/** A file of so many invented people, each with a source id, a telephone and a NID. */
const fileOf = (count: number, from = 1): string => ['Patient ID,Name,Sex,Age,Mobile,NID,Address', ...Array.from({ length: count }, (_, index) => {
  const number = from + index;
  return `R-${number},Invented Person ${number},${number % 2 ? 'M' : 'F'},${number % 90},017${String(number).padStart(8, '0')},${String(3_000_000_000 + number)},"House ${number}, Dhaka"`;
})].join('\n');

// A server that was killed is waited for; on a busy machine the rest takes its time, too.
const LONG = 600_000;

describe('an import that runs', () => {
  let world: World;
  let practice: Practice;
  let imports: Imports;

  beforeAll(async () => {
    world = await World.open();
  });
  beforeEach(async () => {
    practice = await world.practice('Shapla Chamber');
    imports = new Imports(importServer(world), practice.owner.token);
  });
  let broken: jest.SpyInstance | undefined;
  afterEach(() => broken?.mockRestore());
  afterAll(() => world.close());

  const mrns = async (): Promise<number[]> => {
    const rows = await world.sql<{ mrn: number }>('superuser', 'select mrn::int as mrn from clinic.patients where tenant_id = $1 order by mrn', [practice.tenantId]);
    return rows.map(({ mrn }) => mrn);
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  /** The lines of an import each became one patient, with all that finds them, and their numbers have no gaps. */
  const expectEachOnce = async (id: string, lines: number, others = 0): Promise<void> => {
    expect(await mrns()).toEqual(upTo(lines + others));
    const [counts] = await world.sql('superuser', `
      select count(*)::int as lines, count(distinct p.id)::int as patients,
        (select count(*)::int from clinic.patient_tokens t where t.tenant_id = $1 and t.field = 'identifier:NID') as nids,
        (select count(*)::int from clinic.patient_source_ids s where s.tenant_id = $1) as source_ids
      from clinic.patient_import_rows r join clinic.patients p on p.tenant_id = r.tenant_id and p.id = r.id
      where r.tenant_id = $1 and r.import_id = $2 and r.state = 'IMPORTED'`, [practice.tenantId, id]);
    expect(counts).toEqual({ lines, patients: lines, nids: lines, source_ids: lines });
    const named = await world.sql<{ count: number }>('superuser', `
      select count(*)::int as count from audit.entry_records n join audit.entries e on e.id = n.entry_id
      where e.tenant_id = $1 and e.action = 'CREATED' and n.record_type = 'patient' and e.operation like 'Mutation.%PatientImport' group by n.record_id`, [practice.tenantId]);
    expect([named.length, new Set(named.map(({ count }) => count))]).toEqual([lines, new Set([1])]);
  };

  /** Breaks the connection on which the first batch with this statement is committed, after PostgreSQL has done so and before anybody hears of it. */
  function breakAtCommitOf(statement: string): { count: () => number } {
    const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
    const batches = new WeakSet<pg.Client>();
    let count = 0;
    broken = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client & { connection: { stream: Socket } }, ...args: unknown[]) {
      const group = args[0] as { statements?: Array<{ text: string }>; callback: (error: Error | undefined, group?: unknown) => void };
      if (group.statements?.some(({ text }) => text === statement)) batches.add(this);
      else if (batches.has(this) && count === 0 && group.statements?.at(-1)?.text === 'commit') {
        count++;
        const { callback } = group;
        group.callback = (error) => {
          this.connection.stream.destroy();
          callback(error ?? new Error('Connection terminated unexpectedly'));
        };
      }
      return query.apply(this, args);
    });
    return { count: () => count };
  }

  /** Starts an import, and does something to it while its first batch waits for the counter of numbers. */
  async function during(person: Person, lines: number, deed: (id: string) => Promise<unknown>): Promise<string> {
    await new Patients(world, practice.owner.token).register({ nameEn: 'At the desk' });
    const theirs = new Imports(importServer(world), person.token);
    const { id } = await theirs.check(fileOf(lines));
    const holder = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await holder.query('select from clinic.counters where tenant_id = $1 for update', [practice.tenantId]);
    await theirs.start(id);
    await untilItWaits(world, new Promise(() => undefined));
    const done = deed(id);
    await Promise.race([done, delay(300)]);
    await holder.commit();
    await done;
    return id;
  }

  it.each([
    ['session is ended', 'SESSION_ENDED', 'UNAUTHENTICATED', async (manager: Person) => {
      await world.ok('mutation { signOutEverywhere }', {}, (await world.signIn(manager.email)).token);
    }],
    ['member is deactivated', 'SESSION_ENDED', 'UNAUTHENTICATED', async (manager: Person) => {
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { status } }', { input: { memberId: manager.memberId, reason: 'left the practice' } }, practice.owner.token);
    }],
    ['permission is taken away', 'PERMISSION_LOST', 'FORBIDDEN', async (manager: Person) => {
      await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }', { input: { permission: 'patients:import', memberId: manager.memberId } }, practice.owner.token);
    }],
  ] as const)('stops when its %s, says so, and is resumed by somebody else', async (_, interruption, code, deed) => {
    const manager = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'MANAGER');
    const id = await during(manager, 500, () => deed(manager));
    const stopped = await imports.settled(id);
    expect(stopped).toMatchObject({ state: 'INTERRUPTED', interruption, imported: 100, processed: 100, actions: ['RESUME', 'CANCEL'] });
    const refused = (await entriesOf(world, practice.tenantId, 'Mutation.startPatientImport')).at(-1)!;
    expect(refused).toMatchObject({ outcome: 'DENIED', error_code: code, actor_member_id: manager.memberId, records: [`patient-import:${id}`], permission: code === 'FORBIDDEN' ? 'patients:import' : null });

    const { resumePatientImport } = await world.ok('mutation ($id: UUID!) { resumePatientImport(id: $id) { state interruption } }', { id }, practice.owner.token);
    expect(resumePatientImport).toEqual({ state: 'RUNNING', interruption: null });
    expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 500, skipped: 0 });
    await expectEachOnce(id, 500, 1);
  });

  it('stops when the session that has it checked is ended, and is checked by somebody else from its first line', async () => {
    const manager = await hire(world, practice, await openChamber(world, practice, 'Uttara'), 'MANAGER');
    const theirs = new Imports(importServer(world), manager.token);
    const { id, columns } = await theirs.upload(fileOf(1_000));
    const holder = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await holder.query('select from clinic.patient_import_rows where tenant_id = $1 and import_id = $2 for update', [practice.tenantId, id]);
    const mapping = columns.flatMap(({ number, suggestedField }) => (suggestedField ? [{ column: number, field: suggestedField }] : []));
    await world.ok('mutation ($id: UUID!, $columns: [PatientImportColumnInput!]!) { mapPatientImport(id: $id, input: { columns: $columns }) { id } }', { id, columns: mapping }, manager.token);
    await untilItWaits(world, new Promise(() => undefined));
    await world.ok('mutation { signOutEverywhere }', {}, (await world.signIn(manager.email)).token);
    await holder.commit();
    expect(await imports.settled(id)).toMatchObject({ state: 'INTERRUPTED', interruption: 'SESSION_ENDED', startedAt: null });
    const stopped = (await entriesOf(world, practice.tenantId, 'Mutation.mapPatientImport')).at(-1)!;
    expect(stopped).toMatchObject({ outcome: 'DENIED', changes: [{ type: 'patient-import', id, field: 'state', before: 'CHECKING', after: 'INTERRUPTED' }] });
    await world.ok('mutation ($id: UUID!) { resumePatientImport(id: $id) { state } }', { id }, practice.owner.token);
    expect(await imports.settled(id)).toMatchObject({ state: 'READY', counts: { checked: 1_000, ready: 1_000 } });
  });

  it.each([
    ['checked', NOTE_CHECKED], ['imported', NOTE_IMPORTED],
  ])('counts every line once when the connection breaks while the first batch that was %s is being committed', async (_, statement) => {
    const uploaded = await imports.upload(fileOf(1_100));
    const broken = breakAtCommitOf(statement);
    const { id } = await imports.map(uploaded);
    expect(await imports.read(id)).toMatchObject({ state: 'READY', processed: 1_100, counts: { checked: 1_100, ready: 1_100, faulty: 0, withWarnings: 233, known: 0 } });
    await imports.start(id);
    expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 1_100, counts: { checked: 1_100, ready: 0, faulty: 0 } });
    expect(broken.count()).toBe(1);
    await expectEachOnce(id, 1_100);
  });

  it('can be cancelled: who was imported stays, the rest is forgotten', async () => {
    const id = await during(practice.owner, 500, (running) =>
      world.ok('mutation ($id: UUID!) { cancelPatientImport(id: $id) { state } }', { id: running }, practice.owner.token));
    expect(await imports.read(id)).toMatchObject({ state: 'CANCELLED', imported: 100, counts: { ready: 400 } });
    await expectEachOnce(id, 100, 1);
    const results = (await imports.lines(id)).map(({ result }) => result);
    expect([results.filter((result) => result === 'IMPORTED').length, results.filter((result) => result === 'NOT_IMPORTED').length]).toEqual([100, 400]);
    expect(await world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1 and cells is not null', [id])).toEqual([]);
  });

  it('lets the desk register meanwhile: numbers without gaps, none twice', async () => {
    const patients = new Patients(world, practice.owner.token);
    const { id } = await imports.check(fileOf(1_000));
    await imports.start(id);
    const atTheDesk = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      await delay(index * 10);
      return patients.registerAnswer({ nameEn: `Desk ${index}`, ...(index % 4 === 0 && { identifiers: [{ kind: 'NID', value: String(3_000_000_000 + 25 * index + 1) }] }) });
    }));
    const finished = await imports.settled(id);
    const registered = atTheDesk.filter(({ errors }) => !errors).length;
    // Of an identifier that both want, one gets it, whoever was first.
    expect(finished).toMatchObject({ state: 'FINISHED', imported: 1_000 - finished.counts.faulty });
    expect(registered + finished.imported).toBe(1_030);
    expect(await mrns()).toEqual(upTo(1_030));
  });

  it('gives way to an edit that takes an identifier at the same moment', async () => {
    const patients = new Patients(world, practice.owner.token);
    const editors = await Promise.all(Array.from({ length: 30 }, (_, index) => patients.register({ nameEn: `Editor ${index}` })));
    const { id } = await imports.check(fileOf(600));
    await imports.start(id);
    const answers = await Promise.all(editors.map((editor, index) => patients.editAnswer(editor.id, 1, { identifiers: [{ kind: 'NID', value: String(3_000_000_000 + 20 * index + 1) }] })));
    const edited = answers.filter(({ errors }) => !errors).length;
    expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 600 - edited, counts: { faulty: edited } });
    expect(await mrns()).toEqual(upTo(630 - edited));
  });

  it('of another practice does not wait for all that are checked of this one', async () => {
    const neighbour = await world.practice('Kadam Clinic');
    const theirs = new Imports(importServer(world), neighbour.owner.token);
    const small = await theirs.upload(fileOf(20));
    const many = await Promise.all(Array.from({ length: 10 }, (_, index) => imports.upload(fileOf(500, 1 + index * 500))));
    const checked = async () => {
      const [sum] = await world.sql<{ checked: number }>('superuser', 'select sum(checked)::int as checked from clinic.patient_imports where tenant_id = $1', [practice.tenantId]);
      return sum!.checked;
    };
    const checks = Promise.all(many.map((one) => imports.map(one)));
    while ((await checked()) === 0) await delay(5);
    const before = await checked();
    expect((await theirs.map(small)).counts.checked).toBe(20);
    const meanwhile = (await checked()) - before;
    await checks;
    // In the order of their coming it would be a batch of each, 5,000 lines.
    expect(meanwhile).toBeLessThan(2_500);
  });

  it('is the only one of its practice', async () => {
    const [one, other] = [await imports.check(fileOf(500)), await imports.check(fileOf(500, 1_000))];
    const answers = await Promise.all([one, other].map(({ id }) => world.graphql('mutation ($id: UUID!) { startPatientImport(id: $id) { id } }', { id }, practice.owner.token)));
    expect(answers.map(({ errors }) => errors?.[0]?.extensions['reason'] ?? 'OK').sort()).toEqual(['ANOTHER_IS_RUNNING', 'OK']);
    const again = await Promise.all(Array.from({ length: 5 }, () => world.graphql('mutation ($id: UUID!) { startPatientImport(id: $id) { id } }', { id: one.id }, practice.owner.token)));
    expect(again.filter(({ errors }) => !errors).length).toBeLessThan(2);
    await Promise.all([imports.settled(one.id), imports.settled(other.id)]);
  });

  describe('in several processes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sinduk-imports-'));
    const processes: ServerProcess[] = [];

    const process = async (): Promise<ServerProcess & { imports: ImportServer }> => {
      const server = await ServerProcess.on(directory, {
        DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, TOKEN_ISSUER: world.config.tokenIssuer, DEMO_DATA: 'false',
      });
      await server.start();
      processes.push(server);
      const own: ImportServer = {
        ok: async (query, variables, token) => {
          const answer = await server.graphql(query, variables, token);
          if (answer.errors) throw new Error(JSON.stringify(answer.errors));
          return answer.data;
        },
        put: async (path, body, token) => {
          const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
            method: 'PUT', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }, body: body as string });
          return { status: answer.status, body: await answer.json() };
        },
      };
      return Object.assign(server, { imports: own });
    };

    afterEach(async () => {
      await Promise.all(processes.splice(0).map((server) => server.end('SIGKILL')));
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    const resume = (id: string) => world.graphql('mutation ($id: UUID!) { resumePatientImport(id: $id) { state } }', { id }, practice.owner.token);

    /** Resolves once the import has registered somebody. */
    const underWay = async (id: string): Promise<void> => {
      while ((await imports.read(id)).imported === 0) await delay(5);
    };

    it('survives kill -9 in the middle, and of two servers that resume it one does: each line once', async () => {
      const [first, second] = [await process(), await process()];
      const theirs = new Imports(first.imports, practice.owner.token);
      const { id } = await theirs.check(fileOf(1_000));
      await theirs.start(id);
      await underWay(id);
      await first.end('SIGKILL');
      const left = await imports.read(id);
      expect(left).toMatchObject({ state: 'RUNNING', actions: ['CANCEL'] });
      expect((await resume(id)).errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', state: 'RUNNING' });

      // The lease of the dead server lapses: within half a minute, which this makes pass.
      expect(await world.sql('superuser', `update clinic.patient_imports set leased_until = leased_until - interval '30 seconds' where id = $1 and leased_until > now() returning leased_until < now() as lapsed`, [id]))
        .toEqual([{ lapsed: true }]);
      const lapsed = await imports.settled(id);
      expect(lapsed).toMatchObject({ state: 'INTERRUPTED', interruption: 'SERVER_STOPPED', actions: ['RESUME', 'CANCEL'] });
      expect(lapsed.imported).toBeGreaterThan(0);
      expect(lapsed.imported).toBeLessThan(1_000);
      const { token } = await world.signIn(practice.owner.email);
      const attempts = await Promise.all([
        resume(id), second.graphql('mutation ($id: UUID!) { resumePatientImport(id: $id) { state } }', { id }, token), resume(id),
      ]);
      expect(attempts.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['CONFLICT', 'CONFLICT', 'OK']);
      expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 1_000, skipped: 0 });
      await expectEachOnce(id, 1_000);
    }, LONG);

    it('is interrupted at once when its server is stopped, and goes on elsewhere', async () => {
      const server = await process();
      const theirs = new Imports(server.imports, practice.owner.token);
      const { id } = await theirs.check(fileOf(1_000));
      await theirs.start(id);
      await underWay(id);
      expect(await server.end('SIGTERM')).toBe(0);
      const stopped = await imports.read(id);
      expect(stopped).toMatchObject({ state: 'INTERRUPTED', interruption: 'SERVER_STOPPED' });
      expect(stopped.imported % 100).toBe(0);
      expect((await resume(id)).data.resumePatientImport.state).toBe('RUNNING');
      expect(await imports.settled(id)).toMatchObject({ state: 'FINISHED', imported: 1_000, interruption: null });
      await expectEachOnce(id, 1_000);
    }, LONG);
  });
});
