import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Permission } from '../../platform/access/permissions.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { CONFIG } from '../../platform/platform.module.js';
import { newLinkSecret } from '../link-secret.js';
import { linkIsEnded } from '../links.errors.js';
import { CALENDAR_FEED_COLUMNS, type CalendarFeedRow } from './calendar-feed.model.js';

/** The caller's own, those that work first: $1 tenant */
const OWN = `select ${CALENDAR_FEED_COLUMNS} from clinic.calendar_feeds f where f.tenant_id = $1 and f.member_id = platform.current_member() order by f.ended_at nulls first, f.id`;

const ADD = `
insert into clinic.calendar_feeds as f (tenant_id, id, member_id, with_patients, secret_hash) values ($1, $2, platform.current_member(), $3, $4) returning ${CALENDAR_FEED_COLUMNS}`;

const TO_END = `select ${CALENDAR_FEED_COLUMNS} from clinic.calendar_feeds f where f.tenant_id = $1 and f.id = $2 and f.member_id = platform.current_member() for no key update`;

const END = `update clinic.calendar_feeds f set ended_at = now() where f.tenant_id = $1 and f.id = $2 returning ${CALENDAR_FEED_COLUMNS}`;

const NEEDED_TO_NAME: readonly Permission[] = ['appointments:read', 'patients:read'];

/** Makes and ends the links by which a doctor's own calendar program fetches their day. The secret leaves once; only its hash is kept. */
@Injectable()
export class CalendarFeedsService {
  constructor(
    private readonly db: TenantDb,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller's feeds, the ended ones last. */
  async list(ctx: Ctx): Promise<CalendarFeedRow[]> {
    const [rows] = await this.db.read(ctx, { text: OWN, values: [ctx.tenantId] });
    const feeds = rows as unknown as CalendarFeedRow[];
    feeds.forEach(({ id }) => ctx.disclose('calendar-feed', id));
    return feeds;
  }

  /** Makes a feed of the caller's calendar, and gives its address; FORBIDDEN when it is to name patients and the caller may not see whom they have. */
  create(ctx: Ctx, withPatients: boolean): Promise<{ row: CalendarFeedRow; url: string }> {
    return this.db.write(ctx, async (tx) => {
      const missing = withPatients ? NEEDED_TO_NAME.find((permission) => !ctx.holds(permission)) : undefined;
      if (missing) throw forbidden(missing);
      const [id, secret] = [uuidv7(), newLinkSecret(ctx.tenantId)];
      const [row] = await tx.query<CalendarFeedRow>(ADD, [ctx.tenantId, id, withPatients, hashOf(secret)]);
      tx.record('calendar-feed', id);
      tx.change('calendar-feed', id, 'withPatients', null, withPatients);
      return { row: row!, url: `${this.config.serverUrl}/calendar/${secret}.ics` };
    });
  }

  /** Ends a feed of the caller's at once; NOT_FOUND, CONFLICT (ENDED_ALREADY). */
  end(ctx: Ctx, id: string): Promise<CalendarFeedRow> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = rows![0] as unknown as CalendarFeedRow | undefined;
      if (!before) throw notFound();
      if (before.ended_at) throw linkIsEnded();
      const [row] = await tx.query<CalendarFeedRow>(END, [ctx.tenantId, id]);
      tx.record('calendar-feed', id);
      tx.change('calendar-feed', id, 'ended', false, true);
      return row!;
    }, { text: TO_END, values: [ctx.tenantId, id] });
  }
}
