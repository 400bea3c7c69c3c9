import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AlertsReader } from './alerts.reader.js';
import { AlertsResolver } from './alerts.resolver.js';
import { AlertsService } from './alerts.service.js';
import { AlertRaiser } from './watch/alert-raiser.js';
import { AlertSettingsResolver } from './settings.resolver.js';
import { AlertSettingsService } from './settings.service.js';
import { TrailWatcher } from './watch/trail-watcher.service.js';
import { UnrelatedWatcher } from './watch/unrelated-watcher.service.js';
import { WebhookSender } from './webhook/webhook-sender.service.js';

/** Watches over the practices: alerts of what is suspicious in the audit trail. */
@Module({
  imports: [TenantsModule],
  providers: [AlertsResolver, AlertsReader, AlertsService, AlertRaiser, TrailWatcher, UnrelatedWatcher, AlertSettingsResolver, AlertSettingsService, WebhookSender],
})
export class AlertsModule {}
