import type { Message } from './message.js';

/** A mail as it leaves: written out, with the id that its Message-ID is made of. */
export interface OutgoingMail extends Message {
  id: string;
  to: string;
  queuedAt: Date;
}

/** A mail that did not leave: a code that names no person, and whether trying again is of no use. */
export class NotSent extends Error {
  constructor(
    readonly code: string,
    readonly isFinal: boolean,
  ) {
    super(`the mail was not sent: ${code}`);
    this.name = 'NotSent';
  }
}

/** Where mails go. */
export abstract class MailTransport {
  /** Sends one mail; rejects with NotSent when it did not leave. */
  abstract send(mail: OutgoingMail): Promise<void>;
}
