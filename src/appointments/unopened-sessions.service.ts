import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import { AuditTrail } from '../platform/context/audit-trail.js';
import { Ctx } from '../platform/context/ctx.js';
import { enterToWatch } from '../platform/database/enter-to-watch.js';
import { sqlState } from '../platform/database/database-errors.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { LOGGER } from '../platform/platform.module.js';
import { AppointmentStatus } from './appointment.enums.js';

/** Who had booked in sessions that were never opened, when the day where the chamber is, and the time of the session, are over: $1 tenant */
const LEFT_BOOKED = `
select a.session_id, a.id, a.patient_id from clinic.sessions s
join clinic.chambers c on c.tenant_id = $1 and c.id = s.chamber_id
join clinic.appointments a on a.tenant_id = $1 and a.session_id = s.id and a.status = 'BOOKED'
where s.tenant_id = $1 and s.status = 'PLANNED' and s.local_date < (now() at time zone c.time_zone)::date and s.ends_at + s.delay_minutes * interval '1 minute' <= now()
order by a.session_id, a.id`;
const NOTE_NO_SHOWS = 'select platform.note_no_shows($1, $2, $3)';
/** What the database says of a session in which something was done meanwhile: it is looked at again the next night. */
const CHANGED = 'SK064';

interface LeftBooked {
  session_id: string;
  id: string;
  patient_id: string | null;
}

/** Notes each night whoever had booked in a session that nobody opened on its day as NO_SHOW, as closing a session does. No step leads from PLANNED to CLOSED: the session stays PLANNED. Each session is one transaction with its entry in the trail. */
@Injectable()
export class UnopenedSessions {
  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleNightly('noteNoShows', () => this.note());
  }

  /** Notes those of all days that are over, in every practice; a practice that fails is logged. */
  async note(): Promise<void> {
    const [practices] = await this.#read({ text: 'select p as id from platform.practices() p' });
    for (const { id } of practices!) {
      await this.#notePractice(id as string).catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'who did not come could not be noted'));
    }
  }

  async #notePractice(tenantId: string): Promise<void> {
    const [, rows] = await this.#read(enterToWatch(tenantId), { text: LEFT_BOOKED, values: [tenantId] });
    const all = rows as unknown as LeftBooked[];
    for (const sessionId of new Set(all.map(({ session_id: id }) => id))) {
      const left = all.filter(({ session_id: id }) => id === sessionId);
      const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, 'server.noteNoShows');
      const entries = await this.trail.statements(ctx, [{
        action: 'UPDATED', outcome: 'SUCCESS', tenantId,
        records: [{ type: 'clinic-session', id: sessionId }, ...left.map(({ id, patient_id: patientId }) => ({ type: 'appointment' as const, id, patientId: patientId ?? undefined }))],
        changes: left.map(({ id }) => ({ type: 'appointment' as const, id, field: 'status', before: AppointmentStatus.BOOKED, after: AppointmentStatus.NO_SHOW })),
      }]);
      // Outside of BEGIN a group is one transaction: all of it or nothing.
      await withClient(this.databases.audit, (client) => runGroup(client, [{ text: NOTE_NO_SHOWS, values: [tenantId, sessionId, left.map(({ id }) => id)] }, ...entries])).catch((error: unknown) => {
        if (sqlState(error) !== CHANGED) throw error;
      });
    }
  }

  #read(...statements: Statement[]): Promise<Row[][]> {
    return withClient(this.databases.jobs, (client) => runGroup(client, statements));
  }
}
