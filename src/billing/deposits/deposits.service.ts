import { Injectable } from '@nestjs/common';
import { askDeposit, depositPaid } from '../../links/booking/deposits.writer.js';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { sqlState } from '../../platform/database/database-errors.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { conflict, forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { noDrawer, refusalOf } from '../billing.errors.js';
import { askDeskOfPayment, deskIn } from '../desk.js';
import { PaymentMethod } from '../payments/payment.enums.js';
import { meansIn, refusedPayment } from '../payments/payment-means.js';
import { capturePayment, insertPayment } from '../payments/payment-rows.js';
import { askBookedPlace, depositsByIds, depositsFrom, lockDeposit, lockPatientOfBooking, lockPatientOfDeposit, lockSessionOfDeposit, namePatient, stepDeposit } from './deposit-rows.js';
import { type Deposit, DepositStatus, type SettleDepositInput, type TakeDepositInput } from './deposit.model.js';

/** What the database says of a deposit that does not become that now. */
const NOT_THAT = 'SK095';

/** Takes the deposits of bookings, and settles them. The database says what their policy makes of them, and posts it. */
@Injectable()
export class DepositsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Takes the deposit of a booking, which is booked with that, once under an idempotency key; of a place that cannot be booked any more it is held, to be given back.
   * NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED). Five round trips.
   */
  take(ctx: Ctx, input: TakeDepositInput): Promise<Deposit> {
    const { tenantId } = ctx;
    const { appointmentId } = input;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [sessions, bookings, patients, places, asked]) => {
      const [place] = places!;
      if (!place) throw notFound(['input', 'appointmentId']);
      if (!sessions![0]!['may']) throw forbidden('payments:take');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'takeDeposit', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const { patientId, paidBy, ...means } = takenAs(input, place, patients!);
      const isCash = means.method === PaymentMethod.CASH;
      if (isCash && place['drawer_id'] === null) throw noDrawer();
      await depositPaid(tx, ctx, appointmentId, [sessions!, bookings!]);
      const [, , rows] = await tx.group(
        insertPayment(tenantId, keys, {
          id, chamber_id: place['chamber_id'] as string, patient_id: patientId, deposit_of: appointmentId, ...means, drawer_id: isCash ? (place['drawer_id'] as string) : null,
          amount: BigInt(place['deposit'] as number), details: { paidBy },
        }),
        capturePayment(tenantId, id), depositsByIds(tenantId, [id])).catch(refusedPayment);
      await useUp(tx, tenantId, once, id);
      tx.record('deposit', id, patientId);
      tx.record('payment', id, patientId);
      return depositsFrom(rows)[0]!;
    }, ...askDeposit(tenantId, appointmentId), lockPatientOfBooking(tenantId, appointmentId, input.patientId ?? null), askBookedPlace(tenantId, appointmentId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Settles a deposit as its policy says, and as the caller has read. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, DEPOSIT_OUTCOME, BOOKS_CLOSED). Four round trips. */
  settle(ctx: Ctx, input: SettleDepositInput): Promise<Deposit> {
    const { tenantId } = ctx;
    const { id, outcome } = input;
    return this.db.write(ctx, async (tx, [, patients, found, desks, asked]) => {
      const [deposit] = depositsFrom(found);
      if (!deposit) throw notFound(['input', 'id']);
      deskIn(desks!, 'payments:take');
      const once = onceOf(await this.keyring.of(tenantId), 'settleDeposit', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const becomes = deposit.status === DepositStatus.HELD ? deposit.outcome : deposit.status;
      if (deposit.status !== DepositStatus.HELD || becomes !== outcome) throw outcomeIs(becomes);
      const patientId = patientIn(input, deposit, patients!);
      const naming = patientId === deposit.patientId ? [] : [namePatient(tenantId, id, patientId!)];
      const settled = await tx.group(...naming, stepDeposit(tenantId, id, outcome), depositsByIds(tenantId, [id])).catch((error: unknown) => {
        throw sqlState(error) === NOT_THAT ? outcomeIs(null) : refusalOf(error, 'payments:take');
      });
      await useUp(tx, tenantId, once, id);
      tx.record('deposit', id, patientId);
      tx.change('deposit', id, 'patientId', deposit.patientId, patientId);
      tx.change('deposit', id, 'status', DepositStatus.HELD, outcome);
      return depositsFrom(settled.at(-1))[0]!;
    }, lockSessionOfDeposit(tenantId, id), lockPatientOfDeposit(tenantId, id, input.patientId ?? null), lockDeposit(tenantId, id), askDeskOfPayment(tenantId, id, 'payments:take'), askedBefore(tenantId, input.idempotencyKey));
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<Deposit> {
    ctx.action = 'VIEWED';
    const [deposit] = depositsFrom((await tx.group(depositsByIds(ctx.tenantId, [id])))[0]);
    tx.record('deposit', id, deposit!.patientId);
    return deposit!;
  }
}

const outcomeIs = (outcome: DepositStatus | null) => conflict('DEPOSIT_OUTCOME', outcome === null ? 'The visit is to come: the deposit is held.' : `By its policy the deposit becomes, or became, ${outcome}.`, { outcome });

/** For whom a deposit was paid that is settled: nobody's can be given back, but is nobody's advance. */
function patientIn({ outcome, patientId }: SettleDepositInput, deposit: Deposit, patients: Row[]): string | null {
  const check = new InputCheck();
  if (deposit.patientId !== null && patientId && patientId !== deposit.patientId) check.blame(['patientId'], 'NOT_ALLOWED');
  const isCarried = outcome === DepositStatus.CARRIED || (outcome === DepositStatus.FORFEITED && deposit.forfeits!.amount < deposit.amount.amount);
  if (deposit.patientId === null && !patientId && isCarried) check.blame(['patientId'], 'REQUIRED');
  check.throwIfAny();
  if (patientId && !patients.length) throw notFound(['input', 'patientId']);
  return deposit.patientId ?? patientId ?? null;
}

/** How it was paid, and for whom. */
function takenAs(input: TakeDepositInput, place: Row, [patient]: Row[]) {
  const booker = place['patient_id'] as string | null;
  const check = new InputCheck();
  const means = meansIn(check, input);
  if (booker === null && !input.patientId) check.blame(['patientId'], 'REQUIRED');
  if (booker !== null && input.patientId && input.patientId !== booker) check.blame(['patientId'], 'NOT_ALLOWED');
  check.throwIfAny();
  if (!patient) throw notFound(['input', 'patientId']);
  return { ...means, patientId: patient['id'] as string };
}
