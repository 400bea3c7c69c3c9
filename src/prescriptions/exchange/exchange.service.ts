import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import { stateStatement, statesIn } from '../../consents/consents.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { CONFIG } from '../../platform/platform.module.js';
import { type WebhookTarget, newWebhookSecret } from '../../platform/webhooks/webhook-call.js';
import { webhookUrl } from '../../platform/webhooks/webhook-url.js';
import { mustSee } from '../drafts.service.js';
import { type PrescriptionRecord, lockPrescription, openPrescription, prescriptionRows, sealedIn } from '../prescription-rows.js';
import { noExchange, noExchangeConsent, prescriptionIs } from '../prescriptions.errors.js';
import type { DeliveryEvent, DeliveryState, PrescriptionDelivery, PrescriptionExchange, PrescriptionWebhook, SetPrescriptionWebhookInput } from './exchange.model.js';

export const EXCHANGE_SETTINGS = 'clinic.exchange_settings';
const SETTINGS = `select s.id, s.webhook, s.on_signing from ${EXCHANGE_SETTINGS} s where s.tenant_id = $1`;
const SAVE = `
insert into ${EXCHANGE_SETTINGS} as s (tenant_id, id, webhook, on_signing) values ($1, $2, $3, $4)
on conflict on constraint exchange_settings__pkey do update set webhook = excluded.webhook, on_signing = excluded.on_signing, version = s.version + 1 where s.id = excluded.id returning s.id`;
const DELIVERIES = `
select d.id, d.prescription_id, d.event, d.state, d.reason, d.tries, d.queued_by, d.queued_at, d.ended_at from clinic.prescription_deliveries d
where d.tenant_id = $1 and d.prescription_id = any ($2::uuid[]) order by d.queued_at, d.id`;
const MAY_SEND = `
select clinic.may_in($1, platform.current_member(), p.chamber_id, 'prescriptions:sign') as may_send from clinic.prescriptions p where p.tenant_id = $1 and p.id = $2`;
// What was given up is tried anew under the same id; what is on its way or was taken stays as it is.
const QUEUE = `
insert into clinic.prescription_deliveries as d (tenant_id, prescription_id, event) values ($1, $2, 'SIGNED')
on conflict on constraint prescription_deliveries__once do update set state = 'QUEUED', reason = null, ended_at = null, queued_at = now() where d.state = 'FAILED'
returning d.id`;

interface SettingsRow {
  id: string;
  webhook: Buffer | null;
  on_signing: boolean;
}

interface DeliveryRow {
  id: string;
  prescription_id: string;
  event: DeliveryEvent;
  state: DeliveryState;
  reason: string | null;
  tries: number;
  queued_by: string | null;
  queued_at: Date;
  ended_at: Date | null;
}

/** Where prescriptions are sent, and what is on its way. */
@Injectable()
export class ExchangeService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Where prescriptions are sent. */
  async settings(ctx: Ctx): Promise<PrescriptionExchange> {
    const [rows] = await this.db.read(ctx, { text: SETTINGS, values: [ctx.tenantId] });
    ctx.disclose('exchange-settings', ctx.tenantId);
    return this.#shown(ctx, rows!);
  }

  /** Sends prescriptions to an address from now on, under a secret that is new each time; BAD_USER_INPUT. */
  async setWebhook(ctx: Ctx, { url: raw, onSigning }: SetPrescriptionWebhookInput): Promise<PrescriptionWebhook> {
    const url = webhookUrl(raw, ['input', 'url'], this.config);
    const target: WebhookTarget = { url, secret: newWebhookSecret() };
    await this.#save(ctx, target, onSigning);
    return { ...target, onSigning };
  }

  /** Sends prescriptions nowhere any more; NOT_FOUND when they were sent nowhere. */
  removeWebhook(ctx: Ctx): Promise<PrescriptionExchange> {
    return this.#save(ctx, null, false);
  }

  /** Sends a signed prescription, or tries anew what was given up. NOT_FOUND, FORBIDDEN, CONFLICT (PRESCRIPTION_STATUS, NO_EXCHANGE, NO_CONSENT). */
  send(ctx: Ctx, id: string): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, found, rights, settings]) => {
      mustSee(ctx);
      const rows = prescriptionRows(found);
      const row = rows[0];
      if (!row) throw notFound();
      if (!rights![0]!['may_send']) throw forbidden('prescriptions:sign');
      if (row.status !== 'SIGNED') throw prescriptionIs(row.status);
      if (!(settings![0] as SettingsRow | undefined)?.webhook) throw noExchange();
      const [consents] = await tx.group(stateStatement(tenantId, [row.patient_id], 'EXCHANGE'));
      const consent = statesIn(consents!, [row.patient_id], 'EXCHANGE').get(row.patient_id)!;
      if (!consent.allowed) throw noExchangeConsent(consent.status);
      const [queued] = await tx.query<{ id: string }>(QUEUE, [tenantId, id]);
      tx.record('prescription', id, row.patient_id);
      if (queued) {
        tx.record('prescription-delivery', queued.id, row.patient_id);
        tx.change('prescription-delivery', queued.id, 'state', null, 'QUEUED');
      }
      return openPrescription(await this.keyring.of(tenantId, sealedIn(rows)), row);
    }, ...lockPrescription(tenantId, id), { text: MAY_SEND, values: [tenantId, id] }, { text: SETTINGS, values: [tenantId] });
  }

  /** What another system is told of a prescription, the first queued first, read with all that the answer asks for at this moment. */
  async deliveries(ctx: Ctx, prescriptionId: string, patientId: string): Promise<PrescriptionDelivery[]> {
    const found = (await loadBatched(ctx, this.#batch, prescriptionId)) ?? [];
    for (const { id } of found) ctx.disclose('prescription-delivery', id, patientId);
    return found;
  }

  #save(ctx: Ctx, target: WebhookTarget | null, onSigning: boolean): Promise<PrescriptionExchange> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [found]) => {
      const [row] = found as unknown as SettingsRow[];
      const before = await this.#shown(ctx, found!);
      if (!target && before.url === null) throw notFound();
      const id = row?.id ?? uuidv7();
      const [saved] = await tx.query(SAVE, [tenantId, id, target && (await this.keyring.of(tenantId)).seal(EXCHANGE_SETTINGS, id, 'webhook', target), onSigning]);
      // Somebody else was the first to set anything, at the same moment.
      if (!saved) throw staleVersion();
      tx.record('exchange-settings', tenantId);
      tx.change('exchange-settings', tenantId, 'webhook', before.url, target?.url ?? null);
      tx.change('exchange-settings', tenantId, 'onSigning', before.onSigning, onSigning);
      return { url: target?.url ?? null, onSigning };
    }, { text: `${SETTINGS} for update`, values: [tenantId] });
  }

  async #shown(ctx: Ctx, rows: Row[]): Promise<PrescriptionExchange> {
    const [row] = rows as unknown as SettingsRow[];
    if (!row?.webhook) return { url: null, onSigning: false };
    const keys = await this.keyring.of(ctx.tenantId, [row.webhook]);
    return { url: keys.open<WebhookTarget>(EXCHANGE_SETTINGS, row.id, 'webhook', row.webhook).url, onSigning: row.on_signing };
  }

  readonly #batch = async (ctx: Ctx, prescriptionIds: readonly string[]): Promise<Map<string, PrescriptionDelivery[]>> => {
    const [rows] = await this.db.read(ctx, { text: DELIVERIES, values: [ctx.tenantId, prescriptionIds] });
    const found = new Map<string, PrescriptionDelivery[]>();
    for (const row of rows as unknown as DeliveryRow[]) {
      const { prescription_id: prescriptionId, queued_by: by, queued_at: queuedAt, ended_at: endedAt, ...rest } = row;
      found.set(prescriptionId, [...(found.get(prescriptionId) ?? []), { ...rest, queuedBy: by === null ? null : { id: by }, queuedAt, endedAt }]);
    }
    return found;
  };
}
