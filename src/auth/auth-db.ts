import { Injectable } from '@nestjs/common';
import type { EntityTarget, FindManyOptions, ObjectLiteral } from 'typeorm';
import { AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx } from '../platform/context/ctx.js';
import { type AuditedTx, runAudited } from '../platform/database/audited-tx.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';

/** The only door to accounts and sessions. Its database role sees no tenant's data. */
@Injectable()
export class AuthDb {
  constructor(
    private readonly databases: Databases,
    private readonly trail: AuditTrail,
    private readonly tenantDb: TenantDb,
  ) {}

  /** Reads in one round trip. */
  read(...statements: Statement[]): Promise<Row[][]> {
    return withClient(this.databases.auth, (client) => runGroup(client, statements));
  }

  /** Changes in one round trip what stays however the operation ends, whose entry tells of it: counts of tries, challenges used up. */
  apply(...statements: Statement[]): Promise<Row[][]> {
    return this.read(...statements);
  }

  /** Finds entities outside any transaction. */
  find<T extends ObjectLiteral>(entity: EntityTarget<T>, options: FindManyOptions<T>): Promise<T[]> {
    return this.databases.authSource.manager.find(entity, options);
  }

  /** Runs `work` in a transaction that commits together with its audit entry. A caller's session is checked first. */
  async write<T>(ctx: Ctx, work: (tx: AuditedTx) => Promise<T>): Promise<T> {
    if (ctx.permission) await this.tenantDb.authorise(ctx);
    const { auth: pool, authSource: source } = this.databases;
    return runAudited({ pool, source, trail: this.trail, opening: [], opened: async () => undefined }, ctx, work);
  }
}
