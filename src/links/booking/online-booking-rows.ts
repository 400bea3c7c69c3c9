import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { SessionInLine } from '../../appointments/session-queue.model.js';
import type { ClosableDay } from '../../schedules/closed-day.model.js';
import { type OfferedPlace, turnOf } from './online-offer.js';
import { type OnlineBooking, OnlineBookingStatus, type OnlineCanceller, type OnlineName } from './online.model.js';

/** A booking as the database tells it to who has its secret. */
export interface OnlineBookingRow extends Omit<SessionInLine, 'status'>, ClosableDay {
  id: string;
  status: string;
  number: number;
  session_status: SessionInLine['status'];
  chamber: string;
  time_zone: string;
  doctor_id: string;
  doctor_profile: Buffer;
  slot_from: Date | null;
  slot_until: Date | null;
  held_until: Date | null;
  deposit: number | null;
  currency: string | null;
  deposit_paid_at: Date | null;
  confirmed_at: Date | null;
  cancelled_by: OnlineCanceller | null;
  practice: string;
  address: string;
  now: Date;
  places: OfferedPlace[] | null;
}

const HERE: ReadonlySet<string> = new Set(['ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT']);

/** A booking, for who made it; `keys` open the doctor's name. */
export function toOnlineBooking(row: OnlineBookingRow, keys: ScopeKeys): OnlineBooking {
  const { nameEn, nameBn } = keys.open<OnlineName>('clinic.members', row.doctor_id, 'profile', row.doctor_profile);
  const status = (HERE.has(row.status) ? 'ARRIVED' : row.status) as OnlineBookingStatus;
  const turn = status === OnlineBookingStatus.BOOKED || status === OnlineBookingStatus.ARRIVED
    ? turnOf({ ...row, status: row.session_status }, row.places ?? [], row.number, row.now) : undefined;
  return {
    // Whoever only holds places and lets them go learns nothing of how many were given.
    status, number: row.confirmed_at === null ? null : row.number, practice: row.practice, chamber: row.chamber, address: row.address, timeZone: row.time_zone, doctor: { nameEn, nameBn },
    localDate: row.local_date, startsAt: new Date(row.starts_at.getTime() + row.delay_minutes * 60_000), slotFrom: row.slot_from, slotUntil: row.slot_until,
    expectedFrom: turn?.from ?? null, expectedUntil: turn?.until ?? null, heldUntil: status === OnlineBookingStatus.HELD ? row.held_until : null,
    deposit: row.deposit, currency: row.currency, depositPaid: row.deposit_paid_at !== null, cancelledBy: row.cancelled_by,
  };
}
