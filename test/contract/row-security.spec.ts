import { World } from '../support/world.js';
import { type TenantTable, productSchemas, runtimeRoles, tenantTables } from './catalogue.js';
import { type Ask, converse, verdict } from './conversation.js';
import { expectReviewed } from './reviewed.js';
import { type Seeded, seedPractice } from './two-practices.js';

const NO_CONTEXT = 'SK000';
const REFUSED = '42501';

/** Unique constraints that do not begin with the tenant, and why none of them tells anybody anything. */
const uniqueExceptions = new Map([
  ['clinic.tenants tenants__pkey (id)', 'the id is the tenant'],
]);

const policyTemplates: Record<string, (tenantColumn: string) => string[]> = {
  clinic: (column) => [
    'entered permissive * public using true check true',
    `tenant_isolation restrictive * public using (${column} = ( SELECT platform.current_tenant() AS current_tenant)) check (${column} = ( SELECT platform.current_tenant() AS current_tenant))`,
  ],
  audit: (column) => [
    'entered permissive * sinduk_app using true check true',
    'kept permissive * sinduk_owner using true check true',
    `tenant_isolation restrictive * sinduk_app using (${column} = ( SELECT platform.current_tenant() AS current_tenant)) check (${column} = ( SELECT platform.current_tenant() AS current_tenant))`,
    'written permissive a sinduk_audit,sinduk_auth using - check true',
  ],
};

describe('row security', () => {
  let world: World;
  let ours: Seeded;
  let theirs: Seeded;
  let tables: TenantTable[];

  beforeAll(async () => {
    world = await World.open();
    ours = await seedPractice(world, 'Shapla Chamber');
    theirs = await seedPractice(world, 'Kadam Clinic');
    tables = await tenantTables(world);
  });
  afterAll(() => world.close());

  const catalogue = <T extends object>(text: string, values: unknown[] = []): Promise<T[]> => world.sql<T>('superuser', text, values);
  const faults = async (text: string, values: unknown[] = []): Promise<string[]> =>
    (await catalogue<{ fault: string }>(text, values)).map(({ fault }) => fault);

  describe('the catalogue', () => {
    it('knows the tables it ought to', () => {
      const names = tables.map(({ name }) => name);
      for (const name of ['clinic.tenants', 'clinic.members', 'clinic.patients', 'clinic.patient_tokens', 'audit.entries', 'audit.entry_records']) {
        expect(names).toContain(name);
      }
      expect(tables.filter(({ isPartition }) => isPartition).length).toBeGreaterThan(2);
    });

    it('forces row security on every tenant table', async () => {
      expect(await faults(`
        select c.oid::regclass::text as fault from pg_class c
        where c.oid = any ($1::text[]::regclass[]) and not (c.relrowsecurity and c.relforcerowsecurity)`, [tables.map(({ name }) => name)])).toEqual([]);
    });

    it('has on every tenant table exactly the policies of the one template', async () => {
      const rows = await catalogue<{ name: string; policies: string[] }>(`
        select n.nspname || '.' || c.relname as name, array_agg(
          p.polname || case when p.polpermissive then ' permissive ' else ' restrictive ' end || p.polcmd::text || ' '
          || (select string_agg(coalesce(r.rolname, 'public'), ',' order by r.rolname) from unnest(p.polroles) o left join pg_roles r on r.oid = o)
          || ' using ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '-') || ' check ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-')
          order by p.polname) as policies
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname <> 'graphile_worker' and c.oid <> 'platform.mails'::regclass group by 1 order by 1`);
      expect(rows).toEqual(tables.map(({ name, schema, tenantColumn }) => ({ name, policies: policyTemplates[schema]!(tenantColumn) })));
    });

    it('opens what belongs to no practice, but to background work, to that and to the owner alone', async () => {
      expect((await catalogue<{ line: string }>(`
        select c.oid::regclass || ' ' || c.relforcerowsecurity || ' ' || p.polname || ' ' || p.polcmd::text || ' ' || array_to_string(p.polroles::regrole[], ',') as line
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where (n.nspname = 'graphile_worker' or c.oid = 'platform.mails'::regclass) and c.relrowsecurity order by 1`)).map(({ line }) => line)).toEqual([
        ...['_private_job_queues', '_private_jobs', '_private_known_crontabs', '_private_tasks'].map((table) => `graphile_worker.${table} false worked * sinduk_jobs`),
        'platform.mails true kept * sinduk_owner', 'platform.mails true worked * sinduk_jobs',
      ]);
    });

    it('begins every unique constraint and index of a tenant table with the tenant', async () => {
      const rows = await catalogue<{ name: string; title: string; first: string }>(`
        select c.oid::regclass::text as name, c.oid::regclass || ' ' || x.relname || ' ('
            || (select string_agg(a.attname, ', ' order by k.ord) from unnest(i.indkey) with ordinality k(attnum, ord) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) || ')' as title,
          (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]) as first
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
        where (i.indisunique or i.indisexclusion) and c.oid = any ($1::text[]::regclass[])`, [tables.map(({ name }) => name)]);
      expect(rows.length).toBeGreaterThan(10);
      const offenders = rows.filter(({ first }) => first !== 'tenant_id').map(({ title }) => title);
      expect(offenders.sort()).toEqual([...uniqueExceptions.keys()].sort());
    });

    it('begins every foreign key of a tenant table with the tenant, on both sides', async () => {
      const rows = await catalogue<{ title: string; child: string; parent: string; from: string; to: string }>(`
        select f.conrelid::regclass || ' ' || f.conname as title, f.conrelid::regclass::text as child, f.confrelid::regclass::text as parent,
          (select a.attname::text from pg_attribute a where a.attrelid = f.conrelid and a.attnum = f.conkey[1]) as from,
          (select a.attname::text from pg_attribute a where a.attrelid = f.confrelid and a.attnum = f.confkey[1]) as to
        from pg_constraint f where f.contype = 'f' and (f.conrelid = any ($1::text[]::regclass[]) or f.confrelid = any ($1::text[]::regclass[]))`, [tables.map(({ name }) => name)]);
      expect(rows.length).toBeGreaterThan(5);
      const tenantColumnOf = new Map(tables.map(({ name, tenantColumn }) => [name, tenantColumn]));
      expect(rows.filter(({ child, parent, from, to }) => tenantColumnOf.get(child) !== from || tenantColumnOf.get(parent) !== to)).toEqual([]);
    });

    it('lets the runtime roles own nothing, belong to nothing and be nothing special', async () => {
      expect(await faults(`
        select r.rolname || ' owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) as fault
        from pg_shdepend d join pg_roles r on r.oid = d.refobjid and d.refclassid = 'pg_authid'::regclass
        where d.deptype = 'o' and r.rolname = any ($1) and (d.dbid = 0 or d.dbid = (select oid from pg_database where datname = current_database()))
        union all
        select rolname || ' has an attribute' from pg_roles
        where rolname = any ($1) and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication or rolinherit)
        union all
        select member::regrole || ' is a member of ' || roleid::regrole from pg_auth_members where member::regrole::text = any ($1)
        union all
        select 'the owner is ' || rolname from pg_roles where rolname = 'sinduk_owner' and (rolsuper or rolbypassrls)`, [runtimeRoles])).toEqual([]);
    });

    it('lets the runtime roles create nothing, anywhere', async () => {
      expect(await faults(`
        select r || ' may ' || p || ' in the database' as fault from unnest($1::text[]) r, unnest(array['CREATE', 'TEMP']) p where has_database_privilege(r, current_database(), p)
        union all
        select r || ' may create in ' || n.nspname from unnest($1::text[]) r, pg_namespace n where has_schema_privilege(r, n.oid, 'CREATE')
        union all
        select r || ' may use the language ' || l.lanname from unnest($1::text[]) r, pg_language l where not l.lanpltrusted and has_language_privilege(r, l.oid, 'USAGE') and l.lanname not in ('internal', 'c')
        union all
        select r || ' may ' || p || ' ' || c.oid::regclass from unnest($1::text[]) r, unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) p, pg_class c
        where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and has_table_privilege(r, c.oid, p)`, [runtimeRoles])).toEqual([]);
    });

    it('grants exactly what was reviewed', async () => {
      const lines = await catalogue<{ line: string }>(`
        with granted as (
          select a.grantee, 'schema ' || n.nspname as object, a.privilege_type as privilege from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
            where n.nspname = any ($1) and a.grantee <> n.nspowner
          union all
          select a.grantee, c.relkind_name || ' ' || c.name, a.privilege_type from (
            select n.nspname || '.' || c.relname as name, case when c.relkind in ('r', 'p') then 'table' when c.relkind = 'S' then 'sequence' else 'view' end as relkind_name, c.relacl, c.relowner, c.relkind
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')) c,
            aclexplode(coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's'::"char" else 'r'::"char" end, c.relowner))) a
            where a.grantee <> c.relowner
          union all
          select a.grantee, 'table ' || n.nspname || '.' || c.relname, a.privilege_type || ' (' || string_agg(t.attname, ', ' order by t.attnum) || ')'
            from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace, aclexplode(t.attacl) a
            where n.nspname = any ($1) and a.grantee <> c.relowner group by a.grantee, n.nspname, c.relname, a.privilege_type
          union all
          select a.grantee, 'function ' || f.oid::regprocedure, a.privilege_type from pg_proc f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
            where f.pronamespace in (select oid from pg_namespace where nspname = any ($1)) and a.grantee <> f.proowner
        )
        select case when grantee = 0 then 'PUBLIC' else grantee::regrole::text end || '  ' || object || '  ' || string_agg(privilege, ', ' order by privilege) as line
        from granted group by grantee, object order by 1`, [[...productSchemas, 'graphile_worker']]);
      expect(lines.some(({ line }) => line.startsWith('PUBLIC'))).toBe(false);
      expectReviewed('test/contract/grants.txt', lines.map(({ line }) => line));
    });

    it('pins the search path of every function that runs with its owner’s rights, and its owner is no superuser', async () => {
      const definers = await catalogue<{ name: string; path: string; superuser: boolean }>(`
        select f.oid::regprocedure::text as name, coalesce((select s from unnest(f.proconfig) s where s like 'search_path=%'), 'none') as path, r.rolsuper as superuser
        from pg_proc f join pg_roles r on r.oid = f.proowner
        where f.prosecdef and f.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`);
      expect(definers.length).toBeGreaterThan(5);
      expect(definers.filter(({ path, superuser }) => superuser || path !== 'search_path=pg_catalog, pg_temp')).toEqual([]);
    });

    it('has without a tenant, within the application’s reach, only tables of the schema reference: to be read, and with nothing of anybody', async () => {
      expect(await catalogue(`
        select c.oid::regclass::text as name, array_agg(r || ' ' || p order by r, p) as may from pg_class c, unnest($1::text[]) r, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
        where c.relnamespace = 'reference'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and (has_table_privilege(r, c.oid, p)
          or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(r, c.oid, p))) group by c.oid order by 1`, [runtimeRoles])).toEqual([
        ...['drug_classes', 'drug_products', 'drug_terms', 'drug_words', 'icd10_codes', 'icd10_words', 'ingredient_aliases', 'ingredient_classes', 'ingredients'].map((name) => ({ name: `reference.${name}`, may: ['sinduk_app SELECT'] })),
      ]);
      // What belongs to somebody would be sealed, or refer to what does.
      expect(await faults(`
        select c.oid::regclass || '.' || a.attname as fault from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'reference'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and a.atttypid in ('uuid'::regtype, 'bytea'::regtype, 'jsonb'::regtype, 'json'::regtype)
        union all
        select f.conrelid::regclass || ' ' || f.conname from pg_constraint f join pg_class child on child.oid = f.conrelid join pg_class parent on parent.oid = f.confrelid
        where f.contype = 'f' and (child.relnamespace = 'reference'::regnamespace) <> (parent.relnamespace = 'reference'::regnamespace)`)).toEqual([]);
    });

    it('has no view, rule or foreign table that would look past row security', async () => {
      expect(await faults(`
        select c.oid::regclass || ' is a ' || c.relkind::text as fault from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any ($1) and c.relkind in ('v', 'm', 'f') and not coalesce('security_invoker=true' = any (c.reloptions), false)
        union all
        select r.ev_class::regclass || ' has the rule ' || r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any ($1) and r.rulename <> '_RETURN'`, [productSchemas])).toEqual([]);
    });
  });

  describe('without an entered context', () => {
    it('every statement on every table raises', async () => {
      for (const role of ['app', 'owner'] as const) {
        await converse(world, role, undefined, async (ask) => {
          for (const table of guarded(tables, role)) {
            expect({ role, table: table.name, ...(await attempts(ask, role, table, theirs.tenantId)) }).toEqual({
              role, table: table.name, ...expected(await allowed(ask, role, table), NO_CONTEXT),
            });
          }
        });
      }
    });
  });

  describe('with one’s own practice entered', () => {
    it('every table has rows of ours and of theirs, or this suite shows nothing', async () => {
      for (const { name, tenantColumn } of tables.filter(({ isPartition }) => !isPartition)) {
        const [row] = await catalogue<{ ours: string; theirs: string }>(
          `select count(*) filter (where ${tenantColumn} = $1) as ours, count(*) filter (where ${tenantColumn} = $2) as theirs from ${name}`, [ours.tenantId, theirs.tenantId]);
        expect({ name, ours: Number(row!.ours) > 0, theirs: Number(row!.theirs) > 0 }).toEqual({ name, ours: true, theirs: true });
      }
    });

    it('only rows of ours are there', async () => {
      for (const role of ['app', 'owner'] as const) {
        await converse(world, role, ours.owner, async (ask) => {
          for (const table of guarded(tables, role)) {
            if (!(await allowed(ask, role, table)).select) continue;
            const [row] = await ask(`select count(*)::int as count, bool_and(${table.tenantColumn} = $1) as own from ${table.name}`, [ours.tenantId]);
            const [foreign] = await ask(`select count(*)::int as count from ${table.name} where ${table.tenantColumn} = $1`, [theirs.tenantId]);
            expect({ role, name: table.name, some: row!['count'] > 0, own: row!['own'], foreign: foreign!['count'] }).toEqual({ role, name: table.name, some: true, own: true, foreign: 0 });
          }
        });
      }
    });

    it('no row can be put into theirs', async () => {
      for (const role of ['app', 'owner'] as const) {
        await converse(world, role, ours.owner, async (ask) => {
          for (const table of guarded(tables, role)) {
            const row = await rowOf(table, theirs.tenantId);
            expect({ role, name: table.name, verdict: await verdict(ask, insertion(table, await insertable(ask, role, table)), [JSON.stringify(row)]) })
              .toEqual({ role, name: table.name, verdict: REFUSED });
          }
        });
      }
    });

    it('no row of ours can be moved into theirs, and none of theirs is changed or deleted', async () => {
      await converse(world, 'owner', ours.owner, async (ask) => {
        for (const table of guarded(tables, 'owner')) {
          const move = await verdict(ask, `update ${table.name} set ${table.tenantColumn} = '${theirs.tenantId}' where ${table.tenantColumn} = '${ours.tenantId}'`);
          const changed = await ask(`with changed as (update ${table.name} set ${table.tenantColumn} = ${table.tenantColumn} where ${table.tenantColumn} = $1 returning 1) select 1 from changed`, [theirs.tenantId]);
          const deleted = await ask(`with gone as (delete from ${table.name} where ${table.tenantColumn} = $1 returning 1) select 1 from gone`, [theirs.tenantId]);
          expect({ name: table.name, move, changed, deleted }).toEqual({ name: table.name, move: REFUSED, changed: [], deleted: [] });
        }
      });
    });

    it('the trail’s partitions are out of the application’s reach', async () => {
      await converse(world, 'app', ours.owner, async (ask) => {
        for (const { name } of tables.filter(({ isPartition }) => isPartition)) expect(await verdict(ask, `select from ${name}`)).toBe(REFUSED);
      });
    });
  });

  interface Allowed { select: boolean; insert: boolean; update: boolean; delete: boolean }

  // Forced row security binds even the owner, who may do everything else; on the trail the owner is exempt, to keep it.
  const guarded = (all: TenantTable[], role: 'app' | 'owner'): TenantTable[] =>
    all.filter(({ schema, isPartition }) => !isPartition && (role === 'app' || schema !== 'audit'));

  const allowed = async (ask: Ask, role: string, { name }: TenantTable): Promise<Allowed> => {
    const [row] = await ask(`select has_any_column_privilege($1, $2, 'SELECT') as select, has_any_column_privilege($1, $2, 'INSERT') as insert,
      has_any_column_privilege($1, $2, 'UPDATE') as update, has_table_privilege($1, $2, 'DELETE') as delete`, [`sinduk_${role}`, name]);
    return row as Allowed;
  };

  const expected = (may: Allowed, code: string): Record<keyof Allowed, string> => ({
    select: may.select ? code : REFUSED, insert: may.insert ? code : REFUSED, update: may.update ? code : REFUSED, delete: may.delete ? code : REFUSED,
  });

  const columnsWith = async (ask: Ask, role: string, { name, columns }: TenantTable, privilege: string): Promise<string[]> => {
    const rows = await ask(`select c from unnest($3::text[]) c where has_column_privilege($1, $2, c, $4)`, [`sinduk_${role}`, name, columns, privilege]);
    return rows.map(({ c }) => c as string);
  };

  const insertable = async (ask: Ask, role: string, table: TenantTable): Promise<string[]> => {
    const columns = await columnsWith(ask, role, table, 'INSERT');
    return columns.length ? columns : table.columns;
  };

  const rowOf = async ({ name, tenantColumn }: TenantTable, tenantId: string): Promise<object> => {
    const [found] = await catalogue<{ row: object }>(`select to_jsonb(t) as row from ${name} t where ${tenantColumn} = $1 limit 1`, [tenantId]);
    return found!.row;
  };

  const insertion = ({ name }: TenantTable, columns: string[]): string =>
    `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from jsonb_populate_record(null::${name}, $1)`;

  const attempts = async (ask: Ask, role: string, table: TenantTable, tenantId: string): Promise<Record<keyof Allowed, string>> => {
    const [updatable] = [...(await columnsWith(ask, role, table, 'UPDATE')), table.tenantColumn];
    const row = JSON.stringify(await rowOf(table, tenantId));
    return {
      select: await verdict(ask, `select from ${table.name}`),
      insert: await verdict(ask, insertion(table, await insertable(ask, role, table)), [row]),
      update: await verdict(ask, `update ${table.name} set ${updatable} = default`),
      delete: await verdict(ask, `delete from ${table.name}`),
    };
  };
});
