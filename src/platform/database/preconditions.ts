import type pg from 'pg';
import { DomainError } from '../errors.js';
import { Databases, withClient } from './databases.js';
import { checkJobQueue } from './job-queue.js';
import { knownMigrations } from './migrate.js';

/** The roles that the server connects as, as SQL. */
const ROLES = `'sinduk_app', 'sinduk_auth', 'sinduk_audit', 'sinduk_jobs'`;

/** Every line is a reason not to start; each query gives one row per fault. */
const faults = [
  `select 'the application role ' || r.rolname || ' is a superuser, may bypass row security, make roles or databases, or replicate' as fault
   from pg_roles r where r.rolname in (${ROLES}) and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)`,
  `select 'the application role owns ' || c.oid::regclass as fault
   from pg_class c where pg_get_userbyid(c.relowner) in (${ROLES})`,
  `select 'the role ' || m.member::regrole || ' is a member of ' || m.roleid::regrole as fault
   from pg_auth_members m where m.member::regrole::text in (${ROLES})`,
  `select 'the role ' || r || ' may create temporary tables' as fault
   from unnest(array[${ROLES}]) r where has_database_privilege(r, current_database(), 'TEMP')`,
  `select 'the role ' || r || ' may create objects in schema ' || n.nspname as fault
   from unnest(array[${ROLES}]) r, pg_namespace n where has_schema_privilege(r, n.oid, 'CREATE')`,
  `select 'the table ' || c.oid::regclass || ' lacks forced row security' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity) and ${reachable('c')}`,
  `select 'the table ' || c.oid::regclass || ' lacks the restrictive tenant policy' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and ${reachable('c')} and not exists (
     select from pg_policy p
     where p.polrelid = c.oid and p.polname = 'tenant_isolation' and not p.polpermissive and p.polcmd = '*'
       and (p.polroles = '{0}' or 'sinduk_app'::regrole = any (p.polroles))
       and pg_get_expr(p.polqual, p.polrelid) = format('(%s = ( SELECT platform.current_tenant() AS current_tenant))',
         case when n.nspname = 'clinic' and c.relname = 'tenants' then 'id' else 'tenant_id' end)
       and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))`,
  `select 'the application role may ' || privilege || ' ' || c.oid::regclass as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege,
     unnest(array[${ROLES}]) r
   where c.relkind in ('r', 'p', 'v', 'm') and n.nspname in ('platform', 'auth', 'clinic', 'audit', 'reference', 'graphile_worker') and has_table_privilege(r, c.oid, privilege)`,
  `select 'the table ' || c.oid::regclass || ', which background work may touch, lacks forced row security' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker') and not (c.relrowsecurity and c.relforcerowsecurity)
     and (has_table_privilege('sinduk_jobs', c.oid, 'SELECT, INSERT, UPDATE, DELETE') or has_any_column_privilege('sinduk_jobs', c.oid, 'SELECT, INSERT, UPDATE'))`,
  `select 'the role ' || r || ' may ' || privilege || ' ' || c.oid::regclass as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['UPDATE', 'DELETE']) privilege,
     unnest(array[${ROLES}]) r
   where c.relkind in ('r', 'p') and n.nspname = 'audit' and (has_table_privilege(r, c.oid, privilege) or (privilege = 'UPDATE' and has_any_column_privilege(r, c.oid, privilege)))`,
  `select 'the role ' || r || ' may ' || privilege || ' ' || c.oid::regclass || ', which belongs to no practice' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['INSERT', 'UPDATE', 'DELETE']) privilege,
     unnest(array[${ROLES}]) r
   where n.nspname = 'reference' and c.relkind in ('r', 'p') and (has_table_privilege(r, c.oid, privilege) or (privilege <> 'DELETE' and has_any_column_privilege(r, c.oid, privilege)))`,
  `select 'the column ' || c.oid::regclass || '.' || a.attname || ' could hold what belongs to a practice' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where n.nspname = 'reference' and c.relkind in ('r', 'p') and (a.attname like '%tenant%' or a.atttypid in ('uuid'::regtype, 'bytea'::regtype))`,
  `select 'the view ' || c.oid::regclass || ' does not run with the rights of its reader' as fault
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('v', 'm') and n.nspname in ('platform', 'auth', 'clinic', 'audit', 'reference')
     and not coalesce('security_invoker=true' = any (c.reloptions), false)`,
];

// A tenant table is any table of the clinic's and the audit's schemas, and any other that the application role can touch, save
// those of the schema "reference": they hold nothing of any practice, and no runtime role may write there (see above).
function reachable(table: string): string {
  return `(n.nspname in ('clinic', 'audit') or (n.nspname not in ('pg_catalog', 'information_schema', 'reference') and (
    has_table_privilege('sinduk_app', ${table}.oid, 'SELECT, INSERT, UPDATE, DELETE') or has_any_column_privilege('sinduk_app', ${table}.oid, 'SELECT, INSERT, UPDATE'))))`;
}

/** Thrown when the database is not fit to serve: pending migrations, or a protection that is missing. */
export class PreconditionError extends Error {
  constructor(readonly faults: string[]) {
    super(`The database is not fit to serve:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'PreconditionError';
  }
}

/** Reads the protections from the catalogue, so that a new table is covered unasked; rejects with every fault found. */
export async function checkPreconditions(databases: Databases): Promise<void> {
  const found = await withClient(databases.app, async (client) => [...(await migrationFaults(client)), ...(await catalogueFaults(client))]);
  found.push(...(await queueFaults(databases)));
  if (found.length) throw new PreconditionError(found);
}

const catalogueFaults = async (client: pg.PoolClient): Promise<string[]> => {
  const found: string[] = [];
  for (const query of faults) {
    const { rows } = await client.query<{ fault: string }>(query);
    found.push(...rows.map(({ fault }) => fault));
  }
  return found;
};

// A queue out of reach is none: the server serves meanwhile, and its jobs wait.
const queueFaults = async ({ jobs }: Databases): Promise<string[]> => {
  try {
    await withClient(jobs, async (client) => client.query('select'));
    await checkJobQueue(jobs);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [];
    return [`the job queue is not as this server needs it (${(error as Error).message}): run the migrations of this version`];
  }
};

const migrationFaults = async (client: pg.PoolClient): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>('select name from platform.applied_migrations() name');
  const applied = new Set(rows.map(({ name }) => name));
  const known = knownMigrations();
  return [
    ...known.filter((name) => !applied.has(name)).map((name) => `the migration ${name} is pending`),
    ...[...applied].filter((name) => !known.includes(name)).map((name) => `the migration ${name} is newer than this server`),
  ];
};
