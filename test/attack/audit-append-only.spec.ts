import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type Practice, World } from '../support/world.js';

const COLUMNS = 'id, tenant_id, action, operation, outcome, request_id, payload, payload_hash, records_hash';
const REFUSED = '42501';
const GENERATED_ALWAYS = '428C9';
const VALUES = `'VIEWED', 'forged', 'SUCCESS', gen_random_uuid(), 'x', sha256('x'), sha256('')`;

describe('the trail against those who hold its database', () => {
  let world: World;
  let practice: Practice;
  let neighbour: Practice;
  let tables: string[];

  /** Runs a statement as the application does, having entered the practice; gives its rows. */
  const asApp = async (text: string, values: unknown[] = []): Promise<Array<Record<string, unknown>>> => {
    const client = new pg.Client({ connectionString: world.urls.app });
    await client.connect();
    try {
      const { sid } = JSON.parse(Buffer.from(practice.owner.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
      await client.query('begin');
      await client.query('select from platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), practice.tenantId]);
      const { rows } = await client.query(text, values);
      await client.query('commit');
      return rows as Array<Record<string, unknown>>;
    } finally {
      await client.end();
    }
  };
  /** The distinct outcomes of statements that a role runs one after the other: SQLSTATEs, or 'done'. */
  const outcomes = async (role: 'app' | 'auth' | 'audit' | 'owner', statements: string[]): Promise<string[]> => {
    const client = new pg.Client({ connectionString: role === 'owner' ? world.ownerUrl : world.urls[role] });
    await client.connect();
    const found = new Set<string>();
    for (const statement of statements) {
      await client.query(statement).then(() => found.add('done'), (error: pg.DatabaseError) => found.add(error.code!));
    }
    await client.end();
    return [...found];
  };
  const changes = (table: string): string[] => [`update ${table} set tenant_id = tenant_id`, `delete from ${table}`, `truncate ${table}`];

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    neighbour = await world.practice('Kadam Clinic');
    // A row in the default partitions, so that their triggers have something to refuse.
    await world.sql('superuser', `
      insert into audit.entries (${COLUMNS}) values ('00000000-0000-7000-8000-000000000000', '${practice.tenantId}', ${VALUES});
      insert into audit.entry_records (entry_id, tenant_id, record_type, record_id) values ('00000000-0000-7000-8000-000000000000', '${practice.tenantId}', 'x', gen_random_uuid())`);
    const found = await world.sql<{ name: string }>('superuser', `select c.oid::regclass::text as name from pg_class c where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p')`);
    tables = found.map(({ name }) => name);
    expect(tables.length).toBeGreaterThanOrEqual(2 * 15);
  });
  afterAll(() => world.close());

  it('has nobody but its owner change or remove a row, in the tables and in every partition', async () => {
    for (const role of ['app', 'auth', 'audit'] as const) expect(await outcomes(role, tables.flatMap(changes))).toEqual([REFUSED]);
  });

  it('refuses its owner too', async () => {
    expect(await outcomes('owner', tables.map((table) => `truncate ${table}`))).toEqual(['SK020']);
    const full = await world.sql<{ name: string }>('superuser', `
      select distinct tableoid::regclass::text as name from audit.entries union select distinct tableoid::regclass::text from audit.entry_records`);
    expect(full).toHaveLength(4);
    const holding = ['audit.entries', 'audit.entry_records', ...full.map(({ name }) => name)];
    expect(await outcomes('owner', holding.flatMap(changes))).toEqual(['SK020']);
    // Replicated changes skip ordinary triggers.
    for (const table of holding) await expect(world.sql('superuser', `set session_replication_role = replica; delete from ${table}`)).rejects.toMatchObject({ code: 'SK020' });
  });

  it('guards every partition with both triggers, always', async () => {
    const guarded = await world.sql<{ name: string; guards: string }>('superuser', `
      select c.oid::regclass::text as name, string_agg(t.tgname || t.tgenabled::text, ' ' order by t.tgname) as guards
      from pg_class c left join pg_trigger t on t.tgrelid = c.oid where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p') group by 1`);
    expect(guarded.filter(({ guards }) => guards !== 'append_onlyA no_truncateA')).toEqual([]);
    expect(guarded).toHaveLength(tables.length);
  });

  it('lets the application write to its own tenant only, and neither choose the time nor the transaction', async () => {
    const insert = (tenant: string, id = uuidv7()) =>
      asApp(`insert into audit.entries (${COLUMNS}) values ($1, $2, ${VALUES})`, [id, tenant]);
    await insert(practice.tenantId);
    await expect(insert(neighbour.tenantId)).rejects.toMatchObject({ code: REFUSED });
    await expect(asApp(`insert into audit.entries (tx, ${COLUMNS}) values ('5', $1, $2, ${VALUES})`, [randomUUID(), practice.tenantId])).rejects.toMatchObject({ code: REFUSED });
    await expect(asApp(`insert into audit.entries (occurred_at, ${COLUMNS}) values (now(), $1, $2, ${VALUES})`, [randomUUID(), practice.tenantId])).rejects.toMatchObject({ code: GENERATED_ALWAYS });
    await expect(asApp('insert into audit.entry_records values ($1, $2, $3, $1, null)', [randomUUID(), neighbour.tenantId, 'x'])).rejects.toMatchObject({ code: REFUSED });
    await expect(asApp(`insert into ${tables.find((name) => /entries_\d/.test(name))!} (${COLUMNS}) values ($1, $2, ${VALUES})`, [randomUUID(), practice.tenantId])).rejects.toMatchObject({ code: REFUSED });
    await expect(world.sql('app', `insert into audit.entries (${COLUMNS}) values ($1, $2, ${VALUES})`, [randomUUID(), practice.tenantId])).rejects.toMatchObject({ code: 'SK000' });
  });

  it('shows the application its own tenant’s rows, and the roles that only write none at all', async () => {
    expect(await asApp('select distinct tenant_id from audit.entries')).toEqual([{ tenant_id: practice.tenantId }]);
    expect(await asApp('select distinct tenant_id from audit.entry_records')).toEqual([{ tenant_id: practice.tenantId }]);
    const reads = tables.map((table) => `select from ${table}`);
    expect(await outcomes('audit', reads)).toEqual([REFUSED]);
    expect(await outcomes('auth', reads)).toEqual([REFUSED]);
    expect(await outcomes('app', reads.filter((read) => !/(entries|entry_records)$/.test(read)))).toEqual([REFUSED]);
  });

  it('has the owner alone make partitions beyond what is due', async () => {
    await expect(asApp('select audit.ensure_partitions()')).rejects.toMatchObject({ code: REFUSED });
    await expect(world.sql('audit', `create table audit.entries_mine partition of audit.entries for values from ('00000000-0000-0000-0000-000000000000') to ('00000000-0000-0000-0000-000000000001')`)).rejects.toMatchObject({ code: REFUSED });
  });

  it('shows what a superuser who lifts the triggers has altered', async () => {
    const uttara = await openChamber(world, practice, 'Uttara');
    const banani = await openChamber(world, practice, 'Banani');
    const tampered = (text: string) => world.sql('superuser', `
      begin; alter table audit.entries disable trigger append_only; alter table audit.entry_records disable trigger append_only; ${text};
      alter table audit.entries enable always trigger append_only; alter table audit.entry_records enable always trigger append_only; commit`);
    const entry = async (chamber: string) => (await entriesOf(world, practice.owner.token, { recordId: chamber, action: ['CREATED'] }))[0]!;
    const [first, second] = [await entry(uttara), await entry(banani)];
    expect([first, second]).toMatchObject([{ payloadIntact: true, recordsIntact: true }, { payloadIntact: true, recordsIntact: true }]);

    await tampered(`update audit.entries e set payload = o.payload, payload_hash = o.payload_hash from audit.entries o where e.id = '${first.id}' and o.id = '${second.id}'`);
    expect(await entry(uttara)).toMatchObject({ payloadIntact: false, recordsIntact: true, device: null });
    await tampered(`update audit.entries set ip = '192.0.2.1' where id = '${second.id}'`);
    expect(await entry(banani)).toMatchObject({ payloadIntact: false, recordsIntact: true });
    await tampered(`update audit.entries set payload = 'x' where id = '${first.id}'`);
    expect(await entry(uttara)).toMatchObject({ payloadIntact: false });
    expect((await entry(banani)).device).toBe(second.device);

    await world.sql('superuser', `insert into audit.entry_records values ('${first.id}', '${practice.tenantId}', 'patient', gen_random_uuid(), gen_random_uuid())`);
    expect(await entry(uttara)).toMatchObject({ recordsIntact: false, recordCount: 2 });
    await tampered(`delete from audit.entry_records where entry_id = '${second.id}'`);
    const [bare] = (await entriesOf(world, practice.owner.token, { operation: 'Mutation.addChamber' })).filter(({ id }) => id === second.id);
    expect(bare).toMatchObject({ recordsIntact: false, recordCount: 0 });
  });

  it('commits to a payload without letting a thief of the database guess it back', async () => {
    const [row] = await world.sql<{ text: string; payload: Buffer }>('superuser', `select to_jsonb(e) - 'payload' as text, payload from audit.entries e where operation = 'Mutation.signIn' limit 1`);
    // Nothing outside the sealed payload may serve as the salt of its hash.
    expect(Object.keys(row!.text as unknown as object).sort()).toEqual(['action', 'actor_member_id', 'actor_roles', 'actor_user_id', 'chamber_id', 'error_code', 'id', 'ip',
      'occurred_at', 'operation', 'outcome', 'payload_hash', 'records_hash', 'request_id', 'session_id', 'tenant_id', 'tx']);
    const hashes = await world.sql<{ n: number; distinct: number }>('superuser', `
      select count(*)::integer as n, count(distinct payload_hash)::integer as distinct from audit.entries where operation = 'Query.auditEntries'`);
    expect(hashes[0]!.n).toBeGreaterThan(3);
    expect(hashes[0]!.distinct).toBe(hashes[0]!.n);
  });
});
