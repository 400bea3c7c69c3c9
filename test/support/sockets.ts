import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GraphqlAnswer, World } from './world.js';

/** What a subscription gives: each result or refusal. */
export type Result = Pick<GraphqlAnswer, 'data' | 'errors'> & { extensions?: { requestId: string } };

interface Message {
  type: string;
  id?: string;
  payload?: any;
}

/** The port on which a server of a test listens; it begins to, when it does not yet. */
export async function portOf(app: NestFastifyApplication): Promise<number> {
  const server = app.getHttpServer() as { address(): AddressInfo | null };
  if (!server.address()) await app.listen(0, '127.0.0.1');
  return server.address()!.port;
}

/** Ways to connect. */
export interface Connecting {
  /** What is said on connecting, besides the token. */
  payload?: Record<string, unknown>;
  headers?: Record<string, string>;
  protocol?: string;
}

/** One WebSocket to a server, message by message: what a client library would hide can be seen. */
export class Socket {
  readonly messages: Message[] = [];
  closed: { code: number; reason: string } | undefined;
  #waiting: Array<() => void> = [];
  #ids = 0;

  private constructor(readonly webSocket: WebSocket) {
    webSocket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message);
      this.#stir();
    });
    webSocket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#stir();
    });
    webSocket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.webSocket.readyState === WebSocket.OPEN;
  }

  /** Opens a socket; rejects with the HTTP status when it is refused. */
  static async open(port: number, { headers = {}, protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL }: Connecting = {}): Promise<Socket> {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocol, { headers: { 'user-agent': 'test', ...headers } });
    const refused = once(webSocket, 'unexpected-response').then(([, response]) => {
      webSocket.terminate();
      throw new Error(`HTTP ${(response as IncomingMessage).statusCode}`);
    });
    refused.catch(() => undefined);
    const socket = new Socket(webSocket);
    await Promise.race([once(webSocket, 'open'), refused]);
    return socket;
  }

  /** Opens a socket and says who speaks, by a bearer token or by what is in `connecting`; resolves when the server agreed or closed it. */
  static async connect(port: number, token?: string, connecting: Connecting = {}): Promise<Socket> {
    const socket = await Socket.open(port, connecting);
    socket.send({ type: 'connection_init', payload: { ...(token && { authorization: `Bearer ${token}` }), ...connecting.payload } });
    await socket.until(() => socket.messages.some(({ type }) => type === 'connection_ack'));
    return socket;
  }

  send(message: object): void {
    this.webSocket.send(JSON.stringify(message));
  }

  /** Begins an operation and gives its id. */
  subscribe(query: string, variables: object = {}): string {
    const id = String(++this.#ids);
    this.send({ id, type: 'subscribe', payload: { query, variables } });
    return id;
  }

  /** The results of an operation so far, a refusal of the document among them. */
  results(id: string): Result[] {
    return this.messages.filter((message) => message.id === id && ['next', 'error'].includes(message.type))
      .map(({ type, payload }) => (type === 'error' ? { data: null, errors: payload } : payload) as Result);
  }

  /** Waits for the nth result of an operation. */
  async result(id: string, nth = 1): Promise<Result> {
    await this.until(() => this.results(id).length >= nth);
    const result = this.results(id)[nth - 1];
    if (!result) throw new Error(`the socket was closed: ${JSON.stringify(this.closed)}`);
    return result;
  }

  /** Waits until this holds, or the socket is closed. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #stir(): void {
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  /** Waits for the end, and tells how it came. */
  async end(): Promise<{ code: number; reason: string }> {
    await this.until(() => false);
    return this.closed!;
  }

  /** Ends it in order. */
  async close(): Promise<void> {
    this.webSocket.close(1000);
    await this.end();
  }
}

/** An answer, by whichever road it came; over a WebSocket, the first. A socket that is closed at once answers with its code and nothing else. */
export interface Answer {
  status: number;
  body: string;
  requestId: string;
}

/** Asks for a root field by the road that its kind takes. */
export async function ask(world: World, kind: 'query' | 'mutation' | 'subscription', { query, variables }: { query: string; variables: object }, token?: string): Promise<Answer> {
  if (kind !== 'subscription') {
    const { statusCode, body, headers } = await world.http({ query, variables }, token ? { authorization: `Bearer ${token}` } : {});
    return { status: statusCode, body, requestId: headers['x-request-id'] as string };
  }
  const socket = await Socket.connect(await portOf(world.app), token);
  if (socket.closed) return { status: socket.closed.code, body: '{}', requestId: '' };
  const result = await socket.result(socket.subscribe(query, variables));
  await socket.close();
  return { status: 200, body: JSON.stringify(result), requestId: result.extensions?.requestId ?? result.errors![0]!.extensions.requestId };
}
