import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A decision about consent names a document that is there. */
export class ConsentDocuments1795000018100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Within this transaction only: the new foreign key is checked against all rows, of every practice.
alter table clinic.consents no force row level security;
alter table clinic.documents no force row level security;
alter table clinic.consents add constraint consents__document foreign key (tenant_id, document_id) references clinic.documents (tenant_id, id);
alter table clinic.documents force row level security;
alter table clinic.consents force row level security;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('alter table clinic.consents drop constraint consents__document');
  }
}
