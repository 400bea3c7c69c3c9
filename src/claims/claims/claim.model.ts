import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, moneyOf } from '../../platform/money/money.model.js';
import { MemberName, memberName } from '../../tenants/member-name.model.js';
import { denialWords } from '../files/denial-codes.js';
import { ClaimCodeSystem, ClaimFaultReason, ClaimResubmission, ClaimStatus } from './claim.enums.js';
import type { ClaimLineRecord, ClaimRecord } from './claim-rows.js';

@ObjectType({ description: 'The code of what was done.' })
@Classified('billing')
export class ClaimCode {
  @Field(() => ClaimCodeSystem, { description: 'Of which system.' })
  system: ClaimCodeSystem;

  @Field({ description: 'The code.' })
  code: string;
}

@ObjectType({ description: 'A line of a claim: what is claimed of a line of the invoice.' })
@Classified('billing')
export class ClaimLine {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => Int, { description: 'The place of the line on the invoice.' })
  no: number;

  @Field({ description: 'What it is.' })
  description: string;

  @Field(() => ClaimCode, { nullable: true, description: 'Its code; null when the invoice tells none.' })
  code: ClaimCode | null;

  @Field(() => MemberName, { nullable: true, description: 'Who did it.' })
  doctor: MemberName | null;

  @Field(() => Int, { description: 'How many.' })
  quantity: number;

  @Field(() => Money, { description: 'What the line comes to, tax and all.' })
  gross: Money;

  @Field(() => Money, { description: 'What the payer is asked to pay of it.' })
  net: Money;

  @Field(() => Money, { description: 'What the payer has paid of it.' })
  paid: Money;

  @Field(() => String, { nullable: true, description: 'The code by which the payer last said why it did not pay all.' })
  denialCode: string | null;

  @Field(() => String, { nullable: true, description: 'What that code says, in English; null when it is not among the usual ones.' })
  denialWords: string | null;
}

@ObjectType({ description: 'Something that is missing in a claim, or not as it must be.' })
@Classified('billing')
export class ClaimFault {
  @Field({ description: 'Where: `facilityLicence`, `memberNumber`, `emiratesId`, `diagnoses`, `diagnoses.0` (counted from 0), `lines.2.code` or `lines.2.clinician` (by the number of the line).' })
  place: string;

  @Field(() => ClaimFaultReason, { description: 'What is wrong there.' })
  reason: ClaimFaultReason;

  @Field({ description: 'Whether the claim cannot be sent so.' })
  blocks: boolean;
}

@ObjectType({ description: 'What a payer is asked to pay of an invoice.' })
@Classified('billing')
export class Claim {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Its number in files: that of the invoice, and which claim of it.' })
  code: string;

  @Field(() => ClaimStatus, { description: 'How far it has come.' })
  status: ClaimStatus;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the invoice.' })
  invoiceId: string;

  @Field(() => UuidScalar, { description: 'Id of the policy.' })
  policyId: string;

  @Field(() => UuidScalar, { description: 'Id of the payer.' })
  payerId: string;

  @Field({ description: 'Name of the payer.' })
  payerName: string;

  @Field({ description: 'The patient’s number with the payer, as it was when the claim was made.' })
  memberNumber: string;

  @Field(() => String, { nullable: true, description: 'The number of the payer’s authorisation, if it gave one beforehand.' })
  priorAuthorization: string | null;

  @Field(() => Money, { description: 'What the invoice comes to.' })
  gross: Money;

  @Field(() => Money, { description: 'What of it is not claimed: the patient’s share.' })
  patientShare: Money;

  @Field(() => Money, { description: 'What the payer is asked to pay.' })
  net: Money;

  @Field(() => Money, { description: 'What the payer has paid.' })
  paid: Money;

  @Field(() => Money, { description: 'What was given up.' })
  writtenOff: Money;

  @Field(() => Money, { description: 'What the patient owes after all.' })
  returned: Money;

  @Field(() => Money, { description: 'What of it is open.' })
  open: Money;

  @Field(() => ClaimResubmission, { nullable: true, description: 'As what it is sent anew, or was; null at first.' })
  resubmission: ClaimResubmission | null;

  @Field(() => String, { nullable: true, description: 'What is told the payer with it.' })
  comment: string | null;

  @Field(() => String, { nullable: true, description: 'Why what was not paid was given up, or is the patient’s.' })
  closedBecause: string | null;

  @Field(() => String, { nullable: true, description: 'The payer’s number of it.' })
  payerReference: string | null;

  @Field(() => MemberName, { description: 'Who made it.' })
  madeBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  madeAt: Date;

  @Field(() => Int, { description: 'Counts its changes; send it with the next one.' })
  version: number;
}

export const ClaimConnection = ConnectionOf(Claim, 'Claim');

/** A claim as whoever may see it does. */
export function toClaim({ row, details }: ClaimRecord): Claim {
  const money = (amount: bigint | string): Money => moneyOf(amount, row.currency);
  const [gross, net, paid, writtenOff, returned] = [row.gross, row.net, row.paid, row.written_off, row.returned].map(BigInt) as [bigint, bigint, bigint, bigint, bigint];
  return {
    id: row.id, code: row.code, status: row.status, chamberId: row.chamber_id, patientId: row.patient_id, invoiceId: row.invoice_id, policyId: row.policy_id, payerId: row.payer_id, payerName: row.payer_name,
    memberNumber: details.memberNumber, priorAuthorization: details.priorAuthorization, gross: money(gross), patientShare: money(gross - net), net: money(net), paid: money(paid), writtenOff: money(writtenOff),
    returned: money(returned), open: money(net - paid - writtenOff - returned), resubmission: row.resubmission, comment: details.comment, closedBecause: details.closedBecause, payerReference: row.payer_reference,
    madeBy: { id: row.made_by }, madeAt: row.made_at, version: row.version,
  };
}

/** A line as whoever may see its claim does. */
export const toClaimLine = (currency: ClaimRecord['row']['currency'], line: ClaimLineRecord): ClaimLine => ({
  id: line.id, no: line.no, description: line.description, code: line.code, doctor: memberName(line.doctorId), quantity: Number(line.quantity),
  gross: { amount: line.gross, currency }, net: { amount: line.net, currency }, paid: { amount: line.paid, currency }, denialCode: line.denialCode, denialWords: line.denialCode && denialWords(line.denialCode),
});
