import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { Device } from './device.entity.js';
import { Session } from './session.entity.js';

const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();

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
  /** Notes that a person signs in on a device, and gives the secret that it is to keep. */
  async note(tx: AuditedTx, userId: string, presented: string | undefined): Promise<KnownDevice> {
    const presentedHash = presented === undefined ? undefined : sha256(presented);
    const known = presentedHash && (await tx.manager.findOneBy(Device, { userId, secretHash: presentedHash }));
    if (known) {
      await tx.manager.update(Device, { userId, secretHash: presentedHash }, { lastSeenAt: () => 'now()' });
      return { id: known.id, secret: presented!, isNew: false, isFirst: false };
    }
    // Somebody else's device is this person's too from now on. A secret that we did not make is not taken up: whoever planted it would be known here.
    const shared = presentedHash !== undefined && (await tx.manager.existsBy(Device, { secretHash: presentedHash }));
    const secret = shared ? presented! : randomBytes(32).toString('base64url');
    // Accounts are older than devices: who was here before has had a session.
    const isFirst = !(await tx.manager.existsBy(Device, { userId })) && !(await tx.manager.existsBy(Session, { userId }));
    const id = uuidv7();
    await tx.manager.insert(Device, { userId, secretHash: sha256(secret), id });
    return { id, secret, isNew: true, isFirst };
  }
}
