import { ArgsType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { ClaimDisposition } from '../claims/claim.enums.js';

@ObjectType({ description: 'A file of claims.' })
@Classified('billing')
export class ClaimSubmission {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber that claims.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the payer.' })
  payerId: string;

  @Field(() => ClaimDisposition, { description: 'Whether it counts.' })
  disposition: ClaimDisposition;

  @Field(() => Int, { description: 'How many claims are in it.' })
  claims: number;

  @Field(() => MemberName, { description: 'Who made it.' })
  madeBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  madeAt: Date;
}

export const ClaimSubmissionConnection = ConnectionOf(ClaimSubmission, 'ClaimSubmission');

@ArgsType()
export class FilesArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND.' })
  chamberId: string;
}

@InputType({ description: 'Which claims go into a file.' })
export class SubmitClaimsInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the payer.' })
  payerId: string;

  @Field(() => ClaimDisposition, { description: 'Whether it counts.' })
  disposition: ClaimDisposition;

  @Field(() => UuidScalar, { description: 'Made by the client, so that the same request sent twice counts once. Reason of a fault: USED_FOR_ANOTHER_REQUEST.' })
  idempotencyKey: string;
}
