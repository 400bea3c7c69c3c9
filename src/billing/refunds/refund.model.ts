import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, moneyOf } from '../../platform/money/money.model.js';
import { MemberName, memberName } from '../../tenants/member-name.model.js';
import { PaymentMethod } from '../payments/payment.enums.js';
import { RefundStatus } from './refund.enums.js';
import type { RefundRecord } from './refund-rows.js';

@ObjectType({ description: 'What the caller may do with a refund as it stands. The server decides again on each call; this is for showing or hiding buttons.' })
@Classified('technical')
export class RefundViewerCan {
  @Field({ description: '`approveRefund`.' })
  approve: boolean;

  @Field({ description: '`rejectRefund`.' })
  reject: boolean;

  @Field({ description: '`payRefund`.' })
  pay: boolean;
}

@ObjectType({ description: 'What is given back of a payment. What was paid out never changes.' })
@Classified('billing')
export class Refund {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the payment.' })
  paymentId: string;

  @Field(() => RefundStatus, { description: 'How far it has come.' })
  status: RefundStatus;

  @Field(() => String, { nullable: true, description: 'The number of its receipt, without a gap in its chamber and fiscal year: GUL-RF-2026-27-000004. Null until it is paid.' })
  receiptNumber: string | null;

  @Field({ description: 'Whether somebody else must approve it before it is paid out: one in cash of what came otherwise; and one above `BillingSettings.refundLimit`, with all that is given back without an approval of the same payment, or to the same patient within 24 hours.' })
  needsApproval: boolean;

  @Field(() => PaymentMethod, { description: 'How it is given back.' })
  method: PaymentMethod;

  @Field(() => String, { nullable: true, description: 'The id of the transaction at the provider.' })
  reference: string | null;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field({ description: 'Why.' })
  reason: string;

  @Field(() => MemberName, { description: 'Who asked for it.' })
  requestedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  requestedAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who approved or rejected it.' })
  decidedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When.' })
  decidedAt: Date | null;

  @Field(() => MemberName, { nullable: true, description: 'Who paid it out; null until then, and for background work.' })
  paidBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When; null until then.' })
  paidAt: Date | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day that it counts for, where the chamber is.' })
  paidOn: string | null;

  @Field(() => Int, { description: 'Counts the changes; send it with the next one.' })
  version: number;

  @Field(() => RefundViewerCan, { description: 'What the caller may do with it.' })
  viewerCan: RefundViewerCan;
}

export const RefundConnection = ConnectionOf(Refund, 'Refund');

@ArgsType()
export class OpenRefundsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;
}

/** What of a refund is shown. */
export const toRefund = ({ row, details }: RefundRecord): Refund => ({
  id: row.id, paymentId: row.payment_id, status: row.status, receiptNumber: row.code, needsApproval: row.needs_approval, method: row.method, reference: row.reference, amount: moneyOf(row.amount, row.currency), reason: details.reason,
  requestedBy: { id: row.requested_by }, requestedAt: row.requested_at, decidedBy: memberName(row.decided_by), decidedAt: row.decided_at, paidBy: memberName(row.paid_by), paidAt: row.paid_at, paidOn: row.local_date, version: row.version,
  viewerCan: {
    approve: row.status === RefundStatus.REQUESTED && row.may_manage && !row.is_own, reject: row.status === RefundStatus.REQUESTED && (row.may_manage || row.is_own),
    pay: row.may_take && (row.status === RefundStatus.APPROVED || (row.status === RefundStatus.REQUESTED && !row.needs_approval)),
  },
});
