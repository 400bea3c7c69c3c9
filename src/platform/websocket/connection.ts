import type { WebSocket } from 'ws';
import type { Caller, Origin } from '../context/ctx.js';
import { ErrorCode } from '../errors.js';
import { socketLimits } from '../graphql/limits.js';

/** How long a peer may take to agree that a connection ends, in milliseconds; then it is cut off. */
export const GOODBYE_MS = 2_000;

/** Why a WebSocket ends, for the client: a code (RFC 6455, 7.4.1; those from 4400 on are graphql-transport-ws's) and a reason. */
type Closing = readonly [code: number, reason: string];

/** Every way in which the server ends a WebSocket by itself, besides those of the protocol. The API guide lists them. */
export const closing = {
  goingAway: [1001, 'The server stops'],
  tooMuch: [1008, 'Too many messages'],
  tooMany: [1008, 'Too many connections of this session or person'],
  tryAgain: [1013, 'The service is not available at the moment'],
  badInput: [4400, 'x-sinduk-chamber is not an id'],
  notSignedIn: [4401, 'No live session: sign in, or refresh the access token'],
  fault: [4500, 'Something went wrong on our side'],
  /** What a connection is refused with for this error. */
  for: (code: ErrorCode): Closing => {
    if (code === ErrorCode.UNAUTHENTICATED) return closing.notSignedIn;
    if (code === ErrorCode.UNAVAILABLE) return closing.tryAgain;
    if (code === ErrorCode.BAD_USER_INPUT) return closing.badInput;
    return code === ErrorCode.INTERNAL ? closing.fault : [4403, code];
  },
} as const satisfies Record<string, Closing | ((code: ErrorCode) => Closing)>;

/** One WebSocket: who speaks over it, and whether its peer is there and takes what is sent. */
export class Connection {
  caller: Caller | undefined;
  chamberId: string | null = null;
  sessionId: string | undefined;
  /** Whether the peer answered when it was last asked for a sign of life. */
  alive = true;
  #ended = false;
  #onEnd: (code: number) => void = () => undefined;
  #messages = 0;
  #countedFrom = Date.now();

  constructor(
    readonly origin: Origin,
    readonly socket: WebSocket,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Notes who speaks. */
  admit(caller: Caller, chamberId: string | null): void {
    this.caller = caller;
    this.chamberId = chamberId;
  }

  /** Sets what is to be done, once, when it ends. */
  onEnd(work: (code: number) => void): void {
    this.#onEnd = work;
  }

  /** Ends what runs over it. */
  end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(code);
  }

  /** Ends it, and what runs over it at once, whether the peer agrees or not. */
  close([code, reason]: Closing): void {
    if (!this.isOpen) return;
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), GOODBYE_MS).unref();
    this.end(code);
  }

  /** Sends a message; resolves once it was handed on. Nothing leaves over a connection that ends. */
  send(message: string): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isOpen || this.isClogged()) resolve();
      else this.socket.send(message, () => resolve());
    });
  }

  /** True when the peer does not take what is sent to it: it is cut off, before it fills the memory. */
  isClogged(): boolean {
    if (this.socket.bufferedAmount <= socketLimits.unsent) return false;
    this.socket.terminate();
    return true;
  }

  /** Counts a message of the peer; false when there are more than anybody needs. */
  mayGoOn(): boolean {
    const now = Date.now();
    if (now - this.#countedFrom > socketLimits.rateMs) {
      this.#countedFrom = now;
      this.#messages = 0;
    }
    return ++this.#messages <= socketLimits.messages;
  }

  /** Asks the peer for a sign of life; one that gave none since it was last asked is cut off. */
  ask(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    if (this.isOpen) this.socket.ping();
  }
}
