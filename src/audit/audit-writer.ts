import { Injectable } from '@nestjs/common';
import { type AuditFact, AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { sqlState } from '../platform/database/database-errors.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Statement, runGroup } from '../platform/database/statement-group.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { type EntryRows, entryRows, insertStatements, tenantOf } from './audit-entry-rows.js';

interface Waiting {
  rows: EntryRows[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Writes audit entries: into a caller's transaction, or by group commit on a role that can do nothing else.
 * The group commit keeps one commit in flight and sends what has gathered as soon as it is back.
 */
@Injectable()
export class AuditWriter extends AuditTrail {
  #queue: Waiting[] = [];
  #flushing = false;

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly metrics: Metrics,
  ) {
    super();
    metrics.watchAudit(() => this.#queue.length);
  }

  async statements(ctx: Ctx, fact: AuditFact): Promise<Statement[]> {
    return insertStatements([await this.#prepare(ctx, fact)]);
  }

  async append(entries: ReadonlyArray<{ ctx: Ctx; fact: AuditFact }>): Promise<void> {
    if (!entries.length) return;
    const began = performance.now();
    const rows = await Promise.all(entries.map(({ ctx, fact }) => this.#prepare(ctx, fact)));
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ rows, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
    this.metrics.appended(performance.now() - began);
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#queue.length) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commit(batch);
    }
    this.#flushing = false;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const insert = (waiting: Waiting[]) =>
      withClient(this.databases.audit, (client) => runGroup(client, insertStatements(waiting.flatMap(({ rows }) => rows))));
    try {
      await insert(batch);
      batch.forEach(({ resolve }) => resolve());
    } catch (error) {
      if (batch.length === 1 || !isOfOneEntry(error)) return batch.forEach(({ reject }) => reject(error));
      // One entry that the database refuses must not fail the answers of strangers.
      for (const one of batch) await insert([one]).then(one.resolve, one.reject);
    }
  }

  async #prepare(ctx: Ctx, fact: AuditFact): Promise<EntryRows> {
    return entryRows(await this.keyring.of(tenantOf(ctx, fact) ?? INSTALLATION), ctx, fact);
  }
}

/** Whether a value of some entry was at fault (SQLSTATE classes 22 and 23): anything else would meet each of them again. */
const isOfOneEntry = (error: unknown): boolean => /^2[23]/.test(sqlState(error) ?? '');
