import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';
import { LONGEST_ANSWER } from '../passkeys/webauthn.js';

@InputType({ description: 'A proof of who is asking. Give one: whoever has a second factor proves one, whoever has none the password, and whoever has neither a Google account.' })
export class StepUpInput {
  @Field(() => String, { nullable: true, description: 'The password, where there is no second factor.' })
  @IsOptional()
  @Length(1, 1024)
  password?: string | null;

  @Field(() => String, { nullable: true, description: 'Six digits from the person’s app; spaces and Bangla digits are understood.' })
  @IsOptional()
  @Length(1, 20)
  oneTimeCode?: string | null;

  @Field(() => String, { nullable: true, description: 'A recovery code that was not used yet; upper and lower case, spaces and dashes do not count.' })
  @IsOptional()
  @Length(1, 100)
  recoveryCode?: string | null;

  @Field(() => String, { nullable: true, description: 'The `googleCode` with which the browser came back upon `beginGoogleStepUp`, within a minute, where there is neither a second factor nor a password. The person must have signed in at Google in the last five minutes (NOT_FRESH). Some Google accounts do not tell when that was (TIME_NOT_TOLD): sign out, sign in by Google, and within five minutes set a password or register a passkey.' })
  @IsOptional()
  @Length(1, 100)
  googleCode?: string | null;

  @Field(() => String, { nullable: true, description: 'What navigator.credentials.get answered to the `passkeyOptions` of `beginStepUp`: its toJSON(), as JSON text.' })
  @IsOptional()
  @Length(1, LONGEST_ANSWER)
  passkey?: string | null;
}
