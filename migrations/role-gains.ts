/** SQL that gives roles permissions, and that takes them away again. The update itself changes nothing; its trigger computes the permissions of every assignment anew. Every practice has data keys. */
export function roleGains(gains: ReadonlyArray<readonly [role: string, permission: string]>): { give: string; takeAway: string } {
  const added = `(values ${gains.map(([role, permission]) => `('${role}', '${permission}')`).join(', ')}) as added (role, permission)`;
  return {
    give: `insert into platform.role_permissions (role, permission) select role, permission from ${added}; ${settle}`,
    takeAway: `delete from platform.role_permissions p using ${added} where p.role = added.role and p.permission = added.permission; ${settle}`,
  };
}

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
