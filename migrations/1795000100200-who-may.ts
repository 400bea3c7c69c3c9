import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

/** Where who may change a table is asked of the database too: the permission, and the column of the chamber; without one it is needed in every chamber in use. */
const guarded: ReadonlyArray<readonly [table: string, permission: string, chamber?: string]> = [
  ['billing_settings', 'finances:manage'], ['fee_rules', 'finances:manage', 'chamber_id'], ['share_rules', 'finances:manage', 'chamber_id'], ['wallet_settings', 'finances:manage'], ['expense_categories', 'finances:manage'],
  ['payers', 'finances:manage'], ['facility_licences', 'chambers:manage', 'chamber_id'], ['claim_submissions', 'finances:manage', 'chamber_id'],
];

const allocating = [[`  select * into i from clinic.invoices x where x.tenant_id = new.tenant_id and x.id = new.invoice_id for no key update;
`, `  select * into i from clinic.invoices x where x.tenant_id = new.tenant_id and x.id = new.invoice_id for no key update;
  -- What the database allocates itself follows from a step that the caller may take.
  if session_user = 'sinduk_app' and pg_trigger_depth() = 1 and not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), i.chamber_id, case when new.amount > 0 then 'payments:take' else 'finances:manage' end), false) then
    raise exception using errcode = 'SK096', message = 'only who takes payments in the chamber allocates them, and who manages its finances releases them';
  end if;
`]] as const;

const drafting = [[`  if new.version <> old.version + 1 or (new.kind,`, `  if session_user = 'sinduk_app' and not coalesce((old.kind = 'INVOICE' and clinic.may_in(old.tenant_id, me, old.chamber_id, 'payments:take')) or clinic.may_in(old.tenant_id, me, old.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who may issue it or approve of it in the chamber changes a draft';
  end if;
  if new.version <> old.version + 1 or (new.kind,`], [`    perform clinic.check_credit_note(new);
  else
`, `    perform clinic.check_credit_note(new);
  else
    -- What was approved is what is issued.
    if (new.gross, new.discount, new.tax) is distinct from (old.gross, old.discount, old.tax) then
      raise exception using errcode = 'SK097', message = 'the lines are others than when the draft was last reckoned';
    end if;
`]] as const;

const lining = [[`  return line;
end`, `  if tg_op = 'INSERT' and session_user = 'sinduk_app' and line.appointment_id is not null and not exists (
    select from clinic.invoices i join clinic.appointments a on a.tenant_id = i.tenant_id and a.id = line.appointment_id and a.patient_id = i.patient_id and a.chamber_id = i.chamber_id and a.doctor_id = line.doctor_id
    cross join lateral clinic.fee_of(i.tenant_id, a.id) f
    where i.tenant_id = line.tenant_id and i.id = line.invoice_id and line.quantity = 1 and coalesce(line.unit_price = f.amount, true)
      and (line.fee_rule_id, line.fee_reason, line.free_of_appointment_id) is not distinct from (f.rule_id, f.reason, f.free_of_appointment_id)) then
    raise exception using errcode = 'SK097', message = 'a consultation is billed to its patient, where it was, at what the fee rules say';
  end if;
  return line;
end`]] as const;

const judging = [[`  select s.provider into wallet from clinic.wallet_statements s where s.tenant_id = new.tenant_id and s.id = new.statement_id;
`, `  select s.provider into wallet from clinic.wallet_statements s
  where s.tenant_id = new.tenant_id and s.id = new.statement_id and (session_user <> 'sinduk_app' or (s.imported_at = now() and s.imported_by = platform.current_member()));
  if wallet is null and new.tenant_id is not distinct from platform.current_tenant() then
    raise exception using errcode = 'SK091', message = 'a statement that was imported takes no further lines';
  end if;
`]] as const;

const guardOf = (table: string): string => `create trigger guard before insert or update or delete on clinic.${table} for each row execute function clinic.keep_to_permitted`;

/**
 * Who may change by what rules money is counted, and with whom, is asked of the database where it stands, as it is for the documents themselves: a fault of the program above it must not
 * let anybody raise their own limit.
 */
export class WhoMay1795000100200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.keep_to_permitted() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  row jsonb := to_jsonb(case tg_op when 'DELETE' then old else new end);
  chamber uuid := case when tg_nargs > 1 then (row ->> tg_argv[1])::uuid end;
begin
  -- Another tenant is for row security to refuse.
  if session_user = 'sinduk_app' and (row ->> 'tenant_id')::uuid is not distinct from platform.current_tenant()
    and not coalesce(clinic.may_where(platform.current_tenant(), platform.current_member(), chamber, tg_argv[0]), false) then
    raise exception using errcode = 'SK096', message = format('this needs %s there', tg_argv[0]);
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function clinic.keep_to_permitted() is 'Refuses, with SK096, whoever does not hold a permission in the chamber of a row, or, where it has none, in every chamber in use.';
${guarded.map(([table, permission, chamber]) => `${guardOf(table)}('${permission}'${chamber ? `, '${chamber}'` : ''});`).join('\n')}

create function clinic.begin_invoice() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if session_user = 'sinduk_app' and new.tenant_id is not distinct from platform.current_tenant()
    and not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), new.chamber_id, case new.kind when 'INVOICE' then 'payments:take' else 'finances:manage' end), false) then
    raise exception using errcode = 'SK096', message = 'only who may issue it in the chamber begins one';
  end if;
  return new;
end $$;
comment on function clinic.begin_invoice() is 'Refuses, with SK096, to begin an invoice or credit note, whoever may not issue it.';
create trigger begin_invoice before insert on clinic.invoices for each row execute function clinic.begin_invoice();
${changeFunction('clinic.keep_invoice()', drafting)}
${changeFunction('clinic.keep_invoice_line()', lining)}
${changeFunction('clinic.allocate()', allocating)}
${changeFunction('clinic.judge_statement_line()', judging)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.judge_statement_line()', undone(judging))}
${changeFunction('clinic.allocate()', undone(allocating))}
${changeFunction('clinic.keep_invoice_line()', undone(lining))}
${changeFunction('clinic.keep_invoice()', undone(drafting))}
drop trigger begin_invoice on clinic.invoices;
drop function clinic.begin_invoice();
${guarded.map(([table]) => `drop trigger guard on clinic.${table};`).join('\n')}
drop function clinic.keep_to_permitted();
`);
  }
}
