import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { hashOf, newSecret } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { AuthDb } from './auth-db.js';
import { Device } from './device.entity.js';
import { Session } from './session.entity.js';

const OF_ADDRESS = 'select d.id from auth.devices d join auth.users u on u.id = d.user_id where d.secret_hash = $1 and u.email_token = $2';
const OF_PERSON = 'select id from auth.devices where secret_hash = $1 and user_id = $2';
const OF_ANYBODY = 'select id from auth.devices where secret_hash = $1 order by id limit 1';

/** A device at a sign-in: `isNew` for a person who never signed in there before, `isFirst` when they never did anywhere. */
export interface KnownDevice {
  id: string;
  secret: string;
  isNew: boolean;
  isFirst: boolean;
}

/** Devices in which people have signed in. A device keeps one secret, made here and kept as SHA-256, for all who share it. */
@Injectable()
export class DevicesService {
  constructor(private readonly db: AuthDb) {}

  /** The id of the device that keeps this secret, if the person with this e-mail address has signed in on it. */
  ofAddress(secret: string | undefined, emailToken: Buffer): Promise<string | undefined> {
    return this.#find(OF_ADDRESS, secret, emailToken);
  }

  /** The id of the device that keeps this secret, if this person has signed in on it. */
  ofPerson(secret: string | undefined, userId: string): Promise<string | undefined> {
    return this.#find(OF_PERSON, secret, userId);
  }

  /** The id of the device that keeps this secret, whoever has signed in on it. */
  ofAnybody(secret: string | undefined): Promise<string | undefined> {
    return this.#find(OF_ANYBODY, secret);
  }

  /** Notes that a person signs in on a device, and gives the secret that it is to keep. */
  async note(tx: AuditedTx, userId: string, presented: string | undefined): Promise<KnownDevice> {
    const presentedHash = presented === undefined ? undefined : hashOf(presented);
    const known = presentedHash && (await tx.manager.findOneBy(Device, { userId, secretHash: presentedHash }));
    if (known) {
      await tx.manager.update(Device, { userId, secretHash: presentedHash }, { lastSeenAt: () => 'now()' });
      return { id: known.id, secret: presented!, isNew: false, isFirst: false };
    }
    // Somebody else's device is this person's too from now on. A secret that we did not make is not taken up: whoever planted it would be known here.
    const shared = presentedHash !== undefined && (await tx.manager.existsBy(Device, { secretHash: presentedHash }));
    const secret = shared ? presented! : newSecret();
    // Accounts are older than devices: who was here before has had a session.
    const isFirst = !(await tx.manager.existsBy(Device, { userId })) && !(await tx.manager.existsBy(Session, { userId }));
    const id = uuidv7();
    await tx.manager.insert(Device, { userId, secretHash: hashOf(secret), id });
    return { id, secret, isNew: true, isFirst };
  }

  async #find(text: string, secret: string | undefined, ...whose: Array<Buffer | string>): Promise<string | undefined> {
    if (secret === undefined) return undefined;
    const [rows] = await this.db.read({ text, values: [hashOf(secret), ...whose] });
    return (rows![0] as { id: string } | undefined)?.id;
  }
}
