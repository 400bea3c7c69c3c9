import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No row of any table may name a patient who was merged into another one. A table that is made later calls the procedure itself. */
export class KeepOffMergedPatients1795000029000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
do $$
declare r record;
begin
  for r in
    select distinct c.conrelid::regclass as named_in, a.attname as by_column
    from pg_catalog.pg_constraint c
    cross join lateral unnest(c.conkey, c.confkey) k (here, there)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
    join pg_catalog.pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.there
    where c.contype = 'f' and c.confrelid = 'clinic.patients'::regclass and f.attname = 'id'
      and c.conrelid not in ('clinic.patient_tokens'::regclass, 'clinic.patient_merges'::regclass)
      and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.conrelid and t.tgname = 'keep_off_merged__' || a.attname)
    order by 1, 2
  loop
    call clinic.keep_off_merged_patients(r.named_in, r.by_column);
  end loop;
end $$;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
do $$
declare r record;
begin
  for r in select t.tgrelid::regclass as named_in, t.tgname from pg_catalog.pg_trigger t where t.tgfoid = 'clinic.refuse_merged_patient'::regproc loop
    execute format('drop trigger %I on %s', r.tgname, r.named_in);
  end loop;
end $$;
`);
  }
}
