import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnModuleDestroy } from '@nestjs/common';
import { type CronItem, Logger as QueueLogger, type Runner, type TaskList, parseCronItems, run } from 'graphile-worker';
import type { Logger } from 'pino';
import { type Databases, JOBS_AT_ONCE, withClient } from '../database/databases.js';
import { runGroup } from '../database/statement-group.js';
import { RecurringWork } from '../recurring-work.js';
import type { Metrics } from '../telemetry/metrics.js';

const ALIVE_EVERY_MS = 15_000;
const AGAIN_MS = 5_000;
const DAY_MS = 86_400_000;

// By default the library does not wait for its note that a job is done: lost, it would end the process, and on stopping the pool is closed before it.
const awaitedNotes = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } };

/** The library's levels of a message that ours show by another name; the rest is for debugging. */
const levels: Record<string, 'error' | 'warn'> = { error: 'error', warning: 'warn' };

/** One try of a job; after the last one it is not tried again. */
export interface Try {
  isLast: boolean;
}

/** Does one job by the ids in its payload. Rejecting has it tried again later, at growing intervals; it may be done twice, when a server dies between doing it and noting that. */
export type Work<T> = (payload: T, attempt: Try) => Promise<void>;

/**
 * Works on the queue of background jobs beside the requests, JOBS_AT_ONCE at most; each job is held by one living server.
 * A queue that cannot be reached is logged and tried again: the server serves meanwhile.
 */
export class Jobs implements OnModuleDestroy {
  readonly #tasks: TaskList = {};
  readonly #timed: CronItem[] = [];
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;

  constructor(
    private readonly databases: Databases,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Names who does jobs of a kind; before the server has started. */
  handle<T>(kind: string, work: Work<T>): void {
    this.#tasks[kind] = async (payload, { job }) => {
      try {
        await work(payload as T, { isLast: job.attempts >= job.max_attempts });
        this.metrics.job(kind, 'DONE');
      } catch (error) {
        this.metrics.job(kind, 'FAILED');
        this.logger.warn({ err: error as Error, job: kind, jobId: job.id, attempt: job.attempts }, 'a background job failed; it is tried again unless this was its last attempt');
        throw error;
      }
    };
  }

  /** Names what one of the servers does each night, or on starting when the last night's was missed; before the server has started. */
  handleNightly(kind: string, work: () => Promise<void>): void {
    this.handle(kind, work);
    this.#timed.push({ task: kind, match: '23 3 * * *', identifier: kind, options: { backfillPeriod: DAY_MS, jobKey: kind } });
  }

  /** Names what one of the servers does each minute; before the server has started. */
  handleEachMinute(kind: string, work: () => Promise<void>): void {
    this.handle(kind, work);
    this.#timed.push({ task: kind, match: '* * * * *', identifier: kind, options: { backfillPeriod: 0, jobKey: kind, maxAttempts: 1 } });
  }

  /** Begins to work; whoever starts the server says when. */
  start(): void {
    this.#working = this.#keepWorking();
  }

  /** Takes no further job; resolves when those under way are done. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #keepWorking(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#workUntilItBreaks();
      } catch (error) {
        this.logger.error({ err: error as Error }, 'the queue of background jobs cannot be worked on; trying again');
      }
      await delay(AGAIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #workUntilItBreaks(): Promise<void> {
    const events = new EventEmitter();
    let worker = '';
    const alive = new RecurringWork(() => this.#noteAlive(worker), ALIVE_EVERY_MS, (error) => this.logger.warn({ err: error as Error }, 'the queue of background jobs could not be told that this server lives'));
    events.once('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
      worker = workerPool.id;
      void alive.start();
    });
    const runner = await run({
      pgPool: this.databases.jobs, concurrency: JOBS_AT_ONCE, noHandleSignals: true, events, logger: this.#queueLogger(),
      preset: awaitedNotes, taskList: this.#tasks, parsedCronItems: parseCronItems(this.#timed),
    });
    try {
      await untilStopped(runner, this.#stopping.signal);
    } finally {
      // Last: while a job is under way, the others must know that its worker lives.
      await alive.stop();
    }
  }

  async #noteAlive(worker: string): Promise<void> {
    await withClient(this.databases.jobs, (client) => runGroup(client, [{ text: 'select platform.note_job_worker($1)', values: [worker] }]));
  }

  // What fails in a job is logged where it fails.
  #queueLogger(): QueueLogger {
    return new QueueLogger(() => (level, message, meta) => {
      if (meta?.['failure']) return;
      this.logger[levels[level] ?? 'debug']({ queue: message }, 'the queue of background jobs');
    });
  }
}

async function untilStopped(runner: Runner, signal: AbortSignal): Promise<void> {
  // It rejects when the runner has broken down meanwhile, which its promise tells.
  const stop = (): void => void runner.stop().catch(() => undefined);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await runner.promise.finally(() => signal.removeEventListener('abort', stop));
}
