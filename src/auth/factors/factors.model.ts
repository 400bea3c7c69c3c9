import { Field, ObjectType, createUnionType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { SignedIn } from '../auth.model.js';
import type { PendingSignIn } from '../sign-ins.service.js';
import type { FactorKind } from './held-proof.js';

/** What can prove a second factor. */
export enum SecondFactorKind {
  ONE_TIME_CODE = 'ONE_TIME_CODE',
  PASSKEY = 'PASSKEY',
  RECOVERY_CODE = 'RECOVERY_CODE',
}
registerEnumType(SecondFactorKind, {
  name: 'SecondFactorKind',
  description: 'What can prove a second factor.',
  valuesMap: {
    ONE_TIME_CODE: { description: 'Six digits from an app, new every 30 seconds (RFC 6238).' },
    PASSKEY: { description: 'A passkey of the person.' },
    RECOVERY_CODE: { description: 'A code kept on paper for when the others are lost.' },
  },
});

@ObjectType({ description: 'The first factor was right, and the person has a second one: `finishSignIn`.' })
@Classified('credential')
export class SecondFactorNeeded {
  @Field({ description: 'For `finishSignIn`; five minutes, five tries.' })
  signInToken: string;

  @Field(() => DateTimeScalar, { description: 'Until when it is accepted.' })
  expiresAt: Date;

  @Field(() => [SecondFactorKind], { description: 'What the person can prove.' })
  kinds: SecondFactorKind[];

  @Field(() => String, { nullable: true, description: 'Where the person has a passkey: options for navigator.credentials.get, as JSON text.' })
  passkeyOptions: string | null;
}

/** The question for a second factor. */
export const toSecondFactorNeeded = ({ signInToken, expiresAt, kinds, passkeyOptions }: PendingSignIn): SecondFactorNeeded => ({
  signInToken, expiresAt, passkeyOptions, kinds: toKinds(kinds),
});

/** Kinds of second factors, as the API names them. */
export const toKinds = (kinds: FactorKind[]): SecondFactorKind[] => kinds.map((kind) => SecondFactorKind[kind]);

/** What signing in by a first factor answers. */
export const SignInAnswer = createUnionType({
  name: 'SignInAnswer',
  description: 'A session, or the question for a second factor.',
  types: () => [SignedIn, SecondFactorNeeded] as const,
  resolveType: (value: object) => ('signInToken' in value ? SecondFactorNeeded : SignedIn),
});

@ObjectType({ description: 'One-time codes that are being set up. They count from `confirmOneTimeCodes` on.' })
@Classified('credential')
export class OneTimeCodesBegun {
  @Field({ description: 'The secret in base32, for typing into an app.' })
  secret: string;

  @Field({ description: 'The same as an otpauth: address.' })
  uri: string;

  @Field({ description: 'The address as a QR code: a picture (SVG) as a data: address.' })
  qrCode: string;

  @Field(() => DateTimeScalar, { description: 'Until when they can be confirmed: 15 minutes.' })
  expiresAt: Date;
}

@ObjectType({ description: 'One-time codes that count from now on.' })
@Classified('credential')
export class OneTimeCodesConfirmed {
  @Field(() => [String], { nullable: true, description: 'Recovery codes, when the account had none: shown this once, each accepted once in place of a second factor.' })
  recoveryCodes: string[] | null;
}

@ObjectType({ description: 'Recovery codes in place of those before.' })
@Classified('credential')
export class RecoveryCodesRenewed {
  @Field(() => [String], { description: 'The codes: shown this once, each accepted once in place of a second factor.' })
  recoveryCodes: string[];
}
