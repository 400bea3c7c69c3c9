import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEmail, IsOptional, Length, MaxLength } from 'class-validator';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { LONGEST_DEVICE_TOKEN } from './device-token.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwords/password-policy.js';
import { IsPlainText } from '../platform/graphql/plain-text.decorator.js';

export enum ClientKind {
  BROWSER = 'BROWSER',
  BEARER = 'BEARER',
}
registerEnumType(ClientKind, {
  name: 'ClientKind',
  description: 'How a client keeps its tokens.',
  valuesMap: {
    BROWSER: { description: 'In HTTP-only cookies that scripts cannot read; the answer holds no token.' },
    BEARER: { description: 'By itself; it sends `Authorization: Bearer …`. For apps and servers.' },
  },
});

/** Where a session is begun. */
@InputType({ isAbstract: true })
export abstract class SessionInput {
  @Field(() => ClientKind, { defaultValue: ClientKind.BROWSER, description: 'Where the tokens go.' })
  client: ClientKind;

  @Field(() => String, { nullable: true, description: 'For bearer clients alone: the `deviceToken` that they got at the last sign-in on this device, whoever’s it was. Browsers send a cookie, and for them that alone counts.' })
  @IsOptional()
  @Length(1, LONGEST_DEVICE_TOKEN)
  deviceToken?: string | null;
}

/** Where a session is begun, and in which practice. */
@InputType({ isAbstract: true })
export abstract class SessionInPracticeInput extends SessionInput {
  @Field(() => UuidScalar, { nullable: true, description: 'Practice to work in; otherwise the first of the person’s practices.' })
  @IsOptional()
  practiceId?: string | null;
}

@InputType({ description: 'E-mail address and password.' })
export class SignInInput extends SessionInPracticeInput {
  @Field({ description: 'E-mail address; upper and lower case are the same.' })
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ description: 'Password.' })
  @Length(1, 1024)
  password: string;
}

@InputType({ description: 'Redeems a joining code.' })
export class JoinInput extends SessionInput {
  @Field({ description: 'What follows `#code=` in the link of the mail.' })
  @Length(1, 100)
  code: string;

  @Field({ description: 'The e-mail address that was invited.' })
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ description: `The account’s password; for a new account ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters of any kind, neither a common one (TOO_SHORT, TOO_LONG, TOO_COMMON) nor made of the person’s own names (OWN_WORDS), nor known from a breach (BREACHED).` })
  @Length(1, 1024)
  password: string;

  @Field(() => String, { nullable: true, description: 'Name in Latin letters, for a new account, which needs it (NAME_NEEDED); an account that exists keeps its own.' })
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
