import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config.js';
import { idIn, idOf } from '../platform/client-id.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type InputFault, badInput, idIsTaken, notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../platform/once.js';
import { CONFIG } from '../platform/platform.module.js';
import type { MessageKind } from '../messages/message-kinds.model.js';
import { ofEach, ofNew, ofRescheduled, queueMessages, queueNear, recordQueued } from '../messages/messages.writer.js';
import { type NumberSeries, SessionStatus } from '../schedules/schedule-enums.model.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { AppointmentStatus, BookingChannel } from './appointment.enums.js';
import { type BookAppointmentInput, type CancelAppointmentInput, LONGEST_NOTE, type RescheduleAppointmentInput } from './appointment.inputs.js';
import type { AppointmentRecord } from './appointment.model.js';
import {
  ADD_APPOINTMENT, APPOINTMENTS_AT_THAT_TIME, APPOINTMENTS_BY_ID, APPOINTMENT_TO_CHANGE, type AppointmentDetails, type AppointmentRow, LOCK_PATIENT, PLACE_OF_PATIENT, SESSION_TO_BOOK, STEP_APPOINTMENT,
} from './appointment-rows.js';
import { appointmentTransitions } from './appointment-status.js';
import { appointmentIs, bookedAlready, leaseExpired, patientIsElsewhere, slotTaken } from './appointments.errors.js';
import { SESSION_PATH, type BookingSession, type SlotGiven, askBookingSession, askToStep, bookingSessionFrom, lockedSession, noteExpired, placeFor, refuseClosedDay, sessionAsked, slotIn, usualSeries } from './booking-session.js';
import { videoIsOff } from './video.model.js';
import { FollowUps, askFollowUp } from './follow-ups/follow-ups.service.js';
import { TAKE_NUMBER } from './place-rows.js';
import { type Place, placeForMoved, placeIn, roomOf } from './places.model.js';

/** A place that is given, and to whom. */
interface Booking extends Pick<AppointmentRow, 'patient_id' | 'visit_type' | 'channel' | 'video' | 'rescheduled_from' | 'recurrence_id'> {
  id: string;
  details: AppointmentDetails;
}

/** A place that somebody wants in one session; in `note` nothing is left to be checked. */
interface PlaceWanted extends Pick<BookAppointmentInput, 'patientId' | 'visitType' | 'channel' | 'series' | 'slotFrom' | 'overbook' | 'video'> {
  id: string;
  note: string | null;
  recurrenceId: string | null;
}

/** Locks a patient who is to have a place in a session, and asks where they are already. */
const askPatient = (tenantId: string, sessionId: string, patientId: string | null, slotFrom: Date | null | undefined): Statement[] => [
  { text: LOCK_PATIENT, values: [tenantId, patientId] }, { text: PLACE_OF_PATIENT, values: [tenantId, sessionId, patientId] },
  { text: APPOINTMENTS_AT_THAT_TIME, values: [tenantId, sessionId, patientId, slotFrom ?? null] }];

/** A number that a device took along; `isLive` while its lease lasts. */
export interface LeasedNumber {
  number: number;
  series: NumberSeries;
  isLive: boolean;
}

/** Stretches begin with 1. */
const NO_STRETCH = 0;

/** Locks a session and then a patient for a booking, and asks for what `BookingsService.give` needs. */
export const askPlace = (tenantId: string, sessionId: string, patientId: string, slotFrom: Date | null | undefined): Statement[] =>
  [...askBookingSession(tenantId, sessionId), ...askPatient(tenantId, sessionId, patientId, slotFrom)];

/** Which of the answers to `askPlace` is what was let go, and which are the first to `askPatient`. */
const EXPIRED = 1;
const OF_PATIENT = 5;

/**
 * Gives patients places in sessions and takes them back. Whoever books locks the session first, so that its numbers are
 * given one after the other, without gaps; that nobody is in two places at once is for the database to say.
 */
@Injectable()
export class BookingsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly steps: AllowedSteps,
    private readonly followUps: FollowUps,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Books a place; three round trips, and one more for a follow-up. The same request under the same idempotency key books once. */
  book(ctx: Ctx, input: BookAppointmentInput): Promise<AppointmentRecord> {
    const { tenantId } = ctx;
    const check = new InputCheck();
    const id = idIn(check, input.id);
    const note = check.line(['note'], input.note, LONGEST_NOTE);
    if (input.channel === BookingChannel.ONLINE) check.blame(['channel'], 'ONLINE_IS_FOR_PATIENTS');
    return this.db.write(ctx, async (tx, rows) => {
      // Whoever may not book there learns nothing by a key either.
      lockedSession(rows[0]!, SESSION_PATH);
      const asked = rows.at(-1);
      const once = onceOf(await this.keyring.of(tenantId), 'bookAppointment', input);
      const made = madeBefore(once, asked!);
      if (made) {
        noteExpired(tx, rows[EXPIRED]!);
        return this.#madeBefore(ctx, tx, made);
      }
      if (input.followUpOfId && !rows.at(-2)!.length) throw notFound(['input', 'followUpOfId']);
      const record = await this.give(tx, ctx, rows, { ...input, id, note, recurrenceId: null }, check.faults);
      if (input.followUpOfId) await this.followUps.book(tx, ctx, input.followUpOfId, input.patientId, id);
      await useUp(tx, tenantId, once, id);
      return record;
    }, ...askPlace(tenantId, input.sessionId, input.patientId, input.slotFrom), askFollowUp(tenantId, input.followUpOfId, input.patientId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Books a place in a session that was locked by `askPlace`, whose rows are the first of these; throws what stands in the way, all faults of the input at once: those that were found before, and the slot's. */
  async give(tx: AuditedTx, ctx: Ctx, rows: Row[][], wanted: PlaceWanted, faults: readonly InputFault[] = []): Promise<AppointmentRecord> {
    const slot = checkedSlot(rows, wanted.slotFrom, faults);
    const locked = bookingSessionFrom(rows);
    await refuseClosedDay(locked.session);
    if (wanted.video && !this.config.video) throw videoIsOff();
    refuseElsewhere(rows.slice(OF_PATIENT), wanted.overbook);
    const place = placeFor(locked, wanted.series ?? usualSeries(wanted.channel, wanted.visitType), wanted.overbook, placeIn);
    return this.#give(tx, ctx, locked, place, slot, {
      id: wanted.id, patient_id: wanted.patientId, visit_type: wanted.visitType, channel: wanted.channel, video: wanted.video, rescheduled_from: null, recurrence_id: wanted.recurrenceId,
      details: wanted.note === null ? {} : { note: wanted.note },
    });
  }

  /** Gives somebody the number that a device gave them, in a session that was locked by `askPlace`. Its place is theirs while the lease lasts; then only if one is left. Throws what stands in the way. */
  giveLeased(tx: AuditedTx, ctx: Ctx, rows: Row[][], wanted: Omit<PlaceWanted, 'series' | 'slotFrom' | 'overbook'>, { number, series, isLive }: LeasedNumber): Promise<AppointmentRecord> {
    const locked = bookingSessionFrom(rows);
    refuseElsewhere(rows.slice(OF_PATIENT), false);
    if (!isLive && roomOf(locked.places, series) === 0) throw leaseExpired();
    // The number was taken from its stretch when it was leased: there is no stretch to take it from now.
    return this.#give(tx, ctx, locked, { number, series, from: NO_STRETCH, overbooked: false }, { from: null, until: null }, {
      id: wanted.id, patient_id: wanted.patientId, visit_type: wanted.visitType, channel: wanted.channel, video: wanted.video, rescheduled_from: null, recurrence_id: wanted.recurrenceId,
      details: wanted.note === null ? {} : { note: wanted.note },
    });
  }

  /** Cancels an appointment whose consultation has not begun; its place is free, and its number is not given again. */
  cancel(ctx: Ctx, { id, version, reason: raw }: CancelAppointmentInput): Promise<AppointmentRecord> {
    const reason = reasonOf(raw);
    return this.db.write(ctx, async (tx, [sessions, rows]) => {
      lockedSession(sessions!);
      tx.reason = reason;
      return this.#end(tx, ctx, rows![0] as unknown as AppointmentRow, version, reason, ['CANCELLED']);
    }, ...askToStep(ctx.tenantId, id));
  }

  /** Gives a patient another place instead of theirs: the former appointment is cancelled, and the new one names it. What is only held is not moved. The same request under the same idempotency key moves it once. */
  reschedule(ctx: Ctx, input: RescheduleAppointmentInput): Promise<AppointmentRecord> {
    const reason = reasonOf(input.reason);
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = rows![0] as unknown as AppointmentRow | undefined;
      if (!before) throw notFound(['input', 'id']);
      // In the order of their ids, so that two who move patients the other way round do not wait for each other.
      await this.#lock(tx, ctx, [...new Set([before.session_id, input.sessionId])].sort());
      const [[appointment], used] = (await tx.group({ text: APPOINTMENT_TO_CHANGE, values: [ctx.tenantId, input.id] }, askedBefore(ctx.tenantId, input.idempotencyKey))) as [Row[], Row[]];
      const once = onceOf(await this.keyring.of(ctx.tenantId), 'rescheduleAppointment', input);
      const made = madeBefore(once, used);
      if (made) return this.#madeBefore(ctx, tx, made);
      tx.reason = reason;
      // Moved, it would be booked: whoever holds it has yet to say so, or to pay.
      if (appointment!['status'] === AppointmentStatus.HELD) throw appointmentIs(AppointmentStatus.HELD);
      const { row, details } = await this.#end(tx, ctx, appointment as unknown as AppointmentRow, input.version, reason, []);
      const asked = await tx.group(...askBookingSession(ctx.tenantId, input.sessionId));
      const slot = checkedSlot(asked, input.slotFrom);
      const locked = bookingSessionFrom(asked);
      // Another time in the session where they are anyway.
      if (locked.session.id !== before.session_id) await refuseClosedDay(locked.session);
      refuseElsewhere(await tx.group(...askPatient(ctx.tenantId, input.sessionId, row.patient_id, input.slotFrom)), input.overbook);
      const place = placeFor(locked, row.series, input.overbook, placeForMoved);
      const { endReason: _ended, ...kept } = details;
      const record = await this.#give(tx, ctx, locked, place, slot, { ...row, id: idOf(null), rescheduled_from: row.id, details: kept });
      await useUp(tx, ctx.tenantId, once, record.row.id);
      return record;
    }, { text: APPOINTMENTS_BY_ID, values: [ctx.tenantId, [input.id], 'appointments:manage'] });
  }

  async #lock(tx: AuditedTx, ctx: Ctx, sessionIds: string[]): Promise<void> {
    for (const sessionId of sessionIds) lockedSession(await tx.query(SESSION_TO_BOOK, [ctx.tenantId, sessionId]), SESSION_PATH);
  }

  async #end(tx: AuditedTx, ctx: Ctx, before: AppointmentRow, version: number, endReason: string, kinds: readonly MessageKind[]): Promise<AppointmentRecord> {
    if (before.version !== version) throw staleVersion();
    if (!appointmentTransitions[before.status].includes(AppointmentStatus.CANCELLED)) throw appointmentIs(before.status);
    const details = { ...(await this.#open(ctx, before)), endReason };
    const keys = await this.keyring.of(ctx.tenantId);
    const [ended, ...told] = await tx.group(
      { text: STEP_APPOINTMENT, values: [ctx.tenantId, before.id, AppointmentStatus.CANCELLED, before.skips, keys.seal('clinic.appointments', before.id, 'details', details), null, null] },
      queueMessages(ctx.tenantId, [before.id], kinds), queueNear(ctx.tenantId, before.session_id));
    const row = ended![0] as unknown as AppointmentRow;
    recordQueued(tx, told.flat());
    tx.record('appointment', before.id, row.patient_id ?? undefined);
    tx.change('appointment', before.id, 'status', before.status, AppointmentStatus.CANCELLED);
    return { row, details };
  }

  async #give(tx: AuditedTx, ctx: Ctx, { session, expired }: BookingSession, place: Place, slot: SlotGiven, booking: Booking): Promise<AppointmentRecord> {
    const { tenantId, member } = ctx;
    const keys = await this.keyring.of(tenantId);
    const isHere = booking.channel === BookingChannel.WALK_IN && session.status !== SessionStatus.PLANNED && booking.rescheduled_from === null;
    const status = isHere ? AppointmentStatus.ARRIVED : AppointmentStatus.BOOKED;
    const kinds = isHere ? [] : kindsOf(booking);
    const [added, , told] = await tx.group(
      { text: ADD_APPOINTMENT, values: [
        tenantId, booking.id, session.id, booking.patient_id, status, booking.visit_type, booking.channel, place.series, place.number, slot.from, slot.until, place.overbooked, booking.video,
        keys.seal('clinic.appointments', booking.id, 'details', booking.details), member.memberId, booking.rescheduled_from, booking.recurrence_id,
      ] },
      { text: TAKE_NUMBER, values: [tenantId, session.id, place.from] },
      queueMessages(tenantId, [booking.id], kinds),
    ).catch(explain);
    const row = added![0] as unknown as AppointmentRow;
    this.steps.know(ctx, session);
    noteExpired(tx, expired);
    tx.record('appointment', row.id, row.patient_id ?? undefined);
    tx.record('clinic-session', session.id);
    recordQueued(tx, told!);
    tx.change('appointment', row.id, 'status', null, status);
    tx.change('appointment', row.id, 'number', null, row.number);
    return { row, details: booking.details };
  }

  async #madeBefore(ctx: Ctx, tx: AuditedTx, id: string): Promise<AppointmentRecord> {
    const [row] = await tx.query<AppointmentRow>(APPOINTMENTS_BY_ID, [ctx.tenantId, [id], 'appointments:manage']);
    ctx.action = 'VIEWED';
    tx.record('appointment', id, row!.patient_id ?? undefined);
    return { row: row!, details: await this.#open(ctx, row!) };
  }

  async #open(ctx: Ctx, row: AppointmentRow): Promise<AppointmentDetails> {
    const keys = await this.keyring.of(ctx.tenantId, [row.details]);
    return keys.open<AppointmentDetails>('clinic.appointments', row.id, 'details', row.details);
  }
}

// Of a series whoever books it is told once, by whoever books it.
const kindsOf = ({ rescheduled_from: from, recurrence_id: series }: Booking): readonly MessageKind[] => {
  if (from !== null) return ofRescheduled;
  return series === null ? ofNew : ofEach;
};

function reasonOf(raw: string): string {
  const check = new InputCheck();
  const reason = check.line(['reason'], raw, LONGEST_NOTE);
  check.throwIfAny();
  return reason!;
}

function checkedSlot(rows: Row[][], wanted: Date | null | undefined, faults: readonly InputFault[] = []): SlotGiven {
  const check = new InputCheck();
  const slot = slotIn(sessionAsked(rows), wanted, check);
  if (faults.length || check.faults.length) throw badInput([...faults, ...check.faults]);
  return slot;
}

// The constraints say the same of who is faster than the locks, without naming anything.
function refuseElsewhere([, own, atThatTime]: Row[][], overbook: boolean): void {
  const [place] = own!;
  if (place) throw bookedAlready(place['id'] as string);
  const seen = (row: Row): string | undefined => (row['may'] ? (row['id'] as string) : undefined);
  const inSlot = overbook ? undefined : atThatTime!.find((row) => row['in_slot']);
  if (inSlot) throw slotTaken(seen(inSlot));
  const elsewhere = atThatTime!.find((row) => row['of_patient']);
  if (elsewhere) throw patientIsElsewhere(seen(elsewhere));
}

function explain(error: unknown): never {
  switch (constraintOf(error)) {
    case 'appointments__doctor__excl':
    case 'appointments__room__excl': throw slotTaken();
    case 'appointments__patient__excl': throw patientIsElsewhere();
    case 'appointments__patient': throw notFound(['input', 'patientId']);
    case 'appointments__pkey': throw idIsTaken('An appointment has this id.');
    default: throw error;
  }
}
