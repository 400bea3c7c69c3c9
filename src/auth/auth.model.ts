import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Role } from '../tenants/role.model.js';
import { ClientKind } from './auth.inputs.js';
import { deviceName } from './device-name.js';
import type { Practice } from './accounts.service.js';
import type { Session } from './session.entity.js';

/** How a person signed in. */
export enum SignInMethod {
  PASSWORD = 'PASSWORD',
  PASSKEY = 'PASSKEY',
  GOOGLE = 'GOOGLE',
}
registerEnumType(SignInMethod, {
  name: 'SignInMethod',
  description: 'How a person signed in.',
  valuesMap: {
    PASSWORD: { description: 'By e-mail address and password.' },
    PASSKEY: { description: 'By a passkey.' },
    GOOGLE: { description: 'By a linked Google account.' },
  },
});

@ObjectType({ description: 'By what people can sign in on this server besides password and passkey.' })
@Classified('technical')
export class SignInMethods {
  @Field({ description: 'By a linked Google account: whether the server was set up for it.' })
  google: boolean;
}

@ObjectType({ description: 'A practice in which the person is an active member.' })
@Classified('own')
export class PracticeChoice {
  @Field(() => UuidScalar, { description: 'Id of the practice.' })
  id: string;

  @Field({ description: 'Name of the practice.' })
  name: string;

  @Field(() => UuidScalar, { description: 'Id of the person’s membership there.' })
  memberId: string;

  @Field({ description: 'Whether the person owns the practice.' })
  isOwner: boolean;

  @Field(() => [Role], { description: 'Roles in its chambers; none for an owner without an assignment: see `isOwner`.' })
  roles: Role[];

  @Field({ description: 'Whether this session works there.' })
  current: boolean;
}

/** A practice as a choice of the person who is a member of it. */
export const toPracticeChoice = (practice: Practice, currentTenantId: string): PracticeChoice => ({
  id: practice.tenantId,
  name: practice.name,
  memberId: practice.memberId,
  isOwner: practice.isOwner,
  roles: practice.roles,
  current: practice.tenantId === currentTenantId,
});

@ObjectType({ description: 'A session that was begun or renewed. Browsers get the tokens in cookies instead.' })
@Classified('credential')
export class SignedIn {
  @Field(() => String, { nullable: true, description: 'Access token (JWT), for bearer clients.' })
  accessToken: string | null;

  @Field(() => DateTimeScalar, { description: 'When the access token expires; refresh before.' })
  @Classified('own')
  accessTokenExpiresAt: Date;

  @Field(() => String, { nullable: true, description: 'Refresh token, for bearer clients; each is accepted once.' })
  refreshToken: string | null;

  @Field(() => String, { nullable: true, description: 'Keep it for the next sign-in on this device, whoever’s that is and also after signing out, in place of the one kept before: by it the device is known again. For bearer clients; only when a session begins.' })
  deviceToken: string | null;

  @Field(() => [PracticeChoice], { description: 'The practices in which the person is an active member.' })
  @Classified('own')
  practices: PracticeChoice[];
}

@ObjectType({ description: 'A sign-in on one device.' })
@Classified('own')
export class SessionInfo {
  @Field(() => UuidScalar, { description: 'Id, for `endSession`.' })
  id: string;

  @Field(() => ClientKind, { description: 'How the client keeps its tokens.' })
  client: ClientKind;

  @Field(() => String, { nullable: true, description: 'Address it was begun from.' })
  ip: string | null;

  @Field(() => String, { nullable: true, description: 'What the client says it is.' })
  userAgent: string | null;

  @Field(() => String, { nullable: true, description: 'Browser and system in words, such as `Firefox on Android`, as far as the client told.' })
  deviceName: string | null;

  @Field(() => SignInMethod, { description: 'How the person signed in.' })
  method: SignInMethod;

  @Field({ description: 'Whether a second factor was proven in it.' })
  secondFactor: boolean;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last renewed.' })
  lastSeenAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends unless it is renewed before, which it can be for thirty days.' })
  expiresAt: Date;

  @Field(() => PracticeChoice, { nullable: true, description: 'The practice in which it works; null when the person is no member there any more.' })
  practice: PracticeChoice | null;

  @Field({ description: 'Whether it is the one that asks.' })
  current: boolean;
}

@ObjectType({ description: 'The person’s live sessions, as they are at one moment.' })
@Classified('own')
export class MySessions {
  @Field(() => Int, { description: 'Number of this state within the subscription: 1 for the first, and one more each time.' })
  version: number;

  @Field(() => [SessionInfo], { description: 'In all practices, newest first.' })
  sessions: SessionInfo[];
}

/** What is known of all sessions of a person: the hash of the one that asks, and where the person works. */
export interface OwnSessions {
  currentHash: Buffer;
  practices: PracticeChoice[];
}

/** A session as its own person sees it. */
export const toSessionInfo = (session: Session, { currentHash, practices }: OwnSessions): SessionInfo => ({
  id: session.id,
  client: ClientKind[session.client],
  ip: session.ip,
  userAgent: session.device,
  deviceName: deviceName(session.device),
  method: SignInMethod[session.method],
  secondFactor: session.secondFactorAt !== null,
  createdAt: session.createdAt,
  lastSeenAt: session.lastSeenAt,
  expiresAt: new Date(Math.min(session.idleExpiresAt.getTime(), session.absoluteExpiresAt.getTime())),
  practice: practices.find(({ id }) => id === session.tenantId) ?? null,
  current: session.secretHash.equals(currentHash),
});
