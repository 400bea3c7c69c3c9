import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { NumberSeries, SessionMode } from '../../schedules/schedule-enums.model.js';
import { SESSIONS_BY_ID } from '../../schedules/session-rows.model.js';
import { sessionFull, tooManyLeased } from '../appointments.errors.js';
import { askBookingSession, bookingSessionFrom, lockedSession, noteExpired } from '../booking-session.js';
import { TAKE_NUMBERS } from '../place-rows.js';
import { overbooksLeft, seriesWithRoom, takeAlong } from '../places.model.js';
import { ADD_LEASE, ADD_NUMBERS, LEASED_BY_DEVICE, LEASES_OF_SESSION, LEASE_BY_ID, type LeaseRow, RELEASE, SESSION_OF_LEASE } from './lease-rows.js';
import { LEASE_HOURS, type LeaseNumbersInput, MOST_LEASED } from './lease.model.js';

/** Lets devices take serial numbers along, to book without a connection. Who takes them locks the session, as whoever books does. */
@Injectable()
export class LeasesService {
  constructor(private readonly db: TenantDb) {}

  /** Leases up to so many numbers; NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (SESSION_FULL, SESSION_OVER, SESSION_STATUS, DOCTOR_LEFT, CHAMBER_ARCHIVED, TOO_MANY_LEASED). */
  lease(ctx: Ctx, { sessionId, series, count, deviceId }: LeaseNumbersInput): Promise<LeaseRow> {
    const check = new InputCheck();
    if (count < 1 || count > MOST_LEASED) check.blame(['count'], 'OUT_OF_RANGE', { min: 1, max: MOST_LEASED });
    if (series === NumberSeries.ONLINE) check.blame(['series'], 'ONLINE_IS_FOR_PATIENTS');
    check.throwIfAny();
    return this.db.write(ctx, async (tx, rows) => {
      const { session, places, expired } = bookingSessionFrom(rows);
      if (session.mode !== SessionMode.SERIAL) throw badInput([{ path: ['input', 'sessionId'], reason: 'NOT_IN_THIS_MODE' }]);
      const held = rows.at(-1)![0]!['count'] as number;
      if (held + count > MOST_LEASED) throw tooManyLeased(MOST_LEASED, held);
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
      noteExpired(tx, expired);
      tx.record('number-lease', id);
      tx.record('clinic-session', sessionId);
      tx.change('number-lease', id, 'numbers', null, lease.numbers);
      return lease;
    }, ...askBookingSession(ctx.tenantId, sessionId), { text: LEASED_BY_DEVICE, values: [ctx.tenantId, sessionId, deviceId] });
  }

  /** Gives the places of a lease back, for the device or for one that is lost; its numbers are given to nobody. Given back before, it stays so. NOT_FOUND, FORBIDDEN. */
  release(ctx: Ctx, id: string): Promise<LeaseRow> {
    return this.db.write(ctx, async (tx, [sessions]) => {
      lockedSession(sessions!);
      const [, leases] = await tx.group({ text: RELEASE, values: [ctx.tenantId, id] }, { text: LEASE_BY_ID, values: [ctx.tenantId, id] });
      tx.record('number-lease', id);
      return leases![0] as unknown as LeaseRow;
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
}
