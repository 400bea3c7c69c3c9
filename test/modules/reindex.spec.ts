import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadConfig } from '../../src/config.js';
import { reindexAllPatients } from '../../src/operator/commands.js';
import { nobody } from '../../src/patients/patient-identity.js';
import { SEARCH_VERSION } from '../../src/patients/patient-tokens.js';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { Patients, type PatientAnswer, freshNid } from '../support/patients.js';
import { type Practice, World } from '../support/world.js';

const SEARCH = 'query ($text: String!) { searchPatients(text: $text, first: 50) { found { patient { id } } } }';
// As a server of before left them: names and beginnings of telephones had no tokens.
const FORGET = `delete from clinic.patient_tokens where tenant_id = $1 and field in ('name', 'phone-beginning')`;

describe('indexing patients anew', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-reindex-'));
  let world: World;
  let practice: Practice;
  let patients: Patients;
  const registered: PatientAnswer[] = [];

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Old Chamber');
    patients = new Patients(world, practice.owner.token);
    for (let i = 0; i < 7; i++) {
      registered.push(await patients.register({ nameEn: 'Md. Rokon Talukder', phones: [{ number: '01100 212223' }], identifiers: [{ kind: 'NID', value: freshNid() }] }));
    }
  });
  beforeEach(async () => {
    await world.sql('superuser', FORGET, [practice.tenantId]);
    await world.sql('superuser', 'update clinic.patients set search_version = 0');
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const command = (say: (line: string) => void, ...args: string[]): Promise<void> =>
    reindexAllPatients(loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: directory }), args, say);
  const reindex = async (...args: string[]): Promise<string[]> => {
    const said: string[] = [];
    await command((line) => said.push(line), ...args);
    return said.filter((line) => line.startsWith(practice.tenantId));
  };
  const foundBy = async (text: string): Promise<string[]> =>
    (await world.ok(SEARCH, { text }, practice.owner.token)).searchPatients.found.map(({ patient }: { patient: { id: string } }) => patient.id).sort();
  const everybody = (): string[] => registered.map(({ id }) => id).sort();
  const tokens = () => world.sql<{ line: string }>('superuser', `select patient_id || field || encode(token, 'hex') as line from clinic.patient_tokens where tenant_id = $1 order by 1`, [practice.tenantId]);

  it('makes patients of before findable, once, and leaves exactly the tokens that registering makes', async () => {
    const fresh = await patients.register({ nameEn: 'Md. Rokon Talukder', phones: [{ number: '01100 212223' }] });
    registered.push(fresh);
    expect(await foundBy('rokon')).toEqual([fresh.id]);
    expect(await reindex()).toEqual([`${practice.tenantId}: 7 patients indexed anew.`]);
    for (const text of ['মোহাম্মদ রোকন', 'Talukdar', '0110021', '2223']) expect({ text, found: await foundBy(text) }).toEqual({ text, found: everybody() });
    const [{ count: own } = { count: '' }] = await world.sql<{ count: string }>('superuser', 'select count(*) from clinic.patient_tokens where patient_id = $1', [fresh.id]);
    const counts = await world.sql<{ count: string }>('superuser', `select count(*) from clinic.patient_tokens where tenant_id = $1 and field not like 'identifier:%' group by patient_id`, [practice.tenantId]);
    expect(counts.map(({ count }) => count)).toEqual(everybody().map(() => own));
    const before = await tokens();
    expect(await reindex()).toEqual([`${practice.tenantId}: 0 patients indexed anew.`]);
    expect(await tokens()).toEqual(before);
  });

  it('drops tokens that are of an older making, and keeps identifiers unique', async () => {
    await world.sql('superuser', `insert into clinic.patient_tokens select tenant_id, 'name', sha256(id::text::bytea), id from clinic.patients where tenant_id = $1`, [practice.tenantId]);
    await reindex();
    expect(await world.sql('superuser', `select 1 from clinic.patient_tokens where tenant_id = $1 and length(token) <> 16`, [practice.tenantId])).toEqual([]);
    const [{ identifiers }] = registered as unknown as [{ identifiers: Array<{ value: string }> }];
    const answer = await patients.registerAnswer({ nameEn: 'Thief', identifiers: [{ kind: 'NID', value: identifiers[0]!.value }] });
    expect(answer.errors![0]!.extensions.code).toBe('ALREADY_EXISTS');
  });

  it('goes through thousands in batches, and past those that are done when told to', async () => {
    const crowded = await world.practice('Crowded Chamber');
    const keys = await world.app.get(Keyring, { strict: false }).of(crowded.tenantId);
    const ids = Array.from({ length: 450 }, () => randomUUID());
    await world.sql('superuser', `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by) select $1, id, n, identity, '', $2 from unnest($3::uuid[], $4::bytea[]) with ordinality as t (id, identity, n)`,
      [crowded.tenantId, crowded.owner.memberId, ids, ids.map((id) => keys.seal('clinic.patients', id, 'identity', { ...nobody, nameEn: 'Crowd Member' }))]);
    const said: string[] = [];
    await command((line) => said.push(line));
    expect(said).toContain(`${crowded.tenantId}: 450 patients indexed anew.`);
    const indexed = () => world.sql('superuser', `select patient_id from clinic.patient_tokens where tenant_id = $1 group by patient_id having count(*) > 5`, [crowded.tenantId]);
    expect(await indexed()).toHaveLength(450);
    await world.sql('superuser', FORGET, [crowded.tenantId]);
    await command(() => undefined);
    expect(await indexed()).toHaveLength(0);
    await command(() => undefined, '--all');
    expect(await indexed()).toHaveLength(450);
  });

  it('leaves an entry in the trail of the practice', async () => {
    await reindex();
    const rows = await world.sql<{ action: string }>('superuser', `select action from audit.entries where tenant_id = $1 and operation = 'operator.reindexPatients'`, [practice.tenantId]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]).toEqual({ action: 'UPDATED' });
  });

  it('goes on where it was cut short, and past a patient whose identity does not open', async () => {
    const [broken, done] = registered as [PatientAnswer, PatientAnswer];
    await world.sql('superuser', 'update clinic.patients set search_version = $2 where id = $1', [done.id, SEARCH_VERSION]);
    const [{ identity } = { identity: Buffer.alloc(0) }] = await world.sql<{ identity: Buffer }>('superuser', 'select identity from clinic.patients where id = $1', [broken.id]);
    await world.sql('superuser', `update clinic.patients set identity = set_byte(identity, 20, get_byte(identity, 20) # 1) where id = $1`, [broken.id]);
    const said: string[] = [];
    await expect(command((line) => said.push(line))).rejects.toThrow('1 patients were not indexed');
    expect(said).toContain(`${practice.tenantId}: the identity of patient ${broken.id} does not open; its tokens stay as they are.`);
    expect(await foundBy('rokon')).toEqual(everybody().filter((id) => id !== broken.id && id !== done.id));
    await world.sql('superuser', 'update clinic.patients set identity = $2 where id = $1', [broken.id, identity]);
    expect(await reindex()).toEqual([`${practice.tenantId}: 1 patients indexed anew.`]);
    expect(await foundBy('rokon')).toContain(broken.id);
  });

  it('waits for an edit that is under way before it reads the patient', async () => {
    const editing = new pg.Client({ connectionString: world.superuserUrl });
    await editing.connect();
    try {
      await editing.query('begin');
      await editing.query('select from clinic.patients where id = $1 for no key update', [registered[0]!.id]);
      const reindexed = reindex();
      const waiting = async (): Promise<string> => {
        const rows = await world.sql<{ query: string }>('superuser', `select query from pg_stat_activity where datname = current_database() and application_name = 'sinduk operator' and wait_event_type = 'Lock'`);
        return rows[0]?.query ?? waiting();
      };
      expect(await waiting()).toMatch(/select p\.id, p\.identity from clinic\.patients/);
      await editing.query('commit');
      await reindexed;
    } finally {
      await editing.end();
    }
  });

  it('loses no edit that is made meanwhile', async () => {
    const edits = registered.slice(2).map(async ({ id }, i) => {
      const { version } = await patients.read(id);
      return patients.editAnswer(id, version, { nameEn: `Renamed Shefali${'abcdefgh'[i]!}` });
    });
    const [answers] = await Promise.all([Promise.all(edits), reindex()]);
    expect(answers.map(({ errors }) => errors)).toEqual(answers.map(() => undefined));
    expect(await foundBy('Renamed')).toEqual(registered.slice(2).map(({ id }) => id).sort());
    expect(await foundBy('rokon')).toEqual(registered.slice(0, 2).map(({ id }) => id).sort());
  });
});
