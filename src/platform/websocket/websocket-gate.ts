import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Context, type SubscribePayload, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { type AuditFact, AuditTrail } from '../context/audit-trail.js';
import { Authenticator } from '../context/authenticator.js';
import { Ctx } from '../context/ctx.js';
import { CHAMBER_HEADER, chamberIn, originOf } from '../context/request-origin.js';
import { TenantDb } from '../database/tenant-db.js';
import { DomainError, ErrorCode, denials } from '../errors.js';
import { socketLimits } from '../graphql/limits.js';
import { networkOf } from '../network.js';
import { LOGGER } from '../platform.module.js';
import { Metrics } from '../telemetry/metrics.js';
import { Connection, GOODBYE_MS, closing } from './connection.js';
import { SessionWatch } from './session-watch.js';
import { type Subscription, Subscriptions } from './subscriptions.js';

/** What the protocol keeps of a connection. */
interface Served {
  connection: Connection;
  request: FastifyRequest;
}

type ServedContext = Context<Record<string, unknown> | undefined, Served>;

/**
 * The WebSockets of this process (protocol graphql-transport-ws). Whoever opens one has little time to say who they are,
 * and it lasts no longer than their session. All that they may cost is bounded.
 */
@Injectable()
export class WebSocketGate implements OnApplicationBootstrap {
  readonly #sockets = new WebSocketServer({
    noServer: true, clientTracking: false, perMessageDeflate: false, autoPong: false, maxPayload: socketLimits.message, handleProtocols,
  });
  readonly #connections = new Set<Connection>();
  readonly #told = new WeakMap<GraphQLError, GraphQLFormattedError>();
  readonly #protocol = makeServer<Record<string, unknown> | undefined, Served>({
    connectionInitWaitTimeout: socketLimits.initMs,
    onConnect: (context) => this.#connect(context),
    onSubscribe: (context, _id, payload) => this.#prepare(context, payload),
    // What it gives is formatted already, so that it is sent as it is.
    subscribe: (args) => this.subscriptions.run(args as Subscription) as AsyncIterable<ExecutionResult>,
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => errors.map((error) => this.#told.get(error)!),
  });
  #pings: NodeJS.Timeout | undefined;

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly sessions: SessionWatch,
    private readonly authenticator: Authenticator,
    private readonly tenantDb: TenantDb,
    private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.watchSockets(() => ({ sockets: this.#connections.size, subscriptions: subscriptions.running }));
  }

  onApplicationBootstrap(): void {
    this.#pings = setInterval(() => this.#connections.forEach((connection) => connection.ask()), socketLimits.pingMs).unref();
  }

  /** Ends all WebSockets; resolves when they are closed. */
  async stop(): Promise<void> {
    clearInterval(this.#pings);
    const gone = [...this.#connections].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    for (const connection of this.#connections) connection.close(closing.goingAway);
    await Promise.race([Promise.all(gone), delay(GOODBYE_MS, undefined, { ref: false })]);
    for (const { socket } of this.#connections) socket.terminate();
  }

  /**
   * False when there are as many connections as may be. Of those that have not said who they are, the oldest of a network gives
   * way to the next, or that of the network with most: whoever opens many and says nothing keeps nobody else out.
   */
  makesRoomFor(request: FastifyRequest): boolean {
    if (this.#connections.size >= socketLimits.sockets) return false;
    const waiting = new Map<string, Connection[]>();
    for (const connection of this.#connections) {
      if (connection.caller !== undefined || !connection.isOpen) continue;
      const network = networkOf(connection.origin.ip);
      waiting.set(network, [...(waiting.get(network) ?? []), connection]);
    }
    const here = waiting.get(networkOf(originOf(request).ip)) ?? [];
    const most = [...waiting.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
    const inAll = [...waiting.values()].reduce((sum, { length }) => sum + length, 0);
    if (here.length >= socketLimits.waitingOfAddress) here[0]!.socket.terminate();
    else if (inAll >= socketLimits.waiting) most[0]!.socket.terminate();
    return true;
  }

  /** Makes a WebSocket of a request for one. */
  open(request: FastifyRequest, socket: Socket, head: Buffer): void {
    this.#sockets.handleUpgrade(request.raw, socket, head, (webSocket) => this.#serve(request, webSocket));
  }

  #serve(request: FastifyRequest, socket: WebSocket): void {
    const connection = new Connection(originOf(request), socket);
    this.#connections.add(connection);
    let hear: (message: string) => Promise<void>;
    const closed = this.#protocol.opened({
      protocol: socket.protocol,
      send: (message) => connection.send(message),
      close: (code = 1000, reason = '') => connection.close([code, reason]),
      onMessage: (callback) => (hear = callback),
    }, { connection, request });
    connection.onEnd((code) => {
      this.sessions.leave(connection);
      this.logger.info({ requestId: request.id, code }, 'WebSocket ends');
      closed(code).catch((error: unknown) => this.#broke(connection, error));
    });
    const within = (work: () => void): void => {
      if (!connection.isOpen || connection.isClogged()) return;
      if (connection.mayGoOn()) work();
      else connection.close(closing.tooMuch);
    };
    socket.on('message', (message: Buffer) => within(() => void hear(message.toString()).catch((error: unknown) => this.#broke(connection, error))));
    socket.on('ping', (data) => within(() => socket.pong(data)));
    socket.on('pong', () => (connection.alive = true));
    // Such as a message that is too long; the library closes the connection.
    socket.on('error', (error) => this.logger.info({ requestId: request.id, err: error }, 'WebSocket broken by its client'));
    socket.once('close', (code) => {
      this.#connections.delete(connection);
      connection.end(code);
    });
  }

  /** Learns who speaks; false, and the connection ends, when nobody who may. */
  async #connect({ connectionParams = {}, extra: { connection, request } }: ServedContext): Promise<boolean> {
    const chamberId = chamberIn(connectionParams[CHAMBER_HEADER]);
    const { authorization } = connectionParams;
    const caller = await this.authenticator.authenticateSocket(request, typeof authorization === 'string' || authorization === undefined ? authorization : '');
    const ctx = new Ctx(connection.origin, caller, chamberId ?? null, 'websocket');
    // The least there is: each subscription demands its own.
    ctx.permission = 'self:enrol';
    try {
      if (chamberId === undefined) throw new DomainError(ErrorCode.BAD_USER_INPUT, `${CHAMBER_HEADER} is not an id.`);
      connection.admit(ctx.known, chamberId);
      await this.tenantDb.authorise(ctx);
      if (await this.sessions.enter(connection, ctx.member.sessionId)) return true;
      connection.close(closing.tooMany);
    } catch (error) {
      await this.#refuse(connection, ctx, error);
    }
    return false;
  }

  async #refuse(connection: Connection, ctx: Ctx, error: unknown): Promise<void> {
    const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL;
    if (!(error instanceof DomainError) || error.cause) this.logger.error({ err: error, requestId: ctx.origin.requestId }, 'a WebSocket could not be let in');
    const fact: AuditFact = { action: 'REFUSED', outcome: denials.has(code) ? 'DENIED' : 'FAILED', errorCode: code, records: [] };
    const recorded = await this.trail.append([{ ctx, fact }]).then(() => true, (failure: unknown) => {
      this.logger.error({ err: failure, requestId: ctx.origin.requestId }, 'the audit entry could not be written; why the WebSocket is refused is withheld');
    });
    connection.close(recorded ? closing.for(code) : closing.tryAgain);
  }

  async #prepare({ subscriptions, extra: { connection } }: ServedContext, payload: SubscribePayload): Promise<Subscription | GraphQLError[]> {
    const { subscriptions: most } = socketLimits;
    const tooMany = Object.keys(subscriptions).length > most ? new GraphQLError(`At most ${most} subscriptions at a time.`) : undefined;
    const prepared = await this.subscriptions.prepare(connection, payload, tooMany);
    if (!('refused' in prepared)) return prepared;
    return prepared.refused.map((told) => {
      const error = new GraphQLError(told.message);
      this.#told.set(error, told);
      return error;
    });
  }

  #broke(connection: Connection, error: unknown): void {
    this.logger.warn({ err: error, requestId: connection.origin.requestId }, 'a message over a WebSocket could not be served');
    connection.close(closing.fault);
  }
}
