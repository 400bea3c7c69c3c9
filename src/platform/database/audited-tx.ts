import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import type { AuditFact, AuditTrail, Change } from '../context/audit-trail.js';
import type { Ctx, RecordRef } from '../context/ctx.js';
import { withClient } from './databases.js';
import { type Row, type Statement, runGroup } from './statement-group.js';

/** One audited transaction: its statements and its audit entry are committed together or not at all. */
export class AuditedTx {
  readonly records: RecordRef[] = [];
  readonly changes: Change[] = [];
  reason: string | undefined;
  #manager: EntityManager | undefined;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly source: DataSource,
  ) {}

  /** Runs statements in one round trip and gives the rows of each. */
  group(...statements: Statement[]): Promise<Row[][]> {
    return runGroup(this.client, statements);
  }

  /** Runs one statement and gives its rows. */
  async query<T extends object = Row>(text: string, values: unknown[] = []): Promise<T[]> {
    const [rows] = await runGroup(this.client, [{ text, values }]);
    return rows as T[];
  }

  /** TypeORM on this transaction's connection. */
  get manager(): EntityManager {
    if (!this.#manager) {
      const runner = this.source.createQueryRunner() as PostgresQueryRunner;
      // TypeORM must neither begin nor commit: the audited transaction around it does.
      Object.assign(runner, { databaseConnection: this.client, isTransactionActive: true });
      this.#manager = runner.manager;
    }
    return this.#manager;
  }

  /** Names a record that this transaction changes or discloses. */
  record(type: string, id: string, patientId?: string | null): void {
    this.records.push({ type, id, patientId: patientId ?? undefined });
  }

  /** Notes a changed field; equal values are no change. */
  change(type: string, id: string, field: string, before: unknown, after: unknown): void {
    if (JSON.stringify(before) !== JSON.stringify(after)) this.changes.push({ type, id, field, before, after });
  }
}

/** Where and how `runAudited` works: the pool, TypeORM's view of it, the trail, and what opens the transaction after BEGIN. */
export interface AuditedSettings {
  pool: pg.Pool;
  source: DataSource;
  trail: AuditTrail;
  opening: Statement[];
  opened: (rows: Row[][]) => Promise<void>;
}

/** Runs `work` between BEGIN and COMMIT; the audit entry, one for each practice concerned, goes with the COMMIT in one round trip. Any failure rolls back everything. */
export function runAudited<T>(settings: AuditedSettings, ctx: Ctx, work: (tx: AuditedTx) => Promise<T>): Promise<T> {
  return withClient(settings.pool, async (client, discard) => {
    try {
      const [, ...opened] = await runGroup(client, [{ text: 'begin' }, ...settings.opening]);
      await settings.opened(opened);
      const tx = new AuditedTx(client, settings.source);
      const result = await work(tx);
      const fact: AuditFact = {
        action: ctx.action, outcome: 'SUCCESS', reason: tx.reason, changes: tx.changes, records: [...tx.records, ...ctx.takeDisclosed()],
      };
      const entries = await settings.trail.statements(ctx, (ctx.concerned.length ? ctx.concerned : [{}]).map((concern) => ({ ...fact, ...concern })));
      await runGroup(client, [...entries, { text: 'commit' }]);
      ctx.entryCommitted = true;
      return result;
    } catch (error) {
      // An open transaction must never be lent to the next caller.
      await client.query('rollback').catch(discard);
      throw error;
    }
  });
}
