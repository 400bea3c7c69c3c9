import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { hashOf, newSecret } from '../platform/crypto/secrets.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { networkOf } from '../platform/network.js';
import { AuthDb } from './auth-db.js';
import { deviceTokenOf, hashesIn, secretsIn } from './device-token.js';
import { Device } from './device.entity.js';
import { Session } from './session.entity.js';

const KNOWN = `
select d.id, (select host(s.ip) from auth.sessions s where s.device_id = d.id order by s.id desc limit 1) as last_ip
from auth.devices d`;
const OF_ADDRESS = `${KNOWN} join auth.users u on u.id = d.user_id where d.secret_hash = any ($1::bytea[]) and u.email_token = $2 limit 1`;
const OF_PERSON = `${KNOWN} where d.secret_hash = any ($1::bytea[]) and d.user_id = $2 limit 1`;
const OF_ANYBODY = `${KNOWN} where d.secret_hash = any ($1::bytea[]) order by d.id limit 1`;
const FORGET_OLDEST = 'delete from auth.devices where id in (select id from auth.devices where user_id = $1 order by last_seen_at desc, id desc offset $2) returning id';
const FORGET_ALL = 'delete from auth.devices where user_id = $1 and id is distinct from (select device_id from auth.sessions where id = $2) returning id';

/** How many devices of a person are known; a further one has the one forgotten on which they signed in longest ago. */
export const MOST_DEVICES = 30;

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

  /** By what tries on the device that keeps this are counted, if the person with this e-mail address has signed in on it. */
  ofAddress(ctx: Ctx, deviceToken: string | undefined, emailToken: Buffer): Promise<string | undefined> {
    return this.#find(ctx, OF_ADDRESS, deviceToken, emailToken);
  }

  /** By what tries on the device that keeps this are counted, if this person has signed in on it. */
  ofPerson(ctx: Ctx, deviceToken: string | undefined, userId: string): Promise<string | undefined> {
    return this.#find(ctx, OF_PERSON, deviceToken, userId);
  }

  /** By what tries on the device that keeps this are counted, whoever has signed in on it. */
  ofAnybody(ctx: Ctx, deviceToken: string | undefined): Promise<string | undefined> {
    return this.#find(ctx, OF_ANYBODY, deviceToken);
  }

  /** Notes that a person signs in on a device that has kept this. Their secret is a new one each time, so that one that was lifted is worth little for long. */
  async note(tx: AuditedTx, userId: string, deviceToken = ''): Promise<KnownDevice> {
    const devices = await tx.manager.findBy(Device, { secretHash: In(hashesIn(deviceToken)) });
    const deviceOf = (secret: string): Device | undefined => devices.find(({ secretHash }) => secretHash.equals(hashOf(secret)));
    // What we did not make is not kept on.
    const others = secretsIn(deviceToken).filter((kept) => ![undefined, userId].includes(deviceOf(kept)?.userId));
    const secret = newSecret();
    const token = deviceTokenOf([secret, ...others]);
    const own = devices.find((device) => device.userId === userId);
    if (own) {
      await tx.manager.update(Device, { id: own.id }, { secretHash: hashOf(secret), lastSeenAt: () => 'now()' });
      return { id: own.id, token, isNew: false, isFirst: false };
    }
    // Accounts are older than devices: who was here before has had a session.
    const isFirst = !(await tx.manager.existsBy(Device, { userId })) && !(await tx.manager.existsBy(Session, { userId }));
    const id = uuidv7();
    await tx.manager.insert(Device, { userId, secretHash: hashOf(secret), id });
    const forgotten = await tx.query<{ id: string }>(FORGET_OLDEST, [userId, MOST_DEVICES]);
    forgotten.forEach((oldest) => tx.record('device', oldest.id));
    return { id, token, isNew: true, isFirst };
  }

  /** Forgets a person's devices, but the one on which a session began if told, in a transaction that names each. */
  async forgetAllOf(tx: AuditedTx, userId: string, butOfSession: string | null = null): Promise<void> {
    const forgotten = await tx.query<{ id: string }>(FORGET_ALL, [userId, butOfSession]);
    forgotten.forEach(({ id }) => tx.record('device', id));
  }

  // Where the person last signed in on it a device is counted by itself; all other places share one count. Whoever lifted its secret neither keeps the person out there, nor has more tries for having more addresses.
  async #find({ origin }: Ctx, text: string, deviceToken: string | undefined, ...whose: Array<Buffer | string>): Promise<string | undefined> {
    if (deviceToken === undefined) return undefined;
    const [rows] = await this.db.read({ text, values: [hashesIn(deviceToken), ...whose] });
    const device = rows![0] as { id: string; last_ip: string | null } | undefined;
    return device && (networkOf(device.last_ip) === networkOf(origin.ip) ? device.id : `${device.id} elsewhere`);
  }
}
