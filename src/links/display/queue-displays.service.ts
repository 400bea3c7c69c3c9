import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { CONFIG } from '../../platform/platform.module.js';
import { newLinkSecret } from '../link-secret.js';
import { chamberIsArchived } from '../../schedules/schedules-errors.model.js';
import { linkIsEnded } from '../links.errors.js';
import { type CreateQueueDisplayInput, LONGEST_DISPLAY_NAME, QUEUE_DISPLAY_COLUMNS, type QueueDisplayRow } from './queue-display.model.js';

const MAY = `clinic.may_in($1, platform.current_member(), c.id, 'appointments:manage')`;

/** $1 tenant, $2 chamber */
const CHAMBER = `select ${MAY} as may, c.archived_at is not null as archived from clinic.chambers c where c.tenant_id = $1 and c.id = $2`;

/** The displays of a chamber, those that work first: $1 tenant, $2 chamber */
const OF_CHAMBER = `select ${QUEUE_DISPLAY_COLUMNS} from clinic.queue_displays d where d.tenant_id = $1 and d.chamber_id = $2 order by d.ended_at nulls first, d.id`;

const ADD = `
insert into clinic.queue_displays as d (tenant_id, id, chamber_id, name, secret_hash, created_by) values ($1, $2, $3, $4, $5, $6) returning ${QUEUE_DISPLAY_COLUMNS}`;

const TO_END = `
select ${QUEUE_DISPLAY_COLUMNS}, ${MAY} as may from clinic.queue_displays d join clinic.chambers c on c.tenant_id = $1 and c.id = d.chamber_id
where d.tenant_id = $1 and d.id = $2 for no key update of d`;

const END = `update clinic.queue_displays d set ended_at = now(), ended_by = $3 where d.tenant_id = $1 and d.id = $2 returning ${QUEUE_DISPLAY_COLUMNS}`;

/** Makes and ends the links by which screens show the queue of a chamber. The secret leaves once; only its hash is kept. */
@Injectable()
export class QueueDisplaysService {
  constructor(
    private readonly db: TenantDb,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The displays of a chamber, the ended ones last; NOT_FOUND, FORBIDDEN unless the caller holds appointments:manage in it. */
  async list(ctx: Ctx, chamberId: string): Promise<QueueDisplayRow[]> {
    const values = [ctx.tenantId, chamberId];
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER, values }, { text: OF_CHAMBER, values });
    allowed(chambers![0]);
    const displays = rows as unknown as QueueDisplayRow[];
    displays.forEach(({ id }) => ctx.disclose('queue-display', id));
    return displays;
  }

  /** Makes a display, and gives its address; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (CHAMBER_ARCHIVED). */
  create(ctx: Ctx, input: CreateQueueDisplayInput): Promise<{ row: QueueDisplayRow; url: string }> {
    const check = new InputCheck();
    const name = check.line(['name'], input.name, LONGEST_DISPLAY_NAME);
    check.throwIfAny();
    return this.db.write(ctx, async (tx, [chambers]) => {
      if (allowed(chambers![0])['archived']) throw chamberIsArchived();
      const [id, secret] = [uuidv7(), newLinkSecret(ctx.tenantId)];
      const [row] = await tx.query<QueueDisplayRow>(ADD, [ctx.tenantId, id, input.chamberId, name, hashOf(secret), ctx.member.memberId]);
      tx.record('queue-display', id);
      tx.change('queue-display', id, 'name', null, name);
      return { row: row!, url: `${this.config.serverUrl}/display/${secret}` };
    }, { text: CHAMBER, values: [ctx.tenantId, input.chamberId] });
  }

  /** Ends a display: its link leads nowhere within a second; NOT_FOUND, FORBIDDEN, CONFLICT (ENDED_ALREADY). */
  end(ctx: Ctx, id: string): Promise<QueueDisplayRow> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = allowed(rows![0]) as unknown as QueueDisplayRow;
      if (before.ended_at) throw linkIsEnded();
      const [row] = await tx.query<QueueDisplayRow>(END, [ctx.tenantId, id, ctx.member.memberId]);
      tx.record('queue-display', id);
      tx.change('queue-display', id, 'ended', false, true);
      return row!;
    }, { text: TO_END, values: [ctx.tenantId, id] });
  }
}

function allowed<T extends { [column: string]: unknown }>(row: T | undefined): T {
  if (!row) throw notFound();
  if (!row['may']) throw forbidden('appointments:manage');
  return row;
}
