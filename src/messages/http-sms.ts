import type { SmsConfig } from '../config.js';
import { boundedFetch } from '../platform/http/bounded-fetch.js';
import { type OutgoingSms, SmsNotSent, SmsTransport } from './sms-transport.js';

/** Answers of the 4xx kind that are not about the message: who asks, how often, and when (RFC 9110, section 15.5; RFC 6585, section 4). */
const NOT_ABOUT_THE_MESSAGE = [401, 403, 407, 408, 425, 429];

/**
 * Posts messages to an HTTP gateway: JSON `{ id, to, from, text }` with the secret as a bearer token and the id as
 * Idempotency-Key, the same on every try. Taken is what is answered with 2xx; other answers of the 4xx kind are final.
 */
export class HttpSms extends SmsTransport {
  constructor(private readonly gateway: Extract<SmsConfig, { kind: 'http' }>) {
    super();
  }

  async send({ id, to, text }: OutgoingSms): Promise<void> {
    const { url, secret, sender } = this.gateway;
    const { status } = await boundedFetch(url, {
      method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'idempotency-key': id }, body: JSON.stringify({ id, to, from: sender, text }),
    }).catch((error: unknown) => {
      throw new SmsNotSent(codeOf(error), false);
    });
    if (status >= 200 && status <= 299) return;
    throw new SmsNotSent(`HTTP_${status}`, status >= 400 && status <= 499 && !NOT_ABOUT_THE_MESSAGE.includes(status));
  }
}

// The message of an error can repeat the address.
function codeOf(error: unknown): string {
  const { name, cause } = error as { name: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'TIMEOUT';
  return typeof cause?.code === 'string' && /^[A-Z0-9_]{1,30}$/.test(cause.code) ? cause.code : 'UNREACHABLE';
}
