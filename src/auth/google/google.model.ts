import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import type { LinkedAccount } from './google-accounts.service.js';

@ObjectType({ description: 'A way to Google. The answer also sets a cookie, by which the browser is known when it comes back.' })
@Classified('credential')
export class GoogleRedirect {
  @Field({ description: 'Where the page sends the browser now: `location.assign(url)`.' })
  url: string;

  @Field(() => DateTimeScalar, { description: 'Until when it must be back.' })
  expiresAt: Date;
}

@ObjectType({ description: 'A Google account by which the person can sign in.' })
@Classified('own')
export class GoogleAccount {
  @Field(() => UuidScalar, { description: 'Id, for `unlinkGoogle`.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Its e-mail address when it was linked; null when Google had not verified it.' })
  email: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was linked.' })
  linkedAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When somebody last signed in by it; null when nobody did.' })
  lastUsedAt: Date | null;
}

/** A linked Google account as its own person sees it. */
export const toGoogleAccount = ({ row, email }: LinkedAccount): GoogleAccount => ({
  id: row.id, email, linkedAt: row.linked_at, lastUsedAt: row.last_used_at,
});
