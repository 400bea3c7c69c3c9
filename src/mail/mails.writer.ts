import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Letter } from './letter.model.js';

/** Where sealed mails lie. */
export const MAILS = 'platform.mails';

/** Puts mails on their way. A mail is sent if and only if the transaction that queues it commits. */
@Injectable()
export class MailsWriter {
  constructor(private readonly keyring: Keyring) {}

  /** Queues a letter in a transaction of the application's or of the accounts' role; gives the id of the mail. One round trip. */
  async queue(tx: AuditedTx, letter: Letter): Promise<string> {
    const id = uuidv7();
    const keys = await this.keyring.of(INSTALLATION);
    await tx.query('select platform.queue_mail($1, $2)', [id, keys.seal(MAILS, id, 'sealed', letter)]);
    return id;
  }
}
