import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, moneyOf } from '../../platform/money/money.model.js';
import { MemberName, memberName } from '../../tenants/member-name.model.js';
import { PaymentMethod, PaymentStatus } from './payment.enums.js';
import { type PaymentRecord, leftOf } from './payment-rows.js';

@ObjectType({ description: 'What a payment pays of an invoice.' })
@Classified('billing')
export class Allocation {
  @Field(() => UuidScalar, { description: 'Id of the payment.' })
  paymentId: string;

  @Field(() => UuidScalar, { description: 'Id of the invoice.' })
  invoiceId: string;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;
}

@ObjectType({ description: 'A payment. What was captured never changes: it is given back by refunds. GET /payments/<id>/receipt.pdf prints its receipt.' })
@Classified('billing')
export class Payment {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => PaymentStatus, { description: 'How far it has come.' })
  status: PaymentStatus;

  @Field(() => String, { nullable: true, description: 'The number of its receipt, without a gap in its chamber and fiscal year: GUL-R-2026-27-000123. Null until the money was had.' })
  receiptNumber: string | null;

  @Field(() => UuidScalar, { description: 'Id of the chamber that took it.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The patient’s id; null for a deposit that was paid online, as long as nobody said who comes.' })
  patientId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that it is a deposit of.' })
  depositOfId: string | null;

  @Field(() => PaymentMethod, { description: 'How it was paid.' })
  method: PaymentMethod;

  @Field({ description: 'The terminal, wallet or bank; or the method, where nobody said.' })
  provider: string;

  @Field(() => String, { nullable: true, description: 'The id of the transaction there.' })
  reference: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the drawer that cash went into.' })
  drawerId: string | null;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field(() => Money, { description: 'What of it pays invoices.' })
  allocated: Money;

  @Field(() => Money, { description: 'What of it was given back, or asked back.' })
  refunded: Money;

  @Field(() => Money, { description: 'What of it is held as the deposit of a booking: it pays nothing, and is not given back, until the deposit is settled.' })
  held: Money;

  @Field(() => Money, { description: 'What of it was forfeited as the deposit of a booking.' })
  forfeited: Money;

  @Field(() => Money, { description: 'What is left of it: the patient’s advance. 0 unless it was captured.' })
  left: Money;

  @Field(() => String, { nullable: true, description: 'Who paid, if not the patient.' })
  paidBy: string | null;

  @Field(() => MemberName, { nullable: true, description: 'Who took it; null for what was paid online.' })
  takenBy: MemberName | null;

  @Field(() => DateTimeScalar, { description: 'When it was begun.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the money was had; null until then.' })
  capturedAt: Date | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day that it counts for, where the chamber is; null until it was captured.' })
  capturedOn: string | null;

  @Field(() => Int, { description: 'Counts the changes.' })
  version: number;
}

export const PaymentConnection = ConnectionOf(Payment, 'Payment');

/** What of a payment is shown. */
export function toPayment({ row, details }: PaymentRecord): Payment {
  const money = (amount: unknown): Money => moneyOf(amount, row.currency);
  return {
    id: row.id, status: row.status, receiptNumber: row.code, chamberId: row.chamber_id, patientId: row.patient_id, depositOfId: row.deposit_of, method: row.method, provider: row.provider, reference: row.reference, drawerId: row.drawer_id,
    amount: money(row.amount), allocated: money(row.allocated), refunded: money(row.refunded), held: money(row.held), forfeited: money(row.forfeited), left: money(leftOf(row)),
    paidBy: details.paidBy, takenBy: memberName(row.taken_by), createdAt: row.created_at, capturedAt: row.captured_at, capturedOn: row.local_date, version: row.version,
  };
}
