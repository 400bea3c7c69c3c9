import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import pg from 'pg';
import { Ctx } from '../../src/platform/context/ctx.js';
import { TenantDb } from '../../src/platform/database/tenant-db.js';
import { type TenantTable, productSchemas, tenantTables } from '../contract/catalogue.js';
import { converse, secretOf, verdict } from '../contract/conversation.js';
import { type Seeded, seedPractice } from '../contract/two-practices.js';
import { openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

const NO_CONTEXT = 'SK000';
const NO_SESSION = 'SK001';
const REFUSED = '42501';

describe('somebody who runs SQL of their choice as the application', () => {
  let world: World;
  let ours: Seeded;
  let theirs: Seeded;
  let tables: TenantTable[];

  beforeAll(async () => {
    world = await World.open();
    ours = await seedPractice(world, 'Shapla Chamber');
    theirs = await seedPractice(world, 'Kadam Clinic');
    tables = (await tenantTables(world)).filter(({ isPartition }) => !isPartition);
  });
  afterAll(() => world.close());

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: world.urls.app });
    await client.connect();
    return client;
  };
  const enter = (client: pg.Client, who: Practice): Promise<unknown> =>
    client.query('select platform.enter($1, $2, null, null)', [secretOf(who.owner), who.tenantId]);
  const contextOf = async (client: pg.Client): Promise<string> =>
    (await client.query<{ context: string }>(`select current_setting('sinduk.context') as context`)).rows[0]!.context;

  const looks = `select distinct tenant_id from clinic.patients`;

  describe('cannot make up a context', () => {
    it('out of nothing', async () => {
      const { tenantId, owner } = theirs;
      const body = `${tenantId}:${owner.memberId}`;
      const forged = [
        tenantId, `${body}`, `${body}:`, `${body}:${'0'.repeat(64)}`, `${body}:${createHash('sha256').update(body).digest('hex')}`, `${body}${randomBytes(32).toString('hex')}`,
        ...Array.from({ length: 100 }, () => `${body}:${randomBytes(32).toString('hex')}`), ' ', ':', '%', "' or true --",
      ];
      await converse(world, 'app', undefined, async (ask) => {
        for (const context of forged) {
          await ask(`select set_config('sinduk.context', $1, true)`, [context]);
          expect([context, await verdict(ask, looks)]).toEqual([context, NO_CONTEXT]);
        }
      });
    });

    it('out of one’s own, with another practice or member in it', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        const [row] = await ask(`select current_setting('sinduk.context') as context`);
        const own = row!['context'] as string;
        expect(await verdict(ask, looks)).toBe('ACCEPTED');
        for (const forged of [
          own.replace(ours.tenantId, theirs.tenantId), own.replace(ours.owner.memberId, theirs.owner.memberId), own.replace(ours.owner.memberId, ours.nurse.memberId),
          `${theirs.tenantId}${own.slice(36)}`, own.slice(0, -1), `${own}0`, own.toUpperCase(), `${theirs.tenantId}:${own}`,
        ]) {
          await ask(`select set_config('sinduk.context', $1, true)`, [forged]);
          expect([forged, await verdict(ask, looks)]).toEqual([forged, NO_CONTEXT]);
        }
      });
    });

    it('out of one kept from an earlier transaction of the same connection', async () => {
      const client = await connect();
      try {
        await client.query('begin');
        await enter(client, theirs);
        const kept = await contextOf(client);
        await client.query(`select set_config('sinduk.context', $1, false)`, [kept]);
        expect((await client.query(looks)).rowCount).toBe(1);
        await client.query('commit');
        await expect(client.query(looks)).rejects.toMatchObject({ code: NO_CONTEXT });
        await client.query('begin');
        await client.query(`select set_config('sinduk.context', $1, true)`, [kept]);
        await expect(client.query(looks)).rejects.toMatchObject({ code: NO_CONTEXT });
      } finally {
        await client.end();
      }
    });

    it('out of one that holds at this moment on another connection', async () => {
      const [victim, thief] = [await connect(), await connect()];
      try {
        await Promise.all([victim.query('begin'), thief.query('begin')]);
        await enter(victim, theirs);
        await thief.query(`select set_config('sinduk.context', $1, true)`, [await contextOf(victim)]);
        await expect(thief.query(looks)).rejects.toMatchObject({ code: NO_CONTEXT });
        expect((await victim.query(looks)).rowCount).toBe(1);
      } finally {
        await Promise.all([victim.end(), thief.end()]);
      }
    });

    it('nor does it outlive a rollback to before it was entered', async () => {
      await converse(world, 'app', undefined, async (ask) => {
        await ask('savepoint before');
        await ask('select platform.enter($1, $2, null, null)', [secretOf(ours.owner), ours.tenantId]);
        await ask('rollback to savepoint before');
        expect(await verdict(ask, looks)).toBe(NO_CONTEXT);
      });
    });
  });

  describe('cannot enter', () => {
    const entering = 'select platform.enter($1, $2, null, null)';

    it('another practice with one’s own secret, or with none, or with a guess', async () => {
      await converse(world, 'app', undefined, async (ask) => {
        expect(await verdict(ask, entering, [secretOf(ours.owner), ours.tenantId])).toBe('ACCEPTED');
        const secrets = [secretOf(ours.owner), null, Buffer.alloc(0), Buffer.alloc(32), createHash('sha256').update(secretOf(theirs.owner)).digest(),
          secretOf(theirs.owner).subarray(1), ...Array.from({ length: 100 }, () => randomBytes(32))];
        for (const secret of secrets) expect(await verdict(ask, entering, [secret, theirs.tenantId])).toBe(NO_SESSION);
        expect(await verdict(ask, entering, [secretOf(ours.owner), null])).toBe(NO_SESSION);
        expect(await verdict(ask, looks)).toBe(NO_CONTEXT);
      });
    });

    it('with the secret of a session that ended, idled away, grew too old or moved to another practice', async () => {
      const changes = [
        `ended_at = now(), end_reason = 'SIGNED_OUT'`, `idle_expires_at = now() - interval '1 s'`, `absolute_expires_at = now() - interval '1 s'`, `tenant_id = '${theirs.tenantId}'`,
      ];
      for (const change of changes) {
        const person = await world.signIn(ours.owner.email);
        const hash = createHash('sha256').update(secretOf(person)).digest();
        await converse(world, 'app', undefined, async (ask) => expect(await verdict(ask, entering, [secretOf(person), ours.tenantId])).toBe('ACCEPTED'));
        await world.sql('superuser', `update auth.sessions set ${change} where secret_hash = $1`, [hash]);
        await converse(world, 'app', undefined, async (ask) => {
          expect([change, await verdict(ask, entering, [secretOf(person), ours.tenantId])]).toEqual([change, NO_SESSION]);
          // A session that names a practice in which its person is no member opens nothing there either.
          expect([change, await verdict(ask, entering, [secretOf(person), theirs.tenantId])]).toEqual([change, NO_SESSION]);
        });
      }
    });

    it('and keep anything of an attempt that failed', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        await ask(`do $$ begin perform platform.enter('\\x00', '${theirs.tenantId}', null, null); exception when others then null; end $$`);
        const rows = await ask('select distinct tenant_id from clinic.patients');
        expect(rows).toEqual([{ tenant_id: ours.tenantId }]);
      });
    });
  });

  describe('cannot become somebody else', () => {
    it.each([
      'set role sinduk_owner', 'set role sinduk_auth', 'set role sinduk_audit', 'set role sinduk_jobs', 'set role postgres', 'set session authorization sinduk_owner', 'set local role sinduk_owner',
      'set session_replication_role = replica', 'set local log_min_messages = debug5', 'alter role sinduk_app bypassrls', 'alter role sinduk_app superuser', 'create role mine', 'grant sinduk_owner to sinduk_app',
      'alter table clinic.patients disable row level security', 'alter table clinic.patients no force row level security', 'drop policy tenant_isolation on clinic.patients',
      'create policy mine on clinic.patients using (true)', 'alter policy tenant_isolation on clinic.patients using (true)', 'alter function platform.current_tenant() security invoker',
      'create or replace function platform.current_tenant() returns uuid language sql as $$ select null::uuid $$', 'drop table clinic.patients', 'truncate clinic.patients', 'lock table auth.users',
      'alter table clinic.patients disable trigger all', 'call platform.secure_tenant_table(\'clinic.patients\')', 'reassign owned by sinduk_owner to sinduk_app',
    ])('by %s', async (text) => {
      await converse(world, 'app', ours.owner, async (ask) => expect(await verdict(ask, text)).toBe(REFUSED));
    });
  });

  describe('cannot make anything that others would stumble over', () => {
    it('in any schema, the temporary one included', async () => {
      const made = (schema: string): string[] => [
        `create table ${schema}.patients (id int)`, `create view ${schema}.members as select 1`, `create sequence ${schema}.s`, `create type ${schema}.uuid as (a int)`, `create domain ${schema}.text as int`,
        `create function ${schema}.sha256(bytea) returns bytea language sql as 'select $1'`, `create operator ${schema}.= (leftarg = uuid, rightarg = uuid, function = pg_catalog.uuid_eq)`,
        `create aggregate ${schema}.max(text) (sfunc = pg_catalog.textcat, stype = text)`,
      ];
      await converse(world, 'app', ours.owner, async (ask) => {
        for (const schema of ['public', 'pg_temp', 'pg_catalog', ...productSchemas]) {
          for (const text of made(schema)) {
            // Where the schema itself is out of reach, PostgreSQL says so in another way.
            expect([text, await verdict(ask, text)]).toEqual([text, expect.stringMatching(/^(42501|3F000|42P16|0LP01|42602)$/)]);
          }
        }
        for (const text of ['create temp table x (a int)', 'create temp view v as select 1', 'select 1 into temp x', 'create schema mine', 'create extension pgcrypto schema clinic', `create cast (text as uuid) with inout as implicit`,
          'create language plpythonu', `create server s foreign data wrapper f`, 'create publication p for all tables', `create event trigger t on ddl_command_start execute function audit.refuse()`,
          'create trigger t before insert on clinic.patients for each row execute function audit.refuse()', 'create rule r as on select to clinic.patients do instead nothing', 'create statistics s on id, mrn from clinic.patients',
          'comment on table clinic.patients is null', 'analyze clinic.patients; create index on clinic.patients (mrn)']) {
          expect([text, await verdict(ask, text)]).toEqual([text, expect.stringMatching(/^(42501|42601|42704|0A000)$/)]);
        }
      });
    });
  });

  describe('cannot read what is not for the application', () => {
    it('in the tables of accounts and keys', async () => {
      const names = (await world.sql<{ name: string }>('superuser', `select c.oid::regclass::text as name from pg_class c where c.relnamespace in ('auth'::regnamespace, 'platform'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'S')`)).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['auth.users', 'auth.sessions', 'platform.context_key', 'platform.data_keys']));
      await converse(world, 'app', ours.owner, async (ask) => {
        for (const name of names) {
          for (const text of [`select from ${name}`, `select count(*) from ${name}`, `table ${name}`, `copy ${name} to stdout`, `insert into ${name} default values`, `delete from ${name}`]) {
            expect([text, await verdict(ask, text)]).toEqual([text, REFUSED]);
          }
        }
      });
    });

    it('on the server’s disk, in its programs or its other databases', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        for (const text of [`select pg_read_file('postgresql.conf')`, `select pg_ls_dir('.')`, `copy clinic.patients to program 'cat'`, `copy clinic.patients to '/tmp/patients'`, `select lo_import('/etc/passwd')`,
          'select pg_reload_conf()', 'table pg_authid', 'table pg_statistic', `select pg_current_logfile()`, `select pg_stat_file('base')`, `select pg_logical_slot_peek_changes('s', null, null)`]) {
          expect([text, await verdict(ask, text)]).toEqual([text, REFUSED]);
        }
      });
    });

    it('whatever the other runtime roles are asked', async () => {
      for (const role of ['auth', 'audit'] as const) {
        await converse(world, role, undefined, async (ask) => {
          for (const { name } of tables) expect([role, name, await verdict(ask, `select from ${name}`)]).toEqual([role, name, REFUSED]);
        });
      }
    });
  });

  describe('sees nothing of theirs', () => {
    it('by setting what may be set', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        await ask('savepoint before');
        await ask('set local row_security = off');
        expect(await verdict(ask, looks)).toBe(REFUSED);
        await ask('rollback to savepoint before');
        for (const setting of [`search_path = 'public', 'pg_temp', 'clinic'`, `plan_cache_mode = force_generic_plan`, 'enable_seqscan = off', 'enable_indexscan = off', `role = 'none'`, 'transform_null_equals = on', `constraint_exclusion = on`, `parallel_setup_cost = 0`, `debug_parallel_query = on`]) {
          await ask(`set local ${setting}`);
          expect(await ask('select distinct tenant_id from clinic.patients')).toEqual([{ tenant_id: ours.tenantId }]);
        }
      });
    });

    it('through a statement or a cursor prepared in another practice’s transaction', async () => {
      const client = await connect();
      try {
        const seen = async (): Promise<unknown[]> => (await client.query('execute mine')).rows;
        await client.query('prepare mine as select distinct tenant_id from clinic.patients');
        for (const who of [ours, theirs, ours, theirs, ours, theirs, ours, theirs]) {
          await client.query('begin');
          await enter(client, who);
          expect(await seen()).toEqual([{ tenant_id: who.tenantId }]);
          await client.query('commit');
          await expect(seen()).rejects.toMatchObject({ code: NO_CONTEXT });
        }
      } finally {
        await client.end();
      }
    });

    it('by functions that look for themselves', async () => {
      const secrets = await foreignIds();
      expect(secrets.length).toBeGreaterThan(5);
      await converse(world, 'app', ours.owner, async (ask) => {
        const seen: string[] = [];
        const readable = await ask(`select t as name from unnest($1::text[]) t where has_table_privilege(t, 'select')`, [tables.map(({ name }) => name)]);
        expect(readable.length).toBeGreaterThan(20);
        for (const { name } of readable) {
          for (const text of [`select query_to_xml('select * from ${name}', true, false, '')::text as x`, `select table_to_xml('${name}', true, false, '')::text as x`, `select to_jsonb(t)::text as x from ${name} t`,
            `explain (verbose, costs off) select * from ${name}`, `explain (analyze, verbose, timing off, summary off) select * from ${name} where ${name === 'clinic.tenants' ? 'id' : 'tenant_id'} = '${theirs.tenantId}'::text::uuid`]) {
            for (const row of await ask(text)) seen.push(JSON.stringify(row));
          }
        }
        seen.push(JSON.stringify(await ask(`select schema_to_xml('clinic', true, false, '')::text as x`)));
        const text = seen.join('\n').replaceAll(`'${theirs.tenantId}'`, '');
        expect(text).toContain(ours.patientId);
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      });
    });

    it('in what the planner remembers of the rows, or in what others run', async () => {
      await world.sql('superuser', 'analyze');
      await world.ok('{ chambers { id } }', {}, theirs.owner.token);
      const secrets = await foreignIds();
      await converse(world, 'app', ours.owner, async (ask) => {
        // Lists of codes are nobody's.
        const remembered = await ask(`select * from pg_stats where schemaname = any ($1) and schemaname <> 'reference'`, [productSchemas]);
        expect(remembered).toEqual([]);
        const running = JSON.stringify([await ask('select * from pg_stat_activity'), await ask('select * from pg_prepared_statements'), await ask('select * from pg_locks')]);
        expect(secrets.filter((secret) => running.includes(secret))).toEqual([]);
      });
    });

    it('in the errors of expressions that look at a row before row security does', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        for (const { name, columns, tenantColumn } of tables) {
          for (const column of columns) {
            const blown = `((${column}::text || 'x')::integer is null or true)`;
            const text = `select from ${name} where ${tenantColumn} = '${theirs.tenantId}' and ${blown}`;
            const readable = (await verdict(ask, `select ${column} from ${name} limit 0`)) === 'ACCEPTED';
            expect([text, await verdict(ask, text)]).toEqual([text, readable ? 'ACCEPTED' : REFUSED]);
          }
        }
        // It does blow up on a row that may be seen.
        expect(await verdict(ask, `select from clinic.chambers where (name || 'x')::integer is null`)).toBe('22P02');
      });
    });

    it('by trying ids of theirs against unique constraints and foreign keys', async () => {
      let tried = 0;
      await converse(world, 'owner', ours.owner, async (ask) => {
        for (const { name, schema, columns, tenantColumn } of tables) {
          if (schema === 'audit' || tenantColumn === 'id') continue;
          const [row] = await world.sql<{ row: Record<string, unknown> }>('superuser', `select to_jsonb(t) as row from ${name} t where ${tenantColumn} = $1 limit 1`, [theirs.tenantId]);
          const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
          const insert = `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from jsonb_populate_record(null::${name}, $1)`;
          const isId = (value: unknown): boolean => typeof value === 'string' && uuid.test(value);
          // What is counted per practice, such as record numbers, would collide with what is ours.
          const counted = Object.fromEntries(Object.entries(row!.row).map(([key, value]) => [key, typeof value === 'number' ? randomInt(1_000_000, 2_000_000) : value]));
          if (!Object.entries(counted).some(([key, value]) => key !== tenantColumn && isId(value))) continue;
          // Where a practice has one row, or one of each kind, ours makes room: that there is one already says nothing of theirs.
          const [key] = await ask(`select from pg_constraint c where c.conrelid = $1::regclass and c.contype = 'p' and not exists (
            select from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname <> $2 and a.atttypid = 'uuid'::regtype)`, [name, tenantColumn]);
          if (key) await ask(`delete from ${name}`);
          const asOurs = (change: (value: unknown) => unknown) =>
            JSON.stringify({ ...Object.fromEntries(Object.entries(counted).map(([key, value]) => [key, change(value)])), tenant_id: ours.tenantId });
          const existing = await verdict(ask, insert, [asOurs((value) => value)]);
          const missing = await verdict(ask, insert, [asOurs((value) => (isId(value) ? randomUUID() : value))]);
          expect([name, existing]).toEqual([name, missing]);
          expect([name, existing]).not.toEqual([name, '23505']);
          tried++;
        }
      });
      expect(tried).toBeGreaterThan(5);
    });
  });

  it('gets nothing of theirs out of any function that the application may call', async () => {
    interface Theirs { tenantId: string; memberId: string; chamberId: string; sessionId: string; movedId: string }
    const attempts: Record<string, { text: string; values: (who: Theirs) => unknown[] }> = {
      'platform.applied_migrations()': { text: 'select * from platform.applied_migrations()', values: () => [] },
      'platform.current_tenant()': { text: 'select platform.current_tenant()', values: () => [] },
      'platform.current_member()': { text: 'select platform.current_member()', values: () => [] },
      'platform.default_permissions(text)': { text: 'select platform.default_permissions($1)', values: ({ tenantId }) => [tenantId] },
      'platform.forget_expired_exports()': { text: 'select platform.forget_expired_exports()', values: () => [] },
      'platform.enter(bytea,uuid,uuid,text,boolean)': { text: 'select platform.enter($1, $2, $3, null)', values: ({ tenantId, chamberId }) => [secretOf(ours.owner), tenantId, chamberId] },
      'audit.first_id_at(timestamp with time zone)': { text: `select audit.first_id_at('2026-01-01Z')`, values: () => [] },
      'clinic.begin_emergency(uuid,uuid,integer,bytea)': { text: `select count(*) from clinic.begin_emergency($1, $2, 5, '\\x01')`, values: ({ memberId, chamberId }) => [memberId, chamberId] },
      'clinic.end_emergency(uuid)': { text: 'select count(*) from clinic.end_emergency($1)', values: ({ memberId }) => [memberId] },
      'clinic.end_sessions(uuid)': { text: 'select clinic.end_sessions($1)', values: ({ memberId }) => [memberId] },
      'platform.queue_alert_webhook(uuid)': { text: 'select platform.queue_alert_webhook($1)', values: ({ memberId }) => [memberId] },
      'platform.queue_mail(uuid,bytea)': { text: `select platform.queue_mail($1, '\\x01')`, values: ({ memberId }) => [memberId] },
      'clinic.effective_permissions(uuid,uuid,uuid,text)': {
        text: `select clinic.effective_permissions($1, $2, $3, 'ASSISTANT')`, values: ({ tenantId, memberId, chamberId }) => [tenantId, memberId, chamberId],
      },
      'clinic.give_back_numbers(uuid,uuid)': { text: 'select clinic.give_back_numbers($1, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.may_in(uuid,uuid,uuid,text)': { text: `select clinic.may_in($1, $2, $3, 'appointments:read')`, values: ({ tenantId, memberId, chamberId }) => [tenantId, memberId, chamberId] },
      'clinic.may_where(uuid,uuid,uuid,text)': { text: `select clinic.may_where($1, $2, $3, 'finances:manage')`, values: ({ tenantId, memberId, chamberId }) => [tenantId, memberId, chamberId] },
      'clinic.moved_by_merge(uuid,uuid,uuid)': { text: 'select clinic.moved_by_merge($1, $2, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.billing_settings_of(uuid)': { text: 'select clinic.billing_settings_of($1)', values: ({ tenantId }) => [tenantId] },
      'clinic.usual_billing_settings(uuid)': { text: 'select clinic.usual_billing_settings($1)', values: ({ tenantId }) => [tenantId] },
      'clinic.limit_for(uuid,uuid,text)': { text: `select clinic.limit_for($1, $2, 'REFUND')`, values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.drawer_holds(uuid,uuid)': { text: 'select clinic.drawer_holds($1, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.expense_needs_approval(uuid,uuid)': { text: 'select clinic.expense_needs_approval($1, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.refund_needs_approval(uuid,uuid)': { text: 'select clinic.refund_needs_approval($1, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.folded(text)': { text: `select clinic.folded('Slip 7')`, values: () => [] },
      'clinic.denominations(text)': { text: 'select clinic.denominations($1)', values: ({ tenantId }) => [tenantId] },
      'clinic.day_obstacles(uuid,uuid,date)': { text: 'select clinic.day_obstacles($1, $2, current_date)', values: ({ tenantId, chamberId }) => [tenantId, chamberId] },
      ...Object.fromEntries(['accounts', 'documents', 'receivables'].map((kind) => [`clinic.${kind}_of_days(uuid,uuid,date[])`, {
        text: `select count(*) from clinic.${kind}_of_days($1, $2, array[current_date, current_date - 1])`, values: ({ tenantId, chamberId }: Theirs) => [tenantId, chamberId],
      }])),
      'clinic.open_days(uuid,uuid,date,date)': { text: 'select count(*) from clinic.open_days($1, $2, null, null)', values: ({ tenantId, chamberId }) => [tenantId, chamberId] },
      'clinic.account_balances(uuid,uuid,date)': { text: 'select count(*) from clinic.account_balances($1, $2, null)', values: ({ tenantId, chamberId }) => [tenantId, chamberId] },
      'clinic.day_where(uuid,uuid)': { text: 'select clinic.day_where($1, $2)', values: ({ tenantId, chamberId }) => [tenantId, chamberId] },
      'clinic.deposit_outcome(uuid,uuid)': { text: 'select clinic.deposit_outcome($1, $2)', values: ({ tenantId, movedId }) => [tenantId, movedId] },
      'clinic.fee_of(uuid,uuid)': { text: 'select * from clinic.fee_of($1, $2)', values: ({ tenantId, movedId }) => [tenantId, movedId] },
      'clinic.free_visits_used(uuid,uuid,text,uuid)': { text: `select clinic.free_visits_used($1, $2, 'FOLLOW_UP', $2)`, values: ({ tenantId, movedId }) => [tenantId, movedId] },
      'clinic.may_sign(uuid,uuid,uuid)': { text: 'select clinic.may_sign($1, $2, $3)', values: ({ tenantId, memberId, chamberId }) => [tenantId, memberId, chamberId] },
      'clinic.may_use_templates(uuid,uuid)': { text: 'select clinic.may_use_templates($1, $2)', values: ({ tenantId, memberId }) => [tenantId, memberId] },
      'clinic.standing_follow_up(uuid,uuid)': { text: 'select clinic.standing_follow_up($1, $2)', values: ({ tenantId, movedId }) => [tenantId, movedId] },
      'reference.close_terms(text)': { text: 'select * from reference.close_terms($1)', values: ({ tenantId }) => [tenantId] },
      'clinic.sees_patients(uuid,uuid,uuid)': { text: 'select clinic.sees_patients($1, $2, $3)', values: ({ tenantId, memberId, chamberId }) => [tenantId, memberId, chamberId] },
      'clinic.is_archived(uuid,uuid)': { text: 'select clinic.is_archived($1, $2)', values: ({ tenantId, chamberId }) => [tenantId, chamberId] },
      ...Object.fromEntries(['planned_end', 'booking_obstacle', 'is_offered'].map((name) => [`clinic.${name}(clinic.sessions)`, {
        text: `select clinic.${name}(jsonb_populate_record(null::clinic.sessions, jsonb_build_object('tenant_id', $1::uuid, 'doctor_id', $2::uuid, 'chamber_id', $3::uuid, 'status', 'PLANNED', 'ends_at', 'infinity', 'delay_minutes', 0)))`,
        values: ({ tenantId, memberId, chamberId }: Theirs) => [tenantId, memberId, chamberId],
      }])),
      'clinic.latest_appointment(uuid,uuid)': { text: 'select clinic.latest_appointment($1, $2) = $2 as stays', values: ({ tenantId, movedId }) => [tenantId, movedId] },
      ...Object.fromEntries(['places_left', 'numbers_left'].map((name) => [`clinic.${name}(uuid,uuid,text)`, {
        text: `select clinic.${name}($1, $2, 'GENERAL')`, values: ({ tenantId, sessionId }: Theirs) => [tenantId, sessionId],
      }])),
      'clinic.has_room(clinic.sessions)': {
        text: `select clinic.has_room(jsonb_populate_record(null::clinic.sessions, jsonb_build_object('tenant_id', $1::uuid, 'id', $2::uuid, 'capacity', 9)))`, values: ({ tenantId, sessionId }) => [tenantId, sessionId],
      },
      'clinic.queue_near(uuid,uuid,uuid[],integer)': { text: 'select count(*) from clinic.queue_near($1, $2, array[gen_random_uuid()], 20)', values: ({ tenantId, sessionId }) => [tenantId, sessionId] },
      'clinic.message_due(text,date,timestamp with time zone,text)': { text: `select clinic.message_due('REMINDER_SOON', '2026-11-23', '2026-11-23T11:00Z', $1)`, values: ({ tenantId }) => [tenantId] },
      'clinic.revoke_invitation(uuid)': { text: 'select clinic.revoke_invitation($1)', values: ({ memberId }) => [memberId] },
      'clinic.invite(uuid,bytea,bytea,timestamp with time zone)': { text: `select clinic.invite($1, '\\x01', '\\x02', now() + interval '1 day')`, values: ({ memberId }) => [memberId] },
    };
    const callable = (await world.sql<{ name: string }>('superuser', `
      select f.oid::regprocedure::text as name from pg_proc f join pg_namespace n on n.oid = f.pronamespace
      where n.nspname = any ($1) and has_schema_privilege('sinduk_app', n.oid, 'USAGE') and has_function_privilege('sinduk_app', f.oid, 'EXECUTE')`, [productSchemas])).map(({ name }) => name);
    expect(callable.sort()).toEqual(Object.keys(attempts).sort());
    const [moved] = await world.sql<{ sessionId: string; movedId: string }>('superuser', 'select session_id as "sessionId", rescheduled_from as "movedId" from clinic.appointments where tenant_id = $1 and rescheduled_from is not null limit 1', [theirs.tenantId]);
    await converse(world, 'app', ours.owner, async (ask) => {
      const outcome = async (text: string, values: unknown[]): Promise<unknown> => {
        await ask('savepoint before');
        const said = await ask(text, values).catch((error: pg.DatabaseError) => ({ code: error.code, message: error.message, detail: error.detail }));
        await ask('rollback to savepoint before');
        return said;
      };
      for (const { text, values } of Object.values(attempts)) {
        const there = await outcome(text, values({ tenantId: theirs.tenantId, memberId: theirs.nurse.memberId, chamberId: theirs.chamberId, ...moved! }));
        const nowhere = await outcome(text, values({ tenantId: randomUUID(), memberId: randomUUID(), chamberId: randomUUID(), sessionId: randomUUID(), movedId: randomUUID() }));
        expect([text, there]).toEqual([text, nowhere]);
        expect(JSON.stringify(there)).not.toContain(theirs.tenantId);
      }
    });
  });

  it('gets no answer from the functions that are the owner’s or another role’s', async () => {
    await converse(world, 'app', ours.owner, async (ask) => {
      for (const text of [`select platform.set_context('${theirs.tenantId}', '${theirs.owner.memberId}')`, `select platform.context_mac('${theirs.tenantId}:${theirs.owner.memberId}')`, 'select platform.context()',
        `select platform.wrapped_keys('${theirs.tenantId}')`, `select auth.practices_of('${randomUUID()}')`, `select auth.accept_invitation('\\x00', '${randomUUID()}')`, 'select audit.ensure_partitions()', `select audit.protect('entries')`]) {
        expect([text, await verdict(ask, text)]).toEqual([text, REFUSED]);
      }
    });
  });

  async function foreignIds(): Promise<string[]> {
    const ids: string[] = [];
    for (const { name, tenantColumn, columns } of tables) {
      const column = ['id', 'key', 'entry_id', 'patient_id'].find((candidate) => columns.includes(candidate));
      if (!column) continue;
      const rows = await world.sql<{ id: string }>('superuser', `select distinct ${column}::text as id from ${name} where ${tenantColumn} = $1`, [theirs.tenantId]);
      ids.push(...rows.map(({ id }) => id));
    }
    return ids;
  }
});

describe('many practices over a small pool', () => {
  const PRACTICES = 8;
  let world: World;
  let practices: Practice[];
  const chambersOf = new Map<string, string>();

  beforeAll(async () => {
    world = await World.open();
    practices = [];
    for (let i = 0; i < PRACTICES; i++) {
      const practice = await world.practice(`Chamber ${i}`);
      practices.push(practice);
      chambersOf.set(practice.tenantId, await openChamber(world, practice, `Room of ${practice.tenantId}`));
    }
  });
  afterAll(() => world.close());

  const inTurns = async (total: number, atOnce: number, work: (turn: number) => Promise<void>): Promise<void> => {
    let next = 0;
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (next < total) await work(next++);
    }));
  };

  it('10,000 interleaved reads bring no foreign row', async () => {
    const db = world.app.get(TenantDb, { strict: false });
    const own = { text: 'select tenant_id::text, id::text, name from clinic.chambers' };
    const foreign = { text: 'select id from clinic.members where tenant_id <> $1' };
    const fails = { text: 'select 1 / (length(name) - length(name)) from clinic.chambers' };
    let rows = 0;
    let failures = 0;
    await inTurns(10_000, 40, async (turn) => {
      const { tenantId, owner } = practices[(turn * 7) % PRACTICES]!;
      const caller = { userId: randomUUID(), tenantId, sessionSecret: secretOf(owner), client: 'BEARER' as const, lastKnown: new Map() };
      const ctx = new Ctx({ requestId: randomUUID(), ip: null, device: null }, caller, null, 'Query.test');
      ctx.permission = 'self:read';
      if (turn % 50 === 0) {
        await db.read(ctx, own, fails).catch(() => failures++);
        return;
      }
      const [seen, others] = await db.read(ctx, own, { ...foreign, values: [tenantId] });
      if (others!.length || seen!.length !== 1 || seen![0]!['tenant_id'] !== tenantId || seen![0]!['id'] !== chambersOf.get(tenantId) || ctx.member.memberId !== owner.memberId) {
        throw new Error(`turn ${turn} of ${tenantId} saw ${JSON.stringify([seen, others, ctx.member])}`);
      }
      rows += seen!.length;
    });
    expect([rows, failures]).toEqual([9_800, 200]);
  });

  it('2,000 interleaved requests bring no foreign answer', async () => {
    const answers = new Map<string, number>();
    await inTurns(2_000, 20, async (turn) => {
      const { tenantId, owner } = practices[(turn * 3) % PRACTICES]!;
      const kind = turn % 10;
      const [query, token] = kind === 0 ? ['{ chambers { id', owner.token] : kind === 1 ? ['{ chambers { id name } }', `${owner.token}x`] : ['{ chambers { id name } viewer { member { id } practice { id } } }', owner.token];
      const { data, errors } = await world.graphql(query, {}, token);
      const code = errors?.[0]?.extensions.code ?? 'ACCEPTED';
      answers.set(code, (answers.get(code) ?? 0) + 1);
      if (code !== 'ACCEPTED') return;
      const expected = {
        chambers: [{ id: chambersOf.get(tenantId), name: `Room of ${tenantId}` }], viewer: { member: { id: owner.memberId }, practice: { id: tenantId } },
      };
      if (JSON.stringify(data) !== JSON.stringify(expected)) throw new Error(`turn ${turn} of ${tenantId} saw ${JSON.stringify(data)}`);
    });
    expect(Object.fromEntries(answers)).toEqual({ ACCEPTED: 1_600, QUERY_REFUSED: 200, UNAUTHENTICATED: 200 });
  });
});
