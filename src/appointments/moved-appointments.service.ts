import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { SessionRow } from '../schedules/session-rows.model.js';
import { type AppointmentDetails, type AppointmentRow, END_APPOINTMENTS, MOVE_APPOINTMENTS } from './appointment-rows.js';
import { AppointmentStatus } from './appointment.enums.js';

/** A place in the session in which an appointment is to be. */
export interface NewPlace {
  number: number;
  series: AppointmentRow['series'];
  overbooked: boolean;
  slotFrom: Date | null;
  slotUntil: Date | null;
}

/** Somebody who was ended in one session and gets a place in another. */
export interface Moving {
  row: AppointmentRow;
  place: NewPlace;
  status: AppointmentStatus;
}

/** Ends many appointments at once, and gives others in their place that name them; each step is one statement, however many they are. */
@Injectable()
export class MovedAppointments {
  constructor(private readonly keyring: Keyring) {}

  /** Cancels appointments that have not ended, and keeps why; answers them as they are then. */
  async end(tx: AuditedTx, ctx: Ctx, rows: readonly AppointmentRow[], endReason: string): Promise<AppointmentRow[]> {
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    const ended = rows.map(({ id, details }) => {
      const before = keys.open<AppointmentDetails>('clinic.appointments', id, 'details', details);
      return { id, details: keys.seal('clinic.appointments', id, 'details', { ...before, endReason }).toString('base64') };
    });
    const after = await tx.query<AppointmentRow>(END_APPOINTMENTS, [ctx.tenantId, JSON.stringify(ended)]);
    for (const { id, patient_id: patientId, status } of rows) {
      tx.record('appointment', id, patientId ?? undefined);
      tx.change('appointment', id, 'status', status, AppointmentStatus.CANCELLED);
    }
    return after;
  }

  /** Gives each a place in a session, whose numbers the caller has seen to; answers the new appointments. */
  async give(tx: AuditedTx, ctx: Ctx, { id: sessionId }: SessionRow, those: readonly Moving[]): Promise<AppointmentRow[]> {
    const keys = await this.keyring.of(ctx.tenantId, those.map(({ row }) => row.details));
    const given = those.map(({ row, place, status }) => {
      const id = uuidv7();
      const { endReason: _ended, ...kept } = keys.open<AppointmentDetails>('clinic.appointments', row.id, 'details', row.details);
      return {
        id, from_id: row.id, status, series: place.series, number: place.number, slot_from: place.slotFrom, slot_until: place.slotUntil, overbooked: place.overbooked,
        details: keys.seal('clinic.appointments', id, 'details', kept).toString('base64'),
      };
    });
    const added = await tx.query<AppointmentRow>(MOVE_APPOINTMENTS, [ctx.tenantId, sessionId, ctx.member.memberId, JSON.stringify(given)]);
    for (const { id, patient_id: patientId, number, status } of added) {
      tx.record('appointment', id, patientId ?? undefined);
      tx.change('appointment', id, 'status', null, status);
      tx.change('appointment', id, 'number', null, number);
    }
    return added;
  }
}
