import { Field, InputType } from '@nestjs/graphql';
import { Length } from 'class-validator';
import { IsPlainText } from '../../platform/graphql/plain-text.decorator.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { SessionInPracticeInput } from '../auth.inputs.js';
import { LONGEST_ANSWER } from './webauthn.js';

/** The longest name of a passkey, in characters. */
const LONGEST_NAME = 100;

@InputType({ description: 'A passkey that the browser has made.' })
export class RegisterPasskeyInput {
  @Field({ description: `What the person calls it, such as the device that holds it; 1 to ${LONGEST_NAME} characters on one line.` })
  @Length(1, LONGEST_NAME)
  @IsPlainText()
  name: string;

  @Field({ description: 'What navigator.credentials.create answered to the `passkeyOptions` of `beginPasskey`: its toJSON(), as JSON text.' })
  @Length(1, LONGEST_ANSWER)
  passkey: string;
}

@InputType({ description: 'A new name for a passkey.' })
export class RenamePasskeyInput {
  @Field(() => UuidScalar, { description: 'Id of the passkey.' })
  id: string;

  @Field({ description: `What the person calls it; 1 to ${LONGEST_NAME} characters on one line.` })
  @Length(1, LONGEST_NAME)
  @IsPlainText()
  name: string;
}

@InputType({ description: 'A passkey instead of e-mail address, password and second factor.' })
export class SignInWithPasskeyInput extends SessionInPracticeInput {
  @Field({ description: 'What navigator.credentials.get answered to the `passkeyOptions` of `beginPasskeySignIn`: its toJSON(), as JSON text.' })
  @Length(1, LONGEST_ANSWER)
  passkey: string;
}
