import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { type AuditAction, type AuditFact, AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Statement, runGroup } from '../platform/database/statement-group.js';
import { ErrorCode } from '../platform/errors.js';
import { LOGGER } from '../platform/platform.module.js';
import { RecurringWork } from '../platform/recurring-work.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { type EntryRows, entryRows, insertStatements, tenantOf } from './audit-entry-rows.js';
import { GroupCommit } from './group-commit.js';
import { type Entry, Strangers, strangerLimits } from './strangers.js';

/** An answer whose entries hold more records than this does not share its commit: a hundred thousand of them take seconds. */
const MANY_RECORDS = 1_000;

/**
 * Writes audit entries: into a caller's transaction, or by group commit on a role that can read no practice's data.
 * Beside the commits of most answers go, one by one, those of the few whose entries hold very many records. What many
 * requests of strangers would fill the trail with is counted, and told of once a minute.
 */
@Injectable()
export class AuditWriter extends AuditTrail implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #small = new GroupCommit((rows) => this.#insert(rows), Infinity);
  readonly #large = new GroupCommit((rows) => this.#insert(rows), 1);
  readonly #strangers = new Strangers();
  readonly #telling: RecurringWork;
  #waiting = 0;
  #stopping = false;

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly metrics: Metrics,
    @Inject(LOGGER) logger: Logger,
  ) {
    super();
    this.#telling = new RecurringWork(() => this.#write(this.#strangers.take(this.#stopping)), strangerLimits.tellMs, (error) => logger.error({ err: error }, 'how many requests of strangers there were could not be written to the trail'));
    metrics.watchAudit(() => this.#waiting);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#telling.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#telling.stop();
    this.#stopping = true;
    await this.#telling.run();
  }

  /** Tells of strangers now. Never rejects. */
  tellOfStrangers(): Promise<void> {
    return this.#telling.run();
  }

  async statements(ctx: Ctx, facts: AuditFact[]): Promise<Statement[]> {
    return insertStatements(await Promise.all(facts.map((fact) => this.#prepare(ctx, fact))));
  }

  append(entries: readonly Entry[]): Promise<void> {
    return this.#write(entries.filter((entry) => !isOfStranger(entry) || isTry(entry) || this.#strangers.admits(entry)));
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    if (!entries.length) return;
    const began = performance.now();
    this.#waiting++;
    try {
      const rows = await Promise.all(entries.map(({ ctx, fact }) => this.#prepare(ctx, fact)));
      const records = rows.reduce((sum, row) => sum + row.records.length, 0);
      await (records > MANY_RECORDS ? this.#large : this.#small).add(rows);
    } finally {
      this.#waiting--;
    }
    this.metrics.appended(performance.now() - began);
  }

  async #insert(rows: EntryRows[]): Promise<void> {
    await withClient(this.databases.audit, (client) => runGroup(client, insertStatements(rows)));
  }

  async #prepare(ctx: Ctx, fact: AuditFact): Promise<EntryRows> {
    return entryRows(await this.keyring.of(tenantOf(ctx, fact) ?? INSTALLATION), ctx, fact);
  }
}

const isOfStranger = ({ ctx, fact }: Entry): boolean =>
  ctx.shownByLink !== undefined || (tenantOf(ctx, fact) === null && !fact.actor && !(fact.outcome === 'SUCCESS' && fact.records.length));

const tries: ReadonlySet<AuditAction> = new Set(['SIGNED_IN', 'JOINED', 'REFRESHED', 'RESET_REQUESTED', 'PASSWORD_CHANGED']);

// Tries to come in are bounded where they are made. Were those for an account that does not exist not written, the time that they take would tell so.
const isTry = ({ fact: { action, errorCode } }: Entry): boolean =>
  tries.has(action) && (errorCode === ErrorCode.SIGN_IN_REFUSED || errorCode === ErrorCode.THROTTLED);
