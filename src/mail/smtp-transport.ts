import { type SMTPTransportOptions, type Transporter, createTransport } from 'nodemailer';
import type { MailConfig } from '../config.js';
import { MailTransport, NotSent, type OutgoingMail } from './mail-transport.js';
import { headersOf } from './mail-headers.js';

const PATIENCE_MS = 20_000;

/** What a login that is missing or wrong is answered (RFC 4954, section 6): the installation's fault, and not the mail's. */
const LOGIN_REPLIES = [530, 534, 535, 538];

/** Hands mails to a mail server. Replies of the 5xx kind to the addresses or the text are final (RFC 5321, section 4.2.1). */
export class SmtpTransport extends MailTransport {
  readonly #transporter: Transporter;

  constructor(private readonly config: Extract<MailConfig, { kind: 'smtp' }>) {
    super();
    const { server, mustEncrypt } = config;
    const options: SMTPTransportOptions = {
      ...server, requireTLS: mustEncrypt, tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS, dnsTimeout: PATIENCE_MS,
      disableFileAccess: true, disableUrlAccess: true,
    };
    this.#transporter = createTransport(options);
  }

  async send(mail: OutgoingMail): Promise<void> {
    const { subject, text, html } = mail;
    await this.#transporter.sendMail({ ...headersOf(this.config.from, mail), subject, text, html }).catch((error: unknown) => {
      throw toNotSent(error);
    });
  }
}

// The message of an SMTP error often repeats the address. What has no code is a fault of this program.
const toNotSent = (error: unknown): unknown => {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (code === undefined) return error;
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const isFinal = isAboutMail && responseCode !== undefined && responseCode >= 500 && !LOGIN_REPLIES.includes(responseCode);
  return new NotSent(isAboutMail ? String(responseCode ?? code) : code, isFinal);
};
