import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row } from '../../platform/database/statement-group.js';
import { isDayClosed } from '../../schedules/closed-day.model.js';
import { LinkDb } from '../link-db.js';
import type { LinkSecret } from '../link-secret.js';
import type { OnlineBookingRow } from './online-booking-rows.js';
import { depositIsPaid, noDeposit, notOffered, onlineStatusIs } from './online.errors.js';

const BOOKING = 'select * from platform.online_booking($1, $2)';
const BEGIN = 'select * from platform.begin_online_deposit($1, $2, $3, $4, $5)';

/** A booking that somebody opened who has its secret. */
export interface OpenedBooking {
  id: string;
  link: LinkSecret;
}

/** The payment of its deposit that somebody asks for; `details` are sealed. */
export interface AskedDeposit {
  id: string;
  provider: string;
  details: Buffer;
}

/** The payment that was begun, or was under way. */
export interface BegunDeposit {
  id: string;
  patientId: string | null;
  isNew: boolean;
  /** In minor units. */
  amount: bigint;
}

/** Begins the payment of deposits for who books online, without an account. Nothing is captured here: that is for who asks the provider. */
@Injectable()
export class OnlineDeposits {
  constructor(private readonly db: LinkDb) {}

  /** The booking that a secret is of; counted, as every step of it. NOT_FOUND, THROTTLED. */
  async open(ctx: Ctx, secret: string): Promise<OpenedBooking> {
    const { found } = await this.db.open(ctx, secret, async (link) => {
      const rows = await this.db.ask<OnlineBookingRow>(BOOKING, link);
      return rows && { id: rows[0].id, link };
    });
    await this.db.often(ctx, found.id);
    return found;
  }

  /** Begins the payment of its deposit, PENDING, unless it was begun, or another one is under way. CONFLICT (NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NOT_OFFERED). */
  begin(ctx: Ctx, { link }: OpenedBooking, { id, provider, details }: AskedDeposit): Promise<BegunDeposit> {
    return this.db.write(ctx, async (tx) => {
      const [begun] = await tx.query(BEGIN, [link.tenantId, link.secret, id, provider, details]);
      refuse(begun!);
      const payment: BegunDeposit = { id: begun!['payment_id'] as string, patientId: begun!['patient_id'] as string | null, isNew: begun!['is_new'] as boolean, amount: BigInt(begun!['amount'] as number) };
      if (payment.isNew) {
        const [row] = await tx.query<OnlineBookingRow>(BOOKING, [link.tenantId, link.secret]);
        // Behind the lock of its session, which whoever closes the day waits for.
        if (await isDayClosed(row!)) throw notOffered();
      } else {
        ctx.action = 'VIEWED';
      }
      tx.record('payment', payment.id, payment.patientId);
      tx.record('appointment', begun!['appointment_id'] as string, payment.patientId);
      return payment;
    });
  }
}

function refuse({ obstacle, status }: Row): void {
  switch (obstacle) {
    case 'NO_DEPOSIT': throw noDeposit();
    case 'DEPOSIT_PAID': throw depositIsPaid();
    case 'APPOINTMENT_STATUS': throw onlineStatusIs(status as string);
    case 'NOT_OFFERED': throw notOffered();
  }
}
