import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const counting = [['new.expected := clinic.drawer_holds(old.tenant_id, old.id);', 'new.expected := clinic.drawer_reckoned(old.tenant_id, old.id);']] as const;

/** Nobody is told what should be in their own drawer before they have counted it, whatever else they may read. Cashiers list their drawers, and what they were paid while these were open. */
export class OwnDrawers1795000104200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter function clinic.drawer_holds(uuid, uuid) rename to drawer_reckoned;
revoke execute on function clinic.drawer_reckoned(uuid, uuid) from sinduk_app;
${changeFunction('clinic.keep_drawer()', counting)}
create function clinic.drawer_holds(p_tenant uuid, p_drawer uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select clinic.drawer_reckoned(p_tenant, d.id) from clinic.drawers d
    where d.tenant_id = p_tenant and d.id = p_drawer and (d.status <> 'OPEN' or d.cashier_id is distinct from platform.current_member());
  end;
comment on function clinic.drawer_holds(uuid, uuid) is 'What should be in a drawer, by what was posted of it; null of one that the member has open themselves: it is counted blind.';
grant execute on function clinic.drawer_holds(uuid, uuid) to sinduk_app;

create index drawers__by_cashier on clinic.drawers (tenant_id, cashier_id, opened_at, id);
create index payments__by_taker on clinic.payments (tenant_id, taken_by, captured_at) where captured_at is not null;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop index clinic.payments__by_taker, clinic.drawers__by_cashier;
drop function clinic.drawer_holds(uuid, uuid);
${changeFunction('clinic.keep_drawer()', undone(counting))}
alter function clinic.drawer_reckoned(uuid, uuid) rename to drawer_holds;
grant execute on function clinic.drawer_holds(uuid, uuid) to sinduk_app;
`);
  }
}
