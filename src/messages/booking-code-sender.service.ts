import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { enterToWatch } from '../platform/database/enter-to-watch.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { Jobs } from '../platform/jobs/jobs.js';
import type { MessageContent } from './message-rows.js';
import { SmsNotSent, SmsTransport } from './sms-transport.js';

const CODE = 'select c.content, c.created_at from clinic.booking_codes c where c.tenant_id = $1 and c.id = $2 and c.content is not null and c.expires_at > now()';

/** Sends the codes by which people who book online prove their number: at once and at any hour, for they wait for the answer. That they asked is their consent. */
@Injectable()
export class BookingCodeSender {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly transport: SmsTransport,
    jobs: Jobs,
  ) {
    jobs.handle<{ tenantId: string; id: string }>('sendBookingCode', ({ tenantId, id }) => this.#send(tenantId, id));
  }

  async #send(tenantId: string, id: string): Promise<void> {
    const [found] = await this.#run(tenantId, { text: CODE, values: [tenantId, id] });
    const code = found![0] as { content: Buffer; created_at: Date } | undefined;
    if (!code) return;
    const keys = await this.keyring.of(tenantId, [code.content]);
    try {
      await this.transport.send({ id, ...keys.open<MessageContent>('clinic.booking_codes', id, 'content', code.content), queuedAt: code.created_at });
    } catch (error) {
      // Whoever waits for it asks again.
      if (error instanceof SmsNotSent && error.isFinal) return;
      throw error;
    }
  }

  #run(tenantId: string, statement: Statement): Promise<Row[][]> {
    return withClient(this.databases.jobs, async (client, discard) => {
      try {
        const [, , ...rows] = await runGroup(client, [{ text: 'begin' }, enterToWatch(tenantId), statement, { text: 'commit' }]);
        return rows;
      } catch (error) {
        await client.query('rollback').catch(discard);
        throw error;
      }
    });
  }
}
