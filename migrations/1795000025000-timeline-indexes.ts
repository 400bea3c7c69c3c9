import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The order in which a timeline reads decisions about consent. */
export class TimelineIndexes1795000025000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('create index consents__by_patient on clinic.consents (tenant_id, patient_id, decided_at, id);');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index clinic.consents__by_patient;');
  }
}
