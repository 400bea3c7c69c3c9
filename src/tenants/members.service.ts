import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound, staleVersion } from '../platform/errors.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { constraintOf, sqlState } from '../platform/database/database-errors.js';
import { MemberEntity, type MemberProfile } from './member.entity.js';
import type { DeactivateMemberInput, EditMemberInput } from './member.inputs.js';
import type { Member } from './member.model.js';
import { memberById, membersAfter, sealedIn, toMembers } from './member-rows.js';
import { RightsCheck, type Target } from './rights-check.js';
import { alreadyExists, lastOwner } from './tenants.errors.js';

/** What somebody breaks who comes back while they are here already, as another member. */
const hiredAnew = ['members__user', 'members__email'];

const COUNT = 'select count(*)::integer as count from clinic.members m where m.tenant_id = $1';

/** The people of a practice. Nobody changes an owner, or somebody who holds more than they do, without being an owner. */
@Injectable()
export class MembersService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** A page of members, oldest first, with their assignments: two statements, however many. */
  async list(ctx: Ctx, args: PageArgs): Promise<Page<Member>> {
    const rows = await this.db.read(ctx, ...membersAfter(ctx.tenantId, idOfCursor(args.after), args.first + 1));
    const members = toMembers(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows);
    const page = pageOf(members, args, async () => {
      const [counted] = await this.db.read(ctx, { text: COUNT, values: [ctx.tenantId] });
      return counted![0]!['count'] as number;
    });
    page.edges.forEach(({ node }) => ctx.disclose('member', node.id));
    return page;
  }

  /** One member with their assignments; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<Member> {
    const rows = await this.db.read(ctx, ...memberById(ctx.tenantId, id));
    const [member] = toMembers(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows);
    if (!member) throw notFound();
    ctx.disclose('member', id);
    return member;
  }

  /** One member within a transaction; NOT_FOUND. */
  async read(tx: AuditedTx, ctx: Ctx, id: string): Promise<Member> {
    const rows = await tx.group(...memberById(ctx.tenantId, id));
    const [member] = toMembers(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows);
    if (!member) throw notFound();
    tx.record('member', id);
    return member;
  }

  /** Edits names and licence; NOT_FOUND, CONFLICT, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  edit(ctx: Ctx, { id, version, nameEn, nameBn, licence, licenceExpiresOn }: EditMemberInput): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      const { profile, licence_expires_on: expiredOn } = await rights.target(id, ['input', 'id']);
      const expiresOn = licenceExpiresOn === undefined ? expiredOn : licenceExpiresOn;
      const keys = await this.keyring.of(ctx.tenantId, [profile]);
      const before = keys.open<MemberProfile>('clinic.members', id, 'profile', profile);
      const after: MemberProfile = {
        ...before,
        nameEn: nameEn ?? before.nameEn,
        nameBn: nameBn === undefined ? before.nameBn : nameBn,
        licence: licence === undefined ? before.licence : licence,
      };
      const { affected } = await tx.manager.update(MemberEntity, { tenantId: ctx.tenantId, id, version },
        { profile: keys.seal('clinic.members', id, 'profile', after), licenceExpiresOn: expiresOn, version: () => 'version + 1' });
      if (!affected) throw staleVersion();
      for (const field of ['nameEn', 'nameBn', 'licence'] as const) tx.change('member', id, field, before[field], after[field]);
      tx.change('member', id, 'licenceExpiresOn', expiredOn, expiresOn);
      return this.read(tx, ctx, id);
    });
  }

  /** Ends a member's access to the practice at this moment; NOT_FOUND, ABOVE_OWN_RIGHTS, LAST_OWNER, BAD_USER_INPUT. */
  deactivate(ctx: Ctx, { memberId, reason }: DeactivateMemberInput): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      const before = await rights.target(memberId, ['input', 'memberId']);
      tx.reason = reason;
      await this.#deactivate(tx, ctx, before);
      return this.read(tx, ctx, memberId);
    });
  }

  /** Ends the caller's own access to the practice at this moment; LAST_OWNER. */
  leave(ctx: Ctx): Promise<boolean> {
    return this.db.write(ctx, async (tx) => {
      const { memberId: id, isOwner } = ctx.member;
      tx.record('member', id);
      await this.#deactivate(tx, ctx, { id, status: 'ACTIVE', is_owner: isOwner });
      return true;
    });
  }

  /** Ends every session in which a member works in this practice; gives how many there were. NOT_FOUND, ABOVE_OWN_RIGHTS, BAD_USER_INPUT. */
  endSessions(ctx: Ctx, memberId: string): Promise<number> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'members:manage');
      await rights.target(memberId, ['memberId']);
      const ended = await tx.query<{ id: string }>('select end_sessions as id from clinic.end_sessions($1)', [memberId]);
      ended.forEach(({ id }) => tx.record('session', id));
      return ended.length;
    });
  }

  /** Makes somebody who left an invited member again, within a transaction: with the same account if they had one, and no owner. ALREADY_EXISTS when the person was hired anew meanwhile. */
  async inviteBack(tx: AuditedTx, ctx: Ctx, { id, status }: Target): Promise<void> {
    await this.#update(tx, ctx, id, { status: 'INVITED', deactivatedAt: null });
    tx.change('member', id, 'status', status, 'INVITED');
  }

  /** Makes an active member an owner, or takes that away; only owners may. NOT_FOUND, ABOVE_OWN_RIGHTS, LAST_OWNER, BAD_USER_INPUT. */
  setOwner(ctx: Ctx, memberId: string, isOwner: boolean): Promise<Member> {
    return this.db.write(ctx, async (tx) => {
      const rights = await RightsCheck.open(tx, ctx, 'roles:manage');
      rights.mustBeOwner();
      const before = await rights.target(memberId, ['memberId']);
      if (before.status !== 'ACTIVE') throw badInput([{ path: ['memberId'], reason: 'NOT_ACTIVE' }]);
      await this.#update(tx, ctx, memberId, { isOwner });
      tx.change('member', memberId, 'isOwner', before.is_owner, isOwner);
      return this.read(tx, ctx, memberId);
    });
  }

  async #deactivate(tx: AuditedTx, ctx: Ctx, { id, status, is_owner: isOwner }: Pick<Target, 'id' | 'status' | 'is_owner'>): Promise<void> {
    await this.#update(tx, ctx, id, { status: 'DEACTIVATED', deactivatedAt: new Date(), isOwner: false });
    tx.change('member', id, 'status', status, 'DEACTIVATED');
    tx.change('member', id, 'isOwner', isOwner, false);
  }

  async #update(tx: AuditedTx, ctx: Ctx, id: string, change: Partial<Pick<MemberEntity, 'status' | 'deactivatedAt' | 'isOwner'>>): Promise<void> {
    try {
      await tx.manager.update(MemberEntity, { tenantId: ctx.tenantId, id }, { ...change, version: () => 'version + 1' });
    } catch (error) {
      if (hiredAnew.includes(constraintOf(error) ?? '')) throw alreadyExists(['input', 'memberId']);
      throw sqlState(error) === 'SK010' ? lastOwner() : error;
    }
  }
}
