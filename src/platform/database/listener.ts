import { setTimeout as delay } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Databases } from './databases.js';

const CHANNEL = 'sinduk';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const HEARTBEAT_MS = 15_000;

/**
 * Hears what the database tells by NOTIFY: topics, which are names and ids and nothing else. Whoever may speak to the
 * database can forge one, so that it is only ever a reason to look. After the connection was lost everybody is woken,
 * for what was told meanwhile is lost.
 */
export class Listener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #topics = new Map<string, Set<() => void>>();
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly databases: Databases,
    private readonly logger: Logger,
  ) {}

  /** Calls `wake` whenever one of these topics is told, and when it may have been; gives what ends that. */
  on(topics: readonly string[], wake: () => void): () => void {
    for (const topic of topics) this.#topics.set(topic, (this.#topics.get(topic) ?? new Set()).add(wake));
    return () => {
      for (const topic of topics) {
        const wakes = this.#topics.get(topic);
        wakes?.delete(wake);
        if (!wakes?.size) this.#topics.delete(topic);
      }
    };
  }

  onApplicationBootstrap(): void {
    this.#loop = this.#keepListening();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #keepListening(): Promise<void> {
    const { signal } = this.#stop;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.#listen(() => (pause = FIRST_PAUSE_MS));
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn({ err: error, againInMs: pause }, 'notifications of the database cannot be heard');
      }
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Listens until the connection is lost, then rejects; or until the server stops. */
  async #listen(listening: () => void): Promise<void> {
    const client = this.databases.newListener();
    client.on('notification', ({ payload }) => this.#topics.get(payload ?? '')?.forEach((wake) => wake()));
    try {
      const lost = lossOf(client);
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      listening();
      this.#wakeAll();
      await Promise.race([lost, this.#heartbeat(client)]);
    } finally {
      await Promise.race([client.end(), delay(1_000, undefined, { ref: false })]).catch(() => undefined);
    }
  }

  // A connection can be dead without a word; a statement without an answer tells.
  async #heartbeat(client: pg.Client): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(HEARTBEAT_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await client.query('select');
    }
  }

  #wakeAll(): void {
    for (const wake of new Set([...this.#topics.values()].flatMap((wakes) => [...wakes]))) wake();
  }
}

/** Rejects when the connection is lost. */
function lossOf(client: pg.Client): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.once('end', () => reject(new Error('the connection was ended')));
  });
  // Whoever stops listening before hears of it no more.
  lost.catch(() => undefined);
  return lost;
}
