import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Search by name and by part of a telephone number: more tokens for each patient, and which way they were made. */
export class PatientSearch1795000011000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.patients add column search_version smallint not null default 0;
grant update (search_version) on clinic.patients to sinduk_app;
comment on column clinic.patients.search_version is 'Which way of making search tokens the patient''s tokens are of; 0 before names had any. The command reindex-patients makes older ones anew.';
comment on table clinic.patient_tokens is 'Keyed hashes of what patients are found by: telephones whole, their beginnings and last four digits, identifiers, and the words of names by sound and by beginning.';
`);
  }

  // The tokens stay: a server of before asks for none of them.
  async down(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.patients drop column search_version;
comment on table clinic.patient_tokens is 'Keyed hashes of phones, their last four digits, and identifiers, for exact match.';
`);
  }
}
