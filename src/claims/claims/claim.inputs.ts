import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { PageArgs } from '../../platform/graphql/connection.js';
import { ClaimCodeSystem, ClaimRest, ClaimResubmission, ClaimStatus } from './claim.enums.js';

/** How many diagnoses a claim can have. */
export const MOST_DIAGNOSES = 12;
/** The longest number of an authorisation, and comment, in characters. */
export const LONGEST = { authorization: 50, comment: 1_000 } as const;
const KEY = { description: 'Made by the client, so that the same request sent twice counts once. Reason of a fault: USED_FOR_ANOTHER_REQUEST.' };
const VERSION = { description: 'The `version` that was read; another one answers CONFLICT.' };
const DIAGNOSES = `Codes of ICD-10, the principal one first, at most ${MOST_DIAGNOSES}; to tell them needs patients:read-clinical. Reasons of faults: NOT_A_CODE, UNKNOWN_CODE, RETIRED_CODE, DUPLICATE, TOO_MANY.`;
const AUTHORIZATION = `The number of the payer’s authorisation, up to ${LONGEST.authorization} characters without white space. Reasons of faults: EMPTY, TOO_LONG, WRONG_FORMAT.`;

@InputType({ description: 'A claim to be made of an invoice.' })
export class MakeClaimInput {
  @Field(() => UuidScalar, { description: 'Id of the invoice.' })
  invoiceId: string;

  @Field(() => UuidScalar, { description: 'Id of a policy of its patient. Reasons of faults: ARCHIVED, EXPIRED, ANOTHER_PATIENT.' })
  policyId: string;

  @Field(() => [String], { nullable: true, description: `${DIAGNOSES} Without them, the codes of what was recorded as conditions of the patient since the visit began.` })
  diagnoses?: string[] | null;

  @Field(() => String, { nullable: true, description: AUTHORIZATION })
  priorAuthorization?: string | null;

  @Field(() => UuidScalar, KEY)
  idempotencyKey: string;
}

@InputType({ description: 'The code of a line.' })
export class ClaimLineCodeInput {
  @Field(() => Int, { description: 'The number of the line. Reason of a fault: NOT_FOUND.' })
  no: number;

  @Field(() => ClaimCodeSystem, { description: 'Of which system.' })
  system: ClaimCodeSystem;

  @Field({ description: 'The code. Reason of a fault: NOT_A_CODE.' })
  code: string;
}

@InputType({ description: 'Changes to a claim that is a draft; what is left out stays.' })
export class EditClaimInput {
  @Field(() => UuidScalar, { description: 'Id of the claim.' })
  id: string;

  @Field(() => Int, VERSION)
  version: number;

  @Field(() => [String], { nullable: true, description: DIAGNOSES })
  diagnoses?: string[] | null;

  @Field(() => String, { nullable: true, description: `${AUTHORIZATION} Null takes it away.` })
  priorAuthorization?: string | null;

  @Field(() => [ClaimLineCodeInput], { nullable: true, description: 'Codes of lines; those of the others stay.' })
  codes?: ClaimLineCodeInput[] | null;
}

@InputType({ description: 'A claim to be sent anew.' })
export class ResubmitClaimInput {
  @Field(() => UuidScalar, { description: 'Id of the claim.' })
  id: string;

  @Field(() => Int, VERSION)
  version: number;

  @Field(() => ClaimResubmission, { description: 'As what.' })
  kind: ClaimResubmission;

  @Field({ description: `What is told the payer, up to ${LONGEST.comment} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  comment: string;
}

@InputType({ description: 'What becomes of what a payer did not pay.' })
export class CloseClaimInput {
  @Field(() => UuidScalar, { description: 'Id of the claim.' })
  id: string;

  @Field(() => Int, VERSION)
  version: number;

  @Field(() => ClaimRest, { description: 'What becomes of it.' })
  rest: ClaimRest;

  @Field({ description: 'Why; one line of 1 to 500 characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  reason: string;

  @Field(() => UuidScalar, KEY)
  idempotencyKey: string;
}

@ArgsType()
export class ClaimsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => ClaimStatus, { nullable: true, description: 'Only those that have come so far.' })
  status?: ClaimStatus | null;
}
