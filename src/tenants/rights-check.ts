import type { Permission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { badInput, forbidden, notFound, sessionEnded } from '../platform/errors.js';
import { type Holding, Rights } from './rights.js';
import { aboveOwnRights } from './tenants.errors.js';

/** A member whose standing is about to change. */
export interface Target {
  id: string;
  user_id: string | null;
  is_owner: boolean;
  status: 'INVITED' | 'ACTIVE' | 'DEACTIVATED';
  profile: Buffer;
  licence_expires_on: string | null;
  version: number;
}

interface HoldingRow {
  chamber_id: string;
  permissions: string[];
}

const LOCK = 'select t.id from clinic.tenants t where t.id = $1 for no key update';

const ACTOR = `
select m.is_owner from clinic.members m where m.tenant_id = $1 and m.id = $2 and m.status = 'ACTIVE'`;

const HELD_NOW = `
select a.chamber_id, a.permissions from clinic.chamber_assignments a
where a.tenant_id = $1 and a.member_id = $2 and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())`;

const TARGET = `
select m.id, m.user_id, m.is_owner, m.status, m.profile, m.licence_expires_on::text, m.version from clinic.members m where m.tenant_id = $1 and m.id = $2`;

const HELD_NOW_OR_LATER = `
select a.chamber_id, a.permissions from clinic.chamber_assignments a
where a.tenant_id = $1 and a.member_id = $2 and (a.valid_to is null or a.valid_to > now()) order by a.chamber_id`;

/**
 * Nobody gives or takes away more than they hold. Changes of rights in one practice happen one after the other, and
 * the caller's own rights are read after the others' changes were committed.
 */
export class RightsCheck {
  private constructor(
    private readonly tx: AuditedTx,
    private readonly ctx: Ctx,
    private readonly actor: Rights,
  ) {}

  /** Waits for other changes of rights in the practice, then reads what the caller holds now; `permission` is the one they act by. */
  static async open(tx: AuditedTx, ctx: Ctx, permission: Permission): Promise<RightsCheck> {
    const own = [ctx.tenantId, ctx.member.memberId];
    // A statement sees what was committed before it began: the lock must be a statement of its own.
    await tx.query(LOCK, [ctx.tenantId]);
    const [members, held] = await tx.group({ text: ACTOR, values: own }, { text: HELD_NOW, values: own });
    const member = members![0] as { is_owner: boolean } | undefined;
    if (!member) throw sessionEnded();
    const actor = new Rights(member.is_owner, toHoldings(held as unknown as HoldingRow[]));
    if (!actor.holdSomewhere(permission)) throw forbidden(permission);
    return new RightsCheck(tx, ctx, actor);
  }

  /** The member, once it is certain that the caller may change them: NOT_FOUND, ABOVE_OWN_RIGHTS, or refused when deactivated. */
  async target(memberId: string, path: string[]): Promise<Target> {
    const target = await this.#coveredMember(memberId);
    if (target.status === 'DEACTIVATED') throw badInput([{ path, reason: 'DEACTIVATED' }]);
    return target;
  }

  /** Somebody who left, once it is certain that the caller may take them back: NOT_FOUND, ABOVE_OWN_RIGHTS, or refused when they have not left. */
  async departed(memberId: string, path: string[]): Promise<Target> {
    const target = await this.#coveredMember(memberId);
    if (target.status !== 'DEACTIVATED') throw badInput([{ path, reason: 'NOT_DEACTIVATED' }]);
    return target;
  }

  /** What a member holds now, or will when an assignment begins. */
  async holdingsOf(memberId: string): Promise<Holding[]> {
    return toHoldings(await this.tx.query<HoldingRow>(HELD_NOW_OR_LATER, [this.ctx.tenantId, memberId]));
  }

  /** Throws ABOVE_OWN_RIGHTS unless the caller holds all of this, each in its chamber. */
  mustCover(holdings: readonly Holding[]): void {
    if (!holdings.every((holding) => this.actor.cover(holding))) throw aboveOwnRights();
  }

  /** Throws ABOVE_OWN_RIGHTS unless the caller is an owner. */
  mustBeOwner(): void {
    if (!this.actor.isOwner) throw aboveOwnRights();
  }

  /** Nobody but an owner changes their own rights, not even by what outlasts what they have now. */
  mustNotBeOneself({ id }: Target): void {
    if (id === this.ctx.member.memberId) this.mustBeOwner();
  }

  async #coveredMember(memberId: string): Promise<Target> {
    const [target] = await this.tx.query<Target>(TARGET, [this.ctx.tenantId, memberId]);
    if (!target) throw notFound();
    this.tx.record('member', memberId);
    if (target.is_owner) this.mustBeOwner();
    this.mustCover(await this.holdingsOf(memberId));
    return target;
  }
}

const toHoldings = (rows: HoldingRow[]): Holding[] =>
  rows.map(({ chamber_id: chamberId, permissions }) => ({ chamberId, permissions }));
