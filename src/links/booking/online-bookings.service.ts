import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Slot } from '../../appointments/places.model.js';
import type { BookedOnline } from '../../appointments/bookers/booker.model.js';
import { BookingTries } from '../../auth/throttle/booking-tries.reader.js';
import { nearValues, ofNew, recordQueued } from '../../messages/messages.writer.js';
import { canonical } from '../../platform/canonical.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { type InputFault, badInput, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { isDayClosed } from '../../schedules/closed-day.model.js';
import { LinkDb } from '../link-db.js';
import { type LinkSecret, newLinkSecret } from '../link-secret.js';
import { mobileOf } from './booking-phone.js';
import { bookingCodeText, newBookingCode, typedCode } from './booking-code.js';
import { type OnlineBookingRow, toOnlineBooking } from './online-booking-rows.js';
import { slotsToCome } from './online-offer.js';
import { codeRefused, depositIsDue, notOffered, onlineFull, onlineSlotTaken, onlineStatusIs, tooManyBookings } from './online.errors.js';
import { type HeldOnlinePlace, type HoldOnlinePlaceInput, LONGEST_BOOKER_NAME, OLDEST_BOOKER, type OnlineBooking, type RequestBookingCodeInput } from './online.model.js';
import { type Offer, OffersReader } from './offers.reader.js';

const ASK_CODE = 'select platform.ask_booking_code($1, $2, $3, $4, $5, $6) as link';
const TRY_CODE = 'select platform.try_booking_code($1, $2, $3, $4) as is_right';
const HOLD = 'select * from platform.hold_online($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';
const BOOKING = 'select * from platform.online_booking($1, $2)';
const STEP = 'select * from platform.step_online($1, $2, $3)';
const MAY_COME_BACK = 'select platform.may_come_back($1, $2) as may';
const QUEUE = 'select * from platform.queue_online($1, $2, $3, $4)';
const QUEUE_NEAR = 'select * from platform.queue_near_online($1, $2, $3, $4)';

type Outcome = 'HELD' | 'CODE' | 'NOT_OFFERED' | 'TOO_MANY' | 'FULL';

interface Held {
  outcome: Outcome;
  /** Others’ places there, which were held too long. */
  let_go: Array<{ id: string; patient_id: string | null }>;
}

interface Stepped {
  id: string;
  before: string;
}

type Step = 'BOOKED' | 'CANCELLED';
/** From where each step leads. */
const from: Record<Step, readonly string[]> = { BOOKED: ['HELD'], CANCELLED: ['HELD', 'BOOKED'] };

/** Each gives half of the bits of a secret. */
const SECRET_HALVES = ['booking-secret', 'booking-secret-rest'] as const;

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
    const phone = mobileOf(input.phone, clinic);
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

  /** Uses a code and holds a place; sent again under the same idempotency key, it answers with that place. NOT_FOUND, BAD_USER_INPUT, SIGN_IN_REFUSED for the code whatever is wrong with it, THROTTLED, CONFLICT. */
  async hold(ctx: Ctx, input: HoldOnlinePlaceInput): Promise<HeldOnlinePlace> {
    const { link, clinic } = await this.offers.clinic(ctx, input.link);
    const check = new InputCheck();
    const name = check.line(['name'], input.name, LONGEST_BOOKER_NAME);
    const age = input.ageYears ?? null;
    if (age !== null && (age < 0 || age > OLDEST_BOOKER)) check.blame(['ageYears'], 'OUT_OF_RANGE', { min: 0, max: OLDEST_BOOKER });
    check.throwIfAny();
    const phone = mobileOf(input.phone, clinic);
    const keys = await this.keyring.of(link.tenantId);
    const secret = secretFor(link, keys, input);
    const held: LinkSecret = { tenantId: link.tenantId, secret: Buffer.from(secret) };
    const proof = await this.#prove(ctx, link, keys, phone, input.code, held);
    if (proof.heldBefore) {
      await this.db.often(ctx, proof.heldBefore.id);
      return { secret, booking: await this.#asItIs(ctx, held, proof.heldBefore) };
    }
    const offer = await this.offers.session(link, clinic, input.sessionId);
    if (!offer) throw notFound();
    const slot = slotIn(offer, input.slotFrom);
    return this.db.write(ctx, async (tx) => {
      const id = uuidv7();
      const details: BookedOnline = { booker: { name: name!, phone, ageYears: age } };
      const [done] = await tx.query<Held>(HOLD, [
        link.tenantId, link.secret, phoneToken(keys, phone), proof.code, id, held.secret, input.sessionId, slot?.from ?? null, slot?.until ?? null,
        input.returning ? 'RETURNING' : 'NEW', keys.seal('clinic.appointments', id, 'details', details)]).catch(explain);
      const [row] = await tx.query<OnlineBookingRow>(BOOKING, [link.tenantId, held.secret]);
      if (done!.outcome === 'CODE' && row) {
        ctx.action = 'VIEWED';
        tx.record('appointment', row.id);
        return { secret, booking: await this.#answer(link, row) };
      }
      refuse(done!.outcome);
      for (const { id: gone, patient_id: patientId } of done!.let_go) {
        tx.record('appointment', gone, patientId ?? undefined);
        tx.change('appointment', gone, 'status', 'HELD', 'EXPIRED');
      }
      tx.record('appointment', id);
      tx.change('appointment', id, 'status', null, 'HELD');
      return { secret, booking: await this.#answer(link, row!) };
    });
  }

  /** Books what is held; the same again once it is booked. NOT_FOUND, THROTTLED, CONFLICT (DEPOSIT_DUE, NOT_OFFERED when the session takes nobody any more or its day was closed, APPOINTMENT_STATUS). */
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
    return this.#answer(link, row);
  }

  async #open(ctx: Ctx, secret: string): Promise<{ link: LinkSecret; row: OnlineBookingRow }> {
    const { found } = await this.db.open(ctx, secret, async (link) => {
      const rows = await this.db.ask<OnlineBookingRow>(BOOKING, link);
      return rows && { link, row: rows[0] };
    });
    return found;
  }

  async #step(ctx: Ctx, secret: string, to: Step): Promise<OnlineBooking> {
    const { link, row: found } = await this.#open(ctx, secret);
    await this.db.often(ctx, found.id);
    if (isThere(found, to) && !(to === 'CANCELLED' && (await this.#mayComeBack(link)))) return this.#asItIs(ctx, link, found);
    return this.db.write(ctx, async (tx) => {
      const [stepped] = await tx.query<Stepped>(STEP, [link.tenantId, link.secret, to]);
      const [row] = await tx.query<OnlineBookingRow>(BOOKING, [link.tenantId, link.secret]);
      if (!isThere(row!, to)) throw to === 'BOOKED' ? notOffered() : onlineStatusIs(row!.status);
      // Behind the lock of its session, which whoever closes the day waits for.
      if (to === 'BOOKED' && stepped!.before !== to && (await isDayClosed(row!))) throw notOffered();
      tx.record('appointment', stepped!.id);
      tx.change('appointment', stepped!.id, 'status', stepped!.before, to);
      tx.change('appointment', stepped!.id, 'cancelledByPatient', null, stepped!.before === 'CANCELLED' ? true : null);
      if (stepped!.before !== to) recordQueued(tx, await (to === 'BOOKED' ? tx.query(QUEUE, [link.tenantId, link.secret, ofNew, ofNew.map(() => uuidv7())]) : tx.query(QUEUE_NEAR, [link.tenantId, link.secret, ...nearValues()])));
      return this.#answer(link, row!);
    });
  }

  // What the practice cancelled together with its session, and might bring back.
  async #mayComeBack(link: LinkSecret): Promise<boolean> {
    const [row] = (await this.db.ask<{ may: boolean }>(MAY_COME_BACK, link))!;
    return row.may;
  }

  // What was tried stays counted, however the operation ends; the code itself is used up with the place that it gets, and by this request again only if it got that place.
  #prove(ctx: Ctx, link: LinkSecret, keys: ScopeKeys, phone: string, raw: string, held: LinkSecret): Promise<{ code: Buffer; heldBefore?: OnlineBookingRow }> {
    return this.tries.proof(ctx, phone, async () => {
      const code = codeToken(keys, phone, typedCode(raw) ?? '');
      const tried = await this.db.ask<{ is_right: boolean }>(TRY_CODE, link, phoneToken(keys, phone), code);
      if (tried?.[0].is_right) return { code };
      const rows = await this.db.ask<OnlineBookingRow>(BOOKING, held);
      if (!rows) throw codeRefused();
      return { code, heldBefore: rows[0] };
    });
  }

  // What is as it was asked to be waits for nobody, and is looked at.
  #asItIs(ctx: Ctx, link: LinkSecret, row: OnlineBookingRow): Promise<OnlineBooking> {
    return this.db.write(ctx, (tx) => {
      ctx.action = 'VIEWED';
      tx.record('appointment', row.id);
      return this.#answer(link, row);
    });
  }

  async #answer({ tenantId }: LinkSecret, row: OnlineBookingRow): Promise<OnlineBooking> {
    return toOnlineBooking(row, await this.keyring.of(tenantId, [row.doctor_profile]));
  }
}

const phoneToken = (keys: ScopeKeys, phone: string): Buffer => keys.token('booking-phone', phone);
/** By which a place is held: fresh, or of the request under its idempotency key, which makes the same one again. */
const secretFor = ({ tenantId }: LinkSecret, keys: ScopeKeys, input: HoldOnlinePlaceInput): string =>
  input.idempotencyKey ? newLinkSecret(tenantId, Buffer.concat(SECRET_HALVES.map((half) => keys.token(half, canonical(input))))) : newLinkSecret(tenantId);
const codeToken = (keys: ScopeKeys, phone: string, code: string): Buffer => keys.token('booking-code', `${phone} ${code}`);

/** Whether a booking is where a step leads; throws what stands in the way of the step. */
function isThere(row: OnlineBookingRow, to: Step): boolean {
  if (row.status === to) return true;
  if (!from[to].includes(row.status)) throw onlineStatusIs(row.status);
  if (to === 'BOOKED' && row.deposit !== null && row.deposit_paid_at === null) throw depositIsDue(row.deposit, row.currency!);
  return false;
}

// Whether somebody has it is told behind the code, by the database, and last.
function slotIn(offer: Offer, wanted: Date | null | undefined): Slot | undefined {
  const blame = (reason: InputFault['reason']): never => {
    throw badInput([{ path: ['input', 'slotFrom'], reason }]);
  };
  if (offer.slot_minutes === null) return wanted ? blame('NOT_IN_THIS_MODE') : undefined;
  if (!wanted) return blame('NEEDED');
  return slotsToCome(offer).find(({ from }) => from.getTime() === wanted.getTime()) ?? blame('NOT_A_SLOT');
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
