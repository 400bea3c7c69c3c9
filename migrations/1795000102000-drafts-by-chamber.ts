import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The desk lists the drafts of its chamber, and whoever approves discounts looks there for them: few of all invoices are drafts. */
export class DraftsByChamber1795000102000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`create index invoices__drafts on clinic.invoices (tenant_id, chamber_id, drafted_at, id) where status = 'DRAFT'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index clinic.invoices__drafts');
  }
}
