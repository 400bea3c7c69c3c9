import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import type { SchedulesArgs } from './schedule.inputs.js';
import { SCHEDULES_OF_CHAMBER, type ScheduleRow } from './schedule-rows.js';

const CHAMBER = 'select from clinic.chambers c where c.tenant_id = $1 and c.id = $2';

/** Reads the weekly hours of a chamber. */
@Injectable()
export class SchedulesReader {
  constructor(private readonly db: TenantDb) {}

  /** The schedules of a chamber, from Monday on; NOT_FOUND. */
  async list(ctx: Ctx, { chamberId, doctorId, ended }: SchedulesArgs): Promise<ScheduleRow[]> {
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER, values: [ctx.tenantId, chamberId] }, { text: SCHEDULES_OF_CHAMBER, values: [ctx.tenantId, chamberId, doctorId ?? null, ended] });
    if (!chambers!.length) throw notFound();
    const schedules = rows as unknown as ScheduleRow[];
    schedules.forEach(({ id }) => ctx.disclose('schedule', id));
    return schedules;
  }
}
