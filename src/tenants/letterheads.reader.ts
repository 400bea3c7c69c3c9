import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { MemberProfile } from './member.entity.js';

/** Under whose name a paper is written, and where. */
export interface Letterhead {
  practice: { id: string; name: string };
  chamber: { id: string; name: string; address: string; timeZone: string };
  /** `licenceExpiresOn` is yyyy-mm-dd. */
  doctor: { memberId: string; nameEn: string; nameBn: string | null; licence: string | null; licenceExpiresOn: string | null };
}

interface PlaceRow {
  practice: string;
  chamber_id: string;
  chamber: string;
  address: string;
  time_zone: string;
}

interface LetterheadRow extends PlaceRow {
  member_id: string;
  profile: Buffer;
  licence_expires_on: string | null;
}

/** Tells other modules what stands at the head of a paper. */
@Injectable()
export class Letterheads {
  constructor(private readonly keyring: Keyring) {}

  /** Asks of a member and a chamber. */
  ask(tenantId: string, memberId: string, chamberId: string): Statement {
    return {
      text: `
select t.name as practice, c.id as chamber_id, c.name as chamber, c.address, c.time_zone, m.id as member_id, m.profile, m.licence_expires_on::text
from clinic.tenants t join clinic.chambers c on c.tenant_id = t.id join clinic.members m on m.tenant_id = t.id where t.id = $1 and m.id = $2 and c.id = $3`,
      values: [tenantId, memberId, chamberId],
    };
  }

  /** The letterhead; `rows` are the answer to what `ask` had sent. */
  async answer(tenantId: string, [row]: Row[]): Promise<Letterhead> {
    const { member_id, profile, licence_expires_on, ...place } = row as unknown as LetterheadRow;
    const { nameEn, nameBn, licence } = (await this.keyring.of(tenantId, [profile])).open<MemberProfile>('clinic.members', member_id, 'profile', profile);
    return {
      ...placeOf(tenantId, place),
      doctor: { memberId: member_id, nameEn, nameBn, licence, licenceExpiresOn: licence_expires_on },
    };
  }
  /** Asks of a chamber alone, for a paper that nobody signs. */
  askPlace(tenantId: string, chamberId: string): Statement {
    return { text: 'select t.name as practice, c.id as chamber_id, c.name as chamber, c.address, c.time_zone from clinic.tenants t join clinic.chambers c on c.tenant_id = t.id where t.id = $1 and c.id = $2', values: [tenantId, chamberId] };
  }

  /** The practice and the chamber; `rows` are the answer to what `askPlace` had sent. */
  answerPlace(tenantId: string, [row]: Row[]): Pick<Letterhead, 'practice' | 'chamber'> {
    return placeOf(tenantId, row as unknown as PlaceRow);
  }
}

const placeOf = (tenantId: string, { practice, chamber_id, chamber, address, time_zone }: PlaceRow): Pick<Letterhead, 'practice' | 'chamber'> =>
  ({ practice: { id: tenantId, name: practice }, chamber: { id: chamber_id, name: chamber, address, timeZone: time_zone } });
