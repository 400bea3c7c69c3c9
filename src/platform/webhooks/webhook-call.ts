import { randomBytes } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { PrivateAddress, publicAddressesOf } from './public-address.js';

const PATIENCE_MS = 10_000;
const SECRET_BYTES = 32;

/** A fresh secret by which messages to a webhook are signed, as libraries for Standard Webhooks take it. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Where a practice wants to be called, and the secret that signs what is sent (`whsec_` and base64). */
export interface WebhookTarget {
  url: string;
  secret: string;
}

/** A webhook that was not taken: its code says why, and nothing of the address. */
export class WebhookRefused extends Error {
  constructor(readonly code: string) {
    super(`the webhook was not taken: ${code}`);
    this.name = 'WebhookRefused';
  }
}

/**
 * Sends one message to a webhook, signed by the Standard Webhooks specification (1.0): headers webhook-id, -timestamp and
 * -signature. Taken is what is answered with 2xx within ten seconds; nothing is followed elsewhere. Unless private
 * addresses are allowed, it connects to an address that was found to be public and to no other.
 */
export async function callWebhook({ url, secret }: WebhookTarget, id: string, message: object, allowPrivate: boolean): Promise<void> {
  const target = new URL(url);
  const addresses = allowPrivate ? undefined : await publicAddressesOf(target.hostname.replace(/^\[|\]$/g, ''));
  const body = JSON.stringify(message);
  const at = new Date();
  const status = await post(target, body, {
    'content-type': 'application/json', 'user-agent': 'Sinduk', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': new Webhook(secret).sign(id, at, body),
  }, addresses);
  if (status < 200 || status > 299) throw new WebhookRefused(`HTTP_${status}`);
}

function post(target: URL, body: string, headers: Record<string, string>, addresses: LookupAddress[] | undefined): Promise<number> {
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = send(target, {
      method: 'POST', agent: false, signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // The addresses that were checked, whatever the name is answered with now.
      ...(addresses && { lookup: (_host, { all }, found) => (all ? found(null, addresses) : found(null, addresses[0]!.address, addresses[0]!.family)) }),
    }, (answer) => {
      resolve(answer.statusCode ?? 0);
      // What it says is of no interest, and could be endless.
      answer.destroy();
    });
    call.on('error', (error: NodeJS.ErrnoException) => reject(new WebhookRefused(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'TIMEOUT' : (error.code ?? 'UNREACHABLE'))));
    call.end(body);
  });
}

/** Why a webhook was not taken, as a code; what is no failure of the call is thrown again. */
export function whyRefused(error: unknown): string {
  if (error instanceof WebhookRefused) return error.code;
  if (error instanceof PrivateAddress) return 'PRIVATE_ADDRESS';
  // The name of the address leads nowhere.
  if (typeof (error as NodeJS.ErrnoException).code === 'string') return (error as NodeJS.ErrnoException).code!;
  throw error;
}
