import type { MailConfig } from '../config.js';
import type { OutgoingMail } from './mail-transport.js';

/** Who a mail is from and to, and its identity: a mail that was delivered twice has one Message-ID, and no program answers it (RFC 3834). */
export const headersOf = (from: MailConfig['from'], { id, to, queuedAt }: OutgoingMail) => ({
  // A copy: the settings are frozen, and the library writes into what it is given.
  from: { ...from },
  // As an object: a text could be read as several addresses.
  to: { name: '', address: to },
  date: queuedAt,
  messageId: `<${id}@${from.address.split('@')[1]}>`,
  headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'en, bn' },
});
