import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const PRESCRIPTION = 'clinic.keep_prescription()';
const prescription = [[
  `message = 'what was signed, and what was said of it, stays';
    end if;`,
  `message = 'what was signed, and what was said of it, stays';
    end if;
    if new.version not in (old.version, old.version + 1) or (new.content <> old.content and new.version = old.version) then
      raise exception using errcode = 'SK070', message = 'every change of a prescription counts its version up by one';
    end if;
    if new.content <> old.content and new.status <> old.status then
      raise exception using errcode = 'SK070', message = 'what is signed is what was checked';
    end if;
    if new.patient_id <> old.patient_id and not exists (
      select from clinic.patient_merges m where m.tenant_id = old.tenant_id
        and case when m.undone_at is null then m.duplicate_id = old.patient_id and m.survivor_id = new.patient_id else m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id end) then
      raise exception using errcode = 'SK070', message = 'a prescription changes hands by a merge of patients, or by its undoing';
    end if;`,
], [
  `      new.cancelled_by := platform.current_member();`,
  `      if current_user = 'sinduk_app' and not coalesce(clinic.may_in(new.tenant_id, platform.current_member(), new.chamber_id, 'prescriptions:sign'), false) then
        raise exception using errcode = 'SK071', message = 'only who may sign prescriptions declares one invalid';
      end if;
      new.cancelled_by := platform.current_member();`,
]] as const;

const KEY = 'clinic.keep_signing_key()';
const key = [[
  `  if current_user = 'sinduk_app' and old.ended_at is null then
    new.private_key`,
  `  if current_user = 'sinduk_app' and old.member_id <> platform.current_member() then
    raise exception using errcode = 'SK073', message = 'nobody ends the key of another member';
  end if;
  if current_user = 'sinduk_app' and old.ended_at is null then
    new.private_key`,
]] as const;

/**
 * Holds prescriptions and keys also against SQL of one's own as the application: what was checked is what is signed, a prescription
 * goes to another patient by a merge alone, it is declared invalid by those who may sign, and a key is made and ended by whose it is.
 */
export class PrescriptionsStay1795000087500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(PRESCRIPTION, prescription)}
${changeFunction(KEY, key)}
create function clinic.make_own_key() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user = 'sinduk_app' and new.member_id <> platform.current_member() then
    raise exception using errcode = 'SK073', message = 'nobody makes a key for another member';
  end if;
  return null;
end $$;
comment on function clinic.make_own_key() is 'Refuses, with SK073, a key that is made for another member.';
create trigger make_own_key after insert on clinic.signing_keys for each row execute function clinic.make_own_key();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger make_own_key on clinic.signing_keys;
drop function clinic.make_own_key();
${changeFunction(KEY, undone(key))}
${changeFunction(PRESCRIPTION, undone(prescription))}
`);
  }
}
