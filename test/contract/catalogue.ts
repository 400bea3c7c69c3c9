import type { World } from '../support/world.js';

/** A table that holds rows of tenants. */
export interface TenantTable {
  name: string;
  schema: string;
  /** The column that names the tenant. */
  tenantColumn: string;
  isPartition: boolean;
  columns: string[];
}

/** The schemas of the product. */
export const productSchemas = ['audit', 'auth', 'clinic', 'platform', 'reference'];

/** The roles that the running server connects as. */
export const runtimeRoles = ['sinduk_app', 'sinduk_audit', 'sinduk_auth', 'sinduk_jobs'];

/** Every table of the clinic and of the trail, and any other that the application role can touch, from the catalogue; save those of the schema `reference`, which belong to no practice. */
export async function tenantTables(world: World): Promise<TenantTable[]> {
  const rows = await world.sql<{ name: string; schema: string; partition: boolean; columns: string[] }>('superuser', `
    select n.nspname || '.' || c.relname as name, n.nspname as schema, c.relispartition as partition,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'reference')
      and (n.nspname in ('clinic', 'audit')
        or has_table_privilege('sinduk_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        or has_any_column_privilege('sinduk_app', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
    order by 1`);
  return rows.map(({ name, schema, partition, columns }) => ({
    name, schema, columns, isPartition: partition, tenantColumn: name === 'clinic.tenants' ? 'id' : 'tenant_id',
  }));
}
