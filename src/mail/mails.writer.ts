import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Statement } from '../platform/database/statement-group.js';
import type { Letter } from './letter.model.js';

/** Where sealed mails lie. */
export const MAILS = 'platform.mails';

/** Puts mails on their way. A mail is sent if and only if the transaction that queues it commits. */
@Injectable()
export class MailsWriter {
  constructor(private readonly keyring: Keyring) {}

  /** Queues a letter in a transaction of the application's or of the accounts' role. One round trip. */
  async queue(tx: AuditedTx, letter: Letter): Promise<void> {
    await tx.group(await this.statement(letter));
  }

  /** The statement that queues a letter, for a transaction of background work. */
  async statement(letter: Letter): Promise<Statement> {
    const id = uuidv7();
    const keys = await this.keyring.of(INSTALLATION);
    return { text: 'select platform.queue_mail($1, $2)', values: [id, keys.seal(MAILS, id, 'sealed', letter)] };
  }
}
