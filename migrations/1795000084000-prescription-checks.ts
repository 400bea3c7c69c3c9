import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const SIGNATURE = 'clinic.keep_prescription()';
const changes = [[
  `message = 'only the doctor of a prescription signs it, by permission and with a licence that holds';
    end if;`,
  `message = 'only the doctor of a prescription signs it, by permission and with a licence that holds';
    end if;
    if (select c.reasons_given = c.reasons_needed from clinic.prescription_checks c
        where c.tenant_id = new.tenant_id and c.prescription_id = new.id and c.prescription_version = old.version order by c.checked_at desc, c.id desc limit 1) is distinct from true then
      raise exception using errcode = 'SK075', message = 'what is signed was checked as it stands, and every finding that weighs has a reason';
    end if;`,
]] as const;

/** What checking prescriptions found. A draft is not signed unless that very version was checked. */
export class PrescriptionChecks1795000084000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.prescription_checks (
  tenant_id uuid not null,
  id uuid not null,
  prescription_id uuid not null,
  patient_id uuid not null,
  prescription_version integer not null,
  result bytea not null,
  reasons_needed integer not null,
  overrides bytea,
  reasons_given integer not null default 0,
  checked_by uuid not null default platform.current_member(),
  checked_at timestamptz not null default now(),
  constraint prescription_checks__pkey primary key (tenant_id, id),
  constraint prescription_checks__reasons check (reasons_given between 0 and reasons_needed and (reasons_given = 0 or overrides is not null)),
  constraint prescription_checks__prescription foreign key (tenant_id, prescription_id) references clinic.prescriptions (tenant_id, id),
  constraint prescription_checks__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint prescription_checks__checked_by foreign key (tenant_id, checked_by) references clinic.members (tenant_id, id)
);
create index prescription_checks__last on clinic.prescription_checks (tenant_id, prescription_id, checked_at, id);
create index prescription_checks__by_patient on clinic.prescription_checks (tenant_id, patient_id);
comment on table clinic.prescription_checks is 'What checking a version of a prescription found, a row for each time. None is changed or deleted; reasons are added once, when it is signed.';
comment on column clinic.prescription_checks.tenant_id is 'The practice.';
comment on column clinic.prescription_checks.id is 'UUIDv7.';
comment on column clinic.prescription_checks.prescription_id is 'What was checked.';
comment on column clinic.prescription_checks.patient_id is 'The patient.';
comment on column clinic.prescription_checks.prescription_version is 'Which version of it.';
comment on column clinic.prescription_checks.result is 'Sealed JSON: the knowledge that was asked, with its versions, what it found, and what could not be checked.';
comment on column clinic.prescription_checks.reasons_needed is 'How many findings need a reason before it can be signed.';
comment on column clinic.prescription_checks.overrides is 'Sealed JSON: the reasons for which the doctor went on.';
comment on column clinic.prescription_checks.reasons_given is 'How many of the findings that need a reason have one.';
comment on column clinic.prescription_checks.checked_by is 'Who had it checked; set by the database.';
comment on column clinic.prescription_checks.checked_at is 'When it was checked; set by the database.';

create function clinic.keep_prescription_check() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user = 'sinduk_app' and old.overrides is not null and (new.overrides is distinct from old.overrides or new.reasons_given <> old.reasons_given) then
    raise exception using errcode = 'SK070', message = 'the reasons for going on are given once, and stay';
  end if;
  return new;
end $$;
comment on function clinic.keep_prescription_check() is 'Refuses, with SK070, to change the reasons that a doctor gave.';
create trigger keep_prescription_check before update on clinic.prescription_checks for each row execute function clinic.keep_prescription_check();

call platform.secure_tenant_table('clinic.prescription_checks');
call clinic.keep_off_merged_patients('clinic.prescription_checks', 'patient_id');

grant select on clinic.prescription_checks to sinduk_app;
grant insert (tenant_id, id, prescription_id, patient_id, prescription_version, result, reasons_needed) on clinic.prescription_checks to sinduk_app;
grant update (patient_id, overrides, reasons_given) on clinic.prescription_checks to sinduk_app;
${changeFunction(SIGNATURE, changes)}
comment on function clinic.keep_prescription() is 'Refuses, with SK070, what would rewrite a prescription or take it a step that there is not, with SK071, a signature of whoever may not sign, and, with SK075, one of what was not checked; stamps who signed and who cancelled, and when.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(SIGNATURE, undone(changes))}
comment on function clinic.keep_prescription() is 'Refuses, with SK070, what would rewrite a prescription or take it a step that there is not, and, with SK071, a signature of whoever may not sign; stamps who signed and who cancelled, and when.';
drop table clinic.prescription_checks;
drop function clinic.keep_prescription_check();
`);
  }
}
