import { decimalOf, stampOf } from './file-values.js';
import { type Written, xmlText } from './xml.js';

/** The two post offices of the UAE that claims go through, by the health authority that licenses the facility. */
export type Authority = 'DHA' | 'DOH';

/** Whether a file counts, or only tries whether it would be taken. */
export type Disposition = 'PRODUCTION' | 'TEST';

/** The kinds of codes that an activity can have, by their number in the files. */
export const ACTIVITY_TYPES = { CPT: 3, HCPCS: 4, DRUG: 5, DENTAL: 6, SERVICE: 8 } as const;

/** A system of codes. */
export type ActivityType = keyof typeof ACTIVITY_TYPES;

/** Something done for a patient that money is claimed for. */
export interface FiledActivity {
  id: string;
  start: Date;
  type: ActivityType;
  code: string;
  /** Decimal text. */
  quantity: string;
  net: bigint;
  /** Number of the clinician's licence. */
  clinician: string;
  priorAuthorizationId: string | null;
}

/** A claim as it is sent. Amounts are minor units. */
export interface FiledClaim {
  id: string;
  /** The payer's number of it, when it is sent anew. */
  idPayer: string | null;
  memberId: string;
  payerId: string;
  emiratesId: string;
  gross: bigint;
  patientShare: bigint;
  net: bigint;
  patientId: string;
  start: Date;
  end: Date;
  diagnoses: ReadonlyArray<{ type: 'Principal' | 'Secondary'; code: string }>;
  activities: readonly FiledActivity[];
  resubmission: { type: 'correction' | 'internal complaint'; comment: string } | null;
}

/** A file of claims. */
export interface Submission {
  authority: Authority;
  /** Number of the facility's licence. */
  facilityId: string;
  receiverId: string;
  at: Date;
  timeZone: string;
  disposition: Disposition;
  claims: readonly FiledClaim[];
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const schemas: Record<Authority, string> = {
  DHA: `xmlns:tns="http://www.eclaimlink.ae/DHD/ValidationSchema" ${XSI} xsi:noNamespaceSchemaLocation="http://www.eclaimlink.ae/DHD/ValidationSchema/ClaimSubmission.xsd"`,
  DOH: `xmlns:tns="http://www.haad.ae/DataDictionary/CommonTypes" ${XSI} xsi:noNamespaceSchemaLocation="http://www.haad.ae/DataDictionary/CommonTypes/ClaimSubmission.xsd"`,
};
/** No bed and no emergency room; scheduled; discharged with approval: what a visit to a practice is. */
const OUTPATIENT = { type: '1', start: '1', end: '1' } as const;

/** Writes a Claim.Submission in the published order of its elements. Throws UnwritableText. */
export function submissionText(submission: Submission): string {
  const { authority, facilityId, receiverId, at, timeZone, disposition, claims } = submission;
  const header: Written = ['Header', [
    ['SenderID', facilityId], ['ReceiverID', receiverId], ['TransactionDate', stampOf(at, timeZone)], ['RecordCount', String(claims.length)], ['DispositionFlag', disposition],
  ]];
  return xmlText(['Claim.Submission', [header, ...claims.map((claim) => claimElement(submission, claim))]], schemas[authority]);
}

function claimElement({ authority, facilityId, timeZone }: Submission, claim: FiledClaim): Written {
  const { resubmission } = claim;
  return ['Claim', [
    ['ID', claim.id], claim.idPayer ? ['IDPayer', claim.idPayer] : null, ['MemberID', claim.memberId], ['PayerID', claim.payerId], ['ProviderID', facilityId],
    ['EmiratesIDNumber', claim.emiratesId], ['Gross', decimalOf(claim.gross)], ['PatientShare', decimalOf(claim.patientShare)], ['Net', decimalOf(claim.net)],
    ['Encounter', [
      ['FacilityID', facilityId], ['Type', OUTPATIENT.type], ['PatientID', claim.patientId], ['Start', stampOf(claim.start, timeZone)], ['End', stampOf(claim.end, timeZone)],
      ['StartType', OUTPATIENT.start], ['EndType', OUTPATIENT.end],
    ]],
    ...claim.diagnoses.map(({ type, code }): Written => ['Diagnosis', [['Type', type], ['Code', code]]]),
    ...claim.activities.map((activity) => activityElement(authority, timeZone, activity)),
    resubmission && ['Resubmission', [['Type', resubmission.type], ['Comment', resubmission.comment]]],
  ]];
}

const activityElement = (authority: Authority, timeZone: string, activity: FiledActivity): Written => ['Activity', [
  ['ID', activity.id], ['Start', stampOf(activity.start, timeZone)], ['Type', String(ACTIVITY_TYPES[activity.type])], ['Code', activity.code], ['Quantity', activity.quantity],
  ['Net', decimalOf(activity.net)],
  // Abu Dhabi asks who ordered it, which in a practice is who does it; Dubai knows no such element.
  authority === 'DOH' ? ['OrderingClinician', activity.clinician] : null,
  ['Clinician', activity.clinician], activity.priorAuthorizationId ? ['PriorAuthorizationID', activity.priorAuthorizationId] : null,
]];
