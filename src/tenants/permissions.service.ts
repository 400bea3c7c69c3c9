import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { isPermission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound } from '../platform/errors.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { PermissionOverrideEntity } from './permission-override.entity.js';
import type { PermissionInput } from './permission.inputs.js';
import { type PermissionOverride, type PermissionOverrideRow, type RolePermissions, toPermissionOverride } from './permission.model.js';
import { RightsCheck } from './rights-check.js';
import type { Holding } from './rights.js';
import { OverrideEffect, Role } from './role.model.js';

const MATRIX = `
select r.role, c.id as chamber_id, platform.default_permissions(r.role) as defaults,
  clinic.effective_permissions($1, null, c.id, r.role) as effective
from unnest($2::text[]) with ordinality r (role, place)
cross join (select null::uuid as id union all select c.id from clinic.chambers c where c.tenant_id = $1 and c.archived_at is null) c
order by r.place, c.id nulls first`;

const OVERRIDES = `
select o.id, o.role, o.member_id, o.chamber_id, o.permission, o.effect, o.created_at from clinic.permission_overrides o
where o.tenant_id = $1 and ($2::uuid is null or o.id > $2) order by o.id limit $3`;

const COUNT = 'select count(*)::integer as count from clinic.permission_overrides o where o.tenant_id = $1';

const SCOPE = `
select c.id from clinic.chambers c
where c.tenant_id = $1 and (c.id = $2 or ($2::uuid is null and c.archived_at is null))`;

const OF_ROLE = `
select null::uuid as member_id, c.id as chamber_id, clinic.effective_permissions($1, null, c.id, $2) as permissions
from clinic.chambers c
where c.tenant_id = $1 and (c.id = $3 or ($3::uuid is null and c.archived_at is null))
union all
select a.member_id, a.chamber_id, a.permissions
from clinic.chamber_assignments a join clinic.members m on m.tenant_id = a.tenant_id and m.id = a.member_id
where a.tenant_id = $1 and a.role = $2 and ($3::uuid is null or a.chamber_id = $3) and (a.valid_to is null or a.valid_to > now())
  and m.status <> 'DEACTIVATED' and not m.is_owner
order by chamber_id, member_id`;

const REMOVE = `
delete from clinic.permission_overrides o
where o.tenant_id = $1 and o.role is not distinct from $2 and o.member_id is not distinct from $3
  and o.chamber_id is not distinct from $4 and o.permission = $5
returning o.id, o.role, o.member_id, o.chamber_id, o.permission, o.effect, o.created_at`;

/** What a role (then `memberId` is null) or a member holds in a chamber. */
interface Standing extends Holding {
  memberId: string | null;
}

/** What roles and persons may do beside the defaults. Nobody gives what they do not hold, or changes who holds more. */
@Injectable()
export class PermissionsService {
  constructor(private readonly db: TenantDb) {}

  /** What each role may do, in the practice and in each of its chambers. */
  async matrix(ctx: Ctx): Promise<RolePermissions[]> {
    const [rows] = await this.db.read(ctx, { text: MATRIX, values: [ctx.tenantId, Object.values(Role)] });
    return (rows as unknown as Array<RolePermissions & { chamber_id: string | null }>).map(
      ({ role, chamber_id: chamberId, defaults, effective }) => ({ role, chamberId, defaults, effective }));
  }

  /** A page of the practice's overrides, oldest first. */
  async list(ctx: Ctx, args: PageArgs): Promise<Page<PermissionOverride>> {
    const [rows] = await this.db.read(ctx, { text: OVERRIDES, values: [ctx.tenantId, idOfCursor(args.after), args.first + 1] });
    const page = pageOf((rows as unknown as PermissionOverrideRow[]).map(toPermissionOverride), args, async () => {
      const [counted] = await this.db.read(ctx, { text: COUNT, values: [ctx.tenantId] });
      return counted![0]!['count'] as number;
    });
    page.edges.forEach(({ node }) => ctx.disclose('permissionOverride', node.id));
    return page;
  }

  /** Grants or denies a permission, in place of an override of the same subject. NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  override(ctx: Ctx, input: PermissionInput, effect: OverrideEffect): Promise<PermissionOverride> {
    return this.#change(ctx, input, async (tx, earlier) => {
      const { role = null, memberId = null, chamberId = null, permission } = input;
      const override = { id: earlier?.id ?? uuidv7(), role, memberId, chamberId, permission, effect, createdAt: new Date() };
      await tx.manager.insert(PermissionOverrideEntity, { tenantId: ctx.tenantId, ...override });
      return override;
    });
  }

  /** Takes a grant or denial back. NOT_FOUND when there is none, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  async clear(ctx: Ctx, input: PermissionInput): Promise<void> {
    await this.#change(ctx, input, async (_, earlier) => {
      if (!earlier) throw notFound();
      return undefined;
    });
  }

  #change<T extends PermissionOverride | undefined>(
    ctx: Ctx, input: PermissionInput, put: (tx: AuditedTx, earlier: PermissionOverride | undefined) => Promise<T>,
  ): Promise<T> {
    refuseFaults(input);
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'roles:manage');
      const scope = await this.#scope(tx, ctx, input);
      if (input.memberId) rights.mustNotBeOneself(await rights.target(input.memberId, ['input', 'memberId']));
      const before = await this.#standing(tx, ctx, rights, input);
      const earlier = await this.#remove(tx, ctx, input);
      const later = await put(tx, earlier);
      const after = await this.#standing(tx, ctx, rights, input);
      const gives = later ? later.effect === OverrideEffect.GRANT : earlier?.effect === OverrideEffect.DENY;
      rights.mustCover(scope.map((chamberId) => ({ chamberId, permissions: ['roles:manage', ...(gives ? [input.permission] : [])] })));
      rights.mustCover([...before, ...after]);
      note(tx, (later ?? earlier)!.id, earlier, later, before, after);
      return later;
    });
  }

  async #scope(tx: AuditedTx, ctx: Ctx, { chamberId = null }: PermissionInput): Promise<string[]> {
    const chambers = await tx.query<{ id: string }>(SCOPE, [ctx.tenantId, chamberId]);
    if (chamberId && !chambers.length) throw notFound();
    return chambers.map(({ id }) => id);
  }

  async #standing(tx: AuditedTx, ctx: Ctx, rights: RightsCheck, { role, memberId, chamberId = null }: PermissionInput): Promise<Standing[]> {
    if (memberId) return (await rights.holdingsOf(memberId)).map((holding) => ({ memberId, ...holding }));
    const rows = await tx.query<{ member_id: string | null; chamber_id: string; permissions: string[] }>(OF_ROLE, [ctx.tenantId, role, chamberId]);
    return rows.map((row) => ({ memberId: row.member_id, chamberId: row.chamber_id, permissions: row.permissions }));
  }

  async #remove(tx: AuditedTx, ctx: Ctx, { role = null, memberId = null, chamberId = null, permission }: PermissionInput): Promise<PermissionOverride | undefined> {
    const [row] = await tx.query<PermissionOverrideRow>(REMOVE, [ctx.tenantId, role, memberId, chamberId, permission]);
    return row && toPermissionOverride(row);
  }
}

const refuseFaults = ({ permission, role, memberId }: PermissionInput): void => {
  if (!isPermission(permission)) throw badInput([{ path: ['input', 'permission'], reason: 'UNKNOWN_PERMISSION' }]);
  if (Boolean(role) === Boolean(memberId)) throw badInput([{ path: ['input', 'role'], reason: 'ROLE_OR_MEMBER' }]);
};

const note = (tx: AuditedTx, id: string, earlier: PermissionOverride | undefined, later: PermissionOverride | undefined, before: Standing[], after: Standing[]): void => {
  tx.record('permissionOverride', id);
  tx.change('permissionOverride', id, 'override', earlier ? toAudited(earlier) : null, later ? toAudited(later) : null);
  for (const { memberId, chamberId, permissions } of before) {
    const now = after.find((standing) => standing.memberId === memberId && standing.chamberId === chamberId);
    if (!now || now.permissions.join() === permissions.join()) continue;
    const [then, since] = [{ chamberId, permissions }, { chamberId, permissions: now.permissions }];
    if (memberId) tx.record('member', memberId);
    tx.change(memberId ? 'member' : 'permissionOverride', memberId ?? id, memberId ? 'permissions' : 'rolePermissions', then, since);
  }
};

const toAudited = ({ role, memberId, chamberId, permission, effect }: PermissionOverride) => ({ role, memberId, chamberId, permission, effect });
