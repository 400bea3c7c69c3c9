import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { BookedOnline } from '../../appointments/bookers/booker.model.js';
import { BookingTries } from '../../auth/throttle/booking-tries.reader.js';
import { ofNew, recordQueued } from '../../messages/messages.writer.js';
import { InvalidPhone, normalisePhone } from '../../patients/phone.model.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { type InputFault, badInput, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { LinkDb } from '../link-db.js';
import { type LinkSecret, newLinkSecret } from '../link-secret.js';
import { bookingCodeText, newBookingCode, typedCode } from './booking-code.js';
import { type OnlineBookingRow, toOnlineBooking } from './online-booking-rows.js';
import { type OfferedSlot, slotsOf } from './online-offer.js';
import { codeRefused, depositIsDue, notOffered, onlineFull, onlineSlotTaken, onlineStatusIs, tooManyBookings } from './online.errors.js';
import { type HoldOnlinePlaceInput, LONGEST_BOOKER_NAME, OLDEST_BOOKER, type OnlineBooking, type RequestBookingCodeInput } from './online.model.js';
import { type Offer, OffersReader } from './offers.reader.js';

const ASK_CODE = 'select platform.ask_booking_code($1, $2, $3, $4, $5, $6) as link';
const TRY_CODE = 'select platform.try_booking_code($1, $2, $3, $4) as is_right';
const HOLD = 'select * from platform.hold_online($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';
const BOOKING = 'select * from platform.online_booking($1, $2)';
const STEP = 'select * from platform.step_online($1, $2, $3)';
const QUEUE = 'select * from platform.queue_online($1, $2, $3, $4)';

type Outcome = 'HELD' | 'CODE' | 'NOT_OFFERED' | 'TOO_MANY' | 'FULL';

interface Held {
  outcome: Outcome;
  /** Others’ places there, which were held too long. */
  let_go: Array<{ id: string; patient_id: string | null }>;
}

interface Stepped {
  id: string;
  before: string;
  after: string;
  is_deposit_due: boolean;
}

/** What people do who book online, without an account: they prove their number, hold a place, book it, look at it and cancel it. */
@Injectable()
export class OnlineBookingsService {
  constructor(
    private readonly db: LinkDb,
    private readonly offers: OffersReader,
    private readonly keyring: Keyring,
    private readonly tries: BookingTries,
  ) {}

  /** Sends a code to a number, whoever has it; NOT_FOUND, BAD_USER_INPUT, THROTTLED. */
  async requestCode(ctx: Ctx, input: RequestBookingCodeInput): Promise<void> {
    const { link, clinic } = await this.offers.clinic(ctx, input.link);
    const phone = phoneOf(input.phone, clinic.country);
    await this.tries.code(ctx, phone, link.tenantId, () => this.db.write(ctx, async (tx) => {
      const [id, code] = [uuidv7(), newBookingCode()];
      const keys = await this.keyring.of(link.tenantId);
      const text = bookingCodeText(code, clinic.practice, clinic.chambers[0]?.locale ?? 'en');
      const [asked] = await tx.query(ASK_CODE, [
        link.tenantId, link.secret, id, phoneToken(keys, phone), codeToken(keys, phone, code), keys.seal('clinic.booking_codes', id, 'content', { to: phone, text })]);
      if (!asked!['link']) throw notFound();
      tx.record('booking-code', id);
    }));
  }

  /** Uses a code and holds a place; NOT_FOUND, BAD_USER_INPUT, SIGN_IN_REFUSED for the code whatever is wrong with it, THROTTLED, CONFLICT. */
  async hold(ctx: Ctx, input: HoldOnlinePlaceInput): Promise<{ secret: string; booking: OnlineBooking }> {
    const { link, clinic } = await this.offers.clinic(ctx, input.link);
    const check = new InputCheck();
    const name = check.line(['name'], input.name, LONGEST_BOOKER_NAME);
    const age = input.ageYears ?? null;
    if (age !== null && (age < 0 || age > OLDEST_BOOKER)) check.blame(['ageYears'], 'OUT_OF_RANGE', { min: 0, max: OLDEST_BOOKER });
    check.throwIfAny();
    const phone = phoneOf(input.phone, clinic.country);
    const keys = await this.keyring.of(link.tenantId);
    const code = await this.#proved(ctx, link, keys, phone, input.code);
    const offer = await this.offers.session(link, clinic, input.sessionId);
    if (!offer) throw notFound();
    const slot = slotIn(offer, input.slotFrom);
    return this.db.write(ctx, async (tx) => {
      const [id, secret] = [uuidv7(), newLinkSecret(link.tenantId)];
      const details: BookedOnline = { booker: { name: name!, phone, ageYears: age } };
      const [held] = await tx.query<Held>(HOLD, [
        link.tenantId, link.secret, phoneToken(keys, phone), code, id, Buffer.from(secret), input.sessionId, slot?.from ?? null, slot?.until ?? null,
        input.returning ? 'RETURNING' : 'NEW', keys.seal('clinic.appointments', id, 'details', details)]).catch(explain);
      refuse(held!.outcome);
      for (const { id: gone, patient_id: patientId } of held!.let_go) {
        tx.record('appointment', gone, patientId ?? undefined);
        tx.change('appointment', gone, 'status', 'HELD', 'EXPIRED');
      }
      tx.record('appointment', id);
      tx.change('appointment', id, 'status', null, 'HELD');
      const [row] = await tx.query<OnlineBookingRow>(BOOKING, [link.tenantId, Buffer.from(secret)]);
      return { secret, booking: toOnlineBooking(row!, await this.keyring.of(link.tenantId, [row!.doctor_profile])) };
    });
  }

  /** Books what is held; the same again once it is booked. NOT_FOUND, THROTTLED, CONFLICT (DEPOSIT_DUE, APPOINTMENT_STATUS). */
  confirm(ctx: Ctx, secret: string): Promise<OnlineBooking> {
    return this.#step(ctx, secret, 'BOOKED');
  }

  /** Cancels what is held or booked; the same again once it is cancelled. NOT_FOUND, THROTTLED, CONFLICT (APPOINTMENT_STATUS). */
  cancel(ctx: Ctx, secret: string): Promise<OnlineBooking> {
    return this.#step(ctx, secret, 'CANCELLED');
  }

  /** How a booking stands; NOT_FOUND, THROTTLED. */
  async booking(ctx: Ctx, secret: string): Promise<OnlineBooking> {
    const { link, row } = await this.#open(ctx, secret);
    ctx.disclose('appointment', row.id);
    ctx.shownByLink = row.id;
    return toOnlineBooking(row, await this.keyring.of(link.tenantId, [row.doctor_profile]));
  }

  async #open(ctx: Ctx, secret: string): Promise<{ link: LinkSecret; row: OnlineBookingRow }> {
    const { found } = await this.db.open(ctx, secret, async (link) => {
      const rows = await this.db.ask<OnlineBookingRow>(BOOKING, link);
      return rows && { link, row: rows[0] };
    });
    return found;
  }

  async #step(ctx: Ctx, secret: string, to: 'BOOKED' | 'CANCELLED'): Promise<OnlineBooking> {
    const { link } = await this.#open(ctx, secret);
    return this.db.write(ctx, async (tx) => {
      const [stepped] = await tx.query<Stepped>(STEP, [link.tenantId, link.secret, to]);
      const [row] = await tx.query<OnlineBookingRow>(BOOKING, [link.tenantId, link.secret]);
      if (stepped!.after !== to) throw stepped!.is_deposit_due && to === 'BOOKED' ? depositIsDue(row!.deposit!, row!.currency!) : onlineStatusIs(stepped!.before);
      tx.record('appointment', stepped!.id);
      tx.change('appointment', stepped!.id, 'status', stepped!.before, to);
      if (to === 'BOOKED' && stepped!.before === 'HELD') recordQueued(tx, await tx.query(QUEUE, [link.tenantId, link.secret, ofNew, ofNew.map(() => uuidv7())]));
      return toOnlineBooking(row!, await this.keyring.of(link.tenantId, [row!.doctor_profile]));
    });
  }

  // What was tried stays counted, however the operation ends; the code itself is used up with the place that it gets.
  #proved(ctx: Ctx, link: LinkSecret, keys: ScopeKeys, phone: string, raw: string): Promise<Buffer> {
    return this.tries.proof(ctx, phone, async () => {
      const token = codeToken(keys, phone, typedCode(raw) ?? '');
      const tried = await this.db.ask<{ is_right: boolean }>(TRY_CODE, link, phoneToken(keys, phone), token);
      if (!tried?.[0].is_right) throw codeRefused();
      return token;
    });
  }
}

const phoneToken = (keys: ScopeKeys, phone: string): Buffer => keys.token('booking-phone', phone);
const codeToken = (keys: ScopeKeys, phone: string, code: string): Buffer => keys.token('booking-code', `${phone} ${code}`);

function phoneOf(raw: string, country: string): string {
  try {
    return normalisePhone(raw.slice(0, 100), country);
  } catch (error) {
    if (!(error instanceof InvalidPhone)) throw error;
    throw badInput([{ path: ['input', 'phone'], reason: error.reason }]);
  }
}

function slotIn(offer: Offer, wanted: Date | null | undefined): OfferedSlot | undefined {
  const blame = (reason: InputFault['reason']): never => {
    throw badInput([{ path: ['input', 'slotFrom'], reason }]);
  };
  if (offer.slot_minutes === null) return wanted ? blame('NOT_IN_THIS_MODE') : undefined;
  if (!wanted) return blame('NEEDED');
  const slot = slotsOf(offer).find(({ from }) => from.getTime() === wanted.getTime()) ?? blame('NOT_A_SLOT');
  if (!slot.free) throw onlineSlotTaken();
  return slot;
}

function refuse(outcome: Outcome): void {
  switch (outcome) {
    case 'HELD': return;
    case 'CODE': throw codeRefused();
    case 'NOT_OFFERED': throw notOffered();
    case 'TOO_MANY': throw tooManyBookings();
    case 'FULL': throw onlineFull();
  }
}

function explain(error: unknown): never {
  const taken = ['appointments__doctor__excl', 'appointments__room__excl'].includes(constraintOf(error) ?? '');
  throw taken ? onlineSlotTaken() : error;
}
