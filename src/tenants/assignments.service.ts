import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound } from '../platform/errors.js';
import { constraintOf } from '../platform/database/database-errors.js';
import { endOfDay, startOfDay } from '../platform/local-days.js';
import type { AssignChamberInput, AssignmentInput } from './member.inputs.js';
import type { Member } from './member.model.js';
import { MembersService } from './members.service.js';
import { RightsCheck } from './rights-check.js';
import type { Role } from './role.model.js';

interface AssignmentRow {
  chamber_id: string;
  role: Role;
  valid_from: Date;
  valid_to: Date | null;
  permissions: string[];
}

const CHAMBER = 'select c.time_zone, c.archived_at from clinic.chambers c where c.tenant_id = $1 and c.id = $2';

const BEFORE = `
select a.chamber_id, a.role, a.valid_from, a.valid_to, a.permissions from clinic.chamber_assignments a
where a.tenant_id = $1 and a.member_id = $2 and a.chamber_id = $3`;

const PUT = `
insert into clinic.chamber_assignments (tenant_id, id, member_id, chamber_id, role, valid_from, valid_to)
values ($1, $2, $3, $4, $5, coalesce($6, now()), $7)
on conflict on constraint chamber_assignments__member_chamber
  do update set role = excluded.role, valid_from = excluded.valid_from, valid_to = excluded.valid_to
returning chamber_id, role, valid_from, valid_to, permissions`;

const REMOVE = `
delete from clinic.chamber_assignments a where a.tenant_id = $1 and a.member_id = $2 and a.chamber_id = $3
returning a.chamber_id, a.role, a.valid_from, a.valid_to, a.permissions`;

/** Who works where, and as what. What an assignment gives, its giver holds in the same chamber. */
@Injectable()
export class AssignmentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly members: MembersService,
  ) {}

  /** Assigns a member to a chamber, in place of what they were there. NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  assign(ctx: Ctx, input: AssignChamberInput): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      rights.mustNotBeOneself(await rights.target(input.memberId, ['input', 'memberId']));
      await this.put(tx, ctx, rights, input.memberId, input, ['input']);
      return this.members.read(tx, ctx, input.memberId);
    });
  }

  /** Ends a member's work in a chamber at once. NOT_FOUND, ABOVE_OWN_RIGHTS. */
  remove(ctx: Ctx, memberId: string, chamberId: string): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      await rights.target(memberId, ['memberId']);
      const [before] = await tx.query<AssignmentRow>(REMOVE, [ctx.tenantId, memberId, chamberId]);
      if (!before) throw notFound();
      rights.mustCover([{ chamberId, permissions: ['members:manage'] }]);
      tx.change('member', memberId, 'assignment', toAudited(before), null);
      return this.members.read(tx, ctx, memberId);
    });
  }

  /** Writes one assignment within a change of rights; `path` is where it stands in the input. */
  async put(tx: AuditedTx, ctx: Ctx, rights: RightsCheck, memberId: string, input: AssignmentInput, path: string[]): Promise<void> {
    const { chamberId, role } = input;
    const [chambers, earlier] = await tx.group(
      { text: CHAMBER, values: [ctx.tenantId, chamberId] },
      { text: BEFORE, values: [ctx.tenantId, memberId, chamberId] });
    const chamber = chambers![0] as { time_zone: string; archived_at: Date | null } | undefined;
    if (!chamber) throw notFound();
    if (chamber.archived_at) throw badInput([{ path: [...path, 'chamberId'], reason: 'ARCHIVED' }]);
    const from = input.validFrom ? startOfDay(input.validFrom, chamber.time_zone) : null;
    const to = input.validTo ? endOfDay(input.validTo, chamber.time_zone) : null;
    const [after] = await tx.query<AssignmentRow>(PUT, [ctx.tenantId, uuidv7(), memberId, chamberId, role, from, to]).catch((error: unknown) => {
      const tooShort = constraintOf(error) === 'chamber_assignments__period';
      throw tooShort ? badInput([{ path: [...path, 'validTo'], reason: 'BEFORE_VALID_FROM' }]) : error;
    });
    rights.mustCover([{ chamberId, permissions: [...after!.permissions, 'members:manage'] }]);
    const before = earlier![0] as unknown as AssignmentRow | undefined;
    tx.change('member', memberId, 'assignment', before ? toAudited(before) : null, toAudited(after!));
  }
}

const toAudited = (row: AssignmentRow) => ({
  chamberId: row.chamber_id, role: row.role, validFrom: row.valid_from, validTo: row.valid_to, permissions: row.permissions,
});
