import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the drafts that wait for a doctor, of whichever patients. */
export class UnsignedPrescriptions1795000088000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create index prescriptions__unsigned on clinic.prescriptions (tenant_id, doctor_id, drafted_at, id) where status = 'DRAFT'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index clinic.prescriptions__unsigned');
  }
}
