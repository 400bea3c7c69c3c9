import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const writtenOut = (indent: string): string => `not exists (
${indent}  select from clinic.patient_merges m where m.tenant_id = old.tenant_id
${indent}    and case when m.undone_at is null then m.duplicate_id = old.patient_id and m.survivor_id = new.patient_id else m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id end) then`;
const byMerge = (indent = '  '): Array<[string, string]> => [[writtenOut(indent), 'not clinic.moved_by_merge(old.tenant_id, old.patient_id, new.patient_id) then']];
const moved: ReadonlyArray<[signature: string, changes: Array<[string, string]>]> = [
  ['clinic.keep_prescription()', byMerge('    ')], ['clinic.keep_invoice()', byMerge()], ['clinic.keep_payment()', byMerge()], ['clinic.keep_claim()', byMerge()],
];

const ruleKinds = [
  { table: 'fee_rules', trigger: 'keep_fee_rule', what: 'a visit has cost', did: 'a visit cost' }, { table: 'share_rules', trigger: 'keep_share_rule', what: 'a doctor has got', did: 'a doctor got' },
];

const keepRule = (name: string, what: string, did: string, row: string): string => `
create function clinic.${name}() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Another tenant is for row security to refuse.
  changing constant text[] := array['tenant_id', 'valid_until'];
  rule ${row} := coalesce(old, new);
  today constant date := clinic.day_where(rule.tenant_id, rule.chamber_id);
begin
  if (tg_op = 'INSERT' and new.valid_from >= today) or (tg_op = 'DELETE' and old.valid_from > today)
    or (tg_op = 'UPDATE' and to_jsonb(new) - changing = to_jsonb(old) - changing
      and (new.valid_until is not distinct from old.valid_until or (new.valid_until >= today and coalesce(old.valid_until >= today, true)))) then
    return coalesce(new, old);
  end if;
  raise exception using errcode = 'SK091', message = 'what ${what} until today stays: a rule that has begun is ended, and another begins';
end $$;
comment on function clinic.${name}() is 'Refuses, with SK091, what would change what ${did} before today, or a rule that has begun in anything but its end.';`;

/** Rules that stood written out in several triggers stand once: what moves from patient to patient does so by a merge, and rules with days of their own are ended and not changed. */
export class OneWay1795000101000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.moved_by_merge(p_tenant uuid, p_from uuid, p_to uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select exists (
      select from clinic.patient_merges m where m.tenant_id = p_tenant
        and case when m.undone_at is null then m.duplicate_id = p_from and m.survivor_id = p_to else m.survivor_id = p_from and m.duplicate_id = p_to end);
  end;
comment on function clinic.moved_by_merge(uuid, uuid, uuid) is 'Whether what is of one patient goes to another by a merge of the two, or by its undoing.';
grant execute on function clinic.moved_by_merge(uuid, uuid, uuid) to sinduk_app;
${moved.map(([signature, changes]) => changeFunction(signature, changes)).join('')}
${keepRule('keep_dated_rule', 'a rule has done', 'a rule did', 'record')}
${ruleKinds.map(({ table, trigger }) => `
drop trigger ${trigger} on clinic.${table};
drop function clinic.${trigger}();
create trigger keep_dated_rule before insert or update or delete on clinic.${table} for each row execute function clinic.keep_dated_rule();`).join('')}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${ruleKinds.map(({ table, trigger, what, did }) => `
drop trigger keep_dated_rule on clinic.${table};
${keepRule(trigger, what, did, `clinic.${table}`)}
create trigger ${trigger} before insert or update or delete on clinic.${table} for each row execute function clinic.${trigger}();`).join('')}
drop function clinic.keep_dated_rule();
${moved.map(([signature, changes]) => changeFunction(signature, undone(changes))).join('')}
drop function clinic.moved_by_merge(uuid, uuid, uuid);
`);
  }
}
