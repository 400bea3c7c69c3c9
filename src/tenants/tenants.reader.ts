import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';

/** What other modules may ask about a practice. */
@Injectable()
export class PracticeReader {
  constructor(private readonly db: TenantDb) {}

  /** The practice's country, ISO 3166-1 alpha-2. */
  async country(ctx: Ctx): Promise<'BD' | 'AE'> {
    const [rows] = await this.db.read(ctx, { text: 'select t.country from clinic.tenants t where t.id = $1', values: [ctx.tenantId] });
    return rows![0]!['country'] as 'BD' | 'AE';
  }

  /** A chamber's IANA time zone; NOT_FOUND. */
  async timeZone(ctx: Ctx, chamberId: string): Promise<string> {
    const [rows] = await this.db.read(ctx, {
      text: 'select c.time_zone from clinic.chambers c where c.tenant_id = $1 and c.id = $2', values: [ctx.tenantId, chamberId],
    });
    const [chamber] = rows!;
    if (!chamber) throw notFound();
    return chamber['time_zone'] as string;
  }
}
