import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds refunds by their day, for reports, as payments and invoices are. */
export class Reports1795000094100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create index refunds__by_day on clinic.refunds (tenant_id, local_date) where local_date is not null;
create index payments__by_reference on clinic.payments (tenant_id, reference) where reference is not null;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index clinic.refunds__by_day, clinic.payments__by_reference');
  }
}
