import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { conflict, notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import type { Alert, AlertRow } from './alert.model.js';
import type { AcknowledgeAlertInput } from './alerts.inputs.js';
import { ALERT_COLUMNS, AlertsReader } from './alerts.reader.js';

const LONGEST_NOTE = 2_000;

const TO_CHANGE = 'select a.version, a.acknowledged_at from clinic.alerts a where a.tenant_id = $1 and a.id = $2 for update';
const ACKNOWLEDGE = `update clinic.alerts a set acknowledged_at = now(), acknowledged_by = $3, note = $4, version = a.version + 1
  where a.tenant_id = $1 and a.id = $2 returning ${ALERT_COLUMNS}`;

/** What people make of alerts. An alert is acknowledged once, with who did and when, and never deleted. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly reader: AlertsReader,
  ) {}

  /** Notes that somebody has looked at an alert; NOT_FOUND, CONFLICT, BAD_USER_INPUT. */
  acknowledge(ctx: Ctx, { id, version, note: raw }: AcknowledgeAlertInput): Promise<Alert> {
    const check = new InputCheck();
    const note = check.lines(['note'], raw, LONGEST_NOTE);
    check.throwIfAny();
    return this.db.write(ctx, async (tx, [found]) => {
      const [before] = found as unknown as Array<Pick<AlertRow, 'version' | 'acknowledged_at'>>;
      if (!before) throw notFound();
      if (before.acknowledged_at) throw conflict('ACKNOWLEDGED_ALREADY', 'Somebody has acknowledged the alert already.');
      if (before.version !== version) throw staleVersion();
      const keys = await this.keyring.of(ctx.tenantId);
      const rows = await tx.query<AlertRow>(ACKNOWLEDGE, [ctx.tenantId, id, ctx.member.memberId, note && keys.seal('clinic.alerts', id, 'note', { note })]);
      tx.record('alert', id);
      tx.change('alert', id, 'open', true, false);
      const [alert] = await this.reader.open(ctx, rows);
      return alert!;
    }, { text: TO_CHANGE, values: [ctx.tenantId, id] });
  }
}
