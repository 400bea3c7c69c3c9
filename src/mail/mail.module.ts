import { Global, Module } from '@nestjs/common';
import type { Config } from '../config.js';
import { CONFIG } from '../platform/platform.module.js';
import { MailFiles } from './mail-files.js';
import { MailSender } from './mail-sender.service.js';
import { MailTransport } from './mail-transport.js';
import { MailsWriter } from './mails.writer.js';
import { SmtpTransport } from './smtp-transport.js';

/** Mails to people: queued in the transaction that they tell of, sent by background work. */
@Global()
@Module({
  providers: [
    MailsWriter, MailSender,
    { provide: MailTransport, inject: [CONFIG], useFactory: ({ mail }: Config): MailTransport => (mail.kind === 'smtp' ? new SmtpTransport(mail) : new MailFiles(mail)) },
  ],
  exports: [MailsWriter],
})
export class MailModule {}
