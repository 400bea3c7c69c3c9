import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { CONFIG } from '../../platform/platform.module.js';
import { type WebhookTarget, callWebhook } from '../../platform/webhooks/webhook-call.js';
import { enterToWatch } from '../../platform/database/enter-to-watch.js';

/** What is to be sent: an alert, or without one a trial. */
interface Message {
  tenantId: string;
  messageId: string;
  alertId: string | null;
}

const TARGET = 'select s.id, s.webhook from clinic.alert_settings s where s.tenant_id = $1 and s.webhook is not null';
const ALERT = `select a.id, a.rule, a.severity, a.count, a.threshold, a.member_id as "memberId", a.session_id as "sessionId", host(a.address) as address,
  a.first_at as "firstAt", a.last_at as "lastAt", a.raised_at as "raisedAt" from clinic.alerts a where a.tenant_id = $1 and a.id = $2`;

/** Sends alerts to the webhooks of practices, again and again until one is taken or tried too often. Ids, counts and times; nobody's name. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    jobs: Jobs,
  ) {
    jobs.handle<Message>('callAlertWebhook', (message) => this.#call(message));
  }

  async #call({ tenantId, messageId, alertId }: Message): Promise<void> {
    const [, targets, alerts] = await withClient(this.databases.jobs, (client) =>
      runGroup(client, [enterToWatch(tenantId), { text: TARGET, values: [tenantId] }, { text: ALERT, values: [tenantId, alertId] }]));
    const [row] = targets as unknown as Array<{ id: string; webhook: Buffer }>;
    const [alert] = alerts!;
    // It was removed meanwhile.
    if (!row || (alertId && !alert)) return;
    const keys = await this.keyring.of(tenantId, [row.webhook]);
    const target = keys.open<WebhookTarget>('clinic.alert_settings', row.id, 'webhook', row.webhook);
    const message = alert
      ? { type: 'alert.raised', timestamp: alert['raisedAt'], data: { practiceId: tenantId, ...alert } }
      : { type: 'alert.test', timestamp: new Date(), data: { practiceId: tenantId } };
    await callWebhook(target, messageId, message, this.config.webhookPrivateAddresses);
  }
}
