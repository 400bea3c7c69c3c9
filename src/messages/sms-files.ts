import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { smsLength } from './sms-length.model.js';
import { type OutgoingSms, SmsTransport } from './sms-transport.js';

/** Writes messages as files that a person can read, each under the time it was queued. Outside production, where there is no gateway. */
export class SmsFiles extends SmsTransport {
  constructor(private readonly directory: string) {
    super();
  }

  async send({ id, to, text, queuedAt }: OutgoingSms): Promise<void> {
    const { alphabet, segments } = smsLength(text);
    const name = `${queuedAt.toISOString().replaceAll(':', '-')}-${id}.txt`;
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    // Under another name first, so that whoever looks never finds half a message.
    await writeFile(join(this.directory, `${name}.part`), `To: ${to}\nSegments: ${segments} (${alphabet})\n\n${text}\n`, { mode: 0o600 });
    await rename(join(this.directory, `${name}.part`), join(this.directory, name));
  }
}
