import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AuditAction } from '../platform/context/audit-trail.js';
import { Ctx } from '../platform/context/ctx.js';
import { DomainError, ErrorCode } from '../platform/errors.js';
import { LOGGER } from '../platform/platform.module.js';
import { IdentifierRace } from '../patients/patient-registration.writer.js';
import type { ImportRun } from './import-batch.js';
import { CheckRun, ImportCheck } from './import-check.service.js';
import { ImportEnds } from './import-ends.service.js';
import { ImportRegistration } from './import-registration.service.js';
import type { Interruption } from './import-states.js';

const RACES = 5;
const PAUSE_MS = 5;
/** How often, and how long after, a batch is tried again that could not reach the database: as long as nobody else can take the import over. */
const AWAY = { attempts: 10, pauseMs: 1_000 } as const;

/**
 * Runs imports in the background of this process, in the session of whoever asked for it: every batch enters the tenant anew,
 * with the same checks as any request. When one fails, the import is interrupted and whoever may can resume it, here or elsewhere.
 */
@Injectable()
export class ImportRunner implements OnModuleDestroy {
  readonly #running = new Set<Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #turnOf = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(
    private readonly checking: ImportCheck,
    private readonly registration: ImportRegistration,
    private readonly ends: ImportEnds,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Checks every line of an import whose lease this is. */
  check(ctx: Ctx, id: string, lease: string): void {
    const run = new CheckRun(inBackground(ctx, 'UPDATED'), id, lease);
    this.#begin(run, () => this.checking.step(run));
  }

  /** Registers the patients of an import whose lease this is. */
  register(ctx: Ctx, id: string, lease: string): void {
    const run: ImportRun = { state: 'RUNNING', ctx: inBackground(ctx, 'CREATED'), id, lease };
    this.#begin(run, () => this.registration.step(run));
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  #begin(run: ImportRun, step: () => Promise<boolean>): void {
    const work = this.#work(run, step).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #work(run: ImportRun, step: () => Promise<boolean>): Promise<void> {
    try {
      while (!this.#stopping) {
        if (!(await this.#inTurn(run.ctx, () => repeated(step)))) return;
        // Whoever waits for the counter of numbers gets it now.
        await delay(PAUSE_MS);
      }
      await this.ends.interrupt(run, 'SERVER_STOPPED', undefined);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'FAULT') this.logger.error({ err: error, requestId: run.ctx.origin.requestId, importId: run.id }, 'an import broke off');
      await this.ends.interrupt(run, reason, error);
    }
  }

  // One batch at a time, so that imports of many practices leave connections and processor to everybody else; of each practice
  // only one waits for it, so that many imports of one do not come before those of another.
  async #inTurn<T>({ tenantId }: Ctx, work: () => Promise<T>): Promise<T> {
    const before = this.#turnOf.get(tenantId);
    const turn = (async () => {
      await before;
      const batch = this.#turn.then(work);
      this.#turn = batch.catch(() => undefined);
      return batch;
    })();
    const over = turn.then(() => undefined, () => undefined);
    this.#turnOf.set(tenantId, over);
    try {
      return await turn;
    } finally {
      if (this.#turnOf.get(tenantId) === over) this.#turnOf.delete(tenantId);
    }
  }
}

// The request's own context ends with its answer.
function inBackground(ctx: Ctx, action: AuditAction): Ctx {
  const own = new Ctx(ctx.origin, ctx.known, ctx.chamberId, ctx.operation);
  own.permission = ctx.permission;
  own.action = action;
  return own;
}

// A batch that was not committed has left nothing, and one that was is not found again: either way it can be repeated.
async function repeated(step: () => Promise<boolean>): Promise<boolean> {
  for (let races = 0, away = 0; ; ) {
    try {
      return await step();
    } catch (error) {
      const unavailable = error instanceof DomainError && error.code === ErrorCode.UNAVAILABLE;
      if (!(error instanceof IdentifierRace && ++races < RACES) && !(unavailable && ++away < AWAY.attempts)) throw error;
      if (unavailable) await delay(AWAY.pauseMs);
    }
  }
}

function reasonOf(error: unknown): Interruption {
  const code = error instanceof DomainError ? error.code : undefined;
  if (code === ErrorCode.UNAUTHENTICATED) return 'SESSION_ENDED';
  if (code === ErrorCode.FORBIDDEN) return 'PERMISSION_LOST';
  return code === ErrorCode.UNAVAILABLE ? 'SERVER_STOPPED' : 'FAULT';
}
