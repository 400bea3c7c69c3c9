import { Module } from '@nestjs/common';
import type { Config } from '../config.js';
import { CONFIG } from '../platform/platform.module.js';
import { BookingCodeSender } from './booking-code-sender.service.js';
import { HttpSms } from './http-sms.js';
import { MessageSender } from './message-sender.service.js';
import { MessagesReader } from './messages.reader.js';
import { MessageSettingsResolver } from './settings.resolver.js';
import { MessageSettingsService } from './settings.service.js';
import { SmsFiles } from './sms-files.js';
import { NoGateway, SmsTransport } from './sms-transport.js';

/** What patients are told by SMS: queued in the transaction that it tells of, sent by background work when it is due. */
@Module({
  providers: [
    MessageSender, BookingCodeSender, MessagesReader, MessageSettingsResolver, MessageSettingsService,
    { provide: SmsTransport, inject: [CONFIG], useFactory: ({ sms }: Config): SmsTransport => transportOf(sms) },
  ],
  exports: [MessagesReader],
})
export class MessagesModule {}

function transportOf(sms: Config['sms']): SmsTransport {
  switch (sms.kind) {
    case 'http': return new HttpSms(sms);
    case 'files': return new SmsFiles(sms.directory);
    case 'none': return new NoGateway();
  }
}
