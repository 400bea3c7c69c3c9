import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { NumberSeries, SessionMode } from '../../schedules/schedule-enums.model.js';
import { SESSIONS_BY_ID } from '../../schedules/session-rows.model.js';
import { sessionFull, tooManyLeased } from '../appointments.errors.js';
import { SESSION_PATH, askBookingSession, bookingSessionFrom, lockedSession, noteExpired, refuseClosedDay } from '../booking-session.js';
import { TAKE_NUMBERS } from '../place-rows.js';
import { overbooksLeft, seriesWithRoom, takeAlong } from '../places.model.js';
import { ADD_LEASE, ADD_NUMBERS, GIVE_BACK, LEASES_OF_SESSION, LEASE_BY_ID, type LeaseRow, NUMBERS_OUT, RELEASE, SESSION_OF_LEASE } from './lease-rows.js';
import { LEASE_HOURS, type LeaseNumbersInput, MOST_LEASED, MOST_OF_MEMBER, MOST_OF_SESSION } from './lease.model.js';

/** Which of the answers to `askBookingSession` is what was let go. */
const EXPIRED = 1;

/** Lets devices take serial numbers along, to book without a connection. Who takes them locks the session, as whoever books does. */
@Injectable()
export class LeasesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Leases up to so many numbers; the same request under the same idempotency key does so once. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (SESSION_FULL, SESSION_OVER, SESSION_STATUS, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED, TOO_MANY_LEASED). */
  lease(ctx: Ctx, input: LeaseNumbersInput): Promise<LeaseRow> {
    const { sessionId, series, count, deviceId } = input;
    const check = new InputCheck();
    if (count < 1 || count > MOST_LEASED) check.blame(['count'], 'OUT_OF_RANGE', { min: 1, max: MOST_LEASED });
    if (series === NumberSeries.ONLINE) check.blame(['series'], 'ONLINE_IS_FOR_PATIENTS');
    check.throwIfAny();
    return this.db.write(ctx, async (tx, rows) => {
      lockedSession(rows[0]!, SESSION_PATH);
      const [out, asked] = rows.slice(-2) as [Row[], Row[]];
      const once = onceOf(await this.keyring.of(ctx.tenantId), 'leaseNumbers', input);
      const made = madeBefore(once, asked);
      if (made) {
        noteExpired(tx, rows[EXPIRED]!);
        return this.#madeBefore(tx, ctx, made);
      }
      const { session, places, expired } = bookingSessionFrom(rows);
      await refuseClosedDay(session);
      if (session.mode !== SessionMode.SERIAL) throw badInput([{ path: ['input', 'sessionId'], reason: 'NOT_IN_THIS_MODE' }]);
      refuseTooMany(out[0]!, count);
      const along = takeAlong(places, series, count);
      if (!along.length) throw sessionFull({ series, seriesWithRoom: seriesWithRoom(places), overbooksLeft: overbooksLeft(places) });
      const id = uuidv7();
      const next = new Map(along.map(({ from, number }) => [from, number + 1]));
      const [, , , leases] = await tx.group(
        { text: ADD_LEASE, values: [ctx.tenantId, id, sessionId, along[0]!.series, deviceId, ctx.member.memberId, LEASE_HOURS] },
        { text: ADD_NUMBERS, values: [ctx.tenantId, sessionId, id, along.map(({ number }) => number)] },
        { text: TAKE_NUMBERS, values: [ctx.tenantId, sessionId, JSON.stringify([...next].map(([first, following]) => ({ first, next: following })))] },
        { text: LEASE_BY_ID, values: [ctx.tenantId, id] });
      const lease = leases![0] as unknown as LeaseRow;
      await useUp(tx, ctx.tenantId, once, id);
      noteExpired(tx, expired);
      tx.record('number-lease', id);
      tx.record('clinic-session', sessionId);
      tx.change('number-lease', id, 'numbers', null, lease.numbers);
      return lease;
    }, ...askBookingSession(ctx.tenantId, sessionId), { text: NUMBERS_OUT, values: [ctx.tenantId, sessionId, deviceId] }, askedBefore(ctx.tenantId, input.idempotencyKey));
  }

  /**
   * Gives the places of a lease back, for the device or for one that is lost. Its last numbers can be given again if whoever took them along gives them back, who knows that
   * nobody was given them; the others are given to nobody. Given back before, it stays so. NOT_FOUND, FORBIDDEN.
   */
  release(ctx: Ctx, id: string): Promise<LeaseRow> {
    return this.db.write(ctx, async (tx, [sessions]) => {
      lockedSession(sessions!);
      const lease = { text: LEASE_BY_ID, values: [ctx.tenantId, id] };
      const [before, , , leases] = await tx.group(lease, { text: RELEASE, values: [ctx.tenantId, id] }, { text: GIVE_BACK, values: [ctx.tenantId, id] }, lease);
      const [was, is] = [before![0], leases![0]] as unknown as [LeaseRow, LeaseRow];
      tx.record('number-lease', id);
      tx.change('number-lease', id, 'released', was.released_at !== null, true);
      tx.change('number-lease', id, 'numbers', was.numbers, is.numbers);
      return is;
    }, { text: SESSION_OF_LEASE, values: [ctx.tenantId, id] });
  }

  /** The leases of a session, the latest first; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read in its chamber. */
  async ofSession(ctx: Ctx, sessionId: string): Promise<LeaseRow[]> {
    const [sessions, rows] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, [sessionId], 'appointments:read'] }, { text: LEASES_OF_SESSION, values: [ctx.tenantId, sessionId] });
    if (!sessions!.length) throw notFound();
    if (!sessions![0]!['may']) throw forbidden('appointments:read');
    const leases = rows as unknown as LeaseRow[];
    leases.forEach(({ id }) => ctx.disclose('number-lease', id));
    return leases;
  }

  async #madeBefore(tx: AuditedTx, ctx: Ctx, id: string): Promise<LeaseRow> {
    const [lease] = await tx.query<LeaseRow>(LEASE_BY_ID, [ctx.tenantId, id]);
    ctx.action = 'VIEWED';
    tx.record('number-lease', id);
    return lease!;
  }
}

// What nobody books with is a number less for the session, so that there is a bound on it whatever devices call themselves.
function refuseTooMany({ of_device: device, of_member: member, of_session: session }: Row, count: number): void {
  const bounds = [['DEVICE', MOST_LEASED, device], ['MEMBER', MOST_OF_MEMBER, member], ['SESSION', MOST_OF_SESSION, session]] as const;
  for (const [of, most, held] of bounds) if ((held as number) + count > most) throw tooManyLeased(of, most, held as number);
}
