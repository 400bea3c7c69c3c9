import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import type { NamedPasskey } from './passkeys.service.js';

@ObjectType({ description: 'A passkey (WebAuthn): a key on a device of the person, opened by their finger, face or PIN. It counts as two factors.' })
@Classified('own')
export class Passkey {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'What the person calls it.' })
  name: string;

  @Field({ description: 'Whether it is copied to other devices of the person, as by a password manager.' })
  synced: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was registered.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used.' })
  lastUsedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last refused because its counter had gone back: somebody may have copied it. Remove it, if in doubt.' })
  copySuspectedAt: Date | null;
}

/** A passkey as its own person sees it. */
export const toPasskey = ({ row, name }: NamedPasskey): Passkey => ({
  id: row.id, name, synced: row.backed_up, createdAt: row.created_at, lastUsedAt: row.last_used_at, copySuspectedAt: row.copy_suspected_at,
});

@ObjectType({ description: 'What a browser needs to make a passkey or to use one.' })
@Classified('credential')
export class PasskeyCeremony {
  @Field({ description: 'Options as JSON text: parse it, read it by PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON, and hand it to navigator.credentials. Holds a challenge that is accepted once.' })
  passkeyOptions: string;

  @Field(() => DateTimeScalar, { description: 'Until when the answer is accepted: five minutes.' })
  expiresAt: Date;
}

@ObjectType({ description: 'A passkey that was registered.' })
@Classified('credential')
export class PasskeyRegistered {
  @Field(() => Passkey, { description: 'The passkey.' })
  @Classified('own')
  passkey: Passkey;

  @Field(() => [String], { nullable: true, description: 'Recovery codes, when the account had none: shown this once, each accepted once in place of a second factor.' })
  recoveryCodes: string[] | null;
}
