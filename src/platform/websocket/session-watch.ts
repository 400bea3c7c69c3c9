import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { Authenticator } from '../context/authenticator.js';
import { Listener } from '../database/listener.js';
import { socketLimits } from '../graphql/limits.js';
import { LOGGER } from '../platform.module.js';
import { RecurringWork } from '../recurring-work.js';
import { type Connection, closing } from './connection.js';

interface Watched {
  connections: Set<Connection>;
  ignore: () => void;
}

/**
 * Ends the connections of a session that has ended, or that works in another practice now, whichever process did that: at
 * once when the database tells of it, and soon when nobody does, because its time has run out.
 */
@Injectable()
export class SessionWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sessions = new Map<string, Watched>();
  readonly #suspects = new Set<string>();
  readonly #expiry: RecurringWork;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly listener: Listener,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#expiry = new RecurringWork(() => this.#look([...this.#sessions.keys()]), socketLimits.sessionsMs, (error) => this.#blind(error));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#expiry.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#expiry.stop();
  }

  /** Watches over a connection; resolves with false when its session or its person has as many as they may. */
  async enter(connection: Connection, sessionId: string): Promise<boolean> {
    // Its peer may have gone meanwhile; whoever has left is not let in any more.
    if (!connection.isOpen) return true;
    if (this.#countOf(connection.caller!.userId) >= socketLimits.perPerson) return false;
    const watched = this.#sessions.get(sessionId) ?? { connections: new Set(), ignore: this.listener.on([`session:${sessionId}`], () => this.#suspect(sessionId)) };
    if (watched.connections.size >= socketLimits.perSession) return false;
    this.#sessions.set(sessionId, watched);
    watched.connections.add(connection);
    connection.sessionId = sessionId;
    // It may have ended after it was last seen alive and before anybody listened.
    await this.#look([sessionId]);
    return true;
  }

  #countOf(userId: string): number {
    return [...this.#sessions.values()].flatMap(({ connections }) => [...connections]).filter(({ caller }) => caller!.userId === userId).length;
  }

  /** Watches no longer over a connection. */
  leave(connection: Connection): void {
    const { sessionId } = connection;
    const watched = this.#sessions.get(sessionId ?? '');
    watched?.connections.delete(connection);
    if (!watched || watched.connections.size) return;
    watched.ignore();
    this.#sessions.delete(sessionId!);
  }

  // One look for all that are told of together.
  #suspect(sessionId: string): void {
    if (!this.#suspects.size) {
      setImmediate(() => {
        const suspects = [...this.#suspects];
        this.#suspects.clear();
        this.#look(suspects).catch((error: unknown) => this.#blind(error));
      });
    }
    this.#suspects.add(sessionId);
  }

  async #look(ids: string[]): Promise<void> {
    if (!ids.length) return;
    const live = await this.authenticator.liveSessions(ids);
    for (const id of ids) {
      for (const connection of this.#sessions.get(id)?.connections ?? []) {
        if (live.get(id) !== connection.caller!.tenantId) connection.close(closing.notSignedIn);
      }
    }
  }

  // While the database is away nothing is read from it either; when it is back everybody is woken.
  #blind(error: unknown): void {
    this.logger.warn({ err: error }, 'whether the sessions of WebSockets live could not be seen');
  }
}
