import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Inbox, type ReceivedMail } from './inbox.js';

/** What a mail server answers to an address or a text: nothing for yes, or a reply code. */
export type Verdict = (address: string) => number | undefined;

/** A real mail server in this process. */
export class MailServer {
  readonly #inbox = new Inbox();
  /** Every address that was named to it, in order, taken or not. */
  readonly tried: string[] = [];
  readonly #deliveries = new Map<string, number>();
  /** Those of them that came over an encrypted connection. */
  readonly triedSecurely: string[] = [];
  verdict: Verdict = () => undefined;
  /** Awaited before an address is answered. */
  hold: Promise<void> = Promise.resolve();

  private constructor(private readonly server: SMTPServer) {}

  static async start(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true, disabledCommands: options.cert ? [] : ['STARTTLS'], logger: false,
      onRcptTo: ({ address }, { secure }, done) => {
        mails.tried.push(address);
        if (secure) mails.triedSecurely.push(address);
        void mails.hold.then(() => done(refusal(address, mails.verdict(address))));
      },
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void mails.#take(Buffer.concat(chunks), envelope.rcptTo.map(({ address }) => address)).then(() => done(), done));
      },
      ...options,
    });
    const mails = new MailServer(server);
    server.on('error', () => undefined);
    await once(server.listen(port, 'localhost'), 'listening');
    return mails;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://localhost:${this.port}`;
  }

  /** The next mail to an address; waits for it. */
  next(address: string): Promise<ReceivedMail> {
    return this.#inbox.next(address);
  }

  /** How often a mail to this address was taken. */
  delivered(address: string): number {
    return this.#deliveries.get(address) ?? 0;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  async #take(raw: Buffer, addresses: string[]): Promise<void> {
    for (const address of addresses) this.#deliveries.set(address, this.delivered(address) + 1);
    await this.#inbox.add(raw);
  }
}

const refusal = (address: string, code: number | undefined): Error | null =>
  code === undefined ? null : Object.assign(new Error(`<${address}> is not taken`), { responseCode: code });
