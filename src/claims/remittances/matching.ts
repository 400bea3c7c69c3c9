import { dayOf } from '../../platform/local-days.js';
import { ClaimStatus } from '../claims/claim.enums.js';
import { type ClaimLineRecord, type ClaimRecord, activityIdOf } from '../claims/claim-rows.js';
import type { Remittance, RemittedClaim } from '../files/remittance-file.js';
import { type RemittanceFault, RemittanceFaultReason } from './remittance.model.js';
import type { Settlement } from './remittance-rows.js';

/** The clock and the licence of the chamber, its claims that a file names, their lines, and the days of settlement of what was paid of those before, by what `paymentsOf` names. */
export interface Known {
  timeZone: string;
  licence: string | null;
  claims: readonly ClaimRecord[];
  lines: ReadonlyMap<string, ClaimLineRecord[]>;
  paidBefore: ReadonlyMap<string, Array<string | null>>;
}

/** What payments of a reference pay of a line of a claim. */
export const paymentsOf = (claimId: string, no: number, reference: string): string => JSON.stringify([claimId, no, reference]);

/** What a file says of claims of the chamber, and everything in it that fits none. */
export function matched(remittance: Remittance, { timeZone, licence, claims, lines, paidBefore }: Known): { settlements: Settlement[]; faults: RemittanceFault[] } {
  const faults: RemittanceFault[] = [];
  const blame = (place: string, reason: RemittanceFaultReason): undefined => void faults.push({ place, reason });
  if (remittance.receiverId !== licence) blame('Header/ReceiverID', RemittanceFaultReason.OTHER_FACILITY);
  if (remittance.disposition !== 'PRODUCTION') blame('Header/DispositionFlag', RemittanceFaultReason.NOT_PRODUCTION);
  const settlements = remittance.claims.flatMap((remitted, index) => {
    const place = `Claim ${index + 1}`;
    const record = claims.find(({ row }) => row.code === remitted.id);
    if (!record) return blame(`${place}/ID`, RemittanceFaultReason.UNKNOWN_CLAIM) ?? [];
    // Who takes the claims answers them; some administrators let the insurer do so.
    if (![record.row.receiver_code, record.row.payer_code].includes(remittance.senderId)) blame('Header/SenderID', RemittanceFaultReason.OTHER_SENDER);
    if (record.row.status !== ClaimStatus.SUBMITTED && record.row.status !== ClaimStatus.RESUBMITTED) return blame(place, RemittanceFaultReason.NOT_SENT) ?? [];
    const day = remitted.settledAt && dayOf(remitted.settledAt, timeZone);
    // What comes without its day may be of any.
    const isPaid = (no: number): boolean => paidBefore.get(paymentsOf(record.row.id, no, remitted.paymentReference))?.some((before) => before === null || day === null || before === day) ?? false;
    return [settlementOf(place, remitted, record, lines.get(record.row.id) ?? [], isPaid, blame)];
  });
  return { settlements, faults };
}

function settlementOf(place: string, remitted: RemittedClaim, { row }: ClaimRecord, lines: readonly ClaimLineRecord[], isPaid: (no: number) => boolean, blame: (place: string, reason: RemittanceFaultReason) => undefined): Settlement {
  const answered = remitted.activities.flatMap((activity, index) => {
    const at = `${place}/Activity ${index + 1}`;
    const line = lines.find(({ no }) => activityIdOf(row.corrections, no) === activity.id);
    if (!line) return blame(`${at}/ID`, RemittanceFaultReason.UNKNOWN_ACTIVITY) ?? [];
    if (activity.paid > 0n && isPaid(line.no)) blame(`${at}/PaymentAmount`, RemittanceFaultReason.PAID_BEFORE);
    else if (line.paid + activity.paid > line.net) blame(`${at}/PaymentAmount`, RemittanceFaultReason.MORE_THAN_CLAIMED);
    return [{ no: line.no, paid: activity.paid, denialCode: activity.denialCode }];
  });
  return {
    claimId: row.id, paid: answered.reduce((sum, { paid }) => sum + paid, 0n), denialCode: remitted.denialCode, payerReference: remitted.idPayer, paymentReference: remitted.paymentReference,
    settledAt: remitted.settledAt, lines: answered,
  };
}
