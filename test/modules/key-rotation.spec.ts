import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { addKeyEncryptionKey, rewrapDataKeys, rotateDataKeys } from '../../src/operator/commands.js';
import { KeyEncryptionKeys } from '../../src/platform/crypto/key-encryption-keys.js';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { Allergies } from '../support/allergies.js';
import { Conditions } from '../support/conditions.js';
import { type Practice, World } from '../support/world.js';

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }';
const READ = 'query ($id: UUID!) { patient(id: $id) { nameEn } }';

describe('rotating keys by command', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-rotation-'));
  let world: World;
  let practice: Practice;
  const ids: string[] = [];

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Rotating Chamber');
    for (let i = 0; i < 30; i++) {
      const { registerPatient } = await world.ok(REGISTER, { input: { nameEn: `Patient ${i}`, birth: { year: 1970 + i }, phones: [{ number: '01711000000' }] } }, practice.owner.token);
      ids.push(registerPatient.patient.id);
    }
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const configWith = (keyFile: string) =>
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: directory });

  const clinicalFile = async (): Promise<unknown> => [await new Allergies(world, practice.owner.token).file(ids[0]!, { all: true }), await new Conditions(world, practice.owner.token).list(ids[0]!, { all: true })];

  const versions = async (): Promise<number[]> => {
    const rows = await world.sql<{ version: number }>('superuser',
      `select distinct get_byte(identity, 1) * 16777216 + get_byte(identity, 2) * 65536 + get_byte(identity, 3) * 256 + get_byte(identity, 4) as version from clinic.patients order by 1`);
    return rows.map(({ version }) => version);
  };

  it('seals every row under a new data key while readers and writers go on without a failure', async () => {
    const [allergies, conditions] = [new Allergies(world, practice.owner.token), new Conditions(world, practice.owner.token)];
    await allergies.mark(await allergies.change(await allergies.record(ids[0]!, 'Latex'), { verification: 'CONFIRMED', note: 'patch test' }), 'another patient');
    await allergies.stateNone(ids[0]!, 'asked again');
    await conditions.resolve(await conditions.correct(await conditions.record(ids[0]!, { code: 'E10.9' }), { code: 'E11.9', text: 'Diet only' }, 'misread'), { note: 'weight lost' });
    const file = await clinicalFile();
    expect(await versions()).toEqual([1]);
    const running = { on: true };
    let reads = 0;
    const reader = async (): Promise<void> => {
      while (running.on) {
        const at = reads % ids.length;
        const { patient } = await world.ok(READ, { id: ids[at] }, practice.owner.token);
        expect(patient.nameEn).toBe(`Patient ${at}`);
        reads++;
      }
    };
    const readers = [reader(), reader()];
    const said: string[] = [];
    await rotateDataKeys(configWith(world.config.keyFile), (line) => said.push(line));
    running.on = false;
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(0);
    expect(said.some((line) => line.startsWith(practice.tenantId) && line.includes('data key 2'))).toBe(true);
    expect(await versions()).toEqual([2]);
    expect(await clinicalFile()).toEqual(file);
    for (const [table, column] of [['allergies', 'content'], ['allergies', 'error_reason'], ['allergy_status_changes', 'note'], ['allergy_statements', 'content'], ['conditions', 'content'], ['conditions', 'error_reason'], ['condition_status_changes', 'details']]) {
      const rows = await world.sql<{ version: number }>('superuser', `select distinct get_byte(${column}, 4) as version from clinic.${table} where ${column} is not null`);
      expect([table, column, rows]).toEqual([table, column, [{ version: 2 }]]);
    }

    const { token } = await world.signIn(practice.owner.email);
    const { findPatients } = await world.ok('{ findPatients(by: { phone: "01711000000" }) { id } }', {}, token);
    expect(findPatients).toHaveLength(30);
    const { viewer } = await world.ok('{ viewer { member { nameEn } } }', {}, token);
    expect(viewer.member.nameEn).toBe('Owner of Rotating Chamber');
  });

  it('wraps every data key anew; the former key-encryption key is then not needed to serve', async () => {
    const keyFile = join(directory, 'keys.json');
    copyFileSync(world.config.keyFile, keyFile);
    const before = KeyEncryptionKeys.fromFile(keyFile);
    const running = new Keyring(world.databases, KeyEncryptionKeys.fromFile(keyFile));
    addKeyEncryptionKey(configWith(keyFile), () => undefined);
    await rewrapDataKeys(configWith(keyFile), () => undefined);
    const after = KeyEncryptionKeys.fromFile(keyFile);
    expect(after.currentId).not.toBe(before.currentId);
    const wrapped = await world.sql<{ wrapped: Buffer }>('superuser', 'select wrapped from platform.data_keys');
    expect(wrapped.length).toBeGreaterThanOrEqual(6);
    expect(new Set(wrapped.map((row) => after.kekIdOf(row.wrapped)))).toEqual(new Set([after.currentId]));
    // A server that read the file before the rotation reads it again when it meets the new key.
    const keys = await running.of(practice.tenantId);
    const [row] = await world.sql<{ identity: Buffer }>('superuser', 'select identity from clinic.patients where id = $1', [ids[0]]);
    expect(keys.open<{ nameEn: string }>('clinic.patients', ids[0]!, 'identity', row!.identity).nameEn).toBe('Patient 0');
    const elsewhere = new Keyring(world.databases, KeyEncryptionKeys.fromFile(world.config.keyFile));
    await expect(elsewhere.of(practice.tenantId)).rejects.toThrow(after.currentId);
  });

  it('makes a tenant unreadable when its keys are destroyed', async () => {
    await world.sql('owner', 'delete from platform.data_keys where scope = $1', [practice.tenantId]);
    world.app.get(Keyring).forget();
    const answer = await world.graphql(READ, { id: ids[0] }, practice.owner.token);
    expect(answer.data?.patient ?? null).toBeNull();
    expect(JSON.stringify(answer)).not.toContain('Patient 0');
  });
});
