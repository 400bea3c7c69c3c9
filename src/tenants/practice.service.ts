import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config.js';
import { permissions } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { staleVersion } from '../platform/errors.js';
import { CONFIG } from '../platform/platform.module.js';
import type { Viewer } from './member.model.js';
import { emergencyIn, memberOfUser, sealedIn, toMembers } from './member-rows.js';
import { OwnerLettersWriter } from './owner-letters.writer.js';
import { PracticeEntity } from './practice.entity.js';
import type { RenamePracticeInput } from './practice.inputs.js';
import { Standing } from './role.model.js';
import { secondFactorLetter } from './second-factor-letter.js';
import { aboveOwnRights } from './tenants.errors.js';
import { PRACTICE_COLUMNS, type Practice, type PracticeRow, toPractice } from './practice.model.js';

const PRACTICE = `select ${PRACTICE_COLUMNS} from clinic.tenants t where t.id = $1`;

/** The practice itself, and who is asking. */
@Injectable()
export class PracticeService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly ownerLetters: OwnerLettersWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's member, practice and permissions. */
  async viewer(ctx: Ctx): Promise<Viewer> {
    const [practices, ...rows] = await this.db.read(ctx, { text: PRACTICE, values: [ctx.tenantId] }, ...memberOfUser(ctx.tenantId, ctx.known.userId));
    const [member] = toMembers(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows);
    ctx.disclose('member', member!.id);
    return {
      member: member!,
      practice: toPractice(practices![0] as unknown as PracticeRow),
      permissions: [...(ctx.member.isOwner ? permissions : ctx.member.permissions)].sort(),
      emergencyUntil: emergencyIn(rows),
      chambers: member!.assignments.filter(({ current }) => current),
    };
  }

  /** Renames the practice; rejects with CONFLICT when it was edited since it was read. */
  rename(ctx: Ctx, { name, version }: RenamePracticeInput): Promise<Practice> {
    return this.db.write(ctx, async (tx) => {
      const [before] = await tx.query<{ name: string }>(PRACTICE, [ctx.tenantId]);
      const { affected } = await tx.manager.update(PracticeEntity, { id: ctx.tenantId, version }, { name, version: () => 'version + 1' });
      if (!affected) throw staleVersion();
      tx.record('practice', ctx.tenantId);
      tx.change('practice', ctx.tenantId, 'name', before!.name, name);
      const [after] = await tx.query<PracticeRow>(PRACTICE, [ctx.tenantId]);
      return toPractice(after!);
    });
  }

  /** Says which roles need a second factor from now on; whoever has one of them and no factor can do nothing from the next request on but set one up. Only an owner takes a role away: ABOVE_OWN_RIGHTS. */
  requireSecondFactor(ctx: Ctx, roles: Standing[]): Promise<Practice> {
    const wanted = Object.values(Standing).filter((role) => roles.includes(role));
    return this.db.write(ctx, async (tx) => {
      // Locked: what somebody else says at the same moment is seen.
      const [before] = await tx.query<PracticeRow>(`${PRACTICE} for no key update`, [ctx.tenantId]);
      const freed = before!.second_factor_roles.filter((role) => !wanted.includes(role));
      if (freed.length && !ctx.member.isOwner) throw aboveOwnRights();
      await tx.manager.update(PracticeEntity, { id: ctx.tenantId }, { secondFactorRoles: wanted });
      tx.record('practice', ctx.tenantId);
      tx.change('practice', ctx.tenantId, 'secondFactorRoles', before!.second_factor_roles, wanted);
      if (freed.length) await this.ownerLetters.queue(tx, ctx, (to, practice, by) => secondFactorLetter(to, practice, by, freed, this.config.frontendUrl));
      return toPractice({ ...before!, second_factor_roles: wanted });
    });
  }
}
