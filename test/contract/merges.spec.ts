import { keptAsTheyAre, placeOf, repointed } from '../../src/merges/repointed-rows.js';
import { World } from '../support/world.js';

/** Every column that names a patient, as the database knows: whoever adds one decides what a merge does with it. */
describe('a merge', () => {
  let world: World;
  let named: string[];

  beforeAll(async () => {
    world = await World.open();
    named = await lines(`
      select distinct n.nspname || '.' || c.relname || '.' || a.attname as line
      from pg_constraint f cross join lateral unnest(f.conkey, f.confkey) k (here, there)
      join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.here
      join pg_attribute p on p.attrelid = f.confrelid and p.attnum = k.there
      where f.contype = 'f' and f.confrelid = 'clinic.patients'::regclass and p.attname = 'id' and not c.relispartition
      union select n.nspname || '.' || c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'clinic' and c.relkind in ('r', 'p') and a.attname = 'patient_id' and not a.attisdropped
      order by 1`);
  });
  afterAll(() => world.close());

  const lines = async (text: string): Promise<string[]> => (await world.sql<{ line: string }>('superuser', text)).map(({ line }) => line);

  it('gives every column that names a patient to the survivor, save those that are excepted for a reason', () => {
    expect(named.length).toBeGreaterThan(3);
    expect([...repointed.map(placeOf), ...Object.keys(keptAsTheyAre)].sort()).toEqual(named);
    for (const reason of Object.values(keptAsTheyAre)) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('can keep which rows those were: each table has the key (tenant_id, id)', async () => {
    for (const { table } of repointed) {
      expect([table, await lines(`
        select string_agg(a.attname, ' ' order by k.place) as line from pg_constraint p cross join unnest(p.conkey) with ordinality k (attnum, place)
        join pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum where p.contype = 'p' and p.conrelid = '${table}'::regclass`)]).toEqual([table, ['tenant_id id']]);
    }
  });

  it('may change those columns, and nobody may write a row for a merged patient there', async () => {
    for (const { table, column } of repointed) {
      expect([table, column, await lines(`select has_column_privilege('sinduk_app', '${table}', '${column}', 'UPDATE')::text as line`)]).toEqual([table, column, ['true']]);
    }
    const guarded = await lines(`
      select n.nspname || '.' || c.relname || '.' || split_part(encode(t.tgargs, 'escape'), '\\000', 1) as line
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where t.tgfoid = 'clinic.refuse_merged_patient'::regproc and t.tgenabled = 'O' order by 1`);
    expect(guarded).toEqual(repointed.map(placeOf).sort());
  });
});
