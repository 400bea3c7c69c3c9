import { once } from 'node:events';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An SMS as a gateway gets it. */
export interface ReceivedSms {
  id: string;
  to: string;
  from: string;
  text: string;
}

/** What a gateway does with a message: the status of its answer, or takes it and never answers. */
export type Verdict = number | 'SILENT';

/** A gateway of SMS: an HTTP server that keeps what it takes, each id once. */
export class SmsGateway {
  /** Every request, in the order in which they came. */
  readonly requests: Array<{ sms: ReceivedSms; authorization: string | undefined; idempotencyKey: string | undefined }> = [];
  readonly taken = new Map<string, ReceivedSms>();
  verdict: (sms: ReceivedSms) => Verdict = () => 202;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<SmsGateway> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gateway = new SmsGateway(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`);
    server.on('request', (request, response) => {
      void gateway.#take(request).then((verdict) => {
        if (verdict !== 'SILENT') response.writeHead(verdict).end('{}');
      });
    });
    return gateway;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The settings of a server that sends by this gateway. */
  settings(): Record<string, string> {
    return { SMS_GATEWAY_URL: this.url, SMS_GATEWAY_SECRET: 'shared-with-the-gateway', SMS_SENDER: 'Shanti' };
  }

  /** Messages to a number once there are so many. */
  async to(number: string, count = 1): Promise<ReceivedSms[]> {
    for (;;) {
      const found = [...this.taken.values()].filter(({ to }) => to === number);
      if (found.length >= count) return found;
      await delay(20);
    }
  }

  async #take(request: IncomingMessage): Promise<Verdict> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const sms = JSON.parse(Buffer.concat(parts).toString('utf8')) as ReceivedSms;
    this.requests.push({ sms, authorization: request.headers.authorization, idempotencyKey: request.headers['idempotency-key'] as string | undefined });
    const verdict = this.verdict(sms);
    if (verdict === 'SILENT' || verdict < 300) this.taken.set(sms.id, sms);
    return verdict;
  }
}
