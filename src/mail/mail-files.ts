import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { MailConfig } from '../config.js';
import { headersOf } from './mail-headers.js';
import { MailTransport, type OutgoingMail } from './mail-transport.js';

/** Writes mails as files that a person and a mail program can read, each under the time it was queued. Outside production, where there is no mail server. */
export class MailFiles extends MailTransport {
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix', disableFileAccess: true, disableUrlAccess: true });

  constructor(private readonly config: Extract<MailConfig, { kind: 'files' }>) {
    super();
  }

  async send(mail: OutgoingMail): Promise<void> {
    const { subject, text, html } = mail;
    // In the clear: encoded as for the way through mail servers, nobody could read Bangla or copy a link.
    const { message } = await this.#composer.sendMail({ ...headersOf(this.config.from, mail), subject, alternatives: [{ raw: part('plain', text) }, { raw: part('html', html) }] });
    const { directory } = this.config;
    const name = `${mail.queuedAt.toISOString().replaceAll(':', '-')}-${mail.id}.eml`;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Under another name first, so that whoever looks never finds half a mail.
    await writeFile(join(directory, `${name}.part`), message as Buffer, { mode: 0o600 });
    await rename(join(directory, `${name}.part`), join(directory, name));
  }
}

const part = (kind: 'plain' | 'html', content: string): string =>
  `Content-Type: text/${kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${content}`;
