import type { World } from './world.js';
import { table as tableOf } from './generated.js';

interface Column {
  name: string;
  type: string;
  nullable: boolean;
  in_key: boolean;
  comment: string | null;
}

interface Table {
  name: string;
  comment: string | null;
  columns: Column[];
}

interface Reference {
  child: string;
  parent: string;
  columns: string[];
  optional: boolean;
}

const OURS = `n.nspname in ('platform', 'auth', 'clinic', 'audit', 'reference') and c.relkind in ('r', 'p') and not c.relispartition`;

const TABLES = `
select c.oid::regclass::text as name, obj_description(c.oid, 'pg_class') as comment,
  (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not a.attnotnull,
     'in_key', coalesce(a.attnum = any (k.conkey), false), 'comment', col_description(c.oid, a.attnum)) order by a.attnum)
   from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
where ${OURS} order by n.nspname, c.relname`;

const REFERENCES = `
select f.conrelid::regclass::text as child, f.confrelid::regclass::text as parent, array_agg(a.attname::text order by k.place) as columns,
  not bool_and(a.attnotnull) as optional
from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
  cross join unnest(f.conkey) with ordinality as k (attnum, place) join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum
where f.contype = 'f' and ${OURS} group by f.oid, f.conrelid, f.confrelid, f.conname order by 1, 2, f.conname`;

/** Every table that is not a partition, read from the catalogue. */
export const tablesOf = (world: World): Promise<Table[]> => world.sql<Table>('superuser', TABLES);

/** The data model as Markdown: a diagram of keys and references, then each table with its columns. */
export async function dataModel(world: World): Promise<string> {
  const tables = await tablesOf(world);
  const references = await world.sql<Reference>('superuser', REFERENCES);
  return [diagram(tables, references), ...tables.map(section)].join('\n');
}

function diagram(tables: Table[], references: Reference[]): string {
  const entities = tables.map(({ name, columns }) => {
    const keys = columns.filter((column) => column.in_key).map((column) => `    ${column.type.replaceAll(' ', '_')} ${column.name} PK`);
    return keys.length ? [`  "${name}" {`, ...keys, '  }'].join('\n') : `  "${name}"`;
  });
  const lines = references.map(({ child, parent, columns, optional }) =>
    `  "${parent}" ${optional ? '|o' : '||'}--o{ "${child}" : "${columns.filter((column) => column !== 'tenant_id').join(', ') || 'tenant_id'}"`);
  return ['```mermaid', 'erDiagram', ...entities, ...lines, '```', ''].join('\n');
}

function section({ name, comment, columns }: Table): string {
  const rows = columns.map((column) => [`${column.in_key ? '**' : ''}\`${column.name}\`${column.in_key ? '**' : ''}`, column.nullable ? `${column.type}, may be null` : column.type, column.comment ?? '']);
  return `## \`${name}\`\n\n${comment ?? ''}\n\n${tableOf(['column', 'type', 'what'], rows)}`;
}
