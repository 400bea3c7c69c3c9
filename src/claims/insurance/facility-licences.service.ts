import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { isLicence } from '../files/code-formats.js';
import type { FacilityLicence, SetFacilityLicenceInput } from './facility-licence.model.js';

const COLUMNS = 'l.chamber_id as "chamberId", l.authority, l.licence, l.version';
const OF = `select ${COLUMNS} from clinic.facility_licences l where l.tenant_id = $1 and l.chamber_id = any ($2::uuid[])`;
// The chamber's lock makes two who set the first licence of one follow one another.
const TO_SET = `select clinic.may_in($1, platform.current_member(), c.id, 'chambers:manage') as may from clinic.chambers c where c.tenant_id = $1 and c.id = $2 for no key update of c`;
const SET = `
insert into clinic.facility_licences as l (tenant_id, chamber_id, authority, licence) values ($1, $2, $3, $4)
on conflict on constraint facility_licences__pkey do update set authority = excluded.authority, licence = excluded.licence, version = l.version + 1
returning ${COLUMNS}`;

/** The licences of chambers. */
@Injectable()
export class FacilityLicencesService {
  constructor(private readonly db: TenantDb) {}

  /** The licence of a chamber; null when nobody told. Read with those of all chambers that the answer asks for at this moment. */
  async of(ctx: Ctx, chamberId: string): Promise<FacilityLicence | null> {
    const licence = (await loadBatched(ctx, this.#batch, chamberId)) ?? null;
    if (licence) ctx.disclose('facility-licence', chamberId);
    return licence;
  }

  /** Sets the licence of a chamber; NOT_FOUND, FORBIDDEN, CONFLICT, BAD_USER_INPUT. */
  set(ctx: Ctx, { chamberId, version, authority, licence }: SetFacilityLicenceInput): Promise<FacilityLicence> {
    if (!isLicence(licence)) throw badInput([{ path: ['input', 'licence'], reason: 'WRONG_FORMAT' }]);
    return this.db.write(ctx, async (tx, [chambers, rows]) => {
      const [chamber] = chambers!;
      if (!chamber) throw notFound(['input', 'chamberId']);
      if (!chamber['may']) throw forbidden('chambers:manage');
      const [before] = rows as unknown as FacilityLicence[];
      if (version !== (before?.version ?? 0)) throw staleVersion();
      const [after] = await tx.query<FacilityLicence>(SET, [ctx.tenantId, chamberId, authority, licence]);
      tx.record('facility-licence', chamberId);
      for (const field of ['authority', 'licence'] as const) tx.change('facility-licence', chamberId, field, before?.[field] ?? null, after![field]);
      return after!;
    }, { text: TO_SET, values: [ctx.tenantId, chamberId] }, licencesOf(ctx.tenantId, [chamberId]));
  }

  readonly #batch = async (ctx: Ctx, chamberIds: readonly string[]): Promise<Map<string, FacilityLicence>> => {
    const [rows] = await this.db.read(ctx, licencesOf(ctx.tenantId, chamberIds));
    return new Map((rows as unknown as FacilityLicence[]).map((licence) => [licence.chamberId, licence]));
  };
}

const licencesOf = (tenantId: string, chamberIds: readonly string[]): Statement => ({ text: OF, values: [tenantId, chamberIds] });
