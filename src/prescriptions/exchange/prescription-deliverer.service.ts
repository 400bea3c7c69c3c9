import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config.js';
import { stateStatement, statesIn } from '../../consents/consents.reader.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { enterToWatch } from '../../platform/database/enter-to-watch.js';
import { type Row, type Statement, runGroup } from '../../platform/database/statement-group.js';
import { Jobs, type Try } from '../../platform/jobs/jobs.js';
import { CONFIG, LOGGER } from '../../platform/platform.module.js';
import { type WebhookTarget, callWebhook, whyRefused } from '../../platform/webhooks/webhook-call.js';
import { type SignedStatus, prescriptionBundle } from '../fhir/prescription-bundle.js';
import { formatPrescriptionNumber } from '../prescription-number.js';
import { openSignature } from '../prescription-rows.js';
import { formIn } from '../signed-form.js';
import { DeliveryEvent } from './exchange.model.js';
import { EXCHANGE_SETTINGS } from './exchange.service.js';

interface Queued {
  tenantId: string;
  id: string;
}

interface Due {
  prescription_id: string;
  patient_id: string;
  event: DeliveryEvent;
  status: SignedStatus;
  number: string;
  signed: Buffer;
  changed_at: Date;
}

const TARGET = `select s.id, s.webhook from ${EXCHANGE_SETTINGS} s where s.tenant_id = $1 and s.webhook is not null`;
const NOTE_TRY = `update clinic.prescription_deliveries d set tries = d.tries + 1 where d.tenant_id = $1 and d.id = $2 and d.state = 'QUEUED' returning d.id`;
const NOTE_FAILURE = `update clinic.prescription_deliveries d set reason = $3 where d.tenant_id = $1 and d.id = $2 and d.state = 'QUEUED'`;
const END = `update clinic.prescription_deliveries d set state = $3, reason = $4, ended_at = now() where d.tenant_id = $1 and d.id = $2 and d.state = 'QUEUED'`;

/** Sends prescriptions to the webhooks of practices, each until it is taken or tried too often; every try has the same id. */
@Injectable()
export class PrescriptionDeliverer {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handle<Queued>('deliverPrescription', (queued, attempt) => this.#deliver(queued, attempt));
  }

  async #deliver({ tenantId, id }: Queued, { isLast }: Try): Promise<void> {
    const [found, targets] = await this.#run(tenantId, { text: 'select * from clinic.prescription_to_deliver($1, $2)', values: [tenantId, id] }, { text: TARGET, values: [tenantId] });
    const [due] = found as unknown as Due[];
    if (!due) return;
    const [row] = targets as unknown as Array<{ id: string; webhook: Buffer }>;
    if (!row) return this.#end(tenantId, id, 'FAILED', 'NO_WEBHOOK');
    // What names the patient goes out only while they agree; that it ended names nobody, and whoever has it must learn that.
    if (due.event === DeliveryEvent.SIGNED && !(await this.#agrees(tenantId, due.patient_id))) return this.#end(tenantId, id, 'FAILED', 'NO_CONSENT');
    const keys = await this.keyring.of(tenantId, [row.webhook, due.signed]);
    const target = keys.open<WebhookTarget>(EXCHANGE_SETTINGS, row.id, 'webhook', row.webhook);
    const { jws } = openSignature(keys, due.prescription_id, due.signed);
    const data = {
      practiceId: tenantId, prescriptionId: due.prescription_id, number: formatPrescriptionNumber(due.number), status: due.status,
      ...(due.event === DeliveryEvent.SIGNED && { document: prescriptionBundle(formIn(jws), jws, due.status, due.changed_at) }),
    };
    if (!(await this.#run(tenantId, { text: NOTE_TRY, values: [tenantId, id] }))[0]!.length) return;
    try {
      await callWebhook(target, id, { type: `prescription.${due.event.toLowerCase()}`, timestamp: due.changed_at, data }, this.config.webhookPrivateAddresses);
    } catch (error) {
      const reason = whyRefused(error);
      if (!isLast) {
        await this.#run(tenantId, { text: NOTE_FAILURE, values: [tenantId, id, reason] });
        throw error;
      }
      this.logger.error({ deliveryId: id, practiceId: tenantId, reason }, 'a prescription that was to be sent was given up');
      return this.#end(tenantId, id, 'FAILED', reason);
    }
    await this.#end(tenantId, id, 'DELIVERED', null);
  }

  async #agrees(tenantId: string, patientId: string): Promise<boolean> {
    const [rows] = await this.#run(tenantId, stateStatement(tenantId, [patientId], 'EXCHANGE'));
    return statesIn(rows!, [patientId], 'EXCHANGE').get(patientId)!.allowed;
  }

  async #end(tenantId: string, id: string, state: 'DELIVERED' | 'FAILED', reason: string | null): Promise<void> {
    await this.#run(tenantId, { text: END, values: [tenantId, id, state, reason] });
  }

  async #run(tenantId: string, ...statements: Statement[]): Promise<Row[][]> {
    const [, ...rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [enterToWatch(tenantId), ...statements]));
    return rows;
  }
}
