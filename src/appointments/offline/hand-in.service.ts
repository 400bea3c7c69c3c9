import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { version as uuidVersion } from 'uuid';
import { canonical } from '../../platform/canonical.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { sqlState } from '../../platform/database/database-errors.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { DomainError, ErrorCode } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { BookingChannel } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { toAppointment } from '../appointment.model.js';
import { APPOINTMENTS_BY_ID, type AppointmentRow, LOCK_PATIENT, SESSION_TO_BOOK } from '../appointment-rows.js';
import { AppointmentsReader } from '../appointments.reader.js';
import { BookingsService, askPlace, type LeasedNumber } from '../bookings.service.js';
import { BOOKED_OFFLINE, LEASED_NUMBER, LEASES_OF_DEVICE, USE_NUMBER } from './lease-rows.js';
import { type HandInBookingsInput, HandInObstacle, HandInOutcome, type HandedInBooking, MOST_HANDED_IN, type OfflineBookingInput } from './lease.model.js';

const { NO_SUCH_LEASE, FORBIDDEN, NOT_IN_LEASE, NUMBER_TAKEN, HANDED_IN_OTHERWISE, ID_TAKEN, NO_PATIENT, PATIENT_MERGED } = HandInObstacle;
const PATIENT_IS_MERGED = 'SK040';
const obstacles: ReadonlySet<unknown> = new Set(Object.values(HandInObstacle));

/** A booking with its note checked. */
type Item = Omit<OfflineBookingInput, 'note'> & { note: string | null };

/** The session in which a lease is, locked, and whether the caller books there. */
interface OfLease {
  id: string;
  may: boolean;
}

type InTheWay = Partial<Pick<HandedInBooking, 'appointmentId' | 'sessionStatus' | 'mergedInto'>>;

/** Books what was booked without a connection. Each booking is made or answered with what stands in its way, and the others do not depend on it; handed in again, it is made once. */
@Injectable()
export class HandInService {
  constructor(
    private readonly db: TenantDb,
    private readonly bookings: BookingsService,
    private readonly appointments: AppointmentsReader,
    private readonly keyring: Keyring,
  ) {}

  /** When a device booked an appointment, those of all appointments that an answer shows in one round trip; null for what was booked with a connection. */
  async bookedOfflineAt(ctx: Ctx, appointmentId: string): Promise<Date | null> {
    return (await loadBatched(ctx, this.#bookedOffline, appointmentId)) ?? null;
  }

  readonly #bookedOffline = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Date>> => {
    const [rows] = await this.db.read(ctx, { text: BOOKED_OFFLINE, values: [ctx.tenantId, ids] });
    return new Map(rows!.map((row) => [row['id'] as string, row['booked_at'] as Date]));
  };

  /** Hands bookings in, in their order; BAD_USER_INPUT (all faults at once). */
  handIn(ctx: Ctx, input: HandInBookingsInput): Promise<HandedInBooking[]> {
    const items = checked(input);
    const leaseIds = [...new Set(items.map(({ leaseId }) => leaseId))];
    const ofDevice = { text: LEASES_OF_DEVICE, values: [ctx.tenantId, leaseIds, input.deviceId] };
    return this.db.write(ctx, async (tx, [leases]) => {
      // All sessions and then all patients, each in the order of their ids, so that two who hand in do not wait for each other.
      const sessionOf = await this.#lock(tx, ctx, leases!, ofDevice);
      for (const id of [...new Set(items.map(({ patientId }) => patientId))].sort()) await tx.query(LOCK_PATIENT, [ctx.tenantId, id]);
      const answers: HandedInBooking[] = [];
      for (const item of items) {
        const session = sessionOf.get(item.leaseId);
        if (!session) answers.push(conflictOf(item, NO_SUCH_LEASE));
        else answers.push(session.may ? await this.#handIn(tx, ctx, item, session.id) : conflictOf(item, FORBIDDEN));
      }
      return answers;
    }, ofDevice);
  }

  // A session whose place another one took while its lock was waited for has no leases any more: they are that one's.
  async #lock(tx: AuditedTx, ctx: Ctx, leases: Row[], ofDevice: Statement): Promise<ReadonlyMap<string, OfLease>> {
    const locked = new Map<string, OfLease>();
    for (let found = leases; ; [found] = (await tx.group(ofDevice)) as [Row[]]) {
      const sessionOf = new Map(found.map((row) => [row['id'] as string, row['session_id'] as string]));
      const others = [...new Set(sessionOf.values())].filter((id) => !locked.has(id)).sort();
      if (!others.length) return new Map([...sessionOf].map(([lease, id]) => [lease, locked.get(id)!]));
      for (const id of others) {
        const [session] = await tx.query<{ may: boolean }>(SESSION_TO_BOOK, [ctx.tenantId, id]);
        locked.set(id, { id, may: session!.may });
      }
    }
  }

  async #handIn(tx: AuditedTx, ctx: Ctx, item: Item, sessionId: string): Promise<HandedInBooking> {
    const { tenantId } = ctx;
    const [numbers, same] = await tx.group(
      { text: LEASED_NUMBER, values: [tenantId, item.leaseId, item.number] }, { text: APPOINTMENTS_BY_ID, values: [tenantId, [item.clientId], 'appointments:manage'] });
    const number = numbers![0] as unknown as (Omit<LeasedNumber, 'isLive'> & { used_by: string | null; item_hash: Buffer | null; is_live: boolean }) | undefined;
    if (!number) return conflictOf(item, NOT_IN_LEASE);
    const hash = (await this.keyring.of(tenantId)).token('handed-in', canonical({ patientId: item.patientId, visitType: item.visitType, channel: item.channel, note: item.note }));
    if (number.used_by === item.clientId) {
      if (number.item_hash && !number.item_hash.equals(hash)) return conflictOf(item, HANDED_IN_OTHERWISE, { appointmentId: item.clientId });
      return this.#handedIn(tx, ctx, item, same![0] as unknown as AppointmentRow);
    }
    if (number.used_by !== null) return conflictOf(item, NUMBER_TAKEN, { appointmentId: number.used_by });
    if (same!.length) return conflictOf(item, ID_TAKEN);
    await tx.query('savepoint booking');
    try {
      const record = await this.bookings.giveLeased(tx, ctx, await tx.group(...askPlace(tenantId, sessionId, item.patientId, null)),
        { ...item, id: item.clientId, video: false, recurrenceId: null }, { number: number.number, series: number.series, isLive: number.is_live });
      await tx.query(USE_NUMBER, [tenantId, sessionId, item.number, item.clientId, item.bookedAt, hash]);
      return answer(item, HandInOutcome.BOOKED, { appointment: toAppointment(record) });
    } catch (error) {
      const found = inTheWay(item, error);
      await tx.query('rollback to savepoint booking');
      return found;
    }
  }

  async #handedIn(tx: AuditedTx, ctx: Ctx, item: Item, row: AppointmentRow): Promise<HandedInBooking> {
    const [record] = await this.appointments.opened(ctx, [row]);
    tx.record('appointment', row.id, row.patient_id ?? undefined);
    return answer(item, HandInOutcome.ALREADY_HANDED_IN, { appointment: toAppointment(record!) });
  }
}

function checked({ bookings }: HandInBookingsInput): Item[] {
  const check = new InputCheck();
  if (check.tooMany('bookings', bookings, MOST_HANDED_IN)) check.throwIfAny();
  const items = bookings.map((booking, index) => {
    const at = (field: string): string[] => ['bookings', String(index), field];
    if (booking.channel === BookingChannel.ONLINE) check.blame(at('channel'), 'ONLINE_IS_FOR_PATIENTS');
    if (![4, 7].includes(uuidVersion(booking.clientId))) check.blame(at('clientId'), 'UUID_VERSION');
    return { ...booking, clientId: booking.clientId.toLowerCase(), note: check.line(at('note'), booking.note, LONGEST_NOTE) };
  });
  check.throwIfAny();
  return items;
}

// What is wrong with the request as a whole is thrown again.
function inTheWay(item: Item, error: unknown): HandedInBooking {
  if (sqlState(error) === PATIENT_IS_MERGED) return conflictOf(item, PATIENT_MERGED, { mergedInto: (error as pg.DatabaseError).detail! });
  if (!(error instanceof DomainError)) throw error;
  if (error.code === ErrorCode.NOT_FOUND) return conflictOf(item, NO_PATIENT);
  if (error.code === ErrorCode.ALREADY_EXISTS) return conflictOf(item, ID_TAKEN);
  const { reason, appointmentId, status } = error.details as { reason?: unknown; appointmentId?: string; status?: HandedInBooking['sessionStatus'] };
  if (!obstacles.has(reason)) throw error;
  return conflictOf(item, reason as HandInObstacle, { appointmentId, sessionStatus: status });
}

const conflictOf = (item: Item, obstacle: HandInObstacle, way: { [field in keyof InTheWay]?: InTheWay[field] | undefined } = {}): HandedInBooking =>
  answer(item, HandInOutcome.CONFLICT, { obstacle, appointmentId: way.appointmentId ?? null, sessionStatus: way.sessionStatus ?? null, mergedInto: way.mergedInto ?? null });

const answer = ({ clientId }: Item, outcome: HandInOutcome, more: Partial<HandedInBooking>): HandedInBooking =>
  ({ clientId, outcome, appointment: null, obstacle: null, appointmentId: null, sessionStatus: null, mergedInto: null, ...more });
