import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import { AuditTrail } from '../platform/context/audit-trail.js';
import { Ctx } from '../platform/context/ctx.js';
import { sqlState } from '../platform/database/database-errors.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { DomainError, ErrorCode } from '../platform/errors.js';
import { LOGGER } from '../platform/platform.module.js';
import { RecurringWork } from '../platform/recurring-work.js';
import type { ImportRun } from './import-batch.js';
import type { Interruption } from './import-states.js';

const HOUR_MS = 3_600_000;

/**
 * Ends imports that no session can end: one whose session is over, and those that nobody came back to. It works as the role
 * that writes the audit trail, so that each end is one transaction with its entry.
 */
@Injectable()
export class ImportEnds implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #expiry: RecurringWork;

  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#expiry = new RecurringWork(() => this.#expire(), HOUR_MS, (error) => logger.error({ err: error }, 'stale imports could not be ended'));
  }

  // A server need not wait until it has looked at every practice.
  onApplicationBootstrap(): void {
    void this.#expiry.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#expiry.stop();
  }

  /** Notes why an import stopped. Somebody who took it over meanwhile keeps it. Never rejects: an import that lost its server is INTERRUPTED as soon as its lease lapses. */
  async interrupt({ ctx, id, lease, state }: ImportRun, reason: Interruption, cause: unknown): Promise<void> {
    const code = cause instanceof DomainError ? cause.code : undefined;
    const denied = code === ErrorCode.UNAUTHENTICATED || code === ErrorCode.FORBIDDEN;
    const permission = cause instanceof DomainError ? (cause.details['permission'] as string | undefined) : undefined;
    try {
      const entry = await this.trail.statements(ctx, [{
        action: 'UPDATED', outcome: denied ? 'DENIED' : 'FAILED', errorCode: code ?? (cause ? ErrorCode.INTERNAL : ErrorCode.UNAVAILABLE), permission,
        records: [{ type: 'patient-import', id }], changes: [{ type: 'patient-import', id, field: 'state', before: state, after: 'INTERRUPTED' }],
      }]);
      await this.#together({ text: 'select platform.interrupt_import($1, $2, $3, $4)', values: [ctx.tenantId, id, lease, reason] }, ...entry);
    } catch (error) {
      if (!isInOtherHands(error)) this.logger.error({ err: error, importId: id }, 'the end of an import could not be noted');
    }
  }

  /** Ends the imports that nobody has touched for the days they are kept, and removes what they hold of patients. Never rejects: it is tried again within the hour. */
  expire(): Promise<void> {
    return this.#expiry.run();
  }

  async #expire(): Promise<void> {
    const [stale] = await this.#together({ text: 'select tenant_id, import_id from platform.stale_imports()' });
    for (const { tenant_id: tenantId, import_id: id } of stale as Array<{ tenant_id: string; import_id: string }>) {
      const ctx = new Ctx({ requestId: uuidv4(), ip: null, device: null }, undefined, null, 'server.expireImport');
      const entry = await this.trail.statements(ctx, [{ action: 'DELETED', outcome: 'SUCCESS', tenantId, records: [{ type: 'patient-import', id }] }]);
      const end = { text: 'select platform.expire_import($1, $2)', values: [tenantId, id] };
      await this.#together(end, ...entry).catch((error: unknown) => {
        if (!isInOtherHands(error)) throw error;
      });
    }
  }

  // Outside of BEGIN a group is one transaction: all of it or nothing.
  #together(...statements: Statement[]): Promise<Row[][]> {
    return withClient(this.databases.audit, (client) => runGroup(client, statements));
  }
}

const isInOtherHands = (error: unknown): boolean => sqlState(error) === 'SK030';
