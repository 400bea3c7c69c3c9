import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The order in which a timeline reads merges. */
export class TimelineMerges1795000031000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('create index patient_merges__by_survivor on clinic.patient_merges (tenant_id, survivor_id, merged_at, id);');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index clinic.patient_merges__by_survivor;');
  }
}
