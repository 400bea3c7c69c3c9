import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { PracticeChoice, SignInMethod } from '../auth.model.js';
import { SecondFactorKind } from '../factors/factors.model.js';
import { GoogleAccount } from '../google/google.model.js';
import { Passkey } from '../passkeys/passkeys.model.js';

@ObjectType({ description: 'How the person can prove who they are within their session.' })
@Classified('credential')
export class StepUpChallenge {
  @Field({ description: 'Whether by the password: so it is without a second factor.' })
  byPassword: boolean;

  @Field({ description: 'Whether by a Google account, upon `beginGoogleStepUp`: so it is without a second factor and without a password.' })
  byGoogle: boolean;

  @Field(() => [SecondFactorKind], { description: 'What the person can prove; empty without a second factor.' })
  kinds: SecondFactorKind[];

  @Field(() => String, { nullable: true, description: 'Where the person has a passkey: options for navigator.credentials.get, as JSON text. Accepted once, in this session, for five minutes.' })
  passkeyOptions: string | null;
}

@ObjectType({ description: 'A session in which the person has just proven who they are. Its tokens are new ones, and those before are accepted no more. Browsers get them in cookies instead.' })
@Classified('credential')
export class SteppedUpSession {
  @Field(() => String, { nullable: true, description: 'Access token (JWT), for bearer clients.' })
  accessToken: string | null;

  @Field(() => DateTimeScalar, { description: 'When the access token expires; refresh before.' })
  @Classified('own')
  accessTokenExpiresAt: Date;

  @Field(() => String, { nullable: true, description: 'Refresh token, for bearer clients; accepted once.' })
  refreshToken: string | null;

  @Field(() => DateTimeScalar, { description: 'Until when the proof is fresh, and sensitive operations are open.' })
  @Classified('own')
  freshUntil: Date;
}

@ObjectType({ description: 'How the person’s account is protected.' })
@Classified('own')
export class MySecurity {
  @Field({ description: 'The e-mail address of the account, by which it signs in and to which mails go.' })
  email: string;

  @Field({ description: 'Whether the account has a password.' })
  hasPassword: boolean;

  @Field(() => [SignInMethod], { description: 'How the person can sign in.' })
  methods: SignInMethod[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when one-time codes count; null without them.' })
  oneTimeCodesSince: Date | null;

  @Field(() => [Passkey], { description: 'The passkeys, oldest first.' })
  passkeys: Passkey[];

  @Field(() => [GoogleAccount], { description: 'The linked Google accounts, oldest first.' })
  googleAccounts: GoogleAccount[];

  @Field(() => Int, { description: 'How many recovery codes were not used yet.' })
  recoveryCodesLeft: number;

  @Field(() => [PracticeChoice], { description: 'The practices that require a second factor of the person.' })
  secondFactorRequiredBy: PracticeChoice[];
}

@ObjectType({ description: 'A browser or an app in which the person has signed in before, by which their tries are counted apart from those of strangers.' })
@Classified('own')
export class RememberedDevice {
  @Field(() => UuidScalar, { description: 'Id, for `forgetDevice`.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Browser and system at the last sign-in there, in words, such as `Firefox on Android`, as far as the client told.' })
  deviceName: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the last sign-in there.' })
  ip: string | null;

  @Field(() => DateTimeScalar, { description: 'When the person first signed in there.' })
  firstSeenAt: Date;

  @Field(() => DateTimeScalar, { description: 'When they last signed in there.' })
  lastSeenAt: Date;

  @Field({ description: 'Whether the session that asks was begun there.' })
  current: boolean;
}
