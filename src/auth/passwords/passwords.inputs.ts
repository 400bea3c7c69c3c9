import { Field, InputType } from '@nestjs/graphql';
import { IsEmail, Length, MaxLength } from 'class-validator';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD, SHORTEST_WITH_FACTOR } from './password-policy.js';

const newPassword = `${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters, from ${SHORTEST_WITH_FACTOR} on for who has a second factor; any characters, also spaces. \
Refused: TOO_SHORT (\`params.min\`), TOO_LONG (\`params.max\`), TOO_COMMON, OWN_WORDS (little is left beside names, address and practice), BREACHED (known from a breach; where the operator has that looked up).`;

@InputType({ description: 'A new password in place of the one there is.' })
export class ChangePasswordInput {
  @Field({ description: 'The password there is.' })
  @Length(1, 1024)
  currentPassword: string;

  @Field({ description: `The new password: ${newPassword} UNCHANGED: it is the one there is.` })
  @Length(1, 1024)
  newPassword: string;
}

@InputType({ description: 'A password for an account that has none.' })
export class SetPasswordInput {
  @Field({ description: `The password: ${newPassword}` })
  @Length(1, 1024)
  newPassword: string;
}

@InputType({ description: 'Who has forgotten their password.' })
export class RequestPasswordResetInput {
  @Field({ description: 'E-mail address of the account; upper and lower case are the same.' })
  @MaxLength(254)
  @IsEmail()
  email: string;
}

@InputType({ description: 'A new password for who has forgotten theirs.' })
export class ResetPasswordInput {
  @Field({ description: 'The code from the link that was mailed.' })
  @Length(1, 100)
  code: string;

  @Field({ description: `The new password: ${newPassword} UNCHANGED: it is the one there is.` })
  @Length(1, 1024)
  newPassword: string;
}
