import type { MigrationInterface, QueryRunner } from 'typeorm';

const added = `(values
  ('DOCTOR', 'patients:merge'), ('DOCTOR', 'patients:import'), ('DOCTOR', 'patients:export'), ('DOCTOR', 'audit:export'),
  ('MANAGER', 'patients:merge'), ('MANAGER', 'patients:import'), ('MANAGER', 'patients:export')
) as added (role, permission)`;

// The update itself changes nothing; its trigger computes the permissions anew. Every tenant has data keys.
const settle = `
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.chamber_assignments set role = role where tenant_id = s.scope;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;`;

/** The permissions to merge, import and export patients and to export the audit trail, and who holds them unless changed. */
export class PatientPermissions1795000010000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`insert into platform.role_permissions (role, permission) select role, permission from ${added}; ${settle}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
delete from platform.role_permissions p using ${added} where p.role = added.role and p.permission = added.permission; ${settle}
`);
  }
}
