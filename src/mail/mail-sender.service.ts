import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Row, runGroup } from '../platform/database/statement-group.js';
import { Jobs, type Try } from '../platform/jobs/jobs.js';
import { LOGGER } from '../platform/platform.module.js';
import type { Letter } from './letter.model.js';
import { MailTransport, NotSent } from './mail-transport.js';
import { MAILS } from './mails.writer.js';
import { messageOf } from './message.js';

interface QueuedMail {
  sealed: Buffer;
  created_at: Date;
}

const TAKE = `update platform.mails set attempts = attempts + 1 where id = $1 and state = 'QUEUED' returning sealed, created_at`;
const NOTE_SENT = `update platform.mails set state = 'SENT', sealed = null, sent_at = now(), last_error = null where id = $1 and state = 'QUEUED'`;
const NOTE_TRIED = `update platform.mails set last_error = $2 where id = $1 and state = 'QUEUED'`;
const NOTE_FAILED = `update platform.mails set state = 'FAILED', sealed = null, failed_at = now(), last_error = $2 where id = $1 and state = 'QUEUED'`;
// A mail whose job was lost in its last attempt would wait for ever, and what it says is out of date.
const GIVE_UP = `update platform.mails set state = 'FAILED', sealed = null, failed_at = now(), last_error = 'EXPIRED' where state = 'QUEUED' and created_at < now() - interval '7 days'`;
const FORGET = `delete from platform.mails where created_at < now() - interval '30 days'`;

/** Sends the queued mails, each once unless a server dies between the mail server's answer and noting it. A mail that was sent or given up leaves nothing of its content. */
@Injectable()
export class MailSender {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly transport: MailTransport,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handle<{ id: string }>('sendMail', ({ id }, attempt) => this.#send(id, attempt));
    jobs.handleNightly('forgetMails', () => this.#forget());
  }

  async #send(id: string, { isLast }: Try): Promise<void> {
    const [mail] = (await this.#run(TAKE, [id])) as unknown as QueuedMail[];
    if (!mail) return;
    try {
      const letter = await this.#open(id, mail.sealed);
      await this.transport.send({ ...messageOf(letter), id, to: letter.to, queuedAt: mail.created_at });
    } catch (error) {
      const { code, isFinal } = error instanceof NotSent ? error : { code: 'INTERNAL', isFinal: false };
      if (!isFinal && !isLast) {
        await this.#run(NOTE_TRIED, [id, code]);
        throw error;
      }
      await this.#run(NOTE_FAILED, [id, code]);
      this.logger.error({ mailId: id, code, ...(code === 'INTERNAL' && { err: error as Error }) }, 'a mail was given up');
      return;
    }
    await this.#run(NOTE_SENT, [id]);
  }

  async #open(id: string, sealed: Buffer): Promise<Letter> {
    const keys = await this.keyring.of(INSTALLATION, [sealed]);
    return keys.open<Letter>(MAILS, id, 'sealed', sealed);
  }

  async #forget(): Promise<void> {
    await this.#run(GIVE_UP);
    await this.#run(FORGET);
  }

  async #run(text: string, values: unknown[] = []): Promise<Row[]> {
    const [rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [{ text, values }]));
    return rows!;
  }
}
