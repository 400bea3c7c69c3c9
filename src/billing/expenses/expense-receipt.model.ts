import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** How many receipts an expense may have. */
export const MOST_RECEIPTS = 10;

@ObjectType({ description: 'A receipt of an expense: a file, encrypted in the store of documents. It never changes.' })
@Classified('billing')
export class ExpenseReceipt {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'The name of the file.' })
  fileName: string;

  @Field({ description: 'Path on this server where its file is fetched with GET.' })
  contentPath: string;

  @Field({ description: 'The media type that its bytes have.' })
  type: string;

  @Field({ description: 'SHA-256 of the bytes, in hexadecimal.' })
  sha256: string;

  @Field(() => MemberName, { description: 'Who sent it.' })
  storedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  storedAt: Date;
}
