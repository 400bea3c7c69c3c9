import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { Keyring } from '../../src/platform/crypto/keyring.js';
import { DuplicatesReader } from '../../src/patients/duplicates.reader.js';
import { searchStatement } from '../../src/patients/patient-search.reader.js';
import { nobody } from '../../src/patients/patient-identity.js';
import { findablesOf, tokenArrays } from '../../src/patients/patient-tokens.js';
import { readSearch } from '../../src/patients/search-text.js';
import type { Statement } from '../../src/platform/database/statement-group.js';
import { type Practice, World } from '../support/world.js';

const PATIENTS = 3_000;
const NAMES = ['Md. Abdur Rahim', 'Md. Rahima Karim', 'Salma Begum', 'Md. Kamal Hossain', 'Nasrin Sultana', 'Md. Rafiqul Islam'];

describe('the search in a practice of thousands', () => {
  let world: World;
  let practice: Practice;
  let client: pg.Client;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    const neighbour = await world.practice('Kadam Clinic');
    for (const { tenantId, owner } of [practice, neighbour]) {
      const keys = await world.app.get(Keyring, { strict: false }).of(tenantId);
      const rows = Array.from({ length: PATIENTS }, (_, i) => ({ id: uuidv7(), nameEn: NAMES[i % NAMES.length]! }));
      await world.sql('superuser', `insert into clinic.patients (tenant_id, id, mrn, identity, clinical, registered_by) select $1, id, n, '', '', $2 from unnest($3::uuid[]) with ordinality as t (id, n)`,
        [tenantId, owner.memberId, rows.map(({ id }) => id)]);
      for (const nameEn of NAMES) {
        const [fields, tokens] = tokenArrays(keys, findablesOf({ ...nobody, nameEn, phones: [{ number: '+8801100123456', label: 'OWN' }] }));
        await world.sql('superuser', `insert into clinic.patient_tokens select $1, t.field, t.token, p.id from unnest($2::text[], $3::bytea[]) t (field, token), unnest($4::uuid[]) p (id)`,
          [tenantId, fields, tokens, rows.filter((row) => row.nameEn === nameEn).map(({ id }) => id)]);
      }
    }
    await world.sql('superuser', 'analyze clinic.patients');
    await world.sql('superuser', 'analyze clinic.patient_tokens');
    client = new pg.Client({ connectionString: world.urls.app, options: '-c search_path=pg_catalog' });
    await client.connect();
    const { sid } = JSON.parse(Buffer.from(practice.owner.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
    await client.query('begin');
    await client.query('select from platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), practice.tenantId]);
  });
  afterAll(async () => {
    await client.end();
    await world.close();
  });

  const literal = (value: unknown): string =>
    value === null ? 'null' : typeof value === 'number' ? String(value)
      : Array.isArray(value) ? `array[${value.map((item) => (Buffer.isBuffer(item) ? `'\\x${item.toString('hex')}'::bytea` : literal(item))).join(', ')}]${value.length ? '' : '::text[]'}`
        : pg.escapeLiteral(value as string);

  /** The plan of the search as the application role executes it, prepared for its values or for any. */
  const planOf = async (text: string, mode: string, status: 'ACTIVE' | 'ARCHIVED' = 'ACTIVE'): Promise<string> =>
    explained(searchStatement(await keysOf(), readSearch(text), status, 10), mode);

  const keysOf = () => world.app.get(Keyring, { strict: false }).of(practice.tenantId);

  const explained = async ({ text: sql, values = [] }: Statement, mode: string): Promise<string> => {
    await client.query(`set local plan_cache_mode = ${mode}; deallocate all; prepare asked as ${sql}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) execute asked(${values.map(literal).join(', ')})`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  describe.each(['force_custom_plan', 'force_generic_plan'])('under %s', (mode) => {
    it.each(['ra', 'রহিম', 'Md. Abdur Rahim', 'Salma Begum', 'Mohammad', 'Rahmi', '3456', '01100', 'P-000017', 'Rahim 3456'])('reads no table from end to end for %s', async (text) => {
      expect(await client.query('select current_user').then(({ rows }) => rows)).toEqual([{ current_user: 'sinduk_app' }]);
      const plan = await planOf(text, mode);
      expect(plan).not.toMatch(/Seq Scan on (patients|patient_tokens)/);
      if (!text.startsWith('P-')) {
        expect(plan).toMatch(/Index Only Scan using patient_tokens__pkey on patient_tokens k/);
        expect(plan).toMatch(/Index Cond: \(\(tenant_id = .*\) AND \(field = .*\) AND \(token = /);
      }
    });

    it.each([
      { nameEn: 'Md. Abdur Rahim', birth: { precision: 'YEAR' as const, date: '1980-01-01' } },
      { nameEn: 'Salma Begum', phones: [{ number: '+8801100123456', label: 'OWN' as const }] },
    ])('reads no table from end to end for those who may be %j', async (known) => {
      const question = world.app.get(DuplicatesReader, { strict: false }).question(await keysOf(), [{ ...nobody, ...known }]);
      const plan = await explained(question, mode);
      expect(plan).not.toMatch(/Seq Scan on (patients|patient_tokens)/);
      expect(plan).toMatch(/Index Only Scan (Backward )?using patient_tokens__pkey on patient_tokens k/);
      expect(plan).toMatch(/Index (Only )?Scan using patients__pkey on patients p/);
    });
  });

  it('would read the table from end to end, were the token compared otherwise than by equality', async () => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain select from clinic.patient_tokens where tenant_id = '${practice.tenantId}' and encode(token, 'hex') like 'ab%'`);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Filter: /);
  });
});
