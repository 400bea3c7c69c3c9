import { Injectable } from '@nestjs/common';
import { type AuditFact, AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../platform/crypto/keyring.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Statement, runGroup } from '../platform/database/statement-group.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { type EntryRows, entryRows, insertStatements, tenantOf } from './audit-entry-rows.js';
import { GroupCommit } from './group-commit.js';

/** An answer whose entries hold more records than this does not share its commit: a hundred thousand of them take seconds. */
const MANY_RECORDS = 1_000;

/**
 * Writes audit entries: into a caller's transaction, or by group commit on a role that can read no practice's data.
 * Beside the commits of most answers go, one by one, those of the few whose entries hold very many records.
 */
@Injectable()
export class AuditWriter extends AuditTrail {
  readonly #small = new GroupCommit((rows) => this.#insert(rows), Infinity);
  readonly #large = new GroupCommit((rows) => this.#insert(rows), 1);
  #waiting = 0;

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly metrics: Metrics,
  ) {
    super();
    metrics.watchAudit(() => this.#waiting);
  }

  async statements(ctx: Ctx, facts: AuditFact[]): Promise<Statement[]> {
    return insertStatements(await Promise.all(facts.map((fact) => this.#prepare(ctx, fact))));
  }

  async append(entries: ReadonlyArray<{ ctx: Ctx; fact: AuditFact }>): Promise<void> {
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
