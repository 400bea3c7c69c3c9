import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import type { MemberProfile } from './member.entity.js';

/** $1 tenant, $2 members */
const PROFILES = 'select m.id, m.profile from clinic.members m where m.tenant_id = $1 and m.id = any ($2::uuid[])';

/** The names of members, those who left too. Whoever is named is in the audit entry of the answer. */
@Injectable()
export class MemberNames {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The names of one member, read with all that the answer asks for at this moment; NOT_FOUND. */
  async of(ctx: Ctx, id: string): Promise<Pick<MemberProfile, 'nameEn' | 'nameBn'>> {
    const profile = await loadBatched(ctx, this.#profiles, id);
    if (!profile) throw notFound();
    ctx.disclose('member', id);
    return profile;
  }

  readonly #profiles = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, MemberProfile>> => {
    const [rows] = await this.db.read(ctx, { text: PROFILES, values: [ctx.tenantId, ids] });
    const members = rows as unknown as Array<{ id: string; profile: Buffer }>;
    const keys = await this.keyring.of(ctx.tenantId, members.map(({ profile }) => profile));
    return new Map(members.map(({ id, profile }) => [id, keys.open<MemberProfile>('clinic.members', id, 'profile', profile)]));
  };
}
