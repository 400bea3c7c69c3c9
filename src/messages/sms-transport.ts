/** An SMS as it leaves. */
export interface OutgoingSms {
  /** The same on every try. */
  id: string;
  /** In E.164. */
  to: string;
  text: string;
  queuedAt: Date;
}

/** An SMS that did not leave: a code that names no person, and whether trying again is of no use. */
export class SmsNotSent extends Error {
  constructor(
    readonly code: string,
    readonly isFinal: boolean,
  ) {
    super(`the message was not sent: ${code}`);
    this.name = 'SmsNotSent';
  }
}

/** Where messages go. */
export abstract class SmsTransport {
  /** Sends one message; rejects with SmsNotSent when it did not leave. */
  abstract send(sms: OutgoingSms): Promise<void>;
}

/** For an installation that has no gateway: nothing leaves, and every message says so. */
export class NoGateway extends SmsTransport {
  send(): Promise<void> {
    return Promise.reject(new SmsNotSent('NO_GATEWAY', true));
  }
}
