import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { MemberProfile } from './member.entity.js';

/** The licence of a member; `expiresOn` is yyyy-mm-dd. */
export interface MemberLicence {
  licence: string | null;
  expiresOn: string | null;
}

/** Tells other modules under which licences members practise. */
@Injectable()
export class MemberLicences {
  constructor(private readonly keyring: Keyring) {}

  /** Asks of members. */
  ask(tenantId: string, memberIds: readonly string[]): Statement {
    return { text: 'select m.id, m.profile, m.licence_expires_on::text from clinic.members m where m.tenant_id = $1 and m.id = any ($2::uuid[])', values: [tenantId, memberIds] };
  }

  /** Their licences, by id; `rows` are the answer to what `ask` had sent. */
  async answer(tenantId: string, rows: Row[]): Promise<Map<string, MemberLicence>> {
    const members = rows as unknown as Array<{ id: string; profile: Buffer; licence_expires_on: string | null }>;
    const keys = await this.keyring.of(tenantId, members.map(({ profile }) => profile));
    return new Map(members.map(({ id, profile, licence_expires_on: expiresOn }) => [id, { licence: keys.open<MemberProfile>('clinic.members', id, 'profile', profile).licence, expiresOn }]));
  }
}
