import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type Page, idOfCursor, pageOf } from '../platform/graphql/connection.js';
import { type Alert, type AlertRow, type OpenAlerts, toAlert } from './alert.model.js';
import type { AlertsArgs } from './alerts.inputs.js';

/** The columns of an AlertRow. */
export const ALERT_COLUMNS = `a.id, a.rule, a.severity, a.count, a.threshold, a.user_id, a.member_id, a.session_id, host(a.address) as address, a.first_at, a.last_at, a.raised_at,
  a.acknowledged_at, a.acknowledged_by, a.note, a.version`;

/** $1 tenant, $2 open, $3 rule, $4 severity, $5 member */
const CHOSEN = `a.tenant_id = $1 and ($2::boolean is null or (a.acknowledged_at is null) = $2) and ($3::text is null or a.rule = $3)
  and ($4::text is null or a.severity = $4) and ($5::uuid is null or a.member_id = $5)`;
const PAGE = `select ${ALERT_COLUMNS} from clinic.alerts a where ${CHOSEN} and ($6::uuid is null or a.id < $6) order by a.id desc limit $7`;
const COUNT = `select count(*)::integer as count from clinic.alerts a where ${CHOSEN}`;
const OPEN = `select ${ALERT_COLUMNS} from clinic.alerts a where a.tenant_id = $1 and a.acknowledged_at is null order by a.id desc limit 20`;
const COUNT_OPEN = 'select count(*)::integer as count from clinic.alerts a where a.tenant_id = $1 and a.acknowledged_at is null';

/** Reads the alerts of a practice. */
@Injectable()
export class AlertsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Alerts, the latest first. */
  async list(ctx: Ctx, args: AlertsArgs): Promise<Page<Alert>> {
    const { open = null, rule = null, severity = null, memberId = null } = args;
    const chosen = [ctx.tenantId, open, rule, severity, memberId];
    const [rows] = await this.db.read(ctx, { text: PAGE, values: [...chosen, idOfCursor(args.after), args.first + 1] });
    const page = pageOf(await this.open(ctx, rows as unknown as AlertRow[]), args, async () => {
      const [counted] = await this.db.read(ctx, { text: COUNT, values: chosen });
      return counted![0]!['count'] as number;
    });
    page.edges.forEach(({ node }) => ctx.disclose('alert', node.id));
    return page;
  }

  /** The open alerts as they are now. */
  async current(ctx: Ctx, version: number): Promise<OpenAlerts> {
    const [rows, counted] = await this.db.read(ctx, { text: OPEN, values: [ctx.tenantId] }, { text: COUNT_OPEN, values: [ctx.tenantId] });
    const alerts = await this.open(ctx, rows as unknown as AlertRow[]);
    alerts.forEach(({ id }) => ctx.disclose('alert', id));
    return { version, alerts, count: counted![0]!['count'] as number };
  }

  /** Rows with their notes opened. */
  async open(ctx: Ctx, rows: readonly AlertRow[]): Promise<Alert[]> {
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ note }) => note ?? []));
    return rows.map((row) => toAlert(row, row.note && keys.open<{ note: string }>('clinic.alerts', row.id, 'note', row.note).note));
  }
}
