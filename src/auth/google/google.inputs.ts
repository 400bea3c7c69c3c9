import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';
import { IsPlainText } from '../../platform/graphql/plain-text.decorator.js';
import { SessionInPracticeInput, SessionInput } from '../auth.inputs.js';

const RETURN_TO = 'The page to which the browser comes back, of one of our own origins and without a fragment: it gets `#googleCode=…`, or `#googleError=` and REFUSED (by the person or by Google), NOT_ACCEPTED or UNAVAILABLE. EXPIRED (more than ten minutes, another browser, or used before) arrives at the first page of the frontend, because the way back is not known then.';
const CODE = 'The `googleCode` with which the browser came back, within a minute and from the same browser.';

@InputType({ description: 'A way to Google and back.' })
export class BeginGoogleInput {
  @Field({ description: RETURN_TO })
  @Length(1, 2_000)
  returnTo: string;
}

@InputType({ description: 'A way to Google and back for somebody who was invited.' })
export class BeginGoogleJoinInput {
  @Field({ description: RETURN_TO })
  @Length(1, 2_000)
  returnTo: string;

  @Field({ description: 'What follows `#code=` in the link of the mail.' })
  @Length(1, 100)
  joinCode: string;

  @Field(() => String, { nullable: true, description: 'Name in Latin letters, for a new account: without it `joinWithGoogle` answers whoever has none NAME_NEEDED. An account that exists keeps its own.' })
  @IsOptional()
  @Length(1, 200)
  @IsPlainText()
  nameEn?: string | null;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters, for a new account.' })
  @IsOptional()
  @Length(1, 200)
  @IsPlainText()
  nameBn?: string | null;
}

@InputType({ description: 'Somebody whose browser came back from Google.' })
export class SignInWithGoogleInput extends SessionInPracticeInput {
  @Field({ description: CODE })
  @Length(1, 100)
  code: string;
}

@InputType({ description: 'Somebody who was invited, and whose browser came back from Google.' })
export class JoinWithGoogleInput extends SessionInput {
  @Field({ description: CODE })
  @Length(1, 100)
  code: string;
}

@InputType({ description: 'A Google account to link.' })
export class LinkGoogleInput {
  @Field({ description: CODE })
  @Length(1, 100)
  code: string;
}
