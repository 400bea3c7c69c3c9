import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { hashOf, newSecret } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { AuthDb } from './auth-db.js';
import { deviceTokenOf, hashesIn, secretsIn } from './device-token.js';
import { Device } from './device.entity.js';
import { Session } from './session.entity.js';

const OF_ADDRESS = 'select d.id from auth.devices d join auth.users u on u.id = d.user_id where d.secret_hash = any ($1::bytea[]) and u.email_token = $2 limit 1';
const OF_PERSON = 'select id from auth.devices where secret_hash = any ($1::bytea[]) and user_id = $2 limit 1';
const OF_ANYBODY = 'select id from auth.devices where secret_hash = any ($1::bytea[]) order by id limit 1';

/** A device at a sign-in: `isNew` for a person who never signed in there before, `isFirst` when they never did anywhere. */
export interface KnownDevice {
  id: string;
  /** What the device is to keep, in place of what it kept. */
  token: string;
  isNew: boolean;
  isFirst: boolean;
}

/** Devices in which people have signed in. Each person has a secret of their own on each, made here and kept as SHA-256, so that what one of them knows says nothing of another. */
@Injectable()
export class DevicesService {
  constructor(private readonly db: AuthDb) {}

  /** The id of the device that keeps this, if the person with this e-mail address has signed in on it. */
  ofAddress(deviceToken: string | undefined, emailToken: Buffer): Promise<string | undefined> {
    return this.#find(OF_ADDRESS, deviceToken, emailToken);
  }

  /** The id of the device that keeps this, if this person has signed in on it. */
  ofPerson(deviceToken: string | undefined, userId: string): Promise<string | undefined> {
    return this.#find(OF_PERSON, deviceToken, userId);
  }

  /** The id of the device that keeps this, whoever has signed in on it. */
  ofAnybody(deviceToken: string | undefined): Promise<string | undefined> {
    return this.#find(OF_ANYBODY, deviceToken);
  }

  /** Notes that a person signs in on a device that has kept this. */
  async note(tx: AuditedTx, userId: string, deviceToken = ''): Promise<KnownDevice> {
    const secrets = secretsIn(deviceToken);
    const devices = await tx.manager.findBy(Device, { secretHash: In(hashesIn(deviceToken)) });
    const deviceOf = (secret: string): Device | undefined => devices.find(({ secretHash }) => secretHash.equals(hashOf(secret)));
    // What we did not make is not kept on.
    const others = secrets.filter((secret) => ![undefined, userId].includes(deviceOf(secret)?.userId));
    const own = secrets.find((secret) => deviceOf(secret)?.userId === userId);
    if (own !== undefined) {
      const { id } = deviceOf(own)!;
      await tx.manager.update(Device, { id }, { lastSeenAt: () => 'now()' });
      return { id, token: deviceTokenOf([own, ...others]), isNew: false, isFirst: false };
    }
    // Accounts are older than devices: who was here before has had a session.
    const isFirst = !(await tx.manager.existsBy(Device, { userId })) && !(await tx.manager.existsBy(Session, { userId }));
    const id = uuidv7();
    const secret = newSecret();
    await tx.manager.insert(Device, { userId, secretHash: hashOf(secret), id });
    return { id, token: deviceTokenOf([secret, ...others]), isNew: true, isFirst };
  }

  async #find(text: string, deviceToken: string | undefined, ...whose: Array<Buffer | string>): Promise<string | undefined> {
    if (deviceToken === undefined) return undefined;
    const [rows] = await this.db.read({ text, values: [hashesIn(deviceToken), ...whose] });
    return (rows![0] as { id: string } | undefined)?.id;
  }
}
