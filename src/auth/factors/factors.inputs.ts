import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';
import { LONGEST_ANSWER } from '../passkeys/webauthn.js';

@InputType({ description: 'A second factor, for a sign-in that waits for it. Give one of `oneTimeCode`, `recoveryCode`, `passkey`.' })
export class FinishSignInInput {
  @Field({ description: 'The `signInToken` of `SecondFactorNeeded`.' })
  @Length(1, 100)
  signInToken: string;

  @Field(() => String, { nullable: true, description: 'Six digits from the person’s app; spaces and Bangla digits are understood.' })
  @IsOptional()
  @Length(1, 20)
  oneTimeCode?: string | null;

  @Field(() => String, { nullable: true, description: 'A recovery code that was not used yet; upper and lower case, spaces and dashes do not count.' })
  @IsOptional()
  @Length(1, 100)
  recoveryCode?: string | null;

  @Field(() => String, { nullable: true, description: 'What navigator.credentials.get answered to `passkeyOptions`: its toJSON(), as JSON text.' })
  @IsOptional()
  @Length(1, LONGEST_ANSWER)
  passkey?: string | null;
}

@InputType({ description: 'The first of the codes that were begun.' })
export class ConfirmOneTimeCodesInput {
  @Field({ description: 'Six digits from the app; spaces and Bangla digits are understood.' })
  @Length(1, 20)
  code: string;
}
