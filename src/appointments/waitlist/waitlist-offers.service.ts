import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { DomainError, ErrorCode } from '../../platform/errors.js';
import { SessionMode } from '../../schedules/schedule-enums.model.js';
import { APPOINTMENTS_OF_SESSION, type AppointmentDetails, type AppointmentRow, TAKE_NUMBER } from '../appointment-rows.js';
import { BookingChannel } from '../appointment.enums.js';
import { type BookingSession, askBookingSession, bookingSessionFrom, usualSeries } from '../booking-session.js';
import { type Elsewhere, freeSlots, otherOf, placesLeft, takePlace } from '../changes/planned-change.js';
import { placeIn } from '../places.js';
import { WaitlistStatus } from './waitlist.enums.js';
import { HOLD_PLACE, LOCK_PATIENTS, PLACES_OF_PATIENTS, SETTLE_OFFERS, STEP_ENTRY, WAITING_FOR_SESSION, type WaitlistRow } from './waitlist-rows.js';

/** For how long an offered place is held. */
export const OFFER_MINUTES = 30;

/** Offers free places to those who wait for them, whoever waits longest first. Each place is offered to one at a time. */
@Injectable()
export class WaitlistOffers {
  constructor(private readonly keyring: Keyring) {}

  /** Lets go of offers in a session that were not taken in time, and holds every free place for somebody who fits; answers those who have an offer now. Locks the session, which the caller may have done. */
  async fill(tx: AuditedTx, ctx: Ctx, sessionId: string): Promise<WaitlistRow[]> {
    const of = [ctx.tenantId, sessionId];
    const answers = await tx.group(...askBookingSession(ctx.tenantId, sessionId), { text: SETTLE_OFFERS, values: of }, { text: WAITING_FOR_SESSION, values: of }, { text: APPOINTMENTS_OF_SESSION, values: of });
    const [settled, waiting, rows] = answers.slice(-3);
    for (const { id, patient_id: patientId, status } of settled as unknown as Array<Pick<WaitlistRow, 'id' | 'patient_id' | 'status'>>) {
      tx.record('waitlist-entry', id, patientId);
      tx.change('waitlist-entry', id, 'status', WaitlistStatus.OFFERED, status);
    }
    const locked = openSession(answers);
    if (!locked || !waiting!.length) return [];
    return this.#offer(tx, ctx, locked, waiting as unknown as WaitlistRow[], rows as unknown as AppointmentRow[]);
  }

  async #offer(tx: AuditedTx, ctx: Ctx, { session, now, places: { stretches } }: BookingSession, waiting: WaitlistRow[], rows: AppointmentRow[]): Promise<WaitlistRow[]> {
    const patients = waiting.map(({ patient_id: patientId }) => patientId);
    const [, found] = await tx.group({ text: LOCK_PATIENTS, values: [ctx.tenantId, patients] }, { text: PLACES_OF_PATIENTS, values: [ctx.tenantId, patients, session.local_date] });
    const elsewhere = found as unknown as Elsewhere[];
    const target = { session, rows, numbers: stretches };
    const places = placesLeft(target, now);
    const slots = session.mode === SessionMode.SLOT ? freeSlots(target, now) : [];
    const offered: WaitlistRow[] = [];
    for (const entry of waiting) {
      if (elsewhere.some((other) => other.session_id === session.id && other.patient_id === entry.patient_id)) continue;
      const place = placeIn(places, usualSeries(BookingChannel.DESK, entry.visit_type));
      const slot = session.mode === SessionMode.SERIAL ? null : slots.find(({ from, until }) => !otherOf(entry, from, until, elsewhere));
      if (!place || slot === undefined) continue;
      takePlace(places, place.series, place.from);
      if (slot) slots.splice(slots.indexOf(slot), 1);
      offered.push(await this.#hold(tx, ctx, entry, session.id, place, slot));
    }
    return offered;
  }

  async #hold(tx: AuditedTx, ctx: Ctx, entry: WaitlistRow, sessionId: string, place: { series: string; number: number; from: number }, slot: { from: Date; until: Date } | null): Promise<WaitlistRow> {
    const { tenantId } = ctx;
    const id = uuidv7();
    const keys = await this.keyring.of(tenantId, [entry.details]);
    const details = keys.open<AppointmentDetails>('clinic.waitlist_entries', entry.id, 'details', entry.details);
    const [, , stepped] = await tx.group(
      { text: HOLD_PLACE, values: [
        tenantId, id, sessionId, entry.patient_id, entry.visit_type, place.series, place.number, slot?.from ?? null, slot?.until ?? null,
        keys.seal('clinic.appointments', id, 'details', details), ctx.member.memberId, OFFER_MINUTES] },
      { text: TAKE_NUMBER, values: [tenantId, sessionId, place.from] },
      { text: STEP_ENTRY, values: [tenantId, entry.id, WaitlistStatus.OFFERED, id] },
    );
    tx.record('waitlist-entry', entry.id, entry.patient_id);
    tx.change('waitlist-entry', entry.id, 'status', entry.status, WaitlistStatus.OFFERED);
    tx.record('appointment', id, entry.patient_id);
    tx.change('appointment', id, 'status', null, 'HELD');
    return stepped![0] as unknown as WaitlistRow;
  }
}

// A session that takes nobody has nothing to offer.
function openSession(answers: Parameters<typeof bookingSessionFrom>[0]): BookingSession | undefined {
  try {
    return bookingSessionFrom(answers);
  } catch (error) {
    if (error instanceof DomainError && error.code === ErrorCode.CONFLICT) return undefined;
    throw error;
  }
}
