import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ImportEnds } from '../../src/imports/import-ends.service.js';
import { entriesOf } from '../support/entries.js';
import { Imports, importServer, told } from '../support/imports.js';
import { Merges } from '../support/merges.js';
import { Patients } from '../support/patients.js';
import { ServerProcess } from '../support/server-process.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Practice, World } from '../support/world.js';

const FILE = 'Patient ID,Name,Mobile\nR-1,Shirin Akter,01711000001\nR-2,Rina Das,01711000002\n';

describe('the end of an import', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-import-ends-'));
  let server: ServerProcess | undefined;
  let world: World;
  let practice: Practice;
  let imports: Imports;

  beforeAll(async () => {
    world = await World.open({ IMPORT_KEEP_DAYS: '10' });
    practice = await world.practice('Shapla Chamber');
    imports = new Imports(importServer(world), practice.owner.token);
  });
  afterAll(() => world.close());
  afterAll(() => server?.end('SIGKILL'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const leave = (id: string, days: number) => world.sql('superuser', 'update clinic.patient_imports set touched_at = now() - make_interval(days => $2) where id = $1', [id, days]);
  const kept = async (id: string): Promise<number> => (await world.sql('superuser', 'select from clinic.patient_import_rows where import_id = $1 and cells is not null', [id])).length;
  const expire = () => world.app.get(ImportEnds, { strict: false }).expire();

  it('comes when nobody has touched it for the configured days, with an entry, and takes what its lines held', async () => {
    const other = await world.practice('Kadam Clinic');
    const theirs = new Imports(importServer(world), other.owner.token);
    const [stale, fresh, finished, awaiting, foreign] = [await imports.check(FILE), await imports.check(FILE), await imports.run('Name\nKarim\n'), await imports.create(), await theirs.upload(FILE)];
    for (const { id } of [stale, finished, awaiting, foreign]) await leave(id, 11);
    await leave(fresh.id, 9);
    await expire();
    expect(await Promise.all([stale, fresh, finished, awaiting].map(async ({ id }) => [(await imports.read(id)).state, await kept(id)])))
      .toEqual([['EXPIRED', 0], ['READY', 3], ['FINISHED', 0], ['EXPIRED', 0]]);
    expect([(await theirs.read(foreign.id)).state, await kept(foreign.id)]).toEqual(['EXPIRED', 0]);
    expect((await imports.lines(stale.id)).map(({ result }) => result)).toEqual(['NOT_IMPORTED', 'NOT_IMPORTED']);
    const entries = await entriesOf(world, practice.tenantId, 'server.expireImport');
    expect(entries.map(({ action, outcome, actor_member_id: actor, records }) => ({ action, outcome, actor, records }))).toEqual(
      [stale, awaiting].map(({ id }) => ({ action: 'DELETED', outcome: 'SUCCESS', actor: null, records: [`patient-import:${id}`] })));
    await expire();
    expect(await entriesOf(world, practice.tenantId, 'server.expireImport')).toHaveLength(2);
  });

  it('is not what the start of a server waits for', async () => {
    const { id } = await imports.check(FILE);
    await leave(id, 11);
    const holder = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await holder.query('select from clinic.patient_imports where tenant_id = $1 and id = $2 for update', [practice.tenantId, id]);
    server = await ServerProcess.on(directory, {
      DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, TOKEN_ISSUER: world.config.tokenIssuer, DEMO_DATA: 'false',
    });
    await server.start();
    await untilItWaits(world, new Promise(() => undefined));
    await holder.commit();
    while ((await imports.read(id)).state !== 'EXPIRED') await delay(5);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('does not come without its entry', async () => {
    const { id } = await imports.check(FILE);
    await leave(id, 11);
    await world.sql('superuser', 'revoke insert on audit.entry_records from sinduk_audit');
    await expire();
    await world.sql('superuser', 'grant insert on audit.entry_records to sinduk_audit');
    expect([(await imports.read(id)).state, await kept(id)]).toEqual(['READY', 3]);
    await expire();
    expect([(await imports.read(id)).state, await kept(id)]).toEqual(['EXPIRED', 0]);
  });

  it('can be brought about by nobody else: not by the role of the clinic, not without the lease', async () => {
    const { id } = await imports.check(FILE);
    await leave(id, 11);
    const calls = ['platform.stale_imports()', `platform.expire_import('${practice.tenantId}', '${id}')`, `platform.interrupt_import('${practice.tenantId}', '${id}', '${randomUUID()}', 'FAULT')`];
    for (const role of ['app', 'auth'] as const) {
      for (const call of calls) await expect(world.sql(role, `select ${call}`)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(world.sql('audit', `select ${calls[2]}`)).rejects.toMatchObject({ code: 'SK030' });
    await world.sql('superuser', `update clinic.patient_imports set state = 'RUNNING', lease = $2, leased_until = now() + interval '1 hour' where id = $1`, [id, randomUUID()]);
    await expect(world.sql('audit', `select ${calls[2]}`)).rejects.toMatchObject({ code: 'SK030' });
    await leave(id, 9);
    await expect(world.sql('audit', `select ${calls[1]}`)).rejects.toMatchObject({ code: 'SK030' });
    // How long it is kept was decided when it was begun, by its practice's server, for no longer or shorter than anybody could configure.
    await expect(world.sql('app', 'update clinic.patient_imports set keep_days = 1')).rejects.toMatchObject({ code: '42501' });
    await expect(world.sql('superuser', 'update clinic.patient_imports set keep_days = 0 where id = $1', [id])).rejects.toMatchObject({ code: '23514' });
    // The context that the functions enter is gone with them.
    await expect(world.sql('audit', 'select platform.stale_imports(); select platform.current_tenant()')).rejects.toMatchObject({ code: 'SK000' });
    expect(await kept(id)).toBe(3);
    await world.sql('superuser', `update clinic.patient_imports set state = 'READY', lease = null, leased_until = null where id = $1`, [id]);
  });

  it('leaves source ids that follow their patient into a merge and back', async () => {
    const patients = new Patients(world, practice.owner.token);
    const { id } = await imports.run(FILE);
    const [line] = await imports.lines(id);
    const [duplicate, survivor] = [await patients.read(line!.patientId!), await patients.register({ nameEn: 'Shirin Akter', phones: [{ number: '01711000001' }] })];
    const sourceIds = async (patientId: string) =>
      (await world.ok('query ($id: UUID!) { patient(id: $id) { sourceIds { source sourceId } } }', { id: patientId }, practice.owner.token)).patient.sourceIds;
    const merges = new Merges(world, practice.owner.token);
    const { merge } = await merges.merge(survivor, duplicate);
    expect(await sourceIds(survivor.id)).toEqual([{ source: null, sourceId: 'R-1' }]);
    const again = await imports.check(FILE);
    expect((await imports.lines(again.id))[0]).toMatchObject({ result: 'KNOWN', patientId: survivor.id });
    const alike = await imports.check('Name,Mobile\nShirin Akter,01711000001\n');
    expect((await imports.lines(alike.id))[0]!.warnings).toEqual([expect.objectContaining({ reason: 'ALIKE', patientId: survivor.id })]);
    await merges.undo(merge.id);
    expect([await sourceIds(survivor.id), await sourceIds(duplicate.id)]).toEqual([[], [{ source: null, sourceId: 'R-1' }]]);
    expect(told((await imports.lines(again.id))[1]!.faults)).toEqual([]);
  });
});
