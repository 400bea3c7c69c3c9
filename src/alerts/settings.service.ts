import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../config.js';
import type { Words } from '../mail/letter.model.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { CONFIG } from '../platform/platform.module.js';
import { type WebhookTarget, newWebhookSecret } from '../platform/webhooks/webhook-call.js';
import { webhookUrl } from '../platform/webhooks/webhook-url.js';
import { OwnerLettersWriter } from '../tenants/owner-letters.writer.js';
import { type AlertSettings as Settings, type OpeningHours, alwaysOn, rules } from './rules/alert-rule.js';
import { settingChanges, settingsLetter, webhookRemoved, webhookSet } from './settings-letter.js';
import { type AlertSettings, type AlertWebhook, type EditAlertSettingsInput, HIGHEST_THRESHOLD, timeText, toAlertSettings } from './settings.model.js';
import { toSettings } from './watch/watch-rows.js';

const MINUTES_OF_DAY = 1_440;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

const SETTINGS = 'select s.id, s.rules, s.open_from, s.open_until, s.open_days, s.webhook, s.version from clinic.alert_settings s where s.tenant_id = $1';
const SETTINGS_TO_CHANGE = `${SETTINGS} for update`;
const SAVE = `insert into clinic.alert_settings as s (tenant_id, id, rules, open_from, open_until, open_days, webhook) values ($1, $2, $3, $4, $5, $6, $7)
on conflict on constraint alert_settings__pkey do update set rules = excluded.rules, open_from = excluded.open_from, open_until = excluded.open_until,
  open_days = excluded.open_days, webhook = excluded.webhook, version = s.version + 1
where s.id = excluded.id
returning s.id, s.rules, s.open_from, s.open_until, s.open_days, s.webhook, s.version`;
const QUEUE = 'select platform.queue_alert_webhook($1)';

interface SettingsRow extends Row {
  id: string;
  webhook: Buffer | null;
  version: number;
}

/** What is to be kept, and what the owners are told of it. */
interface Changed {
  settings: Settings;
  webhook: Buffer | null;
  changes: Words[];
}

/** What a practice is alerted of, and where alerts are sent. */
@Injectable()
export class AlertSettingsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly ownerLetters: OwnerLettersWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The settings; until something was set, the usual ones. */
  async read(ctx: Ctx): Promise<AlertSettings> {
    const [rows] = await this.db.read(ctx, { text: SETTINGS, values: [ctx.tenantId] });
    ctx.disclose('alert-settings', ctx.tenantId);
    return this.#shown(ctx, rows![0] as SettingsRow | undefined);
  }

  /** Changes the settings; CONFLICT, BAD_USER_INPUT (all faults at once). */
  edit(ctx: Ctx, input: EditAlertSettingsInput): Promise<AlertSettings> {
    return this.#change(ctx, (tx, row) => {
      if (input.version !== (row?.version ?? 0)) throw staleVersion();
      const before = toSettings(row);
      const after = edited(before, input);
      tx.change('alert-settings', ctx.tenantId, 'rules', before.rules, after.rules);
      tx.change('alert-settings', ctx.tenantId, 'hours', before.hours, after.hours);
      return { settings: after, webhook: row?.webhook ?? null, changes: settingChanges(before, after) };
    });
  }

  /** Sends alerts to an address from now on, under a secret that is new each time; BAD_USER_INPUT. */
  async setWebhook(ctx: Ctx, raw: string): Promise<AlertWebhook> {
    const url = webhookUrl(raw, ['url'], this.config);
    const target: WebhookTarget = { url, secret: newWebhookSecret() };
    await this.#change(ctx, async (tx, row, id) => {
      const keys = await this.keyring.of(ctx.tenantId);
      tx.change('alert-settings', ctx.tenantId, 'webhook', await this.#urlOf(ctx, row), url);
      return { settings: toSettings(row), webhook: keys.seal('clinic.alert_settings', id, 'webhook', target), changes: [webhookSet(url)] };
    });
    return target;
  }

  /** Sends alerts nowhere any more; NOT_FOUND when they were sent nowhere. */
  removeWebhook(ctx: Ctx): Promise<AlertSettings> {
    return this.#change(ctx, async (tx, row) => {
      if (!row?.webhook) throw notFound();
      const url = await this.#urlOf(ctx, row);
      tx.change('alert-settings', ctx.tenantId, 'webhook', url, null);
      return { settings: toSettings(row), webhook: null, changes: [webhookRemoved(url!)] };
    });
  }

  /** Puts a trial message on its way, in the place of one that still waits; NOT_FOUND when there is no webhook. */
  testWebhook(ctx: Ctx): Promise<boolean> {
    return this.db.write(ctx, async (tx, [found]) => {
      if (!(found![0] as SettingsRow | undefined)?.webhook) throw notFound();
      await tx.query(QUEUE, [null]);
      tx.record('alert-settings', ctx.tenantId);
      return true;
    }, { text: SETTINGS, values: [ctx.tenantId] });
  }

  #change(ctx: Ctx, make: (tx: AuditedTx, row: SettingsRow | undefined, id: string) => Promise<Changed> | Changed): Promise<AlertSettings> {
    return this.db.write(ctx, async (tx, [found]) => {
      const row = found![0] as SettingsRow | undefined;
      const id = row?.id ?? uuidv7();
      const { settings, webhook, changes } = await make(tx, row, id);
      const { from, until, days } = settings.hours;
      const [saved] = await tx.query<SettingsRow>(SAVE, [ctx.tenantId, id, JSON.stringify(settings.rules), from, until, days, webhook]);
      // Somebody else was the first to set anything, at the same moment.
      if (!saved) throw staleVersion();
      if (changes.length) await this.ownerLetters.queue(tx, ctx, (to, practice, by) => settingsLetter(to, practice, by, changes, this.config.frontendUrl));
      tx.record('alert-settings', ctx.tenantId);
      return this.#shown(ctx, saved);
    }, { text: SETTINGS_TO_CHANGE, values: [ctx.tenantId] });
  }

  async #shown(ctx: Ctx, row: SettingsRow | undefined): Promise<AlertSettings> {
    return toAlertSettings(toSettings(row), await this.#urlOf(ctx, row), row?.version ?? 0);
  }

  async #urlOf(ctx: Ctx, row: SettingsRow | undefined): Promise<string | null> {
    if (!row?.webhook) return null;
    const keys = await this.keyring.of(ctx.tenantId, [row.webhook]);
    return keys.open<WebhookTarget>('clinic.alert_settings', row.id, 'webhook', row.webhook).url;
  }
}

function edited(before: Settings, input: EditAlertSettingsInput): Settings {
  const check = new InputCheck();
  const set = { ...before.rules };
  for (const [index, { rule, on, threshold }] of (input.rules ?? []).entries()) {
    const at = ['rules', String(index)];
    if (input.rules!.findIndex((other) => other.rule === rule) < index) check.blame([...at, 'rule'], 'TWICE');
    if (!on && alwaysOn.has(rule)) check.blame([...at, 'on'], 'ALWAYS_ON');
    if (typeof threshold === 'number' && !('threshold' in rules[rule])) check.blame([...at, 'threshold'], 'NO_THRESHOLD');
    else if (typeof threshold === 'number' && (threshold < 1 || threshold > HIGHEST_THRESHOLD)) check.blame([...at, 'threshold'], 'OUT_OF_RANGE', { min: 1, max: HIGHEST_THRESHOLD });
    set[rule] = { on, ...(typeof threshold === 'number' && { threshold }) };
  }
  const hours = hoursOf(before.hours, input, check);
  check.throwIfAny();
  return { rules: set, hours };
}

function hoursOf(before: OpeningHours, { opensAt, closesAt, openDays }: EditAlertSettingsInput, check: InputCheck): OpeningHours {
  const from = minutesOf('opensAt', opensAt ?? timeText(before.from), check);
  const until = minutesOf('closesAt', closesAt ?? timeText(before.until), check);
  const days = [...new Set(openDays ?? before.days)].sort();
  if (days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) check.blame(['openDays'], 'NOT_A_DAY');
  return { from, until: until > from ? until : until + MINUTES_OF_DAY, days };
}

function minutesOf(field: string, text: string, check: InputCheck): number {
  const time = TIME.exec(text);
  if (!time) check.blame([field], 'NOT_A_TIME');
  return time ? Number(time[1]) * 60 + Number(time[2]) : 0;
}
