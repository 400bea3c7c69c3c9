import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import type { PublishedKey } from './signing-keys.service.js';

@ObjectType({ description: 'A public key as a JWK (RFC 7517, RFC 8037): asked for whole, this is one, and a list of them under the name `keys` is a JWK Set.' })
@Classified('staff')
export class PublicKey {
  @Field({ description: 'The kind of key: OKP.' })
  kty: string;

  @Field({ description: 'The curve: Ed25519.' })
  crv: string;

  @Field({ description: 'The public key, 32 bytes in base64url.' })
  x: string;

  @Field(() => UuidScalar, { description: 'Its id, as in the header of what it signed.' })
  kid: string;

  @Field({ description: 'The algorithm: EdDSA.' })
  alg: string;

  @Field({ description: 'What it is for: sig.' })
  use: string;
}

@ObjectType({ description: 'A key that a doctor signs prescriptions with, or did.' })
@Classified('staff')
export class DoctorsKey {
  @Field(() => UuidScalar, { description: 'Id; what it signed names it as `kid`.' })
  id: string;

  @Field(() => PublicKey, { description: 'The public half, by which signatures are verified.' })
  jwk: PublicKey;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  since: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When another one took its place; it signed nothing after that. Null for the one that signs.' })
  until: Date | null;
}

/** A published key, for whoever asks. */
export const toDoctorsKey = ({ id, jwk, since, until }: PublishedKey): DoctorsKey => ({ id, jwk: { ...jwk, kid: id, alg: 'EdDSA', use: 'sig' }, since, until });
