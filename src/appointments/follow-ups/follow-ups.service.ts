import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { sqlState } from '../../platform/database/database-errors.js';
import type { Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { refuseDays } from '../../schedules/day-range.model.js';
import { CHAMBER_TO_READ } from '../../schedules/session-rows.model.js';
import { followUpNotDue } from '../appointments.errors.js';
import { type DueFollowUp, type DueFollowUpsArgs, LONGEST_FOLLOW_UP_DAYS } from './follow-up.model.js';

/** $1 tenant, $2 chamber, $3 first day, $4 last day */
const DUE = `
from clinic.prescriptions p where p.tenant_id = $1 and p.chamber_id = $2 and p.follow_up_on between $3 and $4 and p.status = 'SIGNED' and clinic.standing_follow_up($1, p.follow_up_appointment_id) is null`;

/** $5 how many, $6 after which */
const PAGE = `
select p.id, p.follow_up_on::text as on, p.patient_id, p.doctor_id ${DUE}
  and ($6::uuid is null or (p.follow_up_on, p.id) > (select a.follow_up_on, a.id from clinic.prescriptions a where a.tenant_id = $1 and a.id = $6))
order by p.follow_up_on, p.id limit $5`;

/** $1 tenant, $2 prescription, $3 appointment */
const BOOK = 'update clinic.prescriptions p set follow_up_appointment_id = $3 where p.tenant_id = $1 and p.id = $2';

/** Asks for a follow-up of a patient that the caller can book: gives a row if there is one, due or not. */
export const askFollowUp = (tenantId: string, prescriptionId: string | null | undefined, patientId: string): Statement => ({
  text: `
select p.id from clinic.prescriptions p
where p.tenant_id = $1 and p.id = $2 and p.patient_id = $3 and p.follow_up_on is not null and clinic.may_in($1, platform.current_member(), p.chamber_id, 'appointments:read')`,
  values: [tenantId, prescriptionId ?? null, patientId],
});

/** The follow-ups that prescriptions tell: the desk sees when, who and with whom, and nothing of what was prescribed. */
@Injectable()
export class FollowUps {
  constructor(private readonly db: TenantDb) {}

  /** Whom nobody has booked yet, by day; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. */
  async due(ctx: Ctx, { chamberId, from, to, ...args }: DueFollowUpsArgs): Promise<Page<DueFollowUp>> {
    refuseDays(from, to, LONGEST_FOLLOW_UP_DAYS);
    const which = [ctx.tenantId, chamberId, from, to];
    const [chambers, rows] = await this.db.read(ctx, { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] }, { text: PAGE, values: [...which, args.first + 1, idOfCursor(args.after)] });
    if (!chambers![0]) throw notFound();
    if (!chambers![0]['may']) throw forbidden('appointments:read');
    const found = rows!.map((row): DueFollowUp => ({ id: row['id'] as string, on: row['on'] as string, patientId: row['patient_id'] as string, doctor: { id: row['doctor_id'] as string } }));
    found.slice(0, args.first).forEach(({ id, patientId }) => ctx.disclose('follow-up', id, patientId));
    return pageOf(found, args, async () => (await this.db.read(ctx, { text: `select count(*)::integer as count ${DUE}`, values: which }))[0]![0]!['count'] as number);
  }

  /** Notes that an appointment is the follow-up of a prescription, which `askFollowUp` found; CONFLICT (FOLLOW_UP_NOT_DUE). */
  async book(tx: AuditedTx, ctx: Ctx, prescriptionId: string, patientId: string, appointmentId: string): Promise<void> {
    await tx.group({ text: BOOK, values: [ctx.tenantId, prescriptionId, appointmentId] }).catch((error: unknown) => {
      throw sqlState(error) === 'SK074' ? followUpNotDue() : error;
    });
    tx.record('follow-up', prescriptionId, patientId);
    tx.change('follow-up', prescriptionId, 'appointmentId', null, appointmentId);
  }
}
