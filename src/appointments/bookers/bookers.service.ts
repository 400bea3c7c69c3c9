import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound, staleVersion } from '../../platform/errors.js';
import type { AppointmentRecord } from '../appointment.model.js';
import { COLUMNS, LOCK_PATIENT, PLACE_OF_PATIENT, type AppointmentDetails, type AppointmentRow } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { appointmentIs, bookedAlready, bookerKnown, patientIsElsewhere } from '../appointments.errors.js';
import { askToStep, lockedSession } from '../booking-session.js';
import type { IdentifyBookerInput } from './booker.model.js';

/** $1 tenant, $2 id, $3 patient */
const IDENTIFY = `update clinic.appointments a set patient_id = $3, version = a.version + 1 where a.tenant_id = $1 and a.id = $2 returning ${COLUMNS}`;

/** Says who came for what was booked online. Nothing does that by itself: a telephone number is no person. */
@Injectable()
export class BookersService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Gives a booking its patient; NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, BOOKER_KNOWN, APPOINTMENT_STATUS, BOOKED_ALREADY, PATIENT_IS_ELSEWHERE, MERGED). */
  identify(ctx: Ctx, { id, version, patientId }: IdentifyBookerInput): Promise<AppointmentRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [sessions, rows]) => {
      const session = lockedSession(sessions!);
      const before = rows![0] as unknown as AppointmentRow;
      if (before.patient_id !== null) throw bookerKnown(before.patient_id);
      if (before.version !== version) throw staleVersion();
      if (before.status !== AppointmentStatus.BOOKED) throw appointmentIs(before.status);
      const [, own] = await tx.group({ text: LOCK_PATIENT, values: [tenantId, patientId] }, { text: PLACE_OF_PATIENT, values: [tenantId, session['id'], patientId] });
      if (own!.length) throw bookedAlready(own![0]!['id'] as string);
      const [identified] = await tx.query<AppointmentRow>(IDENTIFY, [tenantId, id, patientId]).catch(explain);
      const row = identified!;
      tx.record('appointment', id, patientId);
      tx.change('appointment', id, 'patientId', null, patientId);
      const keys = await this.keyring.of(tenantId, [row.details]);
      return { row, details: keys.open<AppointmentDetails>('clinic.appointments', id, 'details', row.details) };
    }, ...askToStep(tenantId, id));
  }
}

function explain(error: unknown): never {
  switch (constraintOf(error)) {
    case 'appointments__patient__excl': throw patientIsElsewhere();
    case 'appointments__patient': throw notFound();
    default: throw error;
  }
}
