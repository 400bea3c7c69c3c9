import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import { AuditTrail } from '../../platform/context/audit-trail.js';
import { Ctx } from '../../platform/context/ctx.js';
import { enterToWatch } from '../../platform/database/enter-to-watch.js';
import { sqlState } from '../../platform/database/database-errors.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LOGGER } from '../../platform/platform.module.js';
import { AppointmentStatus } from '../appointment.enums.js';

/** $1 tenant, $2 session, or null for all */
const HELD_TOO_LONG = `
select a.id, a.patient_id from clinic.appointments a where a.tenant_id = $1 and ($2::uuid is null or a.session_id = $2) and a.status = 'HELD' and a.held_until <= now() order by a.session_id, a.id`;
const EXPIRE = 'select platform.expire_hold($1, $2)';
/** What the database says of a place that is not held any more. */
const CHANGED = 'SK064';

/** Lets go each minute of places that were held too long, so that whoever watches a queue sees it. Nobody waits for that: a place whose time is over is given to whoever books next. Each is one transaction with its entry in the trail. */
@Injectable()
export class HoldExpiry {
  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleEachMinute('expireHolds', () => this.expire());
  }

  /** Lets go of what is over now, in every practice; a practice that fails is logged. */
  async expire(): Promise<void> {
    const [practices] = await this.#read({ text: 'select p as id from platform.practices() p' });
    for (const { id } of practices!) {
      await this.letGo(id as string, null).catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'places that were held too long could not be let go'));
    }
  }

  /** Lets go of what is over in a session, or in all of a practice. */
  async letGo(tenantId: string, sessionId: string | null): Promise<void> {
    const [, held] = await this.#read(enterToWatch(tenantId), { text: HELD_TOO_LONG, values: [tenantId, sessionId] });
    for (const { id, patient_id: patientId } of held as unknown as Array<{ id: string; patient_id: string | null }>) {
      const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, 'server.expireHold');
      const entries = await this.trail.statements(ctx, [{
        action: 'UPDATED', outcome: 'SUCCESS', tenantId, records: [{ type: 'appointment', id, patientId: patientId ?? undefined }],
        changes: [{ type: 'appointment', id, field: 'status', before: AppointmentStatus.HELD, after: AppointmentStatus.EXPIRED }],
      }]);
      // Outside of BEGIN a group is one transaction: all of it or nothing.
      await withClient(this.databases.audit, (client) => runGroup(client, [{ text: EXPIRE, values: [tenantId, id] }, ...entries])).catch((error: unknown) => {
        // Somebody was faster.
        if (sqlState(error) !== CHANGED) throw error;
      });
    }
  }

  #read(...statements: Statement[]): Promise<Row[][]> {
    return withClient(this.databases.jobs, (client) => runGroup(client, statements));
  }
}
