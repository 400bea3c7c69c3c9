import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Permission } from '../../platform/access/permissions.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { hashOf } from '../../platform/crypto/secrets.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { CONFIG } from '../../platform/platform.module.js';
import { newLinkSecret } from '../link-secret.js';
import { appointmentIsOver, noVideoVisit, notYourVisit, visitIsNotOpen } from '../links.errors.js';
import { VideoRooms } from './video-rooms.js';
import { ADD_VISIT_LINK, VISIT_BY_APPOINTMENT, type VisitAddress, type VisitRow } from './visit.model.js';
import { placeIn, windowOf } from './visit-window.js';

/** Visits by video: lets their doctor in, and makes the links by which their patients come. Each opens around the time of the appointment only. */
@Injectable()
export class VisitsService {
  constructor(
    private readonly db: TenantDb,
    private readonly rooms: VideoRooms,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Lets the doctor of an appointment into its room; NOT_FOUND, FORBIDDEN, CONFLICT (VIDEO_IS_OFF, NOT_A_VIDEO_VISIT, APPOINTMENT_STATUS, VISIT_NOT_OPEN). */
  join(ctx: Ctx, appointmentId: string): Promise<VisitAddress> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const visit = dueVisit(rows!, 'appointments:read');
      if (visit.doctor_id !== ctx.member.memberId) throw notYourVisit();
      const window = windowOf(visit);
      this.rooms.demand();
      if (placeIn(window, visit.now) !== 'OPEN') throw visitIsNotOpen(window);
      const url = await this.rooms.addressFor(ctx.tenantId, appointmentId, window, { id: ctx.member.memberId, name: ctx.member.memberName, moderator: true });
      tx.record('appointment', appointmentId, visit.patient_id ?? undefined);
      return { appointmentId, url, ...window };
    }, ask(ctx, appointmentId, 'appointments:read'));
  }

  /** Makes a link for the patient of an appointment; NOT_FOUND, FORBIDDEN, CONFLICT (VIDEO_IS_OFF, NOT_A_VIDEO_VISIT, APPOINTMENT_STATUS, VISIT_NOT_OPEN when it is over). */
  createLink(ctx: Ctx, appointmentId: string): Promise<VisitAddress> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const visit = dueVisit(rows!, 'appointments:manage');
      const window = windowOf(visit);
      this.rooms.demand();
      if (placeIn(window, visit.now) === 'OVER') throw visitIsNotOpen(window);
      const [id, secret] = [uuidv7(), newLinkSecret(ctx.tenantId)];
      await tx.query(ADD_VISIT_LINK, [ctx.tenantId, id, appointmentId, hashOf(secret)]);
      tx.record('visit-link', id, visit.patient_id ?? undefined);
      tx.record('appointment', appointmentId, visit.patient_id ?? undefined);
      return { appointmentId, url: `${this.config.serverUrl}/visit/${secret}`, ...window };
    }, ask(ctx, appointmentId, 'appointments:manage'));
  }
}

const ask = (ctx: Ctx, appointmentId: string, permission: Permission): Statement => ({ text: VISIT_BY_APPOINTMENT, values: [ctx.tenantId, appointmentId, permission] });

function dueVisit([row]: Row[], permission: Permission): VisitRow {
  if (!row) throw notFound();
  const visit = row as unknown as VisitRow;
  if (!visit.may) throw forbidden(permission);
  if (!visit.video) throw noVideoVisit();
  if (!visit.due) throw appointmentIsOver(visit.status);
  return visit;
}
